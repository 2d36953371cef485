"""A web page -> blocks of the policy on it: headings, paragraphs, nested lists, tables, folded parts opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from corpus.formats.html import boilerplate as furniture
from corpus.formats.html.dom import Node
from corpus.formats.html.left_out import LeftOut, left_out
from corpus.formats.html.table_detection import is_titled, rows_of
from corpus.formats.html.word_processor import Item, is_mark, item_of, level_of_list, without_bullet
from corpus.formats.markdown_writer import Part, Words
from corpus.formats.tables import Grid, rows_as_items
from corpus.text.markdown_blocks import address_of

NO_STYLES: Final[Mapping[str, str]] = MappingProxyType({})

_BLOCKS: Final = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr label legend li main menu nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_TITLES: Final = ("summary", "dt", "button", "caption")  # shown as titles of what follows, though no headings
# Names that their makers give to titles which are no headings: "section-title", "h3", "MsoTitle".
_TITLED: Final = re.compile(
    r"(?:^|\s)(?:(?:section|sub|policy|block|article|content|text)?[-_]*(?:title|heading)|h[1-6]|Mso(?:Title|Heading\d?))(?:$|\s)",
    re.IGNORECASE,
)
_MOST_TITLE_WORDS = 12
_MOST_COLUMNS = 20


@dataclass(slots=True)
class _List:
    numbered: bool
    next: int
    depth: int


class _End(NamedTuple):
    """Where an element ends, what ends there, and what was before it."""

    at: int
    what: Literal["block", "list", "strong", "pre", "link"]
    before: bool | str | None = None


@dataclass(slots=True)
class _Writer:
    nodes: list[Node]
    parts: list[Part] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    heading: int = 0
    begins_item: bool = False
    number: int | None = None
    item: Item | None = None
    strong: bool = False
    preformatted: bool = False
    link: str | None = None

    @property
    def depth(self) -> int:
        """How deep the innermost list is; 0 outside all."""
        return self.lists[-1].depth if self.lists else 0

    @property
    def line(self) -> str:
        """The end of what stands in the block that is open."""
        return "".join(word.text for word in self.words[-3:])

    def flush(self) -> None:
        """End the block that is open."""
        words, self.words = tuple(self.words), []
        if not any(word.text.strip() for word in words):
            return
        depth = self.depth
        if self.item is not None and not self.heading:
            kept, number = self.item.of(words)
            self.parts.append(Part("item", kept, depth + self.item.level, number))
            self.item = None
            self.begins_item = False
        elif self.heading:
            self.parts.append(Part("heading", words, self.heading))
            self.begins_item = False
        elif self.begins_item:
            self.parts.append(Part("item", without_bullet(words), depth, self.number))
            self.begins_item = False
        else:
            within = depth if depth and self.parts and self.parts[-1].mark != "heading" else 0
            self.parts.append(Part("text", words, within=within))


def parts_of(nodes: list[Node], styles: Mapping[str, str] = NO_STYLES) -> tuple[list[Part], tuple[LeftOut, ...]]:
    """The blocks of the policy on a page, in order, and what was left out.

    Args:
        nodes: as `tree.flat` gives them.
        styles: what its style sheets lay out as tables, as `layout.displays` gives it.
    """
    view = furniture.keep_policy(nodes, styles)
    return _parts(nodes, 0, nodes[0].end, styles), left_out(view)


def _parts(nodes: list[Node], start: int, end: int, styles: Mapping[str, str] | None = None) -> list[Part]:
    """The blocks of some nodes; tables only where `styles` are given, since a cell holds none."""
    out = _Writer(nodes)
    ends: list[_End] = []  # what to undo, and where
    at = start
    while at <= end:
        while ends and ends[-1].at <= at:
            _undo(out, ends.pop())
        if at == end:
            break
        node = nodes[at]
        if node.dropped:
            at = node.end
            continue
        tag = node.tag
        if not tag:
            _add_text(out, node.text)
        elif tag == "br":
            out.words.append(Words("\n"))
        elif is_mark(nodes, at, out.line, heading=out.heading > 0):
            at = node.end
            continue
        elif styles is not None and (grid := _grid(nodes, at, styles)) is not None:
            out.flush()
            out.parts.extend(rows_as_items(grid, out.depth))
            at = node.end
            continue
        else:
            weight = _weight(node, strong=out.strong)
            if weight != out.strong:
                ends.append(_End(node.end, "strong", out.strong))
                out.strong = weight
            if tag == "pre":
                ends.append(_End(node.end, "pre", out.preformatted))
                out.preformatted = True
            elif tag == "a":
                ends.append(_End(node.end, "link", out.link))
                out.link = address_of(node.attributes.get("href"))
            if tag in _BLOCKS or tag in _HEADINGS or node.attributes.get("role") in ("heading", "listitem", "list"):
                out.flush()
                _open(out, at, ends)
        at += 1
    out.flush()
    return out.parts


def _undo(out: _Writer, end: _End) -> None:
    """What the end of an element ends."""
    if end.what in ("block", "list"):
        out.flush()
        out.item = None
    if end.what == "block":
        out.heading = 0
    elif end.what == "list":
        out.lists.pop()
        out.begins_item = False
    elif end.what == "strong":
        out.strong = bool(end.before)
    elif end.what == "pre":
        out.preformatted = bool(end.before)
    else:
        out.link = str(end.before) if end.before else None


def _open(out: _Writer, at: int, ends: list[_End]) -> None:
    node = out.nodes[at]
    role = node.attributes.get("role")
    level = _HEADINGS.get(node.tag, 0)
    if role == "heading":
        given = node.attributes.get("aria-level", "")
        level = min(max(int(given), 1), 6) if given.isdecimal() and len(given) < 3 else 2
    if node.tag in ("ul", "ol", "menu", "dir") or role == "list":
        begin = node.attributes.get("start", "")
        first = int(begin) if begin.isdecimal() and len(begin) < 5 else 1
        out.lists.append(_List(node.tag == "ol", first, level_of_list(node) or out.depth + 1))
        out.begins_item = False
        ends.append(_End(node.end, "list"))
        return
    if node.tag == "li" or role == "listitem":
        current = out.lists[-1] if out.lists else None
        out.begins_item = current is not None
        out.number = None
        if current is not None and current.numbered:
            given = node.attributes.get("value", "")
            out.number = int(given) if given.isdecimal() and len(given) < 5 else current.next
            current.next = out.number + 1
    elif level:
        out.heading = level
    else:
        out.item = item_of(out.nodes, at)
    ends.append(_End(node.end, "block"))


def _weight(node: Node, *, strong: bool) -> bool:
    if node.tag in ("b", "strong", *_TITLES) and node.words <= 40:
        return True
    if (
        node.tag in ("p", "div")
        and node.words <= _MOST_TITLE_WORDS
        and _TITLED.search(node.attributes.get("class", ""))
    ):
        return True
    style = node.attributes.get("style", "")
    if style and _BOLD.search(style):
        return True
    return False if style and _NOT_BOLD.search(style) else strong


def _add_text(out: _Writer, text: str) -> None:
    if not out.preformatted:
        out.words.append(Words(text, out.strong, out.link))
        return
    for at, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if at:
            out.flush()
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                out.words.append(Words("\n"))
            out.words.append(Words(line, out.strong, out.link))


def _grid(nodes: list[Node], table: int, styles: Mapping[str, str]) -> Grid | None:
    """The cells of a table of data; None where the element is none, or only lays out a page and its cells are read one by one."""
    places = rows_of(nodes, table, styles)
    if places is None:
        return None
    rows: list[list[tuple[list[Part], bool, int, int]]] = []
    for at, row in enumerate(places):
        titled = not rows and is_titled(nodes, places, at)
        rows.append([])
        for place in row:
            node = nodes[place.at]
            cell = _parts(nodes, place.at + 1, node.end)
            bold = bool(cell) and all(w.strong for part in cell for w in part.words if w.text.strip())
            heads = place.heads or bold or titled or _weight(node, strong=False)
            rows[-1].append((cell, heads, _number(node, "colspan"), _number(node, "rowspan")))
    return Grid.of(rows)


def _number(node: Node, name: str) -> int:
    given = node.attributes.get(name, "1")
    return min(max(int(given), 1), _MOST_COLUMNS) if given.isdecimal() and len(given) < 6 else 1
