"""A server's assistant, and its replacement by one over a newly built index: no restart, no failed request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

from assistant.ask import Assistant
from corpus.errors import PlainclauseError
from index.errors import StoreUnreachable

Latest = Callable[[], Assistant]
"""Gives the assistant to use. A request asks for it once, and is answered by that one from beginning to end."""

INTERVAL = 1.0  # seconds between two looks for a new index: reading one short file, or one row

log = logging.getLogger(__name__)


class HotReload:
    """Opens the new index beside the old, then puts it in its place. An index that cannot be opened, for whatever reason, changes
    nothing: it is told once, and the old one stays in use. As a context manager, it looks for new indexes as long as the context lasts.

    `reopen` gives an assistant over the index that is there now; `generation` names that index without opening it.
    """

    def __init__(self, assistant: Assistant, reopen: Callable[[], Assistant], generation: Callable[[], str]) -> None:
        self._assistant, self._reopen, self._generation = assistant, reopen, generation
        self._seen = assistant.searcher.generation
        self._told: str | None = None
        self._ended = Event()
        self._looking: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __call__(self) -> Assistant:
        """The assistant over the newest index that could be opened."""
        return self._assistant

    def look(self) -> bool:
        """Take up a new index if there is one; whether there was."""
        try:
            found = self._generation()
            if found == self._seen:
                self._told = None
                return False
            self._seen = found
            self._assistant = self._reopen()
            self._seen = self._assistant.searcher.generation  # a still newer one may have come meanwhile
        except Exception as error:  # whatever it is: without this thread no later index would be taken up either
            if isinstance(error, StoreUnreachable):  # it is there again in a while, and the index with it
                self._seen = self._assistant.searcher.generation
            if str(error) != self._told:  # a server that is lost is looked for every second
                foreseen = isinstance(error, PlainclauseError | OSError)
                said = "the new index is not taken up, the old one stays in use: %s"
                log.warning(said, error, exc_info=None if foreseen else error)
            self._told = str(error)
            return False
        self._told = None
        log.info("index %s is in use", self._seen)
        return True

    def watch(self, interval: float = INTERVAL) -> None:
        """Look for new indexes, in a thread, until `end`."""

        def keep_looking() -> None:
            while not self._ended.wait(interval):
                self.look()

        self._looking = Thread(target=keep_looking, name="hot reload", daemon=True)
        self._looking.start()

    def end(self) -> None:
        """Look no more, and wait for a new index that is being opened: Python aborts a program that ends while a thread is
        within compiled code."""
        self._ended.set()
        if self._looking is not None:
            self._looking.join()
