"""Typing errors in questions, put right towards the words that policies and the practice bank use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 4  # shorter words are left alone: too many neighbours
_LONG = 8  # from here on two slips are put right


class Speller:
    """Corrects a word that stands in none of the known texts to the most frequent known word one slip away (two in long
    words); optimal string alignment, so that a transposition is one slip."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._count: Counter[str] = Counter()
        for text in texts:
            self._count.update(found.group().lower() for found in _WORD.finditer(text))
        by_length: dict[int, list[str]] = {}
        for word in self._count:
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
        if not found:
            return word
        best = min(found, key=lambda match: (match[1], match[0][0] != lower[0], -self._count[match[0]], match[0]))[0]
        return best.capitalize() if word[0].isupper() else best
