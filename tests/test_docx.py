"""Word documents as lawyers write them: notes, text boxes, tracked changes, hidden text, titles and lists that only look so."""

from __future__ import annotations

import docx
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from tests.word_documents import SENTENCES, W, read, word

# --- notes and text boxes ---------------------------------------------------------------------------------------------


def note(document: Word, kind: str = "footnote", id_: int = 7, mark: str = "") -> None:
    """Refer to a note at the end of the last paragraph."""
    custom = ' w:customMarkFollows="1"' if mark else ""
    xml = f'<w:r {W}><w:{kind}Reference w:id="{id_}"{custom}/>{f"<w:t>{mark}</w:t>" if mark else ""}</w:r>'
    document.paragraphs[-1]._p.append(parse_xml(xml))


def noted(*texts: str, kind: str = "footnote") -> str:
    inside = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}><w:{kind} w:id="7">{inside}</w:{kind}>'


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_is_read_after_the_paragraph_that_refers_to_it(kind: str) -> None:
    document = word()
    note(document, kind, mark="*")
    document.add_paragraph("We end here.")
    clauses = read(document, **{f"{kind}s": noted("Not in Norway.", "Nor in Chile.", kind=kind)})[0]
    assert clauses == [*SENTENCES, "Not in Norway.", "Nor in Chile.", "We end here."]


def test_notes_of_a_list_take_no_lead_in_from_its_items() -> None:
    document = word()
    document.add_paragraph("We send letters to:")
    document.add_paragraph("the printer", style="List Bullet")
    note(document)
    document.add_paragraph("the post", style="List Bullet")
    document.add_paragraph("We end here.")
    clauses, _, _, leads = read(document, footnotes=noted("In Oslo."))
    assert clauses[-5:] == ["We send letters to:", "the printer", "the post", "In Oslo.", "We end here."]
    assert leads[-4:-2] == ["We send letters to:"] * 2


