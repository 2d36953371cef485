"""A document of any format -> Markdown, and what the document says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from stat import S_ISREG
from typing import Final, Literal

from corpus.endings import REFUSED
from corpus.errors import UnreadablePolicy
from corpus.formats import markdown_writer as markdown
from corpus.formats.encoding import repaired, text_of
from corpus.formats.html import dom as tree
from corpus.formats.html import email_addresses as addresses
from corpus.formats.html import page
from corpus.formats.html import table_detection as layout
from corpus.formats.html.left_out import LeftOut, doubt
from corpus.formats.limits import MOST_BYTES, check_text, too_large
from corpus.formats.metadata import extract as stated
from corpus.text import language as languages
from corpus.text.marks import front_matter
from corpus.text.segment import parsed

Media = Literal["html", "pdf", "docx", "markdown", "text"]

_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FRAGMENT = re.compile(r"\s*<(?:div|p|h[1-6]|section|article|main|ul|table|span|title|meta)[\s>]", re.IGNORECASE)
_SNIFFED = 4_096  # characters from the start
_FEW_CLAUSES = 15  # the shortest whole policy measured has 40
_OTHERS: Final = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": (
        "an old Word file, or one that is encrypted",
        "save it as DOCX without a password",
    ),
    b"{\\rtf": ("RTF", "save it as DOCX"),
    b"\x89PNG": ("a picture", "save the policy as text"),
    b"\xff\xd8\xff": ("a picture", "save the policy as text"),
    b"GIF8": ("a picture", "save the policy as text"),
    b"\x1f\x8b": ("packed (gzip)", "unpack it first"),
    b"7z\xbc\xaf": ("packed (7z)", "unpack it first"),
    b"Rar!": ("packed (RAR)", "unpack it first"),
    b"%!PS": ("PostScript", "save it as PDF"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A policy as Markdown, and what its document says of itself; what it does not say is None.

    `language` is an ISO 639-1 code, `languages` those of its parts, the most words first. `warnings` are sentences for a person
    who adds the document. `left_out` is what of a web page was taken for furniture, in order.
    """

    markdown: str
    media: Media
    title: str | None = None
    provider: str | None = None
    effective_date: date | None = None
    updated_date: date | None = None
    language: str | None = None
    source_url: str | None = None
    warnings: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def load(path: Path) -> Document:
    """Convert a file; one that is too large is refused before it is read.

    Raises:
        UnreadablePolicy: as `convert`, or the file cannot be read.
    """
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise UnreadablePolicy(f'document "{path}" is no file; name a file of HTML, PDF, DOCX, Markdown or text')
        if status.st_size > MOST_BYTES:
            raise _too_many_bytes(status.st_size, str(path))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadablePolicy(
            f'document "{path}" cannot be read ({error.strerror}); check that it is a file you may read'
        ) from error
    return convert(data, str(path))


def convert(data: bytes, name: str) -> Document:
    """Read a document by what it holds, and where that leaves it open by its name's ending.

    Raises:
        UnreadablePolicy: the document is empty, too large, encrypted, scanned, broken, of another format, or holds no clause.
    """
    if len(data) > MOST_BYTES:
        raise _too_many_bytes(len(data), name)
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UnreadablePolicy(
            f'document "{name}" is empty ({len(data)} bytes); put the text of the policy into it or remove it'
        )
    for magic, (what, remedy) in _OTHERS.items():
        if data.startswith(magic):
            raise UnreadablePolicy(f'document "{name}" is {what}, which is not read; {remedy}')
    if b"%PDF-" in data[:1024]:
        from corpus.formats.pdf import reader as pdf

        parts, head, warnings = pdf.parts_of(data, name)
        return _document(markdown.write(parts), "pdf", name, head, warnings)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from corpus.formats.docx import reader as word

        parts, head, warnings = word.parts_of(data, name)
        return _document(markdown.write(parts), "docx", name, head, warnings)
    text, guessed = text_of(data, name)
    warnings = [guessed] if guessed else []
    if _is_page(text, name):
        nodes, tags = tree.flat(text, name)
        addresses.reveal(nodes)
        head = stated.Head.of_page(tags)
        parts, left = page.parts_of(nodes, layout.displays(tags))
        return _document(markdown.write(parts), "html", name, head, [*warnings, *doubt(left, nodes[0].words)], left)
    ending = Path(name).suffix.lower()
    if ending in REFUSED:
        what, remedy = REFUSED[ending]
        raise UnreadablePolicy(f'document "{name}" is {what} by its name, which is not read; {remedy}')
    media: Media = "text" if ending == ".txt" else "markdown"
    front = front_matter(text)
    head = stated.Head(title=front.title if front else None)
    return _document(addresses.reveal_markdown(text), media, name, head, warnings)


def _too_many_bytes(size: int, name: str) -> UnreadablePolicy:
    return too_large(name, f"{size / 1e6:,.1f} MB", f"{MOST_BYTES / 1e6:.0f} MB")


def _is_page(text: str, name: str) -> bool:
    if name.lower().endswith((".html", ".htm", ".xhtml")):
        return True
    start = text[:_SNIFFED]
    return bool(
        _PAGE.search(start) or (not name.lower().endswith((".md", ".markdown", ".txt")) and _FRAGMENT.match(start))
    )


def _document(
    text: str,
    media: Media,
    name: str,
    head: stated.Head,
    warnings: list[str],
    left: tuple[LeftOut, ...] = (),
) -> Document:
    check_text(text, name)
    text = repaired(text)
    if not text.strip():
        raise UnreadablePolicy(
            f'document "{name}" holds no text to read ({media}); save the policy itself as text, not a page that loads it'
        )
    reading, clauses, headings = parsed(text, name, "document")
    if not clauses:
        raise UnreadablePolicy(
            f'document "{name}" holds headings only and no clause; put the text of the policy into it'
        )
    if len(clauses) < _FEW_CLAUSES:
        warnings.append(f"{len(clauses)} clause{'s' * (len(clauses) != 1)}: is this a whole policy?")
    said = stated.of_text(reading.text, tuple(heading.span.of(reading.text) for heading in headings), head)
    parts = languages.parts(reading.text, clauses)
    return Document(
        text,
        media,
        said.title,
        said.provider,
        said.effective_date,
        said.updated_date,
        said.language,
        said.source_url,
        (*warnings, *said.warnings, *languages.doubts(reading.text, parts, said.language)),
        languages.shares(reading.text, parts),
        left,
    )
