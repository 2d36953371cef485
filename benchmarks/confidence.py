"""Whether the confidence of answers is what it says, and what it would cost to claim yes and no less readily.

Expected calibration error after Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
Binning" (AAAI 2015), with ten bins of equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.measures import CLAIMS, Judged, mean_of
from assistant.model import Outcome

BINS = 10
BOUNDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
"""Confidences from which yes and no could be claimed."""

_RESAMPLES = 2000


def predictions(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    """The confidence of each answer that a reader gave, and whether its outcome is right.

    An answer that calls a message off topic was not read for, and one that is unclear says nothing that could be right.
    """
    return [
        (j.answer.confidence, j.outcome_right)
        for j in judged
        if j.answer.outcome not in (Outcome.OFF_TOPIC, Outcome.UNCLEAR)
    ]


def reliability(answers: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """How far confidence and the share of right outcomes are apart, as `predictions` gives them.

    `expected_calibration_error` is the mean distance with its 95 % bootstrap interval (of few questions it is never zero, since
    each bin strays by chance); `bins` has for each bin that holds an answer the mean confidence, the share of right outcomes,
    and the number of answers.
    """
    if not answers:
        return {"expected_calibration_error": mean_of([]), "bins": []}
    confidence, right = np.array([c for c, _ in answers]), np.array([r for _, r in answers], dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    chance = np.random.default_rng(0)
    drawn = (chance.integers(0, len(answers), len(answers)) for _ in range(_RESAMPLES))
    low, high = np.percentile([_error(confidence[rows], right[rows], bins[rows]) for rows in drawn], [2.5, 97.5])
    return {
        "expected_calibration_error": {
            "value": round(_error(confidence, right, bins), 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
            "count": len(answers),
        },
        "bins": [
            {
                "confidence": round(float(confidence[bins == number].mean()), 4),
                "right": round(float(right[bins == number].mean()), 4),
                "count": int((bins == number).sum()),
            }
            for number in np.unique(bins)
        ],
    }


def coverage_against_misled(judged: Sequence[Judged], bounds: Sequence[float] = BOUNDS) -> list[dict[str, Any]]:
    """What is left of the claims, and how many mislead, if yes and no were claimed from each of these confidences on.

    `kept` is the share of the claims (answers yes and no to questions about privacy) that is still made, `misled` the share of
    all questions about privacy that is answered yes or no where no careful reader would; either with its interval. Claims that
    were not made, since the answers are `unclear`, cannot be counted: give answers that claim whatever they find.
    """
    private = [j for j in judged if j.private]
    claims = [j for j in private if j.answer.outcome in CLAIMS]
    return [
        {
            "bound": bound,
            "kept": mean_of([j.answer.confidence >= bound for j in claims]),
            "misled": mean_of([j.misled and j.answer.confidence >= bound for j in private]),
        }
        for bound in bounds
    ]


def _error(confidence: NDArray[np.float64], right: NDArray[np.float64], bins: NDArray[np.int64]) -> float:
    """The mean over all answers of how far their bin's mean confidence is from its share of right outcomes."""
    apart = np.bincount(bins, confidence - right, minlength=BINS)
    return float(np.abs(apart).sum() / len(bins))
