"""A policy's own page in a real Chromium: a link to each clause, older texts, policies that are not there."""

import re

import pytest

from assistant.surfaces.render.names import permalink
from tests.browser.desk_pages import REWORDED, number_of
from tests.browser.screens import CLAUSE, IN_SIGHT

pytestmark = pytest.mark.browser


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
    assert page.locator("section:target").evaluate("each => each.firstChild.textContent") == CLAUSE
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
