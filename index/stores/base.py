"""What every vector store can do."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_BLOCK = 4_096  # rows scored at a time: a few megabytes


class Neighbours(NamedTuple):
    """The rows nearest to a query, best first, and their inner products with it; equal scores in order of rows."""

    rows: Rows
    scores: Vectors


class VectorStore(Protocol):
    """Vectors by row number, searched by inner product (higher is better, always).

    Among given rows, and over everything while the store is small, every engine gives the same rows in the same order
    as `exact`, which is the oracle of the contract tests. Over everything, a large store may miss a few of the nearest;
    the scores of those it finds are exact all the same.
    """

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        """The `limit` nearest rows to `query` (float32, (dim,)), among `rows` only if given."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of some rows: float32, (len(rows), dim)."""
        ...

    def __len__(self) -> int: ...


class FileStore(VectorStore, Protocol):
    """A store whose vectors are files in a folder."""

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """Store `vectors`: float32, (count, dim), unit length. They may be mapped from a file; they are not changed."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote. Vectors are read as they are asked for, not now.

        Raises:
            DamagedIndex (index.errors): a file is cut short, or is none of this store's. Where that takes reading more
                than the file's beginning, the first search says so.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write the store's files into an existing folder."""
        ...


class Sliced(Protocol):
    """What holds vectors by row number: an array, or something that reads them when they are asked for."""

    def __getitem__(self, rows: slice | Rows, /) -> Vectors: ...

    def __len__(self) -> int: ...


def nearest(vectors: Sliced, query: Vectors, limit: int, rows: range) -> Neighbours:
    """The `limit` nearest of some rows that follow each other, by scoring each of them, block after block."""
    scores = np.empty(len(rows), dtype=np.float32)
    for at in range(0, len(rows), _BLOCK):
        start, stop = rows.start + at, min(rows.start + at + _BLOCK, rows.stop)
        scores[at : at + _BLOCK] = inner_products(vectors[start:stop], query)
    return ranked(np.arange(rows.start, rows.stop, dtype=np.int64), scores, limit)


def inner_products(vectors: Vectors, query: Vectors) -> Vectors:
    """The inner product of each vector with the query: float32, (len(vectors),).

    Equal vectors get equal scores to the last bit, wherever they stand. A product of matrix and vector does not promise
    that (BLAS treats the last rows of a block otherwise), and it starts threads that are slower than none here.
    """
    scores: Vectors = np.einsum("ij,j->i", vectors, query)
    return scores


def ranked(rows: Rows, scores: Vectors, limit: int) -> Neighbours:
    """Order by score, then by row, and cut."""
    order = np.lexsort((rows, -scores))[:limit]
    return Neighbours(rows[order], scores[order])
