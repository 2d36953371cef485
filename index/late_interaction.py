"""Late interaction: the vectors of all tokens of all texts, and how well each token of a query is met by a text.

Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over BERT"
(SIGIR 2020); the mean over the query's tokens in place of the sum, so that long and short queries score alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from corpus.held import Held
from index.growing_array import GrowingArray
from index.stores.base import Vectors

_TOKENS, _STARTS = "tokens.npy", "token-starts.npy"
BUDGET = (
    64_000_000  # bytes of tokens held as float32, of the policies asked last: widening takes as long as the products
)


_Tokens = tuple[Vectors, NDArray[np.int64]]


class TokenWriter:
    """Writes a token index into a folder, text after text."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder, self._starts = folder, [0]
        self._tokens = GrowingArray(folder / _TOKENS, np.float16, (dim,))

    def add(self, texts: Sequence[Vectors]) -> None:
        """Write the tokens of the next texts, as `TokenIndex.build` takes them."""
        begin = self._tokens.count
        self._starts += (begin + np.cumsum([len(tokens) for tokens in texts])).tolist()
        self._tokens.append(np.concatenate(texts))

    def finish(self) -> None:
        """Complete the files."""
        self._tokens.finish()
        np.save(self._folder / _STARTS, np.array(self._starts, dtype=np.int64))

    def close(self) -> None:
        """Let the files go, complete or not."""
        self._tokens.close()


class Tokens(Protocol):
    """The tokens of texts by row number."""

    def scores(self, query: Vectors, rows: range) -> Vectors:
        """For each text of some rows that follow each other and are all of one policy, how well it meets the tokens of a query: float32,
        (len(rows),)."""
        ...


class TokenIndex:
    """Tokens of texts by row number: `tokens` float16, (all tokens, dim); text `i` has those from `starts[i]` on."""

    def __init__(self, tokens: NDArray[np.float16], starts: NDArray[np.int64]) -> None:
        self._tokens, self._starts = tokens, starts
        self._widened = Held(partial(_widened, tokens, starts), lambda _, widened: widened[0].nbytes, BUDGET)

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

    def of(self, row: int) -> Vectors:
        """The token vectors of one text: float32, (its tokens, dim)."""
        widened: Vectors = self._tokens[self._starts[row] : self._starts[row + 1]].astype(np.float32)
        return widened

    def scores(self, query: Vectors, rows: range) -> Vectors:
        """For each text of some rows that follow each other, the mean over the query's tokens of the highest cosine with
        any of its own: float32, (len(rows),)."""
        return best_tokens(query, *self._widened(rows))


def _widened(tokens: NDArray[np.float16], starts: NDArray[np.int64], rows: range) -> _Tokens:
    """The tokens of some texts as float32, and where each text's begin."""
    its = starts[rows.start : rows.stop + 1]
    return tokens[its[0] : its[-1]].astype(np.float32), its[:-1] - its[0]


def best_tokens(query: Vectors, tokens: Vectors, starts: NDArray[np.int64]) -> Vectors:
    """For each text the mean over the query's tokens of the highest cosine with any of its own: float32, (len(starts),).

    Args:
        tokens: those of all texts, one after the other: float32, (tokens, dim).
        starts: where each text's begin.
    """
    best = np.maximum.reduceat(tokens @ query.T, starts, axis=0)
    scores: Vectors = best.mean(axis=1)
    return scores
