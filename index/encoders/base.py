"""What every encoder can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.stores.base import Vectors


class Encoder(Protocol):
    """Texts -> vectors. `name` and `sha256` say which weights; an index remembers them and refuses others."""

    name: str
    sha256: str

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32, (len(texts), dim), unit length."""
        ...
