"""A web page -> blocks of the policy on it: headings, paragraphs, nested lists, tables, folded parts opened.

Where a title ends with the part that it stands over (of a folded part, a list of terms, a tab) and text follows, a sign says so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from corpus.formats.html import boilerplate as furniture
from corpus.formats.html.dom import Node
from corpus.formats.html.folded_parts import Section, sections_of
from corpus.formats.html.left_out import LeftOut, left_out
from corpus.formats.html.table_detection import Place, is_titled, pictured, rows_of
from corpus.formats.html.word_processor import Item, is_mark, item_of, level_of_list, without_bullet
from corpus.formats.markdown_writer import Part, Words
from corpus.formats.tables import Grid, rows_as_items
from corpus.text.markdown_blocks import address_of
from corpus.text.segment_ends import BACK

NO_STYLES: Final[Mapping[str, str]] = MappingProxyType({})
NO_SECTIONS: Final[Mapping[int, Section]] = MappingProxyType({})

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
_NO_LEVEL = 7  # of a title that is no heading
_MOST_TITLE_WORDS = 12
_MOST_COLUMNS, _MOST_ROWS = 20, 1_000  # that a cell spans
_COUNT: Final = re.compile(r"\s*([0-9]{1,6})")


@dataclass(slots=True)
class _List:
    numbered: bool
    next: int
    depth: int


class _End(NamedTuple):
    """Where an element ends, what ends there, and what was before it."""

    at: int
    what: Literal["block", "list", "strong", "pre", "link", "title", "section"]
    before: bool | str | tuple[int, int] | None = None


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
    title: bool = False  # whether what is read is a title, though no heading
    open: list[tuple[int, int]] = field(default_factory=list)  # headings that hold: where they stand, their levels
    titled: int = 0  # how many blocks there were with the last title or heading
    back: int | None = None  # the level of the heading that holds again, where a title has ended
    ended: int = _NO_LEVEL  # the highest level of the headings that have ended there

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
            self.add(Part("item", kept, depth + self.item.level, number))
            self.item = None
            self.begins_item = False
        elif self.heading:
            self.add(Part("heading", words, self.heading))
            self.begins_item = False
        elif self.begins_item:
            self.add(Part("item", without_bullet(words), depth, self.number))
            self.begins_item = False
        else:
            within = depth if depth and self.parts and self.parts[-1].mark != "heading" else 0
            self.add(Part("text", words, within=within))

    def add(self, part: Part) -> None:
        """Add a block; where a title has ended that no heading or title ends, say so before it."""
        title = part.mark == "heading" or (self.title and part.mark == "text" and not part.within)
        if self.back is not None:
            # A heading ends those of its level and below, a title that is none those that are none.
            if not title or self.ended < (part.level if part.mark == "heading" else _NO_LEVEL):
                self.parts.append(Part("heading", (Words(BACK),), max(self.back, 1)))
                self.close(self.back)
            self.back = None
        if part.mark == "heading":
            self.close(part.level - 1)
            self.open.append((len(self.parts), part.level))
        self.parts.append(part)
        if title:
            self.titled = len(self.parts)

    def close(self, level: int) -> None:
        """End the headings below a level."""
        while self.open and self.open[-1][1] > level:
            self.open.pop()

    def begin(self, section: Section, end: int) -> _End:
        """Write the title of a section that stands elsewhere; what to undo where the section ends."""
        self.flush()
        level = self.open[-1][1] if self.open else 0
        level = level if self.back is None else self.back
        level = level if section.over is None else section.over
        since = len(self.parts)
        if section.title:
            self.add(Part("heading", (Words(section.title),), min(max(level, 1) + 1, 6)))
        elif section.follows:
            since = since - 1 if self.titled == since else end  # no title was written: none ends
        return _End(end, "section", (since, level))

    def end_section(self, since: int, level: int) -> None:
        """End the titles that were written since there were so many blocks: a heading of that level holds again."""
        self.flush()
        if self.titled > since:
            self.back = level
            first = bisect_left(self.open, (since, 0))
            self.ended = self.open[first][1] if first < len(self.open) else _NO_LEVEL


def parts_of(nodes: list[Node], styles: Mapping[str, str] = NO_STYLES) -> tuple[list[Part], tuple[LeftOut, ...]]:
    """The blocks of the policy on a page, in order, and what was left out.

    Args:
        nodes: as `tree.flat` gives them.
        styles: what its style sheets lay out as tables, as `layout.displays` gives it.
    """
    view = furniture.keep_policy(nodes, styles)
    return _parts(nodes, 0, nodes[0].end, styles, sections_of(view)), left_out(view)


def _parts(
    nodes: list[Node],
    start: int,
    end: int,
    styles: Mapping[str, str] | None = None,
    sections: Mapping[int, Section] = NO_SECTIONS,
) -> list[Part]:
    """The blocks of some nodes; tables and ends of titles only where `styles` and `sections` are given: a cell holds none."""
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
        elif styles is not None and (table := _table(nodes, at, styles, out.depth)):
            out.flush()
            for part in table:
                out.add(part)
            at = node.end
            continue
        else:
            if at in sections:
                ends.append(out.begin(sections[at], node.end))
            if tag in _TITLES:
                ends.append(_End(node.end, "title", out.title))
                out.title = True
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
    elif end.what == "title":
        out.title = bool(end.before)
    elif isinstance(end.before, tuple):
        out.end_section(*end.before)
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
        # A line feed of the source ends no line, and "\n" alone would.
        out.words.append(Words(" " if text.isspace() else text, out.strong, out.link))
        return
    for at, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if at:
            out.flush()
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                out.words.append(Words("\n"))
            out.words.append(Words(line, out.strong, out.link))


def _table(nodes: list[Node], table: int, styles: Mapping[str, str], depth: int) -> list[Part]:
    """The blocks of a table of data; none where the element is none, or only lays out a page and its cells are read one by one."""
    places = rows_of(nodes, table, styles)
    grid = None if places is None else _grid(nodes, places)
    if places is None or grid is None:
        return []
    before: list[Part] = []
    after: list[Part] = []
    start = table + 1
    for cell in (place.at for row in places for place in row):
        (after if start > table + 1 else before).extend(_between(nodes, start, cell, depth))
        start = nodes[cell].end
    return [*before, *rows_as_items(grid, depth), *after, *_between(nodes, start, nodes[table].end, depth)]


def _between(nodes: list[Node], start: int, end: int, depth: int) -> list[Part]:
    """What a table says outside its cells: its caption, as text that opens its rows and no heading, which would rule over what
    follows the table."""
    if not any(node.own and not node.dropped for node in nodes[start:end]):
        return []
    return [
        replace(part, level=part.level + depth)
        if part.mark == "item"
        else Part("text", tuple(words._replace(strong=False) for words in part.words), within=depth)
        for part in _parts(nodes, start, end)
    ]


def _grid(nodes: list[Node], places: list[list[Place]]) -> Grid | None:
    """The cells of a table of data, laid out; pictures alone in theirs say something where the table names its columns."""
    bare = (place.at for row in places for place in row if not nodes[place.at].words)
    signs = {cell: sign for cell in bare if (sign := pictured(nodes, cell))}
    grid = Grid.of(_rows(nodes, places, signs))
    return grid if not signs or (grid and any(grid.labels)) else Grid.of(_rows(nodes, places, {}))


def _rows(
    nodes: list[Node], places: list[list[Place]], signs: Mapping[int, str]
) -> list[list[tuple[list[Part], bool, int, int]]]:
    """The cells of a table, and whether each heads its row or column; `signs`: the words of those that hold pictures."""
    rows: list[list[tuple[list[Part], bool, int, int]]] = []
    for at, row in enumerate(places):
        titled = not rows and is_titled(nodes, places, at)
        rows.append([])
        for place in row:
            node = nodes[place.at]
            cell = _parts(nodes, place.at + 1, node.end)
            if not cell and place.at in signs:
                cell = [Part("text", (Words(signs[place.at]),))]
            bold = bool(cell) and all(w.strong for part in cell for w in part.words if w.text.strip())
            heads = place.heads or bold or titled or _weight(node, strong=False)
            rows[-1].append(
                (cell, heads, _number(node, "colspan", _MOST_COLUMNS), _number(node, "rowspan", _MOST_ROWS))
            )
    return rows


def _number(node: Node, name: str, most: int) -> int:
    """How many columns or rows a cell spans, as browsers read it: "100%" is a hundred, no rows are all that follow."""
    found = _COUNT.match(node.attributes.get(name, ""))
    given = int(found[1]) if found else 1
    return min(given, most) if given else (most if name == "rowspan" else 1)
