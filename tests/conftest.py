"""What holds for every test: no model hub, no settings from outside, repeatable examples in CI."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.settings import Settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in [name for name in os.environ if name.startswith("PLAINCLAUSE_")]:
    del os.environ[_name]

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for compiled encoders, so that one run of the tests compiles each once."""
    return tmp_path_factory.mktemp("encoders")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, encoders: Path) -> "Settings":
    """Settings of the real thing: the bundled policies, the real encoder, a data folder of its own."""
    from assistant.settings import Settings

    return Settings(data=tmp_path_factory.mktemp("real"), encoders=encoders)


@pytest.fixture(scope="session")
def assistant(real: "Settings") -> "Assistant":
    """The real assistant over the bundled policies: real encoder, real bank, an index of its own."""
    from assistant.opening import open_assistant

    return open_assistant(real, mend=True)


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
