"""The dates that a document gives of itself: taken where its words say what they are, asked where they say two things."""

from __future__ import annotations

import time
from datetime import date

import pytest

from corpus.formats.convert import convert
from corpus.formats.metadata.dates import dates_of

FILL = "\n\n".join(f"We keep your {what} as long as your account lives." for what in "name address device".split())
MARCH = date(2023, 3, 9)


def given(line: str) -> tuple[date | None, date | None]:
    found = dates_of(f"Privacy Policy\n\n{line}\n\n{FILL}")
    return found.effective, found.updated


@pytest.mark.parametrize(
    "written",
    [
        "March 9, 2023", "march 9th 2023", "Mar. 9, 2023", "MARCH 9TH, 2023", "March 9 th , 2023", "March 9,2023", "Thursday, March 9, 2023",
        "9 March 2023", "9th March, 2023", "the 9th of March, 2023", "the 9th day of March 2023", "09-Mar-2023", "9/Mar/2023", "Thu, 9 Mar 2023",
        "2023-03-09", "2023/03/09", "2023.3.9", "2023-3-9", "20230309", "2023 March 9", "2023-03-09T10:15:00Z", "2023-03-09 10:15",
        "9.3.2023", "09. 03. 2023", "9. März 2023", "09.Mrz.2023", "Donnerstag, 9. März 2023", "[March 9, 2023]",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(written: str) -> None:
    assert given(f"Last updated: {written}") == (None, MARCH)
    assert given(f"Effective {written}.") == (MARCH, None)


@pytest.mark.parametrize(
    "words",
    [
        "Effective date:", "Effective:", "EFFECTIVE DATE", "Date effective –", "Effective as of", "Effective since", "Valid from",
        "In force as of", "Come into force date：", "Date of entry into force:", "This policy takes effect on", "Our notice became effective on",
        "These terms shall come into force on", "This Privacy Statement applies from", "Gültig ab", "Gültig seit dem", "Datum des Inkrafttretens:",
        "Diese Erklärung ist in Kraft getreten am", "Version 3.1, effective", "Privacy Notice (effective", "Effective date\n\n",
    ],
)  # fmt: skip
def test_words_say_from_when_a_document_holds(words: str) -> None:
    assert given(f"{words} 9 March 2023") == (MARCH, None)


@pytest.mark.parametrize(
    "words",
    [
        "Last updated:", "LAST UPDATED ON", "Latest update:", "Last update time:", "Most recent revision:", "Most recently revised on", "Revised",
        "Revision date:", "Date of last revision:", "Date last modified:", "Last reviewed", "Version of",
        "We last updated this privacy notice on",
        "Last updated |",
        "This policy was last changed and published on", "Stand:", "Stand", "Letzte Änderung:", "Letzte Aktualisierung am", "Zuletzt überarbeitet am",
        "Fassung vom", "Version vom", "Last Updated\n\n", "Acme Privacy Policy | Updated",
    ],
)  # fmt: skip
def test_words_say_when_a_document_was_changed(words: str) -> None:
    assert given(f"{words} 9 March 2023") == (None, MARCH)


@pytest.mark.parametrize(
    ("line", "effective", "updated"),
    [
        ("Effective: April 2, 2023 | Last updated: March 9, 2023", date(2023, 4, 2), MARCH),
        ("Effective Date: April 2, 2023 Last Updated: March 9, 2023", date(2023, 4, 2), MARCH),
        ("Last updated March 9, 2023 (this notice takes effect as of April 2, 2023)", date(2023, 4, 2), MARCH),
        ("Last updated on March 9, 2023 and effective as of April 2, 2023", date(2023, 4, 2), MARCH),
        ("Last updated and effective: March 9, 2023", MARCH, MARCH),
        ("Effective Date/Last Updated: March 9, 2023", MARCH, MARCH),
        ("This policy was last modified on, and is effective as of, March 9, 2023.", MARCH, MARCH),
        ("Effective March 9, 2023, this policy replaces the one of 2018.", MARCH, None),
        ("Diese Datenschutzerklärung tritt am 9. März 2023 in Kraft.", MARCH, None),
        ("Diese Hinweise sind seit dem 9.3.2023 gültig.", MARCH, None),
    ],
)
def test_both_dates_may_stand_in_one_line(line: str, effective: date | None, updated: date | None) -> None:
    assert given(line) == (effective, updated)


@pytest.mark.parametrize(
    "line",
    [
        "The Consumer Act (effective January 1, 2020) gives you rights.",
        "This notice describes your rights under the CCPA, effective January 1, 2020.",
        "Effective January 1, 2023, we no longer sell data.",
        "Previous version: effective May 1, 2019",
        "This policy replaces the notice last updated on May 1, 2019.",
        "Effective January 1, 2019 to December 31, 2019",
        "Das Gesetz gilt ab 1. Januar 2020.",
        "Effective date: 2018-12-1 8",
        "Last updated: version 1.2.2020.4",
        "Effective February 30, 2020",
    ],
)
def test_what_is_something_else_or_no_date_is_left(line: str) -> None:
    found = dates_of(f"Privacy Policy\n\n{line}\n\n{FILL}")
    assert found == (None, None, ())


@pytest.mark.parametrize(
    ("lines", "right"),
    [
        ("Version history\n\nVersion: 1.0; Effective date: 3 May 2020\nVersion: 2.0; Effective date: 9 March 2023", (MARCH, None)),
        ("Version history\n\nEffective date: 9 March 2023; Changes: cookies\nEffective date: 3 May 2020; Changes: first", (MARCH, None)),
        ("Changes\n\nUpdated 3 May 2020: first version\nUpdated 9 March 2023: cookies", (None, MARCH)),
        ("Changes\n\nUpdated 3 May 2020\n\nWe added maps.\n\nUpdated 9 March 2023\n\nWe added cookies.", (None, MARCH)),
        ("Änderungen\n\nStand: 3.5.2020\nStand: 9.3.2023", (None, MARCH)),
        ("Version 1.0\n\nEffective 3 May 2020\n\nVersion 2.0\n\nEffective 9 March 2023", (MARCH, None)),
        ("Updated 3 May 2020: first version\nUpdated 9 March 2023: cookies", (None, MARCH)),
        ("Changes\n\nThis notice was last updated on 9 March 2023.\n\nUpdated 4 April 2023: our shops", (None, MARCH)),
        ("Last updated: 9 March 2023\n\nWe sell toys.\n\nChanges\n\nUpdated 3 May 2020: first version", (None, MARCH)),
        ("Effective: 9 March 2023\n\nWe sell toys.\n\nCalifornia\n\nEffective: 1 May 2023", (MARCH, None)),
    ],
)  # fmt: skip
def test_of_a_history_of_versions_the_newest_is_this_one(lines: str, right: tuple[date | None, date | None]) -> None:
    headings = (
        "Privacy Policy",
        "Version history",
        "Changes",
        "Änderungen",
        "Version 1.0",
        "Version 2.0",
        "California",
    )
    found = dates_of(f"Privacy Policy\n\n{lines}\n\n{FILL}", headings)
    assert (found.effective, found.updated) == right


@pytest.mark.parametrize(
    "heading",
    [
        "Previous versions",
        "7. Earlier versions of this notice",
        "Archived policies",
        "Archive",
        "Frühere Fassungen",
        "Old privacy notices",
    ],
)
def test_the_dates_below_a_heading_of_earlier_versions_are_left(heading: str) -> None:
    below = f"{heading}\n\nEffective 3 May 2020\nEffective 4 May 2021\n\nVersion 1.0\n\nLast updated 1 May 2019"
    headings = ("Privacy Policy", heading, "Version 1.0", "Contact")
    assert dates_of(f"Privacy Policy\n\n{FILL}\n\n{below}", headings)[:2] == (None, None)
    assert (
        dates_of(f"Privacy Policy\n\n{FILL}\n\n{below}\n\nContact\n\nEffective 9 March 2023", headings).effective
        == MARCH
    )
    # A link to that part is no heading; nor does the name of a document, or a page's margin, stand below one.
    linked = f"Privacy Policy\n\n{heading}\n\nEffective 9 March 2023\n\n{FILL}\n\n{below}"
    assert dates_of(linked, headings) == (MARCH, None, ())
    assert dates_of(f"{heading}\n\nEffective 9 March 2023\n\n{FILL}", (heading,)).effective == MARCH
    assert dates_of(f"Privacy Policy\n\n{FILL}\n\n{below}", headings, ("Effective 9 March 2023",)).effective == MARCH


@pytest.mark.parametrize(
    "heading", ["Changes since the previous version", "Prior notice of changes", "This replaces all earlier terms"]
)
def test_a_heading_of_what_is_new_is_none_of_earlier_versions(heading: str) -> None:
    found = dates_of(f"Privacy Policy\n\n{FILL}\n\n{heading}\n\nEffective 9 March 2023", ("Privacy Policy", heading))
    assert found.effective == MARCH


def test_headings_of_a_page_tell_which_of_its_dates_are_of_this_version() -> None:
    rows = "".join(
        f"<tr><td>{version}</td><td>{day}</td></tr>"
        for version, day in [("1.0", "3 May 2020"), ("2.0", "9 March 2023")]
    )
    body = f"<h2>Version history</h2><table><tr><th>Version</th><th>Effective date</th></tr>{rows}</table>"
    body += "<h2>Previous versions</h2><ul><li>Last updated 3 May 2020</li><li>Last updated 4 May 2021</li></ul>"
    page = f"<html><body><main><h1>Privacy Policy</h1><p>{FILL}</p>{body}</main></body></html>"
    found = convert(page.encode(), "a.html")
    assert (found.effective_date, found.updated_date) == (MARCH, None)


def test_the_date_of_a_list_of_cookies_that_another_keeps_is_left() -> None:
    assert given("Cookie declaration last updated on 9 March 2023 by Globex:") == (None, None)
    assert given("This cookie declaration was last updated on 9 March 2023.") == (None, MARCH)


@pytest.mark.parametrize("written", ["03/04/2020", "3-4-2020", "3/4/20"])
def test_numbers_in_an_order_that_nobody_tells_are_asked(written: str) -> None:
    found = dates_of(f"Last updated: {written}\n\n{FILL}")
    assert found.updated is None
    assert found.warnings == (f'the date "{written}" (last updated) may be read in two ways: give it yourself',)


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ("All dates are written DD/MM/YYYY.", date(2020, 4, 3)),
        ("The former notice was of 25/12/2019.", date(2020, 4, 3)),
        ("The former notice was of 12/25/2019.", date(2020, 3, 4)),
        ("The former notices were of 12/25/2019 and 25/12/2019.", None),
    ],
)
def test_a_document_may_tell_the_order_of_its_numbers(told: str, right: date | None) -> None:
    assert dates_of(f"Last updated: 03/04/2020\n\n{FILL}\n\n{told}").updated == right


