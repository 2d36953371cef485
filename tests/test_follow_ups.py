"""Follow-ups become sentences that stand alone, or are left as typed; nothing is ever glued together.

The dialogues stand in golden/follow_ups.tsv, a line each.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.model import Turn
from assistant.practices.lexicon import Lexicon
from assistant.questions.follow_ups import FollowUps, reads_well
from assistant.questions.fragments import asks_nothing
from assistant.questions.several import Parting
from assistant.questions.standalone import Query, QueryReader
from assistant.settings import ROOT
from tests.bundled import BANK, SHELF, SPELLER, TEXTS

DATA = Lexicon(BANK.vocabulary.data)
READER = QueryReader(SHELF.summaries.values(), DATA, SPELLER)
DIALOGUES = [
    line.split("\t")
    for line in (ROOT / "tests" / "golden" / "follow_ups.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
EARLIER = sorted({turn for turns, _, _ in DIALOGUES for turn in turns.split(" | ") if not turn.startswith("~")})
MESSAGES = sorted({message for _, message, _ in DIALOGUES})
FOLLOW_UPS = sorted({message for _, message, whole in DIALOGUES if whole != "-"})
STANDING = [
    question
    for question in TEXTS["practice-questions"]
    if not re.search(r"\b(?:it|they|them|this|that|these|those)\b", question, re.IGNORECASE)
]
PREPOSITIONS = frozenset("with to from for at in of by about into under without during between among".split())


def read(message: str, turns: list[str]) -> Query:
    """A message read after turns; those with ~ before them are off topic."""
    off_topic = {SPELLER.correct(turn[1:]) for turn in turns if turn.startswith("~")}
    history = [Turn(question=turn.removeprefix("~"), policy="rackspace") for turn in turns]
    return READER.standalone(message, None, history, off_topic.__contains__)


def seams(query: Query) -> list[str]:
    """What shows that a sentence was put together."""
    sources = f"{query.asked} | {query.topic}".lower()
    words = re.findall(r"[\w'’]+", query.text.lower())
    found = [
        f"{a} {b}" for a, b in pairwise(words) if a in PREPOSITIONS and b in PREPOSITIONS and f"{a} {b}" not in sources
    ]
    found += [f"{a} {b}" for a, b in pairwise(words) if a == b and f"{a} {b}" not in sources]
    found += re.findall(r" [,.?!]|,\?|, ?,|\(|\)|: |\?.+", query.text)
    return found + ([] if query.text.endswith(("?", ".", "!")) else ["no mark at the end"])


@pytest.mark.parametrize(
    ("turns", "message", "whole"), DIALOGUES, ids=[f"{n} {m}" for n, (_, m, _) in enumerate(DIALOGUES)]
)
def test_a_dialogue_is_read_as_people_mean_it(turns, message, whole):
    query = read(message, turns.split(" | "))
    assert (query.understood or "-") == whole
    if whole == "-":
        assert query.text == SPELLER.correct(message)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Do you have a DPO? If not, why?", ("Do you have a DPO?", "Why do you not have a DPO?")),
        ("Do you delete backups? If not, when?", ()),
        (
            "Do you delete backups? If not, why? If so, when?",
            ("Do you delete backups?", "Why do you not delete backups?", "When do you delete backups?"),
        ),
        (
            "Do you sell my data? Not even anonymised?",
            ("Do you sell my data?", "Do you sell my data, even anonymised?"),
        ),
        ("Do you sell my data? Only aggregated?", ("Do you sell my data?", "Do you sell my data only aggregated?")),
    ],
)
def test_what_goes_on_in_the_same_message_is_read_alike(message, parts):
    assert Parting(DATA).parts(message) == parts


def test_the_dialogues_are_many_and_of_all_kinds():
    assert len(DIALOGUES) >= 500
    assert sum(whole == "-" for _, _, whole in DIALOGUES) >= 25
    assert sum(" | " in turns for turns, _, _ in DIALOGUES) >= 8


@pytest.mark.parametrize("seed", range(3))
def test_whole_questions_are_left_alone_after_any_history(seed):
    """At least 99 of 100; the bank holds a few that do go on from something ("Are any of them permanent?")."""
    draw = random.Random(seed)
    whole = draw.sample(STANDING, 300)
    changed = [
        question for question in whole if read(question, draw.choices(EARLIER, k=draw.randint(1, 4))).topic is not None
    ]
    assert len(changed) <= 3, changed


@given(st.sampled_from(EARLIER), st.sampled_from(MESSAGES))
@settings(max_examples=400, deadline=None)
def test_nothing_is_glued(earlier, message):
    query = read(message, [earlier])
    if query.topic is not None:
        assert seams(query) == []
        assert len(query.text) <= 2_000


@given(st.lists(st.sampled_from(EARLIER), max_size=6), st.sampled_from(MESSAGES))
@settings(deadline=None)
def test_only_the_turns_up_to_the_last_whole_question_count(turns, message):
    anchor = "do you share my email with advertisers?"
    assert read(message, [*turns, anchor]) == read(message, [anchor])


@given(
    st.sampled_from(FOLLOW_UPS),
    st.lists(st.sampled_from(["thanks", "ok", "haha cool", "~tell me a joke"]), max_size=48),
)
@settings(deadline=None)
def test_what_asks_nothing_between_changes_nothing(message, between):
    anchor = "do you share my email with advertisers?"
    assert read(message, [anchor, *between]) == read(message, [anchor])


@given(st.text(max_size=80), st.text(max_size=80))
@settings(deadline=None)
def test_any_two_texts_give_a_sentence_or_nothing(earlier, message):
    whole = FollowUps(DATA).completed(message, earlier)
    assert whole is None or reads_well(whole, message, earlier)


@given(st.lists(st.sampled_from(FOLLOW_UPS), max_size=5))
@settings(deadline=None)
def test_a_chain_of_follow_ups_stays_a_sentence(turns):
    query = read("and my phone number?", ["do you share my email with advertisers?", *turns])
    if query.topic is not None:
        assert seams(query) == []


def test_a_made_question_stands_alone():
    made = [
        whole
        for _, _, whole in DIALOGUES
        if whole != "-" and not re.match(r"(?:is it|are those|do they)\b", whole, re.IGNORECASE)
    ]
    again = [whole for whole in made if read(whole, ["do you use cookies?"]).topic is not None]
    assert again == []


@pytest.mark.parametrize(
    "message",
    [
        "thanks",
        "Thank you very much!",
        "ok",
        "k",
        "cool thx",
        "great answer, cheers",
        "lol",
        "hi",
        "bye",
        "👍👍",
        "...",
        "no",
        "i see",
    ],
)
def test_small_talk_asks_nothing(message):
    assert asks_nothing(message)


@pytest.mark.parametrize("message", ["thanks, and my phone?", "ok why", "really?", "no i meant my phone", "cookies?"])
def test_what_asks_is_no_small_talk(message):
    assert not asks_nothing(message)


@pytest.mark.parametrize(
    "sentence",
    [
        "do you share my phone with to advertisers?",
        "im , who do you share it with?",
        "do you share my my email?",
        "can I stop you sell,ing share or renting my data?",
        "do you sell my data, and how long do you keep it to advertisers?",
        "why, ?",
        "?",
        " ",
    ],
)
def test_a_glued_sentence_does_not_read_well(sentence):
    assert not reads_well(sentence)


def test_a_sentence_may_hold_what_was_typed():
    assert reads_well("can I log in with from a tablet?", "log in with from a tablet")


def test_nothing_is_put_behind_a_second_question():
    earlier = "do you sell my data, and how long do you keep it?"
    assert FollowUps(DATA).completed("to advertisers?", earlier) is None
    assert FollowUps(DATA).completed("can I stop that?", earlier) is None
    assert FollowUps(DATA).completed("which ones?", "do you log my email and do you share it with partners?") is None


def test_a_second_question_stays_as_it_was_typed():
    earlier = "do you sell my data, and how long do you keep it?"
    whole = "do you sell my email, and how long do you keep it?"
    assert FollowUps(DATA).completed("and my email?", earlier) == whole
    asked = FollowUps(DATA).completed("is it encrypted, and who can see it?", "do you sell my data?")
    assert asked == "is my data encrypted, and who can see it?"


def test_a_sentence_that_grows_too_long_is_not_made():
    assert FollowUps(DATA).completed("why?", f"do you share my email with {'very ' * 500}old partners?") is None
