"""The outline of the policies, in a real Chromium."""

import pytest

from tests.browser.screens import PHONE, SIDEWAYS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_outline_is_usable_on_every_screen(site, look, axe, options, language):
    page = look(f"{site}desk/outline?lang={language}", **options)
    axe(page)
    assert page.evaluate(SIDEWAYS) <= 0
    page.locator(".pick summary").click()
    axe(page)
    sharing = page.locator("tbody tr", has=page.locator("th", has_text={"en": "Selling", "de": "Verkauf"}[language]))
    assert sharing.count() == 1
    assert page.locator("tbody .whose").first.is_visible() == ("is_mobile" in options)


def test_a_cell_is_reached_by_the_keyboard_and_leads_to_its_clauses(site, look):
    page = look(f"{site}desk/outline?lang=en")
    page.get_by_role("navigation").get_by_role("link", name="Outline").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('td a')"):
            break
    number = page.evaluate("document.activeElement.querySelector('[aria-hidden]').textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?practice=**")
    page.wait_for_function("() => document.querySelector('#count').textContent !== ''")
    assert page.locator("#count").inner_text() == f"{number} clauses"


def test_other_policies_are_chosen_without_a_script(site, look):
    page = look(f"{site}desk/outline?lang=en", java_script_enabled=False)
    columns = page.locator("thead th").count()
    page.locator(".pick summary").click()
    page.get_by_label("Managed Hosting").check()
    page.get_by_role("button", name="Show these").click()
    assert page.locator("thead th").count() == columns + 1
    assert page.locator("thead .badge").inner_text() == "Earlier version"
