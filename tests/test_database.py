"""The database is brought to the program's state by the program itself, in SQLite and PostgreSQL alike, and loses nothing."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.company.accounts.audit import note
from assistant.company.accounts.people import People
from assistant.company.database import FILE, tables
from assistant.company.database.engine import STATE_TABLE, Database
from assistant.company.database.migrations import HEAD
from assistant.company.database.taking_over import TAKEN
from assistant.company.database.upgrading import steps
from assistant.company.feedback.store import Feedback, FeedbackStore, Wanted
from assistant.errors import BadPerson, BadSetting, DatabaseUnusable
from assistant.settings import ROOT
from benchmarks.servers import postgresql
from benchmarks.servers.waiting import until

# As the first version of the program made it, letter by letter.
OLD_SCHEMA = """
CREATE TABLE feedback (
    key TEXT NOT NULL PRIMARY KEY,  -- whoever holds it may replace the row
    at TEXT NOT NULL,               -- UTC, to the minute: 2026-01-31T12:00+00:00
    question TEXT NOT NULL,         -- masked
    policy TEXT,
    outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL,       -- 1 or 0
    comment TEXT,                   -- masked
    citations TEXT NOT NULL,        -- JSON: [{"policy_id", "policy_sha256", "start", "end"}, ...]
    surface TEXT NOT NULL,
    language TEXT
)
"""
CITED = {"policy_id": "rackspace", "policy_sha256": "0f" * 32, "start": 12, "end": 90}


def old_file(folder, rows=3):
    """A database of the first version, in WAL mode, its last rows still in the log."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "feedback.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(OLD_SCHEMA)
    database.execute("PRAGMA user_version = 1")
    for number in range(rows):
        database.execute(
            "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                f"key{number}", f"2026-01-31T12:0{number}+00:00", f"Straße {number}?", "rackspace" if number else None,
                "silent", number % 2, "a word" if number else None, json.dumps([CITED] * number), "widget", "de",
            ),
        )  # fmt: skip
    return database


def state(database) -> str | None:
    with database.reading() as connection:
        found: str | None = connection.execute(sa.text(f"SELECT version_num FROM {STATE_TABLE}")).scalar()
        return found


def count(database, table) -> int:
    with database.reading() as connection:
        found: int = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        return found


# --- the state ------------------------------------------------------------------------------------------------------


def test_the_steps_lead_to_the_state_that_the_program_knows():
    assert steps().get_heads() == [HEAD]


def test_the_steps_make_the_tables_that_the_program_knows(database):
    database.upgrade()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": STATE_TABLE})
        assert compare_metadata(context, tables.metadata) == []


def test_an_upgrade_tells_from_where_and_does_nothing_twice(database):
    assert database.upgrade() is None
    assert database.upgrade() == HEAD
    assert state(database) == HEAD


def test_nothing_is_made_by_reading_and_none_where_it_is_not_asked_for(tmp_path):
    database = Database(tmp_path / "data")
    assert count(database, tables.audit) == 0
    assert database.upgrade(make=False) is None
    assert not (tmp_path / "data").exists()


def test_a_step_that_fails_leaves_the_database_as_it_was(database, monkeypatch):
    def broken(connection, before, table):
        connection.execute(sa.text("CREATE TABLE half (done INTEGER)"))
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr("assistant.company.database.upgrading.upgrade", broken)
        with pytest.raises(RuntimeError, match="in the middle"):
            database.upgrade()
    assert database.upgrade() is None
    with database.reading() as connection:
        assert "half" not in sa.inspect(connection).get_table_names()


def test_a_newer_programs_database_is_refused(database):
    database.upgrade()
    with database.writing() as connection:
        connection.execute(sa.text(f"UPDATE {STATE_TABLE} SET version_num = '9999'"))
    for again in (database, Database(database.path.parent) if database.path else database):
        again._seen = False
        with pytest.raises(DatabaseUnusable, match=r"has version 9999, this program knows \d+; update the program"):
            again.upgrade()
        with pytest.raises(DatabaseUnusable, match="update the program"), again.reading():
            pass


def test_a_table_of_the_same_name_that_is_not_ours_is_left_alone(postgres_address, tmp_path):
    server = sa.create_engine(postgres_address.replace("postgresql:", "postgresql+psycopg:"))
    with server.begin() as connection:
        connection.execute(sa.text("CREATE TABLE people (name TEXT)"))
    database = Database(tmp_path, postgres_address)
    with pytest.raises(DatabaseUnusable, match='holds a table "people" that is not of this program; set PLAIN'):
        database.upgrade()
    database.close()
    with server.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["people"]
    server.dispose()


