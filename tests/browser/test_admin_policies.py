"""Publishing in a real browser: a document is uploaded, looked at and published, on a desktop and on a phone; markup in it does nothing."""

from __future__ import annotations

import pytest

from assistant.bootstrap.factory import open_for_serving, open_publisher
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.company.publishing import preview as previewing
from assistant.company.publishing.versions import versions
from assistant.model import Question
from assistant.settings import Settings
from assistant.surfaces.web import app
from corpus.shelf.writer import Incoming

pytestmark = pytest.mark.browser

SECRET = "a good long password"  # noqa: S105
MARKUP = "&lt;script>alert(1)&lt;/script>&lt;img src=x onerror=alert(2)>"
POLICY = (
    "# Acme Privacy\n\n## Selling\n\nWe never sell your photos.\n\n## Keeping\n\nWe keep your voice for ten days.\n"
)


@pytest.fixture
def company(browser, served, tmp_path, word_reader, monkeypatch):
    """The settings and the address of a server of one policy, with an editor."""
    settings = Settings(policies=tmp_path / "shelf", data=tmp_path / "data", encoder="hashing", store="exact")
    publisher = open_publisher(settings)
    publisher.publish(publisher.draft("acme", Incoming.read(POLICY.encode(), "acme.md"), "setup").id, "setup")
    people = People(Database.of(settings))
    people.add("ada", Role.ADMIN, SECRET, by="setup")
    people.add("ed", Role.EDITOR, SECRET, by="setup")
    monkeypatch.setattr(previewing, "bank_questions", lambda _: [Question(question="Do you sell my photos?")])
    latest = open_for_serving(settings)
    with served(app(latest, settings)) as address:
        yield settings, address
    latest.end()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_document_goes_live_and_is_taken_back(company, look, axe, size):
    settings, address = company
    page = look(f"{address}admin/policies", viewport={"width": size[0], "height": size[1]})

    def is_sound():
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_label("Name").fill("ed")
    page.get_by_label("Password").fill(SECRET)
    page.keyboard.press("Enter")
    document = page.get_by_label("Document")
    document.wait_for()
    is_sound()
    text = POLICY.replace("never sell", "sell").replace("ten days", f"ten days {MARKUP}")
    document.set_input_files({"name": "new.md", "mimeType": "text/markdown", "buffer": text.encode()})
    page.get_by_label("For the policy").select_option("acme")
    page.get_by_role("button", name="Read it").click()
    page.get_by_text("questions are answered otherwise").wait_for(timeout=120_000)
    page.get_by_text("All clauses").click()
    is_sound()
    page.get_by_label("Publish at").fill("2099-07-01T09:00")
    page.get_by_role("button", name="Set the time").click()
    page.get_by_text("will be published 2099-07-01 09:00 UTC").wait_for()
    page.get_by_role("button", name="Publish now").click()
    page.get_by_text("Published. Answers are given").wait_for(timeout=60_000)
    is_sound()
    page.get_by_role("button", name="Go back to this text").click()
    page.get_by_text("in use").wait_for(timeout=60_000)
    page.get_by_role("button", name="Go back to this text").nth(1).wait_for(timeout=60_000)
    assert len(versions(settings.policies, "acme")) == 3
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