def test_numbers_that_make_sense_in_one_order_only_are_no_guess() -> None:
    assert given("Last updated: 5/25/2018") == given("Last updated: 25-5-2018") == (None, date(2018, 5, 25))
    assert given("Last updated: 5/25/18") == (None, date(2018, 5, 25))


@pytest.mark.parametrize("written", ["Mai 2024", "May, 2024", "05/2024", "05.2024", "2024-05"])
def test_a_month_is_no_day(written: str) -> None:
    found = dates_of(f"Stand: {written}\n\n{FILL}")
    assert (found.updated, len(found.warnings)) == (None, 1)
    assert f'"{written}"' in found.warnings[0]
    assert dates_of(f"Stand: {written}\n\nLast updated: 9 March 2023\n\n{FILL}").updated == MARCH


@pytest.mark.parametrize("line", ["This policy was last updated in April 2022.", "Zuletzt aktualisiert im April 2022"])
def test_a_month_in_a_sentence_is_asked_for_its_day(line: str) -> None:
    found = dates_of(f"{line}\n\n{FILL}")
    assert (found.effective, found.updated, len(found.warnings)) == (None, None, 1)


@pytest.mark.parametrize("line", ["Effective Spring 2024", "Effective: Q1 2024", "Effective date: 2021"])
def test_a_season_or_a_year_is_no_date(line: str) -> None:
    assert dates_of(f"{line}\n\n{FILL}")[:2] == (None, None)


def test_in_the_midst_of_a_long_document_only_a_line_of_its_own_counts() -> None:
    midst = "\n\n".join([FILL] * 60)
    sentence = (
        "We keep what we need and delete what we don't, and our policy for shops is effective as of March 9, 2023."
    )
    assert dates_of(f"{midst}\n\n{sentence}\n\n{midst}") == (None, None, ())
    assert dates_of(f"{midst}\n\n{sentence}").effective == MARCH
    assert dates_of(f"{midst}\n\nEffective date: March 9, 2023\n\n{midst}").effective == MARCH
    assert dates_of(f"{midst}\n\nThis policy is effective as of March 9, 2023.").effective == MARCH


@pytest.mark.parametrize(
    "unit",
    [
        "effective ",
        "last updated on ",
        "1/",
        "may 1 ",
        "12/12/2012 ",
        "date of the ",
        "(",
        "a. ",
        "effective\n",
        "2020 ",
    ],
)
def test_a_huge_text_is_looked_through_in_good_time(unit: str) -> None:
    started = time.process_time()
    dates_of(unit * (500_000 // len(unit)))
    assert time.process_time() - started < 5
