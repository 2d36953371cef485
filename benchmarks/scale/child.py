"""One step of the measurement in a process of its own, so that memory and imports are that step's alone (Linux).

python -m benchmarks.scale.child build VECTORS STORE
python -m benchmarks.scale.child everything STORE QUERIES FOUND
python -m benchmarks.scale.child policy STORE QUERIES FOUND

Each prints one JSON object. Memory is in MB of 10^6 bytes.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from index.stores.base import Vectors
from index.stores.faiss import FaissStore

LIMIT = 10
POLICY_ROWS = 120


def build(vectors: Path, folder: Path) -> dict[str, Any]:
    """Seconds to build and save a store, and the most memory of its own that the process held meanwhile."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], memory("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    FaissStore.build(np.load(vectors, mmap_mode="r")).save(folder)
    taken = time.perf_counter() - begun
    done.set()
    watcher.join()
    return {"build_s": round(taken, 2), "build_own_mb": round(max(peak[0], memory("RssAnon")), 1)}


def everything(folder: Path, queries: Vectors, out: Path) -> dict[str, Any]:
    """Searches over everything, one after the other, the first apart: it loads FAISS and opens the index."""
    before = memory("VmRSS")
    begun = time.perf_counter()
    store = FaissStore.load(folder)
    opened = time.perf_counter() - begun
    begun = time.perf_counter()
    store.search(queries[0], LIMIT)
    first = time.perf_counter() - begun
    rows, taken = [], []
    for query in queries:
        begun = time.perf_counter()
        neighbours = store.search(query, LIMIT)
        taken.append(time.perf_counter() - begun)
        rows.append(neighbours.rows)
    np.save(out, np.stack(rows))
    p50, p95 = np.percentile(taken, [50, 95]) * 1e3
    return {
        "open_ms": round(opened * 1e3, 2),
        "first_search_ms": round(first * 1e3, 1),
        "p50_ms": round(p50, 3),
        "p95_ms": round(p95, 3),
        "rss_mb": round(memory("VmRSS"), 1),
        "rss_before_mb": round(before, 1),
        "rss_own_mb": round(memory("RssAnon"), 1),
    }


def policy(folder: Path, queries: Vectors, out: Path) -> dict[str, Any]:
    """Searches within one policy each, anywhere in the store."""
    store = FaissStore.load(folder)
    width = min(POLICY_ROWS, len(store))
    starts = np.random.default_rng(4).integers(0, len(store) - width + 1, len(queries)).tolist()
    rows, taken = [], []
    for start, query in zip(starts, queries, strict=True):
        begun = time.perf_counter()
        neighbours = store.search(query, LIMIT, range(start, start + width))
        taken.append(time.perf_counter() - begun)
        rows.append(neighbours.rows)
    np.savez(out, rows=np.stack(rows), starts=starts)
    p50, p95 = np.percentile(taken, [50, 95]) * 1e6
    return {
        "p50_us": round(p50, 1),
        "p95_us": round(p95, 1),
        "rss_mb": round(memory("VmRSS"), 1),
        "faiss_loaded": "faiss" in sys.modules,
    }


def memory(kind: str) -> float:
    """A size from /proc/self/status, in MB: VmRSS (all that is resident), VmHWM (the most that was), RssAnon (without files)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(f"{kind}:"))


def main() -> None:
    """Take the step that the arguments name."""
    threadpool_limits(1, user_api="blas")  # as assistant.opening does
    step, first, second, *rest = sys.argv[1:]
    if step == "build":
        print(json.dumps(build(Path(first), Path(second))))
    else:
        steps = {"everything": everything, "policy": policy}
        print(json.dumps(steps[step](Path(first), np.load(second), Path(rest[0]))))


if __name__ == "__main__":
    main()
