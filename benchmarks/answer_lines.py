"""How often the line of an answer gives the right answer by itself: the lines to read, and the count of what a reader found.

python -m benchmarks.answer_lines [--data FOLDER] [--set judged|check|rest] [--verdicts FILE] [--language en|de]

Prints question, outcome and line for the answerable questions of the tuning half of `reading/real_dev`, each with the clause that
holds its gold words. A person reads them and writes to a JSON object, by question id, whether the line alone says the right
answer; with `--verdicts` these are counted into `results/answer_lines.json`, which holds ids and verdicts, no words of the data:
at its top those on the set with which the lines were made better (`judged`), under `check` those on a set that was read once,
at the end.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from assistant.languages import language
from assistant.model import Outcome
from assistant.settings import ROOT
from assistant.verdict.answer_line import AnswerLine, answer_line
from benchmarks.real_policies import TUNING
from corpus.atomic_files import write_whole
from corpus.model import Policy, Span
from corpus.shelf.catalogue import open_shelf

RESULTS = Path(__file__).parent / "results" / "answer_lines.json"
SETS = {"check": (0, 30), "judged": (30, 90), "rest": (90, None)}  # places in the order of the ids' hashes


class Case(NamedTuple):
    """A question with its right outcome and the clause that holds the first of its gold words."""

    id: str
    question: str
    outcome: Outcome
    policy: Policy
    cited: Span


def cases(data: Path, name: str) -> list[Case]:
    """The questions of one of `SETS`; which is in which set follows from the ids alone."""
    every = sorted(_answerable(data / "reading" / "real_dev"), key=lambda case: sha256(case.id.encode()).hexdigest())
    start, end = SETS[name]
    return every[start:end]


def line_of(case: Case, code: str = "en") -> AnswerLine:
    """The line for a case in a language."""
    return answer_line(case.question, case.outcome, case.policy, case.cited, language(code))


def counted(given: list[Case], verdicts: dict[str, bool]) -> dict[str, Any]:
    """The verdicts on some cases, counted by outcome; `lines` is the hash of the lines they were given on."""
    judged = [case for case in given if case.id in verdicts]
    says = [case for case in judged if verdicts[case.id]]
    lines = [line_of(case).text for case in given]
    every, right = (Counter(str(case.outcome) for case in chosen) for chosen in (judged, says))
    return {
        "judged": len(judged),
        "says_the_answer": len(says),
        "by_kind": {kind: {"judged": every[kind], "says_the_answer": right[kind]} for kind in sorted(every)},
        "characters_median": sorted(map(len, lines))[len(lines) // 2],
        "share_within_220": round(sum(len(line) <= 220 for line in lines) / len(lines), 4),
        "lines": sha256("\n".join(lines).encode()).hexdigest()[:16],
        "verdicts": {case.id: verdicts[case.id] for case in judged},
    }


def main() -> None:
    """Print the lines, or count the verdicts on them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer_lines", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of measuring data")
    parser.add_argument("--set", choices=SETS, default="judged", help="which questions")
    parser.add_argument("--verdicts", type=Path, help="JSON object: question id -> whether its line says the answer")
    parser.add_argument("--language", default="en", help="of the lines")
    options = parser.parse_args()
    if not (options.data / "reading" / "real_dev").is_dir():
        print(f"{options.data} holds no reading/real_dev: nothing to read")
        return
    given = cases(options.data, options.set)
    if options.verdicts:
        known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        counts = counted(given, json.loads(options.verdicts.read_text(encoding="utf-8")))
        known |= counts if options.set == "judged" else {options.set: counts}
        write_whole(RESULTS, json.dumps(known, indent=1, sort_keys=True) + "\n")
        return
    for case in given:
        line = line_of(case, options.language)
        print(f"{case.id} [{case.outcome}] {case.question}\n    {line.text}  ({len(line.text)})\n")


def _answerable(folder: Path) -> Iterator[Case]:
    shelf = open_shelf(folder)
    for company in sorted(TUNING):  # the half for tuning
        policy = shelf[company]
        rows = (folder / f"{company}.jsonl").read_text(encoding="utf-8").splitlines()[1:]
        for number, row in enumerate(map(json.loads, rows), start=1):
            spans = [span for words in row.get("gold") or () if (span := _clause_with(policy, words))]
            if spans:
                yield Case(f"{company}:{number}", row["question"], Outcome(row["outcome"][0]), policy, spans[0])


def _clause_with(policy: Policy, words: str) -> Span | None:
    wanted = " ".join(words.split())
    return next((c.span for c in policy.clauses if wanted in " ".join(c.span.of(policy.text).split())), None)


if __name__ == "__main__":
    main()
