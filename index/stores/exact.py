"""The exact store: one matrix product. The oracle that every other engine is held against."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np

from index.stores.base import Neighbours, Rows, Vectors, ranked

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
        return cls(np.load(folder / _FILE))

    def save(self, folder: Path) -> None:
        np.save(folder / _FILE, self._vectors)

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        chosen = range(len(self)) if rows is None else rows
        scores = self._vectors[chosen.start : chosen.stop] @ query
        return ranked(np.arange(chosen.start, chosen.stop, dtype=np.int64), scores, limit)

    def vectors(self, rows: Rows) -> Vectors:
        return self._vectors[rows]

    def __len__(self) -> int:
        return len(self._vectors)
