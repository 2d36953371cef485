"""Lexical search: BM25 over stemmed words (bm25s, Snowball stemmer)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import Stemmer

from index.stores.base import Vectors

if TYPE_CHECKING:
    import bm25s

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP_WORDS = frozenset(
    "a an and are as at be been being but by can did do does doing for from had has have he her hers him his how i if in "
    "into is it its me my of on or our ours she so some than that the their theirs them then there these they this those "
    "to too was we were what when where which while who whom why will with would you your yours am im s t".split()
)
"""English words that say nothing of what a text is about. Negations, and the modal verbs that may carry one, are not among them."""


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """The stemmed content words of a text, in order."""
    words = [found.group().lower().replace("’", "'") for found in _WORD.finditer(text)]
    stemmed: list[str] = _stemmer().stemWords([word for word in words if word not in STOP_WORDS])
    return stemmed


class LexicalIndex:
    """BM25 (Lucene's variant) over texts by row number. bm25s is imported where it is used: most encoders do without."""

    def __init__(self, bm25: bm25s.BM25, count: int) -> None:
        self._bm25, self._count = bm25, count

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        import bm25s

        bm25 = bm25s.BM25()
        bm25.index([terms(text) or [""] for text in texts], show_progress=False)
        return cls(bm25, len(texts))

    @classmethod
    def load(cls, folder: Path, count: int) -> Self:
        import bm25s

        return cls(bm25s.BM25.load(str(folder)), count)

    def save(self, folder: Path) -> None:
        """Write the index's files into a folder of its own."""
        self._bm25.save(str(folder), show_progress=False)

    def scores(self, query: str) -> Vectors:
        """BM25 of every row: float32, (count,); zero where no word is shared."""
        known = [term for term in terms(query) if term in self._bm25.vocab_dict]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)
