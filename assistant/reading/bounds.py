"""What is set when a reader has been trained: how its probabilities are calibrated, and from where on something is said."""

from __future__ import annotations

import math
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from assistant.reading.base import Reading

MOST_AGREEING = 1.5
_CERTAIN = 1e-6  # probabilities nearer to 0 or 1 than this are taken for this near


class Sureness(NamedTuple):
    """What tells how sure an outcome is, as numbers; and, in `Bounds.sure`, what each of them adds to the log-odds that it is right.

    answers: the log-odds that the best passage answers. share: those of the share that the outcome has among the passages that
    answer. claim, affirms: 1 for yes and no; for yes. against: of yes and no, the log-odds that the passage which contradicts it
    loudest answers so. agreeing: how many further passages say the same, each as probable as it is, at most `MOST_AGREEING`.
    """

    answers: float
    share: float
    claim: float
    affirms: float
    against: float
    agreeing: float


class Bounds(BaseModel):
    """What turns readings into a verdict.

    slope, offset: log-odds that a passage answers, as the reader gives them -> calibrated ones.
    likeness: what a passage's similarity adds to its log-odds when passages are ranked.
    nearest: the least similarity of a passage to the question, for it to be read: the reader knows near misses, and would guess
        at what is about nothing of the kind.
    answers: the least probability that the best passage answers, for the question not to be silent.
    base, sure: what makes the log-odds that an outcome is right: a constant, and the weight of each part of `Sureness`.
    stands: the least probability that the best passage answers, for yes or no to be said at all: what a reader doubts to be about
        the matter decides nothing, however plainly it says yes or no.
    claims: the least probability of yes or no to be right, for it to be said.
    further: the least probability that another passage answers, for it to be cited too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = 1.0
    offset: float = 0.0
    likeness: float = 1.0
    nearest: float = -1.0
    answers: float = 0.5
    base: float = 0.0
    sure: Sureness = Sureness(1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    stands: float = 0.0
    claims: float = 0.7
    further: float = 0.5

    def calibrated(self, reading: Reading) -> float:
        """The calibrated probability that a passage answers."""
        return 1 / (1 + math.exp(-(self.slope * log_odds(reading.answers) + self.offset)))

    def confidence(self, sureness: Sureness) -> float:
        """The calibrated probability that an outcome is right."""
        odds = self.base + sum(weight * part for weight, part in zip(self.sure, sureness, strict=True))
        return 1 / (1 + math.exp(-odds))


def log_odds(probability: float) -> float:
    """The log-odds of a probability."""
    p = min(max(probability, _CERTAIN), 1 - _CERTAIN)
    return math.log(p / (1 - p))