def test_a_database_that_cannot_hold_every_text_is_told_at_the_start(address_not_in_unicode, tmp_path):
    database = Database(tmp_path, address_not_in_unicode)
    with pytest.raises(DatabaseUnusable, match=r"is encoded in (SQL_ASCII|LATIN1), .*createdb --encoding=UTF8"):
        database.upgrade()
    database.close()


def test_threads_that_make_databases_at_once_make_each_whole(tmp_path):
    databases = [Database(tmp_path / str(number // 2)) for number in range(16)]  # two threads on each
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda database: database.upgrade(), databases))
    for database in databases:
        with database.reading() as connection:
            assert set(sa.inspect(connection).get_table_names()) == {*tables.metadata.tables, STATE_TABLE}
        assert state(database) == HEAD


def test_processes_that_start_together_upgrade_once(database_settings):
    code = (
        "import sys; from assistant.settings import Settings; from assistant.company.database.engine import Database\n"
        "database = Database.of(Settings()); print('ready', flush=True); sys.stdin.readline(); print(database.upgrade())"
    )
    address = database_settings.database
    environment = {
        "PATH": "/usr/bin",
        "PLAINCLAUSE_DATA": str(database_settings.data),
        "PLAINCLAUSE_DATABASE": address.get_secret_value() if address else "",
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    said = [process.communicate("now\n", timeout=120)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(said) == sorted(["None", HEAD, HEAD])


# --- transactions -----------------------------------------------------------------------------------------------------


def entry(connection, about="a thing", at=None):
    row = {"at": at or datetime.now(UTC), "who": "somebody", "what": "test", "about": about}
    connection.execute(sa.insert(tables.audit).values(row))


def test_what_fails_is_undone(database):
    with database.writing() as connection:
        entry(connection)

    def fail():
        with database.writing() as connection:
            entry(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database, tables.audit) == 1


def test_transactions_that_are_alone_do_not_overlap(database):
    database.upgrade()
    inside, most, lock = 0, 0, threading.Lock()

    def work(_):
        nonlocal inside, most
        with database.writing(alone=True) as connection:
            with lock:
                inside += 1
                most = max(most, inside)
            entry(connection)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    assert most == 1
    assert count(database, tables.audit) == 12


def test_times_are_kept_in_utc_and_compare(database):
    late = datetime(2026, 3, 1, 1, 30, 15, 999, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as connection:
        entry(connection, "late", late)
        entry(connection, "early", late - timedelta(seconds=1))
    with database.reading() as connection:
        at = tables.audit.c.at
        [(found,)] = connection.execute(sa.select(at).where(at >= late)).all()
    assert (found, found.utcoffset()) == (late.replace(microsecond=0), timedelta(0))


def test_the_audit_log_is_only_added_to(database):
    with database.writing() as connection:
        entry(connection)
    for statement in (sa.delete(tables.audit), sa.update(tables.audit).values(who="nobody")):
        with pytest.raises(DatabaseUnusable, match="only ever added to"), database.writing() as connection:
            connection.execute(statement)
    assert count(database, tables.audit) == 1


# --- what the first version kept --------------------------------------------------------------------------------------


def test_the_feedback_of_the_first_version_is_taken_over_whole(database_settings):
    old_file(database_settings.data).close()
    database = Database.of(database_settings)
    found = list(FeedbackStore(database).entries())
    assert [entry.question for entry in found] == ["Straße 0?", "Straße 1?", "Straße 2?"]
    assert found[2].at == datetime(2026, 1, 31, 12, 2, tzinfo=UTC)
    assert [entry.helpful for entry in found] == [False, True, False]
    assert [len(entry.citations) for entry in found] == [0, 1, 2]
    assert found[1].citations[0].model_dump() == CITED
    assert (found[0].policy, found[0].comment, found[1].policy, found[1].comment) == (None, None, "rackspace", "a word")
    assert not (database_settings.data / "feedback.sqlite3").exists()
    with closing(sqlite3.connect(database_settings.data / TAKEN)) as kept:  # aside, and whole
        assert kept.execute("SELECT count(*) FROM feedback").fetchone() == (3,)
    database.close()


def test_a_key_of_the_first_version_still_changes_its_row(database_settings):
    old_file(database_settings.data).close()
    database = Database.of(database_settings)
    store = FeedbackStore(database)
    word = next(store.entries()).model_dump(exclude={"at"})
    assert store.record(Feedback.model_validate(word | {"comment": "x"}), "key0") == "key0"
    assert [entry.comment for entry in store.entries()] == ["x", "a word", "a word"]
    database.close()


def test_rows_that_stand_in_the_old_log_only_are_taken_over_too(tmp_path):
    data = tmp_path / "data"
    still_open = old_file(data)
    assert (data / "feedback.sqlite3-wal").stat().st_size > 0
    assert count(Database(data), tables.feedback) == 3
    still_open.close()


def test_what_an_old_program_writes_later_is_added_once(tmp_path):
    data = tmp_path / "data"
    old_file(data, 2).close()
    database = Database(data)
    assert count(database, tables.feedback) == 2
    old_file(data, 3).close()  # the first two have keys that are known
    assert count(database, tables.feedback) == 3
    assert sorted(path.name for path in data.glob("feedback*")) == [TAKEN, f"{TAKEN}-2"]


def test_an_old_file_that_is_damaged_stays_and_is_named(tmp_path):
    data = tmp_path / "data"
    old_file(data).close()
    (data / "feedback.sqlite3").write_bytes(b"not a database " * 400)
    with pytest.raises(
        DatabaseUnusable, match=r'feedback of an earlier version in ".*feedback.sqlite3": .*; move it away'
    ):
        count(Database(data), tables.feedback)
    assert (data / "feedback.sqlite3").read_bytes() == b"not a database " * 400


# --- the setting ------------------------------------------------------------------------------------------------------


def test_without_an_address_the_database_is_a_file_of_the_data_folder(tmp_path):
    database = Database(tmp_path)
    database.upgrade()
    assert (tmp_path / FILE).exists()
    with database.writing() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "secure_delete")]
    assert pragmas == [1, 1]


@pytest.mark.parametrize(
    "address",
    [
        *("mysql://root@localhost/x", "a word", "sqlite:///x", "postgres"),
        *("postgresql://me@host:root/x", "postgresql://me:root@one:5432,two:5432/x"),
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(tmp_path, address):
    with pytest.raises(BadSetting, match="write postgresql://") as caught:
        Database(tmp_path, address)
    assert "root" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path):
    database = Database(tmp_path, "postgresql://me:secret-word@127.0.0.1:9/x")
    with pytest.raises(DatabaseUnusable, match="see that the server runs") as caught:
        database.upgrade()
    assert "secret-word" not in str(caught.value)
    assert re.search(r"me:\*\*\*@127", str(caught.value))
    assert "\n" not in str(caught.value)


def test_a_password_behind_the_question_mark_of_an_address_is_not_shown_either(tmp_path):
    database = Database(tmp_path, "postgresql://127.0.0.1:9/x?user=me&password=secret-word&sslpassword=secret-word")
    with pytest.raises(DatabaseUnusable, match="see that the server runs") as caught:
        database.upgrade()
    assert "secret-word" not in str(caught.value)


def test_what_is_no_text_for_an_engine_is_kept_and_looked_for_as_what_stands_in_its_place(database):
    store, broken = FeedbackStore(database), "half \ud83d a smile \0 and nothing"
    database.upgrade()
    with database.writing() as connection:
        note(connection, broken, "made", broken)
        connection.execute(
            sa.insert(tables.asked).values(at=datetime.now(UTC), question=broken, why="silent", surface="api")
        )
    whole = "half \ufffd a smile \ufffd and nothing"
    with database.reading() as connection:
        assert connection.execute(sa.select(tables.audit.c.who, tables.audit.c.about)).one() == (whole, whole)
        assert connection.execute(sa.select(tables.asked.c.question)).scalar() == whole
    assert store.find(Wanted(policy=broken, words=broken)) == []
    assert store.helpful(broken) is None
    with pytest.raises(BadPerson, match="nobody is called"):
        People(database).sign_out(broken, by="a test")


def test_of_several_servers_the_one_that_may_be_written_to_is_used_and_while_it_is_lost_another_is_read(tmp_path):
    with postgresql.clusters(postgresql.binaries_with_pgvector(), 2) as (first, second):
        first.create()
        first.start()
        second.follow(first)
        second.start()
        database = Database(tmp_path, f"postgresql://plainclause@/postgres?host={second.folder},{first.folder}")
        said = Feedback(question="do you sell it?", outcome="silent", helpful=False, surface="api")
        assert FeedbackStore(database).record(said)
        assert FeedbackStore(database).count() == 1  # what was written is read, though the follower may not have it yet

        def has_followed() -> bool:
            with suppress(DatabaseUnusable):
                return FeedbackStore(Database(tmp_path, second.address)).count() == 1
            return False

        until(has_followed, "the follower")
        first.kill()
        assert FeedbackStore(database).count() == 1
        with pytest.raises(DatabaseUnusable, match="see that the server runs"):
            FeedbackStore(database).record(said)
        second.promote()
        assert FeedbackStore(database).record(said)
        assert FeedbackStore(database).count() == 2
