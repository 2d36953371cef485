"""The agents' desk and the policies' own pages, in a real Chromium."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from assistant.surfaces.render.names import permalink
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from corpus.versions.archive import FolderArchive

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_SIGHT = """place => {
    const box = document.querySelector(place).getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""
RELEASE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
REWORDED = RELEASE.replace("not authorise the release", "never permit the release")


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
    assert RELEASE in source
    (folder / "rackspace.md").write_text(source.replace(RELEASE, REWORDED) + "\n\nWe never sleep.\n", encoding="utf-8")
    facts = {"provider": "Rackspace", "title": "Rackspace Privacy Policy", "licence": "for tests"}
    (folder / "rackspace.json").write_text(json.dumps(facts), encoding="utf-8")
    policy = open_shelf(folder)["rackspace"]
    FolderArchive(real.data).keep([policy])
    return policy


def number_of(policy: Policy, words: str) -> int:
    return next(at for at, clause in enumerate(policy.clauses) if words in clause.span.of(policy.text))


def found(page: Any, words: str) -> None:
    """Type some words and wait until the list shows what they find."""
    page.locator("#hits").evaluate("list => { list.firstElementChild?.classList.add('stale'); }")
    page.get_by_role("searchbox").fill(words)
    page.wait_for_function("() => !document.querySelector('#hits .stale')")


def choice(page: Any, name: str) -> Any:
    return page.get_by_role("combobox", name=name, exact=True, include_hidden=True)


def quotes(page: Any) -> list[str]:
    return list(page.locator("#hits .clause").evaluate_all("all => all.map(each => each.textContent)"))


def focused(page: Any, place: str) -> None:
    """Wait until what has the focus is at a place."""
    page.wait_for_function("place => document.activeElement.matches(place)", arg=place)


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
    assert preview.locator(".this").evaluate("each => each.textContent") == RELEASE
    preview.get_by_text("Visitor financial information is encrypted").wait_for()
    assert "This information may be encrypted and stored" in preview.inner_text()
    assert preview.locator(".path").inner_text() == "What do we use this Information for? › Financial Information"
    assert preview.locator(".source").inner_text().strip() == "Rackspace Privacy Policy · date not stated"
    assert page.evaluate(IN_SIGHT, "#preview .this")


def test_offsets_are_code_points_so_that_no_emoji_moves_the_marks(desk):
    page = desk()
    clause = {"policy_id": "gone", "provider": None, "title": "<b>T</b>", "effective_date": None, "snapshot_date": None,
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
    assert page.locator("#preview .this").evaluate("each => each.textContent") == RELEASE
    page.keyboard.press("c")
    page.get_by_text("Copied with its citation").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n").split("\n")
    assert copied[:3] == [
        f"“{RELEASE}”",
        "What do we use this Information for? › Financial Information",
        "Rackspace Privacy Policy, date not stated",
    ]
    assert re.fullmatch(re.escape(site) + r"policy/rackspace#c\d+-[0-9a-f]{12}", copied[3])
    page.keyboard.press("Enter")
    page.wait_for_url(copied[3])
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == RELEASE
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


# --- comparing --------------------------------------------------------------------------------------------------------


def test_policies_are_compared_and_the_table_is_saved(site, desk, axe):
    page = desk()
    page.get_by_role("link", name="Compare").click()
    axe(page)
    page.get_by_label("Question").fill("is my card number shared?")
    page.get_by_role("checkbox", name="QualiSpace").uncheck()
    page.get_by_role("button", name="Compare").click()
    rows = page.locator("#table tbody tr")
    rows.nth(1).wait_for()
    axe(page)
    assert page.locator("#compared").inner_text() == "2 policies compared"
    rackspace = rows.filter(has_text="Rackspace Privacy Policy")
    assert rackspace.locator(".outcome").inner_text() == "No"
    assert rackspace.locator("blockquote").inner_text() == RELEASE
    assert rackspace.locator(".sentence").inner_text() == f"“{RELEASE.rstrip('.')}”."
    for kind, name in (("csv", "CSV"), ("md", "Markdown"), ("json", "JSON")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert download.value.suggested_filename == f"comparison.{kind}"
        if kind == "csv":
            assert [each["policy_id"] for each in csv.DictReader(io.StringIO(text))] == ["rackspace", "vps6"]
        elif kind == "json":
            assert json.loads(text)["rows"][0]["citations"][0]["quote"] == RELEASE
        else:
            assert "| Policy | Outcome |" in text
    other = desk("?" + page.url.split("?")[1])
    other.locator("#table tbody tr").nth(1).wait_for()
    assert other.locator("#table").inner_text() == page.locator("#table").inner_text()
    rackspace.get_by_role("link", name="Show in the policy").click()
    page.wait_for_url("**/policy/rackspace#c*")
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == RELEASE


def test_comparing_begins_with_what_was_searched_for_and_is_copied_with_its_citations(desk, site, axe):
    page = desk("?q=is+my+card+number+shared", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Compare").click()
    focused(page, "#question")
    assert page.get_by_label("Question").input_value() == "is my card number shared"
    page.keyboard.press("Enter")
    page.locator("#table tbody tr").nth(2).wait_for()
    page.get_by_role("button", name="Copy with all citations").click()
    page.get_by_text("Copied with all citations", exact=True).and_(page.locator("#said")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    assert copied.startswith("is my card number shared\n\n")
    [rackspace] = [each for each in copied.split("\n\n") if each.startswith("Rackspace Privacy Policy")]
    assert rackspace.split("\n")[0] == "Rackspace Privacy Policy, date not stated"
    assert rackspace.split("\n")[1].startswith("No: ")
    assert f"“{RELEASE}”" in rackspace
    assert re.search(re.escape(site) + r"policy/rackspace#c\d+-[0-9a-f]{12}$", rackspace)
    axe(page)
    page.get_by_label("Question").fill("what else?")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("link", name="Compare").click()
    assert page.get_by_label("Question").input_value() == "what else?"  # typed there: not to be written over


def test_a_comparison_says_what_is_missing(desk):
    page = desk("#compare")
    page.get_by_role("button", name="Compare").click()
    assert page.locator("#compared").inner_text() == "Write a question."
    focused(page, "#question")
    page.get_by_role("button", name="None").click()
    page.get_by_label("Question").fill("is my data sold?")
    page.keyboard.press("Enter")
    assert page.locator("#compared").inner_text() == "Choose at least one policy."
    page.get_by_role("button", name="All").click()
    page.get_by_role("button", name="Compare").click()
    page.locator("#table tbody tr").nth(3).wait_for()


# --- what changed -----------------------------------------------------------------------------------------------------


def test_what_changed_is_told_clause_by_clause_in_words_and_not_in_colour_alone(site, look, axe):
    page = look(site + "desk/changes?old=rackspace-managed-hosting&new=rackspace")
    reworded = page.locator(".change", has_text="transaction-by-transaction")
    assert reworded.locator(".kind").inner_text() == "Reworded"
    words = "all => all.map(each => each.lastChild.textContent)"
    assert "never authorize" in reworded.locator("del").evaluate_all(words)
    assert "not authorise" in reworded.locator("ins").evaluate_all(words)
    assert "line-through" in reworded.locator("del").first.evaluate("each => getComputedStyle(each).textDecoration")
    assert "underline" in reworded.locator("ins").first.evaluate("each => getComputedStyle(each).textDecoration")
    kinds = set(page.locator(".change .kind").all_inner_texts())
    assert {"Added", "Removed", "Reworded"} <= kinds
    axe(page)
    counted = {text.split()[0]: int(text.split()[1]) for text in page.locator(".counts li").all_inner_texts()}
    for kind, count in counted.items():
        assert page.locator(f".change.{ {'Unchanged': 'same'}.get(kind, kind.lower()) }").count() == count
    same = page.locator(".change.same")
    assert not same.first.is_visible()
    page.get_by_label("Only what changed").uncheck()
    assert same.first.is_visible()
    axe(page)
    reworded.get_by_role("link", name="earlier text").click()
    page.wait_for_url("**/policy/rackspace-managed-hosting?lang=en#c*")
    assert "never authorize" in page.locator("section:target").inner_text()
    assert page.evaluate(IN_SIGHT, "section:target")


# --- a policy's own page ----------------------------------------------------------------------------------------------


def test_each_clause_of_a_policy_has_a_link_of_its_own(site, look, axe):
    page = look(site + "policy/rackspace")
    links = page.get_by_role("link", name="Link to this clause")
    assert links.count() == page.locator(".words section").count()
    assert links.first.evaluate("each => getComputedStyle(each).opacity") == "0"
    links.first.focus()
    assert links.first.evaluate("each => getComputedStyle(each).opacity") == "1"
    axe(page)
    page.keyboard.press("Enter")
    assert re.search(r"#c0-[0-9a-f]{12}$", page.url)
    assert page.locator("section:target").count() == 1
    axe(page)


def test_a_permalink_to_a_text_that_was_replaced_shows_that_text_and_what_became_of_it(site, look, axe, older):
    page = look(site + permalink(older, number_of(older, "never permit")))
    page.get_by_text("The policy has changed since this link was made.").wait_for()
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == REWORDED
    assert page.evaluate(IN_SIGHT, "section:target")
    assert page.evaluate(IN_SIGHT, ".note")
    assert page.evaluate(IN_SIGHT, ".now")
    assert page.locator(".now .kind").inner_text() == "Reworded"
    assert page.locator(".now del").evaluate_all("all => all.map(each => each.lastChild.textContent)") == [
        "never permit"
    ]
    axe(page)
    page.get_by_role("link", name="Show the clause of today").click()
    page.wait_for_url("**/policy/rackspace?lang=en#c*")
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == RELEASE
    assert page.locator(".note:visible").count() == 0


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [("never sleep", "Removed", "This clause is gone"), ("credit card", "Unchanged", "stands unchanged today")],
)
def test_a_permalink_says_whether_its_clause_is_still_there(site, look, older, words, kind, said):
    page = look(site + permalink(older, number_of(older, words)))
    page.get_by_text(said).wait_for()
    assert page.locator(".now .kind").inner_text() == kind
    # Another clause of the same text: what became of that one is told then.
    page.evaluate("hash => location.hash = hash", permalink(older, number_of(older, "never permit")).split("#")[1])
    page.get_by_text("has been reworded since").wait_for()


def test_a_permalink_to_a_text_that_is_not_kept_says_so_and_shows_the_text_of_today(site, look):
    page = look(site + "policy/rackspace#c3-0123456789ab")
    page.get_by_text("no longer kept here").wait_for()
    assert page.locator(".words section").count() > 20


def test_a_permalink_to_no_clause_says_so(site, look, older):
    page = look(site + "policy/rackspace")
    version = page.locator(".words section").first.get_attribute("id").split("-")[1]
    page.goto(f"{site}policy/rackspace#c9999-{version}")
    page.get_by_text("This policy has no clause at this link.").wait_for()
    page = look(site + permalink(older, 0).replace("#c0-", "#c9999-"))
    page.get_by_text("This policy has no clause at this link.").wait_for()
    page.get_by_text("The policy has changed since this link was made.").wait_for()


def test_a_policy_that_was_replaced_names_its_successor(site, look, axe):
    page = look(site + "policy/rackspace-managed-hosting")
    note = page.locator(".note:visible")
    assert note.get_by_role("link").inner_text() == "Rackspace Privacy Policy"
    axe(page)


def test_a_policy_that_is_not_there_gets_a_friendly_page(site, look, axe):
    page = look(site + "policy/nowhere", failing=True)
    assert page.get_by_role("heading", level=1).inner_text() == "Nothing is here"
    axe(page)


# --- everywhere -------------------------------------------------------------------------------------------------------


def test_the_desk_speaks_german_and_the_quotes_stay_as_they_are(site, desk, axe):
    page = desk("?q=transaction-by-transaction&company=Rackspace&lang=de")
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("#count").inner_text().split()[1] in ("Klausel", "Klauseln")
    assert page.locator("#preview .this").evaluate("each => each.textContent") == RELEASE
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
    assert inside.locator(".this").evaluate("each => each.textContent") == RELEASE
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
