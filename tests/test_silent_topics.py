"""What the sentence of a silent policy names: never something of which the policy may well speak."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.languages import language
from assistant.practices import bank
from assistant.questions.form import asks_duration, asks_keeping
from assistant.verdict.wording import Topics

VOCABULARY = bank.load().vocabulary
TOPICS = Topics(VOCABULARY)
KEPT = "how long it keeps"


def topic(question, code="en"):
    return TOPICS.of(question, language(code))


@pytest.mark.parametrize(
    "length", ["How soon", "How quickly", "How fast", "Since when", "How often", "How much notice before", "How long"]
)
@pytest.mark.parametrize(
    "act",
    [
        "do you tell me about a breach?",
        "do you answer my request?",
        "do you share my data?",
        "does it take to get a copy of what you store?",
        "do you delete my account?",
        "do I have to object to you keeping my address?",
        "am I kept waiting?",
        "does the app store take?",
        "will you keep me on hold?",
    ],
)
def test_another_length_of_time_than_that_of_keeping_names_nothing(length, act):
    assert topic(f"{length} {act}") == "this"
    assert topic(f"{length} {act}", "de") == "dieser Frage"


@pytest.mark.parametrize("length", ["How soon", "Since when", "How quickly", "How often"])
def test_when_keeping_begins_or_how_often_it_is_done_is_not_how_long(length):
    question = f"{length} do you store my address?"
    assert asks_duration(question)
    assert not asks_keeping(question)
    assert topic(question) == "this"


@pytest.mark.parametrize(
    "question",
    [
        "How long do you keep {}?",
        "for how long are {} held",
        "how many years after I leave will you hang on to {}?",
        "How long is the record you made of {} stored?",
        "{} stay with you how long?",
        "How long do {} stay on your servers?",
        "What is the retention period for {}?",
        "what's the storage duration of {}",
        "Do you keep {} for ever?",
        "How much time do you retain {}?",
        "Do you archive {}, and for how long?",
    ],
)
def test_the_length_of_keeping_is_named_with_what_is_kept(question):
    asked = question.format("my phone calls")
    assert asks_duration(asked) or "duration" in asked
    assert topic(asked) == f"{KEPT} telephone calls"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Do you sell my health data?", "selling or renting health data"),
        ("Do you keep my passport?", f"{KEPT} identity documents"),
        ("What about cookies?", "cookies"),
        ("Do you dance?", "this"),
    ],
)
def test_what_asks_for_no_length_of_time_is_named_as_it_was(question, named):
    assert topic(question) == named


def tables(*clauses):
    """What a policy's clauses name: an action and a kind of data each, or ""."""
    data, actions = (np.zeros((len(clauses), len(each)), bool) for each in (VOCABULARY.data, VOCABULARY.actions))
    for at, (action, kind) in enumerate(clauses):
        if action:
            actions[at, list(VOCABULARY.actions).index(action)] = True
        if kind:
            data[at, list(VOCABULARY.data).index(kind)] = True
    return data, actions


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("Is my health data encrypted with AES-256?", ("encrypt", "health")),
        ("Do you sell my data to the circus?", ("sell", "")),
        ("Are the cookies made of wheat?", ("", "cookies")),
    ],
)
def test_what_a_clause_speaks_of_is_never_said_to_stand_in_none(question, clause):
    def said(*policies):
        return TOPICS.of(question, language("en"), policies)

    apart = tables(("sell", "identity"), ("encrypt", "")) if clause[0] != "sell" else tables(("encrypt", "health"))
    assert said(tables(), apart) == topic(question) != "this"
    assert said(apart, tables(("", ""), clause)) == "this"
