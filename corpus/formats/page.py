"""A web page -> blocks of the policy on it: headings, paragraphs, nested lists, tables, folded parts opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from corpus.formats import furniture
from corpus.formats.grid import Grid, rows_as_items
from corpus.formats.left_out import LeftOut, left_out
from corpus.formats.markdown import Part, Words
from corpus.formats.tree import Node

_BLOCKS: Final = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr label legend li main menu nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_TITLES: Final = ("summary", "dt", "button", "caption")  # shown as titles of what follows, though no headings
_MOST_COLUMNS = 20


@dataclass(slots=True)
class _List:
    numbered: bool
    next: int
    end: int
    item_open: bool = False


@dataclass(slots=True)
class _Writer:
    nodes: list[Node]
    parts: list[Part] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    heading: int = 0
    begins_item: bool = False
    number: int | None = None

    def flush(self) -> None:
        """End the block that is open."""
        words, self.words = tuple(self.words), []
        if not any(word.text.strip() for word in words):
            return
        depth = len(self.lists)
        if self.heading:
            self.parts.append(Part("heading", words, self.heading))
            self.begins_item = False
        elif self.begins_item:
            self.parts.append(Part("item", words, depth, self.number))
            self.begins_item = False
        else:
            within = depth if depth and self.parts and self.parts[-1].mark != "heading" else 0
            self.parts.append(Part("text", words, within=within))


def parts_of(nodes: list[Node]) -> tuple[list[Part], tuple[LeftOut, ...]]:
    """The blocks of the policy on a page, in order, and what was left out; `nodes` as `tree.flat` gives them."""
    view = furniture.keep_policy(nodes)
    return _parts(nodes, 0, nodes[0].end), left_out(view)


def _parts(nodes: list[Node], start: int, end: int) -> list[Part]:
    out = _Writer(nodes)
    ends: list[tuple[int, Literal["block", "list", "strong", "pre"], bool]] = []  # what to undo, and where
    strong = preformatted = False
    at = start
    while at <= end:
        while ends and ends[-1][0] <= at:
            _, kind, was = ends.pop()
            if kind == "block":
                out.flush()
                out.heading = 0
            elif kind == "list":
                out.flush()
                out.lists.pop()
                out.begins_item = False
            elif kind == "strong":
                strong = was
            else:
                preformatted = was
        if at == end:
            break
        node = nodes[at]
        if node.dropped:
            at = node.end
            continue
        tag = node.tag
        if not tag:
            _add_text(out, node.text, strong=strong, preformatted=preformatted)
        elif tag == "br":
            out.words.append(Words("\n"))
        elif tag == "table" and (grid := _grid(nodes, at)) is not None:
            out.flush()
            out.parts.extend(rows_as_items(grid, len(out.lists)))
            at = node.end
            continue
        else:
            weight = _weight(node, strong=strong)
            if weight != strong:
                ends.append((node.end, "strong", strong))
                strong = weight
            if tag == "pre":
                ends.append((node.end, "pre", preformatted))
                preformatted = True
            if tag in _BLOCKS or tag in _HEADINGS or node.attributes.get("role") in ("heading", "listitem", "list"):
                out.flush()
                _open(out, node, ends)
        at += 1
    out.flush()
    return out.parts


def _open(out: _Writer, node: Node, ends: list[tuple[int, Literal["block", "list", "strong", "pre"], bool]]) -> None:
    level = _HEADINGS.get(node.tag, 0)
    if node.attributes.get("role") == "heading":
        given = node.attributes.get("aria-level", "")
        level = min(max(int(given), 1), 6) if given.isdecimal() and len(given) < 3 else 2
    if node.tag in ("ul", "ol", "menu", "dir"):
        begin = node.attributes.get("start", "")
        out.lists.append(_List(node.tag == "ol", int(begin) if begin.isdecimal() and len(begin) < 5 else 1, node.end))
        out.begins_item = False
        ends.append((node.end, "list", False))
    elif node.tag == "li":
        current = out.lists[-1] if out.lists else None
        out.begins_item = current is not None
        out.number = None
        if current is not None and current.numbered:
            given = node.attributes.get("value", "")
            out.number = int(given) if given.isdecimal() and len(given) < 5 else current.next
            current.next = out.number + 1
        ends.append((node.end, "block", False))
    else:
        if level:
            out.heading = level
        ends.append((node.end, "block", False))


def _weight(node: Node, *, strong: bool) -> bool:
    if node.tag in ("b", "strong", *_TITLES) and node.words <= 40:
        return True
    style = node.attributes.get("style", "")
    if style and _BOLD.search(style):
        return True
    return False if style and _NOT_BOLD.search(style) else strong


def _add_text(out: _Writer, text: str, *, strong: bool, preformatted: bool) -> None:
    if not preformatted:
        out.words.append(Words(text, strong))
        return
    for at, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if at:
            out.flush()
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                out.words.append(Words("\n"))
            out.words.append(Words(line, strong))


def _grid(nodes: list[Node], table: int) -> Grid | None:
    """The cells of a table of data; None where the table only lays out a page, and its cells are read one by one."""
    if nodes[table].attributes.get("role") in ("presentation", "none"):
        return None
    rows: list[list[tuple[list[Part], bool, int, int]]] = []
    at = table + 1
    while at < nodes[table].end:
        node = nodes[at]
        if node.dropped or node.tag == "caption":
            at = node.end
        elif node.tag == "table" or node.tag in _HEADINGS:
            return None
        elif node.tag == "tr":
            rows.append([])
            at += 1
        elif node.tag in ("td", "th") and rows:
            if any(n.tag == "table" or n.tag in ("h1", "h2") for n in nodes[at : node.end]):
                return None
            cell = _parts(nodes, at + 1, node.end)
            bold = bool(cell) and all(w.strong for part in cell for w in part.words if w.text.strip())
            rows[-1].append((cell, node.tag == "th" or bold, _number(node, "colspan"), _number(node, "rowspan")))
            at = node.end
        else:
            at += 1
    return Grid.of(rows)


def _number(node: Node, name: str) -> int:
    given = node.attributes.get(name, "1")
    return min(max(int(given), 1), _MOST_COLUMNS) if given.isdecimal() and len(given) < 6 else 1
