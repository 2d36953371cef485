"""The built-in reader: question and passage in one pass through the compiled network, without torch (`compiling` makes it)."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from tokenizers import Tokenizer

from assistant.errors import ReaderUnavailable
from assistant.reading.base import Read, Reading
from assistant.reading.passages import Passage
from assistant.reading.worth_reading import read_around
from index.encoders.onnx_runtime import onnxruntime
from index.stored_files import StoredFile, first_problem

CARD, TOKENIZER, MODEL = "reader.json", "tokenizer.json", "reader.onnx"
INPUTS, JUDGED, MEANT = ("ids", "mask"), ["probabilities"], ["meaning"]
QUESTION, CONTEXT, CLAUSE = 48, 64, 144  # tokens read of each; of the context the last, of the others the first
KEPT_MEANINGS = 1024  # of messages: a follow-up is told twice what it is, and many ask the same
KEPT = 20_000  # readings kept, the least lately used go first; some 200 bytes each
_START, _PADDING, _END = 0, 1, 2  # of the tokenizer's vocabulary
_BATCH = 1024  # tokens that run together, padding included
_REMEDY = 'remove the folder and run "plainclause index build"'

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class ReaderCard(BaseModel):
    """What a compiled reader was made from, with and on which processor. `apart`: by how much probabilities were off, on average of
    fixed pairs."""

    model_config = ConfigDict(frozen=True)

    format: Literal[3] = 3
    sha256: str
    apart: float = 0.0
    made_with: dict[str, str]
    made_at: datetime
    made_on: str = ""  # empty: not noted
    files: dict[str, StoredFile]


class CrossEncoder:
    """A compiled reader, opened from its folder; the network is loaded with the first question.

    Raises:
        ReaderUnavailable: a file of it is missing or changed, or ONNX Runtime cannot open it.
    """

    def __init__(self, folder: Path, card: ReaderCard) -> None:
        problem = first_problem(folder, card.files)
        if problem:
            raise ReaderUnavailable(f"{problem}; {_REMEDY}")
        self._folder, self.sha256, self.made_on = folder, card.sha256, card.made_on
        self._kept: OrderedDict[tuple[str, Passage], Reading] = OrderedDict()
        self._lock = Lock()
        self._meant = lru_cache(KEPT_MEANINGS)(self._meaning)

    @property
    def name(self) -> str:
        return f"plainclause-reader {self.sha256[:8]}"

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        """The readings, and this reader's name."""
        return Read(self.read(question, passages), self.name)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        return read_around(passages, lambda worth: self._remembered(question, worth))

    def meaning(self, message: str) -> Floats:
        """What a message means, as the network has it when it reads the message beside nothing: float32, (width,), not to be
        written to."""
        return self._meant(message)

    def _meaning(self, message: str) -> Floats:
        ids, mask = self.batch([self.tokens(message, Passage("", ""))])
        (meaning,) = self._network.run(MEANT, dict(zip(INPUTS, (ids, mask), strict=True)))
        found = np.asarray(meaning[0], dtype=np.float32)
        found.setflags(write=False)
        return found

    def forget(self) -> None:
        """Read everything anew from now on."""
        with self._lock:
            self._kept.clear()
        self._meant.cache_clear()

    def _remembered(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        with self._lock:
            known = {
                passage: self._kept[question, passage] for passage in passages if (question, passage) in self._kept
            }
        unread = [passage for passage in dict.fromkeys(passages) if passage not in known]
        known |= dict(zip(unread, self._read(question, unread), strict=True))
        with self._lock:
            for passage in known:
                self._kept[question, passage] = known[passage]
                self._kept.move_to_end((question, passage))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return [known[passage] for passage in passages]

    def _read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        tokens = [self.tokens(question, passage) for passage in passages]
        readings: dict[int, Reading] = {}
        for rows in _batches([len(each) for each in tokens]):
            ids, mask = self.batch([tokens[row] for row in rows])
            (probabilities,) = self._network.run(JUDGED, dict(zip(INPUTS, (ids, mask), strict=True)))
            readings.update(zip(rows, (_reading(each) for each in probabilities), strict=True))
        return [readings[row] for row in range(len(tokens))]

    def tokens(self, question: str, passage: Passage) -> list[int]:
        """The tokens of a pair: question, context, clause."""
        texts = (_encodable(each) for each in (question, passage.context, passage.text))
        asked, context, clause = (
            each.ids for each in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        )
        return [_START, *asked[:QUESTION], _END, _END, *context[-CONTEXT:], _END, *clause[:CLAUSE], _END]

    def batch(self, pairs: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
        """Ids and mask of some pairs: int64, (pairs, longest) each."""
        ids = np.full((len(pairs), max(len(each) for each in pairs)), _PADDING, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(pairs):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        return ids, mask

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _network(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        options.graph_optimization_level = (
            onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        )  # done when it was compiled
        try:
            return onnxruntime.InferenceSession(self._folder / MODEL, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises bare exceptions
            raise ReaderUnavailable(f'"{MODEL}" in "{self._folder}" cannot be opened ({error}); {_REMEDY}') from error


def find(folder: Path, sha256: str) -> CrossEncoder | None:
    """The compiled reader of these weights; None where there is none.

    Raises:
        ReaderUnavailable: it is there, but damaged.
    """
    path = folder / f"reader-{sha256[:16]}" / CARD
    if not path.is_file():
        return None
    try:
        card = ReaderCard.model_validate_json(path.read_bytes())
    except ValidationError:  # of another version of the program
        return None
    return CrossEncoder(path.parent, card) if card.sha256 == sha256 else None


def _encodable(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which is no character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _reading(probabilities: Floats) -> Reading:
    whole = np.maximum(probabilities.astype(np.float64), 0.0)
    return Reading(*(whole / whole.sum()).tolist())


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Rows of like length together: padding costs as much as text."""
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[row] > _BATCH:
            batches.append([])
        batches[-1].append(row)
    return batches
