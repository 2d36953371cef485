"""The bounds of the verdict: how the reader's probabilities are calibrated, and from where on something is said.

Set on questions that the reader was not trained on: the tuning half of the real policies, and the questions about real policies
that were held out (not on the invented companies, whose questions are near misses far more often than customers' are). Yes and no
are claimed above the least confidence that keeps the misled under `MISLED` of the tuning half, never below the first of `CLAIMS`, and above a
greater one as long as that costs no right outcome: an unclear answer is better than a wrong one. Silence is told from the least probability
that loses at most `LOST` of the answerable ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden, gold_spans
from assistant.likeliest import PASSAGES
from assistant.model import Outcome
from assistant.questions.form import Form, form_of
from assistant.reading.bounds import Bounds, Sureness, log_odds
from assistant.reading.weights import BOUNDS
from assistant.verdict.decide import Judged, answers, judged, verdict, weighed
from benchmarks import real_policies
from corpus.atomic_files import write_whole
from corpus.model import Policy, Span

MISLED, LOST = 0.03, 0.02
STANDS = 0.28  # yes and no from a passage less likely to answer are about as often wrong as right
FARTHEST = 0.005  # share of the passages that answer whose similarity may be less than what is read
LIKENESS = (0.0, 1.0, 2.0, 4.0)
# The first is not 0.1: the second clause for "is my card number shared?" stands just there on one bundled policy, and processors round otherwise.
FURTHER = (0.11, 0.15, 0.25, 0.4)
# From the first on no question of benchmarks/denied.jsonl is answered yes; with 0.015 of room, since confidences depend a little on the
# processor.
CLAIMS = tuple(np.round(np.arange(0.60, 0.96, 0.01), 2).tolist())


@dataclass(frozen=True, slots=True)
class Example:
    """A question to one policy as it was read, where the answers stand, and the outcomes that a careful reader accepts."""

    golden: Golden
    policy: Policy
    read: tuple[Judged, ...]
    gold: tuple[Span, ...]
    whole: bool

    @property
    def accepted(self) -> tuple[Outcome, ...]:
        """The outcomes that are right."""
        return self.golden.outcomes


def examples(assistant: Assistant, questions: Iterable[Golden], *, most: int = PASSAGES) -> list[Example]:
    """The questions that stand alone, name one policy and are about privacy, each with `most` passages read."""
    assistant.bounds = assistant.bounds.model_copy(update={"nearest": -1.0})
    read_examples = []
    for golden in questions:
        if golden.history or golden.answered_by is None or golden.outcome is Outcome.OFF_TOPIC:
            continue
        policy = assistant.policies[golden.answered_by]
        asked = assistant.read(golden.question, policy.id)
        read = assistant.verdict(asked, policy, most=most).judged
        spans = tuple(gold_spans(golden, assistant.policies))
        read_examples.append(Example(golden, policy, read, spans, form_of(asked.read) is Form.OPEN))
    return read_examples


Group = tuple[Assistant, Sequence[Golden]]


def train(groups: Sequence[Group], unseen: Group) -> dict[str, Any]:
    """Set the bounds and write them; what they give on the questions they were set on, and on `unseen` ones."""
    read_examples = [example for assistant, questions in groups for example in examples(assistant, questions)]
    bounds = set_bounds(read_examples)
    write_whole(BOUNDS, bounds.model_dump_json(indent=1) + "\n")
    given = {"questions": len(read_examples), **measured(read_examples, bounds)}
    return given | {"unseen": measured(examples(*unseen), bounds)}


def set_bounds(read_examples: Sequence[Example]) -> Bounds:
    """The bounds that the questions call for."""
    right = [each.similarity for e in read_examples for each in e.read if _holds((_span(e, each),), e)]
    nearest = float(np.quantile(right, FARTHEST)) - 0.02
    bounds = _calibrated(read_examples, Bounds(nearest=round(nearest, 2)))
    bounds = max(
        (bounds.model_copy(update={"likeness": each}) for each in LIKENESS), key=lambda b: _first(read_examples, b)
    )
    strongest = [max(bounds.calibrated(each.reading) for each in e.read) for e in read_examples if e.gold]
    bounds = bounds.model_copy(update={"answers": round(float(np.quantile(strongest, LOST)), 3)})
    bounds = max(
        (bounds.model_copy(update={"further": each}) for each in FURTHER),
        key=lambda b: measured(read_examples, b)["among_three"],
    )
    bounds = _sure(read_examples, bounds.model_copy(update={"stands": STANDS}))
    return claiming(read_examples, bounds)


def claiming(read_examples: Sequence[Example], bounds: Bounds) -> Bounds:
    """The bounds, with the confidence from which on yes and no are claimed: the least of `CLAIMS` that keeps the misled of the tuning half
    under `MISLED`, or a greater one as long as that costs no right outcome of any of the examples."""
    of_today = [example for example in read_examples if example.policy.id in real_policies.TUNING]
    able = [bounds.model_copy(update={"claims": claims}) for claims in CLAIMS]
    at = next((at for at, b in enumerate(able) if measured(of_today, b)["misled"] <= MISLED), len(able) - 1)
    outcomes = measured(read_examples, able[at])["outcome"]
    while at + 1 < len(able) and measured(read_examples, able[at + 1])["outcome"] >= outcomes:
        at += 1
    return able[at]


def measured(read_examples: Sequence[Example], bounds: Bounds) -> dict[str, float]:
    """The measures of the verdicts that some bounds give."""
    given = [verdict(e.policy, _ranked(e, bounds), bounds, wants_whole=e.whole) for e in read_examples]
    pairs = list(zip(read_examples, given, strict=True))
    answerable = [(e, v) for e, v in pairs if e.gold]
    silent = [(e, v) for e, v in pairs if not e.gold]
    claimed = (Outcome.YES, Outcome.NO)
    return {
        "first": _share(bool(v.spans) and _holds(v.spans[:1], e) for e, v in answerable),
        "among_three": _share(_holds(v.spans, e) for e, v in answerable),
        "outcome": _share(v.outcome in e.accepted for e, v in answerable),
        "unclear": _share(v.outcome is Outcome.UNCLEAR for _, v in pairs),
        "misled": _share(v.outcome in claimed and v.outcome not in e.accepted for e, v in pairs),
        "silent": _share(v.outcome is Outcome.SILENT for _, v in silent),
        "wrongly_silent": _share(v.outcome is Outcome.SILENT for _, v in answerable),
    }


def _calibrated(read_examples: Sequence[Example], bounds: Bounds) -> Bounds:
    """Slope and offset by logistic regression, over the strongest passages of each question."""
    rows = [
        (log_odds(each.reading.answers), _holds((_span(e, each),), e)) for e in read_examples for each in e.read[:3]
    ]
    odds, right = np.array([[row[0]] for row in rows]), np.array([row[1] for row in rows])
    model = LogisticRegression(C=100.0).fit(odds, right)
    return bounds.model_copy(
        update={"slope": round(float(model.coef_[0, 0]), 4), "offset": round(float(model.intercept_[0]), 4)}
    )


def _sure(read_examples: Sequence[Example], bounds: Bounds) -> Bounds:
    """What makes an outcome sure, by logistic regression over the questions that are not called silent."""
    rows, right = [], []
    for example in read_examples:
        read = _ranked(example, bounds)
        if max(each.answers for each in read) < bounds.answers:
            continue
        best, answering = answers(read, bounds)
        outcome, sureness = weighed(best, answering)
        rows.append(sureness)
        right.append(outcome in example.accepted)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(rows, right)
    sure = Sureness(*(round(float(weight), 4) for weight in model.coef_[0]))
    return bounds.model_copy(update={"base": round(float(model.intercept_[0]), 4), "sure": sure})


def _first(read_examples: Sequence[Example], bounds: Bounds) -> float:
    return _share(_holds((_span(e, _ranked(e, bounds)[0]),), e) for e in read_examples if e.gold)


def _ranked(example: Example, bounds: Bounds) -> tuple[Judged, ...]:
    near = [each for each in example.read if each.similarity >= bounds.nearest] or example.read[:1]
    numbers, similarities, readings, _ = zip(*near, strict=True)
    return judged(numbers, similarities, readings, bounds)


def _span(example: Example, read: Judged) -> Span:
    return example.policy.clauses[read.number].span


def _holds(spans: Iterable[Span], example: Example) -> bool:
    return any(span.covers(gold) for span in spans for gold in example.gold)


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
