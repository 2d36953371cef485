"""Documents made to harm or broken on the way: refused in one line or read, never a crash or a hang; and any document at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorpusError, UnreadablePolicy
from corpus.formats.convert import Document, convert, load
from corpus.formats.limits import MOST_BYTES, MOST_CHARACTERS
from corpus.formats.markdown_writer import Part, Words, write
from corpus.text.canonical import read_text
from corpus.text.segment import segment
from tests.documents import PARAGRAPH, SENTENCES, page, pdf, printed, told, word_bytes, word_file


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.md", "is empty"),
        (b" \n\0\0", "a.md", "is empty"),
        (bytes(MOST_BYTES + 1), "a.md", "20.0 MB, at most 20 MB"),
        (b"We keep it. " * (MOST_CHARACTERS // 12 + 1), "a.md", "characters of text, at most"),
        (b"<html><p>" + b"We keep it. " * 900_000, "a.html", "characters of text, at most"),
        (b"a\n" * 40_000, "a.md", "40,000 lines, at most"),
        (b"<html>" + b"<p>a</p>" * 150_000, "a.html", "tags, at most"),
        (b"<html>" + b"<div>" * 100_000, "a.html", "levels deep"),
        (b"<html>" + b"".join(b"<p><b x=%d>a" % n for n in range(20_000)), "a.html", "unclosed"),
        (b"<html><div " + b" ".join(b"a%d='<'" % n for n in range(90_000)) + b">a", "a.html", "attributes"),
        (b"<html>" + b"<p>" * 3_000, "a.html", "no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 doc", "a.doc", "old Word file"),
        (b"{\\rtf1 hello}", "a.rtf", "RTF"),
        (b"\x89PNG\r\n", "a.png", "picture"),
        (bytes(range(1, 32)) * 100, "a.md", "binary"),
        (b"We keep\0it." * 100, "a.md", "binary"),
        (b"= Privacy\n\nWe keep it.", "a.adoc", "AsciiDoc by its name"),
        (b"Privacy\n=======\n\nWe keep it.", "a.rst", "reStructuredText by its name"),
        (b"PK\x03\x04 not really", "a.docx", "no DOCX"),
        (b"%PDF-1.7 not really", "a.pdf", "no PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, name: str, message: str) -> None:
    with pytest.raises(UnreadablePolicy, match=message) as refusal:
        convert(data, name)
    assert "\n" not in str(refusal.value)
    assert f'"{name}"' in str(refusal.value)


@pytest.mark.parametrize("tags", [("<div>", "</div>"), ("<ul><li>", ""), ("<b>", "</b>"), ("<blockquote>", "")])
def test_a_page_nested_thousands_of_levels_deep_is_read_or_refused(tags: tuple[str, str]) -> None:
    body = tags[0] * 8_000 + "We keep your name and nothing else." + tags[1] * 8_000
    try:
        assert "We keep your name and nothing else" in page(body).markdown
    except UnreadablePolicy as refusal:
        assert "deep" in str(refusal)  # noqa: PT017 - either is right


def test_a_word_file_with_tables_in_tables_is_read_or_refused() -> None:
    document = word_file()
    w = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    nested = "<w:tbl><w:tr><w:tc>" * 50 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 50
    document.element.body.insert(0, parse_xml(nested.replace("<w:tbl>", f"<w:tbl {w}>", 1)))
    assert told(convert(word_bytes(document), "a.docx"))[0] == SENTENCES


def test_a_policy_of_more_than_half_a_million_characters_is_read() -> None:
    text = "".join(f"We keep item {n} of what you tell us for {n} days.\n\n" for n in range(11_000))
    assert len(text) > 500_000
    assert len(told(convert(text.encode(), "long.md"))[0]) == 11_000


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.md"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UnreadablePolicy, match=r"200\.0 MB, at most 20 MB"):
        load(path)
    with pytest.raises(UnreadablePolicy, match="is no file"):
        load(tmp_path)
    with pytest.raises(UnreadablePolicy, match="cannot be read"):
        load(tmp_path / "absent.md")


def test_a_file_is_read_by_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_bytes(word_bytes(word_file()))
    assert load(path).media == "docx"


# --- any document -----------------------------------------------------------------------------------------------------

TAGS = st.sampled_from(
    "p div ul ol li b strong h1 h2 table tr td th br span a button section nav pre dl dt dd details summary".split()
)
MANGLED = st.lists(
    st.one_of(
        TAGS.map("<{}>".format),
        TAGS.map("</{}>".format),
        TAGS.map("<{} hidden class='sidebar' colspan=3 rowspan=9 href=/x>".format),
        st.sampled_from(
            ["We keep your name. ", "Cookies", "<", "&amp;", "&#0;", "*", "_x_", "1. ", "\0", "“a”", "🙂", "<!--", "\n"]
        ),
        st.text(max_size=8),
    ),
    max_size=60,
).map("".join)


def check(document: Document) -> None:
    reading = read_text(document.markdown)
    clauses, headings = segment(reading, "any")
    assert clauses
    spans = sorted([*(clause.span for clause in clauses), *(heading.span for heading in headings)])
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(reading.text)
        assert not re.search(r"\w", reading.text[at : span.start])
        at = span.end
    assert not re.search(r"\w", reading.text[at:])


@settings(max_examples=150)
@given(MANGLED)
def test_any_page_is_read_with_every_word_in_a_clause_or_heading(body: str) -> None:
    try:
        document = page(f"{body}<p>We keep your name and your address.</p>")
    except CorpusError:
        return
    check(document)


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(["a", "a.html", "a.md", "a.txt", "a.docx"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        document = convert(data, name)
    except CorpusError:
        return
    check(document)


GOOD_DOCX = word_bytes(word_file())


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, len(GOOD_DOCX) - 1), st.integers(0, 255)), max_size=20))
def test_any_damaged_word_file_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD_DOCX)
    for at, byte in changes:
        data[at] = byte
    try:
        document = convert(bytes(data), "a.docx")
    except CorpusError:
        return
    check(document)


GOOD_PDF = pdf([printed(PARAGRAPH * 6)])


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, len(GOOD_PDF) - 1), st.integers(0, 255)), max_size=20))
def test_any_damaged_pdf_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD_PDF)
    for at, byte in changes:
        data[at] = byte
    try:
        document = convert(bytes(data), "a.pdf")
    except CorpusError:
        return
    check(document)


MARKS = st.text("abzQ 019.,;:*#_|<>[]()&-~`\\+=!é“數🙂", max_size=12)


@settings(max_examples=200)
@given(
    st.lists(
        st.builds(
            Part,
            st.sampled_from(["heading", "text", "item"]),
            st.lists(
                st.builds(Words, MARKS | st.just("\n"), st.booleans(), st.none() | st.just("https://a.example/b_(c)")),
                max_size=4,
            ).map(tuple),
            st.integers(1, 9),
            st.none() | st.integers(0, 200),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_any_words_come_back_from_the_markdown_in_their_order(parts: list[Part]) -> None:
    wanted = "".join(re.findall(r"[^\W_]", "".join(part.text for part in parts)))
    text = read_text(f"{write(parts)}\n\nThe end.").text
    assert "".join(re.findall(r"[^\W_]", text)) == f"{wanted}Theend"
