"""Typing errors are put right; names, and words that English has, are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.questions.spelling import Speller, WordCount, english
from tests.bundled import SPELLER


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("is my crad number shraed with thrid parties?", "is my card number shared with third parties?"),
        ("Do you encrpyt my infomation?", "Do you encrypt my information?"),
        ("n my adress?", "n my address?"),
        ("how do I delte my acount", "how do I delete my account"),
        ("hi im Thijs, do you shre my adress?", "hi im Thijs, do you share my address?"),
    ],
)
def test_a_typing_error_is_put_right(typed, corrected):
    assert SPELLER.correct(typed) == corrected


@pytest.mark.parametrize(
    "typed",
    [
        "GDPR, 4711, cookies and HTTPS",
        "do you sell my infos or my info",
        "my lawyer and my teachers say it is impossible",  # no layer, no trackers, not possible
        "do you send data abroad, and is it mine",
        "are national promotions a season of their own",
        "my name is thijs and I live in Leeds",
        "hi joost, can you uninstall it",
        "does Deliveroo get my order",
        "Wojciech and Siobhan share the fridge",
    ],
)
def test_names_and_english_words_are_left_alone(typed):
    assert SPELLER.correct(typed) == typed


def test_no_common_word_is_taken_for_another():
    words = [word for word in english() if word.isascii() and len(word) >= 4]
    assert len(words) > 15_000
    assert [word for word in words if SPELLER.correct(word) != word] == []


def test_a_slip_that_keeps_coming_is_still_a_slip():
    words = WordCount()
    words.add("your address and your account")
    count = words.with_typed(["my adress"] * 5 + ["my phone"] * 3)
    assert "adress" not in count
    assert count["phone"] == 3
    assert Speller(count).correct("adress") == "address"


def test_without_the_encoder_slips_are_put_right_as_well(monkeypatch):
    monkeypatch.setattr("assistant.questions.spelling.english", frozenset)
    assert Speller({"address": 3}).correct("my adress") == "my address"


@given(st.text(max_size=60))
def test_what_is_corrected_stays_so(text):
    once = SPELLER.correct(text)
    assert SPELLER.correct(once) == once
