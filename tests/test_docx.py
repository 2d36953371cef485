"""Word documents as lawyers write them: numbers that Word makes, notes, text boxes, tracked changes, hidden text."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from corpus.formats.convert import Document, convert
from corpus.formats.docx.numbering import _written
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


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_the_numbers_that_word_makes_stand_before_headings_clauses_and_items() -> None:
    document = word()
    lists(document, MULTILEVEL)
    numbered(document, "Storage", 0, style="Heading 2")
    numbered(document, "We store letters as section 2.1 says.", 1)
    numbered(document, "Letters go to:", 1)
    numbered(document, "the archive;", 2)
    numbered(document, "a vault:", 2)
    numbered(document, "in Bern.", 3)
    numbered(document, "Deletion", 0, style="Heading 2")
    numbered(document, "We burn them.", 1)
    clauses, headings, _, leads = read(document)
    assert headings == ["1. Storage", "2. Deletion"]
    at = len(SENTENCES)
    assert clauses[at:] == [
        "1.1 We store letters as section 2.1 says.",
        "1.2 Letters go to:",
        "(a) the archive;",
        "(b) a vault:",
        "i) in Bern.",
        "2.1 We burn them.",
    ]
    assert leads[at + 2 : at + 5] == ["1.2 Letters go to:", "1.2 Letters go to:", "(b) a vault:"]


def test_numbers_come_from_styles_and_the_styles_above_them() -> None:
    document = word()
    lists(document, [("upperRoman", "Article %1"), ("decimal", "%2.")], each="")
    for name, level in (("Heading 1", 0), ("Heading 2", 1)):
        properties = document.styles[name].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'))
    own = document.styles.add_style("Clause Title", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 2"]
    for style, text in (("Heading 1", "Use"), ("Heading 2", "Ours"), ("Clause Title", "Theirs"), ("Heading 1", "End")):
        document.add_paragraph(text, style=style)
        document.add_paragraph("We use it to answer you.")
    assert read(document)[1] == ["Article I Use", "1. Ours", "2. Theirs", "Article II End"]


def test_a_level_that_belongs_to_a_style_is_that_of_its_paragraphs() -> None:
    document = word()
    lists(document, [("decimal", "%1"), ("decimal", "%1.%2")])
    level = document.part.numbering_part.element[0][1]
    level.append(parse_xml(f'<w:pStyle {W} w:val="BodyText"/>'))
    properties = document.styles["Body Text"].element.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {W}><w:numId w:val="90"/></w:numPr>'))
    numbered(document, "Keeping", 0, style="Heading 2")
    document.add_paragraph("We keep letters.", style="Body Text")
    document.add_paragraph("We keep parcels.", style="Body Text")
    clauses, headings, _, _ = read(document)
    assert headings == ["1 Keeping"]
    assert clauses[-2:] == ["1.1 We keep letters.", "1.2 We keep parcels."]


def test_lists_go_on_start_anew_and_change_levels_as_they_say() -> None:
    document = word()
    lists(document, [("decimal", "%1."), ("lowerLetter", "%2.")])
    count(document, 91, 90)
    count(document, 92, 90, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    changed = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1)"/></w:lvl>'
    count(document, 93, 90, f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>{changed}</w:lvlOverride>')
    for text, level, number in (
        ("one thing", 0, 90),
        ("under it", 1, 90),
        ("the same list", 0, 91),
        ("under this", 1, 91),
        ("anew", 0, 92),
        ("further", 0, 92),
        ("in letters", 0, 93),
        ("no number", 0, 0),
    ):
        numbered(document, text, level, number)
    assert read(document)[0][-8:] == [
        "1. one thing",
        "a. under it",
        "2. the same list",
        "a. under this",
        "5. anew",
        "6. further",
        "A) in letters",
        "no number",
    ]


def test_a_level_that_never_starts_anew_counts_on() -> None:
    document = word()
    lists(document, [("upperRoman", "%1."), ("decimal", "Clause %2:")], each='<w:lvlRestart w:val="0"/>')
    for text, level in (("part", 0), ("first", 1), ("part", 0), ("second", 1)):
        numbered(document, text, level)
    assert read(document)[0][-4:] == ["I. part", "Clause 1: first", "II. part", "Clause 2: second"]


def test_roman_articles_are_digits_where_a_level_is_legal() -> None:
    document = word()
    lists(document, [("upperRoman", "Art. %1"), ("decimal", "%1.%2")], each="<w:isLgl/>")
    document.part.numbering_part.element[0][0].remove(document.part.numbering_part.element[0][0][2])
    for text, level in (("one", 0), ("two", 0), ("below", 1)):
        numbered(document, text, level)
    assert read(document)[0][-3:] == ["Art. I one", "Art. II two", "2.1 below"]


def test_empty_and_deleted_paragraphs_of_a_list() -> None:
    document = word()
    lists(document, [("decimal", "%1.")])
    numbered(document, "We ask.")
    numbered(document, "")  # Word numbers it
    numbered(document, "We wait.")
    assert read(document)[0][-2:] == ["1. We ask.", "3. We wait."]


def test_bullets_are_items_without_marks() -> None:
    document = word()
    lists(document, [("bullet", "o"), ("none", "")])
    numbered(document, "letters")
    numbered(document, "This has a level and no mark of its own at all.", 1)
    clauses, _, found, _ = read(document)
    assert clauses[-2:] == ["letters", "This has a level and no mark of its own at all."]
    assert "*   letters" in found.markdown


def test_bold_numbered_lines_are_headings() -> None:
    document = word()
    lists(document, MULTILEVEL)
    for text, level in (("Scope", 0), ("This holds for the shop.", 1), ("Security", 0), ("We lock it.", 1)):
        numbered(document, text, level)
        document.paragraphs[-1].runs[0].bold = level == 0
    clauses, headings, _, _ = read(document)
    assert headings == ["1. Scope", "2. Security"]
    assert clauses[-2:] == ["1.1 This holds for the shop.", "2.1 We lock it."]


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (7, "decimalZero", "07"),
        (22, "ordinal", "22nd"),
        (12, "ordinal", "12th"),
        (2, "ordinalText", "Second"),
        (21, "cardinalText", "21"),
        (3, "decimalEnclosedParen", "(3)"),
        (3, "koreanDigital", "3"),
        (999_999, "lowerLetter", "999999"),
        (999_999, "lowerRoman", "999999"),
    ],
)
def test_a_number_is_written_as_its_list_writes_it(number: int, kind: str, text: str) -> None:
    assert _written(number, kind) == text


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
