"""Readings -> one outcome and the clauses that prove it.

The search gives the passages that could answer, the reader reads each together with the question, and the rule below turns the
readings into a verdict. Yes and no are claimed only where they are sure enough; below that the verdict is `unclear`. Where
no passage answers it is `silent`, which is never "no". The bounds are set on questions that nothing was trained on
(benchmarks/training/reader/bounds.py) and stand beside the reader's weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.model import MAX_CITATIONS, Outcome
from assistant.reading.base import OUTCOMES, Reading
from assistant.reading.bounds import MOST_AGREEING, Bounds, Sureness, log_odds
from corpus.model import Policy, Span

_CONTRARY = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES}
_LONGEST_LIST = 900  # code points; a longer list is cited by its items
_EXCEPTS = re.compile(
    r"^(?:however|but|except|unless|nevertheless|notwithstanding|that said|the (?:only )?exceptions?\b|"
    r"(?:this|these|the (?:above|foregoing)|that) (?:\w+ ){0,3}?(?:does|do|shall|will|may) not (?:apply|include|cover|extend))\b",
    re.IGNORECASE,
)


class Judged(NamedTuple):
    """A clause that was read for a question: its number in the policy, its similarity, its reading, and the calibrated
    probability that it answers."""

    number: int
    similarity: float
    reading: Reading
    answers: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one policy, how probable it is to be right, and the cited spans (best first).

    Where the policy is silent, `closest` is a clause that is related; it does not answer. `excepted`: the second cited clause
    takes exception to the first. `judged` holds what was read, best first, and `read_by` says by which reader.
    """

    outcome: Outcome
    confidence: float
    spans: tuple[Span, ...] = ()
    judged: tuple[Judged, ...] = ()
    closest: Span | None = None
    excepted: bool = False
    read_by: str = ""

    @property
    def strength(self) -> float:
        """The probability that the best clause answers."""
        return self.judged[0].answers if self.judged else 0.0


def judged(
    numbers: Sequence[int],
    similarities: Sequence[float],
    readings: Sequence[Reading],
    bounds: Bounds,
    *,
    openly: bool = False,
) -> tuple[Judged, ...]:
    """What was read, best first: by the log-odds that a passage answers, and its similarity beside them.

    Args:
        openly: whether the question is one of who, what or where: a passage that would say yes or no to it states what it says.
    """

    def merit(each: Judged) -> tuple[float, float]:
        # Log-odds know no difference between what is all but certain; the order of reading must not decide then.
        return log_odds(each.answers) + bounds.likeness * each.similarity, each.answers

    read = [
        Judged(number, similarity, _stating(reading) if openly else reading, bounds.calibrated(reading))
        for number, similarity, reading in zip(numbers, similarities, readings, strict=True)
    ]
    return tuple(sorted(read, key=merit, reverse=True))


def _stating(reading: Reading) -> Reading:
    return Reading(reading.none, 0.0, 0.0, reading.depends, reading.yes + reading.no + reading.stated)


def verdict(policy: Policy, read: tuple[Judged, ...], bounds: Bounds, *, wants_whole: bool) -> Verdict:
    """The verdict on one policy.

    Args:
        read: what `judged` gave; empty for a policy without clauses.
        wants_whole: whether the question wants more than yes or no, so that a list of which it wants several items is cited whole.
    """
    if not read or max(each.answers for each in read) < bounds.answers:
        closest = policy.clauses[read[0].number].span if read and read[0].answers > bounds.answers / 4 else None
        return Verdict(Outcome.SILENT, 1 - read[0].answers if read else 1.0, judged=read, closest=closest)
    best, answering = answers(read, bounds)
    outcome, sureness = weighed(best, answering)
    confidence = bounds.confidence(sureness)
    # The best clause is the one that is quoted: a "yes" must not stand above one that says no, or that it depends, however many
    # others say yes.
    against = _loudest(best) in (_CONTRARY.get(outcome), Outcome.DEPENDS)
    if outcome in _CONTRARY and (best.answers < bounds.stands or confidence < bounds.claims or against):
        outcome, confidence = Outcome.UNCLEAR, 1 - confidence
    agreeing = [each for each in answering if each is best or outcome is Outcome.UNCLEAR or _says(each, outcome)]
    counterpart = _beside(policy, best.number, read, bounds.further / 2)
    if counterpart is not None:
        agreeing = [best, counterpart, *agreeing]
    elif outcome is Outcome.DEPENDS and _loudest(best) in _CONTRARY:  # what is quoted must say on what it depends
        agreeing = [each for each in agreeing if _loudest(each) is outcome][:1] + agreeing
    numbers = list(dict.fromkeys(each.number for each in agreeing))
    spans = cited(policy, numbers[: 2 * MAX_CITATIONS], siblings=2 if wants_whole else MAX_CITATIONS + 1)
    # A list that is cited whole may hold the exception itself: then what is cited next is another clause.
    behind = counterpart if counterpart is not None and counterpart.number > best.number else None
    excepted = (
        behind is not None
        and _loudest(behind) is not outcome
        and len(spans) > 1
        and spans[1].overlap(policy.clauses[behind.number].span) > 0
    )
    return Verdict(outcome, confidence, spans, read, excepted=excepted)


