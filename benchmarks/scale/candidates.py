"""Kinds of FAISS index beside each other, on the same vectors: what the store's kind was chosen from.

python -m benchmarks.scale.candidates FILE VECTORS QUERIES FOUND SETTING... searches a stored index in a process of its own.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from benchmarks.scale.child import LIMIT, memory
from index.stores.base import Vectors, inner_products
from index.stores.mapped import VectorFile

_BATCH = 50_000
_PER_LIST = 64
# Kind, as FAISS's index factory spells it; candidates scored anew with the exact vectors; settings of the search (lists
# probed, or efSearch); the largest count it is built for. Vectors whole in a graph are over the memory allowed for more.
KINDS: tuple[tuple[str, int, tuple[int, ...], int], ...] = (
    ("Flat", 0, (0,), 10**6),
    ("HNSW32,Flat", 0, (128, 256, 512), 10**5),
    ("HNSW32,SQ8", 30, (128, 256, 512), 10**6),
    ("IVF{lists},SQ8", 30, (64, 128, 192), 10**6),
    ("IVF{lists},PQ96x4fs", 200, (64, 128, 192), 10**6),
    ("IVF{lists},RaBitQ", 200, (64, 128, 192), 10**6),
)


def build(kind: str, vectors: Vectors, path: Path) -> dict[str, Any]:
    """Build and write an index of a kind: its full name, seconds, MB of the file."""
    count, dim = vectors.shape
    lists = 4 * math.isqrt(count)
    name = kind.format(lists=lists)
    begun = time.perf_counter()
    index = faiss.index_factory(dim, name, faiss.METRIC_INNER_PRODUCT)
    if isinstance(index, faiss.IndexHNSW):
        index.hnsw.efConstruction = 80
    sample = np.sort(np.random.default_rng(0).choice(count, min(count, _PER_LIST * lists), replace=False))
    index.train(vectors[sample])
    for at in range(0, count, _BATCH):
        index.add(vectors[at : at + _BATCH])
    faiss.write_index(index, str(path))
    return {
        "kind": name,
        "build_s": round(time.perf_counter() - begun, 1),
        "file_mb": round(path.stat().st_size / 1e6, 1),
    }


def search(path: Path, vectors: Path, queries: Vectors, out: Path, anew: int, settings: list[int]) -> dict[str, Any]:
    """Each setting's times over the queries, one thread, one query at a time; what was found goes to a file."""
    faiss.omp_set_num_threads(1)
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    read = VectorFile.of_array(vectors)
    measured, rows = [], []
    for setting in settings:
        _set(index, setting)
        taken, per_query = [], []
        for query in queries:
            begun = time.perf_counter()
            _, candidates = index.search(query[None, :], max(anew, LIMIT))
            best = candidates[0][candidates[0] >= 0]
            if anew:
                best = best[np.argsort(-inner_products(read[best], query), kind="stable")]
            taken.append(time.perf_counter() - begun)
            per_query.append(np.pad(best[:LIMIT], (0, max(0, LIMIT - len(best))), constant_values=-1))
        p50, p95 = np.percentile(taken, [50, 95]) * 1e3
        measured.append({"setting": setting, "p50_ms": round(p50, 3), "p95_ms": round(p95, 3)})
        rows.append(np.stack(per_query))
    np.save(out, np.stack(rows))
    return {"rss_mb": round(memory("VmRSS"), 1), "settings": measured}


def _set(index: faiss.Index, setting: int) -> None:
    """Lists probed, or efSearch; nothing for 0."""
    if setting:
        faiss.ParameterSpace().set_index_parameter(
            index, "efSearch" if isinstance(index, faiss.IndexHNSW) else "nprobe", setting
        )


def main() -> None:
    """Search, as the arguments say."""
    path, vectors, queries, out, anew, *settings = sys.argv[1:]
    print(
        json.dumps(
            search(Path(path), Path(vectors), np.load(queries), Path(out), int(anew), [int(each) for each in settings])
        )
    )


if __name__ == "__main__":
    main()
