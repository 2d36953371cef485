"""Accounts that are shut and opened, sessions ended by somebody else, the last sign-in. With SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.company.accounts.audit import entries
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Refused, Sessions
from assistant.company.database import tables
from assistant.errors import BadPerson
from tests.test_accounts import SECRET, Clock, quick_passwords  # noqa: F401

HERE = "192.0.2.1"


@pytest.fixture
def people(database, quick_passwords):  # noqa: F811
    found = People(database)
    found.add("ada", Role.ADMIN, SECRET, by="a test")
    found.add("bob", Role.ADMIN, SECRET, by="a test")
    return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(database):
    return Sessions(database)


@pytest.fixture
def slowed(database, people, clock):
    return Sessions(database, clock)


def person(people, name):
    return next(each for each in people.all() if each.name == name)


def test_who_is_disabled_is_out_at_once_and_comes_back_with_the_same_password(database, people, sessions):
    token = sessions.sign_in("bob", SECRET, HERE)
    people.set_disabled("bob", True, by="ada")
    people.set_disabled("bob", True, by="ada")  # changes nothing, and is not noted
    assert sessions.who(token) is None
    assert person(people, "bob").disabled
    assert (
        sessions.sign_in("bob", SECRET, HERE) == Refused()
    )  # as a wrong password: nobody learns that there is an account
    assert sessions.confirm("bob", SECRET, HERE) == Refused()
    people.set_disabled("bob", False, by="ada")
    assert sessions.who(token) is None  # the old session does not come back
    assert sessions.who(sessions.sign_in("bob", SECRET, HERE)).name == "bob"
    noted = [(each.who, each.what, each.about) for _, each in reversed(entries(database))]
    assert [each for each in noted if each[0] == "ada"] == [
        ("ada", "person disabled", "bob"),
        ("ada", "person enabled", "bob"),
    ]


def test_an_admin_who_is_disabled_does_not_count_as_one(people):
    people.set_disabled("bob", True, by="ada")
    for change in (
        lambda: people.set_disabled("ada", True, by="x"),
        lambda: people.set_role("ada", Role.EDITOR, by="x"),
        lambda: people.remove("ada", by="x"),
    ):
        with pytest.raises(BadPerson, match="is the only admin") as caught:
            change()
        assert caught.value.reason == "last"
    people.set_role("bob", Role.AGENT, by="ada")  # who cannot sign in may lose the role
    assert person(people, "ada").role is Role.ADMIN


def test_all_sessions_of_one_person_end_and_no_others(people, sessions):
    of_bob = [sessions.sign_in("bob", SECRET, HERE) for _ in range(2)]
    of_ada = sessions.sign_in("ada", SECRET, HERE)
    people.sign_out("bob", by="ada")
    assert [sessions.who(each) for each in of_bob] == [None, None]
    assert sessions.who(of_ada).name == "ada"
    with pytest.raises(BadPerson, match="nobody is called"):
        people.sign_out("eve", by="ada")


def test_the_last_sign_in_is_told_and_is_not_that_of_an_earlier_account_of_the_name(database, people, sessions):
    assert person(people, "bob").signed_in is None
    sessions.sign_in("bob", SECRET, HERE)
    told = person(people, "bob").signed_in
    assert abs(told - entries(database, 1)[0][1].at) < timedelta(seconds=1)
    with database.writing() as connection:  # as if the account had been removed and made anew
        later = told + timedelta(seconds=1)
        connection.execute(tables.people.update().where(tables.people.c.name == "bob").values(added=later))
    assert person(people, "bob").signed_in is None
    assert person(people, "ada").signed_in is None


def test_confirming_a_password_is_counted_and_slowed_as_signing_in_is(slowed, clock):
    assert slowed.confirm("bob", SECRET, HERE) is None
    for _ in range(5):
        assert slowed.confirm("bob", "wrong", HERE) == Refused()
    waiting = slowed.confirm("bob", SECRET, HERE)
    assert isinstance(waiting, Refused)
    assert waiting.wait > 0
    clock.later(seconds=waiting.wait)
    assert slowed.confirm("bob", SECRET, HERE) is None
