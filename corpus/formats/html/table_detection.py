"""What of a page is laid out as a table: by its tags, its roles, its styles, its names, or since it looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from corpus.formats.html.dom import Node
from corpus.formats.html.pruning import is_hidden
from corpus.text.column_names import names_columns
from corpus.text.words import count_words

Kind = Literal["table", "head", "row", "cell", "title"]

_TAGS: Final[Mapping[str, Kind]] = {
    "table": "table",
    "thead": "head",
    "tr": "row",
    "td": "cell",
    "th": "title",
}
_ROLES: Final[Mapping[str, Kind]] = {
    "table": "table",
    "grid": "table",
    "treegrid": "table",
    "row": "row",
    "cell": "cell",
    "gridcell": "cell",
    "columnheader": "title",
    "rowheader": "title",
}
_DISPLAYS: Final[Mapping[str, Kind]] = {
    "table": "table",
    "inline-table": "table",
    "table-header-group": "head",
    "table-row": "row",
    "table-cell": "cell",
}
_TABLE = r"(?:(?:div|css|r|flex|data|grid|responsive|cookie|policy)?[-_]*table[-_]*)"
_NAMES: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (re.compile(_TABLE), "table"),
    (re.compile(rf"{_TABLE}(?:heading|thead|header-group)"), "head"),
    (re.compile(rf"{_TABLE}?(?:(?:head|header|heading|body)[-_]*)?(?:row|tr)"), "row"),
    (re.compile(rf"{_TABLE}?(?:head|th|head(?:er)?[-_]*cell|column-?header)"), "title"),
    (re.compile(rf"{_TABLE}?(?:cell|td|data|column|col(?:-[\w-]+)?)"), "cell"),
)
_DISPLAY: Final = re.compile(r"display\s*:\s*([a-z-]+)", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"grid-template-columns\s*:\s*([^;]+)", re.IGNORECASE)
_REPEAT: Final = re.compile(r"repeat\(\s*(\d{1,2})\s*,[^()]*(?:\([^()]*\)[^()]*)*\)")
_CLASS: Final = re.compile(r"[\w-]*\.([\w-]+)\s*$")
_TITLED: Final = re.compile(r"(?:^|[-_\s])(?:th|thead|head|header|heading|title|label)s?(?:$|[-_\s])", re.IGNORECASE)
_PAINTED: Final = re.compile(
    r"background(?:-color)?\s*:\s*(?!none|transparent|inherit|initial|#fff\b|white)", re.IGNORECASE
)
_BOXES: Final = frozenset("div section article ul ol dl p span li".split())
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_MOST_STYLES = 1_000_000  # characters of style sheets
_MOST_COLUMNS = 12
_ROWS_TRIED = 12  # that tell whether the first names what stands below it
_LONGEST_CELL = 200  # words; what is longer is a column of a page, not the cell of a table
_LONGEST_TITLE = 60  # nodes
_LARGEST_CELL = 500  # nodes


_MOST_OF_PICTURE = 8  # words that a picture stands for in a cell; more describe it
_TITLE_WITHIN = 6  # nodes of a drawing
_FILE_NAME: Final = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_PICTURES: Final = frozenset("img svg picture".split())
_SIGNS: Final = frozenset(["i", "span"])  # which a style sheet makes pictures of


class Place(NamedTuple):
    """A cell: where it stands among the nodes, and whether it heads its row or column."""

    at: int
    heads: bool


def displays(page: Any) -> dict[str, str]:
    """How a page's own style sheets lay out elements of a class, where that is as a table."""
    found: dict[str, str] = {}
    left = _MOST_STYLES
    for sheet in page.css("style"):
        text = sheet.text()[:left]
        left -= len(text)
        for rule in text.split("}"):
            selectors, _, body = rule.rpartition("{")
            display = _DISPLAY.search(body)
            if display is None or display[1].lower() not in _DISPLAYS:
                continue
            for selector in selectors.rpartition("{")[2].split(","):
                named = _CLASS.fullmatch(selector.split()[-1] if selector.split() else "")
                if named:
                    found[named[1]] = display[1].lower()
    return found


def rows_of(nodes: Sequence[Node], at: int, styles: Mapping[str, str]) -> list[list[Place]] | None:
    """The cells of the table that a node is, row by row; None where it is no table of data.

    A table of tags that only lays out is none, nor is one in which others or headings stand.
    """
    node = nodes[at]
    if node.tag == "table":
        return None if node.lays_out else _told(nodes, at, styles, tags=True)
    if node.tag not in _BOXES:
        return None
    told = _told(nodes, at, styles, tags=False) if _kind(node, styles, tags=False) == "table" else None
    return told or _looking_like(nodes, at)


def pictured(nodes: Sequence[Node], cell: int) -> str:
    """What the pictures of a cell stand for, as one hears it who does not see them: "Yes" for a tick."""
    said: dict[str, None] = {}
    at = cell + 1
    while at < min(nodes[cell].end, cell + _LARGEST_CELL):
        node = nodes[at]
        if is_hidden(node) or (node.dropped and node.tag not in _PICTURES):
            at = node.end
            continue
        if node.tag in _PICTURES or node.tag in _SIGNS or node.attributes.get("role") == "img":
            name = " ".join(_name(nodes, at).split())
            if name and count_words(name) <= _MOST_OF_PICTURE and not _FILE_NAME.fullmatch(name):
                said[name] = None
        at += 1
    return ", ".join(said)


def _name(nodes: Sequence[Node], at: int) -> str:
    """What a picture gives as its name; an empty "alt" says that it means nothing."""
    node = nodes[at]
    if "alt" in node.attributes:
        return node.attributes["alt"]
    named = node.attributes.get("aria-label") or node.attributes.get("title")
    if named or node.tag != "svg":
        return named or ""
    below = range(at + 1, min(node.end, at + _TITLE_WITHIN))
    return next((nodes[title + 1].text for title in below if nodes[title].tag == "title" and title + 1 < node.end), "")


