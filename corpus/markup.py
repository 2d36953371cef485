"""Markdown or plain text -> blocks of pieces, each piece with its exact place in the source.

The parser is pulldown-cmark (through pyromark), which gives the source range of every inline event. What Markdown gets
wrong in plain text (a row of `=====` under a paragraph is no heading) is set right here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Literal, NamedTuple

import pyromark

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_BLOCK_TAGS = {"p", "div", "br", "li", "ul", "ol", "tr", "td", "th", "table", "section", "h1", "h2", "h3", "h4", "hr"}
_LONGEST_HEADING = 150  # code points; longer "headings" are paragraphs that somebody marked up as one


class Piece(NamedTuple):
    """Some characters and where they stood in the source; `text` is "\\n" for a hard, "\\r" for a soft line break."""

    text: str
    start: int
    length: int
    strong: bool = False


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item or table row: its pieces in order, and the links in it."""

    mark: Literal["text", "heading", "item"]
    level: int = 0
    siblings: int = 0
    pieces: list[Piece] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    quoted: bool = False


@dataclass(slots=True)
class _List:
    blocks: list[Block] = field(default_factory=list)
    items: int = 0


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


def blocks_of(source: str) -> list[Block]:
    """The blocks of a document in order, each with its pieces."""
    point = _ByteToCodePoint(source)
    blocks: list[Block] = []
    current: Block | None = None
    lists: list[_List] = []
    strong = quoted = silent = 0
    cell = False

    def open_block(mark: Literal["text", "heading", "item"], level: int = 0) -> Block:
        block = Block(mark, level, quoted=quoted > 0)
        if lists and mark != "heading":
            block.mark, block.level = "item", len(lists)
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
            elif tag == "List":
                current = None
                lists.append(_List())
            elif tag == "Item":
                current = None
                lists[-1].items += 1
            elif tag in ("TableHead", "TableRow"):
                current, cell = open_block("item"), False
                current.mark = "item"
            elif tag == "TableCell":
                if current is not None and cell:
                    current.pieces.append(Piece("\t", start, 0))
                cell = True
            elif tag == "BlockQuote":
                quoted, current = quoted + 1, None
            elif tag == "Strong":
                strong += 1
            elif tag == "Image":
                silent += 1
            elif tag == "Link" and current is not None:
                current.links.append(str(detail["dest_url"]))
        elif name == "End":
            tag, _ = _named(value)
            if tag == "List":
                closed = lists.pop()
                for block in closed.blocks:
                    block.siblings = closed.items
            if tag == "Strong":
                strong -= 1
            elif tag == "Image":
                silent -= 1
            elif tag == "BlockQuote":
                quoted -= 1
            if tag in (
                "Heading",
                "Paragraph",
                "CodeBlock",
                "HtmlBlock",
                "Item",
                "TableRow",
                "TableHead",
                "BlockQuote",
                "List",
            ):
                current = None
        elif name in ("SoftBreak", "HardBreak"):
            if current is not None:
                current.pieces.append(Piece("\r" if name == "SoftBreak" else "\n", start, end - start))
        elif name in ("Text", "Code", "Html", "InlineHtml") and not silent:
            current = current or open_block("text")  # a tight list item has no paragraph of its own
            if name in ("Html", "InlineHtml"):
                current.pieces.extend(_html_pieces(source[start:end], start))
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


class _HtmlText(HTMLParser):
    """Text and line breaks of a stretch of HTML, with their offsets in it."""

    def __init__(self, raw: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, int]] = []
        self._lines = [0]
        for line in raw.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.feed(raw)
        self.close()

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class calls it so
        if tag in _BLOCK_TAGS:
            self.found.append(("\n", self._offset()))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self.found.append(("\n", self._offset()))

    def handle_data(self, data: str) -> None:
        self.found.append((data, self._offset()))


def _html_pieces(raw: str, start: int) -> Iterator[Piece]:
    for text, at in _HtmlText(raw).found:
        yield Piece(text, start + at, 0 if text == "\n" and raw[at : at + 1] == "<" else len(text))
