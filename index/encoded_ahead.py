"""What was encoded before a build, by other processes or machines, policy by policy: a build takes it over in place of encoding.

A file holds what one encoder made of the texts of one policy, in order, as an index would store it. It is named by the hash of encoder
and texts and written whole or not at all, so whatever stands under a name is what a build would have made.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.atomic_files import put
from index.encoders.base import Embedding, Encoder

_BATCH = 256  # texts given to an encoder at once; it makes its own batches


def encode_together(encoder: Encoder, texts: Sequence[str]) -> list[Embedding]:
    """Encode the texts of one policy, in batches of like length: padding costs.

    The last bits of an embedding depend on the batch that it was made in. So the policy is the unit, wherever it is encoded.
    """
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    found: dict[int, Embedding] = {}
    for at in range(0, len(order), _BATCH):
        chosen = order[at : at + _BATCH]
        found.update(zip(chosen, encoder.encode([texts[row] for row in chosen]), strict=True))
    return [found[row] for row in range(len(texts))]


def name_of(encoder: Encoder, texts: Sequence[str]) -> str:
    """What these texts, encoded by this encoder, are known by: 64 hexadecimal digits."""
    parts = (encoder.name, encoder.sha256, encoder.form, str(encoder.dim), *texts)
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def packed(embeddings: Sequence[Embedding]) -> bytes:
    """Embeddings as the bytes of a file; tokens have the precision of the token index, float16."""
    vectors = np.stack([each.vector for each in embeddings]).astype(np.float32, copy=False)
    tokens = [each.tokens for each in embeddings if each.tokens is not None]
    file = io.BytesIO()
    if len(tokens) == len(embeddings):
        starts = np.cumsum([0, *(len(each) for each in tokens)], dtype=np.int64)
        np.savez(file, vectors=vectors, tokens=np.concatenate(tokens).astype(np.float16), starts=starts)
    else:
        np.savez(file, vectors=vectors)
    return file.getvalue()


class EncodedAhead:
    """A folder of policies that were encoded ahead. What is not there, or damaged, is not known: a build encodes it."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder, self._encoder = folder, encoder
        self._taken: list[Path] = []

    @staticmethod
    def keep(folder: Path, name: str, data: bytes) -> None:
        """Write the `packed` embeddings of a policy, whole or not at all.

        Raises:
            OSError.
        """
        folder.mkdir(parents=True, exist_ok=True)
        put(folder / f"{name}.npz", data)

    def embeddings(self, texts: Sequence[str]) -> list[Embedding] | None:
        """The embeddings of all texts of a policy; None where they are not known."""
        if not self._folder.is_dir():
            return None
        path = self._folder / f"{name_of(self._encoder, texts)}.npz"
        try:
            found = _unpacked(path.read_bytes(), len(texts), self._encoder.dim)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None
        self._taken.append(path)
        return found

    def sweep(self) -> None:
        """Remove what was taken over: the index holds it now."""
        for path in self._taken:
            path.unlink(missing_ok=True)
        self._taken.clear()


def _unpacked(data: bytes, texts: int, dim: int) -> list[Embedding]:
    """Raises:
    EOFError, ValueError, KeyError, BadZipFile: these are not the embeddings of so many texts.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        vectors = arrays["vectors"]
        if vectors.shape != (texts, dim) or vectors.dtype != np.float32:
            raise ValueError(f"vectors of shape {vectors.shape}, {texts} texts of {dim} dimensions")
        if "tokens" not in arrays:
            return [Embedding(vector) for vector in vectors]
        tokens, starts = arrays["tokens"], arrays["starts"]
    if len(starts) != texts + 1 or starts[-1] != len(tokens):
        raise ValueError(f"tokens of {len(starts) - 1} texts, not {texts}")
    return [
        Embedding(vector, tokens[start:end].astype(np.float32))
        for vector, start, end in zip(vectors, starts[:-1], starts[1:], strict=True)
    ]
