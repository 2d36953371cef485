"""Every language says everything, with the same placeholders; the visitor's language is found."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.languages import CODES, language, preferred
from assistant.model import Outcome, Route
from assistant.practices.bank import load
from assistant.surfaces.render.names import number
from assistant.surfaces.render.outcomes import LEVELS

ENGLISH = language("en")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_the_same_texts_with_the_same_placeholders(code):
    texts = language(code).texts
    assert texts.keys() == ENGLISH.texts.keys()
    differing = [key for key in texts if placeholders(texts[key]) != placeholders(ENGLISH.texts[key])]
    assert differing == []
    assert [key for key, text in texts.items() if text != text.strip() and not key.startswith("answer.")] == []
    assert [key for key, text in texts.items() if re.search(r"[<>&]", text)] == []  # they go into pages as they are


@pytest.mark.parametrize("code", CODES)
def test_every_outcome_and_every_term_of_the_vocabulary_has_a_name(code):
    vocabulary, texts = load().vocabulary, language(code).texts
    names = [f"{table}.{outcome}" for table in ("outcome", "answer.says") for outcome in Outcome]
    names += [f"answer.route.{route}" for route in Route]
    names += [f"bubble.confidence.{level}" for level, _ in LEVELS]
    names += [f"topic.actions.{name}" for name in vocabulary.actions]
    names += [f"topic.data.{name}" for name in vocabulary.data]
    assert [name for name in names if not texts.get(name)] == []
    assert len([name for name in texts if name.startswith("topic.")]) == len(vocabulary.actions) + len(vocabulary.data)


def test_days_and_numbers_are_said_as_the_language_says_them():
    assert [language(code).day(date(2010, 3, 5)) for code in ("en", "de")] == ["5 March 2010", "5. März 2010"]
    assert [ENGLISH.count("bubble.clauses", number) for number in (1, 2)] == ["1 clause", "2 clauses"]
    assert [number("1,234.5", language(code)) for code in ("en", "de")] == ["1,234.5", "1.234,5"]


@pytest.mark.parametrize("code", CODES)
def test_what_may_be_one_is_said_of_one(code):
    """How many seconds to wait may be one, too: "in 1 seconds" is said nowhere."""
    texts = language(code).texts
    counted = [key for key, text in texts.items() if placeholders(text) & {"seconds", "number"}]
    alone = {"chat.every", "chat.reading_many", "bubble.searched_many", "bubble.each", "admin.branding.starter"}
    assert [key for key in counted if not key.endswith(".many") and key not in alone] == []
    assert [key for key in counted if key.endswith(".many") and key.removesuffix("many") + "one" not in texts] == []


@pytest.mark.parametrize(
    ("wanted", "accepted", "found"),
    [
        (None, None, "en"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fr, en;q=0.3, de;q=0.7", "de"),
        (None, "de;q=0, en;q=0.1", "en"),
        (None, "fr,*", "en"),
        ("de", "en", "de"),
        ("de-CH", None, "de"),
        ("xx", "de", "de"),
    ],
)
def test_a_visitor_is_spoken_to_in_the_language_asked_for_else_in_the_browsers(wanted, accepted, found):
    assert preferred(wanted, accepted).code == found


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_a_browser_sends_some_language_is_found(wanted, accepted):
    assert preferred(wanted, accepted).code in CODES


def test_a_language_that_nobody_wrote_is_an_error():
    with pytest.raises(KeyError):
        language("fr")
