"""An encoder compiled for serving: ONNX Runtime and a tokenizer, without torch (`compiling` makes it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from tokenizers import Encoding, Tokenizer

from index.encoders.base import Embedding
from index.encoders.onnx_runtime import cores, onnxruntime, session_options
from index.errors import EncoderUnavailable
from index.stored_files import StoredFile, first_problem

_REMEDY = 'remove the folder and run "plainclause index build"'

CARD, TOKENIZER = "card.json", "tokenizer.json"
# The same model twice: as it is, for the clauses of policies; with 8-bit weights and activations, for questions. A question
# is one short text that somebody waits for, and the weights are what has to be read for it.
CLAUSES, QUESTIONS = "clauses.onnx", "questions.onnx"
INPUTS = ("input_ids", "attention_mask")
# A batch holds at most so many tokens, padding included: enough to keep the cores busy, few enough to stay in their caches.
# Measured; twice or half as many make little difference.
_CLAUSE_TOKENS, _QUESTION_TOKENS = 512, 128

Form = Literal["float32", "int8"]


class Agreement(BaseModel):
    """How near the compiled encoder's vectors are to the original's, on fixed texts."""

    model_config = ConfigDict(frozen=True)

    texts: int
    lowest_cosine: float
    lowest_token_cosine: float | None

    @property
    def lowest(self) -> float:
        """The lowest cosine of all."""
        return min(self.lowest_cosine, 1.0 if self.lowest_token_cosine is None else self.lowest_token_cosine)


class EncoderCard(BaseModel):
    """What a compiled encoder was made from and with, and how well its two forms agree with that."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    name: str
    sha256: str
    dim: int
    questions: Form = "float32"
    agreement: dict[str, Agreement] = {}
    made_with: dict[str, str]
    made_at: datetime
    sources: dict[str, StoredFile]
    files: dict[str, StoredFile]


class CompiledEncoder:
    """A compiled encoder, opened from its folder; its models are loaded when they are first asked. Batches are made
    here: give it as many texts as there are.

    Args:
        threads: for texts; by default one a core.

    Raises:
        EncoderUnavailable: a file of it is missing or changed, or ONNX Runtime cannot open it.
    """

    def __init__(self, folder: Path, card: EncoderCard, threads: int | None = None) -> None:
        problem = first_problem(folder, card.files)
        if problem:
            raise EncoderUnavailable(f"{problem}; {_REMEDY}")
        self.name, self.sha256, self.dim = card.name, card.sha256, card.dim
        self.form = f"onnx, clauses float32, questions {card.questions}"
        self.folder, self._alone, self._threads = folder, Lock(), threads or cores()
        self._question_model = QUESTIONS if card.questions == "int8" else CLAUSES

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        read = self._tokenizer.encode_batch_fast(list(texts))
        batches = list(_batches([len(each) for each in read], _CLAUSE_TOKENS))
        return _in_order(batches, (_run(self._clauses, [read[row] for row in rows]) for rows in batches))

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        read = self._tokenizer.encode_batch_fast(list(questions))
        if len(read) == 1 and self._alone.acquire(blocking=False):
            try:
                return list(_run(self._lone_question, read))
            finally:
                self._alone.release()
        # Small batches, as many at a time as there are cores: they are used better so than by one batch, or one question, at
        # a time.
        batches = list(_batches([len(each) for each in read], _QUESTION_TOKENS))
        done = self._workers.map(
            lambda rows: list(_run(self._question_among_others, [read[row] for row in rows])), batches
        )
        return _in_order(batches, done)

    @cached_property
    def _clauses(self) -> onnxruntime.InferenceSession:
        return self._opened(CLAUSES, threads=self._threads)

    @cached_property
    def _lone_question(self) -> onnxruntime.InferenceSession:
        return self._opened(self._question_model, threads=cores())

    @cached_property
    def _question_among_others(self) -> onnxruntime.InferenceSession:
        return self._opened(self._question_model, threads=1)

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), thread_name_prefix="encoder")

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer.from_file(str(self.folder / TOKENIZER))

    def _opened(self, model: str, *, threads: int) -> onnxruntime.InferenceSession:
        options, path = session_options(threads), self.folder / model
        try:
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises bare exceptions
            raise EncoderUnavailable(
                f'"{model}" of compiled encoder "{self.folder}" cannot be opened ({error}); {_REMEDY}'
            ) from error


def _run(session: onnxruntime.InferenceSession, batch: Sequence[Encoding]) -> Iterator[Embedding]:
    ids = np.zeros((len(batch), max(len(each) for each in batch)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(batch):
        ids[row, : len(each)] = each.ids
        mask[row, : len(each)] = 1
    vectors, *tokens = session.run(None, dict(zip(INPUTS, (ids, mask), strict=True)))
    for row, (vector, each) in enumerate(zip(vectors, batch, strict=True)):
        yield Embedding(vector, tokens[0][row, : len(each)] if tokens else None)


def find(folder: Path, name: str, sha256: str | None = None) -> CompiledEncoder | None:
    """The compiled encoder of that name, made from the files that are there now; None where there is none.

    Args:
        folder: where compiled encoders live, each in a folder of its own.
        sha256: of the weights, where that is known: those that it was made from need not be on this machine.

    Raises:
        EncoderUnavailable: it is there, but damaged.
    """
    for path in sorted(folder.glob(f"*/{CARD}")):
        try:
            card = EncoderCard.model_validate_json(path.read_bytes())
        except ValidationError:  # of another version of the program: not one that this one can use
            continue
        made_from_them = first_problem(Path("/"), card.sources) is None if sha256 is None else card.sha256 == sha256
        if card.name == name and made_from_them:
            return CompiledEncoder(path.parent, card)
    return None


def _in_order(batches: Sequence[Sequence[int]], read: Iterable[Iterable[Embedding]]) -> list[Embedding]:
    """The embeddings of batches of rows in the order of the rows."""
    found: dict[int, Embedding] = {}
    for rows, embeddings in zip(batches, read, strict=True):
        found.update(zip(rows, embeddings, strict=True))
    return [found[row] for row in range(len(found))]


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows of like length together: padding costs as much as text."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
