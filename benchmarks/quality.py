"""Measures of quality on the golden questions, each with a bootstrap confidence interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
import numpy as np
from ir_measures import RR, Qrel, ScoredDoc, Success

from assistant.ask import Assistant
from assistant.model import Answer, Outcome
from benchmarks.golden import Golden, gold_spans

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A golden question, the answer given, and whether each citation, in order, holds a gold clause."""

    golden: Golden
    answer: Answer
    holds: tuple[bool, ...]

    @property
    def outcome_right(self) -> bool:
        """Whether the outcome is the one a careful reader gives."""
        return self.answer.outcome is self.golden.outcome


def judge(assistant: Assistant, questions: Iterable[Golden]) -> list[Judged]:
    """Ask every question and compare. A citation holds a gold clause if it is of the right policy and covers it."""
    judged = []
    for golden in questions:
        answer = assistant.ask(golden.question, golden.policy, golden.history)
        spans = gold_spans(golden, assistant.policies)
        holds = tuple(
            citation.policy_id == golden.answered_by and any(citation.span.covers(span) for span in spans)
            for citation in answer.citations
        )
        judged.append(Judged(golden, answer, holds))
    return judged


def measures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every measure, as {"value", "low", "high", "count"}: the mean, its 95 % bootstrap interval, the questions."""
    answerable = [j for j in judged if j.golden.outcome.has_evidence]
    silent = [j for j in judged if j.golden.outcome is Outcome.SILENT]
    off_topic = [j for j in judged if j.golden.outcome is Outcome.OFF_TOPIC]
    private = [j for j in judged if j.golden.outcome is not Outcome.OFF_TOPIC]
    followups = [j for j in judged if j.golden.history]
    typos = [j for j in answerable if "typo" in j.golden.tags]
    ranks = _ranking(answerable)
    return {
        "first_citation_right": mean_of(ranks[Success @ 1]),
        "right_among_three": mean_of(ranks[Success @ 3]),
        "reciprocal_rank": mean_of(ranks[RR @ 3]),
        "outcome_right": mean_of([j.outcome_right for j in judged]),
        "outcome_right_answerable": mean_of([j.outcome_right for j in answerable]),
        "silent_recognised": mean_of([j.outcome_right for j in silent]),
        "wrongly_silent": mean_of([j.answer.outcome is Outcome.SILENT for j in answerable]),
        "off_topic_recognised": mean_of([j.outcome_right for j in off_topic]),
        "wrongly_off_topic": mean_of([j.answer.outcome is Outcome.OFF_TOPIC for j in private]),
        "followups_right": mean_of([j.outcome_right and (not j.golden.gold or any(j.holds)) for j in followups]),
        "typos_right_among_three": mean_of([any(j.holds) for j in typos]),
        "cited_characters": mean_of([sum(len(c.quote) for c in j.answer.citations) for j in answerable]),
    }


def confusion(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Outcomes expected, and for each the outcomes given."""
    counts = Counter((j.golden.outcome.value, j.answer.outcome.value) for j in judged)
    return {expected: {given: n for (e, given), n in sorted(counts.items()) if e == expected} for expected in Outcome}


def misses(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Every question whose clause or outcome is wrong, with what was given instead."""
    return [
        {
            "id": j.golden.id,
            "question": j.golden.question,
            "policy": j.golden.answered_by,
            "expected": j.golden.outcome,
            "given": j.answer.outcome,
            "rank": j.holds.index(True) + 1 if any(j.holds) else None,
            "gold": list(j.golden.gold),
            "cited": [citation.quote for citation in j.answer.citations],
        }
        for j in judged
        if not j.outcome_right or (j.golden.gold and not (j.holds and j.holds[0]))
    ]


def _ranking(answerable: Sequence[Judged]) -> dict[Any, list[float]]:
    """Success@1, Success@3 and RR@3 of each question, by ir_measures. A question without citations scores zero."""
    wanted = [Success @ 1, Success @ 3, RR @ 3]
    qrels = [Qrel(j.golden.id, "right", 1) for j in answerable]
    run = [
        ScoredDoc(j.golden.id, "right" if holds and not any(j.holds[:rank]) else f"wrong-{rank}", -float(rank))
        for j in answerable
        for rank, holds in enumerate(j.holds or (False,))
    ]
    values: dict[Any, list[float]] = {measure: [] for measure in wanted}
    for metric in ir_measures.iter_calc(wanted, qrels, run):
        values[metric.measure].append(metric.value)
    return values


def mean_of(values: Sequence[float]) -> dict[str, float | int | None]:
    """Mean of some values with its 95 % bootstrap interval."""
    if not values:
        return {"value": None, "low": None, "high": None, "count": 0}
    found = np.asarray(values, dtype=float)
    resampled = np.random.default_rng(0).choice(found, (_RESAMPLES, len(found))).mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return {
        "value": round(float(found.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "count": len(found),
    }
