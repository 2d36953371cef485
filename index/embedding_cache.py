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


class Encoded:
    """Embeddings by the text that was encoded.

    An embedding is what was stored: tokens have the precision of the token index.
    """

    def __init__(
        self,
        digests: NDArray[np.uint8],
        store: VectorStore | None = None,
        tokens: TokenIndex | None = None,
    ) -> None:
        """Args:
        digests: of the text of each row, (rows, 16).
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

    def embedding(self, text: str) -> Embedding | None:
        """The embedding of a text, if it is there."""
        row = self._row(_digest(text))
        if row is None or self._store is None:
            return None
        vector = self._store.vectors(np.array([row], dtype=np.int64))[0]
        return Embedding(vector, self._tokens.of(row) if self._tokens is not None else None)

    def _row(self, digest: bytes) -> int | None:
        sought = np.frombuffer(digest, np.uint8)
        begin = sought[:8].view(np.uint64)[0]
        at = int(np.searchsorted(self._begins, begin))
        while at < len(self._begins) and self._begins[at] == begin:
            row = int(self._order[at])
            if (self._digests[row] == sought).all():
                return row
            at += 1
        return None


class TextDigests:
    """Notes in a generation which text each of its rows is of."""

    def __init__(self, generation: Path) -> None:
        self._array = GrowingArray(generation / _TEXTS, np.uint8, (_DIGEST,))

    def add(self, texts: Sequence[str]) -> None:
        """Note the texts of the next rows."""
        for text in texts:
            self._array.append(np.frombuffer(_digest(text), dtype=np.uint8)[None])

    def finish(self) -> None:
        """Complete the file."""
        self._array.finish()

    def close(self) -> None:
        """Let the file go, complete or not."""
        self._array.close()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
