"""Late interaction: the vectors of all tokens of all texts, and how well each token of a query is met by a text.

Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over BERT"
(SIGIR 2020); the mean over the query's tokens in place of the sum, so that long and short queries score alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.stores.base import Vectors

_TOKENS, _STARTS = "tokens.npy", "token-starts.npy"
_POLICIES = 16  # kept as float32 of those asked last: some megabytes, and widening takes as long as the products


class TokenIndex:
    """Tokens of texts by row number: `tokens` float16, (all tokens, dim); text `i` has those from `starts[i]` on."""

    def __init__(self, tokens: NDArray[np.float16], starts: NDArray[np.int64]) -> None:
        self._tokens, self._starts = tokens, starts
        self._widened = lru_cache(maxsize=_POLICIES)(self._read)

    @classmethod
    def build(cls, texts: Sequence[Vectors]) -> Self:
        """From the token vectors of each text, float32, (its tokens, dim); each has one at least."""
        starts = np.cumsum([0, *(len(tokens) for tokens in texts)], dtype=np.int64)
        return cls(np.concatenate(texts).astype(np.float16), starts)

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The index stored in a folder; None where its encoder gave no tokens. Read from disk as it is used."""
        if not (folder / _TOKENS).exists():
            return None
        return cls(np.load(folder / _TOKENS, mmap_mode="r"), np.load(folder / _STARTS))

    def save(self, folder: Path) -> None:
        """Write the index's files."""
        np.save(folder / _TOKENS, self._tokens)
        np.save(folder / _STARTS, self._starts)

    def of(self, row: int) -> Vectors:
        """The token vectors of one text: float32, (its tokens, dim)."""
        widened: Vectors = self._tokens[self._starts[row] : self._starts[row + 1]].astype(np.float32)
        return widened

    def scores(self, query: Vectors, rows: range) -> Vectors:
        """For each text of some rows that follow each other, the mean over the query's tokens of the highest cosine with
        any of its own: float32, (len(rows),)."""
        tokens, starts = self._widened(rows)
        best = np.maximum.reduceat(tokens @ query.T, starts, axis=0)
        scores: Vectors = best.mean(axis=1)
        return scores

    def _read(self, rows: range) -> tuple[Vectors, NDArray[np.int64]]:
        """The tokens of some texts as float32, and where each text's begin."""
        starts = self._starts[rows.start : rows.stop + 1]
        return self._tokens[starts[0] : starts[-1]].astype(np.float32), starts[:-1] - starts[0]
