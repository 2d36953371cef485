"""The company's pages in a real browser: signing in and out, what people wrote does nothing, keyboard and phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.company.feedback.store import Cited, Feedback, FeedbackStore
from assistant.company.insight.counts import DayCounts, counted
from assistant.company.insight.inbox import Inbox, Unanswered, Why
from assistant.model import Outcome
from assistant.settings import Settings
from assistant.surfaces.web import app

pytestmark = pytest.mark.browser

SECRET = "a good long password"  # noqa: S105
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def company(browser, served, assistant, tmp_path_factory):
    """The address of a server with an admin and feedback of all sorts."""
    settings = Settings(data=tmp_path_factory.mktemp("company"), inbox=True)
    database = Database.of(settings)
    People(database).add("ada", Role.ADMIN, SECRET, by="a test")
    policy = assistant.policies["rackspace"]
    span = policy.clauses[14].span
    cited = Cited(policy_id="rackspace", policy_sha256=policy.sha256, start=span.start, end=span.end)
    store = FeedbackStore(database)
    store.record(Feedback(question="is it sold?", outcome="no", helpful=True, surface="chat", citations=(cited,)))
    store.record(Feedback(question=MARKUP, outcome="silent", helpful=False, comment=MARKUP * 3, surface="chat"))
    now = datetime.now(UTC)
    asked = ["do you use facial recognition?", "is my face scanned by facial recognition", MARKUP]
    Inbox(database).note(Unanswered(words, "rackspace", Why.SILENT, "chat", "en", now) for words in asked)
    counts = DayCounts(database)
    for back in range(20):
        for number, outcome in enumerate(Outcome):
            key = counted(outcome, 0.05 * (number + 1), now - timedelta(days=back))
            counts.add(dict.fromkeys(key, number + back % 3 + 1))
    with served(app(lambda: assistant, settings)) as address:
        yield address


@pytest.fixture
def entered(company, look):
    """`entered(place)` signs in and opens a page; at the end it signs out, so that no cookie is left."""
    pages = []

    def enter(place="admin", **options):
        page = look(f"{company}{place}", **options)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill(SECRET)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()
        pages.append(page)
        return page

    yield enter
    for page in pages:
        page.goto(f"{company}admin/feedback")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Sign in").wait_for()
        assert page.context.cookies() == []


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
@pytest.mark.parametrize("place", ["admin/inbox", "admin/feedback", "admin/metrics", "admin/audit"])
def test_a_page_is_read_at_any_width_and_breaks_no_rule(entered, axe, place, size):
    page = entered(place, viewport={"width": size[0], "height": size[1]})
    assert page.url.split("?")[0].endswith(place)  # led back to where one wanted to go
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_signing_in_works_from_the_keyboard_and_a_wrong_password_is_said(entered, company, axe):
    page = entered("admin/audit", failing=True)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    axe(page)
    assert page.get_by_label("Name").input_value() == "ada"
    page.get_by_label("Password").fill(SECRET)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def test_what_people_wrote_is_shown_and_filtered_and_does_nothing(entered):
    page = entered("admin/feedback")  # a dialog or an error of the page would fail this test
    page.get_by_text(MARKUP, exact=True).wait_for()
    page.get_by_label("Words").fill(MARKUP)
    page.keyboard.press("Enter")
    page.get_by_text("1 entry").wait_for()
    assert page.get_by_label("Words").input_value() == MARKUP
    page.get_by_label("Words").fill("sold")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="The clause that the answer cited").click()
    page.wait_for_url("**/policy/rackspace?lang=en#c14-*")


def test_a_group_is_marked_and_found_again(entered):
    page = entered("admin/inbox", java_script_enabled=False)
    group = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="facial recognition"))
    group.get_by_text("asked 2 times").wait_for()
    group.get_by_role("button", name="Policy to be mended").click()
    page.get_by_text("1 group of questions").wait_for()
    page.get_by_label("State").select_option("policy_to_be_mended")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("heading", name="facial recognition").wait_for()
    page.get_by_role("button", name="Back to open").click()
    page.get_by_text("0 groups of questions").wait_for()


def test_the_plots_are_drawn(entered):
    page = entered("admin/metrics")
    bars = page.locator(".plot .bar")
    assert bars.count() == 20 * 7
    sizes = bars.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    assert min(sizes) > 0
    fills = bars.evaluate_all("all => new Set(all.map(each => getComputedStyle(each).fill)).size")
    assert fills == 7
    page.get_by_text("The numbers").click()
    assert page.locator("tbody tr").count() == 20


def test_customers_are_told_that_questions_are_kept(company, visit, site):
    page = visit(company)
    page.get_by_text("Questions that a policy does not answer are kept for 30 days").wait_for()
    other = visit(site)
    assert "are kept for" not in other.locator("#about").inner_text()


def test_the_pages_work_without_scripts_and_in_german(entered):
    page = entered("admin", java_script_enabled=False)
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_role("heading", name="Offene Fragen").wait_for()
    page.get_by_role("link", name="Rückmeldungen").click()
    page.get_by_role("heading", name="Rückmeldungen").wait_for()
    page.get_by_role("link", name="Änderungen").click()
    page.get_by_role("heading", name="Änderungen").wait_for()


def test_the_customers_pages_never_get_the_cookie(entered, company):
    page = entered("admin")
    sent = []
    page.on("request", lambda request: sent.append((request.url, request.all_headers().get("cookie", ""))))
    page.goto(f"{company}policy/rackspace")
    page.goto(f"{company}desk")
    with_cookie = [url for url, cookie in sent if "plainclause_session" in cookie]
    assert with_cookie == [f"{company}desk"]
