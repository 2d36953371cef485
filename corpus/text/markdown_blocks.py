"""Markdown or plain text -> blocks of pieces, each piece with its exact place in the source.

The parser is pulldown-cmark (through pyromark), which gives the source range of every inline event. What Markdown gets
wrong in plain text (a row of `=====` under a paragraph is no heading) is set right here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

import pyromark

from corpus.text.html_in_markdown import STRUCK, Html, ended_tags
from corpus.text.marks import blanked, is_link_mark, is_note_mark

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_FOOTNOTES
_ENDS: Final = frozenset(  # with which a block ends
    "Heading Paragraph CodeBlock HtmlBlock Item TableRow TableHead BlockQuote List FootnoteDefinition".split()
)
_LONGEST_HEADING = 150  # code points; longer "headings" are paragraphs that somebody marked up as one
_MOST_OPEN = 20  # links and raised characters one in another; nobody nests them
_LONGEST_MARK = 200  # code points; a longer link says something
_LONGEST_ADDRESS = 500  # code points; longer ones carry more of whoever follows them than of where they lead
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"]+|(?![\w+.-]*:|#)[^\s<>\"\\]+", re.IGNORECASE)


class Piece(NamedTuple):
    """Some characters and where they stood in the source; `text` is "\\n" for a hard, "\\r" for a soft line break."""

    text: str
    start: int
    length: int
    strong: bool = False


class Linked(NamedTuple):
    """A link: where it leads, and the stretch of the source that it stands in."""

    address: str
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item or table row: its pieces in order, and the links in it; `later`: not the first of its list
    item; `note`: of a footnote; `struck`: struck-out words of it are left out. `cells`: of a row of a table the stretches of the
    source that its cells stand in, `head` of the first row."""

    mark: Literal["text", "heading", "item"]
    level: int = 0
    siblings: int = 0
    pieces: list[Piece] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    later: bool = False
    quoted: bool = False
    note: bool = False
    struck: bool = False
    cells: list[tuple[int, int]] = field(default_factory=list)
    head: bool = False


@dataclass(slots=True)
class _List:
    blocks: list[Block] = field(default_factory=list)
    items: int = 0
    begun: bool = False  # whether the item that is open has a block


