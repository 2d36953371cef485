"""Tables of pages and Markdown: a row carries the names of its columns, wherever they stand."""

from __future__ import annotations

import pytest

from tests.structured import page

ROWS = [
    ["Cargo", "Purpose", "Stored for"],
    ["crates", "to load the ship", "2 weeks"],
    ["letters", "to deliver", "1 day"],
]
RIGHT = [
    "Cargo: crates; Purpose: to load the ship; Stored for: 2 weeks",
    "Cargo: letters; Purpose: to deliver; Stored for: 1 day",
]


def laid_out(table: str, row: str, cell: str, first_row: str = "", first_cell: str = "") -> str:
    """ROWS in elements given as start tags."""

    def closed(tag: str, inside: str) -> str:
        return f"<{tag}>{inside}</{tag.split()[0]}>"

    rows = [
        closed(
            (first_row or row) if not at else row,
            "".join(closed((first_cell or cell) if not at else cell, c) for c in cells),
        )
        for at, cells in enumerate(ROWS)
    ]
    return closed(table, "".join(rows))


@pytest.mark.parametrize(
    "table",
    [
        laid_out("table", "tr", "td"),
        laid_out("table", "tr", "td", first_cell="th"),
        laid_out("table", "tr", "td", first_cell="td style='font-weight:700'"),
        laid_out("table", "tr", "td", first_row="tr class='table-header'"),
        laid_out("table", "tr", "td", first_row="tr style='background:#ccc'"),
        laid_out("div role=table", "div role=row", "div role=cell", first_cell="div role=columnheader"),
        laid_out("div role=grid", "div role=row", "span role=gridcell", first_cell="span role=columnheader"),
        laid_out("div style='display: table'", "div style='display:table-row'", "div style='display:table-cell'"),
        laid_out(
            "div class=divTable", "div class=divTableRow", "div class=divTableCell", first_cell="div class=divTableHead"
        ),
        laid_out("div class='css-table'", "div class='table-row'", "div class='table-cell'"),
        laid_out("div class=list", "div class='x7'", "div class='y2'"),
        laid_out("ul", "li", "span"),
        laid_out("div", "div style='display:flex'", "p"),
        "<div style='display:grid;grid-template-columns:repeat(3, 1fr)'>"
        + "".join(f"<div>{cell}</div>" for row in ROWS for cell in row)
        + "</div>",
        "<table><thead>{}</thead><tbody>{}</tbody></table>".format(
            "<tr><td>Cargo</td><td>Purpose</td><td>Stored for</td></tr>",
            "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS[1:]),
        ),
    ],
)
def test_a_row_of_any_table_carries_the_names_of_its_columns(table: str) -> None:
    told = page(f"<p>We carry these:</p>{table}<p>Nothing else is carried by our ships.</p>")
    assert told.clauses == ["We carry these:", *RIGHT, "Nothing else is carried by our ships."]
    assert told.leads[RIGHT[0]] == "We carry these:"
    assert told.headings == []


HARBOUR = [
    ["Port", "Master"],
    ["Mole", "Ada"],
    ["Quay", "Finch"],
]  # nothing but its look says that the first row is one of names


def harbour(table: str, group: str, row: str, cell: str) -> str:
    """HARBOUR, its first row in elements of its own."""
    first = f"<{row}>" + "".join(f"<{cell}>{name}</{cell.split()[0]}>" for name in HARBOUR[0]) + f"</{row.split()[0]}>"
    first = f"<{group}>{first}</{group.split()[0]}>" if group else first
    rest = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in HARBOUR[1:])
    return f"<{table}>{first}{rest}</table>"


@pytest.mark.parametrize(
    "table",
    [
        harbour("table", "thead", "tr", "td"),
        harbour("table", "", "tr", "th"),
        harbour("table", "", "tr", "td style='font-weight:bold'"),
        harbour("table", "", "tr class=table_header", "td"),
        harbour("table", "", "tr", "td style='background-color:#eee'"),
    ],
)
def test_names_of_columns_are_told_by_their_look(table: str) -> None:
    assert page(table).clauses == ["Port: Mole; Master: Ada", "Port: Quay; Master: Finch"]
    assert page(harbour("table", "", "tr", "td")).clauses == ["Port; Master", "Mole; Ada", "Quay; Finch"]


def test_the_name_of_an_empty_column_is_kept() -> None:
    table = "<table><tr><th>Port</th><th>Master</th><th>Remarks of the crew</th></tr>"
    table += "<tr><td>Mole</td><td>Ada</td><td></td></tr><tr><td>Quay</td><td>Finch</td><td></td></tr></table>"
    assert page(table).clauses == ["Remarks of the crew", "Port: Mole; Master: Ada", "Port: Quay; Master: Finch"]


def test_style_sheets_that_lay_out_tables_are_heeded() -> None:
    sheet = "<style>@media screen{.a1 {display:table}} .x, div.b1{color:red;display:table-row} .c1{display: table-cell}</style>"
    rows = "".join(f"<div class=b1>{''.join(f'<div class=c1>{c}</div>' for c in row)}</div>" for row in HARBOUR)
    assert page(f"<div class=a1>{rows}</div>", sheet).clauses == ["Port; Master", "Mole; Ada", "Quay; Finch"]


