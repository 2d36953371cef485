"""A reader that stands in for another: where the first cannot read, the second does, and the answer says so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ReaderFailed
from assistant.reading.base import Read, Reader, Reading
from assistant.reading.passages import Passage

log = logging.getLogger(__name__)

SLOW = 1.0  # seconds after which a failure has held somebody up
_FAILURES = 3  # of that kind in a row, after which the first is left alone
REST = 60.0  # seconds for which it is


class FallbackReader:
    """Reads with the first reader and, where that fails, with the second.

    After three slow failures in a row the first is not asked for a minute: a server that hangs must not make every question
    wait for its time-out. Quick ones do not count, so that nobody can silence it with questions that it refuses. Safe to be
    used by several threads at once.
    """

    def __init__(
        self,
        first: Reader,
        second: Reader,
        clock: Callable[[], float] = time.monotonic,
        meaning: Callable[[str], NDArray[np.float32] | None] = lambda _: None,
    ) -> None:
        """
        Args:
            clock: seconds.
            meaning: what messages mean to the built-in network.
        """
        self._first, self._second, self._clock, self._meaning = first, second, clock, meaning
        self._lock = Lock()
        self._slow_failures, self._why, self._asked_again = 0, "", 0.0

    @property
    def name(self) -> str:
        return self._first.name

    def meaning(self, message: str) -> NDArray[np.float32] | None:
        """As the built-in network has it."""
        return self._meaning(message)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """As `read_by`, without who read."""
        return self.read_by(question, passages).readings

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        """The readings and who read: the first reader's name, or the second's with why it was not the first.

        Raises:
            ReaderFailed: the second failed too.
        """
        why = self._resting()
        if not why:
            began = self._clock()
            try:
                readings = self._first.read(question, passages)
            except ReaderFailed as error:
                why = str(error)
                self._failed(why, slow=self._clock() - began >= SLOW)
            else:
                with self._lock:
                    self._slow_failures = 0
                return Read(readings, self._first.name)
        return Read(self._second.read(question, passages), f"{self._second.name} ({why})")

    def _resting(self) -> str:
        """Why the first reader is not asked now; empty: it is asked."""
        with self._lock:
            return self._why if self._slow_failures >= _FAILURES and self._clock() < self._asked_again else ""

    def _failed(self, why: str, *, slow: bool) -> None:
        with self._lock:
            if slow:
                self._slow_failures += 1
                self._why, self._asked_again = why, self._clock() + REST
            pause = f"; it is not asked for {REST:g} seconds" if slow and self._slow_failures >= _FAILURES else ""
        log.warning("%s; %s reads instead%s", why, self._second.name, pause)
