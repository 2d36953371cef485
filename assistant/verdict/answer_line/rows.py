"""What a row of a table says: its cells with the names of their columns, since "Biometric data, NO" by itself says nothing."""

from __future__ import annotations

from assistant.languages import Language
from assistant.verdict.answer_line.asked import Asked
from corpus.model import Cell, Policy, Span

_LONGEST_CELL = 160  # code points of a cell that is quoted beside the one that is asked for


def row_quote(policy: Policy, span: Span, asked: Asked, language: Language, room: int) -> tuple[str, Span] | None:
    """The quote of what stands at `span` in a table whose columns have names, and the span of the cell in it that is asked for; None
    outside of such tables.

    Quoted are the cell that the row begins with, and of the others as many as there is room for (code points), the one asked for first.
    """
    cells = policy.cells_at(span)
    if not any(cell.column for cell in cells):
        return None
    others = [cell for cell in cells if cell.row is not None] or list(cells)
    asked_for = max(others, key=lambda cell: len(asked.met(_words(policy, cell))))
    kept, length = {asked_for}, 0
    for cell in others:
        length += len(_words(policy, cell))
        if length <= room and cell.span.end - cell.span.start <= _LONGEST_CELL:
            kept.add(cell)
    first = [policy.cells_at(cells[0].row)[0]] if cells[0].row is not None else [cells[0]]
    said = [*first, *(cell for cell in others if cell in kept and cell not in first)]
    return ", ".join(_said(policy, cell, _within(cell, span), language) for cell in said), _within(asked_for, span)


def _within(cell: Cell, span: Span) -> Span:
    """The part of a cell that stands in the row's line at `span`; all of one that stands above it."""
    part = Span(max(cell.span.start, span.start), min(cell.span.end, span.end))
    return part if part.start < part.end else cell.span


def _words(policy: Policy, cell: Cell) -> str:
    """A cell's words and its column's name."""
    return f"{policy.column_of(cell)} {cell.span.of(policy.text)}"


def _said(policy: Policy, cell: Cell, span: Span, language: Language) -> str:
    words, name = " ".join(span.of(policy.text).split("\n")), policy.column_of(cell)
    if cell.row is None or not name:
        return language.say("line.quote", words=words)
    return language.say("line.cell", column=name, words=words)