def test_a_first_row_of_data_names_no_column() -> None:
    rows = [["Controller", "Tern Ferries"], ["Address", "Mole 3"], ["Captain", "Ada Finch"]]
    table = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    assert page(f"<table>{table}</table>").clauses == [
        "Controller; Tern Ferries",
        "Address; Mole 3",
        "Captain; Ada Finch",
    ]
    repeated = [["Purpose", "Name"], ["Loading", "Name"], ["Purpose", "Address"]]
    table = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in repeated)
    assert page(f"<table>{table}</table>").clauses[0] == "Purpose; Name"
    heads = "".join(f"<tr><th>{row[0]}</th><td>{row[1]}</td></tr>" for row in rows)
    assert page(f"<table>{heads}</table>").clauses == [
        "Controller: Tern Ferries",
        "Address: Mole 3",
        "Captain: Ada Finch",
    ]


def test_boxes_beside_each_other_are_no_table() -> None:
    boxes = "".join(
        f"<div class=row><div class=col-6><p>{a}</p></div><div class=col-6><p>{b}</p></div></div>"
        for a, b in [
            ("Ships leave at noon on most days.", "Boats leave at night."),
            ("Crews eat first.", "Guests eat next."),
        ]
    )
    assert page(f"<div class=container>{boxes}</div>").clauses == [
        "Ships leave at noon on most days.",
        "Boats leave at night.",
        "Crews eat first.",
        "Guests eat next.",
    ]


def test_a_long_row_keeps_its_names_below_its_first_cell() -> None:
    long = "engines, anchors, chains, ropes, sails, masts, " * 7 + "and oars"
    table = (
        "<table><thead><tr><td>Category</td><td>Examples</td><td>Collected</td></tr></thead>"
        f"<tr><td>B. Gear</td><td>{long}</td><td>NO</td></tr><tr><td>C. Food</td><td>bread</td><td>YES</td></tr></table>"
    )
    told = page(table)
    assert told.leads["Collected: NO"] == "Category: B. Gear:"
    assert "Category: C. Food; Examples: bread; Collected: YES" in told.clauses


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("<img src=a.png alt=Yes>", "<img src=b.png alt=' No\n'>"),
        ("<picture><source srcset=a><img alt=Yes></picture>", "<p><img alt=No></p>"),
        ("<svg role=img aria-label=Yes><path d=M1></path></svg>", "<svg><title>No</title><path d=M1></path></svg>"),
        ("<i class=check title=Yes></i>", "<span role=img aria-label=No></span>"),
        ("<span aria-hidden=true>✓</span><span class=sr-only>Yes</span>", "<i></i><span class=visually-hidden>No</span>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["th", "td"])
def test_a_picture_alone_in_a_cell_says_what_it_stands_for(yes: str, no: str, name: str) -> None:
    names = "".join(f"<{name}>{one}</{name}>" for one in ("Cargo", "Shared", "Sold"))
    rows = "".join(f"<tr><td>{cargo}</td><td>{yes}</td><td>{no}</td></tr>" for cargo in ("oars", "sails"))
    told = page(f"<table><tr>{names}</tr>{rows}</table>")
    assert told.clauses == ["Cargo: oars; Shared: Yes; Sold: No", "Cargo: sails; Shared: Yes; Sold: No"]


def test_pictures_without_the_name_of_a_column_or_beside_words_say_nothing() -> None:
    logo = "<img alt='The house of Tern'>"
    table = f"<table><tr><td>{logo}</td><td>Mole</td></tr><tr><td>{logo}</td><td>Quay</td></tr></table>"
    assert page(table).clauses == ["Mole", "Quay"]
    many = "a drawing of a tern that sits upon a mole"
    cells = [
        "<img alt=tern>oars",
        f"<img alt='{many}'>",
        "<img alt=tick.png>",
        "<img alt=tern hidden>",
        "<img alt='' title=gone>",
    ]
    names = "".join(f"<th>{name}</th>" for name in ("Cargo", "Kept", "Shared", "Sold", "Lost"))
    table = f"<table><tr>{names}</tr><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"
    assert page(table).clauses == ["Kept; Shared; Sold; Lost", "Cargo: oars"]


@pytest.mark.parametrize(
    "row",
    ["<tr><td>Tern Ferries Limited</td><td>Counts visitors of our pages. Tells days apart</td><td>2 years</td></tr>"],
)
@pytest.mark.parametrize("after", ["", "<p>Nothing else is set.</p>"])
def test_the_only_row_of_a_table_is_an_item_and_no_heading(row: str, after: str) -> None:
    names = "<tr><th>Provider</th><th>Purpose</th><th>Duration</th></tr>"
    told = page(f"<h2>Statistics</h2><table>{names}{row}</table>{after}")
    assert (
        told.clauses[0]
        == "Provider: Tern Ferries Limited; Purpose: Counts visitors of our pages. Tells days apart; Duration: 2 years"
    )
    assert told.paths[told.clauses[0]] == ("Statistics",)
    assert told.headings == ["Statistics"]
