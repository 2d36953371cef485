"""What is set when a reader has been trained: how its probabilities are calibrated, and from where on something is said."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict

from assistant.reading.base import Reading

_CERTAIN = 1e-6  # probabilities nearer to 0 or 1 than this are taken for this near


class Bounds(BaseModel):
    """What turns readings into a verdict.

    slope, offset: log-odds that a passage answers, as the reader gives them -> calibrated ones.
    likeness: what a passage's similarity adds to its log-odds when passages are ranked.
    nearest: the least similarity of a passage to the question, for it to be read: the reader knows near misses, and would guess
        at what is about nothing of the kind.
    answers: the least probability that the best passage answers, for the question not to be silent.
    sure: weights of the log-odds that an outcome is right: a base, that of the probability that the best passage answers, that of
        the share the outcome has among the passages that answer, and what is added for yes and no.
    claims: the least probability of yes or no to be right, for it to be said.
    affirms: the same for yes alone, at least as high: a wrong yes accuses the company.
    further: the least probability that another passage answers, for it to be cited too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = 1.0
    offset: float = 0.0
    likeness: float = 1.0
    nearest: float = -1.0
    answers: float = 0.5
    sure: tuple[float, float, float, float] = (0.0, 1.0, 1.0, 0.0)
    claims: float = 0.7
    affirms: float = 0.7
    further: float = 0.5

    def calibrated(self, reading: Reading) -> float:
        """The calibrated probability that a passage answers."""
        return 1 / (1 + math.exp(-(self.slope * log_odds(reading.answers) + self.offset)))

    def confidence(self, answers: float, share: float, *, claim: bool) -> float:
        """The calibrated probability that an outcome is right.

        Args:
            answers: the probability that the best passage answers.
            share: of the outcome among the passages that answer.
            claim: whether it is yes or no.
        """
        base, of_answers, of_share, of_claim = self.sure
        share = min(max(share, 0.01), 0.99)
        return 1 / (
            1 + math.exp(-(base + of_answers * log_odds(answers) + of_share * log_odds(share) + of_claim * claim))
        )


def log_odds(probability: float) -> float:
    """The log-odds of a probability."""
    p = min(max(probability, _CERTAIN), 1 - _CERTAIN)
    return math.log(p / (1 - p))
