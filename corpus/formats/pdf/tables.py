"""Tables of a PDF, ruled or only aligned -> list items, so that what stands in a cell never lands in another sentence.

A ruled table is told by its rules (`pdf_rules`). One without is told by its pieces: drawn row by row, each row's pieces
side by side, below those of the row above. Two columns of prose are drawn one after the other, and are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.formats.markdown_writer import Part, Words, merged
from corpus.formats.pdf.cells import Box, grid_of
from corpus.formats.pdf.lines import BULLET, Line, after, is_mark, join, whole
from corpus.formats.pdf.rules import Rule
from corpus.formats.tables import Grid, rows_as_items
from corpus.text.column_names import NUMBER, may_name_columns, names_columns

_NEAR = 6.0  # points within which two edges are aligned
_WIDE = 0.9  # of the letters' size: a gap that is none between words
_LINE_GAP = 0.6  # of the letters' size: from the foot of a line of a cell to the head of the next at most
_MOST_ABOVE = 8  # times the letters' size, that a cell begins above the one before it
_FAR = 100.0
_PROSE = 120  # code points of the average cell; where every column has more, they are columns of prose
_LONGEST_CELL = 2_000  # code points; in a "cell" with more stands a page


@dataclass(slots=True)
class _Cell:
    """Pieces that stand below one another in one column of a row, and the places of their lines."""

    pieces: list[Line]
    places: list[int]

    @property
    def left(self) -> float:
        return min(piece.left for piece in self.pieces)

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        return max(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return min(piece.bottom for piece in self.pieces)

    @property
    def text(self) -> str:
        return " ".join(piece.text.strip() for piece in self.pieces)

    @property
    def strong(self) -> bool:
        return all(piece.strong for piece in self.pieces)


@dataclass(slots=True)
class _Table:
    """A table found: its lines, by their places in the document, and its rows of boxes; `edges` are its columns' left ends."""

    lines: list[int]
    rows: list[list[Box]]
    edges: list[float]
    pages: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Columns:
    """The columns of an aligned table while it is read: how far each reaches, and the cells in it."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    def places(self, cells: Sequence[_Cell], *, named: bool = False) -> list[int] | None:
        """The column of each cell, one after the other; None where one stands in two columns or where none is.

        Below names of columns (`named`) cells need not be aligned with them: names are often centred.
        """
        if named and len(cells) == len(self.spans):
            after = [*(left for left, _ in self.spans[1:]), float("inf")]
            before = [float("-inf"), *(right for _, right in self.spans)]
            if all(
                b < cell.right and cell.left >= b - 1 and cell.right <= a + 1
                for cell, b, a in zip(cells, before, after, strict=False)
            ):
                return list(range(len(cells)))
        out: list[int] = []
        for cell in cells:
            own = [at for at, (left, right) in enumerate(self.spans) if cell.left < right - 1 and cell.right > left + 1]
            if len(own) != 1 or (out and own[0] <= out[-1]):
                return None
            left, right = self.spans[own[0]]
            middle = abs(cell.left + cell.right - left - right) / 2
            if not named and min(abs(cell.left - left), abs(cell.right - right), middle) > _NEAR:
                return None
            out.append(own[0])
        return out

    def widen(self, cells: Sequence[_Cell], places: Sequence[int]) -> None:
        """Let the columns reach as far as these cells do."""
        for cell, at in zip(cells, places, strict=True):
            left, right = self.spans[at]
            self.spans[at] = (min(left, cell.left), max(right, cell.right))


def tables_of(
    lines: Sequence[Line], rules: Sequence[Sequence[Rule]], vocabulary: set[str]
) -> dict[int, tuple[list[int], list[Part]]]:
    """The tables of a document: by the place of the first line, the places of all their lines, and their blocks."""
    found: list[_Table] = []
    pages: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        pages.setdefault(line.page, []).append(at)
    for page, places in pages.items():
        own = _ruled(lines, places, rules[page] if page < len(rules) else ())
        taken = {at for table in own for at in table.lines}
        for stretch in _stretches(places, taken):
            own.extend(_aligned([lines[at] for at in stretch], stretch))
        own.sort(key=lambda table: table.lines[0])
        for table in own:
            if not (found and _goes_on(found[-1], table)):
                found.append(table)
    out: dict[int, tuple[list[int], list[Part]]] = {}
    for table in found:
        parts = _parts(table.rows, vocabulary)
        if parts:
            out[table.lines[0]] = (table.lines, parts)
    return out


def _stretches(places: Sequence[int], taken: set[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for at in places:
        if at in taken:
            if run:
                yield run
            run = []
        else:
            run.append(at)
    if run:
        yield run


def _ruled(lines: Sequence[Line], places: Sequence[int], rules: Sequence[Rule]) -> list[_Table]:
    """The tables whose borders are drawn."""
    pieces = [(piece, at) for at in places for piece in (lines[at].pieces or (lines[at],))]
    found: list[_Table] = []
    for rows, own, edges in grid_of(rules, pieces):
        if max(len(" ".join(p.text for p in box.pieces)) for row in rows for box in row) <= _LONGEST_CELL:
            found.append(_Table(sorted(own), rows, edges, (lines[places[0]].page,) * 2))
    return found


def _aligned(lines: Sequence[Line], places: Sequence[int]) -> list[_Table]:
    """The tables that only alignment makes."""
    rows = list(_rows(lines, places))
    found: list[_Table] = []
    at = 0
    while at < len(rows):
        if len(rows[at]) < 2:
            at += 1
            continue
        columns = _Columns([(cell.left, cell.right) for cell in rows[at]])
        members: list[tuple[list[_Cell], list[int]]] = [(rows[at], list(range(len(rows[at]))))]
        end = at + 1
        while end < len(rows):
            cells, above = rows[end], members[-1][0]
            named = len(members) == 1 and _may_name(above)
            fits = columns.places(cells, named=named) if _gap(above, cells[:1]) >= -1 else None
            alone = len(cells) == 1 and not (
                end + 1 < len(rows) and len(rows[end + 1]) > 1 and columns.places(rows[end + 1]) is not None
            )
            if fits is None or (alone and (fits[0] == 0 or not _below(above, cells[0]))):
                break
            columns.widen(cells, fits)
            members.append((cells, fits))
            end += 1
        table = _table_of(members, columns, lines[0].page)
        if table is not None:
            found.append(table)
        at = end if table is not None else at + 1
    return found


def _may_name(cells: Sequence[_Cell]) -> bool:
    """Whether cells look like the names of columns."""
    texts = [cell.text for cell in cells]
    return names_columns(texts) or (all(cell.strong for cell in cells) and may_name_columns(texts))


def _table_of(members: Sequence[tuple[list[_Cell], list[int]]], columns: _Columns, page: int) -> _Table | None:
    """A table of rows that fit below one another; None where they are a table of contents, prose or too few."""
    several = [cells for cells, _ in members if len(cells) > 1]
    if len(several) < 2:
        return None
    if all(NUMBER.fullmatch(cells[-1].text) for cells in several):
        return None
    width = len(columns.spans)
    size = several[0][0].pieces[0].size
    gaps = [_gap(before, cells) / size for (before, _), (cells, _) in pairwise(members)]
    loose = max(gaps) > 1.5 * _LINE_GAP
    rows: list[list[Box]] = []
    for (cells, places), gap in zip(members, [_FAR, *gaps], strict=True):
        # A line of a row that is drawn line by line: right below, the first column empty or a sentence running on.
        running = places[0] > 0 or (loose and any(cell.text[:1].islower() for cell in cells))
        if gap > _LINE_GAP or not running:
            rows.append([Box([]) for _ in range(width)])
        for cell, at in zip(cells, places, strict=True):
            rows[-1][at].pieces.extend(cell.pieces)
    lengths = [[len(row[at].text) for row in rows if row[at].pieces] for at in range(width)]
    prose = all(sum(own) / len(own) > _PROSE for own in lengths)
    if len(rows) < 2 or prose or max(map(max, lengths)) > _LONGEST_CELL:
        return None
    lines = sorted({at for cells, _ in members for cell in cells for at in cell.places})
    return _Table(lines, rows, [left for left, _ in columns.spans], (page, page))


def _gap(above: Sequence[_Cell], cells: Sequence[_Cell]) -> float:
    """Points from the foot of the lowest of some cells to the head of the highest of those below."""
    return min(cell.bottom for cell in above) - max(cell.top for cell in cells)


def _rows(lines: Sequence[Line], places: Sequence[int]) -> Iterator[list[_Cell]]:
    """Cells side by side, in the order in which they are drawn."""
    starts = {
        round(piece.left) + by
        for line in lines
        for before, piece in pairwise(line.pieces)
        for by in (-1, 0, 1)
        if piece.left - before.right > _WIDE * piece.size
    }
    cells: list[_Cell] = []
    for line, at in zip(lines, places, strict=True):
        pieces = _settled(line, starts)
        if len(pieces) == 2 and is_mark(pieces[0].text):
            pieces = (line,)
        for number, piece in enumerate(pieces):
            first = number == 0 and bool(cells)
            if first and _below(cells[-1:], piece) and (len(pieces) == 1 or cells[-1].right < pieces[1].left):
                cells[-1].pieces.append(piece)
                cells[-1].places.append(at)
            elif cells and _right_of(cells, piece, same=number > 0):
                cells.append(_Cell([piece], [at]))
            else:
                yield from _levelled(cells)
                cells = [_Cell([piece], [at])]
    yield from _levelled(cells)


def _levelled(cells: list[_Cell]) -> Iterator[list[_Cell]]:
    """A row whose cells stand at one height, or each for itself."""
    if not cells:
        return
    tallest = max(cells, key=lambda cell: cell.top - cell.bottom)
    if all(min(tallest.top, cell.top) > max(tallest.bottom, cell.bottom) for cell in cells):
        yield cells
    else:
        yield from ([cell] for cell in cells)


def _settled(line: Line, starts: set[int]) -> tuple[Line, ...]:
    """The pieces of a line; a gap that may be one between words parts two only where other lines go on at that place too."""
    if not line.pieces:
        return (line,)
    groups = [[line.pieces[0]]]
    for piece in line.pieces[1:]:
        if round(piece.left) in starts:
            groups.append([piece])
        else:
            groups[-1].append(piece)
    return tuple(whole(group) for group in groups)


def _below(cells: Sequence[_Cell], piece: Line | _Cell) -> bool:
    """Whether a piece goes on in the column of one of these cells, a line further down."""
    size = piece.size if isinstance(piece, Line) else piece.pieces[0].size
    for cell in cells:
        last = cell.pieces[-1]
        middle = abs(cell.left + cell.right - piece.left - piece.right) / 2
        aligned = min(abs(cell.left - piece.left), middle, abs(cell.right - piece.right)) <= _NEAR / 2
        if aligned and -0.3 * size <= last.bottom - piece.top <= _LINE_GAP * size:
            return True
    return False


def _right_of(cells: Sequence[_Cell], piece: Line, *, same: bool) -> bool:
    """Whether a piece stands right of all these cells, and at the height of their row."""
    if piece.left <= max(cell.right for cell in cells) + 1:
        return False
    # A cell of several lines may begin above the others, which stand at its middle: `_levelled` looks at the whole.
    top, bottom = max(cell.top for cell in cells), min(cell.bottom for cell in cells)
    return same or (piece.top > bottom and piece.bottom < top + _MOST_ABOVE * piece.size)


def _goes_on(before: _Table, table: _Table) -> bool:
    """Join a table to that which ends the page before, where it has the same columns; say whether it was."""
    same = len(before.edges) == len(table.edges) and all(
        abs(one - other) <= _NEAR for one, other in zip(before.edges, table.edges, strict=True)
    )
    if not same or table.pages[0] != before.pages[1] + 1 or table.lines[0] != before.lines[-1] + 1:
        return False
    rows = table.rows
    if [box.text for box in rows[0]] == [box.text for box in before.rows[0]]:
        rows = rows[1:]
    if rows and not rows[0][0].text and len(rows[0]) == len(before.rows[-1]):
        for box, more in zip(before.rows[-1], rows[0], strict=True):
            box.pieces.extend(more.pieces)
        rows = rows[1:]
    before.rows.extend(rows)
    before.lines.extend(table.lines)
    before.pages = (before.pages[0], table.pages[1])
    return True


def _parts(rows: Sequence[Sequence[Box]], vocabulary: set[str]) -> list[Part]:
    """The rows as list items with the names of their columns; none where they are no table after all."""
    grid = Grid.of(
        [[(list(_blocks(box.pieces, vocabulary)), box.strong, box.columns, box.rows) for box in row] for row in rows]
    )
    return rows_as_items(grid, 0) if grid is not None else []


def _blocks(pieces: Sequence[Line], vocabulary: set[str]) -> Iterator[Part]:
    """The blocks of a cell: its lines joined, each bullet in it a block."""
    words: list[Words] = []
    before: Line | None = None
    for piece in pieces:
        bullet = BULLET.match(piece.text)
        if words and (bullet or (before is not None and before.bottom - piece.top > piece.size)):
            yield Part("text", merged(words))
            words = []
        if words:
            join(words, piece, vocabulary)
        words.extend(after(piece.runs, bullet.end()) if bullet else piece.runs)
        before = piece
    if words:
        yield Part("text", merged(words))
