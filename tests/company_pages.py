"""A company whose pages have a person for each role, how these sign in and send forms, and words that must do nothing there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.settings import Settings

SECRET = "a good long password"  # noqa: S105
HERE = {"origin": "http://testserver"}
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"
SQL = "'; DROP TABLE people; DELETE FROM audit; --"


@pytest.fixture(autouse=True, scope="module")
def quick_passwords():
    """Hashing takes long on purpose; the tests of accounts see that it does."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "assistant.company.accounts.passwords._HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        )
        yield


@pytest.fixture
def time_stands_still(monkeypatch):
    """For sessions: a machine that stalls for a second between two sign-ins must not pass for somebody who waited."""
    moment = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    monkeypatch.setattr("assistant.company.accounts.sessions.datetime", Still)


def company(folder) -> Settings:
    return Settings(data=folder, inbox=True, desk_token="a token of the desk")  # noqa: S106


def with_staff(settings) -> Database:
    """The database, with a person for each role."""
    found = Database.of(settings)
    people = People(found)
    for role in reversed(Role):
        people.add(role.value, role, SECRET, by="a test")
    return found


def one(pattern, text) -> str:
    """The one group of the first match."""
    found = re.search(pattern, text)
    assert found, f"no {pattern} in {text[:2000]}"
    return str(found[1])


def sign_in(client, name="admin", password=SECRET, **fields):
    return client.post("/admin/sign-in", data={"name": name, "password": password} | fields, headers=HERE)


def clients(site) -> dict[Role, TestClient]:
    """A client for each role."""
    found = {}
    for role in Role:
        found[role] = TestClient(site, follow_redirects=False)
        assert sign_in(found[role], role.value).status_code == 303
    return found


def form_token(client) -> str:
    return unescape(one(r'name="token" value="([^"]+)"', client.get("/admin/feedback").text))
