"""Which tables of a page only lay it out: the way of old pages, a menu in one cell and the text in the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from corpus.formats.html.dom import Node

CELLS: Final = frozenset(["td", "th"])
_ROWS: Final = frozenset(["thead", "tbody", "tfoot", "tr"])
_BREAKS: Final = frozenset("p br li h1 h2 h3 h4 h5 h6 div table".split())
_PAGE, _SHARE = 120, 0.6  # words of a cell that holds the text of a page, and its share of the table's
_PARAGRAPHS = 4  # in such a cell
_LINKS, _OF_LINKS = 3, 0.6  # links of a menu, and their share of its words
_TEXT = 60  # words beside a menu that are a text


def mark_layouts(nodes: list[Node]) -> None:
    """Set `lays_out` of every table that only lays out a page, or a part of it; words and links are counted.

    It is one where it says so, where tables or headings of a page stand in its cells, where one of its cells holds most of
    it and several paragraphs, or where a menu stands in one row and no row has two cells besides.
    """
    inner = [0, *accumulate(node.tag in ("table", "h1", "h2") for node in nodes)]
    for at, node in enumerate(nodes):
        if node.tag != "table" or not node.words:
            continue
        if node.attributes.get("role") in ("presentation", "none"):
            node.lays_out = True
            continue
        rows = _rows(nodes, at)
        cells = [cell for row in rows for cell in row]
        if any(inner[nodes[cell].end] > inner[cell] for cell in cells):
            node.lays_out = True
        elif not any(nodes[cell].tag == "th" for cell in cells):
            node.lays_out = _holds_page(nodes, at, cells) or _holds_menu(nodes, rows)


def is_menu(node: Node) -> bool:
    """Whether a cell holds links and little else."""
    return node.links >= _LINKS and node.linked >= _OF_LINKS * node.words


def cells_of(nodes: Sequence[Node], table: int) -> list[int]:
    """The cells of a table that hold words, not those of tables in it."""
    return [cell for row in _rows(nodes, table) for cell in row]


def _rows(nodes: Sequence[Node], table: int) -> list[list[int]]:
    rows: list[list[int]] = []
    at = table + 1
    while at < nodes[table].end:
        node = nodes[at]
        if node.tag == "tr":
            rows.append([])
        elif node.tag in CELLS and rows and node.words:
            rows[-1].append(at)
        at = at + 1 if node.tag in _ROWS else node.end
    return rows


def _holds_page(nodes: Sequence[Node], table: int, cells: Sequence[int]) -> bool:
    largest = max(cells, key=lambda cell: nodes[cell].words, default=None)
    if largest is None or nodes[largest].words < max(_PAGE, _SHARE * nodes[table].words):
        return False
    return sum(node.tag in _BREAKS for node in nodes[largest + 1 : nodes[largest].end]) >= _PARAGRAPHS


def _holds_menu(nodes: Sequence[Node], rows: Sequence[Sequence[int]]) -> bool:
    others = [[cell for cell in row if not is_menu(nodes[cell])] for row in rows if row]
    with_menu = [row for row in rows if any(is_menu(nodes[cell]) for cell in row)]
    words = sum(nodes[cell].words for row in others for cell in row)
    return len(with_menu) == 1 and len(others) > 2 and max(map(len, others)) == 1 and words >= _TEXT
