"""What is read before any question: the policies, the practice bank, the words known. Read from their sources when an index
is built and kept beside it, so that a start parses nothing; a start whose sources have changed reads them again."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.practices import bank as practice_bank
from assistant.practices.bank import Bank
from assistant.questions.spelling import counted
from corpus.model import FORMAT as POLICY_FORMAT
from corpus.model import Policy
from corpus.shelf.catalogue import TEXTS, Shelf, open_shelf, source_files
from index.stored_files import StoredFile

FORMAT = 1
"""To be raised by whoever changes what is read from the same bank, or which words are counted: indexes are then read anew."""

_CARD, _POLICIES, _BANK, _WORDS = "sources.json", "policies.json", "bank.json", "words.json"
_FILES = (_CARD, _POLICIES, _BANK, _WORDS)
_POLICY_LIST, _BANK_TYPE, _COUNTS = TypeAdapter(list[Policy]), TypeAdapter(Bank), TypeAdapter(dict[str, int])
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
    """The shelf, the bank, and how often each word stands in them. `sources` is None where a policy could not be read:
    such a shelf is not kept."""

    shelf: Shelf
    bank: Bank
    words: Mapping[str, int]
    sources: SourceFiles | None

    @classmethod
    def read(cls, policies: Path, earlier: Path | None = None) -> Self:
        """Read everything from its sources, but for policies that a generation of the index, `earlier`, holds as they would be
        read.

        Raises:
            CorpusError, BadBank.
        """
        sources = SourceFiles.now(policies)  # before they are read: what changes meanwhile is noticed at the next start
        shelf, bank = open_shelf(policies, cls._unchanged(sources, policies, earlier)), practice_bank.load()
        texts = bank.texts()
        terms = [*bank.vocabulary.actions.values(), *bank.vocabulary.data.values()]
        edited = [
            *(policy.text for policy in shelf.values()),
            *texts["practice-clauses"],
            *(" ".join(term.words) for term in terms),
        ]
        words = counted(edited, [*texts["practice-questions"], *texts["off-topic"]])
        return cls(shelf, bank, words, None if shelf.problems else sources)

    @classmethod
    def kept(cls, generation: Path, policies: Path) -> Self | None:
        """What is kept in a generation of the index; None where nothing is or the sources have changed."""
        if not (generation / _CARD).is_file():
            return None
        sources = SourceFiles.model_validate_json((generation / _CARD).read_bytes())
        if not sources.unchanged(policies):
            return None
        read = {policy.id: policy for policy in _POLICY_LIST.validate_json((generation / _POLICIES).read_bytes())}
        bank = _BANK_TYPE.validate_json((generation / _BANK).read_bytes())
        return cls(Shelf(policies, read), bank, _COUNTS.validate_json((generation / _WORDS).read_bytes()), sources)

    @classmethod
    def _unchanged(cls, sources: SourceFiles, policies: Path, earlier: Path | None) -> dict[str, Policy]:
        """The policies of a generation by id of whose files, and of the code that reads them, nothing has changed."""
        if earlier is None or not (earlier / _CARD).is_file():
            return {}
        before = SourceFiles.model_validate_json((earlier / _CARD).read_bytes())
        changed = {path for path, _ in before.files.items() ^ sources.files.items()}
        ours = {path for path in changed if Path(path).parent == policies}
        new_texts = {path for path in changed - before.files.keys() if Path(path).parent == policies / TEXTS}
        if before.versions != sources.versions or changed - ours - new_texts:
            return {}
        touched = {Path(path).stem for path in ours}
        return {policy.id: policy for policy in cls.policies_kept(earlier) or () if policy.id not in touched}

    @staticmethod
    def policies_kept(generation: Path) -> list[Policy] | None:
        """The policies that a generation of the index was built from, in order of its rows; None where it keeps none."""
        kept = generation / _POLICIES
        return _POLICY_LIST.validate_json(kept.read_bytes()) if kept.is_file() else None

    def keep(self, generation: Path) -> None:
        """Write it into a generation that is being built."""
        if self.sources is None:
            return
        texts = (
            self.sources.model_dump_json().encode(),
            _POLICY_LIST.dump_json(list(self.shelf.values())),
            _BANK_TYPE.dump_json(self.bank),
            _COUNTS.dump_json(dict(self.words)),
        )
        for name, text in zip(_FILES, texts, strict=True):
            (generation / name).write_bytes(text)


def _source_files(policies: Path) -> list[Path]:
    return [*source_files(policies), *practice_bank.source_files()]


def _versions() -> dict[str, str]:
    formats = {"policies": POLICY_FORMAT, "words": FORMAT}
    return {name: version(name) for name in _LIBRARIES} | {name: str(number) for name, number in formats.items()}
