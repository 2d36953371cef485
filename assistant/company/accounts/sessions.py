"""Signing in and out. A session is known by a token that only the browser has; the database keeps its hash.

A token is 32 random bytes and a signature over them by a key of the database, so that invented ones are told from ours at once.
The token of a session's forms is made of the session's own: who has not that one cannot make it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from assistant.company.accounts.audit import SIGNED_IN, note
from assistant.company.accounts.passwords import is_right
from assistant.company.accounts.roles import Role
from assistant.company.accounts.slowing import Attempt
from assistant.company.database.engine import Database
from assistant.company.database.tables import keys, people, sessions

LONGEST = timedelta(hours=12)  # of a session, whatever is done in it
IDLE = timedelta(hours=2)  # after which a session that nothing is done in ends
_KEY_FRESH = timedelta(minutes=1)  # for which a key is taken for the database's: one begun anew or restored has another
_NOTED_EVERY = timedelta(minutes=5)  # so that reading a page writes nothing
_RANDOM, _SIGNED = 32, 16  # bytes
_KEY = "sessions"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from."""

    name: str
    role: Role
    form_token: str = field(repr=False)

    def may_send(self, form_token: str) -> bool:
        """Whether a form's token is this session's."""
        return hmac.compare_digest(form_token.encode("utf-8", "replace"), self.form_token.encode())


@dataclass(frozen=True, slots=True)
class Refused:
    """A sign-in that failed: name or password is wrong (0), or it came too early by so many seconds."""

    wait: int = 0


class _Right(NamedTuple):
    """A password that is the person's: their name, what is kept of it, the try that it was, the key of the sessions."""

    name: str
    kept: str
    attempt: Attempt
    key: bytes


class Sessions:
    """The sessions in a database."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database, self._now = database, now
        self._known_key: bytes | None = None
        self._known_at = now()

    def sign_in(self, name: str, password: str, address: str) -> str | Refused:
        """The token of a new session. Every try is counted as wrong before it is looked at, so many at once gain nothing.

        address: of whoever tries, an IPv6 one by its network.

        Raises:
            DatabaseUnusable (assistant.errors), here and below.
        """
        found = self._right(name, password, address)
        if isinstance(found, Refused):
            return found
        name, kept, attempt, key = found
        token = _signed(secrets.token_bytes(_RANDOM), key)
        with self._database.writing(alone=True) as connection:
            now = self._now()
            if (
                connection.execute(_password_of(name)).scalar() != kept
            ):  # removed, disabled, or given another, meanwhile
                return Refused()
            attempt.was_right(connection)
            ended = or_(sessions.c.began < now - LONGEST, sessions.c.used < now - IDLE)
            connection.execute(delete(sessions).where(ended))
            connection.execute(insert(sessions).values(token_sha256=_sha256(token), person=name, began=now, used=now))
            note(connection, name, SIGNED_IN, name)
        return token

    def confirm(self, name: str, password: str, address: str) -> Refused | None:
        """Why a password is not taken for the person's own; None where it is. Tries count as those of signing in do."""
        found = self._right(name, password, address)
        if isinstance(found, Refused):
            return found
        with self._database.writing(alone=True) as connection:
            found.attempt.was_right(connection)
        return None

    def _right(self, name: str, password: str, address: str) -> _Right | Refused:
        name = name.strip().lower()[:64]
        with self._database.writing(alone=True) as connection:
            key = self._key(connection)
            attempt = Attempt(key, name, address)
            wait = attempt.begin(connection, self._now())
            kept = connection.execute(_password_of(name)).scalar()
        if wait:
            return Refused(wait)
        return _Right(name, kept, attempt, key) if is_right(password, kept) and kept else Refused()

    def who(self, token: str) -> SignedIn | None:
        """Whose session a token is, if it is one that has not ended. The role is that of now."""
        now, known = self._now(), self._known_key
        if known is not None and now - self._known_at < _KEY_FRESH and not _is_signed(token, known):
            return None
        table = sessions.c
        wanted = (
            select(people.c.name, people.c.role, table.used)
            .join_from(sessions, people, table.person == people.c.name)
            .where(
                table.token_sha256 == _sha256(token),
                table.began >= now - LONGEST,
                table.used >= now - IDLE,
                people.c.disabled.is_(False),
            )
        )
        with self._database.reading() as connection:
            key = connection.execute(select(keys.c.value).where(keys.c.name == _KEY)).scalar()
            self._known_key, self._known_at = key, now
            if key is None or not _is_signed(token, key):
                return None
            session = connection.execute(wanted).first()
        if session is None:
            return None
        if session.used < now - _NOTED_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(table.token_sha256 == _sha256(token)).values(used=now))
        return SignedIn(session.name, Role(session.role), _form_token(token))

    def sign_out(self, token: str) -> None:
        """End a session; none is none already."""
        with self._database.writing() as connection:
            ended = delete(sessions).where(sessions.c.token_sha256 == _sha256(token)).returning(sessions.c.person)
            person = connection.execute(ended).scalar()
            if person is not None:
                note(connection, person, "signed out", person)

    def _key(self, connection: Connection) -> bytes:
        key: bytes | None = connection.execute(select(keys.c.value).where(keys.c.name == _KEY)).scalar()
        if key is None:
            key = secrets.token_bytes(32)
            connection.execute(insert(keys).values(name=_KEY, value=key))
        self._known_key, self._known_at = key, self._now()
        return key


def _password_of(name: str) -> Select[str]:
    """What is kept of the password of a person who may sign in."""
    return select(people.c.password).where(people.c.name == name, people.c.disabled.is_(False))


def _signed(random: bytes, key: bytes) -> str:
    return base64.urlsafe_b64encode(random + _signature(random, key)).decode()


def _is_signed(token: str, key: bytes) -> bool:
    try:
        whole = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return False
    random, signature = whole[:_RANDOM], whole[_RANDOM:]
    return len(random) == _RANDOM and hmac.compare_digest(signature, _signature(random, key))


def _signature(random: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"session " + random, hashlib.sha256)[:_SIGNED]


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _form_token(token: str) -> str:
    made = hmac.digest(token.encode(), b"form", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
