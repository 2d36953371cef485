"""What a PDF draws and nobody sees as it is stored: white boxes behind words, letters that it does not name, marks set apart."""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pytest

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import convert
from corpus.formats.pdf.rules import rules_of
from tests.documents import Drawn, pdf, printed
from tests.test_pdf import PROSE, PROSE_TOLD, clauses_of, row, rules

NAMELESS = (
    b"/Subtype/Type0/BaseFont/AAAAAA+Oak/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2"
    b"/BaseFont/AAAAAA+Oak/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"
)


def boxes(colour: str, *places: tuple[int, int, int, int]) -> bytes:
    """Boxes filled with a colour (left, bottom, width, height)."""
    drawn = b"".join(b"%d %d %d %d re f\n" % place for place in places)
    return b"q %s rg\n%sQ\n" % (colour.encode(), drawn)


def test_white_boxes_behind_words_part_no_lines_and_make_no_table() -> None:
    behind = boxes("1 1 1", *((50, 718 - 14 * at, 97, 12) for at in range(3)), (0, 0, 600, 800))
    behind += boxes("1 1 1", *((152, 718 - 14 * at, 183, 12) for at in range(3)), (50, 600, 480, 140))
    assert clauses_of([*printed(PROSE, top=720)], ruled=behind) == PROSE_TOLD


@pytest.mark.parametrize(
    "colours",
    [("0.2 0.2 0.2", "1 1 1"), ("0.9 0.9 0.9", "0.8 0.9 1")],
    ids=["white on dark", "two colours"],
)
def test_boxes_that_are_seen_part_the_cells_of_a_table(colours: tuple[str, str]) -> None:
    rows = [["Kind", "Purpose"], ["Letters", "to answer you"], ["Calls", "to help you"]]
    page = [drawn for at, cells in enumerate(rows) for drawn in row(700 - 24 * at, cells, (60, 110))]
    cells = [(x, 693 - 24 * at, width, 22) for at in range(3) for x, width in ((51, 48), (101, 398))]
    ruled = boxes(colours[0], (50, 643, 450, 74)) + boxes(colours[1], *cells)
    assert clauses_of([*printed(PROSE, top=780), *page], ruled=ruled) == [
        *PROSE_TOLD, "Kind: Letters; Purpose: to answer you", "Kind: Calls; Purpose: to help you",
    ]  # fmt: skip


@pytest.mark.parametrize("frame", [rules([40, 560], [600, 740]), boxes("0.9 0.95 1", (40, 600, 520, 140))])
def test_prose_in_a_frame_is_prose(frame: bytes) -> None:
    page = [
        *printed(PROSE, top=720),
        (50, 670, 11, True, "Your choice"),
        *printed(PROSE, top=650),
        *printed(PROSE, top=580),
    ]
    assert clauses_of(page, ruled=frame) == PROSE_TOLD * 3


def test_prose_in_frames_one_below_the_other_is_prose() -> None:
    page = [*printed(PROSE, top=720), *printed(PROSE, top=660)]
    assert clauses_of(page, ruled=rules([40, 560], [630, 675, 740]) + rules([34, 566], [624, 746])) == PROSE_TOLD * 2


def without_names(page: list[Drawn]) -> bytes:
    """A PDF whose plain letters are the numbers of pictures, and nothing says of which letters."""
    data = pdf([page])
    return re.sub(rb"/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", NAMELESS, data)


def test_a_pdf_that_does_not_say_which_letters_it_shows_is_refused() -> None:
    page = [(50, 700 - 14 * at, 11, False, text) for at, text in enumerate(PROSE * 8)]
    with pytest.raises(
        UnreadablePolicy, match=r"does not say which letters it shows \(\d+ of \d+\); recognise its text"
    ):
        convert(without_names(page), "policy.pdf")


def test_a_few_letters_without_a_name_are_warned_of() -> None:
    page = [(50, 760 - 14 * at, 11, True, text) for at, text in enumerate(PROSE * 8)]
    document = convert(without_names([*page, (50, 300, 11, False, "!!!!!!!!" * 12)]), "policy.pdf")
    assert any("does not say which they are" in warning for warning in document.warnings)
    assert not any("does not say" in warning for warning in convert(pdf([page]), "policy.pdf").warnings)


@pytest.mark.parametrize("marks", ["I. II. III. IV.", "A. B. C. D.", "+ + + +", "(A) (B) (C) (D)"])
def test_capitals_and_roman_numbers_set_apart_mark_items(marks: str) -> None:
    texts = [
        "We may write to you about the changes of this notice and of all that we",
        "We never call you at night.",
        "You may ask us why we do it.",
        "The keeper answers.",
    ]
    page = [*printed(PROSE, top=780)]
    for at, (mark, text) in enumerate(zip(marks.split(), texts, strict=True)):
        page += [(60, 700 - 28 * at, 11, False, mark), (100, 700 - 28 * at, 11, False, text)]
        if not at:
            page.append((100, 686, 11, False, "keep of you."))
    texts[0] += " keep of you."
    said = [text if mark == "+" else f"{mark} {text}" for mark, text in zip(marks.split(), texts, strict=True)]
    assert clauses_of(page) == [*PROSE_TOLD, *said]


@pytest.mark.parametrize(("grey", "seen"), [((50, 600, 100, 100), True), ((0, 0, 100, 100), False)])
def test_a_box_in_a_form_is_where_the_page_shows_it(grey: tuple[int, int, int, int], seen: bool) -> None:
    """A form has coordinates of its own: its white box lies at 60, 610 on the page."""
    form = b"1 1 1 rg 10 10 80 80 re f"
    within = b"99 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length %d>>stream\n%s\nendstream\nendobj\n"
    data = pdf([printed(PROSE)], ruled=boxes("0.2 0.2 0.2", grey) + b"\nq 1 0 0 1 50 600 cm /X Do Q\n")
    data = data.replace(b"/Resources<<", b"/Resources<</XObject<</X 99 0 R>>").replace(
        b"xref\n0", within % (len(form), form) + b"xref\n0", 1
    )
    document = pdfium.PdfDocument(data)
    page = document[0]
    rules = rules_of(page.raw)
    assert ((60.0, 610.0, 140.0, 610.0) in rules) == seen
    assert rules  # the grey box has edges, wherever it lies
