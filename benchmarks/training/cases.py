"""The cases: invented companies, each with a policy and questions about it whose clause and outcome are known.

`cases/` holds for each company `ID.md` or `ID.txt` and `ID.jsonl`, the questions as golden lines without a policy; the
companies that the encoder learns from also have `ID.more.jsonl`, two questions for each sentence. README.md beside this file says how
they were written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluation.golden import Golden, gold_spans, read
from corpus.model import Policy
from corpus.shelf.catalogue import Shelf, open_shelf

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the numbers of the clauses that answer it; none where the policy is silent or it is off topic."""

    golden: Golden
    answers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Split:
    """Which companies serve what: encoder and reader learn from `learn`, the bounds of the verdict are set on `weigh`, and
    `report` is only measured."""

    learn: tuple[str, ...]
    weigh: tuple[str, ...]
    report: tuple[str, ...]


def shelf() -> Shelf:
    """The policies of all companies."""
    return open_shelf(FOLDER)


def split() -> Split:
    """The split, from `split.toml`; who is not named there is learned from."""
    named = tomllib.loads((FOLDER / "split.toml").read_text(encoding="utf-8"))
    kept = {*named["weigh"], *named["report"]}
    every = sorted(path.stem for path in FOLDER.glob("*.jsonl") if "." not in path.stem)
    return Split(tuple(name for name in every if name not in kept), tuple(named["weigh"]), tuple(named["report"]))


def cases(policy: Policy) -> list[Case]:
    """The questions of one company.

    Raises:
        BadGolden (assistant.errors): a gold quote stands in no clause of the policy.
    """
    return [Case(golden, _answers(golden, policy)) for golden in questions(policy.id)]


def questions(company: str) -> Iterator[Golden]:
    """The golden questions of one company."""
    for suffix in ("", ".more"):
        path = FOLDER / f"{company}{suffix}.jsonl"
        if path.exists():
            for golden in read(path):
                yield golden.model_copy(update={"policy": company})


def _answers(golden: Golden, policy: Policy) -> frozenset[int]:
    spans = gold_spans(golden, {policy.id: policy})
    return frozenset(
        number for number, clause in enumerate(policy.clauses) if any(clause.span.covers(span) for span in spans)
    )