def test_a_note_of_a_table_is_read_after_it_and_a_note_of_a_heading_below() -> None:
    document = word()
    document.add_heading("Letters")
    note(document)
    table = document.add_table(rows=3, cols=2)
    for at, text in enumerate(["Kind", "Kept", "Letters", "YES", "Calls", "NO"]):
        table.cell(at // 2, at % 2).paragraphs[0].add_run(text).bold = at < 2
    xml = f'<w:r {W}><w:footnoteReference w:id="8"/></w:r>'
    table.cell(0, 1).paragraphs[0]._p.append(parse_xml(xml))
    second = '<w:footnote w:id="8"><w:p><w:r><w:t>For a year.</w:t></w:r></w:p></w:footnote>'
    clauses, headings, _, _ = read(document, footnotes=noted("Paper only.") + second)
    assert headings == ["Letters"]
    assert clauses[-4:] == ["Paper only.", "Kind: Letters; Kept: YES", "Kind: Calls; Kept: NO", "For a year."]


BOX = "<w:txbxContent><w:p><w:r><w:t>We never sell letters.</w:t></w:r></w:p>{}</w:txbxContent>"
SPACES = (
    f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
SHAPE, PICTURE = "<w:drawing><wps:txbx>{}</wps:txbx></w:drawing>", "<w:pict><v:textbox>{}</v:textbox></w:pict>"
ALTERNATIVES = (
    "<mc:AlternateContent><mc:Choice Requires='wps'>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
)


@pytest.mark.parametrize(
    "drawn",
    [
        SHAPE.format(BOX.format("")),
        PICTURE.format(BOX.format("")),
        ALTERNATIVES.format(SHAPE.format(BOX.format("")), PICTURE.format(BOX.format(""))),
        ALTERNATIVES.format("<w:drawing/>", PICTURE.format(BOX.format(""))),
    ],
)
def test_a_text_box_is_read_once_whichever_way_it_is_drawn(drawn: str) -> None:
    document = word()
    document.paragraphs[0]._p.append(parse_xml(f"<w:r {SPACES}>{drawn}</w:r>"))
    assert read(document)[0] == [SENTENCES[0], "We never sell letters.", *SENTENCES[1:]]


def test_a_table_in_a_text_box_keeps_its_columns() -> None:
    cells = ["".join(f"<w:tc><w:p><w:r><w:rPr>{bold}</w:rPr><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row)
             for bold, row in (("<w:b/>", ["Kind", "Kept"]), ("", ["Letters", "NO"]))]  # fmt: skip
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl><w:p/>"
    document = word()
    document.paragraphs[-1]._p.append(parse_xml(f"<w:r {SPACES}>{SHAPE.format(BOX.format(table))}</w:r>"))
    assert read(document)[0][-2:] == ["We never sell letters.", "Kind: Letters; Kept: NO"]


def test_text_boxes_in_text_boxes_lose_nothing() -> None:
    nested = BOX.format("")
    for at in range(6):
        inner = f"<w:p><w:r><w:t>Box {at} holds letters.</w:t></w:r><w:r>{SHAPE.format(nested)}</w:r></w:p>"
        nested = f"<w:txbxContent>{inner}</w:txbxContent>"
    document = word()
    document.paragraphs[-1]._p.append(parse_xml(f"<w:r {SPACES}>{SHAPE.format(nested)}</w:r>"))
    clauses = read(document)[0]
    assert [clause for clause in clauses if clause.startswith("Box")] == [
        f"Box {at} holds letters." for at in (5, 4, 3, 2, 1, 0)
    ]
    assert clauses.count("We never sell letters.") == 1


def test_what_cannot_be_read_is_told() -> None:
    document = word()
    document.element.body.insert(0, parse_xml(f'<w:altChunk {W} w:val="x"/>'))
    assert any("parts of other documents" in warning for warning in read(document)[2].warnings)


# --- what is no text, and what is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["run", "character style", "paragraph style"])
def test_hidden_text_is_left_out(how: str) -> None:
    document = word()
    hidden = document.add_paragraph("Draft: ask Ann.")
    if how == "run":
        hidden.runs[0].font.hidden = True
    else:
        kind = WD_STYLE_TYPE.CHARACTER if how == "character style" else WD_STYLE_TYPE.PARAGRAPH
        style = document.styles.add_style("Secret", kind)
        style.font.hidden = True
        (hidden.runs[0] if how == "character style" else hidden).style = style
    shown = document.add_paragraph("We show it.")
    shown.runs[0].font.hidden = False
    assert read(document)[0] == [*SENTENCES, "We show it."]


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next() -> None:
    document = word()
    mark = f'<w:rPr {W}><w:del w:id="1"/></w:rPr>'
    document.add_paragraph("We keep letters ")._p.get_or_add_pPr().append(parse_xml(mark))
    document.add_paragraph("for a year.")
    document.add_paragraph("We end here")._p.get_or_add_pPr().append(parse_xml(mark))
    assert read(document)[0][-2:] == ["We keep letters for a year.", "We end here"]


def test_rows_and_cells_that_were_deleted_are_left_out_and_those_in_controls_read() -> None:
    document = word()
    table = document.add_table(rows=3, cols=2)
    for at, text in enumerate(["Kind", "Kept", "Letters", "NO", "Calls", "YES"]):
        table.cell(at // 2, at % 2).paragraphs[0].add_run(text).bold = at < 2
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1"/>'))
    cell = table.cell(2, 1)._tc
    control = parse_xml(f"<w:sdt {W}><w:sdtContent/></w:sdt>")
    cell.getparent().replace(cell, control)
    control[0].append(cell)
    assert read(document)[0][-1] == "Kind: Calls; Kept: YES"


def test_controls_that_nobody_filled_in_and_tables_of_contents_are_left_out() -> None:
    document = word()
    empty = f"<w:sdt {W}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Click here</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    full = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>We fill it in.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    for xml in (empty, full):
        document.element.body.insert(-1, parse_xml(xml))
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Keeping 3", style="toc 1")
    assert read(document)[0] == [*SENTENCES, "We fill it in."]


def test_signs_of_words_own_fonts_are_read() -> None:
    document = word()
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Kind", "Kept", "Letters"]):
        table.cell(at // 2, at % 2).paragraphs[0].add_run(text).bold = at < 2
    sign = parse_xml(f'<w:r {W}><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
    table.cell(1, 1).paragraphs[0]._p.append(sign)
    assert read(document)[0][-1] == "Kind: Letters; Kept: ✓"


def test_the_first_row_of_a_table_whose_style_makes_it_bold_names_the_columns() -> None:
    document = word()
    table = document.add_table(rows=2, cols=2, style="Light Grid Accent 1")
    for at, text in enumerate(["Kind", "Kept", "Letters", "NO"]):
        table.cell(at // 2, at % 2).text = text
    assert read(document)[0][-1] == "Kind: Letters; Kept: NO"


@pytest.mark.parametrize("how", ["link", "field", "field in pieces"])
def test_links_keep_their_address(how: str) -> None:
    document = word()
    paragraph = document.add_paragraph("You may ")
    address = "https://oak.example/ask?a=1"
    if how == "link":
        id_ = document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        inside = f'<w:hyperlink {nsdecls("w", "r")} r:id="{id_}"><w:r><w:t>ask us</w:t></w:r></w:hyperlink>'
    elif how == "field":
        inside = f"<w:fldSimple {W} w:instr=' HYPERLINK \"{address}\" '><w:r><w:t>ask us</w:t></w:r></w:fldSimple>"
    else:
        inside = (
            f'<w:smartTag {W}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "</w:instrText>'
            f'</w:r><w:r><w:instrText>{address}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            '<w:r><w:t>ask us</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:smartTag>'
        )
    paragraph._p.append(parse_xml(inside))
    paragraph.add_run(" now.")
    clauses, _, found, _ = read(document)
    assert clauses[-1] == "You may ask us now."
    assert f"You may [ask us]({address}) now." in found.markdown


# --- titles and lists that only look so -------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [["Oak Lane Privacy Notice"], ["Version 3, May 2024", "Oak Lane Privacy Notice"]])
def test_a_first_line_that_names_such_a_document_is_its_title(lines: list[str]) -> None:
    document = word(*lines, *SENTENCES)
    document.add_heading("Keeping", level=2)
    document.add_paragraph("We keep it.")
    _, headings, found, _ = read(document)
    assert headings == ["Oak Lane Privacy Notice", "Keeping"]
    assert found.title == "Oak Lane Privacy Notice"


def test_a_first_sentence_is_no_title() -> None:
    assert read(word("This privacy notice is short.", *SENTENCES))[1] == []


def test_larger_letters_are_headings_where_no_style_says_so() -> None:
    document = docx.Document()
    for size, text in ((20, "Oak Lane"), (11, SENTENCES[0]), (14, "Keeping"), (11, SENTENCES[1]), (14, "A full stop.")):
        document.add_paragraph().add_run(text).font.size = Pt(size)
    clauses, headings, _, _ = read(document)
    assert headings == ["Oak Lane", "Keeping"]
    assert clauses == [*SENTENCES[:2], "A full stop."]


@pytest.mark.parametrize("how", ["style", "indent"])
def test_paragraphs_set_like_a_list_after_a_colon_are_its_items(how: str) -> None:
    document = word(*SENTENCES, "Such data includes, without being limited to:")
    for text in ("letters that you send", "parcels", "calls"):
        item = document.add_paragraph(text, style="List Paragraph" if how == "style" else None)
        if how == "indent":
            item.paragraph_format.left_indent = Pt(36)
    document.add_paragraph("We end here.")
    clauses, _, _, leads = read(document)
    assert clauses[-4:] == ["letters that you send", "parcels", "calls", "We end here."]
    assert leads[-4:] == ["Such data includes, without being limited to:"] * 3 + [None]
