"""Who may sign in, with which role; wrong ones are slowed; every change is in the log. With SQLite and PostgreSQL."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from assistant.company.accounts.audit import entries
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import IDLE, LONGEST, Refused, Sessions
from assistant.company.accounts.slowing import forget
from assistant.company.database import tables
from assistant.errors import BadPerson

SECRET = "a good long password"  # noqa: S105
OTHER = "quite another password"


class Clock:
    """A time that the tests move on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def quick_passwords(monkeypatch):
    """Hashing takes long on purpose."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("assistant.company.accounts.passwords._HASHER", quick)


@pytest.fixture
def people(database, quick_passwords):
    found = People(database)
    found.add("ada", Role.ADMIN, SECRET, by="a test")
    return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(database, people, clock):
    return Sessions(database, clock)


def log(database) -> list[tuple]:
    return [(each.who, each.what, each.about, each.before, each.after) for _, each in reversed(entries(database))]


# --- roles and people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_a_role_may_what_those_before_it_may(role, needed):
    assert role.may(needed) == (["agent", "editor", "admin"].index(role) >= ["agent", "editor", "admin"].index(needed))


def test_people_are_added_changed_and_removed_and_each_change_is_noted(database, people):
    people.add(" Bob@Example.com ", Role.AGENT, OTHER, by="ada")
    people.set_role("bob@example.com", Role.EDITOR, by="ada")
    people.set_role("bob@example.com", Role.EDITOR, by="ada")  # changes nothing, and is not noted
    people.set_password("bob@example.com", SECRET, by="bob@example.com")
    assert [(each.name, each.role) for each in people.all()] == [("ada", Role.ADMIN), ("bob@example.com", Role.EDITOR)]
    people.remove("bob@example.com", by="ada")
    assert [each.name for each in people.all()] == ["ada"]
    assert log(database) == [
        ("a test", "person added", "ada", None, {"role": "admin"}),
        ("ada", "person added", "bob@example.com", None, {"role": "agent"}),
        ("ada", "role changed", "bob@example.com", {"role": "agent"}, {"role": "editor"}),
        ("bob@example.com", "password changed", "bob@example.com", None, None),
        ("ada", "person removed", "bob@example.com", {"role": "editor"}, None),
    ]


@pytest.mark.parametrize(
    ("name", "password", "found"),
    [
        ("", SECRET, "no name"),
        ("a b", SECRET, "no name"),
        ("<script>", SECRET, "no name"),
        ("'; DROP TABLE people; --", SECRET, "no name"),
        ("x" * 65, SECRET, "no name"),
        ("ada", SECRET, "is there already"),
        ("bob", "short", "has 5 characters"),
        ("bob", "x" * 1_001, "has 1001 characters"),
        ("a-long-enough-name", "a-long-enough-NAME", "is the person's name"),
        ("\0ab", SECRET, "no name"),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_refused(database, people, name, password, found):
    with pytest.raises(BadPerson, match=found):
        people.add(name, Role.AGENT, password, by="ada")
    assert [each.name for each in people.all()] == ["ada"]
    assert len(log(database)) == 1


def test_the_first_person_is_an_admin_and_one_stays(database):
    people = People(database)
    with pytest.raises(BadPerson, match="add an admin first"):
        people.add("bob", Role.EDITOR, SECRET, by="x")
    assert not people.any()
    people.add("ada", Role.ADMIN, SECRET, by="x")
    people.add("bob", Role.AGENT, SECRET, by="x")
    for change in (lambda: people.remove("ada", by="x"), lambda: people.set_role("ada", Role.AGENT, by="x")):
        with pytest.raises(BadPerson, match="is the only admin"):
            change()
    people.remove("bob", by="x")
    people.remove("ada", by="x")  # the last of all: nobody signs in any more
    assert not people.any()


def test_nobody_is_no_person(people):
    for change in (
        lambda: people.remove("eve", by="x"),
        lambda: people.set_role("eve", Role.AGENT, by="x"),
        lambda: people.set_password("eve", SECRET, by="x"),
    ):
        with pytest.raises(BadPerson, match='nobody is called "eve"'):
            change()


def test_two_admins_who_remove_each_other_at_once_leave_one(database, people):
    people.add("bob", Role.ADMIN, SECRET, by="x")

    def remove(name):
        try:
            people.remove(name, by="x")
        except BadPerson:
            return False
        return True

    people.add("eve", Role.AGENT, SECRET, by="x")
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ("ada", "bob"))) == [False, True]
    assert sorted(each.role for each in people.all()) == [Role.ADMIN, Role.AGENT]


def test_a_password_is_kept_as_argon2_only(database):
    People(database).add("ada", Role.ADMIN, SECRET, by="a test")
    with database.reading() as connection:
        kept = connection.execute(sa.select(tables.people.c.password)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert SECRET not in kept


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_who_signs_in_is_known_until_they_sign_out(database, sessions):
    token = sessions.sign_in(" ADA ", SECRET, "198.51.100.7")
    visitor = sessions.who(token)
    assert (visitor.name, visitor.role) == ("ada", Role.ADMIN)
    assert Sessions(database, sessions._now).who(token) == visitor  # another process knows it too
    sessions.sign_out(token)
    sessions.sign_out(token)
    assert sessions.who(token) is None
    assert log(database)[1:] == [("ada", "signed in", "ada", None, None), ("ada", "signed out", "ada", None, None)]


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", OTHER), ("eve", SECRET), ("", ""), ("ada", ""), ("ada", "x" * 9_999), ("a\0b", SECRET), ("ada", "\0")],
)
def test_a_wrong_name_or_password_is_refused_alike(sessions, name, password):
    assert sessions.sign_in(name, password, "198.51.100.7") == Refused(0)


def test_a_password_that_was_taken_signs_in_however_its_accents_are_typed(people, sessions):
    typed = "e\u0301" * 600  # 600 characters, as 1,200 code points
    people.set_password("ada", typed, by="ada")
    assert sessions.sign_in("ada", typed, "198.51.100.7") != Refused(0)
    assert sessions.sign_in("ada", "é" * 600, "198.51.100.7") != Refused(0)


def test_a_token_is_kept_as_its_hash_only_and_none_is_like_another(database, sessions):
    tokens = [sessions.sign_in("ada", SECRET, "198.51.100.7") for _ in range(3)]
    assert len(set(tokens)) == 3
    with database.reading() as connection:
        kept = list(connection.execute(sa.select(tables.sessions.c.token_sha256)).scalars())
    assert len(kept) == 3
    for token in tokens:
        assert all(token.encode() not in each and base64.urlsafe_b64decode(token) not in each for each in kept)


def test_a_token_that_is_not_ours_is_nobodys(database, sessions):
    token = sessions.sign_in("ada", SECRET, "198.51.100.7")
    turned = token[:-1] + ("A" if token[-1] != "A" else "B")
    for each in ("", "x", turned, token[1:], token + "A", "ä" * 64, base64.urlsafe_b64encode(bytes(48)).decode()):
        assert sessions.who(each) is None
        assert Sessions(database, sessions._now).who(each) is None


def test_another_process_knows_the_sessions_of_a_database_that_was_begun_anew(database, sessions, clock):
    other = Sessions(database, clock)
    assert other.who(sessions.sign_in("ada", SECRET, "198.51.100.7")) is not None
    with database.writing() as connection:  # what is restored, or made after the file was moved away, has another key
        connection.execute(sa.update(tables.keys).values(value=bytes(32)))
    clock.later(minutes=2)
    assert other.who(sessions.sign_in("ada", SECRET, "198.51.100.7")) is not None


def test_a_session_ends_after_a_while_without_use_and_after_half_a_day_in_any_case(sessions, clock):
    token = sessions.sign_in("ada", SECRET, "198.51.100.7")
    clock.later(seconds=IDLE.total_seconds() + 61)
    assert sessions.who(token) is None
    token = sessions.sign_in("ada", SECRET, "198.51.100.7")
    began = clock.now
    while clock.now < began + LONGEST - timedelta(hours=1):
        clock.later(hours=1)
        assert sessions.who(token) is not None
    clock.later(hours=1, seconds=1)
    assert sessions.who(token) is None


def test_a_change_of_role_counts_at_once_and_one_of_password_ends_the_sessions(people, sessions):
    people.add("bob", Role.AGENT, OTHER, by="ada")
    token = sessions.sign_in("bob", OTHER, "198.51.100.7")
    people.set_role("bob", Role.EDITOR, by="ada")
    assert sessions.who(token).role is Role.EDITOR
    people.set_password("bob", SECRET, by="ada")
    assert sessions.who(token) is None
    token = sessions.sign_in("bob", SECRET, "198.51.100.7")
    people.remove("bob", by="ada")
    assert sessions.who(token) is None


def test_the_token_of_forms_is_the_sessions_own(sessions):
    mine, other = (sessions.who(sessions.sign_in("ada", SECRET, "198.51.100.7")) for _ in range(2))
    assert mine.may_send(mine.form_token)
    for wrong in ("", other.form_token, mine.form_token[:-1], "ä"):
        assert not mine.may_send(wrong)
    assert mine.form_token not in repr(mine)


# --- wrong ones -------------------------------------------------------------------------------------------------------


def wrong(sessions, clock, name="ada", address="198.51.100.7") -> int:
    """The seconds until the next wrong try is let through."""
    waited = 0
    while isinstance(found := sessions.sign_in(name, "wrong", address), Refused) and found.wait:
        clock.later(seconds=found.wait)
        waited += found.wait
    return waited


def test_wrong_sign_ins_of_a_person_are_slowed_to_one_a_minute_wherever_they_come_from(sessions, clock, monkeypatch):
    monkeypatch.setattr("assistant.company.accounts.sessions.is_right", lambda password, kept: password == SECRET)
    waits = [wrong(sessions, clock, address=f"198.51.100.{number}") for number in range(14)]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert sessions.sign_in("ada", SECRET, "203.0.113.1") == Refused(60)  # nor is the right one tried
    clock.later(seconds=60)
    token = sessions.sign_in("ada", SECRET, "203.0.113.1")
    assert isinstance(token, str)
    assert [wrong(sessions, clock, address="203.0.113.2") for _ in range(5)] == [0] * 5  # they are forgotten


def test_wrong_sign_ins_of_an_address_are_slowed_whoever_they_are_for(sessions, clock, monkeypatch):
    monkeypatch.setattr("assistant.company.accounts.sessions.is_right", lambda password, kept: password == SECRET)
    waits = [wrong(sessions, clock, name=f"person{number}") for number in range(24)]
    assert waits == [0] * 20 + [1, 2, 4, 8]
    assert sessions.sign_in("ada", SECRET, "198.51.100.7") == Refused(16)
    assert isinstance(sessions.sign_in("ada", SECRET, "198.51.100.8"), str)


def test_many_at_once_gain_nothing(sessions, monkeypatch):
    looked = []
    monkeypatch.setattr("assistant.company.accounts.sessions.is_right", lambda password, kept: looked.append(password))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: sessions.sign_in("ada", f"guess {number}", "198.51.100.7"), range(16)))
    assert len(looked) == 5
    assert sum(each.wait > 0 for each in found) == 11


def test_of_who_tried_a_keyed_hash_is_kept_and_that_for_a_day(database, sessions, clock):
    sessions.sign_in("somebody", "wrong", "198.51.100.7")
    with database.reading() as connection:
        rows = connection.execute(sa.select(tables.wrong_sign_ins)).all()
    assert len(rows) == 2
    assert b"198.51.100.7" not in b"".join(row.of for row in rows)
    clock.later(days=1, seconds=1)
    sessions.sign_in("other", "wrong", "203.0.113.1")
    with database.reading() as connection:
        assert len(connection.execute(sa.select(tables.wrong_sign_ins)).all()) == 2
    clock.later(days=1, seconds=1)
    forget(database, clock())  # also where nobody tries any more
    with database.reading() as connection:
        assert connection.execute(sa.select(tables.wrong_sign_ins)).all() == []


def test_the_log_is_read_page_by_page(database, people):
    for number in range(5):
        people.add(f"p{number}", Role.AGENT, SECRET, by="ada")
    newest = entries(database, 2)
    assert [entry.about for _, entry in newest] == ["p4", "p3"]
    assert [entry.about for _, entry in entries(database, 2, before=newest[-1][0])] == ["p2", "p1"]
