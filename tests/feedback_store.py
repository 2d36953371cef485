"""Feedback made for tests, and the store that keeps it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from assistant.company.database.engine import Database
from assistant.company.feedback.store import Feedback, FeedbackStore
from assistant.settings import ROOT

SECRETS = [
    "4111 1111 1111 1111",
    "john.smith@example.com",
    "+49 30 901820",
    "DE89 3704 0044 0532 0130 00",
    "192.168.17.23",
    "2001:db8::17",
]


def feedback(**fields) -> Feedback:
    return Feedback.model_validate(
        {"question": "is my card shared?", "outcome": "yes", "helpful": True, "surface": "chat"} | fields
    )


class Store(FeedbackStore):
    """A store and the file that it writes to."""

    def __init__(self, folder: Path):
        database = Database(folder)
        super().__init__(database)
        assert database.path is not None
        self.path = database.path


def bytes_on_disk(store) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(store.path.parent.iterdir()))


def direct(store):
    """The database without the store."""
    return closing(sqlite3.connect(store.path, isolation_level=None))


def in_another_process(store, code: str) -> subprocess.Popen[str]:
    """Runs once a line is written to its standard input, so that several start together."""
    begin = (
        "import sys, sqlite3; from pathlib import Path; from assistant.company.feedback.store import *\n"
        "def feedback(question): return Feedback(question=question, outcome='yes', helpful=True, surface='api')\n"
        f"store = FeedbackStore(Database(Path({str(store.path.parent)!r}))); print('ready', flush=True); sys.stdin.readline()\n"
    )
    found = subprocess.Popen(
        [sys.executable, "-c", begin + code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert found.stdout is not None
    assert found.stdout.readline() == "ready\n"
    return found
