"""The widget in a page of another origin, as its visitor meets it, in a real Chromium."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore
from assistant.settings import ROOT
from tests.browser.embedding import answered, inside, launcher, page_with, script
from tests.browser.portal import Portal
from tests.browser.screens import CLAUSE, PHONE, QUESTION

pytestmark = pytest.mark.browser


def mark_is_seen(page, frame, place: str = "plainclause-widget iframe") -> None:
    """The marked clause is whole in the frame's own window, and the frame is whole in the page's."""
    frame.wait_for_function(
        """() => {
            const mark = document.querySelector("#document .hit mark");
            const box = mark && mark.getBoundingClientRect();
            const frame = document.querySelector("#reading").getBoundingClientRect();
            const bar = document.querySelector(".back").getBoundingClientRect(); // not there in a wide frame
            return box && box.top >= Math.max(frame.top, bar.bottom, 0) && box.bottom <= Math.min(frame.bottom, innerHeight)
                && box.left >= 0 && box.right <= innerWidth;
        }"""
    )
    assert frame.evaluate("document.querySelector('#document .hit mark').textContent") == CLAUSE
    box, window = page.locator(place).bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] + box["height"] <= window["height"]


def demo(portal: Portal, chat: str) -> str:
    """The portal of the documentation, with the address of this chat; its address."""
    for file in (ROOT / "docs" / "portal").iterdir():
        portal.put(f"demo/{file.name}", file.read_text(encoding="utf-8").replace("http://127.0.0.1:7860/", chat))
    bare = chat.rstrip("/")
    page = portal.pages["/demo/index.html"].decode().replace("http://127.0.0.1:7860", bare)
    portal.put("demo/index.html", page)
    return f"{portal.near}/demo/index.html"


def test_the_demo_portal_with_its_strict_policy_asks_and_shows_the_clause(portal, chat, host):
    address = demo(portal, chat)
    assert "default-src 'none'; style-src 'self'" in portal.pages["/demo/index.html"].decode()
    page = host(address)
    question = page.get_by_role("button", name="Is my card number shared?")
    question.click()
    frame = inside(page)
    assert answered(frame) == CLAUSE
    assert page.evaluate("document.activeElement.tagName") == "PLAINCLAUSE-WIDGET"
    frame.get_by_role("link", name="Show in the policy").first.click()
    mark_is_seen(page, frame)
    frame.get_by_role("button", name="Back to the answer").click()
    frame.wait_for_function("() => document.querySelector('#question').getBoundingClientRect().bottom <= innerHeight")
    assert frame.evaluate("document.activeElement.textContent") == "Show in the policy"
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.textContent === 'Is my card number shared?'")
    assert frame.evaluate("localStorage.length") == 0
    launcher(page).wait_for()
    assert not page.locator("plainclause-widget dialog").is_visible()
    page.get_by_role("button", name="How is it protected?").click()
    frame.locator("#conversation .answer").nth(1).wait_for()
    assert page.evaluate("document.scrollingElement.scrollTop") == 0


def test_before_it_is_opened_the_page_loads_the_script_and_nothing_else(portal, chat, host):
    page, seen = None, []
    address = portal.put("plain.html", page_with(script(chat)))
    page = host(address)
    page.on("request", lambda request: seen.append(request.url))
    page.reload(wait_until="networkidle")
    page.wait_for_timeout(300)
    assert [url for url in seen if not url.startswith("data:")] == [address, f"{chat}embed.js"]
    assert len(page.frames) == 1
    assert page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"
    assert page.context.cookies() == []
    launcher(page).click()
    inside(page)
    [embedded] = [url for url in seen if "/embed?" in url]
    asked = parse_qs(urlsplit(embedded).query)
    assert asked == {"policy": ["rackspace"], "lang": ["en"], "host": [portal.origin]}


def test_an_origin_that_is_not_in_the_settings_gets_no_frame(portal, chat, host):
    portal.put("plain.html", page_with(script(chat), '<input id="own">'))
    page = host(f"{portal.other}/plain.html", noisy=True)
    said = []
    page.on("console", lambda message: said.append(message.text))
    launcher(page).click()
    page.wait_for_function("() => document.querySelector('plainclause-widget').shadowRoot.querySelector('dialog').open")
    deadline = 50
    while not any("frame-ancestors" in each for each in said) and deadline:
        page.wait_for_timeout(100)
        deadline -= 1
    assert any("frame-ancestors" in each for each in said)
    frame = page.locator("plainclause-widget iframe").element_handle().content_frame()
    assert not frame.url.startswith(chat)
    assert frame.locator("#about").count() == 0
    page.evaluate("Plainclause.ask('is it?')")  # waits for a chat that never comes
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.localName === 'plainclause-widget'")
    page.locator("#own").fill("the page lives")


@pytest.mark.parametrize("mode", ["button", "inline"])
def test_the_page_neither_scrolls_nor_loses_its_focus_when_the_widget_loads(portal, chat, host, mode):
    tall = '<p style="height: 3000px">Text</p>'
    address = portal.put("focus.html", page_with(script(chat, mode=mode), tall, '<input id="own" autofocus>', tall))
    page = host(address)
    page.evaluate("scrollTo(0, 700)")
    if mode == "inline":
        page.locator("plainclause-widget").scroll_into_view_if_needed()
        page.evaluate("scrollTo(0, 300)")
        inside(page)
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.id") == "own"
    assert page.evaluate("scrollY") == (300 if mode == "inline" else 700)
    if mode == "button":
        launcher(page).click()
        frame = inside(page)
        frame.wait_for_function("() => document.activeElement.matches('#question textarea')")
        frame.get_by_label("Your question").fill(QUESTION)
        page.keyboard.press("Enter")
        assert answered(frame) == CLAUSE
        assert page.evaluate("scrollY") == 700


def test_who_goes_back_to_the_page_before_the_chat_is_there_stays_on_the_page(portal, chat, host):
    page = host(portal.put("back.html", page_with('<input id="own">', script(chat))))
    launcher(page).click()
    page.locator("#own").focus()
    inside(page)
    page.wait_for_timeout(300)
    page.keyboard.type("my own words")
    assert page.locator("#own").input_value() == "my own words"


def test_a_page_that_closes_the_widget_keeps_its_own_focus(portal, chat, host):
    page = host(portal.put("own_focus.html", page_with('<input id="own">', script(chat))))
    launcher(page).click()
    inside(page)
    page.locator("#own").focus()
    page.evaluate("Plainclause.close()")
    launcher(page).wait_for()
    assert page.evaluate("document.activeElement.id") == "own"


def test_the_keyboard_alone_opens_asks_reads_and_closes(portal, chat, host):
    page = host(portal.put("keys.html", page_with('<button id="before">Before</button>', script(chat))))
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = inside(page)
    frame.wait_for_function("() => document.activeElement.matches('#question textarea')")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    assert answered(frame) == CLAUSE
    for _ in range(40):
        if frame.evaluate("document.activeElement.textContent") == "Show in the policy":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    frame.wait_for_function("() => document.activeElement.matches('#document .hit')")
    mark_is_seen(page, frame)
    for _ in range(40):  # past the links of the policy that stand before the clause
        if frame.evaluate("document.activeElement.className") == "back":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    frame.wait_for_function("() => document.activeElement.textContent === 'Show in the policy'")
    page.keyboard.press("Escape")
    page.wait_for_function(
        "() => document.activeElement.shadowRoot?.activeElement?.className === 'open' && document.hasFocus()"
    )
    page.keyboard.press("Enter")  # the talk is still there
    frame.wait_for_function("() => document.activeElement.matches('#question textarea')")
    assert answered(frame) == CLAUSE


def test_esc_closes_an_open_list_before_the_widget(portal, chat, host):
    page = host(portal.put("esc.html", page_with(script(chat, policy="*"))))
    launcher(page).click()
    frame = inside(page)
    frame.get_by_role("combobox", name="Policy").click()
    frame.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    frame.get_by_role("option").first.wait_for(state="detached")
    page.wait_for_timeout(200)
    assert page.locator("plainclause-widget dialog").is_visible()
    frame.get_by_label("Your question").focus()
    page.keyboard.press("Escape")
    page.locator("plainclause-widget dialog").wait_for(state="hidden")


def test_esc_in_the_panel_is_not_taken_for_the_pages_own(portal, chat, host):
    page = host(portal.put("own.html", page_with(script(chat))))
    page.evaluate("addEventListener('keydown', event => { window.heard = (window.heard || '') + event.key })")
    launcher(page).click()
    inside(page)
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Escape")
    page.locator("plainclause-widget dialog").wait_for(state="hidden")
    assert "Escape" not in (page.evaluate("window.heard") or "")


def test_a_phone_shows_the_chat_on_the_whole_screen(portal, chat, host):
    page = host(portal.put("phone.html", page_with(script(chat), '<a href="#">Link</a>')), **PHONE)
    launcher(page).tap()
    frame = inside(page)
    box = page.locator("plainclause-widget dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert frame.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    frame.wait_for_function("() => document.activeElement.id === 'talk'")  # the screen's keyboard stays down
    frame.get_by_label("Your question").fill(QUESTION)
    frame.get_by_role("button", name="Ask", exact=True).tap()
    assert answered(frame) == CLAUSE
    frame.get_by_role("link", name="Show in the policy").first.tap()
    mark_is_seen(page, frame)
    page.evaluate("document.querySelector('a').focus()")
    assert page.evaluate("document.activeElement.localName") != "a", "what lies behind can be reached"
    page.get_by_role("button", name="Close").tap()
    page.wait_for_function("() => document.activeElement.shadowRoot?.activeElement?.className === 'open'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(portal, chat, host, axe, scheme):
    """The frame is checked from within: axe tries to reach over to another origin, which the console reports."""
    page = host(demo(portal, chat), color_scheme=scheme, noisy=True)
    launcher(page).wait_for()
    axe(page)
    launcher(page).click()
    frame = inside(page)
    assert page.locator("plainclause-widget .dark").count() == (scheme == "dark")
    assert frame.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    axe(page)
    axe(frame)
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    assert answered(frame) == CLAUSE
    axe(frame)
    frame.get_by_role("link", name="Show in the policy").first.click()
    mark_is_seen(page, frame)
    axe(frame)


def test_several_scripts_leave_the_page_and_each_other_alone(portal, chat, host):
    body = [
        "<script>window.before = Object.keys(window)</script>", script(chat), script(chat, theme="dark"),
        script(chat, position="left", lang="de"), '<div id="place">', script(chat, mode="inline", theme="dark"), "</div>",
    ]  # fmt: skip
    page = host(portal.put("many.html", page_with(*body)))
    page.locator("#place plainclause-widget iframe").wait_for()
    launcher(page).nth(1).wait_for()
    assert page.evaluate("Object.keys(window).filter(key => !before.includes(key) && key !== 'before')") == [
        "Plainclause"
    ]
    assert sorted(launcher(page).all_inner_texts()) == ["Fragen zum Datenschutz", "Questions about privacy"]
    assert page.locator("plainclause-widget").count() == 3
    within = inside(page, "#place plainclause-widget iframe")
    assert "dark" in within.evaluate("document.body.className")
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    frame = inside(page, "plainclause-widget dialog[open] iframe")
    assert answered(frame) == CLAUSE
    assert within.locator("#conversation .answer").count() == 0
    page.evaluate("Plainclause.close()")
    page.locator("plainclause-widget dialog[open]").wait_for(state="detached")
    left, right = sorted(each.bounding_box()["x"] for each in launcher(page).all())
    assert left == 20
    assert right > 640


def test_the_inline_chat_stands_where_the_script_stands_and_shows_the_clause(portal, chat, host):
    wide = ['<p style="height: 9000px">Text</p>', '<div id="place" style="width: 1100px">', script(chat, mode="inline"),
            "</div>"]  # fmt: skip
    page = host(portal.put("inline.html", page_with(*wide)))
    page.wait_for_timeout(500)
    assert len([frame for frame in page.frames if "/embed" in frame.url]) == 0, "loaded before it came near"
    page.locator("plainclause-widget").scroll_into_view_if_needed()
    frame = inside(page)
    assert page.locator("plainclause-widget iframe").bounding_box()["width"] == 1100
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    assert answered(frame) == CLAUSE
    mark_is_seen(page, frame)
    assert frame.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "it needs a second scroll bar"
    page.keyboard.press("Escape")
    page.evaluate("Plainclause.close()")
    assert page.locator("plainclause-widget iframe").is_visible()


def test_styles_and_direction_of_the_page_do_not_reach_the_widget(portal, chat, host):
    hostile = (
        "<style>* { direction: rtl; transform: none; letter-spacing: 1em; all: unset }"
        " plainclause-widget, section, button, dialog, iframe, div { display: none !important; opacity: 0 !important;"
        " position: static !important; visibility: hidden !important; z-index: -1 !important }</style>"
    )
    page = host(portal.put("hostile.html", page_with(script(chat), head=hostile).replace("<html", '<html dir="rtl"')))
    launcher(page).wait_for()
    box = launcher(page).bounding_box()
    assert box["x"] + box["width"] == 1260
    launcher(page).click()
    frame = inside(page)
    assert frame.get_by_label("Your question").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('plainclause-widget')).direction") == "ltr"
    page.get_by_role("button", name="Close").click()
    page.emulate_media(media="print")
    assert not launcher(page).is_visible()


def test_a_german_page_gets_german_and_the_language_can_be_changed_in_mid_talk(portal, chat, host):
    narrow = {"width": 320, "height": 640}
    page = host(portal.put("german.html", page_with(script(chat), lang="de-AT")), viewport=narrow)
    assert launcher(page).inner_text() == "Fragen zum Datenschutz"
    launcher(page).click()
    frame = inside(page)
    assert frame.locator(".back").text_content() == "Zurück zur Antwort"
    shown = "document.querySelector('#talk').getBoundingClientRect().bottom <= innerHeight"
    assert frame.evaluate(shown), "the talk does not fit below the first words"
    with frame.expect_navigation():
        frame.get_by_role("link", name="English").click()
    frame.locator(".back", has_text="Back to the answer").wait_for(state="attached")
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    assert answered(frame) == CLAUSE
    page.keyboard.press("Escape")
    page.locator("plainclause-widget dialog").wait_for(state="hidden")


def test_what_is_asked_while_the_chat_loads_anew_is_asked_when_it_is_there(portal, chat, host):
    page = host(portal.put("again.html", page_with(script(chat))))
    launcher(page).click()
    frame = inside(page)
    with frame.expect_navigation(wait_until="commit"):
        frame.evaluate("void setTimeout(() => location.reload())")
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    assert answered(frame) == CLAUSE
    assert frame.locator("#conversation .answer").count() == 1
    with frame.expect_navigation():
        frame.evaluate("void setTimeout(() => location.reload())")
    frame = inside(page)
    page.wait_for_timeout(500)
    assert frame.locator("#conversation .asked").count() == 0, "it was asked twice"


DENIED = """if (parent !== window) Object.defineProperty(window, "localStorage", { configurable: true,
    get() { throw new DOMException("denied", "SecurityError"); } });"""


@pytest.mark.parametrize("denied", [True, False])
def test_a_browser_that_keeps_nothing_for_frames_has_a_chat_without_the_offer_to_keep(portal, chat, host, denied):
    portal.put("denied.html", page_with(script(chat)))
    page = host(f"{portal.near}/denied.html")
    page.add_init_script(DENIED if denied else "")
    page.reload()
    page.wait_for_function("window.Plainclause")
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    frame = inside(page)
    assert answered(frame) == CLAUSE
    assert frame.get_by_label("Remember this chat").is_visible() == (not denied)


def test_a_word_about_an_answer_says_that_it_came_from_the_widget(portal, chat, host, data):
    page = host(portal.put("word.html", page_with(script(chat))))
    page.evaluate(f"Plainclause.ask('{QUESTION}')")
    frame = inside(page)
    frame.get_by_role("button", name="Helpful", exact=True).click()
    frame.get_by_text("Thank you.", exact=True).wait_for()
    assert [entry.surface for entry in FeedbackStore(Database(data)).entries()] == ["widget"]
