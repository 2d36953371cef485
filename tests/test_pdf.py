"""PDFs as companies print them: tables with and without rules, headings over two lines, numbers, columns, what runs along."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats.convert import convert
from corpus.formats.markdown_writer import Words
from corpus.formats.pdf.lines import Line, lines_of
from corpus.formats.pdf.paragraphs import blocks_of
from tests.documents import Drawn, pdf, printed, told

PROSE = [
    "We keep letters in our archive for a year, and then we burn them in the presence of two",
    "witnesses, as the law of our country wants it, unless a court has asked for some of them.",
]
HEADER = ["Kind", "What it is", "Collected"]
ROWS = [
    ["A. Letters", "What you write to us on paper", "YES"],
    ["B. Calls", "Recordings, and the transcripts that we make of them", "NO"],
    ["C. Places", "Where your telephone is", "NO"],
]
COLUMNS = (60, 160, 460)
ITEMS = [f"Kind: {kind}; What it is: {what}; Collected: {collected}" for kind, what, collected in ROWS]


def row(y: int, cells: list[str], columns: tuple[int, ...] = COLUMNS, *, bold: bool = False) -> list[Drawn]:
    return [(x, y, 10, bold, text) for x, text in zip(columns, cells, strict=True) if text]


def table(y: int, *, bold: bool = True, pitch: int = 24) -> list[Drawn]:
    lines = [row(y, HEADER, bold=bold), *(row(y - pitch * at, cells) for at, cells in enumerate(ROWS, 1))]
    return [drawn for line in lines for drawn in line]


def rules(xs: list[int], ys: list[int]) -> bytes:
    """Rules from end to end at these places."""
    across = b"".join(b"%d %d m %d %d l S\n" % (min(xs), y, max(xs), y) for y in ys)
    return across + b"".join(b"%d %d m %d %d l S\n" % (x, min(ys), x, max(ys)) for x in xs)


def clauses_of(*pages: list[Drawn], ruled: bytes = b"") -> list[str]:
    return told(convert(pdf(list(pages), ruled=ruled), "policy.pdf"))[0]


PROSE_TOLD = [" ".join(PROSE)]


@pytest.mark.parametrize(
    "ruled", [b"", rules([50, 150, 450, 550], [716, 692, 668, 644, 620])], ids=["aligned", "ruled"]
)
@pytest.mark.parametrize("bold", [True, False], ids=["bold names", "plain names"])
def test_a_table_becomes_rows_with_the_names_of_their_columns(ruled: bytes, bold: bool) -> None:
    page = [*printed(PROSE, top=780), *table(700, bold=bold), *printed(PROSE, top=580)]
    assert clauses_of(page, ruled=ruled) == [*PROSE_TOLD, *ITEMS, *PROSE_TOLD]


def test_thin_boxes_are_rules_too() -> None:
    boxes = b"".join(b"%d %d %d %d re f\n" % box for box in (
        *((50, y, 500, 1) for y in (716, 692, 668, 644, 620)), *((x, 620, 1, 96) for x in (50, 150, 450, 550))
    ))  # fmt: skip
    page = [*printed(PROSE, top=780), *table(700), *printed(PROSE, top=580)]
    assert clauses_of(page, ruled=boxes) == [*PROSE_TOLD, *ITEMS, *PROSE_TOLD]


def test_a_value_beside_the_middle_of_a_cell_stays_in_its_row() -> None:
    # As browsers print it: cells are centred, and each is drawn before the next.
    page = [
        *printed(PROSE, top=780),
        *row(700, HEADER, bold=True),
        (60, 664, 10, False, "Letters"),
        *((160, 676 - 12 * at, 10, False, text) for at, text in enumerate(["what you", "write to us on pa-", "per"])),
        (460, 664, 10, False, "NO"),
        *row(628, ["Calls", "what you say", "YES"]),
    ]
    assert clauses_of(page)[-2:] == [
        "Kind: Letters; What it is: what you write to us on paper; Collected: NO",
        "Kind: Calls; What it is: what you say; Collected: YES",
    ]


def test_a_row_drawn_line_by_line_is_one_row() -> None:
    page = [
        *printed(PROSE, top=780),
        *row(700, HEADER, bold=True),
        *row(676, ["Letters", "what you write", "NO"]),
        *row(664, ["", "to us on paper", ""]),
        *row(640, ["Recorded", "what you say to", "YES"]),
        *row(628, ["calls", "us", ""]),
    ]
    assert clauses_of(page)[-2:] == [
        "Kind: Letters; What it is: what you write to us on paper; Collected: NO",
        "Kind: Recorded calls; What it is: what you say to us; Collected: YES",
    ]


def test_cells_over_several_columns_and_rows_belong_to_each() -> None:
    xs, ys = [50, 150, 300, 450], [716, 692, 668, 644, 620]
    ruled = (
        b"50 716 m 450 716 l S 150 692 m 450 692 l S 50 668 m 450 668 l S 50 644 m 450 644 l S 50 620 m 450 620 l S\n"
    )
    ruled += b"50 620 m 50 716 l S 150 620 m 150 716 l S 300 644 m 300 692 l S 450 620 m 450 716 l S\n"
    columns = (60, 160, 310)
    page = [
        *printed(PROSE, top=780),
        (60, 688, 10, True, "Kind"),
        (160, 700, 10, True, "Given to"),
        *row(676, ["", "Banks", "Police"], columns, bold=True),
        *row(652, ["Letters", "YES", "NO"], columns),
        *row(628, ["Calls", "NO", ""], columns),
    ]
    assert len(xs) == 4
    assert len(ys) == 5
    assert clauses_of(page, ruled=ruled)[-2:] == [
        "Kind: Letters; Given to – Banks: YES; Given to – Police: NO",
        "Kind: Calls; Given to – Banks: NO",
    ]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_goes_on_over_the_page(repeated: bool) -> None:
    more = [["D. Work", "Where you work", "YES"], ["E. Health", "How you are", "NO"]]
    first = [*printed(PROSE, top=780), *table(700)]
    lines = [
        *([row(760, HEADER, bold=True)] if repeated else []),
        *(row(736 - 24 * at, c) for at, c in enumerate(more)),
    ]
    second = [*(drawn for line in lines for drawn in line), *printed(PROSE, top=600)]
    assert clauses_of(first, second)[1:6] == [
        *ITEMS,
        *(f"Kind: {kind}; What it is: {what}; Collected: {value}" for kind, what, value in more),
    ]


def test_names_and_values_without_names_of_columns_are_rows() -> None:
    lines = [["Company", "Oak Lane Ltd"], ["Mail", "privacy@oak.example"]]
    page = [
        *printed(PROSE, top=780),
        *(d for at, cells in enumerate(lines) for d in row(700 - 20 * at, cells, (60, 160))),
    ]
    assert clauses_of(page)[-2:] == ["Company; Oak Lane Ltd", "Mail; privacy@oak.example"]


def test_marks_set_apart_from_their_items_make_no_table() -> None:
    marks = ["1.", "2.", "•", "•"]
    texts = ["We ask you first.", "You answer us.", "by letter", "by telephone"]
    lines = [row(700 - 16 * at, list(both), (60, 90)) for at, both in enumerate(zip(marks, texts, strict=True))]
    page = [*printed(PROSE, top=780), *(drawn for line in lines for drawn in line)]
    assert clauses_of(page)[-4:] == ["1. We ask you first.", "2. You answer us.", "by letter", "by telephone"]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    def column(x: int, what: str) -> list[Drawn]:
        lines = [f"We keep your {what} here and", f"there, but the {what} will not", "be given to other people."]
        return [(x, 700 - 14 * at, 11, False, line) for at, line in enumerate(lines)]

    page = [*printed(PROSE, top=780), *column(50, "letters"), *column(320, "parcels")]
    told_ = "We keep your {0} here and there, but the {0} will not be given to other people."
    assert clauses_of(page) == [*PROSE_TOLD, told_.format("letters"), told_.format("parcels")]


@pytest.mark.parametrize("parted", [False, True], ids=["on one page", "over two pages"])
def test_a_sentence_runs_on_with_a_noun_or_a_name(parted: bool) -> None:
    lines = [
        "Wir schreiben Briefe nur dann an andere, wenn es um die Reise auf dem Schiff geht, an die",
        "Reederei und an den Hafen, und sonst an niemanden als an die Firma Eiche AG, am Kai 16",
        "Amphitheater am Berge, die unsere Briefe druckt und versendet.",
    ]
    pages = [printed(lines[:2], top=760), printed(lines[2:], top=760)] if parted else [printed(lines, top=760)]
    assert clauses_of(*pages) == [" ".join(lines)]


def test_a_heading_over_two_lines_is_one() -> None:
    page = [
        (50, 760, 24, True, "How Oak Lane Treats The"),
        (50, 731, 24, True, "Letters That You Write"),
        *printed(PROSE, top=700),
        (150, 650, 11, True, "What We Do With The Things"),
        (166, 636, 11, True, "That You Have Told Us"),
        *printed(PROSE, top=610),
        (50, 560, 16, True, "Keeping"),
        (50, 530, 16, True, "Burning"),
        *printed(PROSE, top=500),
    ]
    assert told(convert(pdf([page]), "a.pdf"))[1] == [
        "How Oak Lane Treats The Letters That You Write",
        "What We Do With The Things That You Have Told Us",
        "Keeping",
        "Burning",
    ]


def test_a_number_of_two_parts_begins_a_clause_and_stays_in_it() -> None:
    lines = [
        "2.1. We keep the letters that you write to us for a year, as we have told you in section",
        "2.3. The parcels are another matter.",
        "2.2 We keep calls",
        "2.3 We send parcels back.",
        "(a) We ask you; and",
        "(b) you answer.",
    ]
    clauses = clauses_of([*printed(PROSE, top=780), *printed(lines, top=700)])
    assert clauses[1:] == [
        "2.1. We keep the letters that you write to us for a year, as we have told you in section 2.3. The parcels are another matter.",
        *lines[2:],
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["We pass on your address to whom we need for bringing to you what you have ordered here",
         "- in particular carriers and banks - but with nobody else in the world, as we have said."],
        ["We pass on your address to whom we need for bringing to you what you have ordered here",
         "– in particular carriers and banks – but with nobody else in the world, as we have said."],
        ["2. We pass on your address to people whom we need for bringing to you what you have or",
         "may yet have ordered in our shop, or in the one of our neighbours, the house of the Elm",
         "— in particular carriers and banks — but with nobody else in the world, as we have said."],
        ["We work with your name on the ground of what the law says in its well-known Art. 6(1)",
         "(a) GDPR, and we keep it for a year."],
        ["Wir arbeiten mit Ihren Daten auf der Grundlage von Art. 6 Abs. 1 Satz 1 lit.",
         "f) DSGVO, soweit es erforderlich ist."],
        ["Wir arbeiten mit Ihrem Namen auf der Grundlage dessen, was im Gesetz in Art. 6 Abs. 1",
         "a) der DSGVO steht, und sonst nicht."],
        ["Wir arbeiten mit Ihrem Namen auf der Grundlage des Gesetzes und geben ihn nur an jene,",
         "die damit zu tun haben, und sonst an niemanden, weder im Inland noch im Ausland, weder",
         "z. B. an Banken noch an sonst jemanden."],
    ],
)  # fmt: skip
def test_a_dash_or_a_letter_amid_a_sentence_begins_no_item(lines: list[str]) -> None:
    assert clauses_of([*printed(PROSE, top=780), *printed(lines, top=740)])[1:] == [" ".join(lines)]


@pytest.mark.parametrize(
    ("lines", "clauses"),
    [
        (["We collect", "- your name", "- your address"], ["We collect", "your name", "your address"]),
        (["We collect from everybody who writes to us, by whichever way the letter is sent, these:", "- your name"],
         ["We collect from everybody who writes to us, by whichever way the letter is sent, these:", "your name"]),
        (["We collect the following from everybody who writes to us, by whichever way the letter is",
          "- your name and your address and whatever you have told us of yourself and those who live",
          "near to you and have not told us", "- your letters"],
         ["We collect the following from everybody who writes to us, by whichever way the letter is",
          ("your name and your address and whatever you have told us of yourself and those who live near to you and have not "
          "told us"), "your letters"]),
        (["We collect:",
          "(a) your name and your address and whatever you have told us of yourself and those who",
          "are near to you and live with you and have not told us that they do not want this at all",
          "(b) your letters, under Art. 6 (1)", "(c) your calls"],
         ["We collect:",
          ("(a) your name and your address and whatever you have told us of yourself and those who are near to you and live "
          "with you and have not told us that they do not want this at all"),
          "(b) your letters, under Art. 6 (1)", "(c) your calls"]),
        (["- your name and your address and whatever you have told us of yourself and those who are",
          "near to you and live with you and have not told us that they do not want this at all now",
          "- your letters"],
         [("your name and your address and whatever you have told us of yourself and those who are near to you and live with "
          "you and have not told us that they do not want this at all now"), "your letters"]),
    ],
)  # fmt: skip
def test_items_whose_lines_are_full_stay_items(lines: list[str], clauses: list[str]) -> None:
    assert clauses_of([*printed(PROSE, top=780), *printed(lines, top=740)])[1:] == clauses


@pytest.mark.parametrize("pages", [2, 6])
def test_what_runs_along_on_even_and_odd_pages_is_left_out(pages: int) -> None:
    made = [
        [
            (50, 780, 9, False, "Oak Lane" if number % 2 or pages == 2 else "Privacy at Oak Lane"),
            *printed([f"These are the letters of shelf {'ABCDEF'[number]}:", *PROSE], top=740),
            *printed([f"This is the end of shelf {'ABCDEF'[number]}."], top=600),
            (280, 20, 9, False, f"Page {number + 1}"),
        ]
        for number in range(pages)
    ]
    wanted = [
        [f"These are the letters of shelf {shelf}:", *PROSE_TOLD, f"This is the end of shelf {shelf}."]
        for shelf in "ABCDEF"[:pages]
    ]
    assert clauses_of(*made) == [clause for page in wanted for clause in page]


def test_tables_of_contents_and_what_browsers_print_round_a_page_are_left_out() -> None:
    page = [
        (50, 790, 8, False, "28/11/2026, 18:07    Oak Lane"),
        *printed(["1. Keeping " + ". " * 40 + "3", "2.1 Burning" + "." * 60 + "12"], top=770),
        *printed(PROSE, top=720),
        (50, 20, 8, False, "https://oak.example/privacy 1/1"),
    ]
    assert clauses_of(page) == PROSE_TOLD


PLACES = st.tuples(
    st.integers(0, 6), st.integers(0, 30), st.integers(1, 12), st.booleans(), st.booleans(), st.integers(0, 1)
)


@settings(max_examples=200)
@given(st.lists(PLACES, max_size=25), st.lists(st.integers(0, 6), max_size=4), st.lists(st.integers(0, 30), max_size=5))
def test_every_word_is_in_a_block_wherever_it_stands(
    places: list[tuple[int, int, int, bool, bool, int]], upright: list[int], across: list[int]
) -> None:
    pieces = [
        (
            Line(
                (Words(f"word{at}", bold),), 10, 50 + 80 * x, 50 + 80 * x + 12 * width, 710 - 12 * y, 700 - 12 * y, page
            ),
            goes_on and at > 0 and places[at - 1][5] == page,
        )
        for at, (x, y, width, bold, goes_on, page) in enumerate(places)
    ]
    rules = [(45.0 + 80 * x, 300.0, 45.0 + 80 * x, 720.0) for x in upright]
    rules += [(45.0, 711.0 - 12 * y, 530.0, 711.0 - 12 * y) for y in across]
    told_words = set(
        re.findall(r"word\d+", " ".join(part.text for part in blocks_of(lines_of(pieces), [rules, rules])[0]))
    )
    assert told_words == {f"word{at}" for at in range(len(places))}


def test_shades_behind_lines_and_a_frame_are_no_table() -> None:
    texts = [*PROSE, "Who we are: Oak Lane", *PROSE, *PROSE]
    page = [(60, 700 - 16 * at, 10, False, text) for at, text in enumerate(texts)]
    page[2:3] = [(60, 668, 10, False, "Address:"), (160, 668, 10, False, "Oak Lane 4")]
    shades = rules([50, 590], [712 - 16 * at for at in range(len(texts) + 1)]) + b"150 664 m 150 680 l S\n"
    assert clauses_of(page, ruled=shades).count(" ".join(PROSE)) == 3


def pages_of(number: int) -> list[list[Drawn]]:
    """Pages of five lines, no line like another."""
    towns = "Oak Elm Ash Fir Yew".split()
    return [
        printed([f"In {town} of {towns[at]} we keep the letters of the year." for town in towns], top=700)
        for at in range(number)
    ]


def test_a_title_that_runs_along_is_read_once() -> None:
    pages = [
        [(50, 770, 18, True, "Privacy of Oak Lane"), (50, 740, 14, True, f"Part {'ABC'[at]}"), *lines]
        for at, lines in enumerate(pages_of(3))
    ]
    assert told(convert(pdf(pages), "policy.pdf"))[1] == ["Privacy of Oak Lane", "Part A", "Part B", "Part C"]


def test_a_day_at_the_foot_of_each_page_is_the_documents() -> None:
    pages = [
        [*lines, (50, 30, 9, False, f"Last updated: 14 December 2022 {at + 1}")] for at, lines in enumerate(pages_of(4))
    ]
    document = convert(pdf(pages), "policy.pdf")
    assert document.updated_date == date(2022, 12, 14)
    assert "December" not in document.markdown


def test_a_word_goes_on_after_a_hyphen_whatever_ends_early() -> None:
    lines = ["• Share your letters with be-", "ginners alone."]
    page = [*printed(PROSE, top=720), *((75, 660 - 14 * at, 11, False, text) for at, text in enumerate(lines))]
    assert clauses_of(page)[-1] == "Share your letters with beginners alone."


def test_a_hyphen_after_the_name_of_a_site_stays() -> None:
    page = printed(
        ["We send your letters to the oak.com-", "owned printers in the town of Oak,", "who bind them for you."]
    )
    assert "oak.com-owned printers" in clauses_of(page)[0]


@pytest.mark.parametrize(
    ("given", "title"),
    [("Oak Privacy", "Oak Privacy"), ("oak_v3.docx", "Where letters go"), ("Microsoft Word - oak", "Where letters go")],
)
def test_the_name_of_a_file_is_no_title(given: str, title: str) -> None:
    named = pdf([printed(["Where letters go", *PROSE])], extra=b"/Info 99 0 R")
    named = named.replace(b"\nxref\n", b"\n99 0 obj\n<</Title(%s)>>\nendobj\nxref\n" % given.encode())
    assert convert(named, "policy.pdf").title == title


def test_a_long_appendix_in_small_letters_makes_no_headings_of_the_text() -> None:
    text = [f"In {town} we keep the letters of the year in a tower that nobody may enter, and read" for town in
            "Oak Elm Ash Fir Yew Bay Lime Alder".split()]  # fmt: skip
    main = [(50, 760 - 24 * at, 14, False, line) for at, line in enumerate(text)]
    small = [
        (
            50,
            780 - 12 * at,
            9,
            False,
            f"{at} of the towers is made of stone, and another one of wood, which burns well, as said",
        )
        for at in range(60)
    ]
    clauses, headings = told(convert(pdf([[(50, 785, 18, True, "Towers"), *main], small]), "policy.pdf"))
    assert headings == ["Towers"]
    assert clauses[0].startswith(f"{text[0]} {text[1]}")
