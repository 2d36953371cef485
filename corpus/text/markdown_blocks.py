"""Markdown or plain text -> blocks of pieces, each piece with its exact place in the source.

The parser is pulldown-cmark (through pyromark), which gives the source range of every inline event. What Markdown gets
wrong in plain text (a row of `=====` under a paragraph is no heading) is set right here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from itertools import accumulate
from typing import Any, Final, Literal, NamedTuple

import pyromark

from corpus.text.marks import blanked, is_link_mark, is_note_mark

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_FOOTNOTES
_ENDS: Final = frozenset(  # with which a block ends
    "Heading Paragraph CodeBlock HtmlBlock Item TableRow TableHead BlockQuote List FootnoteDefinition".split()
)
# Elements that begin and end a line, as in corpus.formats.html.page, which is a room above.
_BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol option p pre search section "
    "summary table tbody td tfoot th thead title tr ul".split()
)
_OTHER_TAGS: Final = frozenset(
    "a abbr acronym applet area audio b base basefont bdi bdo big blink canvas cite code col colgroup data datalist del dfn em "
    "embed font frame frameset head i iframe img input ins kbd link map mark marquee math meta meter nobr noembed noframes "
    "noscript object optgroup output param picture progress q rp rt ruby s samp script select slot small source span strike "
    "strong style sub sup svg template textarea time track tt u var video wbr".split()
)
# Attributes that stand without a value; with any other such word, "<Data Controller>" is no tag but what somebody is to fill in.
_BARE: Final = frozenset(
    "alt async autofocus autoplay checked clear compact controls crossorigin default defer disabled download hidden inert ismap "
    "itemscope loop multiple muted nohref noshade novalidate nowrap open readonly required reversed selected".split()
)
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-:._][a-z0-9]+)*")  # of an element of some other language than HTML
_ENDED: Final = re.compile(r"</([a-z][^\s/>]{0,50})\s*>", re.IGNORECASE)
_STRUCK: Final = frozenset(["del", "s", "strike", "~~"])  # what is struck out is not valid any more
_UNSEEN: Final = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}  # with their ends
# A tag up to the first ">" that stands in no value, or to the first at all. No alternative is tried twice: hostile texts are long.
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?:(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+>|[^>]*+>)", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s/=]++)(?:\s*+(?P<is>=)\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<value>\S*+)))?+"
)
_MARKUP: Final = re.compile(r"<(?=[a-z!?/])|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
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
    """A paragraph, heading, list item or table row: its pieces in order, and the links in it; `note`: of a footnote; `struck`:
    struck-out words of it are left out."""

    mark: Literal["text", "heading", "item"]
    level: int = 0
    siblings: int = 0
    pieces: list[Piece] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    quoted: bool = False
    note: bool = False
    struck: bool = False


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
    ended = frozenset(found[1].lower() for found in _ENDED.finditer(source)) if "</" in source else frozenset()
    strong = quoted = silent = notes = 0
    cell = False

    def open_block(mark: Literal["text", "heading", "item"], level: int = 0) -> Block:
        block = Block(mark, level, quoted=quoted > 0, note=notes > 0)
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
                html.clear()
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
                _add_html(_Html(source, html, ended), current, open_, left_out)
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
                _add_html(_Html(source, [(start, end)], ended), current, open_, left_out, strong=strong > 0)
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
            block.struck |= tag in _STRUCK and any(piece.text.strip() for piece in block.pieces[kept:])
            first = kept = min(kept, len(block.pieces))
            while first and block.pieces[first - 1].text.isspace() and block.pieces[first - 1].text not in "\t\r\n":
                first -= 1
            # Spaces between words that are left out are no line by themselves.
            del block.pieces[first if not first or block.pieces[first - 1].text in ("\r", "\n") else kept :]
            kept = 0


def _add_html(html: _Html, block: Block, open_: list[_Opened], left_out: _LeftOut, *, strong: bool = False) -> None:
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


@dataclass(slots=True)
class _Html:
    """Some HTML in a source, line by line, with marks of quotations between. `ended`: names that tags of the source end."""

    source: str
    lines: Sequence[tuple[int, int]]
    ended: frozenset[str]
    _raw: str = field(init=False)
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._raw = "".join(self.source[start:end] for start, end in self.lines)
        self._starts = [0, *accumulate(end - start for start, end in self.lines[:-1])]

    def found(self) -> Iterator[tuple[str, str, int, int]]:
        """What it holds, in order: a tag ("" for text, "/a" for an end), its address or the text, its place in the source.

        Of tags only those of links, of raised characters and of what is left out; of a tag that is none of HTML its text.
        """
        raw, at = self._raw, 0
        last = {mark: raw.rfind(mark) for mark in (">", "-->", "?>")}  # what never ends is looked for once
        while (mark := _MARKUP.search(raw, at)) is not None:
            yield from self._text(at, mark.start())
            begin, at = mark.start(), mark.end()
            if (sign := mark.group()) != "<":
                known = sign[1] == "#" or sign[1:] in html5  # else `unescape` took "&nothing;" for "&not" and more
                yield "", unescape(sign) if known else sign, *self._place(begin, at)
                continue
            ending = "-->" if raw.startswith("<!--", begin) else "?>" if raw.startswith("<?", begin) else ">"
            tag = _TAG.match(raw, begin) if begin < last[">"] else None
            if tag is not None:
                at = tag.end()
                yield from self._tag(tag)
                if (unseen := _UNSEEN.get(tag["name"].lower())) and not tag["end"]:
                    end = unseen.search(raw, at)
                    at = end.start() if end else len(raw)
            elif raw[at] in "!?" and begin < last[ending]:
                at = raw.index(ending, at) + len(ending)
            else:
                yield from self._text(begin, at)
        yield from self._text(at, len(raw))

    def _tag(self, tag: re.Match[str]) -> Iterator[tuple[str, str, int, int]]:
        name, (start, end) = tag["name"].lower(), self._place(*tag.span())
        rest = self._raw[tag.end("name") : tag.end() - 1]
        given = {one["name"].lower(): one for one in _ATTRIBUTE.finditer(rest)}
        if not tag["end"] and not self._is_markup(name, given, rest):
            yield from self._text(*tag.span())
        elif name in _BLOCK_TAGS:
            yield "", "\n", start, start
        elif name in ("a", "sup", *_STRUCK, *_UNSEEN):
            href = given.get("href")
            address = unescape(href["double"] or href["single"] or href["value"] or "") if href else ""
            yield f"{tag['end']}{name}", address, start, end

    def _is_markup(self, name: str, given: dict[str, re.Match[str]], rest: str) -> bool:
        """Whether a tag is one, and not what somebody is to fill in ("<Company Name>") or an address ("<privacy at acme.com>")."""
        bare = [one for one, found in given.items() if not found["is"]]
        if name in _BLOCK_TAGS or name in _OTHER_TAGS:
            return name in self.ended or all(one in _BARE for one in bare)
        return bool(_NAME.fullmatch(name)) and (name in self.ended or rest.endswith("/") or (bool(given) and not bare))

    def _text(self, begin: int, end: int) -> Iterator[tuple[str, str, int, int]]:
        """Text line by line: an empty line parts."""
        while begin < end:
            stop = self._raw.find("\n", begin, end) + 1 or end
            yield "", self._raw[begin:stop], *self._place(begin, stop)
            begin = stop

    def _place(self, begin: int, end: int) -> tuple[int, int]:
        """Where a stretch of it stands in the source."""
        first, last = (bisect_right(self._starts, at) - 1 for at in (begin, max(begin, end - 1)))
        return self.lines[first][0] + begin - self._starts[first], self.lines[last][0] + end - self._starts[last]
