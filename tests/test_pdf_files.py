"""A PDF -> Markdown: headings, paragraphs and lists without what runs along; what cannot be read is refused."""

from __future__ import annotations

import zlib

import pytest

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import convert
from tests.documents import PARAGRAPH, pdf, printed, told


def test_a_pdf_gives_headings_paragraphs_and_lists_without_what_runs_along() -> None:
    pages = [
        [
            (50, 770, 8, False, "Acme - Privacy"),
            (50, 740, 18, True, f"{'Keeping Sharing Rights'.split()[number]} of data"),
            *printed(PARAGRAPH),
            (50, 660, 11, True, f"Choices of kind {'A B C'.split()[number]}"),
            (50, 640, 11, False, f"• Ask us for copy {'A B C'.split()[number]}."),
            (50, 626, 11, False, f"• Delete it{'.!;'[number]}"),
            (280, 20, 8, False, f"Page {number + 1} of 3"),
        ]
        for number in range(3)
    ]
    clauses, headings = told(convert(pdf(pages), "policy.pdf"))
    paragraph = (
        "We keep your name and your address for as long as your account lives, and then we delete them within thirty "
        "days, unless the law makes us keep them, or a third-party payment service does."
    )
    assert headings[:3] == ["Keeping of data", "Choices of kind A", "Sharing of data"]
    assert clauses[:3] == [paragraph, "Ask us for copy A.", "Delete it."]
    assert not any("Page" in line or "Acme" in line for line in clauses + headings)


def test_a_sentence_of_a_pdf_runs_on_over_the_page() -> None:
    pages = [printed([*PARAGRAPH[:1], "lete it, which takes us"]), printed(["some days of work, as a rule."])]
    assert "which takes us some days of work, as a rule." in convert(pdf(pages), "a.pdf").markdown


def test_a_scanned_pdf_is_refused_and_a_scanned_page_told_of() -> None:
    with pytest.raises(UnreadablePolicy, match="scanned"):
        convert(pdf([[], []]), "scan.pdf")
    document = convert(pdf([printed(PARAGRAPH * 6), []]), "half.pdf")
    assert any("no text on 1 of 2 pages (2)" in warning for warning in document.warnings)


def test_an_encrypted_pdf_is_refused() -> None:
    key = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"41" * 32, b"42" * 32)
    data = pdf([printed(PARAGRAPH * 6)], b"/Encrypt %s/ID[<00><00>]" % key)
    with pytest.raises(UnreadablePolicy, match="encrypted"):
        convert(data, "locked.pdf")


@pytest.mark.parametrize("cut", [9, 60, 300])
def test_a_broken_pdf_is_refused(cut: int) -> None:
    with pytest.raises(UnreadablePolicy, match="PDF"):
        convert(pdf([printed(PARAGRAPH)])[:cut], "broken.pdf")


def test_a_pdf_that_unpacks_to_far_too_much_is_refused() -> None:
    content = zlib.compress(b"BT /F 12 Tf 50 700 Td " + b"(lorem ipsum dolor ) Tj " * 2_000_000 + b"ET", 9)
    with pytest.raises(UnreadablePolicy, match=r"takes more than|at most"):
        convert(pdf([[]], b"/Filter/FlateDecode", content), "bomb.pdf")
