"""A server's watch over what is due: looks every 20 seconds, and publishes drafts whose time has come."""

from __future__ import annotations

import logging
from threading import Event, Thread

from assistant.company.publishing.publisher import Publisher

INTERVAL = 20.0  # seconds between two looks: reading a short file a draft

log = logging.getLogger(__name__)


class DueWatch:
    """Publishes what is due, in a thread, from `start` to `end`. One that fails is told of once, and tried again."""

    def __init__(self, publisher: Publisher, interval: float = INTERVAL) -> None:
        self._publisher, self._interval, self._ended = publisher, interval, Event()
        self._failed = dict[str, str]()
        self._thread = Thread(target=self._keep_looking, name="due drafts", daemon=True)

    def start(self) -> None:
        """Look now, and from now on."""
        self._thread.start()

    def end(self) -> None:
        """Look no more; a publication that is under way is waited for."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Publish what is due now."""
        failed = {}
        for draft, outcome in self._publisher.publish_due("the server"):
            if isinstance(outcome, Exception):
                failed[draft.id] = str(outcome)
                if self._failed.get(draft.id) != str(outcome):
                    log.error(
                        'draft "%s" of policy "%s" is due and not published: %s', draft.id, draft.policy_id, outcome
                    )
            else:
                log.info('draft "%s" of policy "%s" is published', draft.id, draft.policy_id)
        self._failed = failed

    def _keep_looking(self) -> None:
        while True:
            try:
                self.look()
            except Exception:  # a disk that is full today may have room tomorrow
                log.exception("what is due could not be looked for")
            if self._ended.wait(self._interval):
                return
