"""Messages that ask several things: each question stands alone, in its case and after its story, also where the message is a follow-up."""

from __future__ import annotations

import pytest

from assistant.model import Route, Turn
from assistant.practices import bank
from assistant.practices.lexicon import Lexicon
from assistant.questions.follow_ups import FollowUps
from assistant.questions.phrases import unadorned
from assistant.questions.several import Parting

DATA = Lexicon(bank.load().vocabulary.data)
PARTING = Parting(DATA)
FOLLOW_UPS = FollowUps(DATA)


def completed(earlier: str, message: str) -> str | None:
    return FOLLOW_UPS.completed(message, earlier)


# ---- parts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("1) do you sell my name 2) how do I unsubscribe", ("Do you sell my name?", "How do I unsubscribe?")),
        ("do you record calls and who listens to them", ("Do you record calls?", "Who listens to calls?")),
        ("Is my card number stored? Where are your servers?", ("Is my card number stored?", "Where are your servers?")),
        ("do you keep my chats, and for how long?", ("Do you keep my chats?", "For how long do you keep my chats?")),
        ("delete my photos, and then close my account", ("How do I delete my photos?", "How do I close my account?")),
        ("thanks! who is your DPO? also, do you use cookies?", ("Who is your DPO?", "Do you use cookies?")),
        (
            "voice clips: are they kept, and when are they deleted",
            ("Are the voice clips kept?", "When are the voice clips deleted?"),
        ),
        (
            "If I close my account, are my photos deleted, and do you keep copies?",
            ("If I close my account, are my photos deleted?", "If I close my account, do you keep copies?"),
        ),
        (
            "even if I opt out, do you share my email and do you sell it?",
            ("Even if I opt out, do you share my email?", "Even if I opt out, do you sell my email?"),
        ),
        (
            "if I leave, do you keep my photos, and if I stay, do you sell them?",
            ("If I leave, do you keep my photos?", "If I stay, do you sell my photos?"),
        ),
    ],
)
def test_each_part_stands_alone(message, parts):
    assert PARTING.parts(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "do you collect my name and my email address?",
        "do you know where I am and what I buy?",
        "if I close my account, do you delete my photos and my messages?",
        "I moved house last week. Can I change my address? Thanks!",
        "you sell my data, don't you? right?",
        "do you use cookies? you don't, do you?",
        "Seriously? You keep it for ten years?",
        "who processes the payments, is it some other firm?",
        "do you delete my data or keep it?",
        "where consent is needed, do you ask for it first?",
        "what can be switched off and what can't?",
        "is it safe?",
        "cookies and pixels",
        "",
        "?",
        "and and and?",
    ],
)
def test_one_question_is_not_parted(message):
    assert PARTING.parts(message) == ()


@pytest.mark.parametrize("join", [", and why?", " and why?", "? Why?", "? and why?", "? why", "? Seriously? Why?"])
def test_a_bare_question_word_asks_something_of_its_own(join):
    assert PARTING.parts(f"Do you sell my data{join}") == ("Do you sell my data?", "Why do you sell my data?")


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Is my data shared, and when?", ("Is my data shared?", "When is my data shared?")),
        ("can I get a copy of my data, and how", ("Can I get a copy of my data?", "How can I get a copy of my data?")),
        (
            "What do you collect, why, and for how long?",
            ("What do you collect?", "Why do you collect data?", "For how long do you collect data?"),
        ),
        (
            "Who gets my data, where, and for how long?",
            ("Who gets my data?", "Where does anyone get my data?", "For how long does anyone get my data?"),
        ),
        (
            "do you sell my data, and to whom, and why?",
            ("Do you sell my data?", "To whom do you sell my data?", "Why do you sell my data?"),
        ),
        ("what do you hold on to and why", ("What do you hold on to?", "Why do you hold on to anything?")),
    ],
)
def test_several_question_words_are_asked_of_the_first_question(message, parts):
    assert PARTING.parts(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "do you see whom I call and when?",
        "does the page say who it is shared with and how?",
        "do you track me, why?",
        "What? You keep my photos?",
        "which bank do you go to for the credit check, and when?",
    ],
)
def test_a_question_word_that_belongs_to_another_clause_parts_nothing(message):
    assert PARTING.parts(message) == ()


