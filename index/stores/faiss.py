"""The FAISS store: a flat inner-product index, exact; rows of one policy are chosen by a range selector."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.stores.base import Neighbours, Rows, Vectors, ranked

_FILE = "vectors.faiss"


class FaissStore:
    """A `faiss.IndexFlatIP` over unit vectors, so that the inner product is the cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(faiss.read_index(str(folder / _FILE)))

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / _FILE))

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        chosen = range(len(self)) if rows is None else rows
        limit = min(limit, len(chosen))
        if limit <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        selected = faiss.SearchParameters(sel=faiss.IDSelectorRange(chosen.start, chosen.stop))  # type: ignore[call-arg]
        scores, found = self._index.search(query[None, :], limit, params=selected)
        return ranked(found[0], scores[0], limit)

    def vectors(self, rows: Rows) -> Vectors:
        return np.stack([self._index.reconstruct(int(row)) for row in rows])

    def __len__(self) -> int:
        return int(self._index.ntotal)
