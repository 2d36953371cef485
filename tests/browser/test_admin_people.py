"""People and passwords in a real browser: desktop and phone, keyboard, German, without scripts; axe finds nothing."""

from __future__ import annotations

import pytest

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.settings import Settings
from assistant.surfaces.web import app

pytestmark = pytest.mark.browser

SECRET, OTHER = "a good long password", "quite another password"


@pytest.fixture
def company(browser, served, assistant, tmp_path):
    """The address of a server with an admin and an editor."""
    settings = Settings(data=tmp_path)
    people = People(Database.of(settings))
    people.add("ada", Role.ADMIN, SECRET, by="setup")
    people.add("ed-with-a-name-that-is-long@a-company-of-the-same-kind.example", Role.EDITOR, SECRET, by="setup")
    with served(app(lambda: assistant, settings)) as address:
        yield address


def entered(page, name="ada", password=SECRET):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out", exact=True).wait_for()


def left(page):
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in").wait_for()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_somebody_is_added_disabled_and_let_in_again(company, look, axe, size):
    page = look(f"{company}admin/people", viewport={"width": size[0], "height": size[1]}, failing=True)

    def is_sound():
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    entered(page)
    page.get_by_role("heading", name="People").wait_for()
    page.get_by_label("Name").fill("ada")
    page.get_by_label("First password").fill(OTHER)
    page.keyboard.press("Enter")
    page.get_by_text("This name is there already.").wait_for()
    is_sound()
    page.get_by_label("Name").fill("eve")
    page.get_by_label("First password").fill(OTHER)
    page.get_by_role("button", name="Add somebody").click()
    page.get_by_text("eve may sign in now.").wait_for()
    eve = page.get_by_role("listitem").filter(has=page.get_by_text("eve", exact=True))
    summary = eve.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    is_sound()
    eve.get_by_role("button", name="Disable").focus()
    page.keyboard.press("Enter")
    page.get_by_text("cannot sign in any more").wait_for()
    is_sound()
    eve.locator("summary").click()
    eve.get_by_role("button", name="Let sign in again").click()
    page.get_by_text("eve may sign in again").wait_for()
    left(page)


def test_the_own_password_is_changed_without_scripts_and_in_german(company, look):
    page = look(f"{company}admin/people", java_script_enabled=False)
    entered(page)
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("heading", name="Personen").wait_for()
    page.get_by_role("link", name="Ihr Passwort", exact=True).click()
    page.get_by_label("Jetziges Passwort").fill(SECRET)
    page.get_by_label("Neues Passwort", exact=True).fill(OTHER)
    page.get_by_label("Neues Passwort, noch einmal").fill(OTHER)
    page.get_by_role("button", name="Passwort setzen").click()
    page.get_by_text("Ihr Passwort ist geändert.").wait_for()
    page.get_by_role("button", name="Abmelden").click()
    page.goto(f"{company}admin/password?lang=en")
    entered(page, password=OTHER)
    left(page)
