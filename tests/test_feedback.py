"""Feedback is kept masked, by many at once."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from assistant.company.database import FILE, tables
from assistant.company.database.migrations import HEAD
from assistant.company.feedback.store import Cited, Feedback, FeedbackStore
from assistant.model import MAX_QUESTION, Outcome
from tests.feedback_store import SECRETS, Store, bytes_on_disk, direct, feedback, in_another_process

CITED = Cited(policy_id="rackspace", policy_sha256="0f" * 32, start=12, end=90)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "data")


@pytest.fixture
def any_store(database):
    """With a file, and with a server."""
    return FeedbackStore(database)


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
