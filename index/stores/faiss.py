"""The FAISS store: a FAISS index searches everything; the rows of one policy are scored one by one, without FAISS.

Up to `EXACT_UP_TO` vectors the index is flat and exact, and the vectors live in its file. Above, inverted lists find
candidates by vectors of eight bits a dimension (faiss.IndexIVFScalarQuantizer), which are scored anew with the exact
vectors, kept beside it in `vectors.npy`. Either way each vector is stored once in full, and what is not asked for takes no
memory: the index is mapped, the vectors in full are read row by row. docs/decisions/0006-large-indexes.md says how this was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from index.errors import REBUILD, DamagedIndex
from index.stores.base import Neighbours, Rows, Sliced, Vectors, inner_products, nearest, ranked
from index.stores.mapped import VectorFile

if TYPE_CHECKING:
    import faiss

_INDEX, _VECTORS = "vectors.faiss", "vectors.npy"

# Measured (benchmarks/results/scale.json): a flat search of this many vectors takes about as long, 2 to 3 ms, as the lists
# take for a million. Lists are quicker from some thousands on, but below this nobody could notice: exactness comes first.
EXACT_UP_TO = 50_000
# Lists as FAISS's guidelines advise, 4 to 16 times the root of the count; the most lists searched that stays within 5 ms
# at a million vectors.
_LISTS_PER_ROOT, _PROBED = 4, 192
_SAMPLE_PER_LIST = 64
_BATCH = 50_000
# More neighbours than this are not in the probed lists for certain: everything is scored instead.
_MOST_BY_LISTS = 1_000


class FaissStore:
    """FAISS over unit vectors, so that the inner product is the cosine.

    FAISS is loaded with the first search over everything: a question about one policy does not wait for it.
    """

    exact_up_to: ClassVar[int] = EXACT_UP_TO

    def __init__(self, vectors: Sliced, index: Path | faiss.Index, *, exact: bool) -> None:
        """Args:
        index: the FAISS index over the vectors, or its file.
        exact: whether the index finds all that it should.
        """
        self._vectors, self._source, self._exact = vectors, index, exact

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(vectors) > cls.exact_up_to:
            return cls(vectors, _lists(vectors), exact=False)
        import faiss

        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        return cls(vectors, flat, exact=True)

    @classmethod
    def load(cls, folder: Path) -> Self:
        if (folder / _VECTORS).exists():
            return cls(VectorFile.of_array(folder / _VECTORS), folder / _INDEX, exact=False)
        return cls(VectorFile.of_flat(folder / _INDEX), folder / _INDEX, exact=True)

    def save(self, folder: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(folder / _INDEX))
        if not self._exact:
            np.save(folder / _VECTORS, self._vectors[:])

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        if rows is not None:
            return nearest(self._vectors, query, limit, rows)
        limit = min(limit, len(self))
        if limit <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        if not self._exact and limit > _MOST_BY_LISTS:
            return nearest(self._vectors, query, limit, range(len(self)))
        found = self._flat(query, limit) if self._exact else self._listed(query, limit)
        return ranked(found, inner_products(self._vectors[found], query), limit)

    def vectors(self, rows: Rows) -> Vectors:
        return self._vectors[rows]

    def __len__(self) -> int:
        return len(self._vectors)

    @cached_property
    def _index(self) -> faiss.Index:
        import faiss

        if not isinstance(self._source, Path):
            return self._source
        try:
            return faiss.read_index(str(self._source), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise DamagedIndex(f'file "{self._source}" is no whole FAISS index', REBUILD) from error

    def _flat(self, query: Vectors, limit: int) -> Rows:
        """The rows of the `limit` highest scores, and all those that share the lowest of these.

        Of equal scores at its cut FAISS keeps any; all that lie above the cut are there. So it is asked for more until the
        score of the last wanted lies above.
        """
        asked = 2 * limit + 10  # as a rule that is enough, and a second scan would cost as much again
        while True:
            found, scores = self._candidates(query, asked)
            if asked >= len(self) or scores[-1] < scores[limit - 1]:
                return found
            asked = min(4 * asked, len(self))

    def _listed(self, query: Vectors, limit: int) -> Rows:
        """The nearest rows by eight bits a dimension: more than wanted, since those swap near neighbours."""
        return self._candidates(query, 2 * limit + 10)[0]

    def _candidates(self, query: Vectors, count: int) -> tuple[Rows, Vectors]:
        """The rows of the `count` nearest by the index, and their scores by it; fewer where it finds fewer."""
        index = self._index
        with _one_thread():
            scores, rows = index.search(query[None, :], min(count, len(self)))
        there = rows[0] >= 0
        return rows[0][there], scores[0][there]


def _lists(vectors: Vectors) -> faiss.IndexIVFScalarQuantizer:
    """Inverted lists over the vectors, which are read in pieces."""
    import faiss

    count, dim = vectors.shape
    lists = _LISTS_PER_ROOT * isqrt(count)
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.nprobe = min(_PROBED, lists)
    sample = np.sort(np.random.default_rng(0).choice(count, min(count, _SAMPLE_PER_LIST * lists), replace=False))
    index.train(vectors[sample])
    for at in range(0, count, _BATCH):
        index.add(vectors[at : at + _BATCH])
    return index


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS on one thread: it would share the scan for a single query among all, which is slower where any core is busy.

    The number is each calling thread's own, so it is set for each search, and put back for what builds.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
