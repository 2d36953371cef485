"""Typing errors in questions, put right towards the words that policies and the practice bank use.

A word that English has is left alone, whether or not the policies use it ("lawyer" is no "layer"), and so is a name. Which words
English has is told by `english.txt` beside this file: 20,000 of the commonest words and names, whole, which are the encoder's
vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 4  # shorter words are left alone: too many neighbours
_SHORT = 5  # up to here the first letter must be right
_KEEPS_COMING = 3
_LONG = 8  # from here on two slips are put right
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "'s", "’s")
_STARTS = ("un", "non", "re", "de", "dis", "mis", "pre", "sub", "over", "anti")
_ENGLISH = Path(__file__).parent / "english.txt"
# A name follows: "my name is Anke", "hi Joost", "im Thijs," - where nothing else can ("im wondering").
_INTRODUCED = re.compile(
    r"\b(?:(?:my name(?:['’]?s| is)|name(?:['’]?s| is)|call me|mr|mrs|ms|dr|dear|yours|regards)\.?\s+(?P<any>[^\W\d_]+)"
    r"|(?:i['’]?m|i am|this is|hi|hello|hey|thanks|thank you|cheers)\s+(?P<last>[^\W\d_]+)(?=\s*(?:[,.!;:–—-]|$|(?:here|from)\b)))",
    re.IGNORECASE,
)


@cache
def english() -> frozenset[str]:
    """The commonest words and names of English in lower case."""
    return frozenset(_ENGLISH.read_text(encoding="utf-8").split())


class Speller:
    """Corrects a word that stands in none of the known texts, and that English doesn't have, to the most frequent known word one
    slip away (two in long words); optimal string alignment, so that a transposition is one slip. Names are left alone: what is
    introduced as one, and a word with a capital within a sentence."""

    def __init__(self, count: Mapping[str, int]) -> None:
        """How often each known word stands in the known texts (`counted`)."""
        self._count = count
        by_length: dict[int, list[str]] = {}
        for word in count:
            if len(word) >= _SHORTEST:
                by_length.setdefault(len(word), []).append(word)
        self._by_length = by_length

    def correct(self, text: str) -> str:
        """The text with its misspelt words put right; everything else as it was."""
        names = {introduction.start(group) for introduction in _INTRODUCED.finditer(text) for group in ("any", "last")}
        capitals = text.istitle() or text.isupper()
        return _WORD.sub(
            lambda word: (
                word.group()
                if word.start() in names or (not capitals and _named(text, word))
                else self._word(word.group())
            ),
            text,
        )

    def _word(self, word: str) -> str:
        lower = word.lower()
        if (
            len(lower) < _SHORTEST
            or self._known(lower)
            or not lower.isascii()
            or (word.isupper() and len(word) < _LONG)
        ):
            return word
        if any(self._known(stem) for stem in _stems(lower)):
            return word
        if any(lower.startswith(start) and self._known(lower.removeprefix(start)) for start in _STARTS):
            return word
        if any(
            self._known(lower[:at]) and self._known(lower[at:])
            for at in range(_SHORTEST - 1, len(lower) - _SHORTEST + 2)
        ):
            return word  # "landline"
        slips = 2 if len(lower) >= _LONG else 1
        near = [
            known
            for length in range(len(lower) - slips, len(lower) + slips + 1)
            for known in self._by_length.get(length, ())
        ]
        matches = process.extract(lower, near, scorer=OSA.distance, score_cutoff=slips, limit=20)
        matches = [match for match in matches if match[0][0] == lower[0] or (match[1] == 1 and len(lower) > _SHORT)]
        if not matches:
            return word
        best = min(matches, key=lambda match: (match[1], match[0][0] != lower[0], -self._count[match[0]], match[0]))[0]
        return best.capitalize() if word[0].isupper() else best

    def _known(self, word: str) -> bool:
        return word in self._count or word in english()


def _stems(word: str) -> set[str]:
    """A word without one or two of its endings: "blockers" -> blocker, block."""
    once = {word.removesuffix(end) for end in _ENDINGS if word.endswith(end)}
    return once | {stem.removesuffix(end) for stem in once for end in _ENDINGS if stem.endswith(end)}


def _named(text: str, word: re.Match[str]) -> bool:
    """Whether a word has a capital that no sentence gives it."""
    before = text[: word.start()].rstrip(" \"'“‘(")
    return word.group()[0].isupper() and bool(before) and before[-1] not in ".?!:\n"


class WordCount:
    """Counts the words of edited texts, one text after the other."""

    def __init__(self, before: Mapping[str, int] | None = None) -> None:
        """Args:
        before: what was counted earlier, to be gone on with.
        """
        self._count: Counter[str] = Counter(before)

    @property
    def counted(self) -> dict[str, int]:
        """How often each word stands in the texts so far."""
        return dict(+self._count)

    def take_back(self, text: str) -> None:
        """Count the words of a text no more."""
        self._count.subtract(_count([text]))

    def add(self, text: str) -> None:
        """Count the words of the next text."""
        self._count.update(_count([text]))

    def with_typed(self, typed: Iterable[str]) -> dict[str, int]:
        """How often each word stands there; of typed texts (which hold slips themselves) with those that keep coming and are no slip
        for a word of the edited ones."""
        count = self.counted
        speller = Speller(count)
        count.update(
            {word: n for word, n in _count(typed).items() if n >= _KEEPS_COMING and speller.correct(word) == word}
        )
        return count


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word.group().lower() for text in texts for word in _WORD.finditer(text))
