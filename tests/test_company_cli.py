"""The command line for all that the company's pages do: people, the log of changes, feedback, the database."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from assistant.bootstrap.factory import open_policies
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Refused, Sessions
from assistant.company.database.engine import Database
from assistant.company.database.migrations import HEAD
from assistant.company.feedback.store import Cited, Feedback, FeedbackStore
from assistant.company.insight.inbox import Inbox, Unanswered, Why
from assistant.errors import BadPerson
from assistant.settings import Settings
from assistant.surfaces.cli.app import explained
from assistant.surfaces.cli.main import cli

SECRET = "a good long password"  # noqa: S105


@pytest.fixture
def run(tmp_path):
    """A command on a data folder of its own."""

    def ran(*words, given=""):
        done = CliRunner().invoke(cli, [*words, "--data", str(tmp_path)], input=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return ran


@pytest.fixture
def database(tmp_path):
    return Database(tmp_path)


def test_the_database_is_brought_to_the_programs_state(run, tmp_path):
    assert run("database", "upgrade").output == f"{tmp_path}/plainclause.sqlite3: made, in version {int(HEAD)}\n"
    assert run("database", "upgrade").output == f"{tmp_path}/plainclause.sqlite3: is in version {int(HEAD)}\n"


def test_people_are_added_listed_changed_and_removed(run, database):
    assert "nobody may sign in" in run("people", "list").stderr
    assert (
        run("people", "add", "Ada", "--role", "admin", "--password-stdin", given=f"{SECRET}\n").output
        == "added: ada, admin\n"
    )
    assert run("people", "add", "bob", "--password-stdin", given=f"{SECRET}\n").output == "added: bob, agent\n"
    assert run("people", "role", "Bob", "editor").output == "bob is editor\n"
    assert run("people", "password", "bob", "--password-stdin", given=f"{SECRET}!\n").exit_code == 0
    listed = json.loads(run("people", "list", "--format", "json").stdout)
    assert [(each["name"], each["role"]) for each in listed] == [("ada", "admin"), ("bob", "editor")]
    assert run("people", "remove", "bob").output == "removed: bob\n"
    assert [line.split()[:2] for line in run("people", "list").stdout.splitlines()] == [["ada", "admin"]]


def test_a_password_is_asked_for_only_where_somebody_is(run):
    told = run("people", "add", "ada", "--role", "admin", given=f"{SECRET}\n")
    assert told.exit_code == 2
    assert "give --password-stdin" in told.output
    with pytest.raises(BadPerson, match="has 5 characters"):
        run("people", "add", "ada", "--role", "admin", "--password-stdin", given="short\n")


def test_the_log_tells_who_changed_what(run, database):
    People(database).add("ada", Role.ADMIN, SECRET, by="the first")
    run("people", "add", "bob", "--password-stdin", given=f"{SECRET}\n")
    run("people", "role", "bob", "editor")
    newest, *_, first = run("audit").stdout.splitlines()
    assert newest.split("  ")[1:] == [newest.split("  ")[1], "role changed", "bob", "role agent -> role editor"]
    assert newest.split("  ")[1].startswith("command line")
    assert first.split("  ")[1:] == ["the first", "person added", "ada", "role admin"]
    [shown] = [json.loads(line) for line in run("audit", "--most", "1", "--format", "json").stdout.splitlines()]
    assert (shown["what"], shown["before"], shown["after"]) == ("role changed", {"role": "agent"}, {"role": "editor"})
    assert SECRET not in run("audit").stdout


def test_feedback_is_listed_and_exported(run, database):
    store = FeedbackStore(database)
    policy = open_policies(Settings())["vps6"]
    span = policy.clauses[3].span
    cited = Cited(policy_id="vps6", policy_sha256=policy.sha256, start=span.start, end=span.end)
    base = {"outcome": "no", "helpful": False, "surface": "chat"}
    store.record(Feedback.model_validate(base | {"question": "is it\nsold?", "policy": "vps6", "citations": [cited]}))
    store.record(Feedback.model_validate(base | {"question": "=1+1", "helpful": True, "comment": "thanks"}))
    assert [line.split("  ")[1:] for line in run("feedback", "list").stdout.splitlines()] == [
        ["no", "helpful", "all policies"],
        ["=1+1"],
        ["said: thanks"],
        ["no", "not helpful", "vps6"],
        ["is it sold?"],
    ]
    [line] = run("feedback", "list", "--unhelpful", "--format", "json").stdout.splitlines()
    assert json.loads(line)["question"] == "is it\nsold?"
    rows = list(csv.DictReader(io.StringIO(run("feedback", "export").stdout)))
    assert [row["question"] for row in rows] == ["'=1+1", "is it\nsold?"]
    assert rows[1]["clauses"] == span.of(policy.text)
    assert rows[1]["permalinks"].startswith("policy/vps6#c3-")


def test_the_inbox_is_listed_exported_and_marked(run, database, real):
    now = datetime.now(UTC)
    asked = [("do you use facial recognition?", now), ("is facial recognition used", now), ("are dogs allowed?", now)]
    asked += [("a question of last year", now - timedelta(days=300))]
    Inbox(database).note(Unanswered(words, None, Why.SILENT, "chat", "en", at) for words, at in asked)
    first, _, second, _ = run("inbox", "list").stdout.splitlines()
    number, times, state, question = first.split("  ")
    assert (times, state) == ("2 x", "open")
    assert "facial recognition" in question
    assert second.split("  ")[3] == "are dogs allowed?"
    assert run("inbox", "mark", number, "answer_approved").output.endswith("answer_approved: 2 questions\n")
    [line] = run("inbox", "list", "--state", "answer_approved", "--format", "json").stdout.splitlines()
    assert json.loads(line)["asked"] == 2
    rows = list(csv.DictReader(io.StringIO(run("inbox", "export", "--state", "all").stdout)))
    assert [row["state"] for row in rows] == ["answer_approved", "open"]
    assert "command line" in run("audit", "--most", "1").stdout
    told = run("inbox", "mark", "999", "not_ours")
    assert (told.exit_code, "there is no group 999" in told.output) == (2, True)


def test_an_outcome_that_there_is_not_is_named(run):
    told = run("feedback", "list", "--outcome", "maybe")
    assert told.exit_code == 2
    assert 'no outcome "maybe"; there are yes, no' in told.output


@pytest.mark.parametrize(
    "words",
    [
        ("answers", "withdraw", "9" * 30),
        ("audit", "--most", "9" * 30),
        ("feedback", "list", "--most", str(2**31)),
        ("answers", "approve", "is it sold?", "--policy", "acme", "--say", "No.", "--number", str(2**31)),
    ],
)
def test_a_number_that_no_row_has_is_refused_as_one(run, database, words):
    database.upgrade()
    done = run(*words)
    assert (done.exit_code, "is not in the range" in done.output) == (2, True)


def test_a_password_that_is_no_utf_8_is_refused_in_words(run, database):
    done = run(
        "people",
        "add",
        "ada",
        "--role",
        "admin",
        "--password-stdin",
        given="ein paßwort, lang genug\n".encode("latin-1"),
    )
    assert (done.exit_code, "is not UTF-8" in done.output) == (2, True)
    assert (
        run("people", "add", "ada", "--role", "admin", "--password-stdin", given="ein paßwort, lang genug\n").exit_code
        == 0
    )
    assert Sessions(database).sign_in("ada", "ein paßwort, lang genug", "198.51.100.7") != Refused()


def test_words_that_are_no_text_find_nothing(run, database):
    database.upgrade()
    assert run("feedback", "list", "--words", "\udcff").output == ""


def test_only_what_is_wrong_with_a_setting_is_told_as_one():
    with pytest.raises(ValidationError) as wrong:
        Feedback(question="x", outcome="no outcome", helpful=True, surface="api")
    assert not explained(wrong.value).foreseen
    with pytest.raises(ValidationError) as wrong:
        Settings(workers=0)
    assert "mend PLAINCLAUSE_WORKERS" in explained(wrong.value).message
