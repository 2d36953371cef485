"""Feedback is kept masked, by many at once, and what stands is never lost."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from assistant.database import FILE, tables
from assistant.database.engine import Database
from assistant.database.migrations import HEAD
from assistant.errors import DatabaseUnusable
from assistant.feedback.store import Cited, Feedback, FeedbackStore
from assistant.model import MAX_QUESTION, Outcome
from assistant.settings import ROOT

SECRETS = [
    "4111 1111 1111 1111",
    "john.smith@example.com",
    "+49 30 901820",
    "DE89 3704 0044 0532 0130 00",
    "192.168.17.23",
    "2001:db8::17",
]
CITED = Cited(policy_id="rackspace", policy_sha256="0f" * 32, start=12, end=90)


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


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


@pytest.fixture
def any_store(database):
    """With a file, and with a server."""
    return FeedbackStore(database)


def bytes_on_disk(store) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(store.path.parent.iterdir()))


def direct(store):
    """The database without the store."""
    return closing(sqlite3.connect(store.path, isolation_level=None))


def in_another_process(store, code: str) -> subprocess.Popen[str]:
    """Runs once a line is written to its standard input, so that several start together."""
    begin = (
        "import sys, sqlite3; from pathlib import Path; from assistant.feedback.store import *\n"
        "def feedback(question): return Feedback(question=question, outcome='yes', helpful=True, surface='api')\n"
        f"store = FeedbackStore(Database(Path({str(store.path.parent)!r}))); print('ready', flush=True); sys.stdin.readline()\n"
    )
    found = subprocess.Popen(
        [sys.executable, "-c", begin + code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert found.stdout is not None
    assert found.stdout.readline() == "ready\n"
    return found


def test_what_is_recorded_is_read_again(any_store):
    given = feedback(policy="rackspace", comment="Thank you.", citations=[CITED], language="de-AT", surface="widget")
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    any_store.record(given)
    any_store.record(feedback(outcome="silent", helpful=False))
    first, second = any_store.entries()
    assert Feedback.model_validate(first.model_dump(exclude={"at"})) == given
    assert (second.outcome, second.helpful, second.comment, second.citations) == (Outcome.SILENT, False, None, ())
    assert any_store.count() == 2
    assert before <= first.at <= datetime.now(UTC)
    assert first.at.utcoffset() == timedelta(0)


def test_the_time_is_kept_to_the_minute(store):
    store.record(feedback())
    with direct(store) as database:
        (at,) = database.execute("SELECT at FROM feedback").fetchone()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d\+00:00", at)


def test_nothing_is_made_before_the_first_record(store):
    assert store.count() == 0
    assert list(store.entries()) == []
    assert not store.path.parent.exists()


def test_a_key_replaces_its_row_and_no_other(any_store, database):
    other, key = any_store.record(feedback(question="another")), any_store.record(feedback())
    any_store.record(feedback(question="a third"))
    with database.writing() as connection:
        earlier = datetime(2020, 2, 2, 20, 20, tzinfo=UTC)
        connection.execute(update(tables.feedback).where(tables.feedback.c.key == key).values(at=earlier))
    assert any_store.record(feedback(helpful=False, comment="not the clause I meant"), key) == key
    found = list(any_store.entries())
    assert [entry.question for entry in found] == ["another", "is my card shared?", "a third"]
    assert [(entry.helpful, entry.comment) for entry in found] == [
        (True, None),
        (False, "not the clause I meant"),
        (True, None),
    ]
    assert found[1].at == datetime(2020, 2, 2, 20, 20, tzinfo=UTC)
    assert other != key


@pytest.mark.parametrize("key", ["", "x", "1", "' OR 1 --", "%"])
def test_a_key_that_no_row_has_touches_no_row(any_store, key):
    first = any_store.record(feedback(question="first"))
    assert any_store.record(feedback(question="second"), key) not in (key, first)
    assert [entry.question for entry in any_store.entries()] == ["first", "second"]


def test_keys_cannot_be_guessed(any_store):
    keys = {any_store.record(feedback()) for _ in range(30)}
    assert len(keys) == 30
    assert all(re.fullmatch(r"[\w-]{16}", key) for key in keys)  # 96 random bits


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_that_identifies_a_person_reaches_the_disk(store, secret):
    given = feedback(
        question=f"is {secret} shared?",
        comment=f"my secret is {secret}",
        policy=secret,
        citations=[{"policy_id": secret, "policy_sha256": "0f" * 32, "start": 0, "end": 1}],
    )
    seen = []
    with direct_reader(store):  # so that the write-ahead log stays for us to look at
        key = store.record(given)
        store.record(given.model_copy(update={"helpful": False}), key)
        seen.append(bytes_on_disk(store))
        assert store.path.with_name(f"{FILE}-wal").exists()
    seen.append(bytes_on_disk(store))
    for found in seen:
        assert b"my secret is [" in found
        assert secret.encode() not in found
        assert re.sub(r"\W", "", secret).encode() not in found
    (entry,) = store.entries()
    assert secret not in entry.model_dump_json()


def direct_reader(store):
    """A connection that keeps the write-ahead log from being emptied."""
    store.record(feedback())
    database = sqlite3.connect(store.path, isolation_level=None)
    database.execute("DELETE FROM feedback")
    database.execute("BEGIN")
    database.execute("SELECT count(*) FROM feedback").fetchone()
    return closing(database)


def test_a_language_tag_cannot_carry_a_number(store):
    store.record(feedback(language="x-41111111-11111111"))
    assert next(store.entries()).language is None
    assert b"11111111" not in bytes_on_disk(store)


def test_a_text_that_its_tags_made_longer_is_read_again(any_store):
    question = ("::1 " * MAX_QUESTION)[:MAX_QUESTION]
    any_store.record(feedback(question=question, citations=[CITED.model_copy(update={"policy_id": "::1 " * 50})]))
    (entry,) = any_store.entries()
    assert len(entry.question) > MAX_QUESTION
    assert "::1" not in entry.model_dump_json()


@pytest.mark.parametrize("text", ["", "'; DROP TABLE feedback; --", "a\0b", "Straße 🙂 数据", "line\nline"])
def test_any_words_are_kept_as_they_are(any_store, text):
    any_store.record(feedback(question=text, comment=text))
    (entry,) = any_store.entries()
    kept = text.replace("\0", "\ufffd")
    assert (entry.question, entry.comment) == (kept, kept)


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "x" * (MAX_QUESTION + 1)},
        {"comment": "x" * 2_001},
        {"policy": "x" * 201},
        {"outcome": "maybe"},
        {"surface": "mail"},
        {"language": "e" * 36},
        {"language": "4111 1111"},
        {"citations": [CITED] * 4},
        {"citations": [CITED.model_dump() | {"end": 12}]},
        {"citations": [CITED.model_dump() | {"start": -1}]},
        {"citations": [CITED.model_dump() | {"policy_sha256": "a card"}]},
        {"citations": [CITED.model_dump() | {"quote": "We never sell"}]},
        {"address": "192.168.1.1"},
        {"at": "2026-01-01T00:00Z"},
    ],
)
def test_feedback_with_a_wrong_field_is_refused(wrong):
    with pytest.raises(ValidationError):
        feedback(**wrong)


def test_its_example_is_feedback():
    for example in Feedback.model_json_schema()["examples"]:
        assert Feedback.model_validate_json(json.dumps(example)).surface == "api"


def test_the_database_says_its_schema_and_shares_its_log(store):
    store.record(feedback())
    with direct(store) as database:
        assert database.execute("SELECT version_num FROM schema_version").fetchall() == [(HEAD,)]
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        columns = [row[1] for row in database.execute("PRAGMA table_info(feedback)")]
    expected = "id key at question policy outcome helpful comment citations surface language"
    assert columns == expected.split()  # whoever adds one here asks first whether it identifies a person


def test_threads_record_and_read_at_once(any_store):
    ended = threading.Event()

    def read() -> list[int]:
        counts = []
        while not ended.is_set():
            counts.append(len(list(any_store.entries())))
        return counts

    with ThreadPoolExecutor(10) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        keys = list(pool.map(lambda number: any_store.record(feedback(question=f"question {number}")), range(120)))
        ended.set()
    assert len(set(keys)) == 120
    assert {entry.question for entry in any_store.entries()} == {f"question {number}" for number in range(120)}
    for reader in readers:
        assert reader.result() == sorted(reader.result())  # no reader saw a row go


def test_processes_that_make_the_database_together_lose_nothing(store):
    code = "for number in range(30): store.record(feedback(f'{sys.argv} {number}'))"
    processes = [in_another_process(store, code) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert store.count() == 90


def test_a_process_that_is_killed_in_mid_record_leaves_what_stood(store):
    store.record(feedback(question="stands"))
    code = (
        f"database = sqlite3.connect({str(store.path)!r}, isolation_level=None); database.execute('BEGIN IMMEDIATE')\n"
    )
    code += "database.execute('DELETE FROM feedback'); print('deleted', flush=True); sys.stdin.readline()"
    process = in_another_process(store, code)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("now\n")
    process.stdin.flush()
    assert process.stdout.readline() == "deleted\n"
    process.kill()
    process.communicate()
    store.record(feedback(question="comes after"))
    assert [entry.question for entry in store.entries()] == ["stands", "comes after"]


def test_a_reader_sees_the_rows_of_the_moment_and_holds_up_nobody(any_store):
    any_store.record(feedback(question="first"))
    any_store.record(feedback(question="second"))
    reading = any_store.entries()
    assert next(reading).question == "first"
    any_store.record(feedback(question="third"))
    assert [entry.question for entry in reading] == ["second"]


def test_a_row_is_read_on_in_another_thread(any_store):
    any_store.record(feedback())
    any_store.record(feedback())
    reading = any_store.entries()
    next(reading)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(next, reading).result().helpful


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
    monkeypatch.setattr("assistant.database.engine.PATIENCE", 0.05)
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
