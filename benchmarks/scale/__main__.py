"""Measure the vector store from a thousand clauses to a million; write JSON and a plot.

python -m benchmarks.scale [--policies FOLDER] [--out FILE] [--sizes N ...] [--candidates] [--work FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import ROOT
from benchmarks.figures import RESULTS as RESULTS_FOLDER
from benchmarks.machine import commit, provenance
from benchmarks.scale import clauses
from benchmarks.scale.candidates import KINDS, build
from benchmarks.scale.child import LIMIT, POLICY_ROWS
from benchmarks.scale.figures import draw, table
from corpus.atomic_files import write_whole
from index.stores.base import Vectors
from index.stores.faiss import EXACT_UP_TO

RESULTS = RESULTS_FOLDER / "scale.json"
SIZES = (10**2, 10**3, 10**4, 5 * 10**4, 10**5, 3 * 10**5, 10**6)
CANDIDATES = (10**5, 10**6)
QUERIES = 1_000
_BLOCK = 50_000


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--policies",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "policies",
        help="folder of policies, or of folders of policies",
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="JSON file to write")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of clauses")
    parser.add_argument("--candidates", action="store_true", help="other kinds of index, too (half an hour more)")
    parser.add_argument("--work", type=Path, help="folder that keeps encoded clauses; by default a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        material = clauses.read(options.policies, work) if options.policies.is_dir() else None
        if material is None:
            print(f'scale: skipped, "{options.policies}" holds no policies; name a folder with --policies')
            return
        source, questions, described = material
        result = _measured(source, questions, sorted(options.sizes), work, options.candidates)
    result = {
        **provenance(),
        "clauses": described,
        **result,
    }
    if not options.candidates and options.out.exists():  # those of the last time they were taken
        kept = json.loads(options.out.read_text(encoding="utf-8"))
        result |= {key: kept[key] for key in ("candidates", "candidates_commit") if key in kept}
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(f"written: {options.out}")
    print(table(result))
    if options.out.resolve() == RESULTS.resolve():
        draw(result, ROOT / "docs" / "scale.svg")


def _measured(
    source: clauses.Clauses, questions: Vectors, sizes: list[int], work: Path, candidates: bool
) -> dict[str, Any]:
    """All sizes, and all candidates if wanted."""
    queries = np.concatenate([questions, source.unseen(QUERIES - len(questions))])
    np.save(work / "queries.npy", queries)
    at = len(questions)
    largest = max(*sizes, *CANDIDATES) if candidates else max(sizes)
    everything = source.write(largest, work / "all.npy")
    result: dict[str, Any] = {
        "limit": LIMIT,
        "queries": {"golden_questions": at, "synthetic_clauses": QUERIES - at},
        "policy_rows": POLICY_ROWS,
        "exact_up_to": EXACT_UP_TO,
        "sizes": [],
    }
    for count in sizes:
        row = _size(everything[:count], queries, at, work)
        print(json.dumps(row), flush=True)
        result["sizes"].append(row)
    if candidates:
        result["candidates_commit"] = commit()
        result["candidates"] = []
        for count in CANDIDATES:
            for row in _candidates(everything[:count], queries, at, work):
                print(json.dumps(row), flush=True)
                result["candidates"].append(row)
    return result


def _size(vectors: Vectors, queries: Vectors, at: int, work: Path) -> dict[str, Any]:
    """One size: built, opened, asked about everything and about single policies, each in a process of its own."""
    count, folder, asked = len(vectors), work / "store", work / "queries.npy"
    load = os.getloadavg()[0]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    np.save(work / "these.npy", vectors)
    built = _child("child", "build", work / "these.npy", folder)
    files = sum(path.stat().st_size for path in folder.iterdir())
    searched = _child("child", "everything", folder, asked, work / "found.npy")
    within = _child("child", "policy", folder, asked, work / "policy.npz")
    within["exact"] = _policies_exact(vectors, queries, work / "policy.npz")
    flat = _flat(vectors, work)
    shutil.rmtree(folder)
    return {
        "count": count,
        "kind": "flat" if count <= EXACT_UP_TO else "lists",
        **built,
        "files_mb": round(files / 1e6, 1),
        **searched,
        "recall": _recall(np.load(work / "found.npy"), vectors, queries, at),
        "exact_p50_ms": flat["settings"][0]["p50_ms"],
        "policy": within,
        "cosine_to_nearest": clauses.cosines_to_nearest(vectors),
        "load_average_before": round(load, 2),
    }


def _flat(vectors: Vectors, work: Path) -> dict[str, Any]:
    """The time of an exact search over everything, for comparison."""
    path = work / "flat.faiss"
    build("Flat", vectors, path)
    np.save(work / "few.npy", np.load(work / "queries.npy")[::10])
    searched = _child("candidates", path, work / "these.npy", work / "few.npy", work / "flat.npy", 0, 0)
    path.unlink()
    return searched


def _candidates(vectors: Vectors, queries: Vectors, at: int, work: Path) -> list[dict[str, Any]]:
    """Each kind of index at one size."""
    np.save(work / "these.npy", vectors)
    rows, path = [], work / "candidate.faiss"
    for kind, anew, settings, largest in KINDS:
        if len(vectors) > largest:
            continue
        built = build(kind, vectors, path)
        arguments = (path, work / "these.npy", work / "queries.npy", work / "found.npy", anew, *settings)
        searched = _child("candidates", *arguments)
        for setting, rows_found in zip(searched["settings"], np.load(work / "found.npy"), strict=True):
            setting["recall"] = _recall(rows_found, vectors, queries, at)
        rows.append({"count": len(vectors), **built, "scored_anew": anew, **searched})
        path.unlink()
    return rows


def _recall(
    rows_found: np.ndarray[Any, np.dtype[np.int64]], vectors: Vectors, queries: Vectors, at: int
) -> dict[str, float]:
    """Recall@10 against an exact search, for golden questions and synthetic clauses apart.

    What is found counts if no more than nine vectors score higher: one of several equal ones is as good as another.
    """
    wanted = min(LIMIT, len(vectors))
    best = np.full((len(queries), wanted), -np.inf, dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        scores = np.concatenate([best, queries @ vectors[start : start + _BLOCK].T], axis=1)
        best = np.partition(scores, -wanted, axis=1)[:, -wanted:]
    scores = np.stack([vectors[rows] @ query for rows, query in zip(rows_found, queries, strict=True)])
    scores[rows_found < 0] = -np.inf
    hits = (scores >= best.min(axis=1)[:, None] - 1e-6).mean(axis=1)
    return {
        "golden_questions": round(float(hits[:at].mean()), 4),
        "synthetic_clauses": round(float(hits[at:].mean()), 4),
    }


def _policies_exact(vectors: Vectors, queries: Vectors, path: Path) -> bool:
    """Whether each search within a policy found what double precision finds, in its order."""
    with np.load(path) as searches:
        for rows, start, query in zip(searches["rows"], searches["starts"], queries, strict=True):
            scores = vectors[start : start + POLICY_ROWS].astype(np.float64) @ query
            best = np.sort(scores)[::-1][:LIMIT]
            if len(set(rows.tolist())) < len(rows) or not np.allclose(scores[rows - start], best, rtol=0, atol=1e-6):
                return False
    return True


def _child(module: str, *arguments: object) -> dict[str, Any]:
    """What a step in a process of its own printed."""
    command = [sys.executable, "-m", f"benchmarks.scale.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


if __name__ == "__main__":
    main()
