"""A table -> list items that still make sense on their own: each row with its column headings.

"Category: Identifiers; Examples: name, e-mail; Shared with: service providers". A long row, which would be cut into
sentences, becomes a list below its first cell, so that every sentence keeps saying what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from corpus.formats.markdown_writer import Part, Words, merged
from corpus.text.column_names import names_columns
from corpus.text.heading_looks import LONGEST_UNMARKED, MOST_WORDS

_LONGEST_ROW = 280  # code points; what `corpus.text.segment` takes as one item whole
_MOST_CELLS = 20_000
_MOST_HEADING_ROWS = 3
_LONGEST_LABEL = 90  # code points of a column heading, or of the title of some rows; longer "headings" are cells
_SENTENCE_ENDS: Final = (".", "!", ";")  # of a cell that says something and titles nothing
# Words of one line in order, as their document links them, without white space at either end; () where there are none.
_Line = tuple[Words, ...]

_SPACE: Final = re.compile(r"\s+")


class Cell(NamedTuple):
    """A cell: its blocks, whether it heads a row or column, how many columns and rows it spans."""

    parts: Sequence[Part]
    heads: bool
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out: every row as long as the widest, spanning cells repeated.

    `groups` says of each row whether it stands above those that follow it as their title ("Strictly necessary").
    """

    labels: tuple[_Line, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[bool, ...] = ()

    @classmethod
    def of(cls, rows: Sequence[Sequence[tuple[Sequence[Part], bool, int, int]]]) -> Grid | None:
        """The grid of a table's rows of cells; None where it is no table of data (one column, one row, or too large)."""
        laid = _laid_out(rows)
        if laid is None or len(laid) < 2 or len(laid[0]) < 2:
            return None
        above = 0  # rows that only title what is below them, over the row that names columns
        while above < len(laid) - 2 and _stands_alone(laid[above]):
            above += 1
        body = laid[above:]
        heading_rows = 0
        while heading_rows < min(_MOST_HEADING_ROWS, len(body) - 1) and _heads(body[heading_rows], heading_rows):
            heading_rows += 1
        texts = [[_text(cell) for cell in line] for line in body]
        if not heading_rows and names_columns(texts[0], texts[1:]) and not _repeats(body):
            heading_rows = 1
        labels = tuple(_label([line[column] for line in body[:heading_rows]]) for column in range(len(laid[0])))
        kept = [*laid[:above], *body[heading_rows:]]
        return cls(labels, tuple(map(tuple, kept)), tuple(_groups(kept)))


def _laid_out(rows: Sequence[Sequence[tuple[Sequence[Part], bool, int, int]]]) -> list[list[Cell]] | None:
    """The rows that hold something, each cell in every column that it covers; None where there are too many cells."""
    laid: list[list[Cell]] = []
    held: dict[int, tuple[int, Cell]] = {}  # column -> rows left, and the cell that goes on through them
    cells_laid = width = 0
    for row in rows:
        line: list[Cell] = []
        # Counted down in every row: one that has fewer cells than columns, or covers them by another cell, is a row, too.
        below = {column: (left - 1, cell) for column, (left, cell) in held.items() if left > 1}
        cells, last = [Cell(*cell) for cell in reversed(row)], max(held, default=-1)
        while cells or len(line) <= last:
            column = len(line)
            if column in held or not cells:
                line.append(held[column][1] if column in held else Cell((), False))
                continue
            cell = cells.pop()
            width = max(width, column + 1)
            line.extend([cell] * cell.columns)
            if cell.rows > 1:
                below.update(dict.fromkeys(range(column, len(line)), (cell.rows - 1, cell)))
        held = below
        cells_laid += len(line)
        if cells_laid > _MOST_CELLS:
            return None
        if any(cell.parts for cell in line):
            laid.append(line)
    # A cell may be said to span more columns than there are ("colspan=100"): none begins there.
    width = max(width, min(2, max(map(len, laid), default=0)))
    if width * len(laid) > _MOST_CELLS:
        return None
    return [[*line[:width], *[Cell((), False)] * (width - len(line))] for line in laid]


def _repeats(laid: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row's words stand below in the same columns, too: then they are what cells hold."""
    first = [_text(cell) for cell in laid[0]]
    return any(text and _text(cell) == text for line in laid[1:] for text, cell in zip(first, line, strict=False))


def _text(cell: Cell) -> str:
    return " ".join(part.text for part in cell.parts)


def _filled(line: Sequence[Cell]) -> list[Cell]:
    """The cells of a row that hold words, one that spans several columns once."""
    return [
        cell
        for at, cell in enumerate(line)
        if (at == 0 or cell is not line[at - 1]) and any(p.text for p in cell.parts)
    ]


def _is_whole(line: Sequence[Cell]) -> bool:
    """Whether a row is one cell that spans the whole width."""
    return all(cell is line[0] for cell in line)


def _stands_alone(line: Sequence[Cell]) -> bool:
    """Whether a row says nothing but in one cell at its beginning, which is marked as a heading or spans the whole width."""
    filled = _filled(line)
    return len(filled) == 1 and filled[0] is line[0] and (line[0].heads or _is_whole(line))


def _groups(rows: Sequence[Sequence[Cell]]) -> list[bool]:
    """Of each row whether it titles those below it: a heading that stands alone, where no heading begins every row."""
    titled = any(len(_filled(row)) > 1 and row[0].heads for row in rows)
    return [
        _stands_alone(row)
        and row[0].heads
        and (_is_whole(row) or not titled)
        and len(text := _text(row[0])) <= _LONGEST_LABEL
        and not text.endswith(_SENTENCE_ENDS)
        for row in rows
    ]


def _heads(line: Sequence[Cell], at: int) -> bool:
    """Whether a row holds column headings: short cells, all of them marked as headings, and not one alone at its beginning."""
    texts = [_text(cell) for cell in line]
    filled = _filled(line)
    if len(filled) < (2 if at == 0 else 1) or (len(filled) == 1 and filled[0] is line[0]):
        return False
    return all(cell.heads for cell in filled) and max(map(len, texts)) <= _LONGEST_LABEL


def _label(cells: Sequence[Cell]) -> _Line:
    """The heading of a column, of several rows where a heading spans others."""
    found = {_said(words): words for words in (_trimmed(_whole(cell.parts)) for cell in cells)}
    return _parted((words for text, words in found.items() if text), " – ")


def rows_as_items(grid: Grid, depth: int) -> list[Part]:
    """The rows of a table as list items, below `depth` open lists; those of a group below its title."""
    # A column that is empty in every row: nothing below says its name.
    bare = {
        _said(label): label
        for column, label in enumerate(grid.labels)
        if label and not any(part.text for row in grid.rows for cell in row[column : column + 1] for part in cell.parts)
    }
    out = [_item(_parted(bare.values(), "; "), depth + 1)] if bare else []
    within = 0  # 1 below the title of a group
    for at, row in enumerate(grid.rows):
        if not _filled(row):
            continue
        if not grid.groups[at]:
            within = 0 if _is_whole(row) else within  # it may be a title, too, that nothing marks as one
            out.extend(_row_as_items(row, grid.labels, depth + within))
            continue
        title = _trimmed(_joined(row[0].parts))
        within = int(at + 1 < len(grid.rows) and not grid.groups[at + 1] and not _said(title).endswith("?"))
        out.append(_item((*title, Words(":")) if within else title, depth + 1))
    # A list of one short item looks like a numbered heading.
    alone = len(out) == 1 and not depth and _may_be_heading(out[0].text)
    return [Part("text", out[0].words)] if alone else out


def _may_be_heading(text: str) -> bool:
    """Whether a row that is alone may be taken for a heading, by its length."""
    return len(text) <= LONGEST_UNMARKED and len(text.split()) <= MOST_WORDS


def _row_as_items(row: Sequence[Cell], labels: Sequence[_Line], depth: int) -> list[Part]:
    """A row as an item; a long one as a list below its first cell."""
    filled = [(label, cell) for label, cell in zip(labels, row, strict=True) if any(p.text for p in cell.parts)]
    filled = [pair for at, pair in enumerate(filled) if at == 0 or pair[1] is not filled[at - 1][1]]
    if _is_whole(row):
        filled = [((), row[0])]  # it stands in every column, so that no column's name says what it is
    elif len(filled) > 1 and filled[0][1].heads and not any(labels) and not filled[1][1].heads:
        # A row whose first cell names it, in a table without names of columns: "Controller: Acme".
        filled[1:2] = [(filled[1][0] or _trimmed(_joined(filled[0][1].parts)), filled[1][1])]
        del filled[0]
    flat = _parted((_labelled(label, _joined(cell.parts)) for label, cell in filled), "; ")
    if len(_said(flat)) <= _LONGEST_ROW or len(filled) == 1:
        return [_item(flat, depth + 1)]
    head = _labelled(filled[0][0], _joined(filled[0][1].parts))
    both = _parted((head, filled[1][0]), "; ")
    several = sum(len(_lines(part)) for part in filled[1][1].parts) > 1
    if len(filled) == 2 and filled[1][0] and several and len(_said(both)) <= _LONGEST_LABEL:
        # A column's name that stood alone above them would not say whose they are.
        head, filled[1] = both, ((), filled[1][1])
    out = [_item(head if _said(head).endswith(":") else (*head, Words(":")), depth + 1)]
    for label, cell in filled[1:]:
        blocks = [(line, part.level) for part in cell.parts for line in _lines(part)]
        if len(blocks) == 1 or not label:
            out.extend(_item(_labelled(() if n else label, line), depth + 2) for n, (line, _) in enumerate(blocks))
        else:
            out.append(_item((*label, Words(":")), depth + 2))
            out.extend(_item(line, depth + 2 + max(level, 1)) for line, level in blocks)
    return out


def _labelled(label: _Line, line: _Line) -> _Line:
    return (*label, Words(": "), *line) if label and line else label or line


def _joined(cell: Sequence[Part]) -> _Line:
    """The blocks of a cell in one line: those of a list parted by commas or semicolons, sentences by their full stops."""
    out: list[Words] = []
    for line in (line for part in cell for line in _lines(part)):
        if out:
            short = len(_said(line)) < 40
            out.append(Words(" " if out[-1].text[-1] in ".:;,!?" else ", " if short else "; "))
        out.extend(line)
    return tuple(out)


def _parted(lines: Iterable[_Line], sign: str) -> _Line:
    """Lines made one, a sign between each and the next."""
    return tuple(words for at, line in enumerate(lines) for words in ((Words(sign), *line) if at else line))


def _lines(part: Part) -> list[_Line]:
    """The lines of a block of a cell, none of them blank; how heavy its letters are goes, since a row is no title."""
    lines: list[list[Words]] = [[]]
    for words in merged(Words(words.text, link=words.link) for words in part.words):
        if words.text == "\n":
            lines.append([])
        else:
            lines[-1].append(words)
    return [line for line in map(_spaced, lines) if line]


def _whole(cell: Sequence[Part]) -> _Line:
    """All of a cell in one line, nothing but spaces between its blocks."""
    return _parted((line for part in cell for line in _lines(part)), " ")


def _spaced(line: Iterable[Words]) -> _Line:
    """A line with single spaces, and none at either end."""
    out: list[Words] = []
    for words in line:
        text = _SPACE.sub(" ", words.text)
        if not out or out[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            out.append(words._replace(text=text))
    return _trimmed(out, " ")


def _trimmed(line: Iterable[Words], signs: str = " :") -> _Line:
    """A line without some signs at its end."""
    out = list(line)
    while out and not (text := out[-1].text.rstrip(signs)):
        out.pop()
    return (*out[:-1], out[-1]._replace(text=text)) if out else ()


def _said(line: _Line) -> str:
    return "".join(words.text for words in line)


def _item(line: _Line, depth: int) -> Part:
    return Part("item", line, depth)
