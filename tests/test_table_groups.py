"""Tables whose rows stand in groups below a title, that have a caption, and whose cells go on over rows and columns."""

from __future__ import annotations

import docx
import pytest

from corpus.formats.convert import convert
from corpus.formats.markdown_writer import Part, Words
from corpus.formats.tables import Grid, rows_as_items
from tests.documents import word_bytes
from tests.structured import SENTENCES, Told, page

NAMES = "<tr><th>Cargo</th><th>Purpose</th></tr>"
FOOD = "<tr><td>bread</td><td>to eat</td></tr>"
GEAR = "<tr><td>oars</td><td>to row</td></tr><tr><td>sails</td><td>to sail</td></tr>"


def told_of(told: Told) -> list[tuple[str, str | None]]:
    return [(clause, told.leads[clause]) for clause in told.clauses]


@pytest.mark.parametrize(
    "group",
    [
        "<tr><th colspan=2>{}</th></tr>",
        "<tr><td colspan=2><b>{}</b></td></tr>",
        "<tr><td colspan='100%' style='font-weight:bold'>{}</td></tr>",
        "<tr><td colspan=9><strong>{}</strong></td></tr>",
        "<tr><td><b>{}</b></td><td></td></tr>",
        "<tr><th>{}</th><td>&nbsp;</td></tr>",
        "<tr><td><b>{}</b></td></tr>",
    ],
)
def test_the_title_of_a_group_of_rows_names_no_column_and_opens_its_rows(group: str) -> None:
    table = (
        f"<table>{NAMES}{group.format('Stores')}{FOOD}{group.format('Gear')}{GEAR}</table><p>That is all we carry.</p>"
    )
    told = page(table)
    assert told_of(told) == [
        ("Stores:", None),
        ("Cargo: bread; Purpose: to eat", "Stores:"),
        ("Gear:", None),
        ("Cargo: oars; Purpose: to row", "Gear:"),
        ("Cargo: sails; Purpose: to sail", "Gear:"),
        ("That is all we carry.", None),
    ]
    assert told.headings == []


def test_a_group_above_all_names_of_columns_or_without_them_holds_for_its_own_rows() -> None:
    group = "<tr><th colspan=2>{}</th></tr>".format
    assert told_of(page(f"<table>{group('Stores')}{FOOD}{group('Gear')}{GEAR}</table>")) == [
        ("Stores:", None),
        ("bread; to eat", "Stores:"),
        ("Gear:", None),
        ("oars; to row", "Gear:"),
        ("sails; to sail", "Gear:"),
    ]
    assert told_of(page(f"<table>{group('Our cargo')}{NAMES}{GEAR}</table>")) == [
        ("Our cargo:", None),
        ("Cargo: oars; Purpose: to row", "Our cargo:"),
        ("Cargo: sails; Purpose: to sail", "Our cargo:"),
    ]


def test_a_group_without_rows_and_a_note_over_the_whole_width_stand_alone() -> None:
    rows = f"{NAMES}<tr><th colspan=2>Stores</th></tr><tr><th colspan=2>Gear</th></tr>{FOOD}<tr><td colspan=2>In winter only</td></tr>{GEAR}"
    assert told_of(page(f"<table>{rows}</table>"))[:5] == [
        ("Stores", None),
        ("Gear:", None),
        ("Cargo: bread; Purpose: to eat", "Gear:"),
        ("In winter only", None),
        ("Cargo: oars; Purpose: to row", None),
    ]


def test_a_row_that_lacks_a_value_is_no_group_where_every_row_begins_with_a_heading() -> None:
    rows = "<tr><th>bread</th><td>to eat</td></tr><tr><th>dogs</th><td></td></tr><tr><th>oars</th><td>to row</td></tr>"
    assert page(f"<table>{NAMES}{rows}</table>").clauses == [
        "Cargo: bread; Purpose: to eat",
        "Cargo: dogs",
        "Cargo: oars; Purpose: to row",
    ]


def test_names_of_columns_over_several_rows_stay_names() -> None:
    rows = "<tr><th rowspan=2>Cargo</th><th colspan=2>Kept</th></tr><tr><th>where</th><th>until</th></tr><tr><td>oars</td><td>deck</td><td>May</td></tr>"
    assert page(f"<table>{rows}</table>").clauses == ["Cargo: oars; Kept – where: deck; Kept – until: May"]


