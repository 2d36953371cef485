"""Why these clauses and why this outcome: what the reader made of each clause."""

from __future__ import annotations

from assistant.model import Explanation, ReadClause
from assistant.reading.bounds import Bounds
from assistant.verdict.decide import Judged, Verdict
from corpus.model import Policy

_CLAUSES = 5


def explained(question: str, verdict: Verdict, policy: Policy, bounds: Bounds) -> Explanation:
    """The explanation of a verdict on one policy; `question` as it was read."""
    return Explanation(
        read=question,
        answered=round(verdict.strength, 4),
        answered_needed=bounds.answers,
        claim_needed=bounds.claims,
        clauses=tuple(_clause(policy, each) for each in verdict.judged[:_CLAUSES]),
    )


def _clause(policy: Policy, judged: Judged) -> ReadClause:
    clause = policy.clauses[judged.number]
    return ReadClause(
        quote=clause.span.of(policy.text),
        start=clause.span.start,
        end=clause.span.end,
        path=clause.path,
        similarity=round(judged.similarity, 4),
        answers=round(judged.answers, 4),
        **{name: round(value, 4) for name, value in judged.reading._asdict().items()},
    )
