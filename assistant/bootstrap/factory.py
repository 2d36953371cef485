"""Settings -> Assistant; the only place that chooses parts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from assistant.ask import Assistant
from assistant.bootstrap.company_data import database_begun, open_database, own_words_in, settle_approved
from assistant.bootstrap.engines import choose_encoder, choose_reader, choose_store
from assistant.bootstrap.file_index import FileIndex
from assistant.bootstrap.hot_reload import HotReload
from assistant.bootstrap.stored_index import Opened, StoredIndex
from assistant.errors import BadSetting, DatabaseUnusable
from assistant.questions.policy_names import called
from assistant.questions.routing import Router
from assistant.reading import weights
from assistant.settings import Settings
from corpus.shelf.catalogue import Shelf, catalogue
from corpus.versions.archive import Archive
from index.encoders.base import Encoder
from index.errors import IndexFloorError, StoreUnreachable
from index.model import IndexCard

if TYPE_CHECKING:
    from assistant.company.database.engine import Database
    from assistant.company.publishing.publisher import Change, Publisher
    from assistant.own_words import OwnWords

log = logging.getLogger(__name__)

DEFAULT_ENCODER = Settings.model_fields["encoder"].default  # which the bounds were set with


def open_assistant(
    settings: Settings,
    *,
    mend: bool = False,
    lenient: bool = False,
    own_words: OwnWords | None = None,
    database: Database | None = None,
) -> Assistant:
    """The assistant over the policies and the index that the settings name.

    Args:
        mend: build the index where it is missing, stale or damaged; otherwise that is an error. Implies `lenient`.
        lenient: go on without policies that cannot be read (each is named on standard error); otherwise they are errors.
        own_words: the company's sentences for answers; without them those of the database.
        database: the process's; without it one is opened where anything was ever written.

    Raises:
        PlainclauseError (corpus.errors): something is not as it should be; the message says what to do.
    """
    # Products of a vector and a small matrix: more threads than one only get into the encoder's way.
    threadpool_limits(1, user_api="blas")
    index = index_of(settings)
    if not mend:
        index.name()  # where there is none, an encoder that is not compiled either is nothing to speak of
    encoder = choose_encoder(settings, to_build=mend)
    database = database or database_begun(settings)
    own_words = own_words or own_words_in(database)
    try:
        opened = index.open(encoder, lenient=lenient or mend, mend=mend)
    except StoreUnreachable:  # building does not mend that
        raise
    except IndexFloorError as error:
        if not mend:
            raise
        catalogue(settings.policies)  # where there is nothing to build from, nothing is said of building
        log.info("building the index (%s)", error.reason)
        choose_reader(settings, to_build=True)
        _build(settings, encoder, database, lenient=True)
        opened = index.open(encoder, lenient=True, mend=False)
    return _assistant(settings, opened, own_words)


def open_for_serving(settings: Settings, database: Database | None = None) -> HotReload:
    """The assistant for a server, ready for its first visitor; a new index is taken up as soon as it is built, until the
    server ends it (`with`). `database`: the server's; without it one is opened.

    Raises:
        PlainclauseError (corpus.errors): what cannot be mended.
    """
    index, kept = index_of(settings), database or open_database(settings)
    own_words = own_words_in(kept)  # the same for every index: it keeps the vectors of the questions

    def warmed(*, mend: bool) -> Assistant:
        assistant = open_assistant(settings, mend=mend, lenient=True, own_words=own_words, database=kept)
        assistant.warm()
        _keep(index.archive, assistant.policies)
        settle_approved(assistant.policies, index.archive, kept)
        return assistant

    latest = HotReload(warmed(mend=True), lambda: warmed(mend=False), index.name)
    latest.watch()
    return latest


def build_index(settings: Settings, database: Database | None = None) -> IndexCard:
    """Build the index anew, whatever is there. `database`: as of `open_assistant`.

    Raises:
        PlainclauseError (corpus.errors): the old index, if any, is left as it was.
    """
    choose_reader(settings, to_build=True)
    return _build(
        settings, choose_encoder(settings, to_build=True), database or database_begun(settings), lenient=False
    )


def open_publisher(settings: Settings, database: Database | None = None) -> Publisher:
    """What publishes drafts on the shelf of the settings, builds its index, and notes each change in the log of changes.
    `database`: the process's; without it one is opened.

    Raises:
        BadSetting: the database's address.
    """
    # Here: the parsers of documents take long to import, and a question does not need them.
    from assistant.company.accounts.audit import note
    from assistant.company.publishing.publisher import Publisher

    kept = database or open_database(settings)

    def noted(change: Change) -> None:
        try:
            with kept.writing() as connection:
                note(connection, change.by, change.what, change.policy_id, before=change.before, after=change.after)
        except DatabaseUnusable as error:  # the change is made
            log.error('"%s" of %s by %s is not in the log of changes: %s', *change[1:3], change.by, error)

    return Publisher(settings.policies, settings.data, archive_of(settings), lambda: build_index(settings, kept), noted)


def check_index(settings: Settings) -> IndexCard:
    """The card of the stored index, if every byte of it is as written and it is of these policies, this encoder and this
    bank.

    Raises:
        PlainclauseError (corpus.errors): it is not; the message names the command that mends it.
    """
    return index_of(settings).check(choose_encoder(settings))


def open_policies(settings: Settings, *, lenient: bool = False) -> Shelf:
    """The shelf alone: no encoder, no index."""
    return index_of(settings).shelf(lenient=lenient)


def index_of(settings: Settings) -> StoredIndex:
    """The index that the settings name, in files or in a server.

    Raises:
        BadSetting, BadStoreAddress (index.errors).
    """
    if settings.is_in_server:
        try:
            from assistant.bootstrap.postgres_index import PostgresIndex
        except ModuleNotFoundError as error:
            raise BadSetting(
                f'an index in PostgreSQL needs "{error.name}", which is not installed; '
                "pip install 'plainclause[postgres]'"
            ) from error
        return PostgresIndex(settings.policies, settings.store, encoded_folder(settings))
    return FileIndex(settings.policies, settings.data, choose_store(settings), encoded_folder(settings))


def archive_of(settings: Settings) -> Archive:
    """Every text of a policy that was ever served."""
    return index_of(settings).archive


def encoded_folder(settings: Settings) -> Path:
    """Where policies lie that a cluster has encoded and no index holds yet."""
    return settings.data / "ingestion" / "encoded"


def _assistant(settings: Settings, opened: Opened, own_words: OwnWords | None) -> Assistant:
    ground, searcher, tables = opened
    ours = settings.encoder == DEFAULT_ENCODER
    reader = choose_reader(settings)
    router = Router.load(called(ground.shelf.summaries.values()), tables.data, reader.meaning)
    bounds = weights.bounds() if ours else weights.bounds().model_copy(update={"nearest": -1.0})
    parts = (searcher, tables, reader, router, bounds, settings.data, own_words)
    return Assistant(ground.shelf, ground.bank, ground.words, *parts)


def _build(settings: Settings, encoder: Encoder, database: Database | None, *, lenient: bool) -> IndexCard:
    index = index_of(settings)
    card, shelf = index.build(encoder, lenient=lenient)
    _keep(index.archive, shelf)
    settle_approved(shelf, index.archive, database)
    return card


def _keep(archive: Archive, shelf: Shelf) -> None:
    try:
        archive.keep(shelf[each.id] for each in archive.missing(shelf.summaries.values()))
    except (OSError, StoreUnreachable) as error:  # questions are answered all the same
        log.warning("this version of the policies is not kept for links to it: %s", error)
