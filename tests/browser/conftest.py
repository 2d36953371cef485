"""A real browser at a real server on this machine; what both must never do is checked after every test."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
import pytest

from assistant.ask import Assistant
from assistant.review.suggestions import Coverage
from assistant.settings import Settings
from benchmarks.web import serving
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from corpus.versions.archive import FolderArchive
from tests.browser.desk_pages import REWORDED
from tests.browser.portal import Portal
from tests.browser.screens import CLAUSE
from tests.required import required

STORED = "(() => { try { return localStorage.length + sessionStorage.length } catch { return 0 } })()"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
).split()


# Playwright keeps an event loop running in this thread for as long as it lives; the tests of other folders want their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[object]:
    path = required(serving.chromium(), serving.MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    browser: object, served: Callable[..., Any], assistant: Assistant, coverage: Coverage, real: Settings
) -> Iterator[str]:
    """Address of the real thing: the bundled policies, the real encoder, an index of its own; what the policies cover is known."""
    from assistant.surfaces.web import app

    with served(app(lambda: assistant, real)) as address:
        yield address


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """Another site, which may embed what a test lets it."""
    portal = Portal()
    yield portal
    portal.close()


@pytest.fixture
def look(browser) -> Iterator[Callable[..., Any]]:
    """`look(address, **context options)` opens a page; `failing`: requests may fail, of which a browser complains; `script`
    runs in the page before any of its own."""
    contexts, outside, complaints = [], [], []

    def sent(request) -> None:
        if not _is_local(request.url):
            outside.append(request.url)

    def said(message) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def asked(dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(address: str, *, failing: bool = False, script: str = "", **options: object):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        context.add_init_script(script or "0")
        page = context.new_page()
        page.set_default_timeout(90_000)  # suggestions take that long on slow processors
        page.on("request", sent)
        if not failing:
            page.on("console", said)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", asked)
        page.goto(address)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0, "something is stored before use"
        return page

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert outside == [], "requests left this machine"
    assert complaints == [], "the browser's console shows errors"
    assert cookies == [], "cookies were set"


@pytest.fixture
def desk(site: str, look: Callable[..., Any]) -> Callable[..., Any]:
    """`desk("?q=card", **options)` opens the desk and waits until its first search is done."""

    def opened(address: str = "", **options: object) -> Any:
        page = look(f"{site}desk{address}", **options)
        page.wait_for_function("() => document.querySelector('#count').textContent !== ''")
        return page

    return opened


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory, real: Settings) -> Policy:
    """A text of the Rackspace policy that was replaced: one clause read otherwise, and one more stood at its end."""
    shelf, folder = open_shelf(real.policies), tmp_path_factory.mktemp("older")
    source = shelf["rackspace"].source
    assert CLAUSE in source
    (folder / "rackspace.md").write_text(source.replace(CLAUSE, REWORDED) + "\n\nWe never sleep.\n", encoding="utf-8")
    facts = {"provider": "Rackspace", "title": "Rackspace Privacy Policy", "licence": "for tests"}
    (folder / "rackspace.json").write_text(json.dumps(facts), encoding="utf-8")
    policy = open_shelf(folder)["rackspace"]
    FolderArchive(real.data).keep([policy])
    return policy


@pytest.fixture
def visit(look) -> Callable[..., Any]:
    """`visit(address, **options)` opens the chat as `look` does, and waits until it can be used."""

    def visited(address: str, **options: object):
        page = look(address, **options)
        page.locator("#question textarea").wait_for()
        page.locator("#reading[role=region]").wait_for()
        return page

    return visited


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("widget")


@pytest.fixture(scope="module")
def chat(served, assistant, portal, data, browser) -> Iterator[str]:
    """Address of a chat that pages of the portal's first two origins may embed."""
    from assistant.surfaces.web import app

    with served(app(lambda: assistant, Settings(data=data, origins=(portal.origin, portal.near)))) as address:
        yield address


@pytest.fixture
def host(browser, chat, portal) -> Iterator[Callable[..., object]]:
    """`host(address, **context options)` opens a page that embeds the chat; `noisy`: the console may show errors."""
    contexts, outside, complaints, kept = [], [], [], []

    def sent(request) -> None:
        if urlsplit(request.url).port not in (portal.port, urlsplit(chat).port) and not request.url.startswith("data:"):
            outside.append(request.url)

    def open_page(address: str, *, noisy: bool = False, **options: object):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        page = context.new_page()
        contexts.append((context, page))
        page.set_default_timeout(20_000)
        page.on("request", sent)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not noisy:
            page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(address)
        page.wait_for_function("window.Plainclause")
        return page

    yield open_page
    for context, page in contexts:
        kept += [frame.evaluate(STORED) for frame in page.frames if frame.url.startswith("http")]
        kept += context.cookies()
        context.close()
    assert outside == [], "requests left this machine"
    assert complaints == [], "the browser's console shows errors"
    assert not any(kept), "something was stored"


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """`axe(page)` runs axe-core over a page as it stands: no violation of any rule."""
    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def checked(page) -> None:
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(script)
        # What is still fading in has not its colours yet.
        page.wait_for_function("() => document.getAnimations().every((each) => each.playState !== 'running')")
        found = page.evaluate("axe.run(document)")["violations"]
        told = [f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes']]}" for each in found]
        assert told == []

    return checked


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:"))
