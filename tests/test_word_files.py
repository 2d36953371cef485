"""A Word file -> Markdown: headings, lists and tables in their order; packed files that are none, or too large, are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import convert
from tests.documents import SENTENCES, told, word_bytes, word_file


def test_a_word_file_gives_headings_lists_and_tables_in_their_order() -> None:
    document = word_file()
    document.add_heading("What we collect", level=2)
    document.add_paragraph("your name", style="List Bullet")
    document.add_paragraph("your first name", style="List Bullet 2")
    document.add_paragraph("Ask us.", style="List Number")
    document.add_paragraph("Wait.", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Category", "Examples", "Identifiers", "e-mail"]):
        run = table.cell(at // 2, at % 2).paragraphs[0].add_run(text)
        run.bold = at < 2
    document.add_paragraph("We end here.")
    found = convert(word_bytes(document), "policy.docx")
    clauses, headings = told(found)
    assert headings == ["What we collect"]
    assert clauses == [
        *SENTENCES,
        "your name",
        "your first name",
        "1. Ask us.",
        "2. Wait.",
        "Category: Identifiers; Examples: e-mail",
        "We end here.",
    ]
    assert "    *   your first name" in found.markdown
    assert found.title == "Privacy Policy of Acme"
    assert found.media == "docx"


def test_a_heading_style_of_ones_own_is_a_heading() -> None:
    document = word_file()
    style = document.styles.add_style("Clause Title", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Sharing", style="Clause Title")
    document.add_paragraph("We share nothing.")
    assert "### Sharing" in convert(word_bytes(document), "a.docx").markdown


def test_deleted_words_of_a_word_file_are_left_out_and_inserted_ones_read() -> None:
    document = word_file()
    paragraph = document.add_paragraph("We share ")
    w = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    for xml in (
        f"<w:del {w} w:id='1'><w:r><w:delText>everything</w:delText></w:r></w:del>",
        f"<w:ins {w} w:id='2'><w:r><w:t>nothing.</w:t></w:r></w:ins>",
    ):
        paragraph._p.append(parse_xml(xml))
    found = convert(word_bytes(document), "a.docx")
    assert told(found)[0][-1] == "We share nothing."
    assert any("tracked changes" in warning for warning in found.warnings)


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    good = word_bytes(word_file())
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["word/document.xml"] = files["word/document.xml"].replace(b"</w:body>", b" " * 60_000_000 + b"</w:body>")
    with pytest.raises(UnreadablePolicy, match="unpacked"):
        convert(packed(**files), "bomb.docx")
    files["word/document.xml"] = b"<a>" + b"lorem ipsum " * 1_000_000 + b"</a>"
    with pytest.raises(UnreadablePolicy, match="times its packed size"):
        convert(packed(**files), "bomb.docx")


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"a.txt": b"x"}, "packed file"),
        ({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}, "Excel"),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "no DOCX that can be read"),
    ],
)
def test_other_packed_files_are_refused_by_name(files: dict[str, bytes], what: str) -> None:
    with pytest.raises(UnreadablePolicy, match=what):
        convert(packed(**files), "a.docx")


def test_entities_of_a_word_file_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Alpaca")
    with zipfile.ZipFile(io.BytesIO(word_bytes(word_file()))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    body = files["word/document.xml"].replace(b"We keep your name", b"We keep &secret; your name")
    doctype = f'<!DOCTYPE x [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'.encode()
    files["word/document.xml"] = body.replace(b"?>", b"?>" + doctype, 1)
    assert b"&secret;" in files["word/document.xml"]
    assert "Alpaca" not in convert(packed(**files), "a.docx").markdown
