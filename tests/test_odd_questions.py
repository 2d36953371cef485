"""Messages that few would write and some do: cut short, with nothing after a question word, asked of the contrary. None of them
raises, and what is made of them is a sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import BadQuestion
from assistant.model import Turn, checked
from assistant.practices.lexicon import Lexicon
from assistant.questions.follow_ups import FollowUps
from assistant.questions.several import Parting
from assistant.questions.standalone import QueryReader
from assistant.questions.topics import Topic
from tests.bundled import BANK, SHELF, SPELLER

DATA = Lexicon(BANK.vocabulary.data)
PARTING = Parting(DATA)
FOLLOW_UPS = FollowUps(DATA)
READER = QueryReader(SHELF.summaries.values(), DATA, SPELLER)


def completed(earlier: str, message: str) -> str | None:
    return FOLLOW_UPS.completed(message, earlier)


# ---- nothing raises --------------------------------------------------------------------------------------------------

# What a pronoun, an auxiliary verb or a question word ends is where a next word is looked for and none is there.
PIECES = st.sampled_from(
    "is that|is this|are those|do these|what is that|who is it|is that right|right|why|by when|from where|until when|who|"
    "how many of|with|if|even|the|you sell my data|do you keep my photos|is my data sold to partners|who is your DPO|"
    "can I stop it|my email|and mine|they|with my consent|under 13|children|how soon is my account|the card I use|you|we".split(
        "|"
    )
)
GLUE = st.sampled_from([" ", ", ", ",, ", "? ", ". ", " and ", ", and ", " or ", "; ", " - ", ": "])
MESSAGES = st.builds(
    lambda first, more, mark: first + "".join(glue + piece for glue, piece in more) + mark,
    PIECES,
    st.lists(st.tuples(GLUE, PIECES), max_size=4),
    st.sampled_from(["", "?", "??"]),
)


@given(MESSAGES | st.text(max_size=40), MESSAGES)
@settings(max_examples=200, deadline=None)
def test_no_message_raises(message, earlier):
    PARTING.parts(message)
    Topic.of(message, DATA)
    completed(earlier, message)
    with suppress(BadQuestion):
        READER.standalone(message, None, [Turn(question=earlier, policy=None)], lambda _: False)


@pytest.mark.parametrize("first", ["You sell my data, ", "how soon is my account? ", "who to?, ", ""])
@pytest.mark.parametrize(
    "last", ["is that?", "are those", "is this right?", "what is that?", "is the rulebook you", "we?"]
)
@pytest.mark.parametrize("after", ["why?", "and my email?", "can I stop it?"])
def test_a_question_without_its_end_is_a_topic_like_another(first, last, after):
    made = completed(first + last, after)
    assert made is None or made.endswith("?")


# ---- "is that right?" ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "confirming",
    [", is that right?", ", is that true?", ". Is that correct?", " - isn't that so?", ", is it true?", ", right?"],
)
@pytest.mark.parametrize(
    ("message", "whole"), [("why?", "why do you sell my data?"), ("and my email?", "do you sell my email?")]
)
def test_what_is_to_be_confirmed_is_what_was_asked(confirming, message, whole):
    assert (completed(f"you sell my data{confirming}", message) or "").lower() == whole


@pytest.mark.parametrize("message", ["is that right?", "why is that so?", "how is this true?"])
def test_nothing_but_the_confirming_stays_a_topic(message):
    assert Topic.of(message, DATA).text


@pytest.mark.parametrize("earlier", ["you'd never sell my data, right?", "you'll sell my data, won't you?"])
@pytest.mark.parametrize("message", ["why?", "and my email?", "in the US?"])
def test_no_subject_is_made_of_a_contracted_verb(earlier, message):
    assert completed(earlier, message) is None


# ---- what is typed for an apostrophe ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", "'’´`‘′ʼ")
def test_whatever_is_typed_for_an_apostrophe_is_one(mark):
    turns = [Turn(question=f"don{mark}t you sell my data?", policy=None)]
    follow_up = READER.standalone("why?", None, turns, lambda _: False)
    assert follow_up.text.replace("’", "'") == "why don't you sell my data?"
    follow_up = READER.standalone(f"don{mark}t you?", None, turns, lambda _: False)
    assert mark in "'’" or mark not in follow_up.text


def test_marks_that_stand_between_no_letters_stay():
    assert checked("is `cookies` a ‘word’ of 5′ or 6´, don´t") == "is `cookies` a ‘word’ of 5′ or 6´, don’t"


# ---- question words that nothing follows -----------------------------------------------------------------------------


@pytest.mark.parametrize("join", [", and ", " and "])
@pytest.mark.parametrize(
    "asked",
    [
        "by when", "until when", "since when", "from when", "from where", "to where", "for how long", "after how long", "how soon",
        "in which countries", "by what date", "within how many days", "under which law", "with whom", "for what",
    ],
)  # fmt: skip
def test_a_question_word_with_its_preposition_is_a_second_question(join, asked):
    parts = PARTING.parts(f"Is my data stored{join}{asked}?")
    assert parts == ("Is my data stored?", f"{asked[0].upper()}{asked[1:]} is my data stored?")


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Will you delete my data, and by when?", ("Will you delete my data?", "By when will you delete my data?")),
        (
            "Do you get data about me, and from where?",
            ("Do you get data about me?", "From where do you get data about me?"),
        ),
        (
            "Do you share my email with partners in the US, and in which countries?",
            (
                "Do you share my email with partners in the US?",
                "In which countries do you share my email with partners?",
            ),
        ),
    ],
)
def test_it_is_asked_of_the_first_question(message, parts):
    assert PARTING.parts(message) == parts


@pytest.mark.parametrize(
    "message",
    ["Do you get data about me, from where?", "and by when?", "by when", "do you collect my name and which data?"],
)
def test_without_a_question_before_or_a_word_that_joins_it_parts_nothing(message):
    assert PARTING.parts(message) == ()


# ---- people whom a noun names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "people"),
    [
        ("Who is your DPO?", "your DPO"),
        ("who's your DPO?", "your DPO"),
        ("Who are your partners?", "your partners"),
        ("who was the controller of my data?", "the controller of my data"),
        ("who is the person in charge?", "the person in charge"),
        ("Which companies are your partners?", "your partners"),
        ("who is my data sold to?", "those my data is sold to"),
        ("who are you suing?", "those you are suing"),
        ("who can see my photos?", "those who can see my photos"),
        ("whose data do you sell?", "those whose data you sell"),
        ("whose data is sold?", "those whose data is sold"),
        ("how many employees see my data?", "the employees that see my data"),
        ("who are you?", None),
        ("which partners are they?", None),
        ("whose partners are they?", None),
        ("who isn't your partner?", None),
        ("what companies are there?", None),
        ("who decides how long my data is kept?", None),
    ],
)
def test_they_are_those_whom_the_question_names(earlier, people):
    assert Topic.of(earlier, DATA).people() == people


@pytest.mark.parametrize(
    ("earlier", "message", "whole"),
    [
        ("Who is your DPO?", "How can I contact them?", "How can I contact your DPO?"),
        ("Who are your partners?", "can they see my email?", "Can your partners see my email?"),
        ("Who is your DPO?", "what is their address?", "What is the address of your DPO?"),
        ("Who is the controller of my photos?", "do they sell them?", None),
        ("Who is the controller?", "do they sell it?", None),
        ("who are you?", "can they see my email?", None),
    ],
)
def test_they_are_put_into_the_next_question(earlier, message, whole):
    made = completed(earlier, message)
    assert made is None or "None" not in made
    if whole is not None:
        assert made == whole


def test_they_are_put_into_the_second_question_of_a_message():
    parts = PARTING.parts("Who is your DPO and how can I contact them?")
    assert parts == ("Who is your DPO?", "How can I contact your DPO?")


# ---- contraries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "message", "whole"),
    [
        ("do you share data with shops without my consent?", "with my consent?", "do you share data with shops with my consent?"),
        ("do you sell data with consent?", "and without consent?", "do you sell data without consent?"),
        ("do you sell data without a warrant?", "without my consent?", "do you sell data without my consent?"),
        ("do you use my photos without asking?", "with my permission?", "do you use my photos with my permission?"),
        ("do you use my photos without asking me first?", "after asking me?", "do you use my photos after asking me?"),
        ("do you sell data without my consent?", "even with my consent?", "do you sell data even with my consent?"),
        ("do you collect data from children under 13?", "and under 16?", "do you collect data from children under 16?"),
        ("do you collect data from children under 13?", "over 16?", "do you collect data from children over 16?"),
        ("can people over 65 opt out?", "and under 65?", "can people under 65 opt out?"),
        (
            "do you collect data from kids under 13 without consent?",
            "and under 16?",
            "do you collect data from kids under 16 without consent?",
        ),
        ("do you reply within 30 days?", "after 30 days?", "do you reply after 30 days?"),
        ("do you keep logs for more than 2 years?", "for less than 2 years?", "do you keep logs for less than 2 years?"),
        ("how long do you keep it after deletion?", "before deletion?", "how long do you keep it before deletion?"),
        ("is my data encrypted during transfer?", "and after transfer?", "is my data encrypted after transfer?"),
        ("do you track me inside the app?", "and outside the app?", "do you track me outside the app?"),
        ("do you track me on the website?", "outside the website?", "do you track me outside the website?"),
        ("do you send data outside the EU?", "within the EU?", "do you send data within the EU?"),
    ],
)  # fmt: skip
def test_a_circumstance_takes_the_place_of_the_one_it_excludes(earlier, message, whole):
    assert completed(earlier, message) == whole


@pytest.mark.parametrize(
    ("earlier", "message"),
    [
        ("do you share my data with partners?", "without my consent?"),
        ("what do you do with my data?", "without my consent?"),
        ("what do you do with my stuff?", "without my consent?"),
        ("do you share my data with marketing partners?", "without my consent?"),
        ("do you combine my data with cookies?", "without my consent?"),
        ("do you collect data under the GDPR?", "over 16?"),
        ("do you track me in the app?", "within a month?"),
    ],
)
def test_what_it_does_not_exclude_stays(earlier, message):
    assert completed(earlier, message) == f"{earlier.rstrip('?')} {message}"
