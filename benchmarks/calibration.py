"""Whether answers know how sure they are, asked of an assistant and drawn: confidence against what is right, claims against what
misleads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged, judge
from benchmarks.confidence import coverage_against_misled, predictions, reliability


@contextmanager
def claiming_always(assistant: Assistant) -> Iterator[None]:
    """The assistant says yes and no however unsure it is, so that it can be seen what saying less is worth."""
    kept = assistant.bounds
    assistant.bounds = kept.model_copy(update={"claims": 0.0, "stands": 0.0})
    try:
        yield
    finally:
        assistant.bounds = kept


def claimed(assistant: Assistant, questions: Sequence[Golden]) -> list[Judged]:
    """The questions asked of an assistant that claims yes and no however unsure it is."""
    with claiming_always(assistant):
        return judge(assistant, questions)


def confidence(judged: Sequence[Judged], claims_from: float) -> dict[str, Any]:
    """The reliability of confidences, and the curve of claims against misled questions.

    Args:
        judged: answers that claim yes and no however unsure they are.
        claims_from: the confidence from which yes and no are claimed as the program is served.
    """
    return {
        "claims_from": claims_from,
        **reliability(predictions(judged)),
        "coverage_against_misled": coverage_against_misled(judged),
    }


def draw(measured: Mapping[str, Mapping[str, Any]], path: Path) -> None:
    """The reliability diagram and the curve of claims against misled questions, for some sets of questions, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "plainclause"  # the same picture for the same figures
    figure, (told, claims) = pyplot.subplots(1, 2, figsize=(9.6, 4.6), layout="constrained")
    told.plot([0, 1], [0, 1], color="0.6", linewidth=1, label="perfect")
    for (name, figures), mark in zip(measured.items(), "os^v", strict=False):
        error = figures["expected_calibration_error"]
        told.plot(
            [each["confidence"] for each in figures["bins"]],
            [each["right"] for each in figures["bins"]],
            marker=mark,
            label=f"{name} ({error['count']} answers, error {error['value']:.3f})",
        )
        curve = figures["coverage_against_misled"]
        line = claims.plot(
            [each["kept"]["value"] for each in curve],
            [each["misled"]["value"] for each in curve],
            marker=mark,
            label=name,
        )
        served = min(curve, key=lambda each: abs(each["bound"] - figures["claims_from"]))
        at = (served["kept"]["value"], served["misled"]["value"])
        claims.plot(*at, marker="o", markersize=13, fillstyle="none", linestyle="none", color=line[0].get_color())
    claims.plot(
        [], [], marker="o", markersize=9, fillstyle="none", linestyle="none", color="0.4", label="as it is served"
    )
    told.set(xlabel="confidence", ylabel="share of outcomes that are right", xlim=(0, 1), ylim=(0, 1.02))
    claims.set(xlabel="claims of yes and no that are made", ylabel="questions misled", xlim=(0, 1.02), ylim=(0, None))
    for axes in (told, claims):
        axes.legend(loc="upper left", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
