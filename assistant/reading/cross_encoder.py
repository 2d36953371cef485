"""The built-in reader: question and passage in one pass through the compiled network, without torch (`compiling` makes it)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock, Semaphore
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from tokenizers import Tokenizer

from assistant.errors import ReaderUnavailable
from assistant.reading.base import Read, Reading
from assistant.reading.exact_products import PROBE, is_exact
from assistant.reading.passages import Passage
from assistant.reading.worth_reading import read_around
from index.encoders.onnx_runtime import cores, onnxruntime, session_options
from index.stored_files import StoredFile, first_problem

CARD, TOKENIZER, MODEL = "reader.json", "tokenizer.json", "reader.onnx"
INPUTS, OUTPUTS = ("ids", "mask"), ["probabilities", "meaning"]
QUESTION, CONTEXT, CLAUSE = 48, 64, 144  # tokens read of each; of the context the last, of the others the first
KEPT_MEANINGS = 1024  # of messages: a follow-up is told twice what it is, and many ask the same
KEPT = 20_000  # readings kept, the least lately used go first; some 200 bytes each
_START, _PADDING, _END = 0, 1, 2  # of the tokenizer's vocabulary
_BATCH = 2048  # tokens that run together, padding included: attention is in pairs
_REMEDY = 'remove the folder and run "plainclause index build"'

_NOTHING = Passage("", "")

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class ReaderCard(BaseModel):
    """What a compiled reader was made from, with and on which processor. `apart`: by how much probabilities were off, on average of
    fixed pairs."""

    model_config = ConfigDict(frozen=True)

    format: Literal[5] = 5
    sha256: str
    apart: float = 0.0
    made_with: dict[str, str]
    made_at: datetime
    made_on: str = ""  # empty: not noted
    signed: bool = False  # its weights; then `PROBE` lies beside it
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
        self._folder, self.sha256, self.made_on, self._signed = folder, card.sha256, card.made_on, card.signed
        self._readings = _Recent[tuple[str, Passage], Reading](KEPT)
        self._meanings = _Recent[str, Floats](KEPT_MEANINGS)
        self._free = Semaphore(max(1, cores() // 2))

    @property
    def is_exact(self) -> bool:
        """Whether this machine's processor adds up its products as they are; it may have been compiled on another."""
        return not self._signed or is_exact((self._folder / PROBE).read_bytes())

    @property
    def name(self) -> str:
        return f"plainclause-reader {self.sha256[:8]}"

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        """The readings, and this reader's name."""
        return Read(self.read(question, passages), self.name)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        return read_around(passages, lambda worth: self._read(question, worth))

    def meaning(self, message: str) -> Floats:
        """What a message means, as the network has it when it reads the message beside nothing: float32, (width,), not to be
        written to."""
        known = self._meanings.of([message])
        if not known:
            known = {message: self._run([(message, _NOTHING)])[0].meaning}
        self._meanings.keep(known)
        return known[message]

    def read_ahead(self, message: str, question: str, passages: Sequence[Passage]) -> None:
        """One pass for both: most of the time of a short one goes to bringing the weights from memory."""
        if not self._meanings.of([message]):
            read_around(passages, lambda worth: self._read(question, worth, message))

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._readings.clear()
        self._meanings.clear()

    def _read(self, question: str, passages: Sequence[Passage], message: str | None = None) -> list[Reading]:
        """The readings, those known from earlier as they were; with the meaning of a message, if one is given."""
        pairs = {passage: (question, passage) for passage in passages}
        known = self._readings.of(pairs.values())
        unread = [pair for pair in pairs.values() if pair not in known]
        beside = [] if message is None else [(message, _NOTHING)]
        read = self._run([*beside, *unread])
        if message is not None:
            self._meanings.keep({message: read[0].meaning})
        known |= {pair: each.reading for pair, each in zip(unread, read[len(beside) :], strict=True)}
        self._readings.keep(known)
        return [known[pairs[passage]] for passage in passages]

    def _run(self, pairs: Sequence[tuple[str, Passage]]) -> list[_Told]:
        """What the network tells of pairs of question and passage, in their order."""
        tokens = [self.tokens(question, passage) for question, passage in pairs]
        told: dict[int, _Told] = {}
        for rows in _batches([len(each) for each in tokens]):
            inputs = dict(zip(INPUTS, self.batch([tokens[row] for row in rows]), strict=True))
            with self._free:  # each pass uses all cores: those who wait would only take them from one another
                probabilities, meanings = self._network.run(OUTPUTS, inputs)
            for row, probability, meaning in zip(rows, probabilities, meanings, strict=True):
                told[row] = _Told(_reading(probability), np.array(meaning, dtype=np.float32))
                told[row].meaning.setflags(write=False)
        return [told[row] for row in range(len(tokens))]

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
        options, model = session_options(cores()), self._folder / MODEL
        try:
            return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises bare exceptions
            raise ReaderUnavailable(f'"{MODEL}" in "{self._folder}" cannot be opened ({error}); {_REMEDY}') from error


class _Told(NamedTuple):
    """What the network tells of a pair: the reading, and the mean of its last states, float32, (width,)."""

    reading: Reading
    meaning: Floats


class _Recent(Generic[_Key, _Value]):
    """Values that were found out, the least lately used go first. Safe to be used by several threads at once."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()

    def of(self, keys: Iterable[_Key]) -> dict[_Key, _Value]:
        """Those of these that are kept."""
        with self._lock:
            return {key: self._kept[key] for key in keys if key in self._kept}

    def keep(self, values: Mapping[_Key, _Value]) -> None:
        """Keep these, as the most lately used."""
        with self._lock:
            for key, value in values.items():
                self._kept[key] = value
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


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