# ---- the case and the story that a question is asked in --------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "After I close my account: do you keep my photos, and do you sell them?",
            ("After I close my account, do you keep my photos?", "After I close my account, do you sell my photos?"),
        ),
        (
            "for job applicants: do you keep CVs, and do you share them?",
            ("For job applicants, do you keep CVs?", "For job applicants, do you share CVs?"),
        ),
        (
            "In California, can I opt out, and is there a fee?",
            ("In California, can I opt out?", "In California, is there a fee?"),
        ),
        (
            "When I visit without logging in, what do you collect, and do you share it?",
            (
                "When I visit without logging in, what do you collect?",
                "When I visit without logging in, do you share what you collect?",
            ),
        ),
        (
            "after I leave, do you keep my photos, and for how long?",
            ("After I leave, do you keep my photos?", "After I leave, for how long do you keep my photos?"),
        ),
        (
            "I am 12, do you collect my data, and can I use the site?",
            ("I am 12, do you collect my data?", "I am 12, can I use the site?"),
        ),
        (
            "my son is eleven: may he have an account, and do you track him?",
            ("My son is eleven, may he have an account?", "My son is eleven, do you track him?"),
        ),
        (
            "Can I close my account and do you still keep my photos?",
            ("Can I close my account?", "After I close my account, do you still keep my photos?"),
        ),
        (
            "Do you use cookies? If I lose my phone, can you lock it and do you wipe it?",
            ("Do you use cookies?", "If I lose my phone, can you lock it?", "If I lose my phone, do you wipe it?"),
        ),
    ],
)
def test_each_part_is_asked_in_the_case_that_the_message_names(message, parts):
    assert PARTING.parts(message) == parts


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "I am 12 years old. Do you collect my data? And can I use the site?",
            ("I am 12 years old. Do you collect my data?", "I am 12 years old. Can I use the site?"),
        ),
        ("I'm 12! can I use it? do you sell my name?", ("I'm 12! Can I use it?", "I'm 12! Do you sell my name?")),
        (
            "I live in the EU. Do you sell my name and do you share it?",
            ("I live in the EU. Do you sell my name?", "I live in the EU. Do you share my name?"),
        ),
        (
            "I have deleted my account - do you still keep my emails and do you share them?",
            (
                "I have deleted my account. Do you still keep my emails?",
                "I have deleted my account. Do you share my emails?",
            ),
        ),
        (
            "Do you sell my name? I never gave consent. Do you share it?",
            ("Do you sell my name?", "I never gave consent. Do you share my name?"),
        ),
        (
            "I sent you my passport. Do you keep it, and do you share it?",
            ("I sent you my passport. Do you keep it?", "I sent you my passport. Do you share my passport?"),
        ),
        (
            "We moved last year. 1) do you sell my name 2) do you share it",
            ("We moved last year. Do you sell my name?", "We moved last year. Do you share my name?"),
        ),
    ],
)
def test_each_part_is_asked_after_what_its_asker_told_before(message, parts):
    assert PARTING.parts(message) == parts


@pytest.mark.parametrize(
    "told",
    [
        "I hope not.",
        "I have two questions.",
        "Hi, my name is Ada.",
        "Thanks!",
        "I read your page.",
        "You never answered.",
    ],
)
def test_a_remark_is_no_story(told):
    assert PARTING.parts(f"{told} Do you sell my name? Do you share it?") == (
        "Do you sell my name?",
        "Do you share my name?",
    )


def test_of_a_long_story_each_part_has_what_a_reader_takes_in():
    long = "I walked along the river all day with my dog and my aunt and the two old men who sell the lamps there."
    parts = PARTING.parts(f"{long} {long} I am 12. Do you sell my name? Do you share it?")
    assert parts == (f"{long} I am 12. Do you sell my name?", f"{long} I am 12. Do you share my name?")


@pytest.mark.parametrize(
    "message",
    [
        "My desk is tied to my firm, which has a contract. Can you clear it out for good?",
        "Can my nanny, who has a card, look at my photos?",
        "I dropped my phone in the lake. Had backup on. Is it gone?",
    ],
)
def test_what_is_told_is_no_question(message):
    assert PARTING.parts(message) == ()


# ---- the noun of the question before ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "last"),
    [
        ("Do you use AI? Is my data used to train it?", "Is my data used to train AI?"),
        ("do you use kitebox for this bot and does it get my words", "Does kitebox get my words?"),
        ("Do you sell my name? Is it legal to sell faces?", "Is it legal to sell faces?"),
    ],
)
def test_a_verb_is_no_noun_to_go_on_with(message, last):
    assert PARTING.parts(message)[-1] == last


@pytest.mark.parametrize("message", ["Is it possible to opt out, and does it cost anything?"])
def test_nothing_is_made_of_what_is_no_noun(message):
    assert PARTING.parts(message) == ()