def test_a_merged_bold_row_of_a_word_file_opens_its_rows() -> None:
    document = docx.Document()
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    texts = [("Cargo", "Purpose"), ("Stores", ""), ("bread", "to eat"), ("Gear", ""), ("oars", "to row")]
    table = document.add_table(rows=len(texts), cols=2)
    for at, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        if not cells[1]:
            row.cells[0].merge(row.cells[1])
        for cell, text in zip(row.cells, cells, strict=True):
            if text:
                cell.paragraphs[0].add_run(text).bold = not at or not cells[1]
    told = Told(convert(word_bytes(document), "cargo.docx"))
    assert told_of(told) == [
        ("Stores:", None),
        ("Cargo: bread; Purpose: to eat", "Stores:"),
        ("Gear:", None),
        ("Cargo: oars; Purpose: to row", "Gear:"),
    ]


# --- captions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "caption", ["<caption>{}</caption>", "<caption><h3>{}</h3></caption>", "<caption><b>{}</b></caption>"]
)
def test_a_caption_stands_before_the_rows_and_opens_them(caption: str) -> None:
    told = page(f"<h2>Ships</h2><table>{caption.format('Cargo sold in May')}{NAMES}{GEAR}</table><p>That is all.</p>")
    assert told_of(told) == [
        ("Cargo sold in May", None),
        ("Cargo: oars; Purpose: to row", "Cargo sold in May"),
        ("Cargo: sails; Purpose: to sail", "Cargo sold in May"),
        ("That is all.", None),
    ]
    assert told.paths["That is all."] == ("Ships",)


def test_words_of_a_table_of_boxes_outside_its_cells_are_kept() -> None:
    rows = "".join(
        f"<div class=table-row>{''.join(f'<div class=table-cell>{cell}</div>' for cell in row)}</div>"
        for row in [("Cargo", "Purpose"), ("oars", "to row"), ("sails", "to sail")]
    )
    table = f"<div class=table><p>Cargo sold in May</p>{rows}<p>All of it was ours.</p></div>"
    assert page(table).clauses == [
        "Cargo sold in May",
        "Cargo: oars; Purpose: to row",
        "Cargo: sails; Purpose: to sail",
        "All of it was ours.",
    ]


# --- cells over several rows and columns ------------------------------------------------------------------------------


def laid(*rows: list[tuple[str, int, int]]) -> list[str]:
    """The rows of a table of cells (text, columns, rows), the first row naming columns."""
    grid = Grid.of(
        [
            [([Part("text", (Words(text),))], not at, columns, below) for text, columns, below in row]
            for at, row in enumerate(rows)
        ]
    )
    assert grid is not None
    return [part.text for part in rows_as_items(grid, 0)]


ABC = [("A", 1, 1), ("B", 1, 1), ("C", 1, 1)]


def test_a_cell_goes_on_through_rows_with_fewer_cells() -> None:
    assert laid(
        ABC, [("x", 1, 1), ("y", 1, 1), ("long", 1, 2)], [("z", 1, 1)], [("u", 1, 1), ("v", 1, 1), ("w", 1, 1)]
    ) == ["A: x; B: y; C: long", "A: z; C: long", "A: u; B: v; C: w"]


def test_a_cell_that_goes_on_is_counted_down_where_another_covers_it() -> None:
    assert laid(
        ABC, [("x", 1, 1), ("y", 1, 2), ("q", 1, 1)], [("wide", 3, 1)], [("u", 1, 1), ("v", 1, 1), ("w", 1, 1)]
    ) == ["A: x; B: y; C: q", "wide", "A: u; B: v; C: w"]


@pytest.mark.parametrize(("span", "rows"), [("30", 30), ("0", 40), ("1", 1)])
def test_a_cell_goes_on_for_as_many_rows_as_it_says(span: str, rows: int) -> None:
    below = "".join(
        f"<tr><td>port {n}</td></tr>" if n < rows else f"<tr><td>sea</td><td>port {n}</td></tr>" for n in range(1, 40)
    )
    told = page(
        f"<table><tr><th>Water</th><th>Port</th></tr><tr><td rowspan={span}>bay</td><td>port 0</td></tr>{below}</table>"
    )
    assert told.clauses == [f"Water: {'bay' if n < rows else 'sea'}; Port: port {n}" for n in range(40)]
