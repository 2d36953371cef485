"""The answer above the desk's search, the reply that is drafted from it, recent searches and pins, in a real Chromium."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.settings import ROOT
from assistant.surfaces.web import app
from tests.browser.desk_pages import focused
from tests.browser.screens import CLAUSE, IN_SIGHT, PHONE, QUESTION, SIDEWAYS

pytestmark = pytest.mark.browser

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
KEPT = "localStorage.length"


def pasted(page: Any, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def answered(page: Any) -> Any:
    """The answer, once it is there."""
    page.locator("#answer .of").first.wait_for()
    return page.locator("#answer .of").first


def clipboard(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()")).replace("\r\n", "\n")


def held(page: Any, what: str) -> list[Callable[[], None]]:
    """Hold back the answers to questions that hold some words; each of what comes back lets one go on."""
    waiting: list[Callable[[], None]] = []
    page.route(
        "**/desk/answer",
        lambda route: waiting.append(route.continue_) if what in route.request.post_data else route.continue_(),
    )
    return waiting


def test_one_paste_and_one_key_draft_the_reply(site, desk, axe):
    page = desk("?company=Rackspace", **CLIPBOARD)
    focused(page, "#q")
    pasted(page, "Hello,\nI have moved.\nIs my card number shared?\nThanks")
    focused(page, "#answer .of")
    assert page.get_by_role("searchbox").input_value() == "Hello, I have moved. Is my card number shared? Thanks"
    answer = answered(page)
    assert answer.locator(".outcome").inner_text() == "No"
    assert answer.locator("blockquote").inner_text() == CLAUSE
    assert "reading" in answer.locator(".confidence").inner_text()
    assert page.evaluate(IN_SIGHT, "#answer .outcome")
    axe(page)
    page.keyboard.press("r")
    focused(page, "#answer textarea")
    reply = page.get_by_label("Your reply").input_value()
    begins, said, ends = reply.split("\n\n")
    assert begins == "Hello, and thank you for your question."
    sentence, source, link = said.split("\n")
    assert sentence == f"No: “{CLAUSE.rstrip('.')}”."  # the quote stands in it whole, and not a second time
    assert source == "Rackspace Privacy Policy, date not stated"
    assert re.fullmatch(re.escape(site) + r"policy/rackspace#c\d+-[0-9a-f]{12}", link)
    assert ends == "Kind regards"
    axe(page)
    page.keyboard.press("End")
    page.keyboard.type("cr?/")  # letters in a field are letters
    assert page.get_by_label("Your reply").input_value().endswith("cr?/")
    page.get_by_role("button", name="Copy the reply").click()
    page.get_by_text("The reply was copied").wait_for()
    assert clipboard(page).endswith("cr?/")
    page.get_by_label("Your reply").press("Escape")
    focused(page, "#answer .of")
    page.keyboard.press("Escape")
    focused(page, "#q")


def test_a_quote_that_the_sentence_shortens_stands_whole_in_the_reply(desk):
    page = desk(f"?q={QUESTION}&company=Rackspace")
    answered(page)
    body = json.dumps({"answers": [{"title": "T", "date": "D", "earlier": False, "said": [
        {"question": "q", "outcome": "no", "headline": "No", "sentence": "“We sell nothing”.", "text": "No: “We sell nothing”.",
         "confidence": None, "quotes": [{"quote": "<b>We sell nothing</b>, ever.", "path": [], "permalink": "policy/t#c0-0"}]}
    ]}]})  # fmt: skip
    page.route("**/desk/answer", lambda route: route.fulfill(body=body, content_type="application/json"))
    page.get_by_role("searchbox").fill("is it sold?")
    page.locator("#answer .title", has_text="T").get_by_text("T", exact=True).wait_for()
    assert page.locator("#answer blockquote b").count() == 0
    page.get_by_role("button", name="Draft a reply").click()
    reply = page.get_by_label("Your reply").input_value()
    assert "\n\nNo: “We sell nothing”.\n\n“<b>We sell nothing</b>, ever.”\nT, D\nhttp" in reply


def test_enter_asks_then_single_keys_reply_and_copy(site, desk):
    page = desk("?company=Rackspace", **CLIPBOARD)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    focused(page, "#answer .of")
    page.keyboard.press("c")
    page.get_by_text("Copied with its citation").wait_for()
    quote, _, _, link = clipboard(page).split("\n")
    assert quote == f"“{CLAUSE}”"
    assert link.startswith(f"{site}policy/rackspace#c")
    page.keyboard.press("ArrowDown")
    focused(page, "#hits .clause[data-at='0']")
    page.keyboard.press("r")
    focused(page, "#answer textarea")


def test_words_come_at_once_and_do_not_wait_for_the_answer(desk):
    page = desk("?company=Rackspace")
    waiting = held(page, "card")
    page.get_by_role("searchbox").fill(QUESTION)
    page.wait_for_function("() => document.querySelector('#hits mark')")
    page.get_by_text("Reading the policies").wait_for()
    assert page.locator("#answer .of").count() == 0
    waiting[0]()
    answered(page)
    focused(page, "#q")  # who types is left there


def test_a_late_answer_never_stands_over_another_question(desk):
    page = desk("?company=Rackspace")
    waiting = held(page, "card")
    page.get_by_role("searchbox").fill(QUESTION)
    page.get_by_text("Reading the policies").wait_for()
    page.get_by_role("searchbox").fill("do you use cookies?")
    newer = answered(page).locator(".sentence").inner_text()
    for let in waiting:
        let()
    page.wait_for_timeout(1500)
    assert answered(page).locator(".sentence").inner_text() == newer
    page.get_by_role("searchbox").fill("cookies")
    page.locator("#answer").wait_for(state="hidden")  # at once, without a new answer
    page.wait_for_timeout(1200)
    assert not page.locator("#answer").is_visible()


def test_words_that_are_no_question_are_not_answered(desk):
    page = desk("?q=data+sold+to+third+parties")
    page.wait_for_timeout(2000)
    assert not page.locator("#answer").is_visible()


def test_several_policies_answer_each_for_itself(desk, axe):
    page = desk(f"?q={QUESTION}", **CLIPBOARD)
    answered(page)
    assert page.locator("#answer .of:visible").count() == 2
    page.locator("#answer summary").click()
    assert page.locator("#answer .of:visible").count() == 3
    axe(page)
    second = page.locator("#answer .of").nth(1)
    second.get_by_role("button", name="Draft a reply").click()
    assert second.locator(".title").inner_text() in second.locator("textarea").input_value()


def test_a_ticket_that_no_policy_answers_gets_an_honest_reply(desk):
    page = desk(**CLIPBOARD)
    pasted(page, "does the company share phone recordings?")
    focused(page, "#answer .of")
    assert page.locator("#answer .of").count() == 1
    assert answered(page).locator(".outcome").inner_text() == "Not addressed"
    page.keyboard.press("r")
    assert "found no clause about" in page.get_by_label("Your reply").input_value()


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (429, {"retry-after": "7"}, {}, "Please try again in 7 seconds."),
        (500, {}, {}, "could not be answered just now"),
        (200, {}, {"answers": [], "notice": "Please ask in English."}, "Please ask in English."),
    ],
)
def test_what_went_wrong_is_one_line(desk, status, headers, body, told):
    page = desk(failing=True)
    answer = {"status": status, "headers": headers, "content_type": "application/json", "body": json.dumps(body)}
    page.route("**/desk/answer", lambda route: route.fulfill(**answer))
    page.get_by_role("searchbox").fill(QUESTION)
    page.locator("#answered", has_text=told).wait_for()
    assert page.locator("#answer").inner_text().strip().count("\n") == 0
    page.unroute("**/desk/answer")
    page.get_by_role("searchbox").fill(QUESTION.upper())
    answered(page)


def test_nothing_is_kept_before_use_and_what_is_kept_can_be_cleared(desk, axe):
    page = desk(**CLIPBOARD)
    page.get_by_role("searchbox").fill("card")
    page.wait_for_function("() => location.search.includes('q=card')")
    assert page.evaluate(KEPT) == 0
    assert not page.locator("#kept").is_visible()
    page.keyboard.press("Enter")
    page.locator("#kept").wait_for()
    assert page.evaluate(KEPT) == 1
    page.get_by_role("searchbox").fill("cookies")
    page.keyboard.press("Enter")
    page.locator("#preview .pin").click()
    page.get_by_text("Pinned", exact=True).wait_for()
    page.locator("#kept summary").click()
    axe(page)
    rows = page.locator("#kept li")
    assert [each.split("\n")[0] for each in rows.locator("a").all_inner_texts()][1:] == ["cookies", "card"]
    assert "policy/" in rows.first.locator("a").get_attribute("href")
    rows.nth(2).get_by_role("button", name="Pin").click()
    assert rows.nth(1).locator("a").inner_text() == "card"
    rows.nth(1).locator("a").click()
    page.wait_for_url("**/desk?q=card*")
    page.locator("#kept summary").click()
    page.get_by_role("button", name="Clear all").click()
    assert page.evaluate(KEPT) == 0
    assert not page.locator("#kept").is_visible()


def test_a_result_set_has_a_link_without_ones_own_settings(site, desk):
    page = desk("?q=card&company=Rackspace&lang=en&keys=off", **CLIPBOARD)
    page.get_by_role("button", name="Copy link to these results").click()
    page.get_by_text("The link was copied").wait_for()
    assert clipboard(page) == f"{site}desk?q=card&company=Rackspace"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_in_german_question_answer_and_reply_stand_below_each_other(desk, axe, scheme):
    page = desk(f"?q={QUESTION}&company=Rackspace&lang=de", color_scheme=scheme, **PHONE)
    answer = answered(page)
    assert answer.locator(".outcome").inner_text() == "Nein"
    answer.get_by_role("button", name="Antwort entwerfen").tap()
    reply = page.get_by_label("Ihre Antwort").input_value()
    assert reply.startswith("Guten Tag und vielen Dank")
    assert CLAUSE.rstrip(".") in reply
    assert reply.endswith("Mit freundlichen Grüßen")
    assert page.evaluate(SIDEWAYS) <= 0
    axe(page)


def test_the_demo_ticket_takes_one_paste_and_one_key(served, assistant, real, portal, look, axe):
    with served(app(lambda: assistant, real.model_copy(update={"desk_origins": (portal.near,)}))) as address:
        for file in (ROOT / "docs" / "portal").iterdir():
            text = file.read_text(encoding="utf-8").replace("http://127.0.0.1:7860", address.rstrip("/"))
            portal.put(f"demo/{file.name}", text)
        page = look(f"{portal.near}/demo/ticket.html", **CLIPBOARD)
        desk = page.frame_locator("iframe")
        desk.get_by_role("searchbox").click()
        pasted(page, page.locator("blockquote").inner_text())
        desk.locator("#answer .of:focus").wait_for()
        page.keyboard.press("r")
        reply = desk.get_by_label("Your reply")
        reply.wait_for()
        assert CLAUSE.rstrip(".") in reply.input_value()
        axe(page)
        desk.get_by_role("button", name="Copy the reply").click()
        desk.get_by_text("The reply was copied").wait_for()
        page.get_by_label("Your reply").last.click()
        page.keyboard.press("Control+V")
        assert page.locator("#reply").input_value() == reply.input_value()
