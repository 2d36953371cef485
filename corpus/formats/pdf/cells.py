"""The cells that rules make of a page of a PDF, and what stands in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.formats.pdf.lines import Line
from corpus.formats.pdf.rules import Rule

_TOUCHING = 3.0  # points within which rules meet
_NARROWEST = 6.0  # points of a column or row; what is narrower is a double rule
_MOST_PAIRS = 100_000  # of rules that may meet on a page
_MOST_CELLS = 5_000
_LEAST_SEVERAL = 0.34  # of the rows of a table, that have more than one cell


@dataclass(slots=True)
class Box:
    """A cell of a table: the pieces of lines in it, and how many columns and rows it spans."""

    pieces: list[Line]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """The characters."""
        return " ".join(piece.text.strip() for piece in self.pieces).strip()

    @property
    def strong(self) -> bool:
        """Whether all of it is bold."""
        return bool(self.pieces) and all(piece.strong for piece in self.pieces)


def grid_of(
    rules: Sequence[Rule], pieces: Sequence[tuple[Line, int]]
) -> Iterator[tuple[list[list[Box]], set[int], list[float]]]:
    """Each table that rules make on a page, `pieces` being its text and the places of the lines that it belongs to.

    A table is given as its rows, the places of its lines and the left edges of its columns (points). Lines that stand in
    it only in part are none of its lines.
    """
    for group in _groups(rules):
        columns, lines = _edges(group, upright=True), _edges(group, upright=False)[::-1]
        width, height = len(columns) - 1, len(lines) - 1
        if width < 2 or height < 2 or width * height > _MOST_CELLS:
            continue
        held: dict[tuple[int, int], list[Line]] = {}
        own: set[int] = set()
        outside: set[int] = set()
        for piece, at in pieces:
            row = next((r for r in range(height) if lines[r + 1] <= (piece.top + piece.bottom) / 2 < lines[r]), None)
            start = min(piece.left + 1, piece.right)
            column = next((c for c in range(width) if columns[c] <= start < columns[c + 1]), None)
            if row is None or column is None:
                outside.add(at)
            else:
                own.add(at)
                held.setdefault((row, column), []).append(piece)
        if own & outside:
            continue
        rows = _cells(group, columns, lines, held)
        filled = [sum(bool(box.pieces) for box in row) for row in rows]
        # Where few rows have two cells and hardly one has many, what is drawn is the shade behind lines, or a frame, round running text.
        several, some = sum(count > 1 for count in filled), sum(count > 0 for count in filled)
        wide = sum(count > 3 for count in filled) >= 2
        if several >= 1 and (wide or several >= _LEAST_SEVERAL * some) and some >= 2:
            yield [row for row, count in zip(rows, filled, strict=True) if count], own, columns[:-1]


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that meet, directly or by others."""
    across = [at for at, (_, low, _, high) in enumerate(rules) if low == high]
    upright = [at for at, (left, _, right, _) in enumerate(rules) if left == right]
    if len(across) * len(upright) > _MOST_PAIRS:
        return []
    first = list(range(len(rules)))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    for one in across:
        left, y, right, _ = rules[one]
        for other in upright:
            x, low, _, high = rules[other]
            if left - _TOUCHING <= x <= right + _TOUCHING and low - _TOUCHING <= y <= high + _TOUCHING:
                first[root(one)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for at, rule in enumerate(rules):
        groups.setdefault(root(at), []).append(rule)
    return [group for group in groups.values() if len(group) >= 3]


def _edges(group: Sequence[Rule], *, upright: bool) -> list[float]:
    """Where columns (or rows) begin and end: at the rules, and where the rules across them end."""
    places = [rule[0] if upright else rule[1] for rule in group if (rule[0] == rule[2]) == upright]
    crossing = [rule for rule in group if (rule[0] == rule[2]) != upright]
    places += [min(r[0] if upright else r[1] for r in crossing), max(r[2] if upright else r[3] for r in crossing)]
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > _NARROWEST:
            out.append(place)
    return out


def _cells(
    group: Sequence[Rule], columns: Sequence[float], lines: Sequence[float], held: dict[tuple[int, int], list[Line]]
) -> list[list[Box]]:
    """The rows of cells; where no rule stands between two of them, they are one."""
    width, height = len(columns) - 1, len(lines) - 1
    uprights = [rule for rule in group if rule[0] == rule[2]]
    across = [rule for rule in group if rule[1] == rule[3]]

    def beside(row: int, column: int) -> bool:
        x, y = columns[column + 1], (lines[row] + lines[row + 1]) / 2
        return any(abs(rule[0] - x) <= _NARROWEST and rule[1] <= y <= rule[3] for rule in uprights)

    def below(row: int, column: int) -> bool:
        x, y = (columns[column] + columns[column + 1]) / 2, lines[row + 1]
        return any(abs(rule[1] - y) <= _NARROWEST and rule[0] <= x <= rule[2] for rule in across)

    taken: set[tuple[int, int]] = set()
    rows: list[list[Box]] = []
    for row in range(height):
        boxes: list[Box] = []
        for column in range(width):
            if (row, column) in taken:
                continue
            right, foot = column, row
            while right + 1 < width and (row, right + 1) not in taken and not beside(row, right):
                right += 1
            while foot + 1 < height and not any(below(foot, at) for at in range(column, right + 1)):
                foot += 1
            inside = {(r, c) for r in range(row, foot + 1) for c in range(column, right + 1)} - taken
            taken.update(inside)
            pieces = [piece for cell in sorted(inside) for piece in held.get(cell, ())]
            boxes.append(Box(pieces, right - column + 1, foot - row + 1))
        rows.append(boxes)
    return rows
