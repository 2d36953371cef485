"""Documents of every format -> Markdown: the policy and nothing else, every word once."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import Document, convert
from corpus.formats.markdown_writer import Part, Words, write
from corpus.text.canonical import read_text
from corpus.text.segment import segment

SENTENCES = [
    f"We keep your {what} for as long as your account lives, and delete it when you leave us."
    for what in "name,address,telephone number,photographs,messages,payments,searches,contacts,settings,device".split(
        ","
    )
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def page(body: str, head: str = "") -> Document:
    return convert(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "policy.html")


def told(document: Document) -> tuple[list[str], list[str]]:
    """The clauses and the headings that a document gives."""
    reading = read_text(document.markdown)
    clauses, headings = segment(reading, "test")
    return [c.span.of(reading.text) for c in clauses], [h.span.of(reading.text) for h in headings]


# --- web pages --------------------------------------------------------------------------------------------------------


def test_a_page_gives_its_headings_paragraphs_and_nested_lists() -> None:
    document = page(
        f"<main><h1>Privacy Policy</h1>{BODY}<h2>What we <em>collect</em></h2><p>We collect:</p>"
        "<ul><li>your name;<ul><li>first</li><li>last</li></ul></li><li>your e-mail</li></ul>"
        "<ol start=3><li>Ask us.</li><li>Wait.</li></ol></main>"
    )
    clauses, headings = told(document)
    assert headings == ["Privacy Policy", "What we collect"]
    assert clauses == [*SENTENCES, "We collect:", "your name;", "first", "last", "your e-mail", "Ask us.", "Wait."]
    assert "    *   first" in document.markdown
    assert "3.  Ask us." in document.markdown


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><ul><li><a href='/a'>Alpaca</a></li></ul></nav>",
        "<div role=navigation>Alpaca</div>",
        "<footer>Alpaca Ltd. All rights reserved.</footer>",
        "<header><p>Alpaca shop</p></header>",
        "<div id=onetrust-banner-sdk><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class='x cookie-banner'><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class=share-buttons>Alpaca</div>",
        "<form><label>Alpaca</label><input value=Alpaca></form>",
        "<button>Alpaca</button>",
        "<script>Alpaca()</script><style>.Alpaca{}</style><template><p>Alpaca</p></template>",
        "<div hidden><ul><li><a href=/a>Alpaca</a></li></ul></div>",
        "<div style='display: none'>Alpaca</div>",
        "<div><a href=/a>Alpaca</a> <a href=/b>Alpaca jobs</a> <a href=/c>Alpaca press</a></div>",
        "<!-- Alpaca -->",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_furniture_of_a_page_is_left_out(furniture: str, place: str) -> None:
    body = f"<div><h1>Privacy Policy</h1>{BODY}</div>"
    document = page(furniture + body if place == "before" else body + furniture)
    assert "Alpaca" not in document.markdown
    assert told(document)[0] == SENTENCES


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><p>Alpaca</p></nav>",
        "<aside>Alpaca</aside>",
        "<div role=search>Alpaca</div>",
        "<div class=cookie-banner><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class='share-buttons'>Alpaca</div>",
        "<div class=newsletter><p>Alpaca</p></div>",
        "<span class=sr-only>Alpaca</span>",
        "<form><p>Alpaca</p></form>",
        "<button>Alpaca</button>",
        "<p hidden>Alpaca</p>",
    ],
)
def test_furniture_amid_the_policy_is_left_out(furniture: str) -> None:
    document = page(f"<main>{BODY}{furniture}<p>Write to us.</p></main>")
    assert "Alpaca" not in document.markdown
    assert told(document)[0] == [*SENTENCES, "Write to us."]


@pytest.mark.parametrize(
    "panel", ["<div hidden>{}</div>", "<div aria-hidden=true>{}</div>", "<section style='display:none'>{}</section>"]
)
def test_folded_parts_of_a_policy_are_opened(panel: str) -> None:
    hidden = (
        "<p>We share your telephone number with the company that sends our text messages, and with nobody else.</p>"
    )
    document = page(
        f"<main>{BODY}<h3><button aria-expanded=false>Who gets it</button></h3>{panel.format(hidden)}</main>"
    )
    clauses, headings = told(document)
    assert clauses[-1].startswith("We share your telephone number")
    assert headings == ["Who gets it"]


def test_a_form_round_the_whole_page_hides_nothing() -> None:
    assert told(page(f"<form><div>{BODY}</div></form>"))[0] == SENTENCES


def test_a_name_alone_makes_no_furniture_of_the_policy() -> None:
    assert told(page(f"<main><div class='sidebar newsletter'>{BODY}</div></main>"))[0] == SENTENCES
    assert told(page(f"<main>{BODY}<h2 id=cookie-notice>Cookies</h2><p>We set one.</p></main>"))[1] == ["Cookies"]


def test_a_part_that_a_page_repeats_is_read_once() -> None:
    both = "".join(f"<div class={device}><h2>Keeping</h2>{BODY}</div>" for device in ("phone", "screen"))
    assert told(page(f"<main><p>This is how we do it here.</p>{both}</main>"))[0] == [
        "This is how we do it here.",
        *SENTENCES,
    ]


def test_a_row_of_a_table_says_what_its_cells_are() -> None:
    table = (
        "<table><thead><tr><th>Category</th><th>Examples</th><th>Shared with</th></tr></thead>"
        "<tr><td>Identifiers</td><td>name<br>e-mail</td><td>service providers</td></tr>"
        "<tr><td rowspan=2>Payments</td><td>card number</td><td>banks</td></tr><tr><td>receipts</td><td>nobody</td></tr></table>"
    )
    clauses = told(page(f"<main>{BODY}{table}</main>"))[0][len(SENTENCES) :]
    assert clauses == [
        "Category: Identifiers; Examples: name, e-mail; Shared with: service providers",
        "Category: Payments; Examples: card number; Shared with: banks",
        "Category: Payments; Examples: receipts; Shared with: nobody",
    ]


def test_a_long_row_becomes_a_list_below_its_first_cell() -> None:
    long = " ".join(SENTENCES[:4])
    table = f"<table><tr><th>Data</th><th>Use</th></tr><tr><td>Name</td><td>{long}</td></tr></table>"
    reading = read_text(page(f"<main>{BODY}{table}</main>").markdown)
    clauses, _ = segment(reading, "test")
    last = clauses[-1]
    assert last.lead_in is not None
    assert last.lead_in.of(reading.text) == "Data: Name:"
    assert last.span.of(reading.text) == SENTENCES[3]


def test_a_table_that_lays_out_the_page_is_read_cell_by_cell() -> None:
    body = f"<table role=presentation><tr><td>{BODY}</td><td><p>Write to us.</p></td></tr></table>"
    assert told(page(body))[0] == [*SENTENCES, "Write to us."]


def test_characters_that_mark_up_markdown_stay_what_they_are() -> None:
    odd = [
        "# We keep 5 * 3 _things_ [of] yours `here` <b> & &amp; ~~so~~ | far.",
        "1. is a number that begins this line.",
        "-5 is cold, and ** two stars.",
        "=====",
        "+49 begins a number \\ and a stroke.",
    ]
    parts = [Part("text", (Words(text),)) for text in odd]
    text = read_text(write(parts)).text
    assert text.split("\n\n") == [line for line in odd if re.search(r"\w", line)]


def test_bold_is_kept_where_markdown_can_say_it() -> None:
    document = page(f"<main>{BODY}<p><b>Sharing.</b> We share nothing.</p><p>We (<b>Acme</b>s) do.</p></main>")
    assert "**Sharing.** We share nothing." in document.markdown
    assert told(document)[1] == ["Sharing"]
    assert told(document)[0][-1] == "We (Acmes) do."


# --- what a document says of itself -----------------------------------------------------------------------------------


def test_a_page_says_title_company_address_and_dates() -> None:
    head = (
        "<title>Privacy Notice | Acme</title><link rel=canonical href='https://acme.example/privacy'>"
        "<meta property='og:site_name' content='Acme Shop'>"
    )
    body = f"<h1>Privacy Notice</h1><p>Effective date: 3 May 2024</p><p>Last updated: April 1st, 2024</p>{BODY}"
    document = page(f"<main>{body}</main>", head)
    assert document.title == "Privacy Notice"
    assert document.provider == "Acme Shop"
    assert document.source_url == "https://acme.example/privacy"
    assert document.effective_date == date(2024, 5, 3)
    assert document.updated_date == date(2024, 4, 1)
    assert document.language == "en"
    assert document.media == "html"


def test_what_a_document_does_not_say_stays_unknown() -> None:
    document = page(f"<main>{BODY}</main>")
    said = document.title, document.provider, document.effective_date, document.updated_date, document.source_url
    assert said == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("line", "effective", "updated"),
    [
        ("This policy is effective as of 2023-11-05.", date(2023, 11, 5), None),
        ("Last modified on 02.01.2025", None, date(2025, 1, 2)),
        ("In force since 1 June 2020", date(2020, 6, 1), None),
        ("Updated 25/12/2022", None, date(2022, 12, 25)),
        ("Effective 31 February 2022", None, None),
        ("Copyright 3 May 2024 Acme", None, None),
        ("Effective January 1, 2020, the Consumer Act gives you rights.", None, None),
        ("The law became effective on 25 May 2018.", None, None),
    ],
)
def test_dates_are_taken_only_where_the_words_say_so(line: str, effective: date | None, updated: date | None) -> None:
    document = page(f"<main><p>{line}</p>{BODY}</main>")
    assert (document.effective_date, document.updated_date) == (effective, updated)


def test_a_date_that_may_be_read_in_two_ways_is_left_to_the_person() -> None:
    document = page(f"<main><p>Last updated: 3/11/2025</p>{BODY}</main>")
    assert document.updated_date is None
    assert any('"3/11/2025"' in warning for warning in document.warnings)


def test_a_company_is_named_by_its_own_words() -> None:
    document = page(f'<main><p>Acme Widgets, Inc. ("we", "us") runs this shop.</p>{BODY}</main>')
    assert document.provider == "Acme Widgets, Inc."


def test_a_german_text_is_read_and_marked() -> None:
    german = "<p>Wir speichern Ihren Namen und Ihre Anschrift, solange Ihr Konto besteht, und löschen sie danach.</p>"
    document = page(f"<main>{german * 20}</main>")
    assert document.language == "de"
    assert any("English" in warning for warning in document.warnings)


def test_a_failed_extraction_is_refused_or_flagged() -> None:
    with pytest.raises(UnreadablePolicy, match="headings only"):
        convert(b"Privacy Statement\n=================", "a.md")
    document = convert(b"Privacy Policy\n======\n\nThis page contains policies.\n\nIt has three.", "a.md")
    assert "2 clauses: is this a whole policy?" in document.warnings
    assert not page(f"<main>{BODY * 2}</main>").warnings


# --- encodings --------------------------------------------------------------------------------------------------------

CURLY = "We don’t sell your data – ever. “Data” means what identifies you. "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_every_encoding(encoding: str) -> None:
    document = convert((CURLY * 20).encode(encoding), "policy.txt")
    assert document.markdown.strip() == (CURLY * 20).strip()
    assert document.media == "text"
    guessed = encoding in ("utf-16-le", "utf-16-be", "cp1252")
    assert any(warning.startswith("read as") for warning in document.warnings) == guessed


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    text = "<html><head><meta charset='windows-1251'></head><body><main>" + "<p>Мы храним ваше имя.</p>" * 20
    assert "Мы храним ваше имя" in convert(text.encode("cp1251"), "a.html").markdown
    assert (
        "é" in convert("<html><meta charset=iso-8859-1><p>Café data is kept.</p>".encode("cp1252"), "a.html").markdown
    )


def test_a_page_that_names_a_codec_that_is_no_encoding_is_not_decoded_with_it() -> None:
    data = "<html><meta charset=punycode><p>We keep café data – always.</p>".encode("cp1252")
    assert "café" in convert(data, "a.html").markdown


def test_characters_decoded_wrongly_elsewhere_are_repaired() -> None:
    assert "don’t" in convert(("We donâ€™t sell your data. " * 20).encode(), "a.md").markdown


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_goes_through_as_it_is() -> None:
    text = "# Privacy\n\n*   We keep your **name**.\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert convert(text.encode(), "a.md").markdown == text


def test_markdown_that_speaks_of_html_stays_markdown() -> None:
    assert convert(b"<div>\n\nWe keep your name and nothing else.\n\n</div>", "a.md").media == "markdown"
    assert convert(b"<div>We keep your name and nothing else.</div>", "download").media == "html"


# --- DOCX -------------------------------------------------------------------------------------------------------------


def word_file() -> docx.document.Document:
    document = docx.Document()
    document.core_properties.title = "Privacy Policy of Acme"
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    return document


def word_bytes(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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


# --- PDF --------------------------------------------------------------------------------------------------------------

Drawn = tuple[int, int, int, bool, str]  # x, y, size, bold, text


def pdf(pages: list[list[Drawn]], extra: bytes = b"", content: bytes | None = None, ruled: bytes = b"") -> bytes:
    """A PDF with some lines on each page, as simple as one may be; `ruled` draws rules on every page."""
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * at) for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for at, lines in enumerate(pages):
        drawn = b"\n".join(
            b"BT /%s %d Tf %d %d Td (%s) Tj ET"
            % (b"B" if bold else b"F", size, x, y, re.sub(rb"([\\()])", rb"\\\1", text.encode("cp1252")))
            for x, y, size, bold, text in lines
        )
        drawn = ruled + drawn if content is None else content
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R/B 4 0 R>>>>>>" % (first + 2 * at + 1)
        )
        objects.append(
            b"<<%s/Length %d>>stream\n%s\nendstream" % (b"" if content is None else extra, len(drawn), drawn)
        )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = extra if content is None else b""
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        trailer,
        len(out),
    )


def printed(lines: list[str], size: int = 11, top: int = 720) -> list[Drawn]:
    return [(50, top - 14 * at, size, False, line) for at, line in enumerate(lines)]


PARAGRAPH = [
    "We keep your name and your address for as long as your account lives, and then we de-",
    "lete them within thirty days, unless the law makes us keep them, or a third-",
    "party payment service does.",
]


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


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Cookie Policy of Oak Last updated : September 28, 2023", "Cookie Policy of Oak"),
        ("Oak Privacy Policy (effective 1 May 2024)", "Oak Privacy Policy"),
        ("\\*Privacy Policy for Oak", "Privacy Policy for Oak"),
        ("Our privacy policy was updated on 1 May 2024", "Our privacy policy was updated on 1 May 2024"),
        ("1. Introduction", "1. Introduction"),
    ],
)
def test_a_title_is_given_without_its_date_and_marks(heading: str, title: str) -> None:
    text = f"# {heading}\n\nWe keep letters. We keep them for a year. You may ask for yours.\n"
    assert convert(text.encode(), "policy.md").title == title


def test_news_of_a_policy_above_it_is_not_its_title() -> None:
    text = (
        "# We have updated our privacy policy\n\nWe keep letters.\n\n# Oak Privacy Notice\n\nWe keep them for a year.\n"
    )
    assert convert(text.encode(), "policy.md").title == "Oak Privacy Notice"


def test_a_title_that_nothing_marks_is_the_first_line() -> None:
    text = "Privacy Policy of Oak\n\nLast updated: 3 May 2024\n\n# Data Protection Officer\n\nAsk her. She answers.\n"
    assert convert(text.encode(), "policy.md").title == "Privacy Policy of Oak"
    said = text.replace("Privacy Policy of Oak", "Our privacy policy tells what we do with the letters that you write.")
    assert (
        convert(said.encode(), "policy.md").title
        != "Our privacy policy tells what we do with the letters that you write."
    )