def answers(read: Sequence[Judged], bounds: Bounds) -> tuple[Judged, list[Judged]]:
    """The best passage, and all that answer, the best one first."""
    best = read[0] if read[0].answers >= bounds.answers else max(read, key=lambda each: each.answers)
    return best, [best, *(each for each in read if each is not best and each.answers >= bounds.further)]


def weighed(best: Judged, answering: Sequence[Judged]) -> tuple[Outcome, Sureness]:
    """The outcome of the passages that answer, and what tells how sure it is: each says what it says as loudly as it answers, the
    best one twice."""
    total = dict.fromkeys(OUTCOMES, 0.0)
    weights = 0.0
    for each in answering:
        weight = each.answers**2 * (2 if each is best else 1) * math.exp(-3 * (best.answers - each.answers))
        weights += weight
        for outcome in OUTCOMES:
            total[outcome] += weight * _share(each, outcome)
    outcome = max(OUTCOMES, key=total.__getitem__)
    contrary = _CONTRARY.get(outcome)
    loudest = max(each.answers * _share(each, contrary) for each in answering) if contrary else 0.5
    agreeing = sum(each.answers * _share(each, outcome) for each in answering if each is not best)
    sureness = Sureness(
        answers=log_odds(best.answers),
        share=_log_odds(total[outcome] / weights),
        claim=float(contrary is not None),
        affirms=float(outcome is Outcome.YES),
        against=_log_odds(loudest),
        agreeing=min(agreeing, MOST_AGREEING),
    )
    return outcome, sureness


def _share(each: Judged, outcome: Outcome) -> float:
    """The probability that a passage says this, if it answers."""
    return each.reading.of(outcome) / max(each.reading.answers, 1e-6)


def _log_odds(share: float) -> float:
    return log_odds(min(max(share, 0.01), 0.99))


def _says(each: Judged, outcome: Outcome) -> bool:
    """Whether a passage that answers says this outcome, or one that does not contradict it."""
    said = _loudest(each)
    return said is outcome or {said, outcome} != {Outcome.YES, Outcome.NO}


def _loudest(each: Judged) -> Outcome:
    """What a passage says most probably, if it answers."""
    return max(OUTCOMES, key=each.reading.of)


def _beside(policy: Policy, number: int, read: Sequence[Judged], least: float) -> Judged | None:
    """The counterpart of a clause, if it was read and answers at least so probably."""
    counterpart = _counterpart(policy, number)
    return next((each for each in read if each.number == counterpart and each.answers >= least), None)


def _counterpart(policy: Policy, number: int) -> int | None:
    """The clause that takes exception to a clause, or the one that it takes exception to; None where neither is."""
    for later, other in ((number + 1, number + 1), (number, number - 1)):
        if 0 < later < len(policy.clauses):
            clause, before = policy.clauses[later], policy.clauses[later - 1]
            if clause.path == before.path and _EXCEPTS.search(clause.span.of(policy.text)):
                return other
    return None


def cited(policy: Policy, numbers: Sequence[int], *, siblings: int) -> tuple[Span, ...]:
    """The spans to cite for clauses in order of merit.

    The sentence that opens a list is cited with its items, which complete it; and so is a list of which at least
    `siblings` items stand among the best.
    """
    spans: list[Span] = []
    for number in numbers:
        clause = policy.clauses[number]
        opener = clause.span if clause.span.of(policy.text).endswith(":") else clause.lead_in
        items = [at for at, other in enumerate(policy.clauses) if opener is not None and other.lead_in == opener]
        among = sum(at in items for at in numbers[:MAX_CITATIONS])
        span = clause.span
        if items and (opener == span or among >= siblings):
            start = opener.start if opener in [c.span for c in policy.clauses] else policy.clauses[items[0]].span.start
            whole = Span(start, policy.clauses[items[-1]].span.end)
            span = whole if whole.end - whole.start <= _LONGEST_LIST else span
        if not any(span.overlap(other) for other in spans):
            spans.append(span)
    return tuple(spans[:MAX_CITATIONS])
