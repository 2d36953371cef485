"""Why this clause and why this outcome: what was read in question and clause, and each part of the score."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from assistant.evidence import Asked, Evidence, Verdict, Weighed, probability
from assistant.languages import CODES, language
from assistant.model import Explanation, Part, ReadAs, WeighedClause
from assistant.practices.bank import Vocabulary
from assistant.practices.reader import Floats
from corpus.model import Policy

_CLAUSES, _PRACTICES = 3, 3


def explained(evidence: Evidence, asked: Asked, verdict: Verdict, policy: Policy) -> Explanation | None:
    """The explanation of a verdict on one policy; None where nothing was weighed, since the question is off topic."""
    if not verdict.ranked:
        return None
    vocabulary, needed = evidence.practices.bank.vocabulary, evidence.learned.answerability.needed
    return Explanation(
        form=asked.form.value,
        read_as=_read_as(evidence, vocabulary, asked.reading.best[0], asked.actions, asked.data),
        answered=round(probability(verdict.strength + needed), 4),
        answered_needed=round(probability(needed), 4),
        outcome_probability=round(verdict.reading.probability, 4) if verdict.reading else None,
        outcome_signs=tuple(sign for sign, _ in verdict.reading.because) if verdict.reading else (),
        clauses=tuple(_clause(evidence, vocabulary, policy, each) for each in verdict.ranked[:_CLAUSES]),
    )


def _clause(evidence: Evidence, vocabulary: Vocabulary, policy: Policy, weighed: Weighed) -> WeighedClause:
    clause, known = policy.clauses[weighed.number], evidence.known(policy.id)
    weights = evidence.learned.weights.model_dump()
    parts = [
        Part(name=name, value=round(value, 4), weight=weights[name], adds=round(value * weights[name], 4))
        for name, value in weighed.parts.items()
    ]
    return WeighedClause(
        quote=clause.span.of(policy.text),
        start=clause.span.start,
        end=clause.span.end,
        path=clause.path,
        read_as=_read_as(
            evidence,
            vocabulary,
            known.profile[weighed.number],
            {evidence.actions.terms[at] for at in np.flatnonzero(known.actions[weighed.number])},
            {evidence.data.terms[at] for at in np.flatnonzero(known.data[weighed.number])},
        ),
        weight=round(weighed.weight, 4),
        parts=tuple(sorted(parts, key=lambda part: -abs(part.adds))),
    )


def _read_as(evidence: Evidence, vocabulary: Vocabulary, likeness: Floats, actions: Set[str], data: Set[str]) -> ReadAs:
    practices, say = evidence.practices.bank.practices, language(CODES[0]).say
    return ReadAs(
        practices=tuple(practices[number].title for number in np.argsort(-likeness, kind="stable")[:_PRACTICES]),
        actions=tuple(say(f"topic.actions.{name}") for name in vocabulary.actions if name in actions),
        data=tuple(say(f"topic.data.{name}") for name in vocabulary.data if name in data),
    )
