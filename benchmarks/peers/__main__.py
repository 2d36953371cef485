"""`make bench-peers`: Plainclause and common frameworks, measured alike and one after the other.

python -m benchmarks.peers [--data FOLDER] [--reranker FOLDER] [--out FILE] [--peers-python PATH]

The frameworks are set up as their documentation does it, with all-MiniLM-L6-v2, and run by a Python of their own (made by
make bench-peers); Plainclause runs by this one. They are asked about the bundled policies and about the real ones of the data folder,
an index each, and again with their own classes for re-ranking, if the folder of a cross-encoder's model is named (usual is
ms-marco-MiniLM-L-6-v2, which no package carries). Time is taken over all golden questions. Quality is judged on those with
gold and without earlier turns, which the frameworks do not read; Plainclause was tuned on the golden questions, so that those kept
aside count for more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.evaluation.golden import Golden
from assistant.settings import ROOT
from benchmarks import real_policies
from benchmarks.golden import load
from benchmarks.machine import commit, machine
from benchmarks.peers.child import MODEL, Asked, Passage
from benchmarks.peers.judging import quality
from benchmarks.peers.running import BrokenChild, child, child_command, cold
from benchmarks.peers.table import table
from corpus.atomic_files import write_whole
from corpus.endings import TEXT
from corpus.shelf.catalogue import Shelf, open_shelf

PLAINCLAUSE = "plainclause"
SYSTEMS = {  # by the name of the module that sets one up
    PLAINCLAUSE: "Plainclause",
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "txtai": "txtai",
}
FIRST = Asked("is my card number shared?", "rackspace", [])
RESULT = Path(__file__).parent.parent / "results" / "peers.json"
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
POLICIES = ROOT / "corpus" / "policies"
TURNS = 3  # through all questions; the calmest counts for the time of each system
MAIN = "golden"  # the set whose measures stand at the top of a system's, and over which time is taken

Answers = list[Any]
"""What a child found for each question: the passages, and the time it took."""


class Collection(NamedTuple):
    """Policies that a system puts into one index, and sets of questions about them."""

    name: str
    folder: Path
    shelf: Shelf
    sets: Mapping[str, Sequence[Golden]]

    @property
    def questions(self) -> list[Golden]:
        """Those of all sets, one set after the other."""
        return [golden for questions in self.sets.values() for golden in questions]

    def job(
        self, system: str, do: str, work: str, *, asked: Sequence[Asked] = (), reranker: Path | None = None
    ) -> dict[str, Any]:
        """What a child is to do (benchmarks/peers/child.py)."""
        paths = sorted(path for path in self.folder.iterdir() if path.suffix in TEXT)
        return {
            "system": system,
            "do": do,
            # From the root on, where children run: LlamaIndex embeds the path with the text.
            "policies": {path.stem: os.path.relpath(path, ROOT) for path in paths},
            "folder": f"{work}/{self.name}/{system}",
            "questions": asked
            or [Asked(g.question, g.policy, [turn.model_dump() for turn in g.history]) for g in self.questions],
            "reranker": str(reranker) if reranker else None,
        }


def main() -> None:
    """Measure, write, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of measuring data; the real policies in it are skipped where absent",
    )
    parser.add_argument(
        "--reranker",
        type=Path,
        help="folder of a cross-encoder's model, as sentence-transformers loads it, for the frameworks to re-rank with",
    )
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file to write")
    parser.add_argument(
        "--peers-python", type=Path, default=PEERS_PYTHON, help="Python of the environment that has the frameworks"
    )
    options = parser.parse_args()
    if options.reranker is None:
        _say("without --reranker FOLDER the frameworks are measured as they retrieve, not with re-ranking")
    elif not (options.reranker / "config.json").is_file():
        sys.exit(
            f'error: "{options.reranker}" holds no model (config.json is missing); name the folder of a cross-encoder'
        )
    try:
        result = measure(
            options.peers_python.absolute(), options.data, options.reranker and options.reranker.absolute()
        )
    except BrokenChild as error:
        sys.exit(f"error: {error}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(table(result))
    print(f"written: {options.out}")


def collections(data: Path) -> list[Collection]:
    """The bundled policies, and the real ones where the data folder holds them."""
    bundled = Collection(
        "bundled", POLICIES, open_shelf(POLICIES), {MAIN: load("golden"), "kept_aside": load("golden_report")}
    )
    folder = data / real_policies.FOLDER
    if not folder.is_dir():
        _say(f'real policies: skipped, "{folder}" is absent; name the folder of measuring data with --data')
        return [bundled]
    shelf = open_shelf(folder)
    halves = {
        half: real_policies.questions(folder, shelf, companies) for half, companies in real_policies.HALVES.items()
    }
    return [bundled, Collection("real", folder, shelf, {f"real_{half}": halves[half] for half in halves})]


def measure(peers_python: Path, data: Path, reranker: Path | None = None) -> dict[str, Any]:
    """All measures of all systems, JSON-ready.

    Args:
        data: the folder of measuring data.
        reranker: the folder of the cross-encoder that the frameworks re-rank with; None leaves that out.

    Raises:
        BrokenChild: a system could not be measured.
    """
    bundled, *others = collections(data)
    python = dict.fromkeys(SYSTEMS, peers_python) | {PLAINCLAUSE: Path(sys.executable)}
    measured = commit()  # before anybody edits what is measured
    load_before = round(os.getloadavg()[0], 2)
    if load_before > 1:
        _say(f"this machine is busy (load {load_before}): every time will be too long")
    with tempfile.TemporaryDirectory() as work:
        systems: dict[str, Any] = {}
        for system, name in SYSTEMS.items():
            _say(f"{name}: building the index")
            systems[system] = {"name": name, **child(python[system], bundled.job(system, "build", work))}
            for each in others:
                child(python[system], each.job(system, "build", work))
        systems[PLAINCLAUSE]["versions"] = {"commit": measured, **systems[PLAINCLAUSE]["versions"]}
        _say("fresh processes, in turns")
        first = {system: _first(bundled, system, python[system], work) for system in SYSTEMS}
        for system, begun in cold(first).items():
            systems[system] |= begun
        turns: dict[str, list[Answers]] = {system: [] for system in SYSTEMS}
        for turn in range(TURNS):
            for system, name in SYSTEMS.items():
                _say(f"{name}: all questions ({turn + 1} of {TURNS})")
                turns[system].append(child(python[system], bundled.job(system, "all", work)))
        for system, name in SYSTEMS.items():
            systems[system] |= _measured(bundled, turns[system])
            for each in others:
                _say(f"{name}: questions about {each.name} policies")
                systems[system] |= _judged(each, child(python[system], each.job(system, "all", work)))
            if reranker is not None and system != PLAINCLAUSE:
                _say(f"{name}: all questions, re-ranked")
                again = child(python[system], bundled.job(system, "all", work, reranker=reranker))
                reranked = _measured(bundled, [again])
                for each in others:
                    reranked |= _judged(each, child(python[system], each.job(system, "all", work, reranker=reranker)))
                systems[system]["reranked"] = reranked
    return {
        "machine": {**machine(), "load_before": load_before},
        "commit": measured,
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "model": MODEL,
        "reranker": reranker.name if reranker else None,
        "questions": len(bundled.sets[MAIN]),
        "systems": systems,
        "speedup_over_fastest_peer": {
            "cold": _speedup({system: figures["cold_s"]["median"] for system, figures in systems.items()}),
            "p50": _speedup({system: figures["question_ms"]["p50"] for system, figures in systems.items()}),
        },
    }


def _first(bundled: Collection, system: str, python: Path, work: str) -> tuple[list[str], str]:
    """The command of a fresh process that answers one question, and its standard input."""
    job = bundled.job(system, "first", work, asked=[FIRST])
    if system != PLAINCLAUSE:
        return child_command(python), json.dumps(job)
    command = [str(python), "-m", "assistant", "ask", FIRST.question, "--policy", str(FIRST.policy), "--json"]
    return [*command, "--policies", str(POLICIES.relative_to(ROOT)), "--data", job["folder"]], ""


def _measured(bundled: Collection, turns: Sequence[Answers]) -> dict[str, Any]:
    """Quality, as of the first turn, and the time of the calmest, over the main set."""
    count = len(bundled.sets[MAIN])
    times = [_percentiles([answer["ms"] for answer in turn[:count]]) for turn in turns]
    qualities = _judged(bundled, turns[0])
    return {"question_ms": min(times, key=lambda each: each["p50"]), **qualities.pop(MAIN), **qualities}


def _judged(collection: Collection, answers: Answers) -> dict[str, Any]:
    """The quality of the answers to each set's questions."""
    shown = [[Passage(*passage) for passage in answer["passages"]] for answer in answers]
    qualities, start = {}, 0
    for name, questions in collection.sets.items():
        qualities[name] = _quality(questions, shown[start : start + len(questions)], collection.shelf)
        start += len(questions)
    return qualities


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(taken, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "count": len(taken)}


def _quality(questions: Sequence[Golden], shown: Sequence[Sequence[Passage]], shelf: Shelf) -> dict[str, Any]:
    """Of the questions with gold and without earlier turns: the frameworks know nothing of a conversation."""
    pairs = [
        (each, passages) for each, passages in zip(questions, shown, strict=True) if each.gold and not each.history
    ]
    return quality([each for each, _ in pairs], [passages for _, passages in pairs], shelf)


def _speedup(taken: dict[str, float]) -> float:
    """How many times faster Plainclause is than the fastest of the others."""
    return round(min(time for system, time in taken.items() if system != PLAINCLAUSE) / taken[PLAINCLAUSE], 2)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
