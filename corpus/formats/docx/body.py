"""The body of a Word document -> blocks in the order in which a person reads them.

Notes follow the paragraph (in a list: the item; in a table: the table) that refers to them, text boxes the paragraph that
they are anchored to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part as Packed
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from corpus.formats.docx.numbering import DEEPEST, Numbering, number_of, value_of
from corpus.formats.docx.runs import Paragraph, choice, is_placeholder, read_paragraph
from corpus.formats.docx.styles import Style, Styles, heading_level, is_contents, left_of, list_of
from corpus.formats.markdown_writer import Part, Words
from corpus.formats.tables import Grid, rows_as_items

_LIST_STYLE: Final = re.compile(r"list(?: (bullet|number|paragraph|continue))?(?: (\d))?", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.:;,!?]['\"”’)\]]*$")
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\b(?:updated|effective|version|revised)\b", re.IGNORECASE)
_POLICY: Final = re.compile(
    r"\b(?:privacy|polic(?:y|ies)|notice|statement|terms|cookies?|data protection|datenschutz\w*)\b", re.IGNORECASE
)
_TITLE_WITHIN = 3  # blocks from the beginning in which the title stands
_LONGEST_HEADING = 110  # code points
_MOST_WORDS = 12
_LARGER = 1.15  # times the size of most letters, from which a short line is a heading
_DEEPEST_NESTING = 3  # of tables and text boxes in one another: what is deeper is read as plain paragraphs
_MOST_COLUMNS = 20  # that a cell spans

_P, _TBL, _TR, _TC, _SDT = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "sdt"))
_PPR, _RPR = qn("w:pPr"), qn("w:rPr")
_GONE: Final = frozenset(qn(f"w:{name}") for name in ("del", "moveFrom", "sectPr", "sdtPr", "tblPr", "tblGrid", "tcPr"))
_ALTERNATIVES: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_CHANGES: Final = tuple(qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo"))
_DIAGRAM: Final = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_UNREAD: Final = (
    ("parts of other documents", (qn("w:altChunk"), qn("w:subDoc"))),
    ("diagrams", (f"{{{_DIAGRAM}}}relIds",)),
    ("embedded objects", ("{urn:schemas-microsoft-com:office:office}OLEObject",)),
)


class _Block(NamedTuple):
    """A block, and the size of its smallest letters in half points (0 where it is no paragraph of the body)."""

    part: Part
    size: int = 0


class _Lead(NamedTuple):
    """A paragraph that ends with a colon: how deep its list would be, how far it is indented."""

    depth: int
    left: int


@dataclass(slots=True)
class Body:
    """A Word document while it is read."""

    body: Any
    styles: Styles
    numbering: Numbering
    notes: dict[tuple[str, str], Any]
    links: dict[str, dict[str, str]]  # of the body (""), the footnotes and the endnotes: addresses by their ids
    _read: set[tuple[str, str]] = field(default_factory=set)
    _waiting: list[_Block] = field(default_factory=list)  # notes and boxes of what opens a list: after the list
    _carried: list[Words] = field(default_factory=list)  # words whose paragraph mark was deleted
    _within: str = ""  # which of these is read
    _lead: _Lead | None = None
    _listing: bool = False  # whether the list of the last paragraph that ends with a colon goes on
    _heading: int = 1  # level of the last heading that a style made
    _struck: bool = False  # whether words were left out that are struck out

    @classmethod
    def of(cls, document: Any) -> Body:
        """The body of an opened DOCX with its styles, lists and notes."""
        styles = Styles.of(document.styles.element)
        packed = {str(part.partname): part for part in document.part.package.iter_parts()}

        def list_of_style(id_: str) -> str | None:
            list_ = styles.get(id_).list
            return list_[0] if list_ else None

        numbering = Numbering.of(_root(packed.get("/word/numbering.xml")), list_of_style)
        notes: dict[tuple[str, str], Any] = {}
        links = {"": _links(document.part)}
        for kind in ("footnotes", "endnotes"):
            root = _root(packed.get(f"/word/{kind}.xml"))
            links[kind] = _links(packed.get(f"/word/{kind}.xml"))
            for note in root.iterchildren(qn(f"w:{kind[:-1]}")) if root is not None else ():
                if note.get(qn("w:type")) in (None, "normal"):
                    notes[kind, note.get(qn("w:id")) or ""] = note
        return cls(document.element.body, styles, numbering, notes, links)

    def parts(self) -> list[Part]:
        """The blocks of the document."""
        if self.body is None:
            return []
        blocks = list(self._blocks(self.body, 0))
        blocks.extend(self._released())
        return [block.part for block in _titled(_large(blocks))]

    def warnings(self) -> list[str]:
        """What a person should know of how it was read."""
        if self.body is None:
            return []
        out = []
        if next(self.body.iter(*_CHANGES), None) is not None:
            out.append("it holds tracked changes: read as if all were accepted")
        if self._struck:
            out.append("struck-out words are left out")
        unread = [what for what, tags in _UNREAD if next(self.body.iter(*tags), None) is not None]
        if unread:
            out.append(f"it holds {', '.join(unread)}: not read; put their text into the document")
        return out

    def _blocks(self, container: Any, depth: int) -> Iterator[_Block]:
        """The paragraphs and tables of the body, a cell, a text box or a note, in order; content controls opened."""
        waiting = [iter(container)]
        while waiting:
            element = next(waiting[-1], None)
            if element is None:
                waiting.pop()
            elif element.tag == _P:
                yield from self._paragraph(element, depth)
            elif element.tag == _TBL:
                yield from self._table(element, depth)
                if depth == 0:
                    yield from self._released()
            elif element.tag == _ALTERNATIVES:
                chosen = choice(element)
                if chosen is not None:
                    waiting.append(iter(chosen))
            elif isinstance(element.tag, str) and element.tag not in _GONE and not is_placeholder(element):
                waiting.append(iter(element))
        if any(word.text.strip() for word in self._carried):
            yield _Block(Part("text", tuple(self._carried)))
        self._carried = []

    def _paragraph(self, element: Any, depth: int) -> Iterator[_Block]:
        properties = element.find(_PPR)
        named = value_of(properties.find(qn("w:pStyle"))) if properties is not None else None
        style = self.styles.of_paragraph(named)
        read = self._read_paragraph(element, style)
        mark = properties.find(_RPR) if properties is not None else None
        if mark is not None and mark.find(qn("w:del")) is not None:
            self._carried.extend(read.words)
            self._keep(read, depth, None)
            return
        if self._carried:
            read.words, self._carried = [*self._carried, *read.words], []
        hidden = mark is not None and mark.find(qn("w:vanish")) is not None and not read.text
        part = None if hidden or is_contents(style.name) else self._part(read, properties, named or "", style)
        if part is not None:
            self._listing = part.text.endswith(":") or (self._listing and part.mark == "item")
            if depth == 0 and part.mark != "item":
                yield from self._released()
            yield _Block(part, read.size if part.mark == "text" else 0)
        self._keep(read, depth, part)
        if depth == 0 and not self._listing:
            yield from self._released()

    def _read_paragraph(self, element: Any, style: Style) -> Paragraph:
        read = read_paragraph(element, style, self.styles, self.links[self._within])
        self._struck |= read.struck
        return read

    def _part(self, read: Paragraph, properties: Any, named: str, style: Style) -> Part | None:
        list_ = self._list(properties, named, style)
        number = self.numbering.next(*list_) if list_ else ""
        if not read.text:
            return None
        words = tuple(read.words)
        labelled = (Words(number, read.strong), *words) if number else words
        level = heading_level(style, properties)
        if level:
            self._lead, self._heading = None, level
            return Part("heading", labelled, level)
        left = left_of(properties)
        left = (style.left or 0) if left is None else left
        by_name = _LIST_STYLE.fullmatch(style.name)
        if list_ and number and read.strong and _short(read.text):
            self._lead = None
            return Part("heading", labelled, min(self._heading + 1 + list_[1], 6))
        if list_ is None and by_name and (by_name[1] or "").lower() in ("bullet", "number"):
            list_ = ("", int(by_name[2] or 1) - 1)
        if list_:
            by_style = int(by_name[2] or 1) - 1 if by_name else 0
            part = Part("item", labelled, max(list_[1], by_style) + 1)
        elif self._lead is not None and (by_name or left > self._lead.left):
            return Part("item", words, self._lead.depth + 1)
        else:
            part = Part("text", words)
        self._lead = _Lead(part.level, left) if read.text.endswith(":") else None
        return part

    def _list(self, properties: Any, named: str, style: Style) -> tuple[str, int] | None:
        """The list of a paragraph and its level, by itself or by its style; None where it is in none."""
        own = list_of(properties)
        id_ = own[0] if own and own[0] is not None else style.list[0] if style.list else None
        if id_ in (None, "", "0"):
            return None
        level = own[1] if own else None
        if level is None and not (own and own[0] is not None):
            level = self.numbering.level_of_style(id_, named)
            level = style.list[1] if level is None and style.list else level
        list_ = (id_, min(level or 0, DEEPEST))
        return list_ if self.numbering.shows(*list_) else None

    def _keep(self, read: Paragraph, depth: int, part: Part | None) -> None:
        """Read the text boxes and notes of a paragraph; they wait until it is told where they go."""
        if not read.boxes and not read.notes:
            return
        state = self._lead, self._listing, self._heading, self._carried
        waiting, within = self._waiting, part.level if depth == 0 and part is not None and part.mark == "item" else 0
        for box in read.boxes:
            waiting.extend(self._aside(box, depth))
        for key in read.notes:
            if key in self.notes and key not in self._read:
                self._read.add(key)
                outer, self._within = self._within, key[0]
                found = self._aside(self.notes[key], depth)
                self._within = outer
                waiting.extend(_Block(replace(block.part, mark="text", level=0, within=within)) for block in found)
        self._lead, self._listing, self._heading, self._carried = state
        self._waiting = waiting

    def _aside(self, container: Any, depth: int) -> list[_Block]:
        """The blocks of a text box or note, which takes no part in the lists and headings round it."""
        self._waiting, self._lead, self._listing, self._carried = [], None, False, []
        found = list(self._nested(container, depth + 1))
        return [*found, *self._released()]

    def _nested(self, container: Any, depth: int) -> Iterator[_Block]:
        """The blocks of what stands in something else; what is nested deeper than anybody needs is read flat."""
        if depth <= _DEEPEST_NESTING:
            yield from self._blocks(container, depth)
            return
        for element in container.iter(_P):
            words = tuple(self._read_paragraph(element, self.styles.of_paragraph(None)).words)
            if any(word.text.strip() for word in words):
                yield _Block(Part("text", words))

    def _released(self) -> Iterator[_Block]:
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _table(self, table: Any, depth: int) -> list[_Block]:
        rows: list[list[tuple[list[Part], bool, int, int]]] = []
        open_cells: dict[int, tuple[int, int]] = {}  # column -> where the cell stands that goes on below
        style = value_of(table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}"))
        styled = bool(self.styles.get(style).header) if style else False
        for row in _own(table, _TR, _TBL):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
                continue
            cells: list[tuple[list[Part], bool, int, int]] = []
            column = 0
            heads = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None or (styled and not rows)
            for cell in _own(row, _TC, _TR):
                properties = cell.find(qn("w:tcPr"))
                if properties is not None and properties.find(qn("w:cellDel")) is not None:
                    continue
                span = number_of(properties.find(qn("w:gridSpan"))) if properties is not None else None
                columns = min(max(span or 1, 1), _MOST_COLUMNS)
                merge = properties.find(qn("w:vMerge")) if properties is not None else None
                if merge is not None and value_of(merge) != "restart" and column in open_cells:
                    above, at = open_cells[column]
                    held = rows[above][at]
                    rows[above][at] = (held[0], held[1], held[2], held[3] + 1)
                else:
                    parts = [block.part for block in self._nested(cell, depth + 1)]
                    bold = bool(parts) and all(w.strong for part in parts for w in part.words if w.text.strip())
                    open_cells[column] = (len(rows), len(cells))
                    cells.append((parts, heads or bold, columns, 1))
                column += columns
            rows.append(cells)
        self._lead = None
        grid = Grid.of(rows)
        if grid is not None:
            return [_Block(part) for part in rows_as_items(grid, 0)]
        return [_Block(part) for cells in rows for cell in cells for part in cell[0]]


def _root(part: Packed | None) -> Any:
    """The XML of a part of the package, whether python-docx has read it or not; None where there is none."""
    if part is None:
        return None
    element = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None else element


def _links(part: Packed | None) -> dict[str, str]:
    """The addresses that the links of a part lead to, by their ids."""
    known = part.rels.items() if part is not None else ()
    return {id_: str(link.target_ref) for id_, link in known if link.is_external and link.reltype == RT.HYPERLINK}


def _own(container: Any, tag: str, nearest: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, also those in content controls, not those of a table inside it."""
    return (found for found in container.iter(tag) if next(found.iterancestors(nearest), None) is container)


