"""Measures of quality on golden questions, each with a bootstrap confidence interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.evaluation.golden import Golden, gold_spans
from assistant.model import Answer, Outcome

if TYPE_CHECKING:
    from assistant.ask import Assistant

CLAIMS = (Outcome.YES, Outcome.NO)
"""What an answer can be misleading with: a plain yes or no that no careful reader would give."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A golden question, the answer given, and whether each citation, in order, holds a gold clause."""

    golden: Golden
    answer: Answer
    holds: tuple[bool, ...]

    @property
    def outcome_right(self) -> bool:
        """Whether the outcome is one that a careful reader accepts."""
        return self.answer.outcome in self.golden.outcomes

    @property
    def private(self) -> bool:
        """Whether the question is about privacy."""
        return self.golden.outcome is not Outcome.OFF_TOPIC

    @property
    def misled(self) -> bool:
        """Whether a question about privacy was answered yes or no where no careful reader would."""
        return self.private and self.answer.outcome in CLAIMS and not self.outcome_right

    @property
    def rank(self) -> int | None:
        """Place of the first citation that holds a gold clause, from 1; None where none does."""
        return self.holds.index(True) + 1 if any(self.holds) else None

    @property
    def wants_gold(self) -> bool:
        """Whether a gold clause should be cited: there is one, and the answer does not say that there is none."""
        return bool(self.golden.gold) and self.answer.outcome.has_evidence

    @property
    def missed(self) -> bool:
        """Whether the outcome is wrong, or the first citation."""
        return not self.outcome_right or (self.wants_gold and self.rank != 1)


def judge(assistant: Assistant, questions: Iterable[Golden]) -> list[Judged]:
    """Ask every question and compare. A citation holds a gold clause if it is of the right policy and covers it.

    Raises:
        BadGolden: a gold quote is in no clause of its policy.
    """
    judged = []
    for golden in questions:
        spans = gold_spans(golden, assistant.policies)
        answer = assistant.ask(golden.question, golden.policy, golden.history)
        holds = tuple(
            citation.policy_id == golden.answered_by and any(citation.span.covers(span) for span in spans)
            for citation in answer.citations
        )
        judged.append(Judged(golden, answer, holds))
    return judged


def measures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every measure, as {"value", "low", "high", "count"}: the mean, its 95 % bootstrap interval, the questions.

    A question that several outcomes are accepted for is answerable, silent or off topic by the first of them.
    """
    answerable = [j for j in judged if j.golden.outcome.has_evidence]
    silent = [j for j in judged if j.golden.outcome is Outcome.SILENT]
    off_topic = [j for j in judged if not j.private]
    private = [j for j in judged if j.private]
    followups = [j for j in judged if j.golden.history]
    typos = [j for j in answerable if "typo" in j.golden.tags]
    return {
        **_ranking(answerable),
        "outcome_right": mean_of([j.outcome_right for j in judged]),
        "outcome_right_answerable": mean_of([j.outcome_right for j in answerable]),
        "misled": mean_of([j.misled for j in private]),
        "unclear": mean_of([j.answer.outcome is Outcome.UNCLEAR for j in private]),
        "silent_recognised": mean_of([j.outcome_right for j in silent]),
        "wrongly_silent": mean_of([_wrongly(j, Outcome.SILENT) for j in answerable]),
        "off_topic_recognised": mean_of([j.outcome_right for j in off_topic]),
        "wrongly_off_topic": mean_of([_wrongly(j, Outcome.OFF_TOPIC) for j in private]),
        "followups_right": mean_of([j.outcome_right and (not j.wants_gold or any(j.holds)) for j in followups]),
        "typos_right_among_three": mean_of([any(j.holds) for j in typos]),
        "cited_characters": mean_of([sum(len(c.quote) for c in j.answer.citations) for j in answerable]),
    }


def confusion(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Outcomes expected, and for each the outcomes given that were given at all; one that is accepted counts as expected."""
    counts = Counter((_expected(j).value, j.answer.outcome.value) for j in judged)
    return {
        expected.value: {outcome: n for (e, outcome), n in sorted(counts.items()) if e == expected}
        for expected in Outcome
    }


def misses(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Every question whose clause or outcome is wrong, with what was given instead; JSON-ready.

    `expected` is the outcome that a careful reader gives first, `accepted` holds all that one accepts; `rank` is the place of
    the right clause among the citations, from 1; `understood` the question as it was read, where it was not read as it
    stands.
    """
    return [
        {
            "id": j.golden.id,
            "question": j.golden.question,
            "understood": j.answer.understood,
            "history": [turn.question for turn in j.golden.history],
            "policy": j.golden.answered_by,
            "expected": j.golden.outcome.value,
            "accepted": [outcome.value for outcome in j.golden.outcomes],
            "given": j.answer.outcome.value,
            "rank": j.rank,
            "gold": list(j.golden.gold),
            "cited": [
                {"policy": citation.policy_id, "path": list(citation.path), "quote": citation.quote, "right": right}
                for citation, right in zip(j.answer.citations, j.holds, strict=True)
            ],
        }
        for j in judged
        if j.missed
    ]


def mean_of(values: Sequence[float]) -> dict[str, float | int | None]:
    """Mean of some values with its 95 % bootstrap interval."""
    if not values:
        return {"value": None, "low": None, "high": None, "count": 0}
    sample = np.asarray(values, dtype=float)
    resampled = np.random.default_rng(0).choice(sample, (_RESAMPLES, len(sample))).mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return {
        "value": round(float(sample.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "count": len(sample),
    }


def _expected(judged: Judged) -> Outcome:
    return judged.answer.outcome if judged.outcome_right else judged.golden.outcome


def _wrongly(judged: Judged, outcome: Outcome) -> bool:
    return judged.answer.outcome is outcome and not judged.outcome_right


def _ranking(answerable: Sequence[Judged]) -> dict[str, Any]:
    """Success@1, Success@3 and RR@3, by ir_measures. A question without citations scores zero."""
    import ir_measures  # here, so that nobody waits for it who only reads golden questions
    from ir_measures import RR, Qrel, ScoredDoc, Success

    wanted = {
        "first_citation_right": Success @ 1,
        "right_among_three": Success @ 3,
        "reciprocal_rank": RR @ 3,
    }
    qrels = [Qrel(str(number), "right", 1) for number, _ in enumerate(answerable)]
    run = [
        ScoredDoc(str(number), "right" if rank == j.rank else f"wrong-{rank}", -float(rank))
        for number, j in enumerate(answerable)
        for rank, _ in enumerate(j.holds or (False,), start=1)
    ]
    values: dict[Any, list[float]] = {measure: [] for measure in wanted.values()}
    for metric in ir_measures.iter_calc(list(wanted.values()), qrels, run):
        values[metric.measure].append(metric.value)
    return {name: mean_of(values[measure]) for name, measure in wanted.items()}
