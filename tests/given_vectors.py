"""Policies whose clauses have vectors that a test gives: as an encoder would have made them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from corpus.model import Clause, OffsetMap, Policy, Span
from index.encoders.base import Embedding
from index.stores.base import Vectors


class GivenVectors:
    """An encoder that gives the vector whose number a text says; each text has two tokens."""

    name, form = "given", "test"

    def __init__(self, vectors: Vectors) -> None:
        self.vectors, self.dim = vectors, vectors.shape[1]
        self.sha256 = hashlib.sha256(vectors.tobytes()).hexdigest()
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        self.encoded += [text for text in texts if text.startswith("row ")]
        rows = [int(text.removeprefix("row ").rstrip(".")) if text.startswith("row ") else 0 for text in texts]
        return [Embedding(self.vectors[row], np.stack([self.vectors[row], self.vectors[0]])) for row in rows]

    encode_questions = encode


def policies_of(count: int, sizes: Sequence[int], *, first: int = 0) -> list[Policy]:
    """Policies of so many clauses each, `count` in all, in order of id; the clause of row 7 says "row 7."."""
    found, row = [], first
    for number, size in enumerate(sizes):
        size = min(size, first + count - row)
        if size > 0:
            found.append(policy_of_rows(f"p{number:04}", range(row, row + size)))
        row += max(size, 0)
    assert row == first + count, "the sizes do not hold all"
    return found


def policy_of_rows(policy_id: str, rows: range) -> Policy:
    """A policy with a clause for each of some rows."""
    text, clauses = "", []
    for row in rows:
        start = len(text)
        text += f"row {row}.\n"
        clauses.append(Clause(policy_id, Span(start, len(text) - 1), ()))
    return Policy(
        id=policy_id, provider=None, title="Policy", source_url=None, snapshot_date=None, effective_date=None,
        supersedes=None, licence=None, text=text, clauses=tuple(clauses), headings=(), offsets=OffsetMap(()), source=text,
    )  # fmt: skip
