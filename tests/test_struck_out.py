"""Words that a document strikes out are not valid any more: they are left out, and what nothing ends takes nothing away."""

from __future__ import annotations

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from corpus.text.canonical import read_text
from corpus.text.markdown_blocks import blocks_of
from tests.word_documents import SENTENCES, W, read, word

WARNING = "struck-out words are left out"


def text(source: str) -> str:
    return read_text(source).text


def is_struck(source: str) -> bool:
    return any(block.struck for block in blocks_of(source))


# --- Markdown ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marks", [("~~", "~~"), ("~", "~"), ("<del>", "</del>"), ("<s>", "</s>"), ("<STRIKE>", "</STRIKE>")]
)
@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("We do {not} sell it.", "We do sell it."),
        ("We do {not\never} sell it.", "We do sell it."),
        ("We do {**not** [ever](https://a.example) `so`} sell it.", "We do sell it."),
        ("- {We sell it.}\n- We burn it.", "We burn it."),
        ("# {Sale}\n\nWe burn it.", "We burn it."),
        ("| What | Why |\n|---|---|\n| {Letters} Calls | Law |", "What\tWhy\nCalls\tLaw"),
        ("We.\\\n{We} {sell}\\\nand burn all of the letters that you send us.", "We.\nand burn all of the letters that you send us."),
        ("{We} {sell}\n\nand so we burn all of the letters that you send us.", "and so we burn all of the letters that you send us."),
    ],
)  # fmt: skip
def test_struck_words_of_markdown_are_left_out(marks: tuple[str, str], source: str, left: str) -> None:
    source = source.replace("{", marks[0]).replace("}", marks[1])
    assert text(source) == left
    assert is_struck(source)


def test_html_strikes_out_over_several_blocks() -> None:
    source = "We keep <del>nothing.\n\nWe do not sell.\n\n- We burn.\n\n</del>\n\nWe sell."
    assert text(source) == "We keep\n\nWe sell."


@pytest.mark.parametrize(
    "source",
    [
        "We keep it 3~6 months or 1~2 years.",
        "We keep ~10 GB and ~20 MB.",
        "We do ~~not sell.",
        "We do <s>not sell.",
        "We do </del>not sell.",
        "Write `~~` or \\~\\~so\\~\\~.",
    ],
)
def test_nothing_is_struck_out_where_no_two_marks_do(source: str) -> None:
    before = source.replace("<s>", "").replace("</del>", "").replace("\\", "").replace("`", "")
    assert text(source) == before
    assert not is_struck(source)


def test_a_struck_link_leads_nowhere() -> None:
    reading = read_text("~~[Ask us](https://a.example).~~ Or [write](https://b.example).")
    assert [link.address for link in reading.links] == ["https://b.example"]
    assert reading.links[0].span.of(reading.text) == "write"


# --- Word -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", ["strike", "double_strike"])
@pytest.mark.parametrize("how", ["run", "character style", "paragraph style", "based on one"])
def test_struck_words_of_a_word_file_are_left_out_with_a_warning(how: str, lines: str) -> None:
    document = word()
    struck = document.add_paragraph("We sell letters.")
    if how == "run":
        setattr(struck.runs[0].font, lines, True)
    else:
        kind = WD_STYLE_TYPE.CHARACTER if how == "character style" else WD_STYLE_TYPE.PARAGRAPH
        style = document.styles.add_style("Old", kind)
        setattr(style.font, lines, True)
        if how == "based on one":
            style, base = document.styles.add_style("Older", kind), style
            style.base_style = base
        (struck.runs[0] if how == "character style" else struck).style = style
    valid = document.add_paragraph("We show ")
    setattr(valid.add_run("no ").font, lines, True)
    setattr(valid.add_run("letters.").font, lines, False)
    clauses, _, found, _ = read(document)
    assert clauses == [*SENTENCES, "We show letters."]
    assert found.warnings.count(WARNING) == 1


def test_where_nothing_is_struck_out_nothing_is_said() -> None:
    document = word()
    document.add_paragraph("We show it.").runs[0].font.strike = False
    document.paragraphs[-1]._p.append(
        parse_xml(f'<w:r {W}><w:rPr><w:strike/></w:rPr><w:t xml:space="preserve"> </w:t></w:r>')
    )
    clauses, _, found, _ = read(document)
    assert clauses[-1] == "We show it."
    assert WARNING not in found.warnings
