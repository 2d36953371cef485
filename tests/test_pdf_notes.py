"""What a PDF hangs on its text: footnotes, read apart from the sentence that goes on over the page, and links."""

from __future__ import annotations

import re

import pytest

from corpus.formats.convert import convert
from corpus.text.canonical import read_text
from tests.documents import Drawn, pdf, printed, told

TEXT = [
    "We hand the letters that you write to us to the printers in our town, who bind them",
    "into books for you, and we keep a copy of each of them in our archive for as long as",
    "the books are read by somebody. Our archive is open to the public on Sundays, and the",
]
MORE = ["keys to it are kept by two of our oldest members, who know every letter in it.", "Visitors sign a list."]
TOLD = re.split(r"(?<=\.) ", " ".join([*TEXT, MORE[0]]))
NOTE = ["There are two of them in town, Elm Press", "and Oak Press."]


def raised(text: str, x: int, y: int) -> Drawn:
    return (x, y + 4, 6, False, text)


def text(mark: str = "1") -> list[Drawn]:
    """Three lines, the first of which a mark ends: three lines of 11 points, Helvetica."""
    lines = printed([TEXT[0], *TEXT[1:]], top=300)
    return [lines[0], raised(mark, 446, 300), *lines[1:]]


@pytest.mark.parametrize("mark", ["1", "23"])
@pytest.mark.parametrize("size", [8, 10])
@pytest.mark.parametrize("written", ["raised", "plain"])
def test_a_note_is_kept_out_of_the_sentence_that_goes_on_over_the_page(mark: str, size: int, written: str) -> None:
    first = raised(mark, 50, 60) if written == "raised" else (50, 60, size, False, mark)
    notes = [first, (62, 60, size, False, NOTE[0]), (50, 50, size, False, NOTE[1])]
    clauses, headings = told(convert(pdf([[*text(mark), *notes], printed(MORE)]), "policy.pdf"))
    assert (clauses, headings) == ([*TOLD, " ".join(NOTE), MORE[1]], [])


def test_notes_as_large_as_the_text_are_told_by_the_rule_above_them() -> None:
    notes = [(50, 60, 11, False, "* " + NOTE[0]), (50, 46, 11, False, NOTE[1])]
    pages = [[*text("*"), *notes], printed(MORE)]
    assert told(convert(pdf(pages, ruled=b"50 80 m 150 80 l S\n"), "policy.pdf"))[0] == [*TOLD, " ".join(NOTE), MORE[1]]


def test_a_note_goes_on_at_the_head_of_the_next_page() -> None:
    first = [*text("****"), (50, 50, 8, False, "**** There are two of them in town, Elm Press")]
    second = [(50, 760, 8, False, "and Oak Press."), *printed(MORE)]
    assert told(convert(pdf([first, second]), "policy.pdf"))[0] == [*TOLD, " ".join(NOTE), MORE[1]]


def test_notes_of_one_page_are_told_apart_by_the_marks_that_its_text_has() -> None:
    notes = [
        (50, 60, 8, False, "* Those that print"),
        (50, 50, 8, False, "30 sheets a day."),
        (50, 40, 8, False, "‡ In town."),
    ]
    page = [*printed([TEXT[0], "every day.*", "They live here.‡"], top=300), *notes]
    assert told(convert(pdf([page]), "policy.pdf"))[0][-2:] == ["Those that print 30 sheets a day.", "In town."]


def test_a_note_waits_for_the_end_of_a_list() -> None:
    first = [*printed(["We read:"], top=300), (50, 280, 11, False, "• letters"), raised("1", 88, 280)]
    first += [raised("1", 50, 60), (62, 60, 8, False, "Of all kinds.")]
    second = [(50, 720, 11, False, "• lists"), (50, 690, 11, False, "Nobody else reads them.")]
    clauses, _ = told(convert(pdf([first, second]), "policy.pdf"))
    assert clauses == ["We read:", "letters", "lists", "Of all kinds.", "Nobody else reads them."]


def test_small_text_at_the_foot_that_nothing_refers_to_stays_where_it_is() -> None:
    notes = [(50, 60, 8, False, "1 Elm Street, Leeds, is where we are."), (50, 50, 8, False, "Ring twice.")]
    clauses, _ = told(convert(pdf([[*printed(TEXT, top=300), *notes]]), "policy.pdf"))
    assert "1 Elm Street, Leeds, is where we are." in clauses


def test_raised_digits_that_are_no_marks_stay() -> None:
    page = [
        *printed(["Our archive has a hall of 90 m"], top=300),
        raised("2", 197, 300),
        (206, 300, 11, False, "below it."),
    ]
    assert told(convert(pdf([page]), "policy.pdf"))[0] == ["Our archive has a hall of 90 m² below it."]


# --- links ------------------------------------------------------------------------------------------------------------


def linked(*links: tuple[tuple[int, int, int, int], str]) -> bytes:
    """The PDF of one page with links at some places (left, bottom, right, top)."""
    annotations = b"".join(
        b"<</Type/Annot/Subtype/Link/Rect[%d %d %d %d]/A<</S/URI/URI(%s)>>>>" % (*place, address.encode())
        for place, address in links
    )
    page = pdf([[*printed(["Our friends print. Write to our keeper, who reads", "every letter by hand."], top=300)]])
    return re.sub(rb"/MediaBox", b"/Annots[%s]/MediaBox" % annotations, page)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("mailto:keeper@elm.example", True),
        ("https://elm.example/write?a=1", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
    ],
)
def test_links_keep_their_addresses(address: str, kept: bool) -> None:
    document = convert(linked(((90, 297, 160, 312), address)), "policy.pdf")
    reading = read_text(document.markdown)
    assert "Write to our keeper, who reads every letter by hand." in told(document)[0]
    assert [link.address for link in reading.links] == [address] * kept


def test_a_link_over_two_lines_is_one() -> None:
    address = "https://elm.example/"
    document = convert(linked(((255, 297, 320, 312), address), ((40, 283, 90, 298), address)), "policy.pdf")
    reading = read_text(document.markdown)
    (link,) = reading.links
    assert "reads every" in link.span.of(reading.text)
