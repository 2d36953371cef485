"""Tables as CSV that spreadsheets show and do not compute. Pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet computes


def csv_table(fields: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """CSV (RFC 4180, but line feeds) without the final line break.

    A cell that a spreadsheet would compute (it begins with = + - @ or with a tab or line break) begins with an
    apostrophe instead. None is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return out.getvalue().removesuffix("\n")


def _inert(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
