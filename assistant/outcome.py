"""What a clause says to a question: yes, no, it depends, or (where the question wants more than yes or no) it states it.

A log-linear model over signs that anybody can check: the negations, modal verbs and conditions that `modality` reads in
the clause and in its part that speaks of what is asked, the form of the question, and the words and word pairs of both.
Its weights are learned by `make train` (`benchmarks/training/outcome.py`) and kept as a readable table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assistant.modality import Assertion, assertion_of, parts_of, restricts_to_insiders
from assistant.model import Outcome
from assistant.question import Form, asks_about_outsiders, asks_without_consent, focus_of, form_of
from corpus.model import Clause, Policy, Span
from index.lexical import terms

# The outcomes that a clause can give, in the order of the weights.
READ = (Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED)
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|\?")


@dataclass(frozen=True, slots=True)
class OutcomeReading:
    """The outcome, its probability, and the signs that speak for it most (weight above the mean of the others)."""

    outcome: Outcome
    probability: float
    because: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class OutcomeReader:
    """Reads outcomes. `weights` has for each sign what it adds to the log-odds of each outcome of `READ`."""

    weights: Mapping[str, tuple[float, ...]]

    def read(self, question: str, clause: str, assertion: Assertion) -> OutcomeReading:
        """The outcome of one clause, given as `words_of` gives it, and what its part that is asked about asserts."""
        added = {sign: self.weights[sign] for sign in signs(question, clause, assertion) if sign in self.weights}
        totals = [sum(column) for column in zip(*added.values(), strict=True)] if added else [0.0] * len(READ)
        odds = [math.exp(total - max(totals)) for total in totals]
        best = max(range(len(READ)), key=totals.__getitem__)
        favour = {sign: each[best] - (sum(each) - each[best]) / (len(READ) - 1) for sign, each in added.items()}
        because = sorted(favour.items(), key=lambda item: -item[1])[:5]
        return OutcomeReading(READ[best], odds[best] / sum(odds), tuple(because))


def words_of(policy: Policy, clause: Clause) -> tuple[str, Span]:
    """The words of a clause, after those of the sentence that opens its list, if any; and where its own stand in them."""
    own = clause.span.of(policy.text)
    if clause.lead_in is None:
        return own, Span(0, len(own))
    opening = clause.lead_in.of(policy.text) + " "
    return opening + own, Span(len(opening), len(opening) + len(own))


def part_asked(question: str, clause: str, own: Span) -> Span:
    """The co-ordinate part of a clause's own words that shares most words with the question; the first of equal ones."""
    wanted = set(terms(question))
    part = max(parts_of(own.of(clause)), key=lambda span: len(wanted & set(terms(span.of(own.of(clause))))))
    return Span(own.start + part.start, own.start + part.end)


def signs(question: str, clause: str, assertion: Assertion) -> tuple[str, ...]:
    """The signs in a question, a clause and what its part that is asked about asserts, each once."""
    whole = assertion_of(clause)
    asked = words(focus_of(question))
    polarity = "negated" if assertion.negated else "affirmed"
    found = ["always", *_of_form(question, clause, whole)]
    found += [f"part {name}" for name in _of_assertion(assertion)]
    found += [f"clause {name}" for name in _of_assertion(whole)]
    for gram in _grams(asked):
        found += [f"asked: {gram}", f"asked of what is {polarity}: {gram}"]
    found += [f"begins: {' '.join(asked[:count])}" for count in (1, 2) if asked]
    found += [f"asked of what is reserved: {word}" for word in asked if assertion.reserved]
    found += [f"said: {gram}" for gram in _grams(words(clause))]
    return tuple(dict.fromkeys(found))


def words(text: str) -> list[str]:
    """The words of a text, in lower case, and its question marks."""
    return _WORD.findall(text.lower().replace("’", "'"))


def _of_form(question: str, clause: str, assertion: Assertion) -> Iterator[str]:
    without, outsiders = asks_without_consent(question), asks_about_outsiders(question)
    inside = restricts_to_insiders(clause)
    yield from ["wants more than yes or no"] * (form_of(question) is Form.OPEN)
    yield from ["asks: without consent"] * without
    yield from ["asks: without consent; says: with consent"] * (without and assertion.only_consent)
    yield from ["asks: outsiders"] * outsiders
    yield from ["says: insiders only"] * inside
    yield from ["asks: outsiders; says: insiders only"] * (outsiders and inside)


def _of_assertion(assertion: Assertion) -> Iterator[str]:
    yield from ["is negated"] * assertion.negated
    yield from ["has a modal verb"] * assertion.modal
    yield from ["has a condition"] * bool(assertion.conditions)
    yield from ["has consent as its only condition"] * assertion.only_consent
    yield from ["is negated with a reserve"] * (assertion.negated and assertion.reserved)


def _grams(tokens: list[str]) -> Iterator[str]:
    yield from tokens
    yield from (f"{one} {next_}" for one, next_ in pairwise(tokens))
