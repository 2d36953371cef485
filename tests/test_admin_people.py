"""The pages of people: what an admin changes there, what is refused in words, and everybody's own password."""

from __future__ import annotations

from html import unescape

import pytest
from starlette.testclient import TestClient

from assistant.company.accounts.audit import entries
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.settings import Settings
from assistant.surfaces.web import app
from tests.company_pages import (  # noqa: F401
    HERE,
    MARKUP,
    SECRET,
    SQL,
    form_token,
    quick_passwords,
    sign_in,
    time_stands_still,
)
from tests.stand_in import StandIn

OTHER = "quite another password"


@pytest.fixture
def database(tmp_path):
    found = Database.of(Settings(data=tmp_path))
    people = People(found)
    people.add("ada", Role.ADMIN, SECRET, by="a test")
    people.add("bob", Role.EDITOR, SECRET, by="a test")
    yield found
    found.close()


@pytest.fixture
def enter(database, tmp_path):
    site = app(StandIn, Settings(data=tmp_path))  # type: ignore[arg-type]

    def as_(name, password=SECRET):
        client = TestClient(site, follow_redirects=False)
        assert sign_in(client, name, password).status_code == 303
        return client

    return as_


@pytest.fixture
def ada(enter):
    return enter("ada")


def send(client, path="", **fields):
    return client.post(f"/admin/people{path}", data={"token": form_token(client), **fields}, headers=HERE)


def followed(client, answer):
    assert answer.status_code == 303, answer.text
    return unescape(client.get("/admin/" + answer.headers["location"].rpartition("admin/")[2]).text)


def kept(database):
    return {each.name: (each.role.value, each.disabled) for each in People(database).all()}


def test_somebody_is_added_and_signs_in(ada, enter, database):
    page = followed(ada, send(ada, name="Eve@Acme.example", role="editor", password=OTHER))
    assert "eve@acme.example may sign in now." in page
    assert "never signed in" in page
    assert kept(database)["eve@acme.example"] == ("editor", False)
    enter("eve@acme.example", OTHER)
    assert ada.get("/admin/people").text.count("never signed in") == 1  # bob


def test_role_password_and_account_are_changed_and_each_change_is_noted(ada, enter, database):
    bob = enter("bob")
    page = followed(ada, send(ada, "/change", name="bob", act="role", role="agent"))
    assert "The role of bob is changed" in page
    assert bob.get("/admin/policies").status_code == 403
    followed(ada, send(ada, "/change", name="bob", act="sign_out"))
    assert bob.get("/admin/feedback").status_code == 303
    followed(ada, send(ada, "/change", name="bob", act="password", password=OTHER))
    bob = enter("bob", OTHER)
    assert "cannot sign in any more" in followed(ada, send(ada, "/change", name="bob", act="disable"))
    assert bob.get("/admin/feedback").status_code == 303
    assert sign_in(bob, "bob", OTHER).status_code == 401
    assert ">disabled<" in ada.get("/admin/people").text
    followed(ada, send(ada, "/change", name="bob", act="enable"))
    enter("bob", OTHER)
    assert "bob is removed" in followed(ada, send(ada, "/change", name="bob", act="remove"))
    assert kept(database) == {"ada": ("admin", False)}
    noted = [each.what for _, each in reversed(entries(database)) if each.who == "ada" and each.about == "bob"]
    assert noted == [
        "role changed",
        "signed out everywhere",
        "password changed",
        "person disabled",
        "person enabled",
        "person removed",
    ]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("", {"name": "a b", "password": OTHER}, "This is no name to sign in with."),
        ("", {"name": MARKUP, "password": OTHER}, "This is no name to sign in with."),
        ("", {"name": "bob", "password": OTHER}, "This name is there already."),
        ("", {"name": "eve", "password": "short"}, "The password must have 12 to 1000 characters."),
        ("", {"name": "a-long-enough-name", "password": "a-long-enough-name"}, "must not be the name"),
        ("/change", {"name": "ada", "act": "disable"}, "This is the only admin who can sign in."),
        ("/change", {"name": "ada", "act": "remove"}, "This is the only admin who can sign in."),
        ("/change", {"name": "ada", "act": "role", "role": "agent"}, "This is the only admin who can sign in."),
        ("/change", {"name": SQL, "act": "remove"}, "There is nobody of this name any more."),
        ("/change", {"name": "bob", "act": "password", "password": ""}, "The password must have"),
        ("/change", {"name": "bob", "act": "role", "role": "king"}, "Nothing was changed"),
        ("/change", {"name": "bob", "act": MARKUP}, "Nothing was changed"),
        ("/change", {}, "Nothing was changed"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_changes_nothing(ada, database, path, fields, said):
    before = kept(database)
    told = send(ada, path, **fields)
    assert told.status_code == 422
    assert said in unescape(told.text)
    assert "<img" not in told.text
    assert kept(database) == before
    german = ada.post(f"/admin/people{path}?lang=de", data={"token": form_token(ada), **fields}, headers=HERE)
    assert german.status_code == 422
    assert said not in unescape(german.text)  # in the page's language


def test_a_link_says_nothing_of_its_own_on_the_page(ada):
    page = ada.get("/admin/people", params={"done": "remove", "name": MARKUP}).text
    assert "is removed." in page
    assert "alert(1)" not in page


@pytest.mark.parametrize("name", ["ada", "bob"])
def test_everybody_changes_the_own_password_and_stays_signed_in_here_alone(enter, name):
    here, there = enter(name), enter(name)
    fields = {"token": form_token(here), "current": SECRET, "password": OTHER, "again": OTHER}
    answer = here.post("/admin/password", data=fields, headers=HERE)
    assert "Your password is changed." in followed(here, answer)
    assert there.get("/admin/feedback").status_code == 303
    assert sign_in(there, name, SECRET).status_code == 401
    enter(name, OTHER)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "wrong", "password": OTHER, "again": OTHER}, "The present password is wrong."),
        ({"current": SECRET, "password": OTHER, "again": OTHER + "."}, "written in two ways"),
        ({"current": SECRET, "password": "short", "again": "short"}, "must have 12 to 1000"),
        ({"current": "", "password": OTHER, "again": OTHER}, "must have 12 to 1000"),
        ({}, "must have 12 to 1000"),
    ],
)
def test_an_own_password_that_cannot_be_is_refused(enter, fields, said):
    bob = enter("bob")
    told = bob.post("/admin/password", data={"token": form_token(bob), **fields}, headers=HERE)
    assert told.status_code == 422
    assert said in told.text
    assert bob.get("/admin/feedback").status_code == 200
    enter("bob")


@pytest.mark.usefixtures("time_stands_still")
def test_guesses_of_the_present_password_are_slowed(enter):
    bob = enter("bob")
    form = {"token": form_token(bob), "current": "wrong", "password": OTHER, "again": OTHER}
    codes = [bob.post("/admin/password", data=form, headers=HERE).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
