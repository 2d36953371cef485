"""Rows of Markdown tables: which cell stands in which column, whatever stands empty, and what a reader is given of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.passages import Passage, passage
from corpus.model import Policy
from corpus.shelf.catalogue import Metadata, policy_of
from corpus.text.canonical import read_text
from index.build import embedded_text

CELLS = st.sampled_from(
    [
        "",
        " ",
        "YES",
        "names, **addresses**",
        "We keep it. We sell it.",
        "a<br>b",
        "[link](https://a.example)",
        "`x`",
        r"a \| b",
    ]
)


def policy(text: str) -> Policy:
    return policy_of("acme", text, Metadata(), "acme.md")


def passages(text: str) -> list[Passage]:
    read = policy(text)
    return [passage(read, number) for number in range(len(read.clauses))]


COLLECTED = """# Acme

## What we collect

| Category | Examples | Collected | Sold |
|---|---|---|---|
| A. Identifiers | name, e-mail | YES | |
| E. Biometric data | fingerprints<br>faceprints | NO | NO |
| | anything else | | NO |
"""


def test_each_cell_is_read_behind_the_name_of_its_column() -> None:
    said = passages(COLLECTED)
    assert said[1] == Passage("What we collect:", "Category: A. Identifiers; Examples: name, e-mail; Collected: YES")
    assert said[-1].text == "Examples: anything else; Sold: NO"  # the empty cells' columns are passed over


def test_a_later_line_of_a_row_is_read_after_the_cell_that_the_row_begins_with() -> None:
    assert passages(COLLECTED)[3] == Passage(
        "What we collect: Category: E. Biometric data:", "Examples: faceprints; Collected: NO; Sold: NO"
    )


def test_what_is_searched_for_is_what_is_read() -> None:
    read = policy(COLLECTED)
    assert (
        embedded_text(read, read.clauses[3])
        == "What we collect: Category: E. Biometric data: Examples: faceprints; Collected: NO; Sold: NO"
    )


def test_the_quote_stays_the_words_of_the_policy() -> None:
    read = policy(COLLECTED)
    assert read.cite(read.clauses[1].span).quote == "A. Identifiers\tname, e-mail\tYES"


def test_a_first_row_that_is_none_of_names_names_nothing() -> None:
    said = passages("# Acme\n\n| Name | _cf_bm |\n|---|---|\n| Type | Persistent |\n| Lifetime | 30 minutes |\n")
    assert [each.text for each in said] == ["Name; _cf_bm", "Type; Persistent", "Lifetime; 30 minutes"]


def test_names_may_stand_in_the_row_below_an_empty_one() -> None:
    said = passages("# Acme\n\n| | |\n|---|---|\n| Purpose | Legal basis |\n| To bake | Contract |\n")
    assert said[-1].text == "Purpose: To bake; Legal basis: Contract"


def test_each_table_has_its_own_names() -> None:
    one = "| Purpose | Data |\n|---|---|\n| To bake | flour |\n"
    other = "| Recipients | Country |\n|---|---|\n| Mill Ltd | France |\n"
    said = passages(f"# Acme\n\n{one}\n{other}")
    assert [each.text for each in said[1::2]] == [
        "Purpose: To bake; Data: flour",
        "Recipients: Mill Ltd; Country: France",
    ]


def test_outside_of_tables_there_are_no_rows() -> None:
    read = policy("# Acme\n\nWe bake.\n\n| Purpose | Data |\n|---|---|\n| To bake | flour |\n\nWe | bake.\n")
    assert [read.row_of(clause) is None for clause in read.clauses] == [True, False, False, True]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5))
def test_cells_are_ordered_apart_and_hold_their_words(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    read = read_text("\n".join(["Before it.", "", lines[0], "|" + "---|" * width, *lines[1:], "", "After it."]))
    spans = [cell.span for cell in read.cells]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    filled = [cell for row in rows for cell in row if cell.strip()]
    assert len(spans) == len(filled)
    for span, cell in zip(spans, filled, strict=True):
        words = span.of(read.text)
        assert words == words.strip()
        assert words.replace("\n", "") in cell.replace("<br>", "").replace("*", "").replace("`", "").replace("\\", "")
    assert all(cell.row is None or cell.row in spans for cell in read.cells)


@pytest.mark.parametrize("mark", ["NO", "✗", "Yes"])
def test_a_table_told_by_its_values_has_names_too(mark: str) -> None:
    said = passages(f"# Acme\n\n| What | Here |\n|---|---|\n| Cakes | {mark} |\n| Bread | {mark} |\n")
    assert said[1].text == f"What: Cakes; Here: {mark}"
