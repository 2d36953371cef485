"""Settings -> Assistant; the only place that chooses parts."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from threadpoolctl import threadpool_limits

from assistant.ask import Assistant, names
from assistant.bootstrap.company_data import database_begun, open_database, own_words_in, settle_approved
from assistant.bootstrap.hot_reload import HotReload
from assistant.bootstrap.source_cache import ParsedSources
from assistant.errors import BadSetting, DatabaseUnusable, ReaderUnavailable
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import ClauseTables, Tables, made_by
from assistant.questions.routing import Router
from assistant.reading import cross_encoder, weights
from assistant.reading.base import TellingReader
from assistant.reading.fallback import FallbackReader
from assistant.reading.known_readings import check as check_readings
from assistant.reading.known_readings import processor
from assistant.reading.language_model import LanguageModelReader
from assistant.settings import Settings
from corpus.atomic_files import locked
from corpus.model import Policy
from corpus.shelf.catalogue import Shelf, open_shelf, to_be_added
from corpus.versions.archive import Archive
from index.build import Attached, InUse, build, check, check_engine, current, current_name, in_use
from index.encoders import compiled
from index.encoders.base import Encoder
from index.encoders.hashing import HashingEncoder
from index.encoders.sentence_transformer import SentenceTransformerEncoder, bundled_sha256
from index.errors import REBUILD, BuildRunning, CannotCompile, EncoderUnavailable, IndexFloorError
from index.model import IndexCard
from index.search import open_index
from index.stores.base import VectorStore
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore

if TYPE_CHECKING:
    from assistant.database.engine import Database
    from assistant.own_words import OwnWords
    from assistant.publishing.publisher import Change, Publisher

log = logging.getLogger(__name__)

DEFAULT_ENCODER = Settings.model_fields["encoder"].default  # which the bounds were set with

_COMPILES = 600.0  # seconds to wait for another process that compiles
_WAIT = 600.0  # seconds for another build

T = TypeVar("T")

STORES: dict[str, type[VectorStore]] = {"faiss": FaissStore, "exact": ExactStore}


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
    store, encoder = _store(settings), _encoder(settings, to_build=mend)
    database = database or database_begun(settings)
    own_words = own_words or own_words_in(database)
    try:
        assistant = _opened(settings, store, encoder, own_words, lenient=lenient or mend)
    except IndexFloorError as error:
        if not mend:
            raise
        log.info("building the index (%s)", error.reason)
        with _turn(settings):
            before = in_use(index_folder(settings))
            _reader(settings, to_build=True)
            _build(settings, store, encoder, _read(settings, lenient=True, before=before), before, database)
        assistant = _opened(settings, store, encoder, own_words, lenient=True)
    return assistant


def open_for_serving(settings: Settings, database: Database | None = None) -> HotReload:
    """The assistant for a server, ready for its first visitor; a new index is taken up as soon as it is built, until the
    server ends it (`with`). `database`: the server's; without it one is opened.

    Raises:
        PlainclauseError (corpus.errors): what cannot be mended.
    """
    kept = database or open_database(settings)
    own_words = own_words_in(kept)  # the same for every index: it keeps the vectors of the questions

    def warmed(*, mend: bool) -> Assistant:
        assistant = open_assistant(settings, mend=mend, lenient=True, own_words=own_words, database=kept)
        assistant.warm()
        _keep(settings, assistant.policies.values())
        settle_approved(settings, assistant.policies, kept)
        return assistant

    latest = HotReload(warmed(mend=True), lambda: warmed(mend=False), lambda: current_name(index_folder(settings)))
    latest.watch()
    return latest


def build_index(settings: Settings, database: Database | None = None) -> IndexCard:
    """Build the index anew, whatever is there. `database`: as of `open_assistant`.

    Raises:
        PlainclauseError (corpus.errors): the old index, if any, is left as it was.
    """
    store = _store(settings)
    with _turn(settings):
        before = in_use(index_folder(settings))
        ground = _read(settings, before=before)
        _reader(settings, to_build=True)
        return _build(settings, store, _encoder(settings, to_build=True), ground, before, database)


def open_publisher(settings: Settings, database: Database | None = None) -> Publisher:
    """What publishes drafts on the shelf of the settings, builds its index, and notes each change in the log of changes.
    `database`: the process's; without it one is opened.

    Raises:
        BadSetting: the database's address.
    """
    # Here: the parsers of documents take long to import, and a question does not need them.
    from assistant.accounts.audit import note
    from assistant.publishing.publisher import Publisher

    kept = database or open_database(settings)

    def noted(change: Change) -> None:
        try:
            with kept.writing() as connection:
                note(connection, change.by, change.what, change.policy_id, before=change.before, after=change.after)
        except DatabaseUnusable as error:  # the change is made
            log.error('"%s" of %s by %s is not in the log of changes: %s', *change[1:3], change.by, error)

    return Publisher(settings.policies, settings.data, lambda: build_index(settings, kept), noted)


def check_index(settings: Settings) -> IndexCard:
    """The card of the stored index, if every byte of it is as written and it is of these policies, this encoder and this
    bank.

    Raises:
        PlainclauseError (corpus.errors): it is not; the message names the command that mends it.
    """
    store, ground = _store(settings), _read(settings)
    _, card = current(index_folder(settings), thoroughly=True)
    check(card, ground.shelf.values(), made_by(ground.bank.vocabulary))
    check_engine(card, _encoder(settings), store)
    return card


def open_policies(settings: Settings, *, lenient: bool = False) -> Shelf:
    """The shelf alone: no encoder, no index."""
    return _complete(open_shelf(settings.policies), lenient=lenient)


def index_folder(settings: Settings) -> Path:
    """Where the index of these settings lives."""
    return settings.data / "index"


def _opened(
    settings: Settings, store: type[VectorStore], encoder: Encoder, own_words: OwnWords | None, *, lenient: bool
) -> Assistant:
    generation, card = current(index_folder(settings))
    ground = ParsedSources.kept(generation, settings.policies)
    if ground is None:
        ground = _read(settings, lenient=lenient)
        check(card, ground.shelf.values(), made_by(ground.bank.vocabulary))
    searcher = open_index(generation, card, ground.shelf.values(), encoder, store)
    known = ClauseTables.load(generation, ground.bank.vocabulary)
    ours = settings.encoder == DEFAULT_ENCODER
    reader = _reader(settings)
    router = Router.load(names(ground.shelf), known.data, reader.meaning)
    bounds = weights.bounds() if ours else weights.bounds().model_copy(update={"nearest": -1.0})
    parts = (searcher, known, reader, router, bounds, settings.data, own_words)
    return Assistant(ground.shelf, ground.bank, ground.words, *parts)


@contextlib.contextmanager
def _turn(settings: Settings) -> Iterator[None]:
    """For whoever reads the sources and builds: who reads them before another's change must not end his build after the other's,
    or the older texts would be served."""
    folder = index_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "turn.lock", f'another build of "{folder}"', _WAIT, BuildRunning):
        yield


def _build(
    settings: Settings,
    store: type[VectorStore],
    encoder: Encoder,
    ground: ParsedSources,
    before: InUse | None,
    database: Database | None,
) -> IndexCard:
    bank, policies = ground.bank, list(ground.shelf.values())
    earlier = _known_before(before, store, encoder, bank)

    def write(generation: Path) -> None:
        ground.keep(generation)
        ClauseTables.read(policies, bank.vocabulary, earlier).save(generation)

    attached = Attached(made_by(bank.vocabulary), write)
    card = build(policies, encoder, store, index_folder(settings), attached=attached, before=before)
    _keep(settings, policies)
    settle_approved(settings, ground.shelf, database or database_begun(settings))
    return card


def _keep(settings: Settings, policies: Iterable[Policy]) -> None:
    try:
        Archive(settings.data).keep(policies)
    except OSError as error:  # questions are answered all the same
        log.warning("this version of the policies is not kept for links to it: %s", error)


def _known_before(
    before: InUse | None, store: type[VectorStore], encoder: Encoder, bank: Bank
) -> dict[str, tuple[Policy, Tables]]:
    """What the index in use knows of policies, if a build of now would know the same of them."""
    if before is None:
        return {}
    generation, card = before
    try:
        check_engine(card, encoder, store)
        policies = ParsedSources.policies_kept(generation)
        if card.attached != made_by(bank.vocabulary) or policies is None:
            return {}
        return ClauseTables.load(generation, bank.vocabulary).by_policy(policies)
    except (IndexFloorError, FileNotFoundError):  # of another engine; or another build has swept it away meanwhile
        return {}


def _read(settings: Settings, *, lenient: bool = False, before: InUse | None = None) -> ParsedSources:
    """Everything from its sources, but for policies that the index in use, where one is given, holds as they would be read."""
    ground = ParsedSources.read(settings.policies, before[0] if before is not None else None)
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


def _store(settings: Settings) -> type[VectorStore]:
    if settings.store not in STORES:
        raise BadSetting(f'store "{settings.store}" is unknown; set PLAINCLAUSE_STORE to one of {", ".join(STORES)}')
    return STORES[settings.store]


def _encoder(settings: Settings, *, to_build: bool = False) -> Encoder:
    """The encoder that the settings name, compiled; to build an index, one that is not yet compiled is.

    One that cannot be compiled, or has not been, is run by sentence-transformers, and standard error says so.
    """
    name, folder = settings.encoder, settings.encoders or settings.data / "encoders"
    if name == "hashing":
        return HashingEncoder()
    try:
        found = compiled.find(folder, name, bundled_sha256(name))
    except EncoderUnavailable:  # damaged: a build makes it anew
        if not to_build:
            raise
        found = None
    if found is not None:
        return found
    # torch and sentence-transformers take seconds to import, and a compiled encoder needs neither.
    try:
        from index.encoders.compiling import compile_encoder

        original = SentenceTransformerEncoder(name)
    except ModuleNotFoundError as error:
        raise EncoderUnavailable(_only_serves(f'encoder "{name}"', folder, error)) from error
    reason = f'not compiled in "{folder}"; {REBUILD}'
    if to_build:
        try:
            return _compiled_once(
                folder,
                f'the encoder "{name}"',
                lambda: compiled.find(folder, name, bundled_sha256(name)),
                lambda: compile_encoder(original, folder),
            )
        except CannotCompile as error:
            reason = str(error)
    log.warning("the encoder runs slowly, through sentence-transformers: %s", reason)
    return original


def _reader(settings: Settings, *, to_build: bool = False) -> TellingReader:
    """The built-in reader, compiled where it has not been; before it the company's language model where one is set."""
    folder, sha256 = settings.encoders or settings.data / "encoders", weights.sha256()
    try:
        found = cross_encoder.find(folder, sha256)
    except ReaderUnavailable:  # damaged: a build makes it anew
        if not to_build:
            raise
        found = None
    if found is None:
        # Reading the published weights takes a second or two and half a gigabyte; a compiled reader needs neither.
        try:
            from assistant.reading.compiling import compile_reader
        except ModuleNotFoundError as error:
            raise ReaderUnavailable(_only_serves("the reader", folder, error)) from error
        found = _compiled_once(
            folder, "the reader", lambda: cross_encoder.find(folder, sha256), lambda: compile_reader(folder)
        )
    elif found.made_on != processor():
        check_readings(found)  # it was checked where it was compiled: processors round otherwise, some badly
    if settings.reader_url is None:
        return found
    key = settings.reader_key.get_secret_value() if settings.reader_key else None
    model = LanguageModelReader(settings.reader_url, settings.reader_model, key, settings.reader_timeout)
    return FallbackReader(model, found, meaning=found.meaning)


def _compiled_once(folder: Path, what: str, find: Callable[[], T | None], compile_it: Callable[[], T]) -> T:
    """What is compiled into a folder that several processes may share: where they begin at once, one compiles and the others
    take over what it has made.

    Raises:
        BuildRunning: another one did not finish in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "compiling.lock", f'another compilation in "{folder}"', _COMPILES, BuildRunning):
        with contextlib.suppress(EncoderUnavailable, ReaderUnavailable):  # damaged: it is made anew
            found = find()
            if found is not None:
                return found
        log.info("compiling %s (once, some seconds)", what)
        return compile_it()


def _only_serves(what: str, folder: Path, missing: ModuleNotFoundError) -> str:
    """What is to be said where something must be compiled, and the libraries that compile were left out on purpose."""
    return (
        f'{what} is not compiled in "{folder}", or is damaged there, and this installation only serves: "{missing.name}" is not '
        "installed; put the folder of compiled encoders of an installation that has everything in its place "
        "(PLAINCLAUSE_ENCODERS names it), or install what requirements.lock names and run plainclause index build"
    )
