"""Settings -> Assistant; the only place that chooses parts."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from assistant.ask import Assistant, names
from assistant.bootstrap.engines import choose_encoder, choose_reader, choose_store
from assistant.bootstrap.hot_reload import HotReload
from assistant.bootstrap.source_cache import ParsedSources, SourceReader, is_noted
from assistant.database import FILE
from assistant.errors import DatabaseUnusable
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import ClauseTables, Tables, TablesWriter, made_by
from assistant.questions.routing import Router
from assistant.reading import weights
from assistant.settings import Settings
from corpus.atomic_files import locked
from corpus.errors import CorpusError, PlainclauseError
from corpus.model import Policy
from corpus.shelf.catalogue import Shelf, catalogue, open_shelf, to_be_added
from corpus.shelf.kept import KeptPolicies
from corpus.versions.archive import Archive
from index.build import Attached, Attachment, InUse, build, check, check_engine, current, current_name, in_use
from index.encoded_ahead import EncodedAhead
from index.encoders.base import Encoder
from index.errors import REBUILD, BuildRunning, IndexFloorError, StaleIndex
from index.model import IndexCard
from index.search import open_index, rows_of
from index.stores.base import VectorStore

if TYPE_CHECKING:
    from assistant.own_words import OwnWords
    from assistant.publishing.publisher import Change, Publisher

log = logging.getLogger(__name__)

DEFAULT_ENCODER = Settings.model_fields["encoder"].default  # which the bounds were set with

_WAIT = 600.0  # seconds for another build


def open_assistant(
    settings: Settings, *, mend: bool = False, lenient: bool = False, own_words: OwnWords | None = None
) -> Assistant:
    """The assistant over the policies and the index that the settings name.

    Args:
        mend: build the index where it is missing, stale or damaged; otherwise that is an error. Implies `lenient`.
        lenient: go on without policies that cannot be read (each is named on standard error); otherwise they are errors.
        own_words: the company's sentences for answers; without them those of the database are opened.

    Raises:
        PlainclauseError (corpus.errors): something is not as it should be; the message says what to do.
    """
    # Products of a vector and a small matrix: more threads than one only get into the encoder's way.
    threadpool_limits(1, user_api="blas")
    store, encoder = choose_store(settings), choose_encoder(settings, to_build=mend)
    try:
        assistant = _opened(settings, store, encoder, own_words, lenient=lenient or mend, mend=mend)
    except IndexFloorError as error:
        if not mend:
            raise
        catalogue(settings.policies)  # where there is nothing to build from, nothing is said of building
        log.info("building the index (%s)", error.reason)
        with _turn(settings):
            choose_reader(settings, to_build=True)
            _build(settings, store, encoder, lenient=True)
        assistant = _opened(settings, store, encoder, own_words, lenient=True)
    return assistant


def open_for_serving(settings: Settings) -> HotReload:
    """The assistant for a server, ready for its first visitor; a new index is taken up as soon as it is built, until the
    server ends it (`with`).

    Raises:
        PlainclauseError (corpus.errors): what cannot be mended.
    """

    own_words = _own_words(settings)  # the same for every index: it keeps the vectors of the questions

    def warmed(*, mend: bool) -> Assistant:
        assistant = open_assistant(settings, mend=mend, lenient=True, own_words=own_words)
        assistant.warm()
        _keep(settings, assistant.policies)
        settle_approved(settings, assistant.policies)
        return assistant

    latest = HotReload(warmed(mend=True), lambda: warmed(mend=False), lambda: current_name(index_folder(settings)))
    latest.watch()
    return latest


def build_index(settings: Settings) -> IndexCard:
    """Build the index anew, whatever is there.

    Raises:
        PlainclauseError (corpus.errors): the old index, if any, is left as it was.
    """
    store = choose_store(settings)
    with _turn(settings):
        choose_reader(settings, to_build=True)
        return _build(settings, store, choose_encoder(settings, to_build=True), lenient=False)


def open_publisher(settings: Settings) -> Publisher:
    """What publishes drafts on the shelf of the settings, builds its index, and notes each change in the log of changes.

    Raises:
        BadSetting: the database's address.
    """
    # Here, as below: the parsers of documents and the database take long to import, and a question needs neither.
    from assistant.accounts.audit import note
    from assistant.database.engine import Database
    from assistant.publishing.publisher import Publisher

    database = Database.of(settings)

    def noted(change: Change) -> None:
        try:
            with database.writing() as connection:
                note(connection, change.by, change.what, change.policy_id, before=change.before, after=change.after)
        except DatabaseUnusable as error:  # the change is made
            log.error('"%s" of %s by %s is not in the log of changes: %s', *change[1:3], change.by, error)

    return Publisher(settings.policies, settings.data, lambda: build_index(settings), noted)


def check_index(settings: Settings) -> IndexCard:
    """The card of the stored index, if every byte of it is as written and it is of these policies, this encoder and this
    bank.

    Raises:
        PlainclauseError (corpus.errors): it is not; the message names the command that mends it.
    """
    store, ground = choose_store(settings), _read(settings)
    _, card = current(index_folder(settings), thoroughly=True)
    check(card, ground.shelf.values(), made_by(ground.bank.vocabulary))
    check_engine(card, choose_encoder(settings), store)
    return card


def open_policies(settings: Settings, *, lenient: bool = False) -> Shelf:
    """The shelf alone: no encoder, no index."""
    return _complete(open_shelf(settings.policies), lenient=lenient)


def index_folder(settings: Settings) -> Path:
    """Where the index of these settings lives."""
    return settings.data / "index"


def encoded_folder(settings: Settings) -> Path:
    """Where policies lie that a cluster has encoded and no index holds yet."""
    return settings.data / "ingestion" / "encoded"


def _opened(
    settings: Settings,
    store: type[VectorStore],
    encoder: Encoder,
    own_words: OwnWords | None,
    *,
    lenient: bool,
    mend: bool = False,
) -> Assistant:
    generation, card = current(index_folder(settings))
    ground = ParsedSources.kept(generation, settings.policies)
    if ground is None:
        if mend and is_noted(generation):  # a build reads what has changed, and this would read everything first
            raise StaleIndex("its sources have changed", REBUILD)
        ground = _read(settings, lenient=lenient)
        check(card, ground.shelf.values(), made_by(ground.bank.vocabulary))
    searcher = open_index(generation, card, _clauses(ground.shelf), encoder, store)
    known = ClauseTables.load(generation, ground.bank.vocabulary)
    ours = settings.encoder == DEFAULT_ENCODER
    reader = choose_reader(settings)
    router = Router.load(names(ground.shelf), known.data, reader.meaning)
    bounds = weights.bounds() if ours else weights.bounds().model_copy(update={"nearest": -1.0})
    if own_words is None and (settings.database is not None or (settings.data / FILE).exists()):
        own_words = _own_words(settings)
    parts = (searcher, known, reader, router, bounds, settings.data, own_words)
    return Assistant(ground.shelf, ground.bank, ground.words, *parts)


def _own_words(settings: Settings) -> OwnWords:
    from assistant.approved.store import ApprovedAnswers
    from assistant.approved.wording import ApprovedWords
    from assistant.database.engine import Database

    return ApprovedWords(ApprovedAnswers(Database.of(settings)))


@contextlib.contextmanager
def _turn(settings: Settings) -> Iterator[None]:
    """For whoever reads the sources and builds: who reads them before another's change must not end his build after the other's,
    or the older texts would be served."""
    folder = index_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "turn.lock", f'another build of "{folder}"', _WAIT, BuildRunning):
        yield


def _clauses(shelf: Shelf) -> dict[str, int]:
    """How many clauses each policy has."""
    return {id_: each.clauses for id_, each in shelf.summaries.items()}


def _build(settings: Settings, store: type[VectorStore], encoder: Encoder, *, lenient: bool) -> IndexCard:
    before = in_use(index_folder(settings))
    reading = SourceReader(settings.policies, before[0] if before is not None else None)
    vocabulary = reading.bank.vocabulary
    earlier = _known_before(before, store, encoder, reading.bank)

    def wrong(problem: CorpusError) -> None:
        if not lenient:
            raise problem
        log.warning("left out: %s", problem)

    def begin(generation: Path) -> Attachment:
        return _Together(reading.keeping(generation), TablesWriter(generation, vocabulary, earlier))

    attached = Attached(made_by(vocabulary), begin)
    policies = reading.policies(wrong)
    ahead = EncodedAhead(encoded_folder(settings), encoder)
    card = build(policies, encoder, store, index_folder(settings), attached=attached, before=before, ahead=ahead)
    for document in to_be_added(settings.policies):
        log.warning("left out: %s", document)
    generation = index_folder(settings) / current_name(index_folder(settings))
    kept = KeptPolicies.load(generation)
    if kept is not None:
        shelf = Shelf(settings.policies, kept, tuple(reading.problems), kept.summaries)
        _keep(settings, shelf)
        settle_approved(settings, shelf)
    return card


@dataclass(frozen=True, slots=True)
class _Together:
    """Two attachments as one."""

    one: Attachment
    other: Attachment

    def add(self, policy: Policy) -> None:
        self.one.add(policy)
        self.other.add(policy)

    def finish(self) -> None:
        self.one.finish()
        self.other.finish()

    def close(self) -> None:
        self.one.close()
        self.other.close()


def _keep(settings: Settings, shelf: Shelf) -> None:
    archive = Archive(settings.data)
    try:
        for each in shelf.summaries.values():
            if not archive.holds(each):
                archive.keep([shelf[each.id]])
    except OSError as error:  # questions are answered all the same
        log.warning("this version of the policies is not kept for links to it: %s", error)


def settle_approved(settings: Settings, policies: Shelf) -> None:
    """Have approved answers follow their clauses to the texts of today, or lapse. Where that cannot be done now, those of other texts
    are not used, and the next index does it."""
    if settings.database is None and not (settings.data / FILE).exists():
        return  # nothing was ever approved
    from assistant.approved.following import settle
    from assistant.approved.store import ApprovedAnswers
    from assistant.database.engine import Database

    try:
        database = Database.of(settings)
        done = settle(ApprovedAnswers(database), policies, Archive(settings.data), whole=not policies.problems)
        database.close()
    except (PlainclauseError, OSError) as error:
        log.error("approved answers do not follow the change: %s", error)
        return
    for each in done.lapsed:
        log.warning('approved answer %d ("%s") lapsed: its clause has changed', each.number, each.question)


def _known_before(
    before: InUse | None, store: type[VectorStore], encoder: Encoder, bank: Bank
) -> Callable[[Policy], Tables | None] | None:
    """What the index in use knows of policies, if a build of now would know the same of them."""
    if before is None:
        return None
    generation, card = before
    try:
        check_engine(card, encoder, store)
        policies = KeptPolicies.load(generation)
        if card.attached != made_by(bank.vocabulary) or policies is None:
            return None
        tables = ClauseTables.load(generation, bank.vocabulary)
    except (IndexFloorError, FileNotFoundError):  # of another engine; or another build has swept it away meanwhile
        return None
    rows = rows_of({id_: each.clauses for id_, each in policies.summaries.items()})

    def known(policy: Policy) -> Tables | None:
        return tables.tables(rows[policy.id]) if policies.get(policy.id) == policy else None

    return known


def _read(settings: Settings, *, lenient: bool = False) -> ParsedSources:
    """Everything from its sources."""
    ground = ParsedSources.read(settings.policies)
    _complete(ground.shelf, lenient=lenient)
    for document in to_be_added(settings.policies):
        log.warning("left out: %s", document)
    return ground


def _complete(shelf: Shelf, *, lenient: bool) -> Shelf:
    for problem in shelf.problems:
        if not lenient:
            raise problem
        log.warning("left out: %s", problem)
    return shelf
