"""Typing errors are put right; names, and words that English has, are left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.questions import slips
from assistant.questions.spelling import Speller, WordCount, english
from benchmarks.golden import FOLDER
from tests.bundled import SPELLER


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("is my crad number shraed with thrid parties?", "is my card number shared with third parties?"),
        ("Do you encrpyt my infomation?", "Do you encrypt my information?"),
        ("n my adress?", "n my address?"),
        ("how do I delte my acount", "how do I delete my account"),
        ("hi im Thijs, do you shre my adress?", "hi im Thijs, do you share my address?"),
        ("do you rembr what ive been serching for", "do you rembr what i've been searching for"),  # too far off: left
        ("teh polcy on my fone numbr", "the policy on my phone number"),
        ("is my dauhgter's pasword safe aswell", "is my daughter's password safe as well"),
        ("Certifed? Encripted?", "Certified? Encrypted?"),
        (
            "dont you? youre not, arent you? whos got it? everybodys",
            "don't you? you're not, aren't you? who's got it? everybody's",
        ),
    ],
)
def test_a_typing_error_is_put_right(typed, corrected):
    assert SPELLER.correct(typed) == corrected


@pytest.mark.parametrize(
    ("typed", "denied"),
    [
        ("dosent dosnt doesent does'nt dosen't", "doesn't"),
        ("dont dont't do'nt", "don't"),
        ("didint didnt dind't did'nt", "didn't"),
        ("havnt hav'nt havent", "haven't"),
        ("is'nt", "isn't"),
        ("wasent was'nt", "wasn't"),
        ("arnt are'nt", "aren't"),
        ("woudnt woudn't would'nt", "wouldn't"),
        ("cann't ca'nt", "can't"),
        ("ain't", "ain't"),
    ],
)
def test_what_denies_still_denies(typed, denied):
    for word in typed.split():
        assert SPELLER.correct(f"you {word} sell it") == f"you {denied} sell it"
        curly = word.replace("'", "’")
        assert SPELLER.correct(f"you {curly} sell it").replace("’", "'") == f"you {denied} sell it"


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("uncrypted", "encrypted"),  # un- is no slip for en-
        ("uncrypt", "encrypt"),
        ("insecured", "in secured"),
        ("incompliant", "in compliant"),
        ("inauthorised", "in authorised"),
        ("inclear", "in clear"),
        ("isclosed", "is closed"),  # or "disclosed"
        ("isagree", "is agree"),
        ("nauthorised", "authorised"),  # whose first letter is missing
        ("navailable", "available"),
        ("nencrypted", "encrypted"),
        ("mperfect", "perfect"),
        ("uuavailable", "available"),
        ("optin", "option"),
    ],
)
def test_no_word_is_turned_into_its_contrary(typed, never):
    assert SPELLER.correct(f"is it {typed}") != f"is it {never}"


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("unautorised", "unauthorised"),
        ("unformation", "information"),
        ("distroy", "destroy"),
        ("inyour", "in your"),
        ("inorder", "in order"),
        ("isstored", "is stored"),
        ("nocookies", "no cookies"),
        ("optin optedout", "opt in opted out"),
        ("gantt", "gantt"),  # a doubled letter is one slip, so two are no "gan"
    ],
)
def test_what_is_no_contrary_is_put_right_as_before(typed, corrected):
    assert SPELLER.correct(f"do it {typed}") == f"do it {corrected}"


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
        "you're flogging my data, and oughtn't you ask",
        "reddit, gmail, strava, klarna and openai",
        "unhashed webshop rulebooks, subprocessors and geotags",
        "our dpo says coppa, cpra and pipeda",
        "do you sell to zyntrix or qavoria",  # whatever those are
    ],
)
def test_names_and_english_words_are_left_alone(typed):
    assert SPELLER.correct(typed) == typed


def test_what_customers_misspell_is_put_right_and_what_they_do_not_is_left_alone():
    rows = [json.loads(line) for line in (FOLDER / "spelling.jsonl").read_text(encoding="utf-8").splitlines()]
    slips = [(row["typed"], row["meant"]) for row in rows if row["typed"] != row["meant"]]
    words = [row["typed"] for row in rows if row["typed"] == row["meant"]]
    assert sum(SPELLER.correct(typed) == meant for typed, meant in slips) / len(slips) >= 0.9
    assert sum(SPELLER.correct(typed) not in (typed, meant) for typed, meant in slips) / len(slips) <= 0.04
    assert sum(SPELLER.correct(word).replace("'", "") == word.replace("'", "") for word in words) / len(words) >= 0.85


def test_no_english_word_is_taken_for_another():
    words = [word for word in english() if word.isascii()]
    assert len(words) > 60_000
    assert [word for word in words if SPELLER.correct(word) != word] == []


@pytest.mark.parametrize(
    ("typed", "likelier", "than"),
    [
        ("adress", "address", "dress"),  # a letter that should be double
        ("freind", "friend", "fried"),  # two that changed places
        ("fone", "phone", "bone"),  # the same sound
        ("delited", "deleted", "delisted"),  # one vowel for another
        ("senf", "send", "senp"),  # a neighbour on the keyboard
        ("subscriptons", "subscriptions", "subscription"),  # the end of a word means something
        ("lissen", "listen", "dissen"),  # the first letter is seldom wrong
    ],
)
def test_a_slip_that_people_make_costs_less(typed, likelier, than):
    assert 0 < slips.cost(typed, likelier) < slips.cost(typed, than)


@given(st.text("abcdefs", max_size=9), st.text("abcdefs", max_size=9))
def test_only_what_is_no_slip_costs_nothing(typed, meant):
    assert (slips.cost(typed, meant) == 0) == (typed == meant)


def test_a_slip_that_keeps_coming_is_still_a_slip():
    words = WordCount()
    words.add("your address and your account")
    count = words.with_typed(["my adress"] * 5 + ["my phone"] * 3)
    assert "adress" not in count
    assert count["phone"] == 3
    assert Speller(count).correct("adress") == "address"


def test_words_that_only_the_policies_have_are_known_and_meant():
    speller = Speller({"plainclause": 3})
    assert speller.correct("plainclause, plianclause") == "plainclause, plainclause"


@given(st.text(max_size=60))
def test_what_is_corrected_stays_so(text):
    once = SPELLER.correct(text)
    assert SPELLER.correct(once) == once
