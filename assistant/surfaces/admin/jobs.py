"""Work of the pages that may take longer than a request waits: publications, and what a draft does to answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Jobs(Generic[Result]):
    """Pieces of work, one at a time, each known by a key; the latest `most` of them are remembered."""

    def __init__(self, name: str, most: int = 16) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._most, self._lock = most, Lock()
        self._known: dict[Hashable, Future[Result]] = {}

    def start(self, key: Hashable, work: Callable[[], Result], *, again: bool = False) -> Future[Result]:
        """Begin some work, unless it was begun under this key before; `again`: also where that has ended."""
        with self._lock:
            known = self._known.get(key)
            if known is not None and not (again and known.done()):
                return known
            self._known.pop(key, None)
            for old in [each for each, job in self._known.items() if job.done()][
                : max(0, len(self._known) - self._most + 1)
            ]:
                del self._known[old]
            job = self._known[key] = self._pool.submit(work)
            return job

    def known(self, key: Hashable) -> Future[Result] | None:
        """The work that was begun under a key, if it is remembered."""
        with self._lock:
            return self._known.get(key)

    def end(self) -> None:
        """Begin nothing more; what is under way ends by itself, what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)
