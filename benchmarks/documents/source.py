"""The text of a document block by block, read another way than `corpus.formats` does, so that one can be held against the other.

Nothing is judged here: menus, banners and footers are blocks like all others. A web page is read with the standard
library's parser (the program uses lexbor), a DOCX from its bare XML (the program uses python-docx), a PDF by the lines
that PDFium itself makes of a page (the program puts lines together from letters), Markdown and other text by its blank
lines (the program uses markdown-it).
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

PAGES: Final = (".html", ".htm", ".xhtml")
TEXTS: Final = (".md", ".markdown", ".txt", ".rst", ".adoc")
ENDINGS: Final = (*PAGES, *TEXTS, ".docx", ".pdf")

_UNREAD: Final = frozenset(
    "script style noscript template svg math iframe object canvas audio video title select textarea".split()
)
_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS: Final = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr label legend li main menu nav ol option p pre section summary table tbody td "
    "tfoot th thead tr ul".split()
)
_CLOSED_BY_NEXT: Final = frozenset("p li td th tr dd dt option".split())  # whose end tags pages leave out
_DEEPEST: Final = 40  # elements of a place, from the innermost
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCX_PARTS: Final = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_FRONT: Final = re.compile(r"\A\s*(?:---|\+\+\+)[ \t]*\n.*?\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TARGET: Final = r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])"
_IMAGE: Final = re.compile(rf"!\[[^\[\]]*\]{_TARGET}")
_LINK: Final = re.compile(rf"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]{_TARGET}")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<https?://[^<>]*>")
_ATTRIBUTES: Final = re.compile(r"\{[:#.%][^{}\n]*\}")
_REFERENCE: Final = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:\s.*$|^\.\. .*$", re.MULTILINE)
_NOTE: Final = re.compile(r"\[\^[^\]\s]+\]:?")
_ITEM: Final = re.compile(r"\n(?=\s*(?:[-*+•·]|\d{1,3}[.)]|#{1,6})\s)")


class Block(NamedTuple):
    """Some text of a document that stands together, and where: the elements around it, or the part or page of the file."""

    text: str
    place: str = ""


def blocks_of(path: Path) -> list[Block]:
    """The blocks of a file in order, by its name's ending; one without a word is none.

    Raises:
        ValueError: the ending is not among `ENDINGS`, or the file is broken.
    """
    data, ending = path.read_bytes(), path.suffix.lower()
    blocks: Iterable[Block]
    if ending in PAGES:
        blocks = _of_page(_text(data))
    elif ending == ".docx":
        blocks = _of_docx(data)
    elif ending == ".pdf":
        blocks = _of_pdf(data)
    elif ending in TEXTS:
        blocks = _of_text(_text(data))
    else:
        raise ValueError(f'"{path}" has another ending than {", ".join(ENDINGS)}')
    return [Block(text, place) for block, place in blocks if (text := " ".join(block.split()))]


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    said = _CHARSET.search(data[:8_192])
    try:
        return data.decode(said[1].decode() if said and said[1].lower() != b"iso-8859-1" else "cp1252", "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


class _Page(HTMLParser):
    """Text between the starts and ends of block elements; what no browser shows as text is skipped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[tuple[str, str]] = []  # tag, and how it is named in a place
        self._words: list[str] = []
        self._unread = ""
        self._depth = 0  # of elements named like the unread one, within it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            self._depth += tag == self._unread
            return
        if tag == "br":
            self._words.append(" ")
        if tag in _BLOCKS:
            self.flush()
        if tag in _VOID:
            return
        if tag in _UNREAD:
            self._unread, self._depth = tag, 1
            return
        if tag in _CLOSED_BY_NEXT and self._open and self._open[-1][0] == tag:
            self._open.pop()
        given = {name: value or "" for name, value in attrs}
        if hidden := given.get("data-cfemail"):
            self._words.append(_address(hidden))
            self._unread, self._depth = tag, 1
            return
        self._open.append((tag, _named(tag, given)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or tag not in _UNREAD:
            self.handle_starttag(tag, attrs)  # "<div/>" opens an element, whatever it looks like

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            self._depth -= tag == self._unread
            self._unread = self._unread if self._depth else ""
            return
        if tag in _BLOCKS:
            self.flush()
        for at in range(len(self._open) - 1, max(-1, len(self._open) - _DEEPEST), -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                break

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._words.append(data)

    def flush(self) -> None:
        """End the block that is open."""
        text, self._words = "".join(self._words), []
        if text.strip():
            self.blocks.append(Block(text, " > ".join(name for _, name in self._open[-_DEEPEST:])))


def _address(hidden: str) -> str:
    """An e-mail address that Cloudflare hides: hexadecimal bytes, the first of which is added to the others (XOR)."""
    try:
        key, *letters = bytes.fromhex(hidden)
    except ValueError:
        return ""
    return bytes(letter ^ key for letter in letters).decode("utf-8", "replace")


def _named(tag: str, given: dict[str, str]) -> str:
    name = tag + "".join(f"#{given['id'][:40]}" for _ in [0] if given.get("id"))
    name += "".join(f".{each[:30]}" for each in given.get("class", "").split()[:2])
    name += "".join(f"[{key}={given[key]}]" for key in ("role", "aria-hidden") if given.get(key))
    style = given.get("style", "").replace(" ", "").lower()
    unseen = "hidden" in given or "display:none" in style or "visibility:hidden" in style
    return f"{name}[hidden]" if unseen else name


def _of_page(text: str) -> list[Block]:
    page = _Page()
    page.feed(_FRONT.sub("", text))  # a page that a site's generator is to fill in
    page.close()
    page.flush()
    return page.blocks


def _of_docx(data: bytes) -> Iterator[Block]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for name in sorted(filter(_DOCX_PARTS.fullmatch, packed.namelist())):
                for paragraph in ElementTree.fromstring(packed.read(name)).iter(f"{_WORD}p"):
                    # A text box stands inside a paragraph and has paragraphs of its own.
                    inner = {node for box in paragraph.iter(f"{_WORD}p") if box is not paragraph for node in box.iter()}
                    yield Block("".join(_run_text(node) for node in paragraph.iter() if node not in inner), name)
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise ValueError(f"no DOCX that can be read ({error})") from error


def _run_text(node: ElementTree.Element) -> str:
    if node.tag == f"{_WORD}t":
        return node.text or ""
    return " " if node.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr") else ""


def _of_pdf(data: bytes) -> Iterator[Block]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"no PDF that can be read ({error})") from error
    for number, page in enumerate(document, start=1):
        # PDFium marks a hyphen at a line's end with U+FFFE, and goes on in the same line.
        for line in page.get_textpage().get_text_bounded().replace("\ufffe", "").splitlines():
            yield Block(line, f"page {number}")


def _of_text(text: str) -> Iterator[Block]:
    text = _COMMENT.sub(" ", _FRONT.sub("", text.replace("\r\n", "\n")))
    text = _NOTE.sub(" ", _REFERENCE.sub("", text))
    for paragraph in re.split(r"\n\s*\n", text):
        for block in _ITEM.split(f"\n{paragraph}"):
            plain = _ATTRIBUTES.sub(" ", _TAG.sub(" ", _LINK.sub(r" \1 ", _LINK.sub(r" \1 ", _IMAGE.sub(" ", block)))))
            yield Block(re.sub(r"\\(?=[^\w\s])", "", html.unescape(plain)))
