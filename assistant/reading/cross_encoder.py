"""The built-in reader: question and passage in one pass through the compiled network, without torch (`compiling` makes it).

Each pair has a pass of its own on one core, and as many run at a time as there are cores. So what is read of a pair hangs on nothing
that is read beside it, and the same question is answered the same whatever was asked before; and it is quicker than all pairs in one
pass of all cores, which would wait for one another after each product."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from tokenizers import Tokenizer

from assistant.errors import ReaderUnavailable
from assistant.questions.personal_data import as_personal_data
from assistant.reading.base import Read, Reading
from assistant.reading.exact_products import PROBE, is_exact
from assistant.reading.passages import Passage
from assistant.reading.worth_reading import read_around
from index.encoders.onnx_runtime import cores, onnxruntime, session_options
from index.stored_files import StoredFile, first_problem

CARD, TOKENIZER, MODEL = "reader.json", "tokenizer.json", "reader.onnx"
IDS, OUTPUTS = "ids", ["probabilities", "meaning"]
QUESTION, CONTEXT, CLAUSE = 48, 64, 144  # tokens read of each; of the context the last, of the others the first
KEPT_MEANINGS = 1024  # of messages: a follow-up is told twice what it is, and many ask the same
KEPT = 20_000  # readings kept, the least lately used go first; some 200 bytes each
_START, _END = 0, 2  # of the tokenizer's vocabulary
_REMEDY = 'remove the folder and run "plainclause index build"'

_NOTHING = Passage("", "")

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
Floats = NDArray[np.float32]


class ReaderCard(BaseModel):
    """What a compiled reader was made from, with and on which processor. `apart`: by how much probabilities were off, on average of
    fixed pairs."""

    model_config = ConfigDict(frozen=True)

    format: Literal[6] = 6
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
        return read_around(passages, lambda worth: self._read_both_ways(question, worth))

    def meaning(self, message: str) -> Floats:
        """What a message means, as the network has it when it reads the message beside nothing: float32, (width,), not to be
        written to."""
        known = self._meanings.of([message])
        if not known:
            known = {message: self._run([(message, _NOTHING)])[0].meaning}
        self._meanings.keep(known)
        return known[message]

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._readings.clear()
        self._meanings.clear()

    def _read_both_ways(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """The readings; where the question asks of an account's data, of each passage the one that answers more: as it is asked, or of
        personal data."""
        readings, general = self._read(question, passages), as_personal_data(question)
        if general is None:
            return readings
        of_all = self._read(general, passages)
        return [max(both, key=lambda each: each.answers) for both in zip(readings, of_all, strict=True)]

    def _read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """The readings, those known from earlier as they were."""
        pairs = {passage: (question, passage) for passage in passages}
        known = self._readings.of(pairs.values())
        unread = [pair for pair in pairs.values() if pair not in known]
        known |= {pair: told.reading for pair, told in zip(unread, self._run(unread), strict=True)}
        self._readings.keep(known)
        return [known[pairs[passage]] for passage in passages]

    def _run(self, pairs: Sequence[tuple[str, Passage]]) -> list[_Told]:
        """What the network tells of pairs of question and passage, in their order."""
        tokens = [self.tokens(question, passage) for question, passage in pairs]
        longest_first = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))  # so that all cores end together
        passes = self._workers.map(self._pass, [tokens[row] for row in longest_first])
        told = dict(zip(longest_first, passes, strict=True))
        return [told[row] for row in range(len(tokens))]

    def _pass(self, tokens: Sequence[int]) -> _Told:
        probabilities, meaning = self._network.run(OUTPUTS, {IDS: np.array(tokens, dtype=np.int64)})
        meaning.setflags(write=False)
        return _Told(_reading(probabilities), meaning)

    def tokens(self, question: str, passage: Passage) -> list[int]:
        """The tokens of a pair: question, context, clause."""
        texts = (_encodable(each) for each in (question, passage.context, passage.text))
        asked, context, clause = (
            each.ids for each in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        )
        return [_START, *asked[:QUESTION], _END, _END, *context[-CONTEXT:], _END, *clause[:CLAUSE], _END]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), thread_name_prefix="reader")

    @cached_property
    def _network(self) -> onnxruntime.InferenceSession:
        options, model = session_options(threads=1), self._folder / MODEL
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
