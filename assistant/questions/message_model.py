"""What a message is taken for: probabilities from its meaning and from its words and letters.

The meaning, as the reader's network has it, tells what a sentence is about, and goes through one hidden layer; of a fragment ("dsar", "cookeis?") the words
and pieces of words tell more. They are hashed into a table of weights after Weinberger et al., "Feature Hashing for Large
Scale Multitask Learning" (2009).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray

from assistant.model import Route

KINDS = (Route.PRIVACY, Route.SMALL_TALK, Route.PERSON, Route.OTHER)
"""What the model tells apart, in the order of its outputs; which company and how many questions are told by other signs."""

BUCKETS = 1 << 14  # rows of the table of hashed features
_READ = 600  # characters of a message whose words are looked at
_SHORTEST, _LONGEST = 3, 5  # letters of a piece of a word
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[?!]|[^\w\s.,;:'’\"()-]")
_EDGE = "^"


class Weights(NamedTuple):
    """What was learned: `table` (BUCKETS, kinds) of hashed features, `inner` (members, dim, hidden) and `bias` (members,
    hidden) of the hidden layers, `outer` (members, hidden, kinds), `base` (kinds,), and `centre` (dim,), what all meanings have in
    common. All float32."""

    table: NDArray[np.float32]
    inner: NDArray[np.float32]
    bias: NDArray[np.float32]
    outer: NDArray[np.float32]
    base: NDArray[np.float32]
    centre: NDArray[np.float32]


class MessageModel:
    """Tells what a message is."""

    def __init__(self, weights: Weights) -> None:
        members, dim, hidden = weights.inner.shape
        self._table, self._base, self._centre = weights.table, weights.base, weights.centre
        self._inner = weights.inner.transpose(1, 0, 2).reshape(dim, members * hidden)
        self._bias = weights.bias.reshape(members * hidden)
        self._outer = weights.outer.reshape(members * hidden, len(KINDS)) / members

    @classmethod
    def load(cls, path: Path) -> MessageModel:
        """The model as it was written (`save`)."""
        with np.load(path) as stored:
            return cls(Weights(*(stored[name].astype(np.float32) for name in Weights._fields)))

    def own(self, meaning: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a meaning has of its own: centred, (dim,)."""
        return centred(meaning, self._centre)

    def probabilities(self, message: str, own: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """How probable each of `KINDS` is: float32, (4,), sums to one. `own`: what the message's meaning to the reader's network has
        of its own, (dim,); None: its words decide alone."""
        seen = 0.0 if own is None else own @ self._inner
        hidden = np.maximum(seen + self._bias, 0.0)
        logits = hidden @ self._outer + self._base + hashed(message, self._table)
        likely = np.exp(logits - logits.max())
        return np.asarray(likely / likely.sum(), dtype=np.float32)


def centred(meanings: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Meanings (dim,) or (n, dim) without what they have in common, each of unit length."""
    own = meanings - centre
    return np.asarray(own / np.maximum(np.linalg.norm(own, axis=-1, keepdims=True), 1e-6), dtype=np.float32)


def save(weights: Weights, path: Path, **others: NDArray[np.generic]) -> None:
    """Write weights in half precision, with other arrays beside them."""
    halves = {name: values.astype(np.float16) for name, values in weights._asdict().items()}
    arrays: dict[str, Any] = {**halves, **others}
    np.savez_compressed(path, **arrays)


def hashed(message: str, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the hashed features of a message add to each output: the sum of their rows over the root of their number."""
    rows = features(message)
    return np.asarray(table[rows].sum(axis=0) / np.sqrt(max(len(rows), 1)), dtype=np.float32)


def features(message: str) -> NDArray[np.int64]:
    """The rows of a message's features, each once: its words, their stems and pieces, pairs of neighbours, its length."""
    words = _TOKEN.findall(message[:_READ].lower().replace("’", "'"))
    rows: set[int] = set()
    for word in words:
        rows.update(_of_word(word))
    stems = [_EDGE, *(_stem(word) for word in words), _EDGE]
    rows.update(_row(f"2 {one} {other}") for one, other in pairwise(stems))
    rows.add(_row(f"# {min(len(words), 12) if len(words) <= 12 else 12 + min(len(words) // 12, 4)}"))
    return np.fromiter(rows, dtype=np.int64, count=len(rows))


@lru_cache(maxsize=16384)
def _of_word(word: str) -> frozenset[int]:
    return frozenset(_row(feature) for feature in _pieces(word))


def _pieces(word: str) -> Iterator[str]:
    yield f"1 {word}"
    yield f"s {_stem(word)}"
    edged = f"<{word}>"
    for length in range(_SHORTEST, _LONGEST + 1):
        for at in range(len(edged) - length + 1):
            yield edged[at : at + length]


@lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    return str(Stemmer.Stemmer("english").stemWord(word))


def _row(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS
