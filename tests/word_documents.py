"""Word documents made for tests, and what they give."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.formats.convert import Document, convert
from corpus.text.canonical import read_text
from corpus.text.segment import segment

W = nsdecls("w")
SENTENCES = [f"We keep your {what} until you close the account." for what in "name address calls letters".split()]
MULTILEVEL = [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "%4)")]


def word(*paragraphs: str) -> Word:
    document = docx.Document()
    document.core_properties.title = ""
    for text in paragraphs or SENTENCES:
        document.add_paragraph(text)
    return document


def read(document: Word, **parts: str) -> tuple[list[str], list[str], Document, list[str | None]]:
    """Clauses, headings, the document and the lead-in of each clause; `parts` are further XML files under word/."""
    out = io.BytesIO()
    document.save(out)
    if parts:
        with zipfile.ZipFile(out) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        types, rels = "[Content_Types].xml", "word/_rels/document.xml.rels"
        for kind, xml in parts.items():
            files[f"word/{kind}.xml"] = f"<w:{kind} {W}>{xml}</w:{kind}>".encode()
            media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
            one = f'<Override PartName="/word/{kind}.xml" ContentType="{media}"/></Types>'
            files[types] = files[types].replace(b"</Types>", one.encode())
            link = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
            one = f'<Relationship Id="x{kind}" Type="{link}" Target="{kind}.xml"/></Relationships>'
            files[rels] = files[rels].replace(b"</Relationships>", one.encode())
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    found = convert(out.getvalue(), "policy.docx")
    reading = read_text(found.markdown)
    clauses, headings = segment(reading, "test")
    leads = [clause.lead_in.of(reading.text) if clause.lead_in else None for clause in clauses]
    return [c.span.of(reading.text) for c in clauses], [h.span.of(reading.text) for h in headings], found, leads


def lists(document: Word, levels: list[tuple[str, str]], number: int = 90, more: str = "", each: str = "") -> None:
    """Put a list into a document: for each level its kind and text; `more` stands in `w:num`, `each` in every level."""
    numbering = document.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{each}<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {W} w:abstractNumId="{number}">{inside}</w:abstractNum>')
    numbering.insert(0, abstract)
    count(document, number, number, more)


def count(document: Word, number: int, abstract: int, more: str = "") -> None:
    xml = f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'
    document.part.numbering_part.element.append(parse_xml(xml))


def numbered(
    document: Word, text: str, level: int | None = 0, number: int | None = 90, style: str | None = None
) -> None:
    properties = document.add_paragraph(text, style=style)._p.get_or_add_pPr()
    inside = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    inside += "" if number is None else f'<w:numId w:val="{number}"/>'
    properties.append(parse_xml(f"<w:numPr {W}>{inside}</w:numPr>"))
