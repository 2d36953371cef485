"""Work of the pages that may take longer than a request waits: publications, and what a draft does to answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import Any, Generic, TypeVar

from assistant.company.publishing.drafts import Published
from assistant.company.publishing.preview import Impact

Result = TypeVar("Result")
Item = TypeVar("Item")

log = logging.getLogger(__name__)


class Jobs(Generic[Result]):
    """Pieces of work, one at a time, each known by a key; the latest `most` of them are remembered."""

    def __init__(self, name: str, most: int = 16) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._most, self._lock = most, Lock()
        self._known: dict[Hashable, Future[Result]] = {}
        self._ended = Event()

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
        job.add_done_callback(_told)
        return job

    def known(self, key: Hashable) -> Future[Result] | None:
        """The work that was begun under a key, if it is remembered."""
        with self._lock:
            return self._known.get(key)

    def latest(self, wanted: Callable[[Hashable], bool], but: Hashable = None) -> Future[Result] | None:
        """The work that was begun last under one of some keys, but for one, if any is remembered."""
        with self._lock:
            jobs = [job for key, job in self._known.items() if wanted(key) and key != but]
        return jobs[-1] if jobs else None

    def until_end(self, items: Iterable[Item]) -> Iterator[Item]:
        """Some things, one by one, as long as the work is to go on.

        Raises:
            CancelledError: it is not.
        """
        for item in items:
            if self._ended.is_set():
                raise CancelledError
            yield item

    def end(self) -> None:
        """Begin nothing more, drop what waits, and wait for what is under way."""
        self._ended.set()
        self._pool.shutdown(cancel_futures=True)


def _told(job: Future[Any]) -> None:
    """What went wrong, for the operator: the pages say it in few words."""
    error = None if job.cancelled() else job.exception()
    if error is not None and not isinstance(error, CancelledError):
        log.error("work behind the company's pages failed: %s", error, exc_info=error)


class Behind:
    """The work behind the company's pages; it ends with the server."""

    def __init__(self) -> None:
        self.publications = Jobs[Published]("publication")
        self.impacts = Jobs[Impact]("impact")

    def end(self) -> None:
        """Wait for a publication that is under way; break the rest off."""
        self.impacts.end()
        self.publications.end()
