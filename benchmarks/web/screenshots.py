"""`make screenshots`: the pictures of the README and of docs/branding.md, taken of the real server in a real browser, into docs/."""

from __future__ import annotations

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.settings import ROOT, Settings
from benchmarks.servers.plainclause import served
from benchmarks.web.serving import browser, portal, show_portal

DOCS = ROOT / "docs"
QUESTION = "is my card number shared?"


def main() -> None:
    """Take all of them."""
    with portal() as (origin, folder), served(origins=origin) as address, browser() as chromium:
        show_portal(folder, address)
        chat(chromium, address)
        desk(chromium, address)
        widget(chromium, origin)
        phone(chromium, address)
        branding(chromium)


def chat(chromium: Any, address: str) -> None:
    """The chat with an answer, the policy beside it."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    _answered(page, address + "?policy=rackspace")
    _shot(page, "chat")


def phone(chromium: Any, address: str) -> None:
    """The chat on a phone, in German and in the dark."""
    page = chromium.new_page(
        viewport={"width": 390, "height": 844}, color_scheme="dark", locale="de-DE", device_scale_factor=1.5
    )
    _answered(page, address + "?policy=rackspace")
    _shot(page, "phone")


def desk(chromium: Any, address: str) -> None:
    """The desk with what it found for "card"."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + "desk?q=card")
    page.locator("mark").first.wait_for()
    page.keyboard.press("ArrowDown")
    _shot(page, "desk")


def widget(chromium: Any, origin: str) -> None:
    """The demo portal with the widget open."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(origin + "/")
    page.wait_for_function("() => window.Plainclause")
    page.evaluate("question => window.Plainclause.ask(question)", QUESTION)
    frame = page.frame_locator("iframe")
    frame.locator("#conversation blockquote").first.wait_for()
    _shot(page, "widget")


def branding(chromium: Any) -> None:
    """The company's page of branding with a preview, of a server with an account and a data folder of its own."""
    own = Settings()
    with TemporaryDirectory() as data:
        password = secrets.token_urlsafe()
        database = Database.of(Settings(data=Path(data)))
        People(database).add("ada", Role.ADMIN, password, by="screenshots")
        database.close()
        with served(data=data, encoders=str(own.encoders_folder)) as address:
            page = chromium.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address + "admin/branding")
            page.get_by_label("Name").fill("ada")
            page.get_by_label("Password").fill(password)
            page.keyboard.press("Enter")
            page.get_by_label("Name", exact=True).fill("ACME Hosting")
            page.get_by_label("Pick: buttons and links (By day)").fill("#5b2a86")
            page.locator('[name="policy:rackspace"]').check()
            page.get_by_label("E-mail address").fill("privacy@acme.example")
            chat = page.frame_locator("iframe")
            chat.locator("#policy").wait_for(state="hidden")
            page.wait_for_timeout(3000)  # what was typed last is looked at
            chat.locator("#question textarea").fill(QUESTION)
            chat.locator("#question .submit-button").click()
            chat.locator("#document .hit mark").wait_for()
            page.get_by_role("group", name="Colours").scroll_into_view_if_needed()
            page.evaluate("document.querySelector('fieldset.colours').scrollIntoView()")
            _shot(page, "branding")


def _answered(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("#starting button").first.wait_for()
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question .submit-button").click()
    page.locator("#document .hit mark").wait_for()


def _shot(page: Any, name: str) -> None:
    page.wait_for_timeout(1500)  # what scrolls has come to rest
    path = DOCS / f"{name}.png"
    page.screenshot(path=path)
    print(f"written: {path.relative_to(ROOT)} ({path.stat().st_size // 1024} KiB)")
    page.close()


if __name__ == "__main__":
    main()
