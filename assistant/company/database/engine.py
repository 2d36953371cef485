"""Opening the database: transactions, the state it is brought to first, and what went wrong in words.

The same tables and statements serve SQLite, a file of the data folder, and PostgreSQL. Nothing is made before something is
written, or `upgrade` is called.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from errno import ENOSPC
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from assistant.company.database import FILE
from assistant.company.database.migrations import HEAD
from assistant.company.database.tables import metadata
from assistant.company.database.taking_over import FILE as OLD_FILE
from assistant.company.database.taking_over import Unreadable, take_over
from assistant.errors import BadSetting, DatabaseUnusable
from assistant.settings import Settings
from index.errors import NOT_UTF8

STATE_TABLE = "schema_version"
PATIENCE = 10.0  # seconds to wait for another process that is writing

_LOCK = 0x506C61696E  # of PostgreSQL's advisory locks, this program's
_WRITING = "plainclause_writing"
_READ_ONLY = "read-only"  # what the driver says of a server that follows another
_SECRETS = ("password", "sslpassword")  # of what may stand behind the "?" of an address
_MAKE_ROOM = "make room on its disk"
_MAKE_WRITABLE = "let this program write to its folder, or set PLAINCLAUSE_DATA to a folder that it may write to"
_REPLACE_FILE = (
    "move it away, together with the files beside it whose names begin like its own (the next entry begins a new one), or "
    "put a sound copy in its place"
)
_SEE_SERVER = "see that the server runs, and that PLAINCLAUSE_DATABASE names a database that this program may use"


class Database:
    """One database, for any number of threads and processes.

    A file is opened anew for every transaction: one that was moved away or restored meanwhile is not written past.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """`folder`: the data folder, where the file is without a `url` (`postgresql://...`).

        Raises:
            BadSetting: the address is none that can be used, or its driver is not installed.
        """
        self.path = None if url else folder / FILE
        self._old = folder / OLD_FILE
        self._turn = Lock()  # threads queue here, in the order they came; only processes contend for the file
        self._seen = False  # that a server's database is in the state of this program
        self._followers: Engine | None = None  # what is read from while the server that may be written to is lost
        if url:
            address = server_address(url)
            self.where = address.difference_update_query(_SECRETS).render_as_string(hide_password=True)
            self._engine, self._followers = _of_server(address)
            self._several = "," in str(address.query.get("host", "")) or isinstance(address.query.get("host"), tuple)
        else:
            self.where = str(self.path)
            self._engine = create_engine("sqlite://", creator=self._connect, poolclass=NullPool)
            event.listen(self._engine, "begin", _begin)

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """The database that the settings name.

        Raises:
            BadSetting.
        """
        return cls(settings.data, settings.database_address)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees the database as it stood at its first statement. Where there is none yet, an empty one.

        Raises:
            DatabaseUnusable: for anything that the database or the file system finds wrong.
        """
        with self._explained():
            if not self.begun:
                with _empty() as connection:
                    yield connection
                return
            with self._ready(to_read=True) as connection, connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction that is kept when the block ends, and undone where it fails; the database is made if need be.

        alone: no other such transaction is under way meanwhile; in SQLite none that writes ever is.

        Raises:
            DatabaseUnusable.
        """
        with self._explained(), self._turn if self.path else nullcontext(), self._ready() as connection:
            connection.execution_options(**{_WRITING: True})
            with connection.begin():
                if alone and self.path is None:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK + 1})
                yield connection

    def upgrade(self, *, make: bool = True) -> str | None:
        """Bring the database to the state that this program knows; the state before, None where it was made.

        make: also where nothing was written yet.

        Raises:
            DatabaseUnusable: it is a newer program's, somebody else's, or cannot be written.
        """
        with self._explained():
            if not (make or self.begun):
                return None
            with self._turn if self.path else nullcontext():
                return self._upgraded()

    def erase(self, *tables: Table) -> bool:
        """Have what deleted rows of some tables left behind overwritten: free pages, the write-ahead log, dead rows. Whether all
        of it is gone; a reader of the file who stands in the way for long leaves it for the next time.

        Raises:
            DatabaseUnusable.
        """
        with self._explained():
            if self.path is not None:
                with self._turn, closing(self._connect()) as raw:
                    raw.execute("VACUUM")
                    busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                return not busy
            names = ", ".join(table.name for table in tables)
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM (FULL) {names}")
            return True

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()
        if self._followers is not None:
            self._followers.dispose()

    @property
    def begun(self) -> bool:
        """Whether anything was written yet, by this program or an earlier one."""
        return self.path is None or self._old.exists() or (self.path.exists() and self.path.stat().st_size > 0)

    @contextmanager
    def _ready(self, *, to_read: bool = False) -> Iterator[Connection]:
        """A connection to a database in the state of this program; no transaction is under way."""
        if self.path is not None and not (self.path.exists() and not self._old.exists()):
            self._upgraded()
        with self._connected(to_read=to_read) as connection:
            ready = self._seen or self._state(connection) == HEAD
            if not ready:
                connection.rollback()
                self._upgraded()
            self._seen = self.path is None
            connection.rollback()
            yield connection

    def _connected(self, *, to_read: bool) -> Connection:
        """A connection to the server that may be written to; to read, while that is lost, to one that follows it."""
        try:
            return self._engine.connect()
        except OperationalError as error:
            if not to_read or self._followers is None:
                raise
            if not self._several and _READ_ONLY not in str(error):  # one alone that is lost is not waited for twice
                raise
            return self._followers.connect()

    def _upgraded(self) -> str | None:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._engine.connect() as connection:
            self._state(connection)  # a database that is not ours stays as it is
            connection.rollback()
            if self.path is not None:
                _share(connection)
            connection.execution_options(**{_WRITING: True})
            with connection.begin():
                if self.path is None:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                before = self._state(connection)
                if before != HEAD:
                    from assistant.company.database.upgrading import (
                        upgrade,  # here: Alembic is read only where it has work
                    )

                    upgrade(connection, before, STATE_TABLE)
                taken = take_over(self._old, connection)
        if taken is not None:
            taken()
        return before

    def _state(self, connection: Connection) -> str | None:
        """The state of the database; None where nothing was written yet.

        Raises:
            DatabaseUnusable: the database is a newer program's, something else's, or cannot hold every text.
        """
        if self.path is None:
            encoding = str(connection.execute(text("SHOW server_encoding")).scalar_one())
            if (
                encoding != "UTF8"
            ):  # what customers write would be refused, or kept as bytes that nothing can sort or search
                raise DatabaseUnusable(f'database "{self.where}": {NOT_UTF8.format(encoding)}')
        found = inspect(connection)
        if not found.has_table(STATE_TABLE):
            names = set(found.get_table_names())
            others = names if self.path is not None else names & set(metadata.tables)
            if others:
                raise self._unusable(f'holds a table "{min(others)}" that is not of this program', self._replace())
            return None
        state = str(connection.execute(text(f"SELECT version_num FROM {STATE_TABLE}")).scalar_one())
        if state > HEAD:
            found_state = f"its schema has version {int(state)}, this program knows {int(HEAD)}"
            raise self._unusable(found_state, f"update the program, or {self._replace()}")
        return state

    def _connect(self) -> sqlite3.Connection:
        """The file, opened, made if need be. A reader may be handed from thread to thread between two rows."""
        opened = sqlite3.connect(str(self.path), timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("PRAGMA secure_delete = ON")
        return opened

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Unreadable as error:
            raise DatabaseUnusable(str(error)) from error
        except SQLAlchemyError as error:
            original = error.orig if isinstance(error, DBAPIError) else error
            raise self._unusable(_told(original), self._remedy(original)) from error
        except sqlite3.Error as error:
            raise self._unusable(_told(error), self._remedy(error)) from error
        except OSError as error:
            found = error.strerror or str(error)
            raise self._unusable(found, _MAKE_ROOM if error.errno == ENOSPC else _MAKE_WRITABLE) from error

    def _remedy(self, error: BaseException | None) -> str:
        if self.path is None:
            return _SEE_SERVER
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the details that SQLite puts above
        return _REMEDIES.get(code, _REPLACE_FILE)

    def _replace(self) -> str:
        return _REPLACE_FILE if self.path is not None else "set PLAINCLAUSE_DATABASE to a database of its own"

    def _unusable(self, found: str, remedy: str) -> DatabaseUnusable:
        return DatabaseUnusable(f'database "{self.where}": {found}; {remedy}')


_REMEDIES = {
    sqlite3.SQLITE_FULL: _MAKE_ROOM,
    sqlite3.SQLITE_IOERR: f"{_MAKE_ROOM}, or see whether the disk is sound",
    sqlite3.SQLITE_BUSY: f"end the program that has kept it locked for {PATIENCE:.0f} seconds",
    sqlite3.SQLITE_READONLY: _MAKE_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _MAKE_WRITABLE,
    sqlite3.SQLITE_PERM: _MAKE_WRITABLE,
    sqlite3.SQLITE_CONSTRAINT: "report it, please: the program wrote what its own database forbids",
}


def server_address(url: str) -> URL:
    """The address of a PostgreSQL server, read.

    Raises:
        BadSetting: it is none; nothing of it is repeated, since it may hold a password.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise BadSetting(
            "PLAINCLAUSE_DATABASE (without it PLAINCLAUSE_STORE) is no address of a database; write "
            "postgresql://user:password@host/name, of several servers postgresql://user@/name?host=one,two, or leave it out "
            "for a file in the data folder"
        ) from None
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise BadSetting(
            f'PLAINCLAUSE_DATABASE begins with "{address.drivername}:"; write postgresql://..., or leave it out for a file '
            "in the data folder"
        )
    return address.set(drivername="postgresql+psycopg")


def _of_server(address: URL) -> tuple[Engine, Engine | None]:
    """What connects to the server that may be written to; and, where the address leaves that open, to any that it names."""
    # Without an encoding of its own a server would have texts read as bytes.
    known: dict[str, object] = {"connect_timeout": int(PATIENCE), "client_encoding": "utf8"}
    try:
        if "target_session_attrs" in address.query:
            return create_engine(address, pool_pre_ping=True, connect_args=known), None
        written = create_engine(
            address, pool_pre_ping=True, connect_args=known | {"target_session_attrs": "read-write"}
        )
        return written, create_engine(address, poolclass=NullPool, connect_args=known)
    except ModuleNotFoundError as error:
        raise BadSetting(
            f'PLAINCLAUSE_DATABASE names PostgreSQL, and "{error.name}" is not installed; pip install "plainclause[postgres]"'
        ) from error


@contextmanager
def _empty() -> Iterator[Connection]:
    """A database in memory in which nothing was ever written."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    try:
        metadata.create_all(engine)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _share(connection: Connection) -> None:
    """Let readers read while another writes (write-ahead log); the file remembers it."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        return
    try:
        raw.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        if not busy:  # busy: another process is at it, or a reader stands in the way; it will be said again
            raise


def _told(error: BaseException | None) -> str:
    """An error of a driver in one line."""
    lines = str(error).strip().splitlines()
    with suppress(IndexError):
        return lines[0].strip()
    return type(error).__name__
