"""Rows of Markdown tables -> cells, each with the name of its column and the cell that its row begins with.

A row by itself ("Biometric data | fingerprints | NO") says what its columns are named above; `assistant.reading.passages` reads
them together. Tables of other formats come as lists that say so in their words (`corpus.formats.tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.model import Cell, OffsetMap
from corpus.text.column_names import names_columns
from corpus.text.markdown_blocks import Block


def cells_of(blocks: Iterable[Block], text: str, offsets: OffsetMap) -> tuple[Cell, ...]:
    """The cells that hold something, in order. `offsets` says where the source stands in `text`."""
    cells: list[Cell] = []
    for table in _tables(blocks):
        rows = [[offsets.to_text(*cell) for cell in block.cells] for block in table]
        said = [[span.of(text) if span else "" for span in row] for row in rows]
        head = next(
            (at for at, row in enumerate(rows) if any(row)), 0
        )  # of a table without names the first row is empty
        named = head <= 1 and names_columns(said[head], said[head + 1 :], marked=True)
        for at, row in enumerate(rows):
            first = next((span for span in row if span), None)
            for column, span in enumerate(row):
                if span is not None:
                    name = rows[head][column] if named and at > head and column < len(rows[head]) else None
                    cells.append(Cell(span, name, first if first != span else None))
    return tuple(cells)


def _tables(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The rows of each table."""
    rows: list[Block] = []
    for block in blocks:
        if rows and (block.head or not block.cells):
            yield rows
            rows = []
        if block.cells:
            rows.append(block)
    if rows:
        yield rows
