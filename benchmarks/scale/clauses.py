"""As many clause vectors as wanted: real ones first, then synthetic ones that lie among them as real ones do.

A synthetic clause is a real one turned away by an angle. How far: to a cosine drawn from those between real clauses and
their nearest of another company. Where to: a normal direction with the covariance of the differences between these pairs,
so that it stays among the few dozen dimensions that clauses differ in. Copies come policy by policy: clause `i` of
`count` real ones is the source of `i + count`, `i + 2 count` and so on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from assistant.bootstrap.factory import open_assistant
from assistant.settings import Settings
from benchmarks.golden import load
from corpus.errors import NoPolicies
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from index.build import embedded_text
from index.encoders.base import Encoder
from index.stores.base import Vectors

_SETS = ("golden", "golden_tune", "golden_report")
_BATCH = 64
_BLOCK = 2_000


class Clauses:
    """Real clauses as vectors, and what makes more of them.

    Args:
        vectors: float32, (count, dim), unit length.
        companies: for each, a number for the company it is of.
    """

    def __init__(self, vectors: Vectors, companies: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self.vectors = vectors
        nearest, self.cosines = _of_another_company(vectors, companies)
        differing = self.cosines < 0.999  # the same clause in both says nothing about how clauses differ
        apart = vectors[nearest[differing]] - self.cosines[differing, None] * vectors[differing]
        apart /= np.linalg.norm(apart, axis=1, keepdims=True)
        values, axes = np.linalg.eigh(apart.T @ apart / len(apart))
        self._shape: Vectors = (np.sqrt(np.clip(values, 0, None))[:, None] * axes.T).astype(np.float32)

    def like(self, sources: Vectors, random: np.random.Generator) -> Vectors:
        """One synthetic clause for each source: float32, of the sources' shape."""
        cosines = np.clip(random.choice(self.cosines, len(sources)), 0, 0.999)[:, None]
        turned = random.standard_normal(sources.shape, dtype=np.float32) @ self._shape
        turned -= np.einsum("ij,ij->i", turned, sources)[:, None] * sources
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        made = cosines * sources + np.sqrt(1 - cosines**2) * turned
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)

    def write(self, count: int, path: Path) -> Vectors:
        """A `.npy` file of `count` clauses; those of a smaller count are the beginning of those of a larger. Mapped."""
        real = len(self.vectors)
        made = np.lib.format.open_memmap(path, "w+", np.float32, (count, self.vectors.shape[1]))
        for turn, at in enumerate(range(0, count, real)):
            sources = self.vectors[: min(real, count - at)]
            made[at : at + real] = self.like(sources, np.random.default_rng([1, turn])) if turn else sources
        made.flush()
        mapped: Vectors = np.load(path, mmap_mode="r")
        return mapped

    def unseen(self, count: int) -> Vectors:
        """Synthetic clauses that no file holds, to ask with."""
        random = np.random.default_rng(2)
        return self.like(self.vectors[random.integers(0, len(self.vectors), count)], random)


def read(folder: Path, work: Path) -> tuple[Clauses, Vectors, dict[str, Any]] | None:
    """The clauses of all policies in a folder and its folders, the golden questions as vectors, and what they are.

    None where the folder holds no policies. Encoded vectors are kept in `work` and taken from there another time.
    """
    policies = [policy for each in (folder, *sorted(folder.glob("*/"))) for policy in _policies(each)]
    if not policies:
        return None
    texts = [embedded_text(policy, clause) for policy in policies for clause in policy.clauses]
    names = [_company(policy) for policy in policies]
    companies = np.repeat(np.unique(names, return_inverse=True)[1], [len(policy.clauses) for policy in policies])
    encoder = open_assistant(Settings(data=work / "assistant"), mend=True).searcher.encoder
    questions = [golden.question for name in _SETS for golden in load(name)]
    clauses = Clauses(_encoded(encoder, texts, work), companies)
    described = {
        "encoder": encoder.name,
        "policies": len(policies),
        "companies": len(set(names)),
        "real_clauses": len(texts),
        "synthetic": f"all above {len(texts)} clauses: see benchmarks/scale/clauses.py",
        "cosine_to_nearest_of_another_company": spread(clauses.cosines),
    }
    return clauses, _encoded(encoder, questions, work), described


def cosines_to_nearest(vectors: Vectors, sample: int = 500) -> dict[str, float]:
    """Mean and spread of the cosine between a sample of the vectors and the nearest other one."""
    rows = np.sort(np.random.default_rng(3).choice(len(vectors), min(sample, len(vectors)), replace=False))
    best = np.full(len(rows), -1, dtype=np.float32)
    for at in range(0, len(vectors), 50_000):
        scores = vectors[rows] @ vectors[at : at + 50_000].T
        itself = (rows >= at) & (rows < at + 50_000)
        scores[np.flatnonzero(itself), rows[itself] - at] = -1
        best = np.maximum(best, scores.max(axis=1))
    return spread(best)


def spread(values: Vectors) -> dict[str, float]:
    """Mean and 5th, 50th and 95th percentile."""
    low, middle, high = np.percentile(values, [5, 50, 95])
    named = {"mean": np.mean(values), "p5": low, "p50": middle, "p95": high}
    return {name: round(float(value), 3) for name, value in named.items()}


def _of_another_company(
    vectors: Vectors, companies: np.ndarray[Any, np.dtype[np.int64]]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Vectors]:
    """For each clause, the row of the nearest of another company, and the cosine to it."""
    rows, cosines = [], []
    for at in range(0, len(vectors), _BLOCK):
        scores = vectors[at : at + _BLOCK] @ vectors.T
        scores[companies[at : at + _BLOCK, None] == companies[None]] = -1
        rows.append(scores.argmax(axis=1))
        cosines.append(scores.max(axis=1))
    return np.concatenate(rows), np.concatenate(cosines)


def _policies(folder: Path) -> Iterator[Policy]:
    try:
        yield from open_shelf(folder).values()
    except NoPolicies:
        return


def _company(policy: Policy) -> str:
    """The provider; else the beginning of the id, as in "GitLab@2020-12-08" and "BBC__Privacy_Policy"."""
    return (policy.provider or policy.id.split("@")[0].split("__")[0]).casefold()


def _encoded(encoder: Encoder, texts: list[str], work: Path) -> Vectors:
    key = hashlib.sha256("\0".join([encoder.sha256, *texts]).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    kept = work / f"encoded-{key}.npy"
    if not kept.exists():
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            vectors[chosen] = [embedding.vector for embedding in encoder.encode([texts[row] for row in chosen])]
        np.save(kept, vectors)
    encoded: Vectors = np.load(kept)
    return encoded
