"""A PostgreSQL server that holds policies and their index: connections, transactions, and errors in words."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

import psycopg
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import NOT_UTF8, BadStoreAddress, StoreUnreachable

VERSION = 1
"""Of the tables; to be raised, with a step in `_STEPS`, by whoever changes them."""

_PATIENCE = (
    5.0  # seconds in which a server that was lost may come back, or another take its place, before that is an error
)
_MOST = 4  # connections of a process: a question holds one for a millisecond
_LOCK = 7_215_334_019_001  # the advisory lock of whoever changes the tables
_STEPS: dict[int, tuple[LiteralString, ...]] = {
    1: (
        # Keys begin with the policy, so that tables can be parted by it; "C" is the order of ids everywhere else.
        """CREATE TABLE plainclause.policies (
            policy_id text COLLATE "C" NOT NULL, made text NOT NULL, sha256 text NOT NULL, summary text NOT NULL,
            policy bytea NOT NULL, tokens bytea NOT NULL, starts bytea NOT NULL, attached bytea NOT NULL,
            kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (policy_id, made))""",
        """CREATE TABLE plainclause.clauses (
            policy_id text COLLATE "C" NOT NULL, made text NOT NULL, number integer NOT NULL, vector vector NOT NULL,
            PRIMARY KEY (policy_id, made, number))""",
        """CREATE TABLE plainclause.generations (
            name text PRIMARY KEY, card text NOT NULL, attached bytea NOT NULL, words bytea, replaced_at timestamptz)""",
        """CREATE TABLE plainclause.members (
            policy_id text COLLATE "C" NOT NULL, generation text NOT NULL REFERENCES plainclause.generations ON DELETE CASCADE,
            made text NOT NULL, PRIMARY KEY (policy_id, generation))""",
        "CREATE INDEX members_of_generation ON plainclause.members (generation)",
        """CREATE TABLE plainclause.in_use (
            only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
            generation text NOT NULL REFERENCES plainclause.generations)""",
    ),
}

# Of each attempt to connect it tells by itself; what is lost for good is an error of ours.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]


class Server:
    """One server, or several of which one is the first and the others follow it (an address may name several hosts). Reading goes to
    any of them, writing to the first.
    """

    def __init__(self, address: str, *, newest: bool = False) -> None:
        """Args:
            address: a URL or a connection string of libpq.
            newest: reading goes to the first, too, for whoever must not see what a follower that lags behind still has.

        Raises:
            BadStoreAddress: the address cannot be read.
        """
        try:
            known = conninfo_to_dict(address)
        except psycopg.Error:  # whose message repeats the address, and with it a password
            raise BadStoreAddress(
                "PLAINCLAUSE_STORE is no address of a PostgreSQL server; write postgresql://user:password@host/database, "
                "a % of a password as %25"
            ) from None
        self.named = f"{known.get('host') or 'this machine'}/{known.get('dbname') or known.get('user') or ''}"
        # What an address says of itself goes before what is set here.
        quick = {"connect_timeout": "3", "options": "-c statement_timeout=60000", "target_session_attrs": "any"}
        ours = {"application_name": "plainclause", "client_encoding": "utf8"} | {
            name: value for name, value in quick.items() if name not in known
        }
        self._writing = make_conninfo(address, **(ours | {"target_session_attrs": "read-write"}))
        self._reading = _pool(self._writing if newest else make_conninfo(address, **ours))
        self._ready = threading.Lock()
        self._is_ready = False

    def read(self, ask: Callable[[Connection], T]) -> T:
        """What `ask` finds, with a connection that may be one to a follower (but see `newest`); asked again where the server was lost meanwhile.

        Raises:
            StoreUnreachable.
        """
        self.prepare()
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                with self._reading.connection(timeout=max(deadline - time.monotonic(), 0.1)) as connection:
                    return ask(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                if isinstance(error, psycopg.errors.QueryCanceled) or time.monotonic() >= deadline:
                    raise self._lost(error) from error
                time.sleep(0.05)
            except psycopg.Error as error:
                raise self._refused(error) from error

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection of its own to the server that may be written to, for several transactions (`connection.transaction()`).

        Raises:
            StoreUnreachable.
        """
        self.prepare()
        try:
            with psycopg.connect(self._writing, autocommit=True) as connection:
                register_vector(connection)
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise self._lost(error) from error
        except psycopg.Error as error:
            raise self._refused(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction in a session: whole, or not at all.

        Raises:
            StoreUnreachable.
        """
        with self.session() as connection, connection.transaction():
            yield connection

    def prepare(self) -> None:
        """Make the tables, where they are not there.

        Raises:
            StoreUnreachable; BadStoreAddress: the server has no pgvector, the database is not in UTF-8, or its tables are of a later version of the program.
        """
        with self._ready:
            if not self._is_ready:
                self._prepare()
                self._is_ready = True

    def close(self) -> None:
        """End the connections."""
        self._reading.close()

    def _prepare(self) -> None:
        try:
            with psycopg.connect(self._writing) as connection:
                encoding = connection.info.parameter_status("server_encoding")
                if encoding != "UTF8":
                    raise BadStoreAddress(f"database {self.named} {NOT_UTF8.format(encoding)}")
                if _version(connection) == VERSION:
                    return
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                connection.execute("CREATE SCHEMA IF NOT EXISTS plainclause")
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
                connection.execute("CREATE TABLE IF NOT EXISTS plainclause.version (number integer NOT NULL)")
                there = _version(connection)
                if there > VERSION:
                    raise BadStoreAddress(
                        f"the tables of {self.named} are of version {there}, this program knows {VERSION}; "
                        "install the version of Plainclause that made them, or a later one"
                    )
                for number in range(there + 1, VERSION + 1):
                    for statement in _STEPS[number]:
                        connection.execute(statement)
                    connection.execute("INSERT INTO plainclause.version VALUES (%s)", (number,))
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
            raise BadStoreAddress(
                f"server {self.named} has no pgvector ({_line(error)}); install its package (postgresql-NN-pgvector)"
            ) from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise BadStoreAddress(
                f"the tables of {self.named} are not there, and may not be made ({_line(error)}); let whoever owns the database "
                'create the extension "vector" and the schema "plainclause", owned by this user'
            ) from error
        except psycopg.OperationalError as error:
            if self._made_before():
                return  # a follower answers, the first is lost: reading goes on
            raise self._lost(error) from error
        except psycopg.Error as error:
            raise self._refused(error) from error

    def _made_before(self) -> bool:
        try:
            with self._reading.connection(timeout=_PATIENCE) as connection:
                return _version(connection) > 0
        except (psycopg.Error, PoolTimeout):
            return False

    def _lost(self, error: Exception) -> StoreUnreachable:
        return StoreUnreachable(
            f"PostgreSQL server {self.named} does not answer ({_line(error)}); start it, or check PLAINCLAUSE_STORE"
        )

    def _refused(self, error: psycopg.Error) -> StoreUnreachable:
        return StoreUnreachable(
            f"PostgreSQL server {self.named} answers with an error ({_line(error)}); see that the tables of its schema "
            '"plainclause" are whole and this user may use them: if they are not, drop the schema and build the index anew'
        )


def _pool(address: str) -> ConnectionPool[Connection]:
    return ConnectionPool(
        address,
        min_size=0,
        max_size=_MOST,
        open=True,
        configure=register_vector,
        # The plans of prepared statements would outlive what is set for one search.
        kwargs={"prepare_threshold": None, "autocommit": True},
        check=None,
        max_idle=60.0,
        reconnect_timeout=_PATIENCE,
        name="plainclause index",
    )


def _version(connection: Connection) -> int:
    """The version of the tables; 0 where there are none."""
    there = connection.execute("SELECT to_regclass('plainclause.version')").fetchone()
    if there is None or there[0] is None:
        return 0
    row = connection.execute("SELECT max(number) FROM plainclause.version").fetchone()
    return (row and row[0]) or 0


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
