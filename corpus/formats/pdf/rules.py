"""The straight rules that a page of a PDF draws: borders of tables and their cells, whether as lines or as thin boxes."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pypdfium2.raw as raw

MOST_RULES: Final = 1_000  # a page; a drawing with more of them is no table
_MOST_OBJECTS = 20_000
_MOST_POINTS = 200  # of one path
_DEEPEST = 3  # forms in forms
_SHORTEST = 4.0  # points
_WHITE: Final = 250  # of 255: what is at least as bright is not seen on white paper
_MOST_PAINTED = 500  # boxes of a colour, on which white ones are seen
_STRAIGHT = 0.8  # points that a rule may lean, and within which two are one

Rule = tuple[float, float, float, float]  # left, bottom, right, top, in points from the lower left corner
_Matrix = tuple[float, float, float, float, float, float]


def rules_of(page: Any) -> list[Rule]:
    """The horizontal and vertical rules of a page (a raw PDFium page), pieces of one rule joined."""
    across: dict[int, list[tuple[float, float]]] = defaultdict(list)
    upright: dict[int, list[tuple[float, float]]] = defaultdict(list)
    count = 0
    for (x, y), (x2, y2) in _edges(page):
        if abs(y - y2) <= _STRAIGHT and abs(x - x2) >= _SHORTEST:
            across[round((y + y2) / 2)].append((min(x, x2), max(x, x2)))
        elif abs(x - x2) <= _STRAIGHT and abs(y - y2) >= _SHORTEST:
            upright[round((x + x2) / 2)].append((min(y, y2), max(y, y2)))
        else:
            continue
        count += 1
        if count > 10 * MOST_RULES:
            return []
    rules = [(left, float(y), right, float(y)) for y, spans in across.items() for left, right in _joined(spans)]
    rules += [(float(x), low, float(x), high) for x, spans in upright.items() for low, high in _joined(spans)]
    return rules if len(rules) <= MOST_RULES else []


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + 2:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _edges(page: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of all paths of a page, in its own coordinates."""
    first = (raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page)))
    waiting: list[tuple[Iterator[Any], _Matrix]] = [(first, (1, 0, 0, 1, 0, 0))]
    painted: list[Rule] = []
    left = _MOST_OBJECTS
    x, y = ctypes.c_float(), ctypes.c_float()
    while waiting and left:
        objects, outer = waiting[-1]
        item = next(objects, None)
        if item is None:
            waiting.pop()
            continue
        left -= 1
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM):
            continue
        own = raw.FS_MATRIX()
        if not raw.FPDFPageObj_GetMatrix(item, own):
            continue
        matrix = _product((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if len(waiting) < _DEEPEST:
                inside = (raw.FPDFFormObj_GetObject(item, at) for at in range(raw.FPDFFormObj_CountObjects(item)))
                waiting.append((inside, matrix))
            continue
        points = raw.FPDFPath_CountSegments(item)
        if points > _MOST_POINTS or _is_white(item, painted, outer):
            continue
        begun = last = (0.0, 0.0)
        for at in range(points):
            piece = raw.FPDFPath_GetPathSegment(item, at)
            if not raw.FPDFPathSegment_GetPoint(piece, x, y):
                continue
            here = _at(matrix, x.value, y.value)
            how = raw.FPDFPathSegment_GetType(piece)
            if how == raw.FPDF_SEGMENT_MOVETO:
                begun = here
            elif how == raw.FPDF_SEGMENT_LINETO:
                yield last, here
            last = here
            if raw.FPDFPathSegment_GetClose(piece):
                yield here, begun
                last = begun


def _is_white(path: Any, painted: list[Rule], outer: _Matrix) -> bool:
    """Whether a path is a white box on white paper, as word processors lay behind words: nobody sees its edges.

    A thin one may be a rule between two colours. `painted` are the boxes of other colours so far, in the page's coordinates; this one is
    added to them. `outer` leads from the path's to the page's: pdfium leaves out what leads to the page from the form that holds the path.
    """
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, filled, stroked) or not filled.value or stroked.value:
        return False
    colour = [ctypes.c_uint() for _ in range(4)]
    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(path, *colour) or not raw.FPDFPageObj_GetBounds(path, *edges):
        return False
    left, low, right, high = _bounds(outer, *(edge.value for edge in edges))
    if min(right - left, high - low) < _SHORTEST:
        return False
    red, green, blue, opaque = (part.value for part in colour)
    if opaque and min(red, green, blue) < _WHITE:
        if len(painted) < _MOST_PAINTED:
            painted.append((left, low, right, high))
        return False
    x, y = (left + right) / 2, (low + high) / 2
    return not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in painted)


def _at(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a point is led."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(matrix: _Matrix, left: float, low: float, right: float, high: float) -> Rule:
    """The least upright box around a box that is led elsewhere, which may turn it."""
    xs, ys = zip(*(_at(matrix, x, y) for x in (left, right) for y in (low, high)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
