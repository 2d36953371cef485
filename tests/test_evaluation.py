"""A company's own questions, measured: figures that a person can count."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.evaluation.golden import Golden, read
from assistant.evaluation.measures import confusion, judge, mean_of, measures, misses
from assistant.evaluation.report import as_html, as_text, fault, report
from assistant.model import Outcome
from tests.golden_questions import (
    CARD,
    ELSEWHERE,
    QUESTIONS,
    Answering,
    Prepared,
    lines,
    prepared,
)


@pytest.fixture(scope="module")
def judged(shelf, tmp_path_factory):
    own = lines(tmp_path_factory.mktemp("own") / "own.jsonl", *QUESTIONS)
    answering: Any = Answering(shelf)
    return judge(answering, read(own, shelf))


def test_the_measures_are_those_counted_by_hand(judged):
    found = {name: (measure["value"], measure["count"]) for name, measure in measures(judged).items()}
    del found["cited_characters"]
    assert found == {
        "first_citation_right": (0.6667, 6),  # right, not-yes, either, unsure; not follow-up and 8
        "right_among_three": (0.6667, 6),
        "reciprocal_rank": (0.6667, 6),
        "outcome_right": (0.5, 10),  # right, silent, France, follow-up, either
        "outcome_right_answerable": (0.5, 6),
        "misled": (0.2222, 9),  # not-yes, not-silent
        "unclear": (0.1111, 9),  # unsure
        "silent_recognised": (0.3333, 3),
        "wrongly_silent": (0.1667, 6),  # 8
        "off_topic_recognised": (1.0, 1),
        "wrongly_off_topic": (0.1111, 9),  # not-France
        "followups_right": (0.0, 1),
        "typos_right_among_three": (None, 0),
    }


def test_a_rank_counts_as_the_measures_of_ranking_say(shelf):
    judged = prepared(
        shelf,
        ("first", Outcome.STATED, [5, 1, 2]),
        ("second", Outcome.STATED, [1, 5, 2]),
        ("third", Outcome.STATED, [1, 2, 5]),
        ("not at all", Outcome.STATED, [1, 2, 3]),
        ("nothing cited", Outcome.SILENT, []),
        ("twice", Outcome.STATED, [1, 5, 5]),
    )
    found = measures(judged)
    assert found["first_citation_right"]["value"] == round(1 / 6, 4)
    assert found["right_among_three"]["value"] == round(4 / 6, 4)
    assert found["reciprocal_rank"]["value"] == round((1 + 1 / 2 + 1 / 3 + 1 / 2) / 6, 4)
    assert [miss["rank"] for miss in misses(judged)] == [2, 3, None, None, 2]


def test_the_confusion_matrix_counts_every_question_once(judged):
    assert confusion(judged) == {
        "yes": {"no": 1, "yes": 2},  # either counts as expected
        "no": {"no": 1, "unclear": 1},
        "depends": {},
        "stated": {"silent": 1},
        "unclear": {},
        "silent": {"no": 1, "off_topic": 1, "silent": 1},
        "off_topic": {"off_topic": 1},
    }


def test_a_miss_says_what_was_expected_and_what_was_cited_instead(judged, shelf):
    found = {miss["id"]: miss for miss in misses(judged)}
    assert list(found) == ["not-yes", "not-silent", "not-France", "follow-up", "8", "unsure"]
    assert found["not-yes"] | {"cited": found["not-yes"]["cited"][:1]} == {
        "id": "not-yes",
        "question": CARD,
        "understood": None,
        "history": [],
        "policy": "qualispace",
        "expected": "yes",
        "accepted": ["yes"],
        "given": "no",
        "rank": 1,
        "gold": [ELSEWHERE],
        "cited": [
            {
                "policy": "qualispace",
                "path": list(judged[1].answer.citations[0].path),
                "quote": ELSEWHERE,
                "right": True,
            }
        ],
    }
    assert found["follow-up"]["understood"] == "is my card number encrypted?"
    assert found["follow-up"]["history"] == [CARD]
    assert not found["follow-up"]["cited"][0]["right"]
    assert found["8"]["cited"] == []
    assert (found["unsure"]["accepted"], found["unsure"]["given"]) == (["no", "depends"], "unclear")
    assert fault(found["unsure"]) == "outcome wrong"
    assert "expected no or depends, given unclear: outcome wrong" in as_text(
        report(judged, file="own.jsonl", encoder="none", policies=shelf)
    )


@pytest.mark.parametrize(
    ("accepted", "given", "right", "misled"),
    [
        (["depends", "yes"], Outcome.YES, True, False),
        (["depends", "no"], Outcome.YES, False, True),
        (["silent"], Outcome.NO, False, True),
        (["silent", "no"], Outcome.NO, True, False),
        (["yes"], Outcome.UNCLEAR, False, False),
        (["yes"], Outcome.SILENT, False, False),
        (["off_topic"], Outcome.YES, False, False),
    ],
)
def test_only_a_yes_or_no_that_no_careful_reader_would_give_misleads(shelf, accepted, given, right, misled):
    answering: Any = Prepared(shelf, {"x": (given, [5] if given.has_evidence else [])})
    (found,) = judge(answering, [Golden(id="x", question="x", policy="vps6", outcome=accepted)])
    assert (found.outcome_right, found.misled) == (right, misled)


def test_silence_that_is_accepted_beside_another_outcome_is_no_miss(shelf):
    quote = shelf["vps6"].clauses[5].span.of(shelf["vps6"].text)
    answering: Any = Prepared(shelf, {"x": (Outcome.SILENT, [])})
    golden = Golden(
        id="x", question="x", policy="vps6", outcome=["depends", "silent"], gold=(quote,), history=[{"question": "y"}]
    )
    judged = judge(answering, [golden])
    assert misses(judged) == []
    assert measures(judged)["followups_right"]["value"] == 1
    assert measures(judged)["wrongly_silent"]["value"] == 0


def test_an_interval_holds_its_mean_and_narrows_with_more_questions():
    few: Any = mean_of([1, 0] * 5)
    many: Any = mean_of([1, 0] * 500)
    assert (few["value"], few["count"]) == (0.5, 10)
    assert few["low"] < many["low"] < 0.5 < many["high"] < few["high"]
    assert mean_of([]) == {"value": None, "low": None, "high": None, "count": 0}


def test_a_file_without_answerable_questions_is_measured_too(shelf):
    answering: Any = Prepared(shelf, {"x": (Outcome.SILENT, [])})
    judged = judge(answering, [Golden(id="x", question="x", outcome=Outcome.SILENT)])
    assert measures(judged)["silent_recognised"]["value"] == 1
    found = report(judged, file="x.jsonl", encoder="none", policies=shelf)
    assert "no such question" in as_text(found)
    assert "None: every question" in as_html(found)
