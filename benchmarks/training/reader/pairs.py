"""Question and passage -> the tokens that the network reads: those that the serving reader makes, by its own code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from assistant.reading.cross_encoder import TOKENIZER, CrossEncoder, ReaderCard
from assistant.reading.passages import Passage
from index.stored_files import stored_files

Tokens = NDArray[np.uint16]  # (tokens,)
PADDING = 1  # of the tokenizer's vocabulary


class Pairs:
    """Makes tokens of pairs, and keeps them: an epoch reads most pairs again.

    Args:
        tokenizer: the base's `tokenizer.json`.
        folder: an empty one, or one that this made, for the tokenizer to lie in.
    """

    def __init__(self, tokenizer: bytes, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / TOKENIZER).write_bytes(tokenizer)
        card = ReaderCard(sha256="", made_with={}, made_at=datetime.now(UTC), files=stored_files(folder))
        self._reader = CrossEncoder(folder, card)  # of which only the tokenizer is there, and used
        self._kept: dict[tuple[str, Passage], Tokens] = {}

    def tokens(self, question: str, passage: Passage) -> Tokens:
        """The tokens of a pair."""
        if (question, passage) not in self._kept:
            self._kept[question, passage] = np.array(self._reader.tokens(question, passage), dtype=np.uint16)
        return self._kept[question, passage]

    def batch(self, pairs: Sequence[Tokens]) -> tuple[Tensor, Tensor]:
        """Ids and mask of some pairs: int64, (pairs, longest) each."""
        ids = torch.full((len(pairs), max(map(len, pairs))), PADDING, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair)] = torch.from_numpy(pair.astype(np.int64))
            mask[row, : len(pair)] = 1
        return ids, mask
