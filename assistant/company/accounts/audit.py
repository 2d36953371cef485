"""The log of every change: who, when, what, and what stood before and after. It is only ever added to; the database sees to that.

It holds no word of a visitor: what retention deletes must be gone from here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from assistant.company.database.engine import Database
from assistant.company.database.tables import audit

Values = Mapping[str, Any]

SIGNED_IN = "signed in"
"""What an entry says that somebody did who signed in; `about` and `who` are their name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `about`: the thing changed, such as a person's name; `before` and `after` are None where it was made or removed."""

    at: datetime
    who: str
    what: str
    about: str
    before: Values | None
    after: Values | None


def note(
    connection: Connection,
    who: str,
    what: str,
    about: str,
    *,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Add an entry, in the transaction of the change itself: both are kept or neither."""
    row = {"at": datetime.now(UTC), "who": who[:128], "what": what, "about": about, "before": before, "after": after}
    connection.execute(insert(audit).values(row))


def entries(database: Database, most: int | None = None, *, before: int | None = None) -> list[tuple[int, Entry]]:
    """The entries with their numbers, newest first: at most `most`, and only those older than the number `before`.

    Raises:
        DatabaseUnusable (assistant.errors).
    """
    wanted = select(audit).order_by(audit.c.id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(audit.c.id < before)
    with database.reading() as connection:
        return [
            (row.id, Entry(row.at, row.who, row.what, row.about, row.before, row.after))
            for row in connection.execute(wanted)
        ]
