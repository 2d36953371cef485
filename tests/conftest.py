"""What holds for every test: no model hub, no settings from outside, repeatable examples in CI."""

import copy
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import uvicorn
from fastapi import FastAPI
from filelock import FileLock
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.company.approved.store import ApprovedAnswers
    from assistant.company.database.engine import Database
    from assistant.review.suggestions import Coverage
    from assistant.settings import Settings
    from benchmarks.servers.redis import Server as RedisServer
    from corpus.shelf.catalogue import Shelf
    from tests.word_reader import WordReader

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in [name for name in os.environ if name.startswith("PLAINCLAUSE_")]:
    del os.environ[_name]

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=1_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """All tests are shared out among two workers where there are two cores; each holds an encoder and a reader, some 2 GB. Tests
    that somebody chose run in this process, at once: a worker takes seconds to start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    chosen = config.option.keyword or config.option.markexpr or config.args != config.getini("testpaths")
    return 0 if chosen else min(cores, 2)


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # untyped
    """A worker takes a whole file, for its fixtures' sake; all tests in a browser go to one, one after the other: two browsers at
    once make each other wait, and so does what else is slow."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "browser" if "browser/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    """How tests are shared out, unless somebody says otherwise (`--dist`)."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for this run of the tests, the same for all workers."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def encoders(shared: Path) -> Path:
    """A folder for compiled encoders and readers, which all settings name, those of other processes too: so one run of the
    tests compiles each once. `TESTS_ENCODERS` names one that is kept from run to run."""
    kept = os.environ.get("TESTS_ENCODERS")
    folder = Path(kept) if kept else shared / "encoders"
    os.environ["PLAINCLAUSE_ENCODERS"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def real(shared: Path, encoders: Path) -> "Settings":
    """Settings of the real thing: the bundled policies, the real encoder, a data folder that all workers share."""
    from assistant.settings import Settings

    return Settings(data=shared / "real", encoders=encoders)


@pytest.fixture(scope="session")
def assistant(shared: Path, real: "Settings") -> "Assistant":
    """The real assistant over the bundled policies: real encoder, real bank, an index that one worker builds for all."""
    from assistant.bootstrap.factory import open_assistant

    with FileLock(shared / "real.lock"):
        return open_assistant(real, mend=True)


@pytest.fixture(scope="session")
def shelf() -> "Shelf":
    """The bundled policies; a file with a shelf of its own says so."""
    from assistant.settings import ROOT
    from corpus.shelf.catalogue import open_shelf

    return open_shelf(ROOT / "corpus" / "policies")


@pytest.fixture(scope="session")
def coverage(shared: Path, assistant: "Assistant") -> "Coverage":
    """What the bundled policies cover: some seconds a policy, so one worker finds it out for all."""
    from assistant.review.suggestions import Coverage

    found = Coverage(assistant)
    with FileLock(shared / "coverage.lock"):
        for policy_id in assistant.current:
            found.of(policy_id)
    return found


@pytest.fixture
def word_reader(monkeypatch: pytest.MonkeyPatch) -> "WordReader":
    """Every assistant that is opened reads by words alone, with bounds as they are without training."""
    from assistant.bootstrap import factory as opening
    from assistant.reading import weights
    from assistant.reading.bounds import Bounds
    from tests.word_reader import WordReader

    reader = WordReader()
    monkeypatch.setattr(opening, "choose_reader", lambda *_, **__: reader)
    monkeypatch.setattr(weights, "bounds", Bounds)
    return reader


@contextmanager
def _served(application: FastAPI, port: int = 0) -> Iterator[str]:
    """A server in a thread, on a port of this machine; 0: a free one."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start within a minute"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="session")
def served() -> Callable[..., Any]:
    return _served


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started once."""
    from benchmarks.servers import postgresql
    from tests.required import required

    with postgresql.running(required(postgresql.binaries(), postgresql.MISSING)) as address:
        yield address


@pytest.fixture
def postgres_address(postgres: str) -> Iterator[str]:
    """The address of an empty database of that server."""
    with _empty_database(postgres) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_with_vectors_server() -> Iterator[str]:
    """The address of a real PostgreSQL server that has pgvector, started once."""
    from benchmarks.servers import postgresql

    with postgresql.running(postgresql.binaries_with_pgvector()) as address:
        yield address


@pytest.fixture
def index_address(postgres_with_vectors_server: str) -> Iterator[str]:
    """The address of an empty database of that server."""
    with _empty_database(postgres_with_vectors_server) as address:
        yield address


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def address_not_in_unicode(postgres_with_vectors_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The same of a database in another encoding, as `createdb` makes it where the machine has no locale."""
    with _empty_database(postgres_with_vectors_server, request.param) as address:
        yield address


@pytest.fixture(scope="module")
def postgres_with_vectors(postgres_with_vectors_server: str) -> Iterator[str]:
    """The same for a whole file."""
    with _empty_database(postgres_with_vectors_server) as address:
        yield address


@contextmanager
def _empty_database(server_address: str, encoding: str = "UTF8") -> Iterator[str]:
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url

    name = f"test_{uuid4().hex[:12]}"
    server = create_engine(make_url(server_address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")
    yield server_address.replace("/postgres?", f"/{name}?")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture
def redis() -> Iterator["RedisServer"]:
    """A real Redis server, empty, which runs."""
    from benchmarks.servers import redis as redis_server
    from tests.required import required

    server = redis_server.Server(required(redis_server.program(), redis_server.MISSING))
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_settings(request: pytest.FixtureRequest, tmp_path: Path) -> "Settings":
    """Settings of an empty data folder, with each kind of database."""
    from assistant.settings import Settings

    address = request.getfixturevalue("postgres_address") if request.param == "postgresql" else None
    return Settings(data=tmp_path / "data", database=address)


@pytest.fixture
def database(database_settings: "Settings") -> Iterator["Database"]:
    """An empty database, of each kind."""
    from assistant.company.database.engine import Database

    opened = Database.of(database_settings)
    yield opened
    opened.close()


@pytest.fixture
def store(database: "Database") -> "ApprovedAnswers":
    """Approved answers in an empty database, of each kind."""
    from assistant.company.approved.store import ApprovedAnswers

    return ApprovedAnswers(database)


@pytest.fixture
def speaking(assistant: "Assistant", store: "ApprovedAnswers") -> "Assistant":
    """The real assistant with the company's words."""
    from assistant.company.approved.wording import ApprovedWords

    found = copy.copy(assistant)
    found._own_words = ApprovedWords(store, fresh=0)
    return found
