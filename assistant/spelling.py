"""Typing errors in questions, put right towards the words that policies and the practice bank use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 4  # shorter words are left alone: too many neighbours
_SHORT = 5  # up to here the first letter must be right
_KEEPS_COMING = 3
_LONG = 8  # from here on two slips are put right


class Speller:
    """Corrects a word that stands in none of the known texts to the most frequent known word one slip away (two in long
    words); optimal string alignment, so that a transposition is one slip."""

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
        return _WORD.sub(lambda found: self._word(found.group()), text)

    def _word(self, word: str) -> str:
        lower = word.lower()
        if (
            len(lower) < _SHORTEST
            or lower in self._count
            or not lower.isascii()
            or (word.isupper() and len(word) < _LONG)
        ):
            return word
        if any(lower.removesuffix(end) in self._count for end in ("s", "es", "ed", "d", "ing", "ly", "er", "'s")):
            return word
        slips = 2 if len(lower) >= _LONG else 1
        near = [
            known
            for length in range(len(lower) - slips, len(lower) + slips + 1)
            for known in self._by_length.get(length, ())
        ]
        found = process.extract(lower, near, scorer=OSA.distance, score_cutoff=slips, limit=20)
        if len(lower) <= _SHORT:
            found = [match for match in found if match[0][0] == lower[0]]
        if not found:
            return word
        best = min(found, key=lambda match: (match[1], match[0][0] != lower[0], -self._count[match[0]], match[0]))[0]
        return best.capitalize() if word[0].isupper() else best


def counted(edited: Iterable[str], typed: Iterable[str] = ()) -> dict[str, int]:
    """The words of edited texts, and of typed ones (which hold slips themselves) those that keep coming, with how often
    each stands there."""
    count = _count(edited)
    count.update({word: n for word, n in _count(typed).items() if n >= _KEEPS_COMING})
    return count


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(found.group().lower() for text in texts for found in _WORD.finditer(text))
