"""An evaluation as people and programs read it: one report, as text, as JSON, as a page of HTML that stands alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from textwrap import fill
from typing import Any

from assistant.evaluation.measures import Judged, confusion, measures, misses
from assistant.model import Outcome
from assistant.templates import templates
from corpus.model import Policy

# What a report shows of the measures, in this order: its name there, its title, and what it says.
_SHOWN = (
    ("first_citation_right", "First citation right", "the first clause cited is a gold clause; answerable questions"),
    ("right_among_three", "Right among three", "a gold clause is among the citations, three at most"),
    ("reciprocal_rank", "Reciprocal rank", "1 for the first citation right, 1/2 for the second, 1/3 for the third"),
    ("outcome_right", "Outcome right", "yes, no, depends, stated, silent, off topic as expected; all questions"),
    ("outcome_right_answerable", "Outcome right, answerable", "the same, where a clause answers"),
    ("misled", "Misled", "answered yes or no where no careful reader would; questions about privacy; lower is better"),
    ("unclear", "Unclear", "clauses shown without a yes or no, since none is sure enough; questions about privacy"),
    ("silent_recognised", "Silent recognised", "no clause answers, and the answer says so"),
    ("wrongly_silent", "Wrongly silent", "a clause answers, but none was found; lower is better"),
    ("off_topic_recognised", "Off-topic recognised", "not about privacy, and taken so"),
    ("wrongly_off_topic", "Wrongly off-topic", "about privacy, but not taken so; lower is better"),
    ("followups_right", "Follow-ups right", "clause and outcome, after earlier questions"),
    ("typos_right_among_three", "Typing errors: right among three", "questions with the tag “typo”"),
)
_OPTIONAL = {"typos_right_among_three"}  # shown only where there are such questions
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A measure as it is shown: its words, its figures in words, and their places on a scale of 0 to 100."""

    title: str
    note: str
    value: str
    interval: str
    count: int
    at: tuple[float, float, float] | None  # value, low, high


def report(judged: Sequence[Judged], *, file: str, encoder: str, policies: Mapping[str, Policy]) -> dict[str, Any]:
    """Everything a report holds, JSON-ready: what was asked of what, every measure, the confusion matrix, the misses."""
    return {
        "file": file,
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "version": _version(),
        "encoder": encoder,
        "policies": [
            {"id": p.id, "title": p.title, "clauses": len(p.clauses), "sha256": p.sha256} for p in policies.values()
        ],
        "questions": len(judged),
        "measures": measures(judged),
        "confusion": confusion(judged),
        "misses": misses(judged),
    }


def as_json(measured: dict[str, Any]) -> str:
    """The report as one JSON object."""
    return json.dumps(measured, ensure_ascii=False, indent=1) + "\n"


def as_text(measured: dict[str, Any]) -> str:
    """The report for a terminal: measures, confusion matrix, misses."""
    shown = rows(measured["measures"])
    width = max(len(row.title) for row in shown)
    lines = [
        f"{measured['file']}: {_questions(measured['questions'])}, {len(measured['misses'])} missed",
        f"{measured['taken_at']}, plainclause {measured['version']}, encoder {measured['encoder']}",
        "",
        f"{'measure':<{width}}  {'value':>8}  {'95 % interval':<18}  questions",
        *(f"{row.title:<{width}}  {row.value:>8}  {row.interval:<18}  {row.count:>9}" for row in shown),
        "",
        "expected, and what was given:",
        "  ".join(["", *(f"{_plain(outcome):>9}" for outcome in ("", *Outcome, "all"))]),
    ]
    for outcome, counts, total in matrix(measured["confusion"]):
        lines.append("  ".join(["", f"{_plain(outcome):>9}", *(f"{n or '.':>9}" for n in (*counts, total))]))
    for number, miss in enumerate(measured["misses"], start=1):
        lines += ["", *_miss_text(number, miss)]
    return "\n".join(lines) + "\n"


def as_html(measured: dict[str, Any]) -> str:
    """The report as a page that stands alone: no script, nothing fetched, whatever a question holds shown literally."""
    page = templates(Path(__file__).parent, plain=_plain, fault=fault).get_template("report.html")
    return page.render(
        report=measured,
        rows=rows(measured["measures"]),
        outcomes=list(Outcome),
        matrix=matrix(measured["confusion"]),
        given=[sum(measured["confusion"][e].get(o.value, 0) for e in measured["confusion"]) for o in Outcome],
    )


FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {"text": as_text, "json": as_json, "html": as_html}


def rows(measures: Mapping[str, Any]) -> list[Row]:
    """The measures that a report shows, as `measures` gives them, in words."""
    shown = []
    for name, title, note in _SHOWN:
        value, low, high, count = (measures[name][part] for part in ("value", "low", "high", "count"))
        if name in _OPTIONAL and not count:
            continue
        if value is None:
            shown.append(Row(title, note, "none", "no such question", 0, None))
            continue
        said = "{:.3f}".format if name == "reciprocal_rank" else percent
        at = (round(100 * value, 2), round(100 * low, 2), round(100 * high, 2))
        shown.append(Row(title, note, said(value), f"{said(low)} to {said(high)}", count, at))
    return shown


def matrix(counts_of: Mapping[str, Mapping[str, int]]) -> list[tuple[Outcome, list[int], int]]:
    """The confusion matrix in full: for each expected outcome the counts of every outcome given, and their sum."""
    counted = [(expected, [counts_of[expected].get(outcome.value, 0) for outcome in Outcome]) for expected in Outcome]
    return [(expected, counts, sum(counts)) for expected, counts in counted]


def fault(miss: Mapping[str, Any]) -> str:
    """What is wrong with a missed question, in a few words."""
    said = [] if miss["given"] in miss["accepted"] else ["outcome wrong"]
    if miss["gold"] and miss["rank"] is None:
        said.append("right clause not cited")
    elif miss["gold"] and miss["rank"] > 1:
        said.append(f"right clause cited as number {miss['rank']}")
    return ", ".join(said)


def _miss_text(number: int, miss: Mapping[str, Any]) -> list[str]:
    folded = partial(fill, width=_WIDTH, subsequent_indent=" " * 10, break_long_words=False, break_on_hyphens=False)
    lines = [
        folded(f"{number}. {miss['id']} ({miss['policy'] or 'all policies'}): {miss['question']}"),
        f"  expected {' or '.join(map(_plain, miss['accepted']))}, given {_plain(miss['given'])}: {fault(miss)}",
        *(folded(f"  after   {question}") for question in miss["history"]),
    ]
    if miss["understood"]:
        lines.append(folded(f"  read as {miss['understood']}"))
    lines += [folded(f"  gold    “{quote}”") for quote in miss["gold"]]
    lines += [
        folded(f"  {'right ' if cited['right'] else 'cited '}  “{cited['quote']}” ({cited['policy']})")
        for cited in miss["cited"]
    ]
    return lines


def _version() -> str:
    try:
        return version("plainclause")
    except PackageNotFoundError:  # run from a checkout
        return "from a checkout"


def _plain(outcome: str) -> str:
    return outcome.replace("_", " ")


def percent(value: float) -> str:
    """A share in words: 0.923 is "92.3 %"."""
    return f"{100 * value:.1f} %"


def _questions(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"
