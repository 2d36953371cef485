"""The outcome's weights: logistic regression over the signs of a question and the clause that answers it.

Learned from the companies' questions, from those about the bundled policies that are kept for tuning, and from the
practice bank: its clauses affirm, deny and condition the same thing, so that no subject by itself speaks for an outcome
(most policies say that they do not sell data; one that does must not be read so).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.evaluation.golden import Golden, gold_spans
from assistant.learned import OUTCOME
from assistant.modality import Assertion, assertion_of
from assistant.model import Outcome
from assistant.outcome import READ, OutcomeReader, part_asked, signs, words_of
from assistant.practices import bank
from assistant.practices.bank import Bank
from benchmarks.golden import load
from benchmarks.training.cases import questions, shelf, split
from corpus.model import Policy, Span
from corpus.shelf import Shelf

STRENGTH = 0.1  # inverse of the penalty on large weights
FEWEST = 5  # examples that a sign must stand in
SMALLEST = 0.05  # weights below are left out, where all of a sign's are
BUNDLED, BUNDLED_COUNT = ("golden", "golden_tune"), 3.0  # what a question about the bundled policies counts


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the clause that answers it best, what its part that is asked about asserts, the outcome; what it counts."""

    question: str
    clause: str
    assertion: Assertion
    outcome: int
    count: float = 1.0


def train(bundled: Shelf) -> dict[str, Any]:
    """Fit the weights and write them; how many examples and signs there are, and the share read right where it was not
    learned from."""
    companies, named = shelf(), split()
    examples = [e for name in named.learn + named.weigh for e in _examples(questions(name), companies)]
    for name in BUNDLED:
        examples += _examples(load(name), bundled, BUNDLED_COUNT)
    examples += _of_bank(bank.load())
    found = [signs(e.question, e.clause, e.assertion) for e in examples]
    seen = Counter(sign for each in found for sign in each)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([{sign: 1.0 for sign in each if seen[sign] >= FEWEST} for each in found])
    model = LogisticRegression(C=STRENGTH, max_iter=500, fit_intercept=False)
    model.fit(table, [e.outcome for e in examples], sample_weight=[e.count for e in examples])
    weights = {
        sign: tuple(round(float(each), 2) for each in column)
        for sign, column in zip(vectorizer.get_feature_names_out(), model.coef_.T, strict=True)
        if np.abs(column).max() >= SMALLEST
    }
    with OUTCOME.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        rows.writerow(["sign", *READ])
        rows.writerows([sign, *each] for sign, each in sorted(weights.items()))
    reader = OutcomeReader(weights)
    kept = [e for name in named.report for e in _examples(questions(name), companies)]
    return {
        "examples": len(examples),
        "signs": len(weights),
        "right_in_kept_aside": round(_right(reader, kept), 4),
        "right_in_golden_report": round(_right(reader, _examples(load("golden_report"), bundled)), 4),
    }


def _of_bank(known: Bank) -> Iterator[Example]:
    """Each question of the bank that wants yes or no, with a clause of its practice for each answer, in turn."""
    for practice in known.practices:
        said = (
            (Outcome.YES, practice.says_yes),
            (Outcome.NO, practice.says_no),
            (Outcome.DEPENDS, practice.says_depends),
        )
        for number, question in enumerate(practice.asks_whether):
            for outcome, clauses in said:
                clause = clauses[number % len(clauses)]
                assertion = assertion_of(clause, part_asked(question, clause, Span(0, len(clause))))
                yield Example(question, clause, assertion, READ.index(outcome))


def _right(reader: OutcomeReader, examples: Iterable[Example]) -> float:
    read = [reader.read(e.question, e.clause, e.assertion).outcome is READ[e.outcome] for e in examples]
    return sum(read) / len(read)


def _examples(asked: Iterable[Golden], policies: Shelf, count: float = 1.0) -> list[Example]:
    return [example for golden in asked for example in _example(golden, policies, count)]


def _example(golden: Golden, policies: Shelf, count: float) -> Iterator[Example]:
    """The example of a question with a gold clause; follow-ups, which do not stand alone, give none."""
    if golden.gold and golden.answered_by and not golden.history:
        policy = policies[golden.answered_by]
        number = _best(golden, policy)
        clause, own = words_of(policy, policy.clauses[number])
        assertion = assertion_of(clause, part_asked(golden.question, clause, own))
        yield Example(golden.question, clause, assertion, READ.index(golden.outcome), count)


def _best(golden: Golden, policy: Policy) -> int:
    """The clause of the first gold quote."""
    spans = gold_spans(golden.model_copy(update={"gold": golden.gold[:1]}), {policy.id: policy})
    return next(number for number, clause in enumerate(policy.clauses) if clause.span.covers(spans[0]))
