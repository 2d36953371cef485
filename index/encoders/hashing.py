"""An encoder for tests: words hashed into a few dimensions. No weights, no meaning, no waiting."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from index.encoders.base import Embedding


class HashingEncoder:
    """Counts of hashed lower-case words and their first five letters, scaled to unit length."""

    def __init__(self, dim: int = 64) -> None:
        self.name, self.form, self.dim = f"hashing-{dim}", "python", dim
        self.sha256 = f"{zlib.crc32(self.name.encode()):064x}"

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                for feature in (word, word[:5]):
                    vectors[row, zlib.crc32(feature.encode("utf-8", "surrogatepass")) % self.dim] += 1.0
            vectors[row, 0] += 1e-3  # an empty text has a direction too
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return [Embedding(vector) for vector in vectors]

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        return self.encode(questions)
