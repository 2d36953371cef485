"""From which confidence on yes and no are claimed: misled rarely, and no right outcome is given away for nothing."""

from __future__ import annotations

from itertools import count

import pytest

from assistant.evaluation.golden import Golden
from assistant.model import Outcome
from assistant.reading.base import Reading
from assistant.reading.bounds import Bounds, Sureness
from assistant.verdict.decide import judged
from benchmarks import real_policies
from benchmarks.training.reader.bounds import Example, claiming
from corpus.shelf.catalogue import Metadata, policy_of

# The confidence is the probability that the passage answers, and nothing else.
PLAIN = Bounds(answers=0.1, sure=Sureness(1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
TUNING, OTHER = real_policies.TUNING[0], "m-other"
NUMBER = count()


def example(confidence: float, *, right: bool, policy: str = TUNING) -> Example:
    """A question that its passage answers with "no", so surely; a careful reader says so too, or that it depends."""
    read = policy_of(policy, "We never sell it.", Metadata(), "text")
    clause = read.clauses[0].span
    accepted = Outcome.NO if right else Outcome.DEPENDS
    golden = Golden.model_validate({"id": next(NUMBER), "question": "sold?", "policy": policy, "outcome": accepted})
    reading = Reading(1 - confidence, 0.0, confidence, 0.0, 0.0)
    return Example(golden, read, judged([0], [0.9], [reading], PLAIN), (clause,), whole=False)


@pytest.mark.parametrize(
    ("confidences", "wrong", "expected"),
    [
        ([0.95] * 99, 0.645, 0.94),  # one of a hundred may be wrong, yet a greater confidence costs nothing
        ([0.655, *[0.95] * 98], 0.645, 0.65),
        ([0.605, *[0.95] * 98], 0.645, 0.6),
        (
            [0.605, *[0.95] * 18],
            0.645,
            0.94,
        ),  # one of twenty may not: a right outcome is given up, and no other after it
    ],
)
def test_claims_are_as_sure_as_costs_no_right_outcome(confidences, wrong, expected):
    every = [example(each, right=True) for each in confidences] + [example(wrong, right=False)]
    assert claiming(every, PLAIN).claims == expected


def test_right_outcomes_of_policies_that_claims_are_not_set_on_count_too():
    every = [*(example(0.95, right=True) for _ in range(40)), example(0.705, right=True, policy=OTHER)]
    assert claiming(every, PLAIN).claims == 0.7


def test_where_nothing_keeps_the_misled_few_enough_as_little_as_can_be_is_claimed():
    assert claiming([example(0.99, right=False) for _ in range(5)], PLAIN).claims == 0.95
