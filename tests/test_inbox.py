"""The inbox keeps what the policy does not answer: only where it is on, masked, grouped by meaning, and really deleted."""

from __future__ import annotations

import itertools
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from assistant.company.accounts.audit import entries
from assistant.company.database import tables
from assistant.company.database.engine import Database
from assistant.company.feedback.store import Feedback
from assistant.company.insight.grouping import BOUND, MOST, Grouping
from assistant.company.insight.inbox import Inbox, State, Unanswered, Why
from assistant.company.insight.noting import Noting
from assistant.errors import DatabaseUnusable
from assistant.model import Answer, Outcome
from assistant.settings import Settings
from benchmarks.servers.waiting import until
from tests.feedback_store import SECRETS

NOW = datetime(2026, 5, 6, 12, 30, tzinfo=UTC)  # a Wednesday


def unanswered(question, at=NOW, **fields) -> Unanswered:
    return Unanswered(
        **{"policy": None, "why": Why.SILENT, "surface": "chat", "language": "en"} | fields, question=question, at=at
    )


def by_letter(questions):
    """Vectors that are alike for questions that begin alike."""
    vectors = np.zeros((len(questions), 128), np.float32)
    for row, question in enumerate(questions):
        vectors[row, ord(question[0].lower()) % 128] = 1
    return vectors


@pytest.fixture
def inbox(database):
    return Inbox(database)


# --- kept -------------------------------------------------------------------------------------------------------------


def test_what_is_noted_is_read_again(inbox):
    inbox.note(
        [unanswered("do you scan faces?", policy="vps6"), unanswered("and dogs?", why=Why.UNCLEAR, language=None)]
    )
    second, first = inbox.asked()
    assert (first.question, first.policy, first.why, first.language, first.state) == (
        "do you scan faces?", "vps6", Why.SILENT, "en", None,
    )  # fmt: skip
    assert first.at == NOW
    assert (second.why, second.language) == (Why.UNCLEAR, None)


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_that_identifies_a_person_reaches_the_disk(tmp_path, secret):
    database = Database(tmp_path)
    inbox = Inbox(database)
    inbox.note([unanswered(f"my secret is {secret}, is it shared?", policy=secret, language="x-41111111-11111111")])
    found = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"my secret is [" in found
    assert secret.encode() not in found
    assert re.sub(r"\W", "", secret).encode() not in found
    assert b"11111111" not in found


def test_what_is_kept_of_a_question_is_this_and_no_more():
    expected = "id at question policy why surface language state"
    assert [
        column.name for column in tables.asked.columns
    ] == expected.split()  # whoever adds one asks first whom it identifies


# --- deleted ----------------------------------------------------------------------------------------------------------


def words(number: int) -> str:
    return f"unmistakable{number:05d} question " + "with more words " * (number % 40)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_is_old_is_gone_from_the_file_and_its_log_and_the_rest_stays(tmp_path):
    database = Database(tmp_path)
    inbox = Inbox(database)
    old, new = NOW - timedelta(days=31), NOW - timedelta(days=29)
    for start in range(0, 600, 60):  # mixed, in many writings, so that pages are split and refilled
        inbox.note([unanswered(words(n), at=old if n % 3 else new) for n in range(start, start + 60)])
    inbox.mark([each.number for each in inbox.asked()[::5]], State.NOT_OURS, by="ada")
    assert on_disk(tmp_path).count(b"unmistakable") >= 600
    assert inbox.forget(30, NOW) == 400
    found = on_disk(tmp_path)
    gone = [n for n in range(600) if n % 3 and words(n)[:17].encode() in found]
    assert gone == []
    assert all(words(n)[:17].encode() in found for n in range(0, 600, 3))
    assert len(inbox.asked()) == 200
    assert inbox.forget(30, NOW) == 0


