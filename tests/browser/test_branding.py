"""A company's branding and its ways to a person, as a visitor meets them in a real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.settings import ROOT, Settings
from assistant.surfaces.web import app
from tests.browser.embedding import inside, launcher, page_with, script
from tests.browser.screens import PHONE

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
SILENT = "do you use facial recognition & <b>fingerprints</b>?"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="#5b2a86"/></svg>'
EXAMPLE = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "branding.md").read_text(encoding="utf-8"), re.DOTALL)
BAD = "<img src=x onerror=alert(1)> <script>alert(1)</script> [a](javascript:alert(1)) $x$ &amp; `c`"
HOSTILE = f"""
name = '{BAD[:53]}'
policy = "rackspace"
starters = ['{BAD}']
[handoff]
mail = "privacy@acme.example"
[texts.en]
greeting = '{BAD}'
consent = '{BAD}'
contact = '{BAD}'
"""
LISTEN = """<script>
    heard = [];
    for (const name of ["answer", "handoff"]) document.addEventListener(`plainclause:${name}`, (event) =>
        heard.push({ name, detail: event.detail, at: event.target.localName }));
    got = [];
    addEventListener("message", ({ data }) => got.push(data.plainclause));
</script>"""


def branded(folder: Path, text: str) -> Path:
    (folder / "logo.svg").write_text(LOGO)
    path = folder / "branding.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def acme(served, assistant, portal, browser, tmp_path_factory) -> Iterator[str]:
    """Address of a chat with the branding of the documentation, which pages of the portal's first origin may embed."""
    folder = tmp_path_factory.mktemp("acme")
    settings = Settings(data=folder, origins=(portal.origin,), branding=branded(folder, EXAMPLE[0]))
    with served(app(lambda: assistant, settings)) as address:
        yield address


@pytest.fixture(scope="module")
def hostile(served, assistant, browser, tmp_path_factory) -> Iterator[str]:
    """Address of a chat whose branding holds markup wherever it takes words."""
    folder = tmp_path_factory.mktemp("hostile")
    with served(app(lambda: assistant, Settings(data=folder, branding=branded(folder, HOSTILE)))) as address:
        yield address


def asked(page, question: str = SILENT):
    """The answer to a question asked in a page or a frame, once it is there."""
    before = page.locator("#conversation .answer").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question .submit-button").click()
    answer = page.locator("#conversation .answer").nth(before)
    answer.wait_for()
    return answer


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_chat_is_the_companys_own(acme, visit, axe, device, scheme):
    page = visit(acme, color_scheme=scheme, **device)
    page.get_by_role("button", name="Is my card number shared?").wait_for()
    assert page.title() == "ACME Hosting"
    assert page.locator("#about h1").inner_text().strip() == "ACME Hosting"
    assert page.locator("#about img.logo").evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator("#policy").is_hidden()
    assert page.locator("#conversation .placeholder").inner_text().strip() == "Hello. Ask what our privacy policy says."
    assert page.locator("button.ask").all_inner_texts() == [
        "Is my card number shared?",
        "How can I contact you about privacy?",
    ]
    notice = page.locator("#notice")
    assert notice.inner_text().startswith("Please type no names or numbers.")
    assert notice.get_by_role("link").get_attribute("href") == "https://acme.example/privacy"
    fill = page.locator("#question .submit-button").evaluate("each => getComputedStyle(each).backgroundColor")
    assert fill == {"light": "rgb(91, 42, 134)", "dark": "rgb(201, 166, 236)"}[scheme]
    axe(page)
    answer = asked(page)
    ways = answer.locator(".handoff")
    assert ways.locator(".promise").inner_text() == "Our data protection team answers within two working days."
    assert [each.inner_text() for each in ways.locator(".way:visible").all()] == [
        "Send this question to ACME Hosting",
        "Write an e-mail",
        "Open the contact form",
        "Call +49 30 1234567",
    ]
    addresses = [urlsplit(each.get_attribute("href")) for each in ways.locator("a.way").all()]
    assert [each.scheme for each in addresses] == ["https", "mailto", "https", "tel"]
    assert parse_qs(addresses[0].query) == {"q": [SILENT], "about": ["rackspace"]}
    assert parse_qs(addresses[1].query)["body"] == [SILENT]
    axe(page)
    if device is PHONE:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert asked(page, "Is my card number shared?").locator(".handoff").count() == 0


