"""Wrong sign-ins, counted by person and by address, and slowed: after some free ones each must wait twice as long as the last.

Of names and addresses a keyed hash is kept, for a day. A person is never shut out for longer than a minute, so that nobody can
keep another from signing in; an address may be, for a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from assistant.company.database.engine import Database
from assistant.company.database.tables import wrong_sign_ins

_COUNTED = timedelta(hours=1)  # how long a wrong sign-in counts
_KEPT = timedelta(days=1)


class _Pace(NamedTuple):
    """How many wrong ones are free, and for how many seconds one must wait at most."""

    free: int
    longest: int


_PERSON, _ADDRESS = _Pace(5, 60), _Pace(20, 900)


class Attempt:
    """One try to sign in, counted as wrong until it was right."""

    def __init__(self, key: bytes, name: str, address: str) -> None:
        """`address`: of whoever tries, an IPv6 one by its network."""
        self._person = hmac.digest(key, f"person {name}".encode("utf-8", "replace"), hashlib.sha256)
        self._address = hmac.digest(key, f"address {address}".encode(), hashlib.sha256)

    def begin(self, connection: Connection, now: datetime) -> int:
        """Count it; or, where it comes too early, the seconds to wait, and it is not counted."""
        connection.execute(delete(wrong_sign_ins).where(_is_old(now)))
        wait = max(
            _wait(connection, self._person, _PERSON, now),
            _wait(connection, self._address, _ADDRESS, now),
        )
        if not wait:
            connection.execute(insert(wrong_sign_ins), [{"of": of, "at": now} for of in (self._person, self._address)])
        return wait

    def was_right(self, connection: Connection) -> None:
        """Forget the person's wrong ones, and the last of the address: others may try from there too."""
        table = wrong_sign_ins.c
        connection.execute(delete(wrong_sign_ins).where(table.of == self._person))
        last = select(table.id).where(table.of == self._address).order_by(table.id.desc()).limit(1).scalar_subquery()
        connection.execute(delete(wrong_sign_ins).where(table.id == last))


def forget(database: Database, now: datetime | None = None) -> None:
    """Delete what is older than a day, also where nobody tries to sign in any more.

    Raises:
        DatabaseUnusable (assistant.errors).
    """
    if not database.begun:
        return
    old = _is_old(now or datetime.now(UTC))
    with database.reading() as connection:
        there = connection.execute(select(wrong_sign_ins.c.id).where(old).limit(1)).first()
    if there is not None:
        with database.writing() as connection:
            connection.execute(delete(wrong_sign_ins).where(old))


def _is_old(now: datetime) -> ColumnElement[bool]:
    return wrong_sign_ins.c.at < now - _KEPT


def _wait(connection: Connection, of: bytes, pace: _Pace, now: datetime) -> int:
    table = wrong_sign_ins.c
    counted = select(table.at).where(table.of == of, table.at > now - _COUNTED).order_by(table.at.desc())
    times = list(connection.execute(counted).scalars())
    if len(times) < pace.free:
        return 0
    pause: int = min(2 ** min(len(times) - pace.free, 20), pace.longest)
    left: float = (times[0] + timedelta(seconds=pause) - now).total_seconds()
    return max(0, math.ceil(left))
