"""What an earlier generation of the index has encoded already, so that a build encodes only what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from index.encoders.base import Embedding, Encoder
from index.late_interaction import TokenIndex
from index.model import IndexCard
from index.stores.base import VectorStore

_TEXTS = "texts.npy"
_DIGEST = 16  # bytes: no two texts of any shelf share one


class Encoded:
    """Embeddings by the text that was encoded.

    An embedding is what was stored: tokens have the precision of the token index.
    """

    def __init__(
        self,
        rows: dict[bytes, int],
        store: VectorStore | None = None,
        tokens: TokenIndex | None = None,
    ) -> None:
        self._rows, self._store, self._tokens = rows, store, tokens

    @classmethod
    def nothing(cls) -> Self:
        """Where there is no earlier generation."""
        return cls({})

    @classmethod
    def kept(cls, generation: Path, card: IndexCard, encoder: Encoder, store: type[VectorStore]) -> Self:
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
        digests = np.load(generation / _TEXTS)
        rows = {digest.tobytes(): row for row, digest in enumerate(digests)}
        return cls(rows, store.load(generation), TokenIndex.load(generation))

    def embedding(self, text: str) -> Embedding | None:
        """The embedding of a text, if it is there."""
        row = self._rows.get(_digest(text))
        if row is None or self._store is None:
            return None
        vector = self._store.vectors(np.array([row], dtype=np.int64))[0]
        return Embedding(vector, self._tokens.of(row) if self._tokens is not None else None)


def save_texts(generation: Path, texts: Sequence[str]) -> None:
    """Note in a generation which text each of its rows is of."""
    digests = [np.frombuffer(_digest(text), dtype=np.uint8) for text in texts]
    np.save(generation / _TEXTS, np.stack(digests) if digests else np.empty((0, _DIGEST), np.uint8))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
