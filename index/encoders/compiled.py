"""An encoder compiled for serving: ONNX Runtime and a tokenizer, without torch (`compiling` makes it)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from pydantic import BaseModel, ConfigDict, ValidationError
from tokenizers import Encoding, Tokenizer

from index.encoders.base import Embedding
from index.errors import EncoderUnavailable
from index.files import StoredFile, first_problem

CARD, MODEL, WEIGHTS, TOKENIZER = "card.json", "model.onnx", "model.weights", "tokenizer.json"
FORM = "onnx-float32"
# A batch holds about this many tokens, padding included: enough to keep the cores busy, few enough to stay in their caches.
_BATCH_TOKENS = 1024

INPUTS = ("input_ids", "attention_mask")


class Agreement(BaseModel):
    """How near the compiled encoder's vectors are to the original's, on fixed texts."""

    model_config = ConfigDict(frozen=True)

    texts: int
    lowest_cosine: float
    lowest_token_cosine: float | None


class EncoderCard(BaseModel):
    """What a compiled encoder was made from and with, and how well it agrees with that."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    name: str
    sha256: str
    form: Literal["onnx-float32"]
    dim: int
    agreement: Agreement
    made_with: dict[str, str]
    made_at: datetime
    sources: dict[str, StoredFile]
    files: dict[str, StoredFile]


class CompiledEncoder:
    """A compiled encoder, opened from its folder. Batches are made here: give it as many texts as there are.

    Raises:
        EncoderUnavailable: a file of it is missing or changed, or ONNX Runtime cannot open it.
    """

    def __init__(self, folder: Path, card: EncoderCard) -> None:
        problem = first_problem(folder, card.files)
        if problem:
            raise EncoderUnavailable(f'{problem}; remove the folder and run "plainclause index build"')
        self.name, self.sha256, self.dim = card.name, card.sha256, card.dim
        self.form: str = card.form
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _cores()
        # It was optimised when it was compiled.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        try:
            self._session = onnxruntime.InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # the libraries raise bare exceptions
            raise EncoderUnavailable(
                f'compiled encoder "{folder}" cannot be opened ({error}); remove the folder and run "plainclause index build"'
            ) from error

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        read = self._tokenizer.encode_batch_fast(list(texts))
        found: dict[int, Embedding] = {}
        for rows in _batches([len(each) for each in read]):
            found.update(zip(rows, self._run([read[row] for row in rows]), strict=True))
        return [found[row] for row in range(len(read))]

    def _run(self, batch: Sequence[Encoding]) -> Iterator[Embedding]:
        ids = np.zeros((len(batch), max(len(each) for each in batch)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(batch):
            ids[row, : len(each)] = each.ids
            mask[row, : len(each)] = 1
        vectors, *tokens = self._session.run(None, dict(zip(INPUTS, (ids, mask), strict=True)))
        for row, (vector, each) in enumerate(zip(vectors, batch, strict=True)):
            yield Embedding(vector, tokens[0][row, : len(each)] if tokens else None)


def find(folder: Path, name: str) -> CompiledEncoder | None:
    """The compiled encoder of that name, made from the files that are there now; None where there is none.

    Args:
        folder: where compiled encoders live, each in a folder of its own.

    Raises:
        EncoderUnavailable: it is there, but damaged.
    """
    for path in sorted(folder.glob(f"*/{CARD}")):
        try:
            card = EncoderCard.model_validate_json(path.read_bytes())
        except ValidationError:  # of another version of the program: not one that this one can use
            continue
        if card.name == name and first_problem(Path("/"), card.sources) is None:
            return CompiledEncoder(path.parent, card)
    return None


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of like length together: padding costs as much as text."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
