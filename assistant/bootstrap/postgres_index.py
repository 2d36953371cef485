"""The index in a PostgreSQL server: built from the folder of policies where there is one, opened anywhere."""

from __future__ import annotations

import atexit
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.bootstrap.source_cache import (
    Before,
    ParsedSources,
    SourceFiles,
    SourceReader,
    complete,
    tell_of_documents,
    wrong,
)
from assistant.bootstrap.stored_index import Opened
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import ClauseTables, TablesReader, made_by, pack
from corpus.errors import UnreadablePolicy
from corpus.model import corpus_sha256
from corpus.shelf.catalogue import Shelf, open_shelf
from index.build import check, check_engine
from index.encoded_ahead import EncodedAhead
from index.encoders.base import Encoder
from index.errors import REBUILD, DamagedIndex, ForeignIndex, MissingIndex, StaleIndex
from index.model import IndexCard
from index.postgres.opened import (
    Generation,
    PostgresArchive,
    PostgresAttached,
    PostgresPolicies,
    PostgresTokens,
    PostgresVectors,
    generation_in_use,
    name_in_use,
    words_of,
)
from index.postgres.server import Server
from index.postgres.writing import STORE, build, turn
from index.search import Searcher, clause_counts


class _Ground(BaseModel):
    """What is kept with a generation besides its policies."""

    model_config = ConfigDict(frozen=True)

    bank: Bank
    words: dict[str, int]
    counted: dict[str, int]  # those of the policies alone
    sources: SourceFiles
    problems: tuple[str, ...]  # what could not be read


class PostgresIndex:
    """A `StoredIndex` in a server. What is in use there is what is served, whatever the folder of policies of this machine holds:
    that is read by a build only."""

    def __init__(self, policies: Path, address: str, ahead: Path) -> None:
        """Args:
        ahead: where policies lie that were encoded before a build (`EncodedAhead`).
        """
        self._policies, self._server, self._ahead = policies, _server(address), ahead
        self._newest = _server(address, newest=True)  # what a build goes on from, or is about
        self.archive = PostgresArchive(self._server)

    def name(self) -> str:
        return name_in_use(self._server)

    def shelf(self, *, lenient: bool) -> Shelf:
        in_use = _in_use(self._server)
        if in_use is None:  # nothing was built yet
            return complete(open_shelf(self._policies), lenient=lenient)
        return self._shelf(in_use, _Ground.model_validate_json(in_use.attached))

    def open(self, encoder: Encoder, *, lenient: bool, mend: bool) -> Opened:  # noqa: ARG002  # what is there could be read
        generation = generation_in_use(self._server)
        check_engine(generation.card, encoder, STORE)
        ground = _Ground.model_validate_json(generation.attached)
        if mend and generation.card.attached != made_by(ground.bank.vocabulary):
            raise StaleIndex("index holds tables of another version of the program", REBUILD)
        shelf = self._shelf(generation, ground)
        searcher = Searcher(
            generation.name,
            clause_counts(shelf.summaries),
            encoder,
            PostgresVectors(self._server, generation),
            words_of(generation.words, generation.card.count)
            if generation.words
            else PostgresTokens(self._server, generation),
        )
        tables = ClauseTables.packed(ground.bank.vocabulary, PostgresAttached(self._server, generation))
        return Opened(ParsedSources(shelf, ground.bank, ground.words), searcher, tables)

    def build(self, encoder: Encoder, *, lenient: bool) -> tuple[IndexCard, Shelf]:
        with turn(self._newest):
            return self._build(encoder, lenient=lenient)

    def _build(self, encoder: Encoder, *, lenient: bool) -> tuple[IndexCard, Shelf]:
        in_use = _in_use(self._newest)
        reading = SourceReader(self._policies, None if in_use is None else self._before(in_use))
        vocabulary = reading.bank.vocabulary
        made, read, told = made_by(vocabulary), TablesReader(vocabulary), wrong(lenient=lenient)
        is_same = in_use is not None and _is_made_by(in_use.card, encoder, made) and in_use.words is None
        ahead = EncodedAhead(self._ahead, encoder)
        policies = reading.changes(told) if is_same else reading.policies(told)
        card = build(
            policies, encoder, self._newest, lambda policy: pack(read(policy)), made, lambda: ground_of(reading), ahead
        )
        tell_of_documents(self._policies)
        kept = PostgresPolicies(self._newest, generation_in_use(self._newest))
        return card, Shelf(self._policies, kept, tuple(reading.problems), kept.summaries)

    def check(self, encoder: Encoder) -> IndexCard:
        generation = generation_in_use(self._server)
        check_engine(generation.card, encoder, STORE)
        found = corpus_sha256(PostgresPolicies(self._server, generation).values())
        if found != generation.card.corpus_sha256:
            raise StaleIndex(f"the policies in {self._server.named} are not those that its card tells of", REBUILD)
        ground = ParsedSources.read(self._policies)
        complete(ground.shelf, lenient=False)
        check(generation.card, ground.shelf.summaries.values(), made_by(ground.bank.vocabulary))
        return generation.card

    def _shelf(self, generation: Generation, ground: _Ground) -> Shelf:
        policies = PostgresPolicies(self._server, generation)
        problems = tuple(UnreadablePolicy(each) for each in ground.problems)
        return Shelf(self._policies, policies, problems, policies.summaries)

    def _before(self, generation: Generation) -> Before | None:
        ground = _Ground.model_validate_json(generation.attached)
        if ground.problems:  # perhaps they can be read by now
            return None
        policies = PostgresPolicies(self._newest, generation)
        return Before(ground.sources, policies, policies.summaries, ground.counted)


def _in_use(server: Server) -> Generation | None:
    try:
        return generation_in_use(server)
    except (MissingIndex, ForeignIndex, DamagedIndex):
        return None


def _is_made_by(card: IndexCard, encoder: Encoder, made: str) -> bool:
    """Whether what an index holds of a policy is what would be made of it now."""
    by = card.encoder, card.encoder_sha256, card.encoder_form, card.attached
    return by == (encoder.name, encoder.sha256, encoder.form, made)


def ground_of(reading: SourceReader) -> bytes:
    """What is kept with a generation besides its policies, when all were read."""
    kept = _Ground(
        bank=reading.bank,
        words=reading.words(),
        counted=reading.counted,
        sources=reading.sources,
        problems=tuple(map(str, reading.problems)),
    )
    return kept.model_dump_json().encode()


@lru_cache(maxsize=8)
def _server(address: str, *, newest: bool = False) -> Server:
    """One for a process: each has connections of its own."""
    server = Server(address, newest=newest)
    atexit.register(server.close)
    return server
