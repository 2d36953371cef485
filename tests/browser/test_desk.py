"""The agents' desk in a real Chromium: searching, the clause in its context, the keyboard, languages, phones."""

import json
import re
from typing import Any

import pytest

from assistant.surfaces.render.names import permalink
from tests.browser.desk_pages import focused, number_of
from tests.browser.screens import CLAUSE, IN_SIGHT, PHONE, SIDEWAYS

pytestmark = pytest.mark.browser


def found(page: Any, words: str) -> None:
    """Type some words and wait until the list shows what they find."""
    page.locator("#hits").evaluate("list => { list.firstElementChild?.classList.add('stale'); }")
    page.get_by_role("searchbox").fill(words)
    page.wait_for_function("() => !document.querySelector('#hits .stale')")


def choice(page: Any, name: str) -> Any:
    return page.get_by_role("combobox", name=name, exact=True, include_hidden=True)


def quotes(page: Any) -> list[str]:
    return list(page.locator("#hits .clause").evaluate_all("all => all.map(each => each.textContent)"))


# --- searching --------------------------------------------------------------------------------------------------------


def test_clauses_are_found_as_one_types(desk):
    page = desk()
    assert page.locator("#count").inner_text().endswith("clauses")
    found(page, "credit car")
    assert len(quotes(page)) >= 3
    marks = page.locator("#hits .hit").first.locator("mark").all_inner_texts()
    assert marks == ["credit", "car"]
    assert re.fullmatch(r"\d+ clauses", page.locator("#count").inner_text())
    assert page.locator("#count").get_attribute("role") == "status"
    assert page.get_by_role("searchbox", name="Search all clauses", exact=True).is_visible()
    assert page.get_by_role("list", name="Clauses found").is_visible()
    assert page.url.endswith("/desk?q=credit+car")


def test_a_clause_that_is_only_near_in_meaning_says_so(desk):
    page = desk("?q=card%20information&company=Rackspace")
    label = page.locator("#hits .near")
    assert label.count() == 1
    assert label.inner_text() == "Without these words, but near in meaning"
    assert page.locator("#hits .near + .hit .clause").inner_text() in quotes(page)[1:]


