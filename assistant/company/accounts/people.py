"""Who may sign in: names, roles, passwords. Every change is noted in the audit log, in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from assistant.company.accounts.audit import SIGNED_IN, note
from assistant.company.accounts.passwords import hashed
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.company.database.tables import audit, people, sessions
from assistant.errors import BadPerson

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has an account: since when, whether signing in is shut to them, and when they last did."""

    name: str
    role: Role
    added: datetime
    disabled: bool = False
    signed_in: datetime | None = None


class People:
    """The people in a database. `by` is who makes the change, for the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Person]:
        """Everybody, by name.

        Raises:
            DatabaseUnusable (assistant.errors), here and below.
        """
        with self._database.reading() as connection:
            last_of = select(audit.c.who, func.max(audit.c.at)).where(audit.c.what == SIGNED_IN).group_by(audit.c.who)
            last = {who: at for who, at in connection.execute(last_of)}  # noqa: C416  a row is no pair for the types
            rows = connection.execute(select(people).order_by(people.c.name))
            return [Person(row.name, Role(row.role), row.added, row.disabled, _since(row, last)) for row in rows]

    def any(self) -> bool:
        """Whether anybody may sign in at all."""
        with self._database.reading() as connection:
            return connection.execute(select(people.c.name).limit(1)).first() is not None

    def add(self, name: str, role: Role, password: str, *, by: str) -> Person:
        """Let somebody sign in.

        Raises:
            BadPerson: the name or password cannot be used, the name is taken, or the first person is no admin.
        """
        name = name.strip().lower()
        if not NAME.fullmatch(name):
            raise BadPerson(
                f'"{name[:80]}" is no name to sign in with; take up to 64 of a-z, 0-9 and . _ @ + -, the first a letter or digit',
                "name",
            )
        kept, now = hashed(password, name), datetime.now(UTC).replace(microsecond=0)
        with self._database.writing(alone=True) as connection:
            if connection.execute(select(people.c.name).where(people.c.name == name)).first():
                raise BadPerson(
                    f'"{name}" is there already; change the role or password, or take another name', "taken"
                )
            if role is not Role.ADMIN and not _admins(connection):
                raise BadPerson(f'"{name}" would be the first, and no admin; add an admin first', "first")
            connection.execute(insert(people).values(name=name, role=role.value, password=kept, added=now))
            note(connection, by, "person added", name, after={"role": role.value})
        return Person(name, role, now)

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Give a person another role; it counts from their next request on.

        Raises:
            BadPerson: nobody has that name, or no admin would be left.
        """
        with self._database.writing(alone=True) as connection:
            was = _role(connection, name)
            if was is role:
                return
            if was is Role.ADMIN:
                _not_the_last(connection, name)
            connection.execute(update(people).where(people.c.name == name).values(role=role.value))
            note(connection, by, "role changed", name, before={"role": was.value}, after={"role": role.value})

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give a person another password, and end their sessions.

        Raises:
            BadPerson: nobody has that name, or the password cannot be used.
        """
        kept = hashed(password, name)
        with self._database.writing(alone=True) as connection:
            _role(connection, name)
            connection.execute(update(people).where(people.c.name == name).values(password=kept))
            _end_sessions(connection, name)
            note(connection, by, "password changed", name)

    def set_disabled(self, name: str, disabled: bool, *, by: str) -> None:
        """Shut signing in to a person, and end their sessions; or open it again, with the password that was.

        Raises:
            BadPerson: nobody has that name, or no admin would be left.
        """
        with self._database.writing(alone=True) as connection:
            was = _role(connection, name)
            if connection.execute(select(people.c.disabled).where(people.c.name == name)).scalar_one() == disabled:
                return
            if disabled and was is Role.ADMIN:
                _not_the_last(connection, name)
            connection.execute(update(people).where(people.c.name == name).values(disabled=disabled))
            if disabled:
                _end_sessions(connection, name)
            note(connection, by, "person disabled" if disabled else "person enabled", name)

    def sign_out(self, name: str, *, by: str) -> None:
        """End all sessions of a person, wherever they are.

        Raises:
            BadPerson: nobody has that name.
        """
        with self._database.writing(alone=True) as connection:
            _role(connection, name)
            _end_sessions(connection, name)
            note(connection, by, "signed out everywhere", name)

    def remove(self, name: str, *, by: str) -> None:
        """Let a person sign in no more, and end their sessions. What they did stays in the audit log.

        Raises:
            BadPerson: nobody has that name, or others, but no admin, would be left.
        """
        with self._database.writing(alone=True) as connection:
            was = _role(connection, name)
            everybody = connection.execute(select(func.count()).select_from(people)).scalar_one()
            if was is Role.ADMIN and everybody > 1:
                _not_the_last(connection, name)
            connection.execute(delete(people).where(people.c.name == name))
            note(connection, by, "person removed", name, before={"role": was.value})


def _since(row: Row[Any], last: Mapping[str, datetime]) -> datetime | None:
    """The last sign-in of an account: the log is never cleared, and an account of the same name before had its own."""
    found = last.get(row.name)
    return found if found is not None and found >= row.added else None


def _role(connection: Connection, name: str) -> Role:
    found = connection.execute(select(people.c.role).where(people.c.name == name)).scalar()
    if found is None:
        raise BadPerson(f'nobody is called "{name[:80]}"; "plainclause people list" names everybody', "nobody")
    return Role(found)


def _end_sessions(connection: Connection, name: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.person == name))


def _admins(connection: Connection) -> list[str]:
    """Those who may sign in."""
    wanted = select(people.c.name).where(people.c.role == Role.ADMIN.value, people.c.disabled.is_(False))
    return list(connection.execute(wanted).scalars())


def _not_the_last(connection: Connection, name: str) -> None:
    if _admins(connection) == [name]:
        raise BadPerson(f'"{name}" is the only admin; make somebody else one first', "last")
