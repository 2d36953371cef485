"""Settings -> the engines: what stores vectors, encodes, reads. What must be compiled first is, once."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from assistant.errors import BadSetting, ReaderUnavailable
from assistant.reading import cross_encoder, weights
from assistant.reading.base import TellingReader
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.fallback import FallbackReader
from assistant.reading.known_readings import check as check_readings
from assistant.reading.known_readings import processor
from assistant.reading.language_model import LanguageModelReader
from assistant.settings import Settings
from corpus.atomic_files import locked
from index.encoders import compiled
from index.encoders.base import Encoder
from index.encoders.hashing import HashingEncoder
from index.encoders.sentence_transformer import SentenceTransformerEncoder, bundled_sha256
from index.errors import REBUILD, BuildRunning, CannotCompile, EncoderUnavailable
from index.stores.base import FileStore
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore

log = logging.getLogger(__name__)

STORES: dict[str, type[FileStore]] = {"faiss": FaissStore, "exact": ExactStore}

_COMPILES = 600.0  # seconds to wait for another process that compiles

T = TypeVar("T")


def choose_store(settings: Settings) -> type[FileStore]:
    """What stores vectors.

    Raises:
        BadSetting: nothing of that name does.
    """
    if settings.store not in STORES:
        kind = settings.store.partition(":")[0]  # of an address, what stands behind may be a password
        known = ", ".join(STORES)
        raise BadSetting(
            f'store "{kind}" is unknown; set PLAINCLAUSE_STORE to one of {known}, or to an address postgresql://...'
        )
    return STORES[settings.store]


def choose_encoder(settings: Settings, *, to_build: bool = False) -> Encoder:
    """The encoder that the settings name, compiled; to build an index, one that is not yet compiled is.

    One that cannot be compiled, or has not been, is run by sentence-transformers, and standard error says so.
    """
    name, folder = settings.encoder, settings.encoders_folder
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


def choose_reader(settings: Settings, *, to_build: bool = False) -> TellingReader:
    """The built-in reader, compiled where it has not been; before it the company's language model where one is set."""
    folder, sha256 = settings.encoders_folder, weights.sha256()
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
    elif not found.is_exact:
        found = _for_this_processor(found, folder, to_build=to_build)
    elif found.made_on != processor():
        check_readings(found)  # it was checked where it was compiled: processors round otherwise, some badly
    if settings.reader_url is None:
        return found
    key = settings.reader_key.get_secret_value() if settings.reader_key else None
    model = LanguageModelReader(settings.reader_url, settings.reader_model, key, settings.reader_timeout)
    return FallbackReader(model, found, meaning=found.meaning)


def _for_this_processor(found: CrossEncoder, folder: Path, *, to_build: bool) -> CrossEncoder:
    """A reader in place of one that this processor does not compute exactly: a build compiles it anew, where that can be done. Else it is
    used all the same, if it reads what is known nearly as it should."""

    def exact() -> CrossEncoder | None:
        there = cross_encoder.find(folder, found.sha256)
        return there if there is not None and there.is_exact else None

    if to_build:
        with contextlib.suppress(ModuleNotFoundError, ReaderUnavailable):  # a machine that only serves
            from assistant.reading.compiling import compile_reader

            return _compiled_once(folder, "the reader for this processor", exact, lambda: compile_reader(folder))
    check_readings(found)
    log.warning(
        "the reader was compiled on another kind of processor (%s) and reads a little less exactly on this one; "
        'where everything is installed, "plainclause index build" compiles it for this one',
        found.made_on,
    )
    return found


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
