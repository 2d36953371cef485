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
from index.encoders.base import Encoder
from index.encoders.hashing import HashingEncoder
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.errors import IndexFloorError
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
    # Products of a vector and a small matrix: more threads than one only get into the way of torch's.
    threadpool_limits(1, user_api="blas")
    shelf, encoder, store, bank = _parts(settings, lenient=mend)
    policies, folder, texts = list(shelf.values()), index_folder(settings), bank.texts()
    try:
        searcher = open_index(policies, encoder, store, folder, texts)
    except IndexFloorError as error:
        if not mend:
            raise
        print(f"building the index ({str(error).rsplit(';', 1)[0]})", file=sys.stderr)
        build(policies, encoder, store, folder, texts)
        searcher = open_index(policies, encoder, store, folder, texts)
    if mend:  # a server: better that it starts a little later than that its first visitor waits for torch
        searcher.encode("warm")
    return Assistant(shelf, searcher, bank)


def build_index(settings: Settings) -> IndexCard:
    """Build the index anew, whatever is there.

    Raises:
        CorpusError, IndexFloorError, AssistantError: the old index, if any, is left as it was.
    """
    shelf, encoder, store, bank = _parts(settings)
    return build(shelf.values(), encoder, store, index_folder(settings), bank.texts())


def check_index(settings: Settings) -> IndexCard:
    """The card of the stored index, if it is whole and of these policies, this encoder and this bank.

    Raises:
        CorpusError, IndexFloorError, AssistantError: it is not; the message names the command that mends it.
    """
    shelf, encoder, store, bank = _parts(settings)
    _, card = current(index_folder(settings))
    check(card, shelf.values(), encoder, store, bank.texts())
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


def _parts(settings: Settings, *, lenient: bool = False) -> tuple[Shelf, Encoder, type[VectorStore], Bank]:
    if settings.store not in STORES:
        raise BadSetting(f'store "{settings.store}" is unknown; set PLAINCLAUSE_STORE to one of {", ".join(STORES)}')
    return (
        open_policies(settings, lenient=lenient),
        _encoder(settings.encoder),
        STORES[settings.store],
        practice_bank.load(),
    )


def _encoder(name: str) -> Encoder:
    return HashingEncoder() if name == "hashing" else SentenceTransformerEncoder(name)