def test_a_german_page_is_the_companys_own_in_german(acme, visit, axe):
    page = visit(f"{acme}?lang=de")
    page.locator("#about [lang=de]").wait_for()
    greeting = page.locator("#conversation .placeholder", has_text="Guten Tag.")
    greeting.wait_for()  # the page arrives in English
    assert greeting.inner_text().startswith("Guten Tag.")
    assert page.locator("#notice").inner_text().startswith("Bitte keine Namen")
    ways = asked(page, "I want to talk to a person").locator(".handoff")
    assert ways.locator(".label").inner_text() == "Lieber einen Menschen bei ACME Hosting fragen?"
    assert ways.locator(".promise").inner_text().startswith("Unser Datenschutzteam")
    axe(page)


@pytest.mark.parametrize("path", ["desk", "desk/outline", "policy/rackspace", "policy/vps6"])
def test_the_pages_of_the_staff_and_of_policies_wear_it_too(acme, look, axe, path):
    page = look(acme + path, failing=path.endswith("vps6"))  # not shown: the page that says so wears it, too
    assert page.title().endswith("· ACME Hosting")
    assert page.locator(".brand").inner_text().startswith("ACME Hosting")
    assert page.locator(".brand img").evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 245, 250)"
    assert "VPS6" not in page.content()
    axe(page)


def test_markup_in_the_companys_words_is_shown_and_runs_nothing(hostile, visit, look):
    """That no dialog opens and the console stays clean is checked after every test."""
    page = visit(hostile)
    page.locator("button.ask").wait_for()
    assert page.locator("#about h1").text_content() == BAD[:53].strip()
    assert page.locator("#conversation .placeholder").text_content().strip() == BAD
    assert page.locator("#notice .notice span").text_content() == BAD
    assert page.locator("button.ask").all_text_contents() == [BAD]
    assert asked(page).locator(".handoff .promise").text_content() == BAD
    for place in ("#about", "#notice", "#starting", "#conversation"):
        assert page.locator(f"{place} :is(img, script, [onerror], a[href^=javascript])").count() == 0, place
    page = look(f"{hostile}policy/rackspace")
    assert page.locator(".brand a").text_content() == BAD[:53].strip()
    assert page.locator(".brand img, [onerror]").count() == 0


def test_a_logo_opened_by_its_address_runs_nothing(acme, look):
    page = look(f"{acme}policy/rackspace")
    address = page.locator(".brand img").evaluate("image => image.src")
    response = page.request.get(address)
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response.headers["x-content-type-options"] == "nosniff"


# --- the page around the widget ----------------------------------------------------------------------------------------