def test_a_stale_answer_never_replaces_a_newer_one(desk):
    page = desk()
    page.route("**/api/clauses?q=cookie&**", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.get_by_role("searchbox").fill("cookie")
    page.wait_for_timeout(200)
    found(page, "telephone")
    page.wait_for_timeout(900)
    assert all("telephone" in quote.lower() for quote in quotes(page)[:1])


def test_a_search_can_be_shared_by_its_address(desk):
    page = desk()
    found(page, "card")
    choice(page, "Data").select_option("Payment data")
    choice(page, "Version").select_option("Current and earlier")
    page.wait_for_function("() => location.search.includes('version=all')")
    page.wait_for_function("() => document.querySelectorAll('#hits .badge:not([hidden])').length > 0")
    other = desk("?" + page.url.split("?")[1])
    assert quotes(other) == quotes(page)
    assert choice(other, "Data").input_value() == "payment"
    assert other.get_by_role("searchbox").input_value() == "card"


def test_filters_narrow_the_list_and_can_be_cleared(desk):
    page = desk()
    everything = page.locator("#count").inner_text()
    choice(page, "Policy").select_option("Rackspace Managed Hosting Privacy Statement (Earlier version)")
    page.wait_for_function("old => document.querySelector('#count').textContent !== old", arg=everything)
    assert choice(page, "Version").input_value() == "all"
    badges = page.locator("#hits .hit .badge")
    assert badges.count() == page.locator("#hits .hit").count() > 0
    assert badges.first.inner_text() == "Earlier version"
    choice(page, "Practice").select_option("Tracking, cookies")
    choice(page, "Data").select_option("Cookies")
    page.wait_for_function("() => document.querySelectorAll('#hits .hit').length < 10")
    assert any("cookies" in quote for quote in quotes(page))
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_function("old => document.querySelector('#count').textContent === old", arg=everything)
    assert page.url.endswith("/desk")


def test_more_clauses_come_when_asked_for(desk):
    page = desk()
    assert len(quotes(page)) == 20
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("() => document.querySelectorAll('#hits .hit').length === 40")
    focused(page, "#hits .hit:nth-child(21) .clause")
    assert len(set(page.locator("#hits .clause").evaluate_all("all => all.map(each => each.href)"))) == 40


def test_nothing_found_says_what_to_do(desk, axe):
    page = desk("?q=xyzzyplugh")
    assert page.locator("#count").inner_text() == "No clause found"
    axe(page)
    page.get_by_role("link", name="Ask the policies this as a question").click()
    page.locator("#table table").wait_for()
    assert page.get_by_label("Question").input_value() == "xyzzyplugh"
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("button", name="Search earlier versions too").click()
    page.wait_for_function("() => location.search.includes('version=all')")


def test_a_server_that_refuses_is_told_and_can_be_asked_again(desk):
    page = desk(failing=True)
    page.route("**/api/clauses?*", lambda route: route.fulfill(status=503))
    page.get_by_role("searchbox").fill("card")
    page.get_by_text("The search did not work just now.").wait_for()
    page.unroute("**/api/clauses?*")
    found(page, "cards")
    assert page.locator("#count").inner_text() != ""


def test_a_clause_is_shown_in_its_context(desk):
    page = desk("?q=transaction-by-transaction&company=Rackspace")
    preview = page.get_by_role("region", name="The clause in its context")
    assert preview.locator(".this").evaluate("each => each.textContent") == CLAUSE
    preview.get_by_text("Visitor financial information is encrypted").wait_for()
    assert "This information may be encrypted and stored" in preview.inner_text()
    assert preview.locator(".path").inner_text() == "What do we use this Information for? › Financial Information"
    assert preview.locator(".source").inner_text().strip() == "Rackspace Privacy Policy · date not stated"
    assert page.evaluate(IN_SIGHT, "#preview .this")


def test_offsets_are_code_points_so_that_no_emoji_moves_the_marks(desk):
    page = desk()
    clause = {"policy_id": "gone", "provider": None, "title": "<b>T</b>", "effective_date": None,
              "updated_date": "2026-07-01", "snapshot_date": "2026-07-03",
              "superseded_by": None, "number": 0, "quote": "🙂🙂 <i>card</i> 🙂", "start": 0, "end": 15, "path": [],
              "matches": [[6, 10]], "near": False, "permalink": "policy/gone#c0-000000000000"}  # fmt: skip
    answer = json.dumps({"total": 1, "clauses": [clause]})
    page.route("**/api/clauses?*", lambda route: route.fulfill(body=answer, content_type="application/json"))
    page.route("**/api/policies/*", lambda route: route.fulfill(body='{"text": "", "clauses": []}'))
    found(page, "card")
    assert page.locator("#hits mark").inner_text() == "card"
    assert quotes(page) == [clause["quote"]]
    assert page.locator("#hits i, #preview i, #hits b, #preview b").count() == 0
    assert page.locator("#preview .title").inner_text() == "<b>T</b>"
    assert page.locator("#preview .date").inner_text() == "2026-07-01"


# --- the keyboard -----------------------------------------------------------------------------------------------------


def test_the_keyboard_alone_finds_copies_and_opens_a_clause(site, desk):
    page = desk(permissions=["clipboard-read", "clipboard-write"])
    page.locator("#content").focus()
    page.keyboard.press("/")
    focused(page, "#q")
    page.keyboard.type("transaction-by")
    page.keyboard.press("ArrowDown")
    focused(page, "#hits .hit:first-child .clause[aria-current=true]")
    page.keyboard.press("ArrowDown")
    focused(page, "#hits .hit:nth-child(2) .clause")
    assert page.locator("#hits .clause[tabindex='0']").count() == 1
    assert page.locator("#preview .this").evaluate("each => each.textContent") == CLAUSE
    page.keyboard.press("c")
    page.get_by_text("Copied with its citation").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n").split("\n")
    assert copied[:3] == [
        f"“{CLAUSE}”",
        "What do we use this Information for? › Financial Information",
        "Rackspace Privacy Policy, date not stated",
    ]
    assert re.fullmatch(re.escape(site) + r"policy/rackspace#c\d+-[0-9a-f]{12}", copied[3])
    page.keyboard.press("Enter")
    page.wait_for_url(copied[3])
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == CLAUSE
    assert page.evaluate(IN_SIGHT, "section:target")


def test_arrows_go_back_to_the_search_and_escape_too(desk):
    page = desk("?q=card")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_function("() => document.activeElement.matches('#hits .hit:first-child .clause')")
    page.keyboard.press("ArrowUp")
    focused(page, "#q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    focused(page, "#q")


def test_the_keys_are_shown_and_can_be_turned_off(desk, axe):
    page = desk("?q=card")
    page.locator("#content").focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    assert dialog.is_visible()
    axe(page)
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.locator("#content").focus()
    page.keyboard.press("?")
    page.keyboard.press("/")
    assert not dialog.is_visible()
    focused(page, "#content")
    page.reload()
    page.locator("#hits .hit").first.wait_for()
    page.locator("#content").focus()
    page.keyboard.press("?")
    assert not dialog.is_visible()


def test_letters_typed_into_the_search_are_letters(desk):
    page = desk()
    page.get_by_role("searchbox").press_sequentially("c/?")
    assert page.get_by_role("searchbox").input_value() == "c/?"
    assert not page.locator("#keys").is_visible()


def test_a_click_shows_the_context_and_a_second_one_opens_the_clause(desk):
    page = desk("?q=card")
    second = page.locator("#hits .clause").nth(1)
    second.click()
    assert page.locator("#preview .this").evaluate("each => each.textContent") == second.inner_text()
    second.click()
    page.wait_for_url("**/policy/**")


def test_without_the_clipboard_a_clause_is_copied_all_the_same(desk):
    page = desk("?q=card")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(document.activeElement.value); })")
    page.get_by_role("button", name="Copy with citation").click()
    page.get_by_text("Copied with its citation").wait_for()
    assert page.evaluate("window.copied").startswith("“")
    focused(page, "#preview .copy")


