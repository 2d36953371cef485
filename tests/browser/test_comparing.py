"""Policies compared, and what changed from one to the next, in a real Chromium."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.browser.desk_pages import focused
from tests.browser.screens import CLAUSE, IN_SIGHT

pytestmark = pytest.mark.browser


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
    assert rackspace.locator("blockquote").inner_text() == CLAUSE
    assert rackspace.locator(".sentence").inner_text() == f"“{CLAUSE.rstrip('.')}”."
    for kind, name in (("csv", "CSV"), ("md", "Markdown"), ("json", "JSON")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert download.value.suggested_filename == f"comparison.{kind}"
        if kind == "csv":
            assert [each["policy_id"] for each in csv.DictReader(io.StringIO(text))] == ["rackspace", "vps6"]
        elif kind == "json":
            assert json.loads(text)["rows"][0]["citations"][0]["quote"] == CLAUSE
        else:
            assert "| Policy | Outcome |" in text
    other = desk("?" + page.url.split("?")[1])
    other.locator("#table tbody tr").nth(1).wait_for()
    assert other.locator("#table").inner_text() == page.locator("#table").inner_text()
    rackspace.get_by_role("link", name="Show in the policy").click()
    page.wait_for_url("**/policy/rackspace#c*")
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == CLAUSE


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
    assert f"“{CLAUSE}”" in rackspace
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
