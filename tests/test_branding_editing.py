"""A branding file that is changed in its place: what stays keeps its comments and its order, and every file holds what it should."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.company.branding.editing import edited, flat, keys, nested
from assistant.company.branding.loading import Brand
from assistant.company.branding.model import Branding
from assistant.company.branding.previews import KEPT_FOR, MOST, Previews
from tests.test_branding_docs import EXAMPLE

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
VALUES = st.fixed_dictionaries(
    {"name": WORDS},
    optional={
        "policy": WORDS | st.lists(WORDS, min_size=1, max_size=3),
        "starters": st.lists(WORDS, min_size=1, max_size=3),
        "logo": WORDS,
        "colours.light.accent": WORDS,
        "colours.dark.paper": WORDS,
        "handoff.chat": st.just(True),
        "handoff.mail": WORDS,
        "texts.en.greeting": WORDS,
        "texts.de.ends": WORDS,
    },
)
STRANGE = """\
# a head
name = 'A' # the name
starters = [ # several lines
  "one?",  # the first
  "two?",
]
handoff.mail = "a@b.example"
colours = { light = { accent = "#111111" } }

[texts]
en.greeting = "Hello"   # dotted
# the end
"""


@pytest.mark.parametrize("text", ["", EXAMPLE, STRANGE, "name = ", "colours = 7\n[x.y]\nz = 1\n"])
@given(values=VALUES)
def test_what_is_written_holds_the_values_and_no_others(text, values):
    table = nested(values)
    assert flat(table) == values
    assert tomllib.loads(edited(text, table)) == table


@pytest.mark.parametrize("text", [EXAMPLE, STRANGE])
def test_what_does_not_change_stays_to_the_letter(text):
    table = tomllib.loads(text)
    assert edited(text, table) == text
    changed = edited(text, table | {"name": "Other"})
    assert [new for old, new in zip(text.splitlines(), changed.splitlines(), strict=True) if old != new] == [
        next(line for line in changed.splitlines() if line.startswith("name"))
    ]
    assert changed.splitlines()[0 if text is EXAMPLE else 1].startswith('name = "Other"')


def test_the_keys_are_those_of_the_model():
    assert len(list(keys())) == len(set(keys()))
    assert set(flat(tomllib.loads(EXAMPLE))) == set(keys())


def test_a_preview_is_known_by_its_token_for_a_while_and_not_too_many_are():
    now = [0.0]
    previews = Previews(lambda: now[0])
    brands = [Brand(Branding(name=f"B{number}"), None, str(number)) for number in range(MOST + 1)]
    first = previews.add(brands[0])
    assert previews.add(brands[0]) == first
    now[0] += KEPT_FOR - 1
    assert previews.get(first) == brands[0]  # looked at: the hour begins anew
    now[0] += KEPT_FOR - 1
    assert previews.of_version("0") == brands[0]
    tokens = [previews.add(each) for each in brands[1:]]
    assert len({first, *tokens}) == MOST + 1
    assert previews.get(first) is None  # the one not looked at for longest has gone
    assert previews.of_version("0") is None
    assert previews.get(tokens[0]) == brands[1]
    now[0] += KEPT_FOR + 1
    assert [previews.get(each) for each in tokens] == [None] * MOST
    assert previews.get("") is None
