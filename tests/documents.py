"""Documents of every format, made for tests, and the clauses and headings that they give."""

from __future__ import annotations

import io
import re

import docx

from corpus.formats.convert import Document, convert
from corpus.text.canonical import read_text
from corpus.text.segment import segment

SENTENCES = [
    f"We keep your {what} for as long as your account lives, and delete it when you leave us."
    for what in "name,address,telephone number,photographs,messages,payments,searches,contacts,settings,device".split(
        ","
    )
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(body: str, head: str = "") -> Document:
    return convert(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "policy.html")


def told(document: Document) -> tuple[list[str], list[str]]:
    """The clauses and the headings that a document gives."""
    reading = read_text(document.markdown)
    clauses, headings = segment(reading, "test")
    return [c.span.of(reading.text) for c in clauses], [h.span.of(reading.text) for h in headings]


# --- DOCX -------------------------------------------------------------------------------------------------------------


def word_file() -> docx.document.Document:
    document = docx.Document()
    document.core_properties.title = "Privacy Policy of Acme"
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    return document


def word_bytes(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- PDF --------------------------------------------------------------------------------------------------------------

Drawn = tuple[int, int, int, bool, str]  # x, y, size, bold, text


def pdf(pages: list[list[Drawn]], extra: bytes = b"", content: bytes | None = None, ruled: bytes = b"") -> bytes:
    """A PDF with some lines on each page, as simple as one may be; `ruled` draws rules on every page."""
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for at, lines in enumerate(pages):
        drawn = b"\n".join(
            b"BT /%s %d Tf %d %d Td (%s) Tj ET"
            % (b"B" if bold else b"F", size, x, y, re.sub(rb"([\\()])", rb"\\\1", text.encode("cp1252")))
            for x, y, size, bold, text in lines
        )
        drawn = ruled + drawn if content is None else content
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R/B 4 0 R>>>>>>" % (first + 2 * at + 1)
        )
        objects.append(
            b"<<%s/Length %d>>stream\n%s\nendstream" % (b"" if content is None else extra, len(drawn), drawn)
        )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = extra if content is None else b""
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        trailer,
        len(out),
    )


def printed(lines: list[str], size: int = 11, top: int = 720) -> list[Drawn]:
    return [(50, top - 14 * at, size, False, line) for at, line in enumerate(lines)]


PARAGRAPH = [
    "We keep your name and your address for as long as your account lives, and then we de-",
    "lete them within thirty days, unless the law makes us keep them, or a third-",
    "party payment service does.",
]
