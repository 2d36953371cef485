"""Whether two questions ask the same: the words that tell them apart must be the same, and their vectors near.

Vectors alone cannot say so: "is my data not sent outside the EU?" is nearer to "is my data sent outside the EU?" than most
paraphrases are. So every word that may change what is asked, a "not" above all, must stand in both; only words that change nothing,
and a few that mean the same, may differ. docs/operations.md has the figures.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import Stemmer

from index.stores.base import Vectors

BOUND = 0.75  # least cosine of two questions whose telling words are the same

_SAME = (
    "keep kept store retain hold held save",
    "delete erase remove",
    "sell sold",
    "send sent transfer",
    "tell told inform notify",
    "employee staff",
    "phone telephone",
    "child children kid",
    "collect gather",
)
_NEUTRAL = frozenset(
    "a an the this that these do does did done is are am was were be been being will would can could may might have has had get got "
    "getting able possible it its there if ever please by with from of to on in at for about i me my mine we us our ours you your "
    "yours company site website data datum information personal make so and hello hi".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ASKER_ACTS = re.compile(r"\b(?:can|could|may|might|am|do|did|will|would|should|must|have) i\b")
_STEMMER = Stemmer.Stemmer("english")
_STEMS = {_STEMMER.stemWord(word): _STEMMER.stemWord(group.split()[0]) for group in _SAME for word in group.split()}


class Telling(NamedTuple):
    """What of a question's words tells it from others."""

    words: frozenset[str]
    asker_acts: bool


def telling(question: str) -> Telling:
    """The stems that tell a question from others, those that mean the same as one, and whether the person asking is who acts."""
    plain = (
        question.lower()
        .replace("’", "'")
        .replace("n't", " not")
        .replace("cannot", "can not")
        .replace("ca not", "can not")
    )
    words = (word.removesuffix("'s") for word in _WORD.findall(plain))
    stems = (_STEMMER.stemWord(word) for word in words if word not in _NEUTRAL)
    return Telling(frozenset(_STEMS.get(stem, stem) for stem in stems), _ASKER_ACTS.search(plain) is not None)


def alike(one: str, other: str) -> bool:
    """Whether the words of two questions allow them to ask the same."""
    return telling(one) == telling(other)


def near(one: Vectors, other: Vectors) -> bool:
    """Whether the vectors of two questions do."""
    return float(one @ other) >= BOUND
