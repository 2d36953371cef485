"""`make screenshots`: the pictures of the README, taken of the real server in a real browser, into docs/."""

from __future__ import annotations

from typing import Any

from assistant.settings import ROOT
from benchmarks.web.serving import browser, portal, served, show_portal

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