def test_what_a_reader_keeps_in_the_file_goes_with_the_next_deletion(tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.company.database.engine.PATIENCE", 0.05)
    database = Database(tmp_path)
    inbox = Inbox(database)
    inbox.note([unanswered(words(1), at=NOW - timedelta(days=40)), unanswered(words(2), at=NOW)])
    with database.reading() as connection:
        assert len(connection.execute(sa.select(tables.asked)).all()) == 2  # and goes on seeing both
        assert inbox.forget(30, NOW) == 1
        assert b"unmistakable00001" in on_disk(tmp_path)
    assert inbox.forget(30, NOW) == 0
    assert b"unmistakable00001" not in on_disk(tmp_path)


def test_what_is_old_is_gone_from_the_files_of_a_server(postgres, postgres_address, tmp_path):
    database = Database(tmp_path, postgres_address)
    inbox = Inbox(database)
    inbox.note([unanswered(words(n), at=NOW - timedelta(days=31 * (n % 2))) for n in range(200)])
    assert inbox.forget(30, NOW) == 100
    with database.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
    with sa.create_engine(
        postgres_address.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    ).connect() as server:
        server.exec_driver_sql("CHECKPOINT")
        folder, path = server.exec_driver_sql(
            "SELECT current_setting('data_directory'), pg_relation_filepath('asked')"
        ).one()
    found = (Path(folder) / path).read_bytes()
    assert [n for n in range(200) if words(n)[:17].encode() in found] == list(range(0, 200, 2))
    database.close()


def test_nothing_is_made_to_delete_nothing(tmp_path):
    assert Inbox(Database(tmp_path / "data")).forget(30) == 0
    assert not (tmp_path / "data").exists()


# --- grouped ----------------------------------------------------------------------------------------------------------


def test_groups_tell_how_often_and_when_and_the_most_asked_stands_first(inbox):
    monday = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)
    times = [monday - timedelta(minutes=1), monday, NOW]
    inbox.note([unanswered("a rare one", at=NOW)])
    inbox.note([unanswered(words, at=at) for words, at in zip(("faces?", "FACES? ", "feet"), times, strict=True)])
    first, second = inbox.groups(Grouping(by_letter))
    assert [each.question for each in second.asked] == ["a rare one"]
    assert [each.question for each in first.asked] == ["feet", "FACES? ", "faces?"]
    assert first.question == "FACES? "
    assert first.number == 2
    assert first.weeks == {date(2026, 5, 4): 2, date(2026, 4, 27): 1}


def test_a_mark_is_the_groups_and_what_comes_after_it_is_told(database, inbox):
    inbox.note([unanswered("faces?"), unanswered("fists?"), unanswered("other")])
    group = next(each for each in inbox.groups(Grouping(by_letter)) if len(each.asked) == 2)
    assert (group.state, group.since) == (None, 2)
    assert inbox.mark([each.number for each in group.asked], State.POLICY, by="ada") == 2
    inbox.note([unanswered("fangs?")])
    group = inbox.groups(Grouping(by_letter))[0]
    assert (len(group.asked), group.state, group.since) == (3, State.POLICY, 1)
    assert inbox.mark([each.number for each in group.asked], None, by="bob") == 3
    assert inbox.groups(Grouping(by_letter))[0].state is None
    newest, first = (entry for _, entry in entries(database))
    assert (first.who, first.what, first.about) == ("ada", "inbox marked", "question 1 and 1 like it")
    assert (newest.before, newest.after) == ({"state": "open, policy_to_be_mended"}, {"state": "open"})
    assert "faces" not in str(entries(database))  # the log is kept for longer than the questions


def test_a_group_of_any_size_is_marked(inbox):
    inbox.note([unanswered("do you scan faces?")] * 3)
    assert inbox.mark(range(1, 300_001), State.NOT_OURS, by="ada") == 3
    assert {each.state for each in inbox.asked()} == {State.NOT_OURS}


def test_a_question_that_is_gone_is_not_marked(database, inbox):
    assert inbox.mark([1, 2, 3], State.NOT_OURS, by="ada") == 0
    assert entries(database) == []


def test_vectors_are_made_once_and_forgotten_with_their_question():
    made = []

    def encode(questions):
        made.append(list(questions))
        return by_letter(questions)

    grouping = Grouping(encode)
    assert grouping.groups([]) == []
    assert grouping.groups(["a"]) == [[0]]
    assert grouping.groups(["a", "b", "a"]) == [[0, 2], [1]]
    grouping.groups(["b"])
    grouping.groups(["a", "b"])
    assert made == [["a"], ["b"], ["a"]]


def test_more_wordings_than_can_be_grouped_stand_each_by_itself(monkeypatch):
    monkeypatch.setattr("assistant.company.insight.grouping.MOST", 3)
    assert MOST > 1_000
    assert Grouping(by_letter).groups(["a1", "a2", "b", "a3", "a3", "a4"]) == [[0, 1], [2], [3, 4], [5]]