# ---- follow-ups that ask several things ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "message", "parts"),
    [
        ("do you collect my location?", "is it sold? is it encrypted?", ("Is my location sold?", "Is my location encrypted?")),
        ("do you use cookies?", "do they identify me? do they expire?", ("Do cookies identify me?", "Do cookies expire?")),
        ("do you sell my data?", "and my email? and my phone?", ("Do you sell my email?", "Do you sell my phone?")),
        (
            "do you use cookies?",
            "can I refuse? and why?",
            ("Can I refuse to let you use cookies?", "Why do you use cookies?"),
        ),
        ("do you use cookies?", "why and for how long?", ("Why do you use cookies?", "For how long do you use cookies?")),
        (
            "do you collect my email?",
            "do you sell it, and when is it deleted?",
            ("Do you sell my email?", "When is my email deleted?"),
        ),
        (
            "do you collect my email?",
            "do you share it? with whom?",
            ("Do you share my email?", "With whom do you share my email?"),
        ),
        (
            "do you track me?",
            "and on Sundays? and at night?",
            ("Do you track me on Sundays?", "Do you track me at night?"),
        ),
        ("do you collect my email?", "is it kept? and do you sell my name?", ("Is my email kept?", "Do you sell my name?")),
        ("do you sell my data?", "do you? to whom?", ("Do you sell my data?", "To whom do you sell my data?")),
    ],
)  # fmt: skip
def test_a_follow_up_that_asks_several_things_keeps_them_all(earlier, message, parts):
    assert FOLLOW_UPS.may_be(message)
    assert PARTING.parts(completed(earlier, message) or "") == parts


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("do you share it? Really?", "do you share my email?"),
        ("What? You share it?", "You share my email?"),
        ("really? why?", "why do you collect my email?"),
    ],
)
def test_what_only_asks_the_same_again_is_passed_over(message, whole):
    assert completed("do you collect my email?", message) == whole


@pytest.mark.parametrize(
    "message",
    [
        "Do you use cookies? Do you sell them?",
        "I bought a toy. Does it record? Is it encrypted?",
        "do you sell it? my phone number i mean",
    ],
)
def test_questions_that_name_what_they_are_about_need_no_history(message):
    assert completed("do you collect my email?", message) is None


def test_a_follow_up_that_asks_two_things_is_answered_twice(assistant):
    history = [Turn(question="is my card number stored?", policy="rackspace")]
    both = assistant.ask("is it shared? is it encrypted?", "rackspace", history)
    assert both.route is Route.SEVERAL
    assert [part.question for part in both.parts] == ["Is my card number shared?", "Is my card number encrypted?"]
    assert both.understood == "is my card number shared? is my card number encrypted?"


def test_a_part_is_answered_as_it_would_be_alone(assistant):
    both = assistant.ask("I live in Spain. Do you use cookies? Are calls recorded?", "rackspace")
    assert [part.question for part in both.parts] == [
        "I live in Spain. Do you use cookies?",
        "I live in Spain. Are calls recorded?",
    ]
    for part in both.parts:
        alone = assistant.ask(part.question, "rackspace")
        assert (part.outcome, part.citations) == (alone.outcome, alone.citations)


# ---- emoji and remarks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "message", "whole"),
    [
        ("do you sell my data?", "and my email 😡", "do you sell my email?"),
        ("do you sell my data?", "🙈 and my email?? 👍🏽", "do you sell my email?"),
        ("do you sell my data?", "and my email :(", "do you sell my email?"),
        ("do you sell my data 😡", "to advertisers?", "do you sell my data to advertisers?"),
        ("do you sell my data?? 😡😡", "why?", "why do you sell my data?"),
        ("do you collect my email?", "do you sell it? i hope not", "do you sell my email?"),
        ("do you collect my email?", "do you sell it? just curious", "do you sell my email?"),
        ("do you collect my email?", "do you sell it? asking for a friend", "do you sell my email?"),
        ("do you sell my data? i hope not", "why?", "why do you sell my data?"),
        ("do you sell my data?", "wait, and my email?", "do you sell my email?"),
        ("do you sell my data?", "hold on, and my email?", "do you sell my email?"),
        ("do you sell my data?", "actually, and my email?", "do you sell my email?"),
    ],
)
def test_what_asks_nothing_does_not_stand_in_the_way(earlier, message, whole):
    assert completed(earlier, message) == whole


def test_a_part_has_no_emoji():
    assert PARTING.parts("do you sell my data 😡 and do you share it? 😭") == (
        "Do you sell my data?",
        "Do you share my data?",
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("is it sold 😡?", "is it sold?"),
        ("do you ❤️ cookies", "do you cookies"),
        ("why :-( ?", "why?"),
        ("is Zorbly® fine", "is Zorbly® fine"),
        ("see https://zorb.ly/a (b) : c", "see https://zorb.ly/a (b) : c"),
        ("👍", ""),
    ],
)
def test_only_emoji_and_smileys_are_left_out(text, plain):
    assert unadorned(text) == plain
