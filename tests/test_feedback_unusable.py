"""A database of feedback that cannot be used, damaged, another's, full or held, is named; what stands there stays."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from assistant.company.database.migrations import HEAD
from assistant.errors import DatabaseUnusable
from tests.feedback_store import Store, bytes_on_disk, direct, feedback, in_another_process


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


def test_a_database_moved_away_is_begun_anew(store):
    key = store.record(feedback(question="old"))
    store.path.rename(store.path.with_name("kept.sqlite3"))
    assert store.record(feedback(question="new"), key) != key
    assert [entry.question for entry in store.entries()] == ["new"]


def every_call(store):
    return [lambda: store.record(feedback()), store.count, lambda: list(store.entries())]


def refused(store, call) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        call()
    assert str(store.path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("call", range(3), ids=["record", "count", "entries"])
def test_a_file_that_is_no_database_stays_and_is_named(store, call):
    store.path.parent.mkdir()
    store.path.write_bytes(b"not a database " * 400)
    message = refused(store, every_call(store)[call])
    assert "file is not a database; move it away" in message
    assert bytes_on_disk(store) == b"not a database " * 400


def test_a_damaged_database_is_named_and_stays(store):
    for number in range(20):
        store.record(feedback(question=f"question {number} " * 50))
    whole = store.path.read_bytes()
    damaged = whole[:4096] + b"\xff" * (len(whole) - 4096)
    store.path.write_bytes(damaged)
    for call in every_call(store):
        assert "malformed; move it away" in refused(store, call)
    assert store.path.read_bytes() == damaged


@pytest.mark.parametrize("call", range(3), ids=["record", "count", "entries"])
def test_somebody_elses_database_is_not_written_to(store, call):
    store.path.parent.mkdir()
    with direct(store) as database:
        database.execute("CREATE TABLE bookmarks (address TEXT)")
    before = bytes_on_disk(store)
    assert 'holds a table "bookmarks"' in refused(store, every_call(store)[call])
    assert bytes_on_disk(store) == before


@pytest.mark.parametrize("call", range(3), ids=["record", "count", "entries"])
def test_a_newer_programs_database_is_not_written_to(store, call):
    store.record(feedback())
    with direct(store) as database:
        database.execute("UPDATE schema_version SET version_num = '9999'")
    before = bytes_on_disk(store)
    assert f"its schema has version 9999, this program knows {int(HEAD)}; update" in refused(
        store, every_call(store)[call]
    )
    assert bytes_on_disk(store) == before


def test_a_row_that_is_no_feedback_is_named(store):
    store.record(feedback())
    key = store.record(feedback())
    with direct(store) as database:
        database.execute("UPDATE feedback SET outcome = 'maybe' WHERE key = ?", (key,))
    reading = store.entries()
    assert next(reading).helpful
    assert "row 2 is not feedback" in refused(store, lambda: next(reading))


def test_an_empty_file_is_taken_for_a_database_not_begun(store):
    store.path.parent.mkdir()
    store.path.touch()
    assert store.count() == 0
    assert list(store.entries()) == []
    store.record(feedback())
    assert store.count() == 1


def test_a_data_directory_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    store = Store(tmp_path / "data")
    assert "let this program write" in refused(store, lambda: store.record(feedback()))
    assert store.count() == 0


@pytest.fixture
def read_only() -> Iterator[Store]:
    """A store with one row; nobody may write its folder and file. Root, who may write anywhere, is nobody for so long."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.record(feedback(question="stands"))
        store.path.chmod(0o444)
        Path(folder).chmod(0o555)
        root = os.geteuid() == 0
        if root:
            try:
                os.seteuid(65534)
            except OSError:
                pytest.skip("root, and may not become anybody else")
        try:
            if not os.access(folder, os.R_OK | os.X_OK, effective_ids=True):
                pytest.skip(f"nobody may not enter {folder}")
            yield store
        finally:
            if root:
                os.seteuid(0)
            Path(folder).chmod(0o755)


def test_a_folder_that_may_not_be_written_is_named_and_loses_nothing(read_only):
    before = read_only.path.read_bytes()
    assert "let this program write to its folder" in refused(read_only, lambda: read_only.record(feedback()))
    assert read_only.path.read_bytes() == before


def test_a_full_disk_is_named_and_loses_nothing(store):
    """A limit on the size of a file stands in for the disk."""
    store.record(feedback(question="stands"))
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
kept = 1
try:
    while True:
        store.record(feedback("x" * 2_000))
        kept += 1
except DatabaseUnusable as error:
    print(error)
print(kept, store.count())
"""
    process = in_another_process(store, code)
    said, _ = process.communicate("now\n", timeout=120)
    message, counts = said.splitlines()
    assert str(store.path) in message
    assert "make room on its disk" in message
    kept, counted = map(int, counts.split())
    assert 1 < kept == counted == store.count()
    assert next(store.entries()).question == "stands"
    store.record(feedback(question="there is room again"))
    assert [entry.question for entry in store.entries()][-1] == "there is room again"


def test_a_database_held_by_another_is_named_after_a_while(store, monkeypatch):
    monkeypatch.setattr("assistant.company.database.engine.PATIENCE", 0.05)
    store.record(feedback(question="stands"))
    with direct(store) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert "end the program that has kept it locked" in refused(store, lambda: store.record(feedback()))
        assert store.count() == 1  # reading waits for nobody
    store.record(feedback())
    assert store.count() == 2


def test_a_writer_waits_for_another(store):
    store.record(feedback())
    holder = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
    with closing(holder), ThreadPoolExecutor(1) as pool:
        holder.execute("BEGIN IMMEDIATE")
        recording = pool.submit(store.record, feedback())
        with suppress(TimeoutError):
            recording.result(timeout=0.2)
        assert not recording.done()
        holder.execute("COMMIT")
        assert recording.result(timeout=60)
    assert store.count() == 2