def test_the_bound_is_the_one_that_was_measured(assistant):
    """What the docstring of the module says, with the real encoder."""
    tables_of = tomllib.loads((Path(__file__).parent / "golden" / "paraphrases.toml").read_text(encoding="utf-8"))
    asked = [(meaning, question) for meaning, all_ in tables_of["questions"].items() for question in all_]

    def encode(questions):
        return np.stack([each.vector for each in assistant.searcher.encoder.encode_questions(questions)])

    label = {
        place: number
        for number, places in enumerate(Grouping(encode).groups([question for _, question in asked]))
        for place in places
    }
    pairs = list(itertools.combinations(range(len(asked)), 2))
    belong = {pair for pair in pairs if asked[pair[0]][0] == asked[pair[1]][0]}
    together = {pair for pair in pairs if label[pair[0]] == label[pair[1]]}
    assert BOUND == 0.45
    assert len(belong & together) / len(together) >= 0.95
    assert len(belong & together) / len(belong) >= 0.75


# --- noted behind the answers -----------------------------------------------------------------------------------------


def answer(assistant, question) -> Answer:
    found: Answer = assistant.ask(question, "rackspace")
    return found


@pytest.fixture
def keeping(tmp_path):
    settings = Settings(data=tmp_path, inbox=True)
    return Noting(Database.of(settings), settings), Inbox(Database.of(settings))


SILENT = "do you use facial recognition?"


def test_of_answers_the_silent_ones_are_kept_where_the_inbox_is_on(assistant, keeping):
    noting, inbox = keeping
    silent, known = answer(assistant, SILENT), answer(assistant, "is my card number shared?")
    assert (silent.outcome, known.outcome) == (Outcome.SILENT, Outcome.NO)
    noting.answered("chat", "  do you use facial recognition?", "rackspace", silent, 0.1, "de")
    noting.answered("chat", "is my card number shared?", "rackspace", known, 0.1, "en")
    noting.end()
    [kept] = inbox.asked()
    assert (kept.question.strip(), kept.policy, kept.why, kept.language) == (SILENT, "rackspace", Why.SILENT, "de")


def test_by_itself_nothing_is_kept(assistant, tmp_path):
    settings = Settings(data=tmp_path)
    noting = Noting(Database.of(settings), settings)
    noting.answered("chat", SILENT, "rackspace", answer(assistant, SILENT), 0.1)
    noting.unhelpful(Feedback(question="x y z", outcome="yes", helpful=False, surface="chat"))
    noting.end()
    assert Inbox(Database.of(settings)).asked() == []
    assert b"facial" not in on_disk(tmp_path)
    assert not Settings().inbox
    assert Settings().inbox_days == 30


def test_what_did_not_help_is_kept_once(keeping):
    noting, inbox = keeping
    for outcome, helpful in (
        ("yes", False),
        ("yes", True),
        ("silent", False),
        ("unclear", False),
        ("off_topic", False),
    ):
        said = {"outcome": outcome, "helpful": helpful, "surface": "widget", "language": "de"}
        noting.unhelpful(Feedback(question=f"{outcome} {helpful}", **said))
    noting.end()
    assert [(each.question, each.why, each.surface, each.language) for each in inbox.asked()] == [
        ("yes False", Why.UNHELPFUL, "widget", "de")
    ]


def test_a_database_that_cannot_be_used_costs_no_answer(assistant, tmp_path, caplog):
    (tmp_path / "data").write_text("a file")
    settings = Settings(data=tmp_path / "data", inbox=True)
    noting = Noting(Database.of(settings), settings)
    noting.answered("chat", SILENT, None, answer(assistant, SILENT), 0.1)
    noting.end()
    assert "1 answers were not counted, 1 questions not kept" in caplog.text
    with pytest.raises(DatabaseUnusable):
        Inbox(Database.of(settings)).note([unanswered("x")])


def test_what_nobody_foresaw_costs_what_was_to_be_written_and_nothing_after_it(keeping, monkeypatch, caplog):
    noting, inbox = keeping
    monkeypatch.setattr("assistant.company.insight.noting._EVERY", 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(noting, "write", lambda: 1 / 0)
        noting.begin()
        until(lambda: "could not be written" in caplog.text, "the failure")
    noting.unhelpful(Feedback(question="do you scan faces?", outcome="yes", helpful=False, surface="chat"))
    until(lambda: inbox.asked() != [], "the question")
    noting.end()


def test_a_server_deletes_what_is_old_when_it_starts_even_where_the_inbox_is_off_again(tmp_path):
    settings = Settings(data=tmp_path, inbox_days=7)
    Inbox(Database.of(settings)).note([unanswered(words(1), at=datetime.now(UTC) - timedelta(days=8))])
    noting = Noting(Database.of(settings), settings)
    noting.begin()
    noting.end()
    assert Inbox(Database.of(settings)).asked() == []
    assert b"unmistakable" not in on_disk(tmp_path)
