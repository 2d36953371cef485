"""A company's branding in a real browser: what is typed is checked and looked at as it is typed, on a desktop and on a phone, by
keyboard, in German and without scripts."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path

import pytest

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore, Wanted
from assistant.company.insight.counts import DayCounts
from assistant.languages import language
from assistant.settings import Settings
from assistant.surfaces.web import app
from tests.browser.test_admin_people import entered, left
from tests.browser.test_branding import BAD, LOGO

pytestmark = pytest.mark.browser

SECRET = "a good long password"  # noqa: S105
NOT_KEPT = language("en").say("bubble.not_kept")


@pytest.fixture
def company(browser, served, assistant, tmp_path):
    """The settings and the address of a server without branding, with an admin."""
    settings = Settings(data=tmp_path)
    People(Database.of(settings)).add("ada", Role.ADMIN, SECRET, by="setup")
    with served(app(lambda: assistant, settings)) as address:
        yield settings, address


def saved_in(settings):
    return tomllib.loads(settings.branding_file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_company_gives_the_chat_its_own_dress(company, look, axe, size):
    settings, address = company
    page = look(f"{address}admin/branding", viewport={"width": size[0], "height": size[1]}, failing=True)

    def is_sound():
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    entered(page)
    chat = page.frame_locator("iframe")
    page.get_by_label("Name", exact=True).fill("ACME <b>Hosting</b>")
    chat.get_by_role("heading", name="ACME <b>Hosting</b>").wait_for()
    day = page.get_by_role("group", name="By day")
    accent = day.get_by_label("buttons and links", exact=True)
    accent.fill("#8fb8e8")
    page.get_by_text("The nearest that passes is #5a7391.").wait_for()
    assert accent.get_attribute("aria-invalid") == "true"
    page.get_by_text("the preview shows the last that could").wait_for()
    is_sound()
    accent.fill("")
    page.get_by_label("Pick: buttons and links (By day)").fill("#5b2a86")
    page.wait_for_function("() => !document.querySelector('[aria-invalid]')")
    assert accent.input_value() == "#5b2a86"
    page.get_by_label("Logo", exact=True).set_input_files(
        {"name": "acme.svg", "mimeType": "image/svg+xml", "buffer": LOGO.encode()}
    )
    page.get_by_role("img", name="The logo as it would be").wait_for()
    page.get_by_role("group", name="Words in English").get_by_label("Greeting").fill(f"Hello. {BAD[:60]}")
    page.get_by_label("Question 1").fill("Is my card number shared?")
    page.get_by_label("Question 2").fill("do you use facial recognition?")
    page.get_by_text("No policy shown answers this").wait_for()
    page.get_by_label("Question 2").fill("")
    page.get_by_label("E-mail address").fill("privacy@acme.example")
    chat.get_by_text("Hello. <img src=x").wait_for()
    page.locator('[name="policy:rackspace"]').check()
    chat.locator("#policy").wait_for(state="hidden")  # the last change is looked at
    chat.locator("#reading[role=region]").wait_for()
    assert chat.locator("#about img.logo").evaluate("image => image.complete && image.naturalWidth > 0")
    fill = chat.locator("#question .submit-button").evaluate("each => getComputedStyle(each).backgroundColor")
    assert fill == "rgb(91, 42, 134)"
    # What is asked there is answered, and neither counted nor kept.
    chat.locator("#question textarea").fill("do you use facial recognition?")
    chat.locator("#question textarea").press("Enter")
    chat.locator("#conversation .answer .way").first.wait_for()
    chat.get_by_role("button", name="Not helpful").click()
    chat.get_by_text(NOT_KEPT).wait_for()
    is_sound()
    if folder := os.environ.get("SHOTS"):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"branding-{size[0]}.png", full_page=size[0] < 1000)
    assert not settings.branding_file.exists()
    page.get_by_role("button", name="Phone", exact=True).click()
    widths = page.locator("iframe").evaluate("each => [each.offsetWidth, each.contentWindow.innerWidth]")
    assert widths == [390, 390]
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved. It is in use already").wait_for()
    is_sound()
    found = saved_in(settings)
    assert (found["name"], found["policy"]) == ("ACME <b>Hosting</b>", "rackspace")
    assert found["colours"] == {"light": {"accent": "#5b2a86"}}
    assert page.title() == "Branding · ACME <b>Hosting</b>"
    assert FeedbackStore(Database.of(settings)).count(Wanted()) == 0
    assert DayCounts(Database.of(settings)).days(date(2020, 1, 1)) == []
    page.get_by_label("Name", exact=True).fill("Other")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Earlier files").wait_for()
    is_sound()
    page.get_by_role("button", name="Go back to this one").click()
    page.get_by_text("The earlier file is in use again.").wait_for()
    assert saved_in(settings) == found
    left(page)


def test_without_scripts_and_in_german(company, look):
    settings, address = company
    page = look(f"{address}admin/branding", java_script_enabled=False, failing=True)
    entered(page)
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("heading", name="Auftritt").wait_for()
    page.get_by_label("Name", exact=True).fill("ACME")
    page.get_by_label("Telefonnummer").fill("ruf an")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das ist keine Telefonnummer.").wait_for()
    page.get_by_label("Telefonnummer").fill("+49 30 1234567")
    page.get_by_role("button", name="Ansehen").click()
    page.wait_for_load_state()
    assert "preview=" in page.locator("iframe").get_attribute("src")
    assert not settings.branding_file.exists()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Gespeichert.").wait_for()
    assert saved_in(settings) == {"name": "ACME", "handoff": {"phone": "+49 30 1234567"}}
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_load_state()


@pytest.fixture
def ended(company, look):
    """The page of branding with a name typed, after the session of who typed it has ended."""
    settings, address = company
    page = look(f"{address}admin/branding", failing=True)
    entered(page)
    People(Database.of(settings)).sign_out("ada", by="setup")
    page.get_by_label("Name", exact=True).fill("ACME")
    page.get_by_text("You are not signed in any more.").wait_for()
    yield page
    page.context.clear_cookies()


def test_whose_session_has_ended_is_told_and_loses_nothing(ended):
    assert ended.get_by_label("Name", exact=True).input_value() == "ACME"


def test_who_signs_in_again_in_another_window_saves_what_was_typed(company, ended):
    settings, address = company
    other = ended.context.new_page()
    other.goto(f"{address}admin/sign-in")
    entered(other)
    ended.bring_to_front()
    ended.get_by_role("button", name="Save", exact=True).click()
    ended.get_by_text("Saved. It is in use already").wait_for()
    assert saved_in(settings) == {"name": "ACME"}
