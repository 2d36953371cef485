"""What documents say of themselves, in every encoding and format."""

from __future__ import annotations

import re
from datetime import date

import pytest

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import convert
from tests.documents import BODY, page, told

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


def test_a_title_that_nothing_marks_is_the_first_line() -> None:
    text = "Privacy Policy of Oak\n\nLast updated: 3 May 2024\n\n# Data Protection Officer\n\nAsk her. She answers.\n"
    assert convert(text.encode(), "policy.md").title == "Privacy Policy of Oak"
    said = text.replace("Privacy Policy of Oak", "Our privacy policy tells what we do with the letters that you write.")
    assert (
        convert(said.encode(), "policy.md").title
        != "Our privacy policy tells what we do with the letters that you write."
    )


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


@pytest.mark.parametrize("name", ["utf-8", "UTF8"])
def test_bytes_of_windows_1252_in_a_page_that_says_utf_8_are_read_and_told(name: str) -> None:
    """All of the page may be in it, or a piece that was pasted; its five bytes without a character are no reason to refuse it."""
    shown = "We don’t sell your data – ever. “Data” means café."
    head = f"<html><meta charset={name}><main>".encode()
    page = head + f"<p>{shown}</p>".encode("cp1252") * 20
    mixed = (
        head
        + f"<p>{CURLY}Мы храним имя. 数据 🙂</p>".encode() * 20
        + f"<p>{shown}".encode("cp1252")
        + b" \x81\xe2\x80</p>"
    )
    for data, held in ((page, [shown]), (mixed, [shown, CURLY.strip(), "Мы храним имя. 数据 🙂"])):
        document = convert(data, "a.html")
        assert all(one in document.markdown for one in held)
        assert "\ufffd" not in document.markdown
        assert [warning for warning in document.warnings if warning.startswith("read as windows-1252")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Privacy Policy\n\n" + "We keep your “data” safe. It’s ours – really. " * 3, "policy.txt"),
        ("# Datenschutz\n\n" + "Wir prüfen Daten und löschen sie später. " * 3, "policy.md"),
        (
            "<html><meta charset=windows-1250><main>" + "<p>Wir prüfen Daten und löschen sie später.</p>" * 3,
            "policy.html",
        ),
        ("Політика\n\n" + "Ми зберігаємо ваше ім’я та адресу. " * 3, "policy.txt"),
        ("数据\n\n" + "我们会在您的账户存续期间保存您的姓名和地址。" * 3, "policy.txt"),
        ("\ufeffPrivacy\n\n" + "We keep your letters. " * 3, "policy.txt"),
    ],
    ids=["quotes", "umlauts", "another encoding named", "Cyrillic", "Chinese", "byte-order mark"],
)
def test_a_few_bytes_of_windows_1252_leave_the_rest_of_a_text_in_utf_8_as_it_is(text: str, name: str) -> None:
    document = convert(text.encode() + b"\n\nOne\xa0stray byte and caf\xe9s.\n", name)
    shown = " ".join(re.sub(r"<[^>]*>", "\n", text.removeprefix("\ufeff")).split())
    assert " ".join(document.markdown.replace("\xa0", " ").split()) == f"{shown} One stray byte and cafés."
    assert [warning for warning in document.warnings if warning.startswith("read as windows-1252 for 2 bytes,")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Мы храним ваше имя и адрес. ", "cp1251"),
        ("客様の氏名と住所を保管し、退会時に削除します。", "euc-jp"),
        ("Wir prüfen größere Übel. ", "cp1252"),
    ],
)
def test_a_text_in_another_encoding_is_not_taken_for_utf_8(text: str, encoding: str) -> None:
    assert convert((text * 20).encode(encoding), "policy.txt").markdown.strip() == (text * 20).strip()


def test_a_page_that_is_what_it_says_is_read_without_a_doubt() -> None:
    document = convert(f"<html><meta charset=utf-8><main>{f'<p>{CURLY}</p>' * 20}".encode(), "a.html")
    assert not [warning for warning in document.warnings if warning.startswith("read as")]


def test_a_page_that_names_a_codec_that_is_no_encoding_is_not_decoded_with_it() -> None:
    data = "<html><meta charset=punycode><p>We keep café data – always.</p>".encode("cp1252")
    assert "café" in convert(data, "a.html").markdown


def test_characters_decoded_wrongly_elsewhere_are_repaired() -> None:
    assert "don’t" in convert(("We donâ€™t sell your data. " * 20).encode(), "a.md").markdown
    mixed = "“We” keep\x85 no data \x96 it is sold. " * 20  # the curly marks say that it is no Latin-1
    assert "“We” keep… no data – it is sold." in convert(mixed.encode(), "a.md").markdown


# --- ends of lines ----------------------------------------------------------------------------------------------------

LETTERS = "We keep your letters for a year. They are kept in a box.\n\n" * 6


@pytest.mark.parametrize("name", ["policy.txt", "policy.md", "policy.html"])
@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\u2028", "\u2029"])
def test_no_sign_that_ends_a_line_glues_words(sign: str, name: str) -> None:
    text = f"We ask for money, that is{sign}all we want.\n\n{LETTERS}"
    said = " ".join(convert(text.encode(), name).markdown.split())
    assert said.startswith("We ask for money, that is all we want. We keep")


def test_manual_line_breaks_and_signs_of_unicode_part_lines() -> None:
    manual = f"We collect:\x0byour name\x0byour address\x0bWe sell nothing.\n\n{LETTERS}"
    assert told(convert(manual.encode(), "a.txt"))[0][:4] == [
        "We collect:",
        "your name",
        "your address",
        "We sell nothing.",
    ]
    signs = f"We keep names\u2028We keep addresses\u2028Our friends keep more\u2029We sell nothing.\n\n{LETTERS}"
    assert told(convert(signs.encode(), "a.txt"))[0][:3] == [
        "We keep names",
        "We keep addresses",
        "Our friends keep more",
    ]
    [first, *_] = told(convert("We keep names.\x85We sell nothing.\x85".encode() * 9, "a.txt"))[0]
    assert first == "We keep names."


def test_a_new_page_begins_a_paragraph_unless_a_sentence_goes_on() -> None:
    text = f"We keep your\n\x0cname and your address.\x0cSharing\n\nWe share nothing.\n\n{LETTERS}"
    clauses, headings = told(convert(text.encode(), "a.txt"))
    assert clauses[:2] == ["We keep your name and your address.", "We share nothing."]
    assert headings[0] == "Sharing"


def test_headings_and_rows_of_tables_are_not_parted() -> None:
    text = f"# Privacy\u2028Policy\n\n| Data | Use |\n|---|---|\n| name | to bill\x0band to write |\n\n{LETTERS}"
    clauses, headings = told(convert(text.encode(), "a.md"))
    assert headings == ["Privacy Policy"]
    assert clauses[1] == "name\tto bill and to write"


def test_a_short_text_with_a_manual_line_break_is_no_binary() -> None:
    assert told(convert(b"We keep your name.\x0bWe sell nothing.", "a.txt"))[0] == [
        "We keep your name.",
        "We sell nothing.",
    ]


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_goes_through_as_it_is() -> None:
    text = "# Privacy\n\n*   We keep your **name**.\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert convert(text.encode(), "a.md").markdown == text


def test_markdown_that_speaks_of_html_stays_markdown() -> None:
    assert convert(b"<div>\n\nWe keep your name and nothing else.\n\n</div>", "a.md").media == "markdown"
    assert convert(b"<div>We keep your name and nothing else.</div>", "download").media == "html"


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
