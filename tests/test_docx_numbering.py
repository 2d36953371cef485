"""The numbers that Word makes: before headings, clauses and items, as its lists and styles say."""

from __future__ import annotations

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from corpus.formats.docx.numbering import _written
from tests.word_documents import MULTILEVEL, SENTENCES, W, count, lists, numbered, read, word


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