def names_columns_of(nodes: Sequence[Node], at: int, styles: Mapping[str, str]) -> bool:
    """Whether a node is a table of data whose first row names its columns: a list of partners with their links, no menu."""
    rows = [row for row in rows_of(nodes, at, styles) or () if row]
    if len(rows) < 2:
        return False
    if len(rows[0]) > 1 and all(place.heads for place in rows[0]):
        return True
    first, *below = [[_text(nodes, place.at) for place in row] for row in rows[:_ROWS_TRIED]]
    return names_columns(first, below)


def is_titled(nodes: Sequence[Node], rows: Sequence[Sequence[Place]], row: int) -> bool:
    """Whether the cells of a row, or the row, are named or painted as titles, other than those of the next."""
    if row + 1 >= len(rows):
        return False
    first, second = (
        [bool(_shown(nodes, place.at)) for place in cells] or [False] for cells in (rows[row], rows[row + 1])
    )
    return all(first) and not any(second)


def _shown(nodes: Sequence[Node], at: int) -> bool:
    for node in (nodes[at], nodes[nodes[at].parent]):
        if _TITLED.search(node.attributes.get("class", "")) or _PAINTED.search(node.attributes.get("style", "")):
            return True
    return False


def _kind(node: Node, styles: Mapping[str, str], *, tags: bool) -> Kind | None:
    if tags:
        return _TAGS.get(node.tag)
    role = _ROLES.get(node.attributes.get("role", ""))
    if role or node.tag not in _BOXES:
        return role
    display = _DISPLAY.search(node.attributes.get("style", ""))
    if display:
        return _DISPLAYS.get(display[1].lower())
    names = node.attributes.get("class", "").split()[:8]
    for name in names:
        if name in styles:
            return _DISPLAYS[styles[name]]
    for name in names:
        kind = next((kind for pattern, kind in _NAMES if len(name) < 40 and pattern.fullmatch(name.lower())), None)
        if kind:
            return kind
    return None


def _told(nodes: Sequence[Node], table: int, styles: Mapping[str, str], *, tags: bool) -> list[list[Place]] | None:
    rows: list[list[Place]] = []
    at, head_end, row_end = table + 1, 0, 0
    while at < nodes[table].end:
        node = nodes[at]
        kind = _kind(node, styles, tags=tags)
        if node.dropped or node.tag == "caption":
            at = node.end
        elif kind == "table" or node.tag == "table" or (node.tag in _HEADINGS and (tags or at < row_end)):
            return None
        elif kind == "row" and at >= row_end:
            rows.append([])
            row_end = node.end
            at += 1
        elif kind in ("cell", "title") and rows and (tags or at < row_end):
            within = nodes[at : node.end]
            if any(n.tag == "table" or n.tag in ("h1", "h2") for n in within):
                return None
            if not tags and (node.words > _LONGEST_CELL or any(n.tag in _HEADINGS for n in within)):
                return None
            rows[-1].append(Place(at, kind == "title" or at < head_end))
            at = node.end
        else:
            if kind == "head":
                head_end = node.end
            at += 1
    return rows if tags or sum(len(row) > 1 for row in rows) > 1 else None


def _looking_like(nodes: Sequence[Node], box: int) -> list[list[Place]] | None:
    """Boxes of equally many boxes, or boxes in as many columns as a grid has, below a row that names columns."""
    if nodes[box].tag not in ("div", "section", "ul"):
        return None
    below = list(_children(nodes, box))
    if len(below) < 2 or -1 in below:
        return None
    count = _grid_columns(nodes[box])
    if count:
        rows = [below[at : at + count] for at in range(0, len(below), count)]
    else:
        rows = []
        for row in below:
            cells = list(_children(nodes, row)) if nodes[row].tag in _BOXES else []
            if not 2 <= len(cells) <= _MOST_COLUMNS or -1 in cells or (rows and len(cells) != len(rows[0])):
                return None
            rows.append(cells)
    if len(rows) < 2 or len(rows[-1]) != len(rows[0]):
        return None
    if any(nodes[cell].end - cell > _LONGEST_TITLE or nodes[cell].words > 6 for cell in rows[0]):
        return None
    if not names_columns([_text(nodes, cell) for cell in rows[0]]):
        return None
    inside = [nodes[cell : nodes[cell].end] for row in rows for cell in row]
    if any(len(cell) > _LARGEST_CELL or cell[0].words > _LONGEST_CELL for cell in inside):
        return None
    if any(node.tag in _HEADINGS or node.tag == "table" for cell in inside for node in cell):
        return None
    return [[Place(cell, at == 0) for cell in row] for at, row in enumerate(rows)]


def _children(nodes: Sequence[Node], at: int) -> Iterator[int]:
    """The elements right below a node that hold words; -1 for words that stand between them."""
    child = at + 1
    while child < nodes[at].end:
        node = nodes[child]
        if node.words and not node.dropped:
            yield child if node.tag else -1
        child = node.end


def _grid_columns(node: Node) -> int:
    style = node.attributes.get("style", "")[:2_000]
    given = _COLUMNS.search(style)
    if given is None or "grid" not in style:
        return 0
    repeated = _REPEAT.fullmatch(given[1].strip())
    count = int(repeated[1]) if repeated else len(re.sub(r"\([^()]*\)", "", given[1]).split())
    return count if 2 <= count <= _MOST_COLUMNS else 0


def _text(nodes: Sequence[Node], at: int) -> str:
    return " ".join(" ".join(n.text for n in nodes[at : nodes[at].end] if not n.tag and not n.dropped).split())
