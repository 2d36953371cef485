"""What an earlier generation of the index has encoded already, so that a build encodes only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.encoders.base import Embedding, Encoder
from index.growing_array import GrowingArray
from index.late_interaction import TokenIndex
from index.model import IndexCard
from index.stores.base import FileStore, VectorStore

_TEXTS = "texts.npy"
_DIGEST = 16  # bytes: no two texts of any shelf share one

Digests = NDArray[np.uint8]  # (texts, 16)


class Encoded:
    """Embeddings by the text that was encoded.

    An embedding is what was stored: tokens have the precision of the token index.
    """

    def __init__(
        self,
        digests: Digests,
        store: VectorStore | None = None,
        tokens: TokenIndex | None = None,
    ) -> None:
        """Args:
        digests: of the text of each row.
        """
        self._digests, self._store, self._tokens = digests, store, tokens
        begins = np.ascontiguousarray(digests[:, :8]).view(np.uint64)[:, 0]
        self._order = np.argsort(begins, kind="stable")
        self._begins = begins[self._order]

    @classmethod
    def nothing(cls) -> Self:
        """Where there is no earlier generation."""
        return cls(np.empty((0, _DIGEST), np.uint8))

    @classmethod
    def kept(cls, generation: Path, card: IndexCard, encoder: Encoder, store: type[FileStore]) -> Self:
        """What a generation holds, if this very encoder made it and this store keeps it; else nothing."""
        same = (card.encoder, card.encoder_sha256, card.encoder_form, card.store, card.dim) == (
            encoder.name,
            encoder.sha256,
            encoder.form,
            store.__name__,
            encoder.dim,
        )
        if not same or not (generation / _TEXTS).is_file():
            return cls.nothing()
        return cls(np.load(generation / _TEXTS), store.load(generation), TokenIndex.load(generation))

    def embeddings(self, digests: Digests) -> list[Embedding | None]:
        """The embeddings of some texts, by their digests; None for those that are not there."""
        rows = self._rows(digests)
        there = np.flatnonzero(rows >= 0)
        found: list[Embedding | None] = [None] * len(rows)
        if self._store is None:
            return found
        for at, row, vector in zip(there.tolist(), rows[there].tolist(), self._store.vectors(rows[there]), strict=True):
            found[at] = Embedding(vector, self._tokens.of(row) if self._tokens is not None else None)
        return found

    def _rows(self, digests: Digests) -> NDArray[np.int64]:
        """Where each text stands; -1: nowhere. Of two texts whose digests begin alike, which happens once in a world, one is taken for
        missing."""
        rows = np.full(len(digests), -1, dtype=np.int64)
        begins = np.ascontiguousarray(digests[:, :8]).view(np.uint64)[:, 0]
        at = np.searchsorted(self._begins, begins)
        asked = np.flatnonzero(at < len(self._begins))
        candidates = self._order[at[asked]]
        same = (self._digests[candidates] == digests[asked]).all(axis=1)
        rows[asked[same]] = candidates[same]
        return rows


class TextDigests:
    """Notes in a generation which text each of its rows is of."""

    def __init__(self, generation: Path) -> None:
        self._array = GrowingArray(generation / _TEXTS, np.uint8, (_DIGEST,))

    def add(self, digests: Digests) -> None:
        """Note the texts of the next rows."""
        self._array.append(digests)

    def finish(self) -> None:
        """Complete the file."""
        self._array.finish()

    def close(self) -> None:
        """Let the file go, complete or not."""
        self._array.close()


def digests_of(texts: Sequence[str]) -> Digests:
    """What texts are known by."""
    whole = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest() for text in texts
    )
    return np.frombuffer(whole, dtype=np.uint8).reshape(len(texts), _DIGEST)
