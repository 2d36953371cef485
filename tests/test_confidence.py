"""Whether the confidence of answers is what it says: calibration error and curve, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged, judge
from assistant.model import Outcome
from assistant.reading.bounds import Bounds
from benchmarks.calibration import claimed, confidence, draw
from benchmarks.confidence import coverage_against_misled, predictions, reliability
from tests.golden_questions import Prepared


def sure(outcome: str, given: Outcome, confidence: float, shelf) -> Judged:
    """A question that was answered with some confidence."""
    answering: Any = Prepared(shelf, {"x": (given, [5] if given.has_evidence else [])})
    (found,) = judge(answering, [Golden(id="x", question="x", policy="vps6", outcome=outcome)])
    return Judged(found.golden, found.answer.model_copy(update={"confidence": confidence}), found.holds)


def test_the_calibration_error_is_the_one_counted_by_hand():
    found = reliability([(0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.15, False), (1.0, True)])
    # Bins: 0.9 to 1 holds five (mean 0.96, four right), 0.1 to 0.2 one (0.15, none).
    assert found["bins"] == [
        {"confidence": 0.15, "right": 0.0, "count": 1},
        {"confidence": 0.96, "right": 0.8, "count": 5},
    ]
    error = found["expected_calibration_error"]
    assert error["value"] == pytest.approx((5 * 0.16 + 1 * 0.15) / 6, abs=1e-4)
    assert 0 <= error["low"] <= error["value"] <= error["high"]
    assert error["count"] == 6
    assert reliability([])["expected_calibration_error"]["value"] is None


def test_an_answer_that_claims_nothing_has_no_confidence_to_be_right(shelf):
    judged = [
        sure("yes", Outcome.YES, 0.9, shelf),
        sure("yes", Outcome.SILENT, 0.6, shelf),
        sure("yes", Outcome.UNCLEAR, 0.4, shelf),
        sure("yes", Outcome.OFF_TOPIC, 1.0, shelf),
    ]
    assert predictions(judged) == [(0.9, True), (0.6, False)]


def test_the_curve_of_claims_against_misled_is_the_one_counted_by_hand(shelf):
    judged = [
        sure("yes", Outcome.YES, 0.99, shelf),
        sure("no", Outcome.YES, 0.8, shelf),
        sure("silent", Outcome.NO, 0.6, shelf),
        sure("stated", Outcome.STATED, 0.55, shelf),
        sure("off_topic", Outcome.YES, 0.9, shelf),  # neither a claim about privacy, nor misled
    ]
    curve = coverage_against_misled(judged)
    found = {each["bound"]: (each["kept"]["value"], each["misled"]["value"]) for each in curve}
    assert found[0.5] == (1.0, 0.5)
    assert found[0.7] == (0.6667, 0.25)
    assert found[0.8] == (0.6667, 0.25)  # from this confidence on: it is claimed
    assert found[0.85] == (0.3333, 0.0)
    assert found[0.99] == (0.3333, 0.0)
    assert (curve[0]["kept"]["count"], curve[0]["misled"]["count"]) == (3, 4)


def test_an_assistant_claims_whatever_it_finds_only_as_long_as_that_is_measured(shelf):
    class Claiming(Prepared):
        bounds = Bounds(claims=0.7)

        def ask(self, question, policy, history):
            self.answers = {"x": (Outcome.YES if self.bounds.claims < 0.6 else Outcome.UNCLEAR, [5])}
            return super().ask(question, policy, history)

    answering: Any = Claiming(shelf, {})
    golden = Golden(id="x", question="x", policy="vps6", outcome="silent")
    assert claimed(answering, [golden])[0].misled
    assert not judge(answering, [golden])[0].misled
    assert answering.bounds.claims == 0.7


def test_confidence_is_drawn(shelf, tmp_path):
    judged = [sure("yes", Outcome.YES, 0.9, shelf), sure("no", Outcome.YES, 0.8, shelf)]
    draw({"by hand": confidence(judged, 0.7)}, tmp_path / "drawn.svg")
    assert "<svg" in (tmp_path / "drawn.svg").read_text()