class _ByteToCodePoint:
    """Code-point offsets for byte offsets that mostly ascend."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode("utf-8", "surrogatepass")
        self._ascii = len(self._bytes) == len(source)
        self._at = (0, 0)

    def __call__(self, offset: int) -> int:
        if self._ascii:
            return offset
        byte, point = self._at
        if offset >= byte:
            point += len(self._bytes[byte:offset].decode("utf-8", "surrogatepass"))
        else:
            point -= len(self._bytes[offset:byte].decode("utf-8", "surrogatepass"))
        self._at = (offset, point)
        return point


def address_of(given: str | None) -> str | None:
    """Where a link leads, if that is the web, a mailbox, a telephone, or another page of the same site (then as it is given)."""
    given = (given or "").strip().replace(" ", "%20")
    return given if len(given) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(given) else None


def blocks_of(source: str) -> list[Block]:
    """The blocks of a document in order, each with its pieces."""
    source = blanked(source)
    point = _ByteToCodePoint(source)
    blocks: list[Block] = []
    current: Block | None = None
    lists: list[_List] = []
    open_: list[_Opened] = []
    left_out = _LeftOut(blocks)
    html: list[tuple[int, int]] = []  # the lines of a block of HTML, read together: a tag may go on in the next
    ended = ended_tags(source)
    strong = quoted = silent = notes = 0

    def open_block(mark: Literal["text", "heading", "item"], level: int = 0) -> Block:
        block = Block(mark, level, quoted=quoted > 0, note=notes > 0)
        if lists and mark != "heading":
            block.mark, block.level, block.later = "item", len(lists), lists[-1].begun
            lists[-1].begun = True
            lists[-1].blocks.append(block)
        blocks.append(block)
        return block

    for event, where in pyromark.events_with_range(source, options=_OPTIONS):
        start, end = point(where["start"]), point(where["end"])
        name, value = _named(event)
        if name == "Start":
            tag, detail = _named(value)
            if tag == "Heading":
                current = open_block("heading", int(detail["level"][1]))
                if _is_underlined_paragraph(source[start:end]):
                    current.mark, current.level = "text", 0
            elif tag in ("Paragraph", "CodeBlock", "HtmlBlock"):
                current = open_block("text")
                html.clear()
            elif tag == "List":
                current = None
                lists.append(_List())
            elif tag == "Item":
                current = None
                lists[-1].items, lists[-1].begun = lists[-1].items + 1, False
            elif tag in ("TableHead", "TableRow"):
                current = open_block("item")
                current.mark, current.head = "item", tag == "TableHead"
            elif tag == "TableCell":
                if current is not None:
                    if current.cells:
                        current.pieces.append(Piece("\t", start, 0))
                    current.cells.append((start, end))
            elif tag == "BlockQuote":
                quoted, current = quoted + 1, None
            elif tag == "Strong":
                strong += 1
            elif tag == "Strikethrough":
                current = current or open_block("text")
                left_out.begin("~~")
            elif tag == "Image":
                silent += 1
            elif tag == "Link":
                current = current or open_block("text")
                mailbox = "mailto:" if detail["link_type"] == "Email" else ""
                _open("a", f"{mailbox}{detail['dest_url']}", current, start, open_)
            elif tag == "FootnoteDefinition":
                notes, current = notes + 1, None
        elif name == "End":
            tag, _ = _named(value)
            if tag == "List":
                closed = lists.pop()
                for block in closed.blocks:
                    block.siblings = closed.items
            if tag == "HtmlBlock" and current is not None and html and not silent:
                _add_html(Html(source, html, ended), current, open_, left_out)
            elif tag == "Strong":
                strong -= 1
            elif tag == "Strikethrough":
                left_out.end("~~")
            elif tag == "Image":
                silent -= 1
            elif tag == "BlockQuote":
                quoted -= 1
            elif tag == "FootnoteDefinition":
                notes -= 1
            elif tag == "Link":
                _close("a", open_, end)
            if tag in _ENDS:
                current = None
                open_.clear()
        elif name in ("SoftBreak", "HardBreak"):
            if current is not None:
                current.pieces.append(Piece("\r" if name == "SoftBreak" else "\n", start, end - start))
        elif name == "Html":
            html.append((start, end))
        elif name in ("Text", "Code", "InlineHtml") and not silent:
            current = current or open_block("text")  # a tight list item has no paragraph of its own
            if name == "InlineHtml":
                _add_html(Html(source, [(start, end)], ended), current, open_, left_out, strong=strong > 0)
            else:
                current.pieces.append(_exact(str(value), source[start:end], start, strong > 0))
    return blocks


def _named(event: Any) -> tuple[str, Any]:
    """Name and detail of an event or a tag: pyromark gives a bare string where there is no detail."""
    return next(iter(event.items())) if isinstance(event, dict) else (event, None)


def _exact(text: str, raw: str, start: int, strong: bool) -> Piece:
    """A piece whose source range is as narrow as its text where the text stands in the source as it is."""
    at = raw.find(text)
    if at >= 0 and text:
        return Piece(text, start + at, len(text), strong)
    return Piece(text, start, len(raw), strong)


def _is_underlined_paragraph(raw: str) -> bool:
    """Whether a heading made by a row of `===` or `---` below it is really a paragraph above a separator."""
    lines = [line.strip(" \t>") for line in raw.strip().splitlines()]
    if raw.lstrip(" \t>").startswith("#"):
        return len(raw) > _LONGEST_HEADING
    return len(lines) > 2 or lines[0].endswith((".", ":", ";", ",", "!")) or len(lines[0]) > _LONGEST_HEADING


@dataclass(slots=True)
class _Opened:
    """A link, or raised characters, whose end has not come: its block, its first piece there, its place in the source."""

    tag: str
    address: str
    block: Block
    first: int
    start: int


def _open(tag: str, address: str, block: Block, start: int, open_: list[_Opened]) -> None:
    if len(open_) < _MOST_OPEN:
        open_.append(_Opened(tag, address, block, len(block.pieces), start))


def _close(tag: str, open_: list[_Opened], end: int) -> None:
    """End a link or raised characters: what says nothing but that there is a note or a link goes."""
    if not any(one.tag == tag for one in open_):
        return
    while open_[-1].tag != tag:
        open_.pop()
    opened = open_.pop()
    block, first = opened.block, opened.first
    text = "".join(piece.text for piece in block.pieces[first : first + _LONGEST_MARK])
    before = "".join(piece.text for piece in block.pieces[max(0, first - 3) : first])
    if len(text) > _LONGEST_MARK:
        mark = False
    elif tag == "sup":
        mark = is_note_mark(text, before)
    else:
        mark = is_link_mark(text, opened.address, heading=block.mark == "heading")
    if mark:
        del block.pieces[first:]
    elif tag == "a" and (address := address_of(opened.address)):
        block.links.append(Linked(address, opened.start, end))


@dataclass(slots=True)
class _LeftOut:
    """What is struck out or for machines, up to its end, maybe in another block: a mark which nothing ends takes nothing away.
    `_open`: the mark, the last block then and how many pieces it had."""

    blocks: list[Block]
    _open: list[tuple[str, int, int]] = field(default_factory=list)

    def begin(self, tag: str) -> None:
        if len(self._open) < _MOST_OPEN:
            self._open.append((tag, len(self.blocks) - 1, len(self.blocks[-1].pieces)))

    def end(self, tag: str) -> None:
        if not any(one[0] == tag for one in self._open):
            return
        while self._open[-1][0] != tag:
            self._open.pop()
        _, at, kept = self._open.pop()
        for block in self.blocks[at:]:
            block.struck |= tag in STRUCK and any(piece.text.strip() for piece in block.pieces[kept:])
            first = kept = min(kept, len(block.pieces))
            while first and block.pieces[first - 1].text.isspace() and block.pieces[first - 1].text not in "\t\r\n":
                first -= 1
            # Spaces between words that are left out are no line by themselves.
            del block.pieces[first if not first or block.pieces[first - 1].text in ("\r", "\n") else kept :]
            kept = 0


def _add_html(html: Html, block: Block, open_: list[_Opened], left_out: _LeftOut, *, strong: bool = False) -> None:
    """Add the text of some HTML to a block; its links, raised characters and struck words may end in a later stretch."""
    for tag, text, start, end in html.found():
        if not tag:
            if text == "\n" or not text.isspace() or (block.pieces and block.pieces[-1].text not in ("\r", "\n")):
                block.pieces.append(Piece(text, start, end - start, strong))
        elif tag in ("a", "sup"):
            _open(tag, text, block, start, open_)
        elif tag in ("/a", "/sup"):
            _close(tag[1:], open_, start)
        elif tag.startswith("/"):
            left_out.end(tag[1:])
        else:
            left_out.begin(tag)
