"""The index in files of the data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.bootstrap.source_cache import (
    Before,
    ParsedSources,
    SourceReader,
    SourceWriter,
    complete,
    is_noted,
    tell_of_documents,
    wrong,
)
from assistant.bootstrap.stored_index import Opened
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import ClauseTables, Tables, TablesWriter, made_by
from corpus.atomic_files import locked
from corpus.model import Policy
from corpus.shelf.catalogue import Shelf, open_shelf
from corpus.shelf.kept import KeptPolicies
from corpus.versions.archive import FolderArchive
from index.build import Attached, Attachment, InUse, build, check, check_engine, current, current_name, in_use
from index.encoded_ahead import EncodedAhead
from index.encoders.base import Encoder
from index.errors import REBUILD, BuildRunning, IndexFloorError, StaleIndex
from index.model import IndexCard
from index.search import clause_counts, open_index, rows_of
from index.stores.base import FileStore

_WAIT = 600.0  # seconds for another build


class FileIndex:
    """A `StoredIndex` in a data folder: `index/`, with its vectors in a file store."""

    def __init__(self, policies: Path, data: Path, store: type[FileStore], ahead: Path) -> None:
        """Args:
        ahead: where policies lie that were encoded before a build (`EncodedAhead`).
        """
        self._policies, self.folder, self._store, self._ahead = policies, data / "index", store, ahead
        self.archive = FolderArchive(data)

    def name(self) -> str:
        return current_name(self.folder)

    def shelf(self, *, lenient: bool) -> Shelf:
        return complete(open_shelf(self._policies), lenient=lenient)

    def open(self, encoder: Encoder, *, lenient: bool, mend: bool) -> Opened:
        generation, card = current(self.folder)
        ground = ParsedSources.kept(generation, self._policies)
        if ground is None:
            if mend and is_noted(generation):  # a build reads what has changed, and this would read everything first
                raise StaleIndex("its sources have changed", REBUILD)
            ground = self._read(lenient=lenient)
            check(card, ground.shelf.summaries.values(), made_by(ground.bank.vocabulary))
        of_each = clause_counts(ground.shelf.summaries)
        searcher = open_index(generation, card, of_each, encoder, self._store)
        return Opened(ground, searcher, ClauseTables.load(generation, ground.bank.vocabulary, rows_of(of_each)))

    def build(self, encoder: Encoder, *, lenient: bool) -> tuple[IndexCard, Shelf]:
        # Who reads the sources before another's change must not end his build after the other's, or the older texts would be served.
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "turn.lock", f'another build of "{self.folder}"', _WAIT, BuildRunning):
            return self._build(encoder, lenient=lenient)

    def check(self, encoder: Encoder) -> IndexCard:
        ground = self._read(lenient=False)
        _, card = current(self.folder, thoroughly=True)
        check(card, ground.shelf.summaries.values(), made_by(ground.bank.vocabulary))
        check_engine(card, encoder, self._store.__name__)
        return card

    def _build(self, encoder: Encoder, *, lenient: bool) -> tuple[IndexCard, Shelf]:
        before = in_use(self.folder)
        read = Before.kept(before[0]) if before is not None else None
        reading = SourceReader(self._policies, read)
        vocabulary = reading.bank.vocabulary
        earlier = self._known_before(before, read, encoder, reading.bank)

        def begin(generation: Path) -> list[Attachment]:
            return [SourceWriter(generation, reading), TablesWriter(generation, vocabulary, earlier)]

        attached = Attached(made_by(vocabulary), begin)
        policies = reading.policies(wrong(lenient=lenient))
        ahead = EncodedAhead(self._ahead, encoder)
        card = build(policies, encoder, self._store, self.folder, attached=attached, before=before, ahead=ahead)
        tell_of_documents(self._policies)
        kept = KeptPolicies.load(self.folder / self.name())
        if kept is None:
            raise StaleIndex("another program has replaced the index meanwhile", REBUILD)
        return card, Shelf(self._policies, kept, tuple(reading.problems), kept.summaries)

    def _known_before(
        self, before: InUse | None, read: Before | None, encoder: Encoder, bank: Bank
    ) -> Callable[[Policy], Tables | None] | None:
        """What the index in use knows of policies, if a build of now would know the same of them."""
        if before is None or read is None:
            return None
        generation, card = before
        try:
            check_engine(card, encoder, self._store.__name__)
            if card.attached != made_by(bank.vocabulary):
                return None
            rows = rows_of(clause_counts(read.summaries))
            tables = ClauseTables.load(generation, bank.vocabulary, rows)
        except (IndexFloorError, FileNotFoundError):  # of another engine; or another build has swept it away meanwhile
            return None
        policies = read.policies
        return lambda policy: tables.tables(policy.id) if policies.get(policy.id) == policy else None

    def _read(self, *, lenient: bool) -> ParsedSources:
        """Everything from its sources."""
        ground = ParsedSources.read(self._policies)
        complete(ground.shelf, lenient=lenient)
        tell_of_documents(self._policies)
        return ground