@pytest.fixture
def host(browser, acme, portal) -> Iterator[Callable[..., object]]:
    contexts = []

    def open_page(address: str, **options: object):
        context = browser.new_context(**(DESKTOP | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(address)
        page.wait_for_function("window.Plainclause")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_the_page_around_is_told_of_answers_without_the_question_and_of_a_handoff_with_it(acme, portal, host):
    page = host(portal.put("events.html", page_with(LISTEN, script(acme))))
    assert launcher(page).evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(91, 42, 134)"
    page.evaluate("question => Plainclause.ask(question)", SILENT)
    page.wait_for_function("heard.length === 1")
    frame = inside(page)
    frame.get_by_role("button", name="Chat with us").click()
    page.wait_for_function("heard.length === 2")
    told = {"outcome": "silent", "policy": "rackspace"}
    assert page.evaluate("heard") == [
        {"name": "answer", "detail": told, "at": "plainclause-widget"},
        {"name": "handoff", "detail": {"way": "chat", "question": SILENT} | told, "at": "plainclause-widget"},
    ]
    page.evaluate("Plainclause.ask('Is my card number shared?')")
    page.wait_for_function("heard.length === 3")
    assert page.evaluate("heard[2].detail.outcome") in ("yes", "no", "depends", "stated")
    assert page.evaluate("Object.keys(heard[2].detail).sort().join()") == "outcome,policy"
    assert frame.locator("#policy").is_hidden()


def test_only_the_page_around_whose_origin_the_address_names_hears_of_it(acme, portal, host):
    """A frame beside it, the page above, and a page that gives another origin hear nothing."""
    beside = portal.put("beside.html", f"<title>Beside</title>{LISTEN}")
    inner = portal.put("inner.html", page_with(LISTEN, script(acme)))
    other = f'<iframe id="other" src="{acme}embed?policy=rackspace&host={portal.near}"></iframe>'
    plain = f'<iframe id="plain" src="{acme}embed?policy=rackspace"></iframe>'
    frames = f'<iframe id="beside" src="{beside}"></iframe><iframe id="inner" src="{inner}"></iframe>'
    page = host(portal.put("outer.html", page_with(LISTEN, frames, other, plain, script(acme, position="left"))))
    within = page.locator("#inner").element_handle().content_frame()
    within.wait_for_function("window.Plainclause")
    within.evaluate("question => Plainclause.ask(question)", SILENT)
    within.wait_for_function("heard.length === 1")
    for name in ("#other", "#plain"):
        frame = page.locator(name).element_handle().content_frame()
        frame.locator("#reading[role=region]").wait_for(state="attached")
        asked(frame)
    page.wait_for_timeout(300)
    assert within.evaluate("heard.length") == 1
    assert page.evaluate("heard") == []
    assert [each for each in page.evaluate("got") if each] == []
    assert page.locator("#beside").element_handle().content_frame().evaluate("heard.concat(got.filter(Boolean))") == []


EXAMPLES = re.findall(
    r"```js\n(document\.addEventListener\(\"plainclause:handoff\".*?)```",
    (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"),
    re.DOTALL,
)
STAND_INS = """<script>
    called = [];
    const note = (name) => (...given) => called.push([name, ...given]);
    window.Intercom = note("Intercom");
    window.zE = note("zE");
    window.$chatwoot = { toggle: note("toggle"), setConversationCustomAttributes: note("set") };
</script>"""


def test_the_examples_of_the_documentation_hand_the_question_over(acme, portal, host):
    assert len(EXAMPLES) == 3
    page = host(portal.put("desks.html", page_with(STAND_INS, f"<script>{''.join(EXAMPLES)}</script>", script(acme))))
    page.evaluate("question => Plainclause.ask(question)", SILENT)
    frame = inside(page)
    frame.get_by_role("link", name="Write an e-mail").wait_for()
    frame.evaluate("document.addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())")
    frame.get_by_role("link", name="Write an e-mail").click()  # is no chat: nothing of theirs opens
    frame.get_by_role("button", name="Chat with us").click()
    page.wait_for_function("called.length === 5")
    assert page.evaluate("called") == [
        ["Intercom", "showNewMessage", SILENT],
        ["zE", "messenger:set", "conversationFields", [{"id": "FIELD", "value": SILENT}]],
        ["zE", "messenger", "open"],
        ["set", {"privacy_question": SILENT}],
        ["toggle", "open"],
    ]
    assert not page.locator("plainclause-widget dialog").is_visible()


def test_a_page_that_names_no_policy_of_several_companies_is_told_so(
    served, assistant, portal, browser, tmp_path, host
):
    settings = Settings(data=tmp_path, origins=(portal.origin,))
    with served(app(lambda: assistant, settings)) as address:
        untold = f'<script async src="{address}embed.js" data-mode="inline"></script>'
        page = host(portal.put("untold.html", page_with(untold)))
        frame = inside(page)
        assert "has not been told which policy" in frame.locator("#asked-of").inner_text()
        assert frame.locator("#policy").is_hidden()
        named = {policy.title for policy in assistant.policies.values()}
        assert not [each for each in named if each in frame.locator("body").inner_text()]
        told = untold.replace("data-mode", 'data-policy="*" data-mode')
        page = host(portal.put("told.html", page_with(told)))
        assert inside(page).locator("#policy").is_visible()
        assert json.loads(inside(page).locator("#asked-of .facts").text_content())["policy"] is None
