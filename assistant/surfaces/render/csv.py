"""Tables as CSV that spreadsheets show and do not compute. Pure functions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# Where a spreadsheet would find a formula: at a cell's beginning, and after what parts cells or rows where it reads the file by another
# separator than the comma, as spreadsheets set to German do.
_FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;|\t\r\n]))(?=[ \xa0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])")


def csv_table(fields: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """CSV (RFC 4180, but line feeds) without the final line break.

    What a spreadsheet would compute (a cell that begins with = + - @, also one that it would make of a part of a cell, parting
    it at a semicolon, tab, bar or line break; or a cell that begins with a tab or line break) begins with an apostrophe instead. None
    is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return out.getvalue().removesuffix("\n")


def _inert(value: object) -> str:
    return "" if value is None else _FORMULA.sub("'", str(value))
