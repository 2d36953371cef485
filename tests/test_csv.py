"""Tables as CSV: nothing that somebody wrote is computed by a spreadsheet, however it parts the file into cells."""

from __future__ import annotations

import csv
import io
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.surfaces.render.csv import csv_table

SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cells(table: str, separator: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(table, newline=""), delimiter=separator) for cell in row]


@pytest.mark.parametrize(("before", "sign"), product(["", "a;", "a\t", "a|", "hi\n", "hi\r\n", "a; ", "\n"], SIGNS))
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_begins_as_a_formula_whatever_parts_the_cells(before, sign, separator):
    table = csv_table(
        ("question", "comment"), [(f"{before}{sign}1+1", "it is, so"), ("it is, so", f"{before}{sign}cmd")]
    )
    assert [cell for cell in cells(table, separator) if cell.strip().startswith(SIGNS)] == []


@given(st.lists(st.text(alphabet=";,|=+-@\t\n\"' a"), min_size=1, max_size=4))
def test_what_is_not_a_formula_is_as_it_was_written(texts):
    (read,) = list(csv.reader(io.StringIO(csv_table((), [texts]), newline="")))[1:]
    for text, cell in zip(texts, read, strict=True):
        assert cell.replace("'", "") == text.replace("'", "")
        if not any(sign in text for sign in SIGNS) and not text.startswith(("\t", "\n")):
            assert cell == text


def test_nothing_is_an_empty_cell_and_numbers_are_numbers():
    assert csv_table(("a", "b", "c"), [(None, 3, 0.5)]) == "a,b,c\n,3,0.5"
