"""What people say of answers: a thumb and a comment, kept in one SQLite database of the data directory.

Beside the words stands nothing that tells who said them: no address, no browser, the time to the minute only; and the
words are masked before they are written.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import AssistantError
from assistant.feedback.masking import masked
from assistant.model import MAX_CITATIONS, MAX_QUESTION, Outcome

FILE = "feedback.sqlite3"
MAX_COMMENT = 2_000  # code points
MAX_POLICY = 200  # code points of a policy id
MAX_PLACE = 100_000_000  # code points; longer than any policy

Surface = Literal["chat", "widget", "desk", "api"]


class FeedbackNotKept(AssistantError):
    """Feedback that could not be written, or not be read again. What was kept before stands as it was."""


class Cited(BaseModel):
    """A clause that the answer cited: a half-open place in the text of one version of a policy, in code points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_id: str = Field(min_length=1, max_length=MAX_POLICY)
    policy_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="As the citation gave it.")
    start: int = Field(ge=0, le=MAX_PLACE)
    end: int = Field(ge=1, le=MAX_PLACE)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a clause ends after it starts, not at {self.end} after {self.start}")
        return self


class Feedback(BaseModel):
    """What a person says of one answer: the body of `POST /api/feedback`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "is my card number shared?",
                    "policy": "rackspace",
                    "outcome": "silent",
                    "helpful": False,
                    "comment": "It is under Cookies.",
                    "surface": "api",
                    "language": "en",
                }
            ]
        },
    )

    question: str = Field(max_length=MAX_QUESTION, description="Masked before it is kept.")
    policy: str | None = Field(default=None, max_length=MAX_POLICY, description="The policy asked; null for all.")
    outcome: Outcome = Field(description="Of the answer.")
    helpful: bool
    comment: str | None = Field(default=None, max_length=MAX_COMMENT, description="Masked before it is kept.")
    citations: tuple[Cited, ...] = Field(default=(), max_length=MAX_CITATIONS, description="Of the answer.")
    surface: Surface
    language: str | None = Field(
        default=None,
        max_length=35,  # as RFC 5646 (4.4.1) advises
        pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
        description='Of the surface, as a BCP 47 tag: "en", "de-AT".',
    )


class Kept(Feedback):
    """Feedback as it was kept: masked, with the minute. Tags may have made a text longer than it was sent."""

    at: datetime = Field(description="When it was first given; UTC, to the minute.")
    question: str
    policy: str | None
    comment: str | None


_VERSION = 1  # of the schema, in the database's user_version
_SCHEMA = """
CREATE TABLE feedback (
    key TEXT NOT NULL PRIMARY KEY,  -- whoever holds it may replace the row
    at TEXT NOT NULL,               -- UTC, to the minute: 2026-01-31T12:00+00:00
    question TEXT NOT NULL,         -- masked
    policy TEXT,
    outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL,       -- 1 or 0
    comment TEXT,                   -- masked
    citations TEXT NOT NULL,        -- JSON: [{"policy_id", "policy_sha256", "start", "end"}, ...]
    surface TEXT NOT NULL,
    language TEXT
)
"""
_FIELDS = ("question", "policy", "outcome", "helpful", "comment", "citations", "surface", "language")
_INSERT = f"INSERT INTO feedback (key, at, {', '.join(_FIELDS)}) VALUES (:key, :at, :{', :'.join(_FIELDS)})"
_REPLACE = f"UPDATE feedback SET {', '.join(f'{name} = :{name}' for name in _FIELDS)} WHERE key = :key"
_SELECT = f"SELECT at, {', '.join(_FIELDS)} FROM feedback ORDER BY rowid"

_PATIENCE = 10.0  # seconds to wait for another process that is writing


class FeedbackStore:
    """The feedback in a data directory, for any number of threads and processes.

    Every call opens the database anew: a file that was moved away or restored meanwhile is not written past. Nothing
    is made before the first record.
    """

    def __init__(self, folder: Path) -> None:
        """`folder`: the data directory; made, like the database, when something is recorded."""
        self.path = folder / FILE
        self._writing = Lock()  # threads queue here, in the order they came; only processes contend for the file

    def record(self, feedback: Feedback, key: str | None = None) -> str:
        """Keep feedback, masked, and return the key with which whoever gave it may give it again: 16 random characters.

        With the `key` of a row this replaces the row but for its time, and returns the same key. A key that no row has
        (the database was begun anew) is not taken up: the feedback gets a row and a key of its own.

        Raises:
            FeedbackNotKept: the database cannot be written; the message names it, what was found and the remedy.
        """
        row = _row(feedback)
        with self._writing, self._opened(make=True) as database:
            self._version(database)  # a database that is not ours stays as it is
            _share(database)
            database.execute("BEGIN IMMEDIATE")
            if not self._version(database):
                database.execute(_SCHEMA)
                database.execute(f"PRAGMA user_version = {_VERSION}")
            if key is None or not database.execute(_REPLACE, row | {"key": key}).rowcount:
                key = secrets.token_urlsafe(12)
                at = datetime.now(UTC).isoformat(timespec="minutes")
                database.execute(_INSERT, row | {"key": key, "at": at})
            database.execute("COMMIT")
        return key

    def entries(self) -> Iterator[Kept]:
        """All that was kept, oldest first, as it stood when the first was read.

        Raises:
            FeedbackNotKept: the database cannot be read, or a row is not as `record` writes it.
        """
        with self._opened() as database:
            if not self._version(database):
                return
            for number, (at, *values) in enumerate(database.execute(_SELECT), start=1):
                fields = dict(zip(_FIELDS, values, strict=True))
                try:
                    kept = Kept(at=at, **fields | {"citations": json.loads(fields["citations"])})
                except (ValueError, TypeError) as error:  # pydantic's are ValueErrors
                    raise self._not_kept(f"row {number} is not feedback: {error}", _REPLACE_FILE) from error
                yield kept

    def count(self) -> int:
        """How many were kept.

        Raises:
            FeedbackNotKept: the database cannot be read.
        """
        with self._opened() as database:
            if not self._version(database):
                return 0
            found: int = database.execute("SELECT count(*) FROM feedback").fetchone()[0]
            return found

    @contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, made if asked for, for as long as the block lasts; what is not committed then is undone.
        To read where there is none, an empty one.

        Raises:
            FeedbackNotKept: for anything that SQLite or the file system finds wrong.
        """
        try:
            if make:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            there = make or self.path.exists()
            name = f"{self.path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}" if there else ":memory:"
            with closing(
                # A reader may be handed from thread to thread between two rows; nothing else shares a connection.
                sqlite3.connect(name, uri=there, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            ) as database:
                yield database
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the details that SQLite puts above
            raise self._not_kept(str(error), _REMEDIES.get(code, _REPLACE_FILE)) from error
        except OSError as error:
            found = error.strerror or str(error)
            raise self._not_kept(found, _MAKE_ROOM if error.errno == ENOSPC else _MAKE_WRITABLE) from error

    def _version(self, database: sqlite3.Connection) -> int:
        """The version of the database's schema; 0 where nothing was recorded yet.

        Raises:
            FeedbackNotKept: the database is a newer program's, or something else's.
        """
        # The table before the version: another process may make both, at once, between the two looks.
        name = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT 1").fetchone()
        version: int = database.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            found = f"its schema has version {version}, this program knows {_VERSION}"
            raise self._not_kept(found, f"update the program, or {_REPLACE_FILE}")
        if not version and name:
            raise self._not_kept(f'holds a table "{name[0]}" that is not of feedback', _REPLACE_FILE)
        return version

    def _not_kept(self, found: str, remedy: str) -> FeedbackNotKept:
        return FeedbackNotKept(f'feedback in "{self.path}": {found}; {remedy}')


_MAKE_ROOM = "make room on its disk"
_MAKE_WRITABLE = "let this program write to its folder, or set PLAINCLAUSE_DATA to a folder that it may write to"
_REPLACE_FILE = (
    "move it away, together with the files beside it whose names begin like its own (the next feedback begins a new "
    "one), or put a sound copy in its place"
)
_REMEDIES = {
    sqlite3.SQLITE_FULL: _MAKE_ROOM,
    sqlite3.SQLITE_IOERR: f"{_MAKE_ROOM}, or see whether the disk is sound",
    sqlite3.SQLITE_BUSY: f"end the program that has kept it locked for {_PATIENCE:.0f} seconds",
    sqlite3.SQLITE_READONLY: _MAKE_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _MAKE_WRITABLE,
    sqlite3.SQLITE_PERM: _MAKE_WRITABLE,
}


def _share(database: sqlite3.Connection) -> None:
    """Let readers read while another writes (write-ahead log); the file remembers it."""
    try:
        database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        if not busy:  # busy: another process is at it, or a reader stands in the way; it will be said again
            raise


def _row(feedback: Feedback) -> dict[str, Any]:
    """The columns of feedback, masked: all that a caller may write freely, ids too."""
    citations = [
        cited.model_dump() | {"policy_id": masked(cited.policy_id)[:MAX_POLICY]} for cited in feedback.citations
    ]
    language = feedback.language
    return {
        "question": masked(feedback.question),
        "policy": feedback.policy and masked(feedback.policy),
        "outcome": feedback.outcome.value,
        "helpful": int(feedback.helpful),
        "comment": feedback.comment and masked(feedback.comment),
        "citations": json.dumps(citations),
        "surface": feedback.surface,
        "language": language if language and masked(language) == language else None,
    }
