"""What is read before any question: the policies, the practice bank, the words known. Read from their sources when an index
is built and kept beside it, so that a start parses nothing; a start whose sources have changed reads them again."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.practices import bank as practice_bank
from assistant.practices.bank import Bank
from assistant.questions.spelling import WordCount
from corpus.errors import CorpusError
from corpus.model import FORMAT as POLICY_FORMAT
from corpus.model import Described, Policy, Summary
from corpus.shelf.catalogue import Shelf, SomePolicies, open_shelf, read_policies, to_be_added
from corpus.shelf.kept import KeptPolicies, PolicyWriter
from corpus.shelf.shelf_files import TEXTS, source_files
from index.stored_files import StoredFile

FORMAT = 2
"""To be raised by whoever changes what is read from the same bank, or which words are counted: indexes are then read anew."""

log = logging.getLogger(__name__)

T = TypeVar("T")

_CARD, _BANK, _WORDS = "sources.json", "bank.json", "words.json"
_BANK_TYPE, _COUNTS = TypeAdapter(Bank), TypeAdapter(dict[str, int])
# What policies and bank are read with: where these libraries change, so may what is read.
_LIBRARIES = ("pyromark", "nupunkt", "ftfy", "PyStemmer")


class SourceFiles(BaseModel):
    """What something was read from and with."""

    model_config = ConfigDict(frozen=True)

    files: dict[str, StoredFile]
    versions: dict[str, str]

    @classmethod
    def now(cls, policies: Path) -> SourceFiles:
        """The sources as they are."""
        files = {}
        for path in _source_files(policies):
            with contextlib.suppress(FileNotFoundError):  # removed since it was listed
                files[str(path)] = StoredFile.of(path)
        return cls(files=files, versions=_versions())

    def unchanged(self, policies: Path) -> bool:
        """Whether the sources are still those, no file more and no file less."""
        return (
            {str(path) for path in _source_files(policies)} == self.files.keys()
            and self.versions == _versions()
            and not any(expected.problem(Path(path)) for path, expected in self.files.items())
        )


@dataclass(frozen=True, slots=True)
class ParsedSources:
    """The shelf, the bank, and how often each word stands in them."""

    shelf: Shelf
    bank: Bank
    words: Mapping[str, int]

    @classmethod
    def read(cls, policies: Path) -> Self:
        """Read everything from its sources, into memory.

        Raises:
            CorpusError, BadBank.
        """
        shelf, bank = open_shelf(policies), practice_bank.load()
        words = WordCount()
        for policy in shelf.values():
            words.add(policy.text)
        return cls(shelf, bank, _with_bank(words, bank))

    @classmethod
    def kept(cls, generation: Path, policies: Path) -> Self | None:
        """What is kept in a generation of the index, each policy read when it is asked for; None where nothing is or the sources have
        changed."""
        if not is_noted(generation):
            return None
        sources = SourceFiles.model_validate_json((generation / _CARD).read_bytes())
        read = KeptPolicies.load(generation)
        if read is None or not sources.unchanged(policies):
            return None
        bank = _BANK_TYPE.validate_json((generation / _BANK).read_bytes())
        shelf = Shelf(policies, read, (), read.summaries)
        return cls(shelf, bank, _COUNTS.validate_json((generation / _WORDS).read_bytes()))


def is_noted(generation: Path) -> bool:
    """Whether a generation of the index knows which sources it was read from."""
    return (generation / _CARD).is_file()


class Before(NamedTuple):
    """What an earlier build has read, and from which files."""

    sources: SourceFiles
    policies: Mapping[str, Policy]
    summaries: Mapping[str, Summary]
    counted: Mapping[str, int]  # the words of the policies

    @classmethod
    def kept(cls, generation: Path) -> Before | None:
        """That of a generation of the index; None where it does not know."""
        policies = KeptPolicies.load(generation)
        if policies is None or not is_noted(generation):
            return None
        sources = SourceFiles.model_validate_json((generation / _CARD).read_bytes())
        return cls(sources, policies, policies.summaries, {})


class SourceReader:
    """Reads the sources for a build, policy after policy, but for those that an earlier build has read as they would be read now.

    Raises:
        CorpusError, BadBank.
    """

    def __init__(self, folder: Path, before: Before | None = None) -> None:
        self._folder, self._before = folder, before
        self.sources = SourceFiles.now(
            folder
        )  # before they are read: what changes meanwhile is noticed at the next start
        self.bank, self.problems = practice_bank.load(), list[CorpusError]()
        self._words = WordCount()

    def policies(self, wrong: Callable[[CorpusError], None]) -> Iterator[Policy]:
        """The policies in order of id, each read now. What cannot be read is told, then left out."""
        unchanged = self._unchanged()
        known = SomePolicies(self._before.policies, unchanged) if self._before is not None else {}
        for policy in self._told(read_policies(self._folder, self.problems, known), wrong):
            self._words.add(policy.text)
            yield policy

    def changes(self, wrong: Callable[[CorpusError], None]) -> Iterator[Described]:
        """The same, but of those that an earlier build has read as they would be read now no more than the summaries, which costs
        nothing however many they are."""
        if self._before is None:
            yield from self.policies(wrong)
            return
        before, unchanged = self._before, self._unchanged()
        self._words = WordCount(before.counted)
        for policy_id in before.summaries.keys() - unchanged:
            self._words.take_back(before.policies[policy_id].text)
        known = {policy_id: before.summaries[policy_id] for policy_id in unchanged}
        for policy in self._told(read_policies(self._folder, self.problems, known), wrong):
            if isinstance(policy, Policy):
                self._words.add(policy.text)
            yield policy

    def _told(self, policies: Iterator[T], wrong: Callable[[CorpusError], None]) -> Iterator[T]:
        """The policies; of each problem is told when it comes up."""
        told = 0
        for policy in policies:
            for problem in self.problems[told:]:
                wrong(problem)
            told = len(self.problems)
            yield policy
        for problem in self.problems[told:]:
            wrong(problem)

    @property
    def counted(self) -> dict[str, int]:
        """How often each word stands in the policies that were read."""
        return self._words.counted

    def words(self) -> dict[str, int]:
        """How often each word stands in the policies that were read, and in the bank."""
        return _with_bank(WordCount(self._words.counted), self.bank)

    def _unchanged(self) -> set[str]:
        """The ids of the policies of whose files, and of the code that reads them, nothing has changed."""
        if self._before is None:
            return set()
        before = self._before.sources
        changed = {path for path, _ in before.files.items() ^ self.sources.files.items()}
        ours = {path for path in changed if Path(path).parent == self._folder}
        new_texts = {path for path in changed - before.files.keys() if Path(path).parent == self._folder / TEXTS}
        if before.versions != self.sources.versions or changed - ours - new_texts:
            return set()
        return self._before.summaries.keys() - {Path(path).stem for path in ours}


class SourceWriter:
    """Keeps what is read for a build in its generation. Where a policy could not be read the sources are not noted, so that every
    start reads them again and says so."""

    def __init__(self, generation: Path, reader: SourceReader) -> None:
        self._generation, self._reader = generation, reader
        self._policies = PolicyWriter(generation)

    def add(self, policy: Policy) -> None:
        """Keep the next policy."""
        self._policies.add(policy)

    def finish(self) -> None:
        """Complete the files."""
        self._policies.finish()
        reader, words = self._reader, self._reader.words()
        (self._generation / _BANK).write_bytes(_BANK_TYPE.dump_json(reader.bank))
        (self._generation / _WORDS).write_bytes(_COUNTS.dump_json(words))
        if not reader.problems:
            (self._generation / _CARD).write_bytes(reader.sources.model_dump_json().encode())

    def close(self) -> None:
        """Let the files go, complete or not."""
        self._policies.close()


def wrong(*, lenient: bool) -> Callable[[CorpusError], None]:
    """What to do about a policy that cannot be read: tell of it, or fail."""

    def told(problem: CorpusError) -> None:
        if not lenient:
            raise problem
        log.warning("left out: %s", problem)

    return told


def complete(shelf: Shelf, *, lenient: bool) -> Shelf:
    """A shelf, what could not be read of it told; without `lenient` that is an error."""
    told = wrong(lenient=lenient)
    for problem in shelf.problems:
        told(problem)
    return shelf


def tell_of_documents(folder: Path) -> None:
    """Tell of the documents in a folder that are read only when they are added."""
    for document in to_be_added(folder):
        log.warning("left out: %s", document)


def _with_bank(words: WordCount, bank: Bank) -> dict[str, int]:
    """The words of the policies, and those of the bank."""
    texts = bank.texts()
    for text in texts["practice-clauses"]:
        words.add(text)
    for term in (*bank.vocabulary.actions.values(), *bank.vocabulary.data.values()):
        words.add(" ".join(term.words))
    return words.with_typed([*texts["practice-questions"], *texts["off-topic"]])


def _source_files(policies: Path) -> list[Path]:
    return [*source_files(policies), *practice_bank.source_files()]


def _versions() -> dict[str, str]:
    formats = {"policies": POLICY_FORMAT, "words": FORMAT}
    return {name: version(name) for name in _LIBRARIES} | {name: str(number) for name, number in formats.items()}
