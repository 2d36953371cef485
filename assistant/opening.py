"""Settings -> Assistant; the only place that chooses parts."""

from __future__ import annotations

import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

from assistant.ask import Assistant
from assistant.errors import BadSetting
from assistant.practices import bank as practice_bank
from assistant.practices.bank import Bank
from assistant.settings import Settings
from corpus.shelf import Shelf, open_shelf
from index.build import build, check, current
from index.encoders import compiled
from index.encoders.base import Encoder
from index.encoders.hashing import HashingEncoder
from index.errors import REBUILD, CannotCompile, EncoderUnavailable, IndexFloorError
from index.model import IndexCard
from index.search import open_index
from index.stores.base import VectorStore
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore

STORES: dict[str, type[VectorStore]] = {"faiss": FaissStore, "exact": ExactStore}


def open_assistant(settings: Settings, *, mend: bool = False) -> Assistant:
    """The assistant over the policies and the index that the settings name.

    Args:
        mend: build the index where it is missing, stale or damaged, and go on without policies that cannot be read
            (each is named on standard error); otherwise both are errors.

    Raises:
        CorpusError, IndexFloorError, AssistantError: something is not as it should be; the message says what to do.
    """
    # Products of a vector and a small matrix: more threads than one only get into the encoder's way.
    threadpool_limits(1, user_api="blas")
    shelf, store, bank = _parts(settings, lenient=mend)
    policies, folder, texts = list(shelf.values()), index_folder(settings), bank.texts()
    encoder = _encoder(settings, to_build=mend)
    try:
        searcher = open_index(policies, encoder, store, folder, texts)
    except IndexFloorError as error:
        if not mend:
            raise
        print(f"building the index ({str(error).rsplit(';', 1)[0]})", file=sys.stderr)
        build(policies, encoder, store, folder, texts)
        searcher = open_index(policies, encoder, store, folder, texts)
    if mend:  # a server: better that it starts a little later than that its first visitor waits
        searcher.encode("warm")
    return Assistant(shelf, searcher, bank)


def build_index(settings: Settings) -> IndexCard:
    """Build the index anew, whatever is there.

    Raises:
        CorpusError, IndexFloorError, AssistantError: the old index, if any, is left as it was.
    """
    shelf, store, bank = _parts(settings)
    return build(shelf.values(), _encoder(settings, to_build=True), store, index_folder(settings), bank.texts())


def check_index(settings: Settings) -> IndexCard:
    """The card of the stored index, if it is whole and of these policies, this encoder and this bank.

    Raises:
        CorpusError, IndexFloorError, AssistantError: it is not; the message names the command that mends it.
    """
    shelf, store, bank = _parts(settings)
    _, card = current(index_folder(settings), thoroughly=True)
    check(card, shelf.values(), _encoder(settings), store, bank.texts())
    return card


def open_policies(settings: Settings, *, lenient: bool = False) -> Shelf:
    """The shelf alone: no encoder, no index."""
    shelf = open_shelf(settings.policies)
    for problem in shelf.problems:
        if not lenient:
            raise problem
        print(f"left out: {problem}", file=sys.stderr)
    return shelf


def index_folder(settings: Settings) -> Path:
    """Where the index of these settings lives."""
    return settings.data / "index"


def _parts(settings: Settings, *, lenient: bool = False) -> tuple[Shelf, type[VectorStore], Bank]:
    if settings.store not in STORES:
        raise BadSetting(f'store "{settings.store}" is unknown; set PLAINCLAUSE_STORE to one of {", ".join(STORES)}')
    return open_policies(settings, lenient=lenient), STORES[settings.store], practice_bank.load()


def _encoder(settings: Settings, *, to_build: bool = False) -> Encoder:
    """The encoder that the settings name, compiled; to build an index, one that is not yet compiled is.

    One that cannot be compiled, or has not been, is run by sentence-transformers, and standard error says so.
    """
    name, folder = settings.encoder, settings.encoders or settings.data / "encoders"
    if name == "hashing":
        return HashingEncoder()
    try:
        found = compiled.find(folder, name)
    except EncoderUnavailable:  # damaged: a build makes it anew
        if not to_build:
            raise
        found = None
    if found is not None:
        return found
    # torch and sentence-transformers take seconds to import, and a compiled encoder needs neither.
    from index.encoders.compiling import compile_encoder
    from index.encoders.sentence_transformer import SentenceTransformerEncoder

    original = SentenceTransformerEncoder(name)
    reason = f'not compiled in "{folder}"; {REBUILD}'
    if to_build:
        print(f'compiling the encoder "{name}" (once, some seconds)', file=sys.stderr)
        try:
            return compile_encoder(original, folder)
        except CannotCompile as error:
            reason = str(error)
    print(f"the encoder runs slowly, through sentence-transformers: {reason}", file=sys.stderr)
    return original