def _short(text: str) -> bool:
    """Whether a line may be a heading: a few words, no end of a sentence."""
    return len(text) <= _LONGEST_HEADING and len(text.split()) <= _MOST_WORDS and not _SENTENCE_END.search(text)


def _large(blocks: list[_Block]) -> list[_Block]:
    """Short lines in larger letters made headings, where the document names none as such."""
    if any(block.part.mark == "heading" for block in blocks):
        return blocks
    sizes: Counter[int] = Counter()
    for block in blocks:
        sizes[block.size] += len(block.part.text) if block.size else 0
    usual = sizes.most_common(1)[0][0] if sizes else 0
    large = sorted({b.size for b in blocks if b.size > usual * _LARGER and _short(b.part.text)}, reverse=True)
    levels = {size: min(at, 6) for at, size in enumerate(large, 1)} if usual else {}
    return [
        _Block(replace(block.part, mark="heading", level=levels[block.size]))
        if block.size in levels and _short(block.part.text)
        else block
        for block in blocks
    ]


def _titled(blocks: list[_Block]) -> list[_Block]:
    """The title made a heading: one of the first lines, in larger letters or with the name of such a document in it."""
    larger = max(Counter(b.size for b in blocks if b.size).most_common(1), default=(0, 0))[0] * _LARGER
    for at, block in enumerate(blocks[:_TITLE_WITHIN]):
        part = block.part
        if part.mark != "text" or not _short(part.text):
            break
        if not _DATED.search(part.text) and (_POLICY.search(part.text) or 0 < larger < block.size):
            return [*blocks[:at], _Block(replace(part, mark="heading", level=1)), *blocks[at + 1 :]]
    return blocks