# --- everywhere -------------------------------------------------------------------------------------------------------


def test_the_desk_speaks_german_and_the_quotes_stay_as_they_are(site, desk, axe):
    page = desk("?q=transaction-by-transaction&company=Rackspace&lang=de")
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("#count").inner_text().split()[1] in ("Klausel", "Klauseln")
    assert page.locator("#preview .this").evaluate("each => each.textContent") == CLAUSE
    page.get_by_role("button", name="Mit Fundstelle kopieren").wait_for()
    axe(page)
    page.get_by_role("link", name="In der Erklärung öffnen").click()
    page.wait_for_url("**/policy/rackspace?lang=de#c*")
    page.get_by_role("link", name="Link zu dieser Klausel").first.wait_for(state="attached")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/policy/rackspace?lang=en#c*")
    german = desk(locale="de-DE")
    german.get_by_role("link", name="Änderungen").click()
    german.get_by_role("heading", name="Was sich geändert hat").wait_for()
    german.goto(site + "desk?q=card")
    german.get_by_role("link", name="English").click()
    german.wait_for_url("**/desk?q=card&lang=en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_no_page_has_a_fault_that_axe_knows_or_scrolls_sideways(site, look, axe, older, scheme, size):
    places = {
        "desk": "#hits .hit",
        "desk?q=card&version=all": "#hits .badge",
        "desk?question=is+my+card+number+shared%3F#compare": "#table tr",
        "desk/changes": ".change",
        permalink(older, number_of(older, "never permit")): ".now",
    }
    for address, place in places.items():
        page = look(site + address, color_scheme=scheme, **size)
        page.locator(place).locator("visible=true").first.wait_for()
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 26)"
        assert dark == (scheme == "dark")
        assert page.evaluate(SIDEWAYS) <= 0, address
        axe(page)


def test_on_a_phone_the_context_opens_below_its_clause(desk, axe):
    page = desk("?q=transaction-by-transaction", **PHONE)
    assert not page.locator("#preview").is_visible()
    assert not choice(page, "Company").is_visible()
    page.locator("#hits .clause").nth(1).tap()
    inside = page.locator("#hits .hit").nth(1).locator("#preview")
    assert inside.locator(".this").evaluate("each => each.textContent") == CLAUSE
    assert page.evaluate(SIDEWAYS) <= 0
    axe(page)
    page.locator(".filters summary").tap()
    assert choice(page, "Company").is_visible()
    axe(page)


def test_without_scripts_the_desk_leads_to_the_policies_and_changes_are_told(site, look):
    page = look(site + "desk?q=card", java_script_enabled=False)
    page.get_by_role("link", name="Rackspace Privacy Policy").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Rackspace Privacy Policy"
    page = look(site + "desk/changes", java_script_enabled=False)
    assert page.locator(".change.reworded").count() > 5
    assert not page.locator(".change.same").first.is_visible()
