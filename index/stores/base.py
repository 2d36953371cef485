"""What every vector store can do."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]


class Neighbours(NamedTuple):
    """The rows nearest to a query, best first, and their inner products with it; equal scores in order of rows."""

    rows: Rows
    scores: Vectors


class VectorStore(Protocol):
    """Vectors by row number, searched by inner product (higher is better, always).

    Every engine gives the same rows in the same order as `exact`, which is the oracle of the contract tests.
    """

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """Store `vectors`: float32, (count, dim), unit length."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote."""
        ...

    def save(self, folder: Path) -> None:
        """Write the store's files into an existing folder."""
        ...

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        """The `limit` nearest rows to `query` (float32, (dim,)), among `rows` only if given."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of some rows: float32, (len(rows), dim)."""
        ...

    def __len__(self) -> int: ...


def ranked(rows: Rows, scores: Vectors, limit: int) -> Neighbours:
    """Order by score, then by row, and cut."""
    order = np.lexsort((rows, -scores))[:limit]
    return Neighbours(rows[order], scores[order])
