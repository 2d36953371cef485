"""What every encoder can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from index.stores.base import Vectors


class Embedding(NamedTuple):
    """A text as an encoder reads it.

    vector: float32, (dim,), unit length.
    tokens: float32, (tokens, token dim), each of unit length, for late interaction; None from an encoder without.
    """

    vector: Vectors
    tokens: Vectors | None = None


def together(one: Embedding, other: Embedding) -> Embedding:
    """One embedding for two texts that mean one thing: the mean direction, the tokens of both."""
    vector = one.vector + other.vector
    tokens = None
    if one.tokens is not None and other.tokens is not None:
        tokens = np.concatenate([one.tokens, other.tokens])
    return Embedding(vector / np.linalg.norm(vector), tokens)


class Encoder(Protocol):
    """Texts -> embeddings. `name` and `sha256` say which weights; an index remembers them and refuses others. `form` says
    how they are run."""

    name: str
    sha256: str
    form: str

    @property
    def dim(self) -> int:
        """Length of a text's vector."""
        ...

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """The embedding of each text of a corpus."""
        ...

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        """The embedding of each question, to be compared with those of texts."""
        ...
