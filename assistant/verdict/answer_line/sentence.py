"""Which sentence of what is cited says the answer, and what it needs around it to be understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.model import Outcome
from assistant.verdict.answer_line.asked import Asked, Wanted
from assistant.verdict.answer_line.grammar import points_back
from assistant.verdict.answer_line.reserves import lengthens, makes_depend, negates, takes_back
from assistant.verdict.answer_line.values import values
from corpus.model import Clause, Policy, Span
from corpus.text.sentences import sentences


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of what is cited: its span in the policy's text and the clause it stands in."""

    span: Span
    clause: Clause


def cited_sentences(policy: Policy, cited: Span, room: int) -> list[Sentence]:
    """The sentences of what is cited, in order; of a clause cited in part, that part. The sentences of one clause are taken
    as one if there is room (code points) for all of them."""
    return list(_sentences(policy, cited, room))


def best(policy: Policy, sentences: list[Sentence], asked: Asked, outcome: Outcome) -> int:
    """The place in the list of the sentence that speaks most of what is asked, as the outcome has it; the first among equals."""
    weights = [_weight(policy, sentence, asked, outcome) for sentence in sentences]
    return weights.index(max(weights))


def together(policy: Policy, sentences: list[Sentence], at: int, asked: Asked, room: int) -> Span:
    """The span of a sentence, with those of the same clause that it needs: the next where that takes something back of it or says
    that the length of time asked for may be another, the one before where it points back to it and there is room (code points)
    for both."""
    span, clause = sentences[at].span, sentences[at].clause
    lasts = asked.wanted is Wanted.DURATION and bool(values(span.of(policy.text), asked.wanted))
    for sentence in sentences[at + 1 :]:
        text = sentence.span.of(policy.text)
        if sentence.clause is not clause or not (takes_back(text) or (lasts and lengthens(text))):
            break
        span = Span(span.start, sentence.span.end)
    before = sentences[at - 1] if at else None
    if (
        before
        and before.clause is clause
        and points_back(span.of(policy.text))
        and span.end - before.span.start <= room
    ):
        span = Span(before.span.start, span.end)
    return span


def items_of(policy: Policy, clause: Clause) -> list[Span]:
    """The items of the list that a clause opens, in order."""
    return [other.span for other in policy.clauses if other.lead_in == clause.span]


def _sentences(policy: Policy, cited: Span, room: int) -> Iterator[Sentence]:
    for clause in policy.clauses:
        shared = Span(max(clause.span.start, cited.start), min(clause.span.end, cited.end))
        if shared.start < shared.end <= shared.start + room:
            yield Sentence(shared, clause)
        elif shared.start < shared.end:
            for span in sentences(policy.text, shared):
                yield Sentence(span, clause)


def _weight(policy: Policy, sentence: Sentence, asked: Asked, outcome: Outcome) -> float:
    text = sentence.span.of(policy.text)
    lead = policy.lead_in_of(sentence.clause)
    weight = len(asked.met(f"{lead} {text}")) + 0.5 * len(asked.met(text))
    if asked.wanted is not Wanted.WHETHER and values(text, asked.wanted):
        weight += 1.5
    if outcome is Outcome.NO and negates(text):
        weight += 0.5
    if outcome is Outcome.DEPENDS and makes_depend(text):
        weight += 0.5
    return weight
