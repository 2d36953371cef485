"""What the first version of the program kept in a file of its own, `feedback.sqlite3`, taken over into the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from assistant.company.database.tables import feedback

FILE = "feedback.sqlite3"
TAKEN = f"{FILE}.taken-over"
_COLUMNS = ("key", "at", "question", "policy", "outcome", "helpful", "comment", "citations", "surface", "language")


class Unreadable(Exception):
    """The old file is not what the first version wrote; the message says what it is, and the remedy."""


def take_over(path: Path, connection: Connection) -> Callable[[], object] | None:
    """Add the rows of the old file that the database has not, oldest first.

    Returns what is to be called once they are kept: it puts the file aside, under the name `TAKEN`. None where there is no file.

    Raises:
        Unreadable: nothing is taken over, the file stays as it is.
    """
    if not path.exists():
        return None
    known = set(connection.execute(select(feedback.c.key)).scalars())
    try:
        rows = [row for row in _rows(path) if row["key"] not in known]
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise Unreadable(
            f'feedback of an earlier version in "{path}": {error}; move it away, or put a sound copy in its place'
        ) from error
    if rows:
        connection.execute(insert(feedback), rows)
    return lambda: _put_aside(path)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(path, timeout=10.0, isolation_level=None)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it stands in the one file then
        version = old.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, 1):
            raise ValueError(f"its schema has version {version}, not 1")
        if version == 0:
            if old.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
                raise ValueError("it holds tables that are not of feedback")
            return
        for values in old.execute(f"SELECT {', '.join(_COLUMNS)} FROM feedback ORDER BY rowid"):
            row = dict(zip(_COLUMNS, values, strict=True))
            yield row | {
                "at": datetime.fromisoformat(row["at"]),
                "helpful": bool(row["helpful"]),
                "citations": json.loads(row["citations"]),
            }


def _put_aside(path: Path) -> None:
    """Give the old file its new name; one of an earlier time is not written over."""
    name, number = path.with_name(TAKEN), 1
    while name.exists():
        number += 1
        name = path.with_name(f"{TAKEN}-{number}")
    with suppress(FileNotFoundError):  # another process did it meanwhile
        path.rename(name)
