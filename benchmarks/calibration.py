"""Whether probabilities are what they say: that a clause answers at all, against whether one does.

Expected calibration error after Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
Binning" (AAAI 2015), with ten bins of equal width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.evidence import probability
from assistant.model import Outcome

BINS = 10


def predictions(assistant: Assistant, questions: Iterable[Golden]) -> list[tuple[float, bool]]:
    """For each question about privacy that names its policy: the probability that a clause answers, whether one does."""
    found = []
    for golden in questions:
        if golden.answered_by is not None and golden.outcome is not Outcome.OFF_TOPIC:
            asked = assistant.read(golden.question, golden.answered_by, golden.history)
            strength = assistant.evidence.weigh(asked, golden.answered_by).strength
            log_odds = strength + assistant.evidence.learned.answerability.needed
            found.append((probability(log_odds), golden.outcome.has_evidence))
    return found


def calibration(found: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """The expected calibration error, and for each bin that holds a question: its mean probability, the share answered,
    how many questions."""
    probability, answered = np.array([p for p, _ in found]), np.array([a for _, a in found], dtype=float)
    numbers = np.minimum((probability * BINS).astype(int), BINS - 1)
    bins = [
        {
            "probability": round(float(probability[numbers == number].mean()), 4),
            "answered": round(float(answered[numbers == number].mean()), 4),
            "count": int((numbers == number).sum()),
        }
        for number in range(BINS)
        if (numbers == number).any()
    ]
    error = sum(each["count"] * abs(each["probability"] - each["answered"]) for each in bins) / len(found)
    return {"expected_calibration_error": round(float(error), 4), "count": len(found), "bins": bins}


def draw(measured: dict[str, dict[str, Any]], path: Path) -> None:
    """A reliability diagram of some sets of questions, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "plainclause"  # the same picture for the same figures
    figure, axes = pyplot.subplots(figsize=(5.2, 4.6), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, label="perfect")
    for (name, found), mark in zip(measured.items(), "os^v", strict=False):
        bins = found["bins"]
        axes.plot(
            [each["probability"] for each in bins],
            [each["answered"] for each in bins],
            marker=mark,
            label=f"{name} ({found['count']} questions, error {found['expected_calibration_error']:.3f})",
        )
    axes.set(xlabel="probability that a clause answers", ylabel="share of questions that one answers")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower right", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
