"""How the minute in which everything is killed judges answers: only what was in use when it was asked is right."""

from __future__ import annotations

import pytest

from benchmarks.scale.mixed_people import FRESH, judged, served, text_of, version_of
from benchmarks.servers.waiting import until

PUBLISHED = [(0, 0.0, 0.0), (1, 10.0, 14.0), (2, 20.0, None), (3, 30.0, 34.0)]  # version, begun, acknowledged


@pytest.mark.parametrize(
    ("asked", "known", "versions"),
    [
        (5.0, 1, [0]),
        (12.0, 2, [0, 1]),  # begun: some may have it
        (14.0 + FRESH / 2, 2, [0, 1]),
        (14.0 + FRESH, 2, [1]),  # now all must
        (25.0, 3, [1, 2]),  # not acknowledged: it may be in use, or never be
        (34.0 + FRESH, 4, [3]),
    ],
)
def test_versions_that_may_be_answered_from(asked, known, versions):
    assert served(PUBLISHED[:known], asked) == versions


def test_a_text_tells_its_version():
    assert [version_of(text_of(days)) for days in (0, 7, 123)] == [0, 7, 123]


def answer(outcome: str, text: str, quote: str) -> dict[str, object]:
    place = {"policy_sha256": "a" * 64, "start": 0, "end": 5, "quote": quote, "confidence": 0.3}
    return {"outcome": outcome, "text": text, "citations": [place]}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer("yes", "Yes.", "We do"), ""),
        (answer("no", "Yes.", "We do"), "wrong"),
        (answer("yes", "Yes!", "We do"), "wrong"),
        (answer("yes", "Yes.", "We did"), "wrong"),
        ({"outcome": "silent", "text": "Yes.", "citations": []}, "wrong"),
    ],
)
def test_of_a_policy_that_stays_every_answer_is_the_expected_one(given, told):
    expected = ("yes", "Yes.", [("a" * 64, 0, 5, "We do")])
    assert judged(given, expected, []) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer("stated", "", "We keep your data for 3 days."), ""),
        (answer("stated", "", "We keep your data for 2 days."), "late"),
        (answer("stated", "", "We never sell your data to anyone."), "wrong"),
        (answer("yes", "", "We keep your data for 3 days."), "wrong"),
        ({"outcome": "silent", "text": "", "citations": []}, "wrong"),
    ],
)
def test_of_the_policy_that_is_published_every_answer_is_from_a_text_in_use(given, told):
    assert judged(given, None, [3]) == told


def test_what_is_waited_for_in_vain_is_named():
    with pytest.raises(TimeoutError, match=r"the moon was not seen within 0\.1 s"):
        until(lambda: False, "the moon", 0.1)
