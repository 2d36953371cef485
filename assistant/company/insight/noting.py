"""What is noted of each answer, behind the answering: nobody waits for the database, and no answer fails by it."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from time import monotonic

from assistant.company.accounts.slowing import forget as forget_sign_ins
from assistant.company.database.engine import Database
from assistant.company.feedback.store import Feedback
from assistant.company.insight.counts import DayCounts, Key, counted
from assistant.company.insight.inbox import Inbox, Unanswered, Why
from assistant.errors import DatabaseUnusable
from assistant.model import Answer, Outcome
from assistant.settings import Settings

_EVERY = 5.0  # seconds between two writings
_FORGET_EVERY = 3600.0  # seconds
_MOST = 10_000  # questions held until they are written; a database that is away for long must not take the memory

log = logging.getLogger(__name__)


class Noting:
    """Counts answers, and keeps the questions that were not answered where the settings say so; written every few seconds by a
    thread of its own, which also deletes what is old: questions, and of whom signed in wrongly."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._counts, self._inbox = DayCounts(database), Inbox(database)
        self._keeps, self._days = settings.inbox, settings.inbox_days
        self._lock, self._ended = Lock(), Event()
        self._counted: Counter[Key] = Counter()
        self._questions: list[Unanswered] = []
        self._thread: Thread | None = None
        self._forgot = float("-inf")

    def answered(
        self,
        surface: str,
        question: str,
        policy: str | None,
        answer: Answer,
        seconds: float,
        language: str | None = None,
    ) -> None:
        """Note an answer: `seconds` it took, and for the inbox what it left open, each question of a message by itself."""
        now = datetime.now(UTC)
        with self._lock:
            self._counted.update(counted(answer.outcome, seconds, now))
            for part in answer.parts or (answer,):
                if self._keeps and part.outcome in (Outcome.SILENT, Outcome.UNCLEAR) and len(self._questions) < _MOST:
                    words = part.understood or (part.question if answer.parts else question)
                    why = Why(part.outcome.value)
                    self._questions.append(Unanswered(words, policy, why, surface, language, now))
        self.begin()

    def unhelpful(self, word: Feedback) -> None:
        """Note that an answer did not help. One that was silent or unclear was noted when it was given."""
        if not self._keeps or word.helpful or word.outcome in (Outcome.SILENT, Outcome.UNCLEAR, Outcome.OFF_TOPIC):
            return
        with self._lock:
            if len(self._questions) < _MOST:
                found = Unanswered(
                    word.question, word.policy, Why.UNHELPFUL, word.surface, word.language, datetime.now(UTC)
                )
                self._questions.append(found)
        self.begin()

    def begin(self) -> None:
        """Begin to write, if that has not begun."""
        with self._lock:
            if self._thread is None and not self._ended.is_set():
                self._thread = Thread(target=self._run, name="noting", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Write what is left, and end."""
        self._ended.set()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout=15.0)
        self.write()

    def write(self) -> None:
        """Write what was noted. Where the database cannot be used the log says so, and it is lost."""
        with self._lock:
            counts, self._counted = self._counted, Counter()
            questions, self._questions = self._questions, []
        try:
            if counts:
                self._counts.add(counts)
            self._inbox.note(questions)
        except DatabaseUnusable as error:
            log.error(
                "%d answers were not counted, %d questions not kept: %s", counts.total() // 2, len(questions), error
            )

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._forget()
                self._ended.wait(_EVERY)
                self.write()
            except Exception:  # what nobody foresaw costs what was to be written, and not all that comes after it
                log.exception("what was noted of some answers could not be written")

    def _forget(self) -> None:
        if monotonic() - self._forgot < _FORGET_EVERY:
            return
        self._forgot = monotonic()
        try:
            self._inbox.forget(self._days)
        except DatabaseUnusable as error:
            log.error("old questions were not deleted: %s", error)
        try:
            forget_sign_ins(self._database)
        except DatabaseUnusable as error:
            log.error("old wrong sign-ins were not deleted: %s", error)
