"""Pages that a table lays out, as old sites have them: the menu in a cell goes, the policy in the next stays, data stay tables."""

from __future__ import annotations

import pytest

from corpus.formats.convert import convert
from tests.documents import told

HEADS = ["What we keep", "Selling", "Your rights", "Cookies", "Changes"]
SENTENCES = [
    "We keep your name and your address as long as you are our customer, and for six years after that.",
    "We never sell what we know of you to anybody, and we do not rent it either.",
    "You may ask us at any time what we know of you, and we answer within thirty days without a fee.",
    "Our shop sets one cookie, which remembers your basket and ends when you close your browser.",
    "If we change this policy, we say so on this page thirty days before the change takes effect.",
]
LAMPS = [f"Lamp {number} is made without asking anybody for anything but the wish for light." for number in range(4)]
TEXT = "".join(f"<p><b>{head}</b></p><p>{said}</p>" for head, said in zip(HEADS, SENTENCES, strict=True))
TEXT += "".join(f"<p>{said}</p>" for said in LAMPS)
BREAKS = "<br><br>".join([*SENTENCES, *LAMPS])
LINKS = ["Hallway", "Kitchen", "Attic", "Garden"]
MENU = "<br>".join(f"<a href=/{name}.htm>{name}</a>" for name in LINKS)
NESTED = f"<table>{''.join(f'<tr><td><img src=b.gif><td><a href=/{n}.htm>{n}</a>' for n in LINKS)}</table>"
WORDS = f"<b>Lamps</b><br>Bulbs<br>Shades<br>{MENU}"
HEAD = "<a href=/>Home</a> | <a href=/s.htm>Sitemap</a> | <a href=/c.htm>Write</a>"
FOOT = "<font size=1>&copy; 2003 Lantern Inc. All rights reserved. <a href=/t.htm>Terms</a></font>"
ROWS = "".join(
    f"<tr><td><b>{head}</b></td></tr><tr><td>{said}</td></tr>" for head, said in zip(HEADS, SENTENCES, strict=True)
)
COLUMNS = "".join(
    f"<tr><td>&nbsp;<td width=9><td><b>{head}</b></tr><tr><td><td>&nbsp;<td>{said}</tr>"
    for head, said in zip(HEADS, SENTENCES, strict=True)
)


def clauses_of(body: str) -> list[str]:
    return told(convert(f"<html><head><title>Privacy</title></head><body>{body}</body></html>".encode(), "p.htm"))[0]


@pytest.mark.parametrize(
    "body",
    [
        f"<table><tr><td width=150>{MENU}</td><td>{TEXT}</td></tr></table>",
        f"<table><tr><td>{TEXT}</td><td>{NESTED}</td></tr></table>",
        f"<table><tr><td colspan=2>{HEAD}<tr><td>{MENU}<td>{TEXT}<tr><td colspan=2>{FOOT}</table>",
        f"<table><tr><td colspan=3>{HEAD}<tr><td>{MENU}<td width=10><td>{BREAKS}</table><center>{FOOT}</center>",
        f"<table><tr><td>{WORDS}</td><td>{TEXT}</td></tr></table>",
        f"<div class=wrap><table><tr><td><div>{NESTED}</div></td><td><div>{TEXT}</div></td></tr></table></div>",
        f"<table><tr><td>{NESTED}</td><td><table><tr><td>{HEAD}</td></tr><tr><td>{TEXT}</td></tr></table></td></tr></table>",
    ],
)
def test_the_menu_in_a_cell_goes_and_the_policy_in_the_next_stays(body: str) -> None:
    assert [clause for clause in clauses_of(body) if clause != "Write"] == SENTENCES + LAMPS


@pytest.mark.parametrize(
    "rows", [f"<tr><td rowspan=40>{MENU}</td></tr>{ROWS}", f"<tr><td>{MENU}<td><td></tr>{COLUMNS}"]
)
def test_a_policy_laid_out_row_by_row_is_read_as_text(rows: str) -> None:
    document = convert(f"<html><body><table>{rows}</table></body></html>".encode(), "p.htm")
    assert told(document) == (SENTENCES, HEADS)
    assert [left.text.split() for left in document.left_out] == [LINKS]


def test_a_table_of_data_in_the_cell_of_the_policy_stays_one() -> None:
    data = "<table border=1><tr><th>Cookie<th>Kept for<tr><td>basket<td>a day<tr><td>tip<td>a year</table>"
    assert clauses_of(f"<table><tr><td>{MENU}</td><td>{TEXT}{data}</td></tr></table>")[-2:] == [
        "Cookie: basket; Kept for: a day",
        "Cookie: tip; Kept for: a year",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        f"<tr><th>Purpose<th>Partners</tr><tr><td>Light<td>{MENU}</tr><tr><td>Heat<td>{MENU}</tr>",
        f"<tr><td>Light<td>{MENU}</tr><tr><td>Heat<td>{MENU}</tr><tr><td>Warmth<td>nobody</tr>",
    ],
)
def test_links_in_the_cells_of_data_are_no_menu(rows: str) -> None:
    said = " ".join(clauses_of(f"<div>{TEXT}<table>{rows}</table><p>That is all that we keep of you.</p></div>"))
    assert said.count("Attic") == 2


def test_what_stands_in_another_cell_and_says_something_is_kept() -> None:
    date = "Write to privacy@lantern.example if you have a question about this policy."
    clauses = clauses_of(f"<table><tr><td>{MENU}<td>{TEXT}</tr><tr><td>&nbsp;<td>{date}</tr></table>")
    assert clauses == [*SENTENCES, *LAMPS, date]
