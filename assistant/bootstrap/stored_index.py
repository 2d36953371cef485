"""What an index is to the factory, wherever it is stored."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from assistant.bootstrap.source_cache import ParsedSources
from assistant.practices.clause_tables import ClauseTables
from corpus.shelf.catalogue import Shelf
from corpus.versions.archive import Archive
from index.encoders.base import Encoder
from index.model import IndexCard
from index.search import Searcher


class Opened(NamedTuple):
    """An index, opened: the policies and what they are read with; what finds their clauses; what those name."""

    ground: ParsedSources
    searcher: Searcher
    tables: ClauseTables


class StoredIndex(Protocol):
    """An index of the policies in a folder. Whatever fails leaves the one in use as it was."""

    @property
    def archive(self) -> Archive:
        """The texts that were ever served."""
        ...

    def name(self) -> str:
        """The name of the one in use.

        Raises:
            MissingIndex (index.errors): there is none.
        """
        ...

    def shelf(self, *, lenient: bool) -> Shelf:
        """The policies alone, without what finds their clauses: those that are answered from or, where an index lies beside its
        folder, those of the folder.

        Raises:
            IndexFloorError (index.errors), CorpusError.
        """
        ...

    def open(self, encoder: Encoder, *, lenient: bool, mend: bool) -> Opened:
        """Open the one in use.

        Args:
            lenient: go on without policies that cannot be read.
            mend: whoever asks would build a stale one anew.

        Raises:
            IndexFloorError (index.errors), CorpusError.
        """
        ...

    def build(self, encoder: Encoder, *, lenient: bool) -> tuple[IndexCard, Shelf]:
        """Build it anew from the policies as they are, and put it in use.

        Raises:
            IndexFloorError (index.errors), CorpusError.
        """
        ...

    def check(self, encoder: Encoder) -> IndexCard:
        """The card of the one in use, if all of it is as written, and of these policies, this encoder and this bank.

        Raises:
            IndexFloorError (index.errors), CorpusError: it is not.
        """
        ...
