"""The exact store: every vector is scored. The oracle that every other engine is held against."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np

from index.stores.base import Neighbours, Rows, Vectors, nearest
from index.stores.mapped import open_vectors

_FILE = "vectors.npy"


class ExactStore:
    """All vectors in one float32 array, (count, dim)."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        return cls(np.ascontiguousarray(vectors, dtype=np.float32))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(open_vectors(folder / _FILE))

    def save(self, folder: Path) -> None:
        np.save(folder / _FILE, self._vectors)

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        return nearest(self._vectors, query, limit, range(len(self)) if rows is None else rows)

    def vectors(self, rows: Rows) -> Vectors:
        return self._vectors[rows]

    def __len__(self) -> int:
        return len(self._vectors)
