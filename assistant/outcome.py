"""What a clause says to a question: yes, no, it depends, or (where the question wants more than yes or no) it states it.

A log-linear model over signs that anybody can check: the negations, modal verbs and conditions that `modality` reads in
the clause and in its part that speaks of what is asked, the form of the question, and the words and word pairs of both.
Its weights are learned by `make train` (`benchmarks/training/outcome.py`) and kept as a readable table.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assistant.modality import Assertion, assertion_of, parts_of, restricts_to_insiders
from assistant.model import Outcome
from assistant.question import Form, asks_about_outsiders, asks_without_consent, focus_of, form_of
from corpus.model import Clause, Policy, Span
from index.lexical import terms

READ = (
    Outcome.YES,
    Outcome.NO,
    Outcome.DEPENDS,
    Outcome.STATED,
)  # the outcomes that a clause can give, in order of weights
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

    def read(self, question: str, clause: str, part: Span) -> OutcomeReading:
        """The outcome of one clause, given as `words_of` gives it, and its part as `part_asked` does."""
        totals = [0.0] * len(READ)
        added: dict[str, tuple[float, ...]] = {}
        for sign, value in signs(question, clause, part).items():
            if sign in self.weights:
                added[sign] = tuple(value * weight for weight in self.weights[sign])
                totals = [total + each for total, each in zip(totals, added[sign], strict=True)]
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


def signs(question: str, clause: str, part: Span) -> dict[str, float]:
    """The signs in a question and a clause, each with its strength: 1, for all there are today."""
    read = {"part": assertion_of(clause, part), "clause": assertion_of(clause)}
    found: dict[str, float] = defaultdict(float)
    for name in _of_form(question, clause, read["clause"]):
        found[name] = 1.0
    for where, assertion in read.items():
        for name in _of_assertion(assertion):
            found[f"{where} {name}"] = 1.0
    asked = words(focus_of(question))
    polarity = "negated" if read["part"].negated else "affirmed"
    for gram in _grams(asked):
        found[f"asked: {gram}"] = 1.0
        found[f"asked of what is {polarity}: {gram}"] = 1.0
    if asked:
        found[f"begins: {asked[0]}"] = 1.0
        found[f"begins: {' '.join(asked[:2])}"] = 1.0
    if read["part"].reserved:
        for word in asked:
            found[f"asked of what is reserved: {word}"] = 1.0
    for gram in _grams(words(clause)):
        found[f"said: {gram}"] = 1.0
    return {"always": 1.0, **found}


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
