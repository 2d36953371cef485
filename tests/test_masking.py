"""What identifies a person never survives masking; what policies and questions are about does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import iban, luhn

from assistant.company.feedback.masking import masked
from assistant.model import MAX_QUESTION
from assistant.settings import ROOT

CARD, E_MAIL, PHONE, IBAN, IP = "[card number]", "[e-mail]", "[phone number]", "[IBAN]", "[IP address]"
TAGS = re.compile("|".join(map(re.escape, (CARD, E_MAIL, PHONE, IBAN, IP))))

QUESTIONS = [
    json.loads(line)["question"]
    for name in ("golden.jsonl", "golden_report.jsonl", "golden_tune.jsonl")
    for line in (ROOT / "benchmarks" / name).read_text().splitlines()
]

WORDS = st.lists(
    st.sampled_from(
        "is my card shared with anyone? Why, and (for how long) do you keep it: b2b; Karte é 数据 – “we”".split()
    ),
    max_size=5,
).map(" ".join)
DASHES_AND_SPACES = " -\u00a0\u2007\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\u200b\u00ad\u2060\t"
SEPARATORS = st.sampled_from(["", *DASHES_AND_SPACES, " - ", " – ", "\u200b \u200b"])
SCRIPTS = st.sampled_from(
    "0٠۰０𝟎𝟬०"
)  # the zeros of some scripts: ASCII, Arabic, Persian, full width, bold, sans, Devanagari


def in_script(number: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(letter)) if letter in "0123456789" else letter for letter in number)


def digits(text: str) -> str:
    """Its digits, in ASCII."""
    found = (unicodedata.digit(letter, None) for letter in text)
    return "".join(str(digit) for digit in found if digit is not None)


@st.composite
def cards(draw) -> str:
    """A valid card number as somebody might write it: any script, any separators, groups of any length."""
    body = draw(st.text("0123456789", min_size=12, max_size=18))
    number: str = body + luhn.calc_check_digit(body)
    assume(not number.startswith(("19", "20")))  # of no issuer, and what a list of dates looks like
    separator = draw(SEPARATORS)
    grouped = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    scattered = "".join(letter + draw(st.sampled_from(["", "", separator])) for letter in number[:-1]) + number[-1]
    return in_script(draw(st.sampled_from([number, grouped, scattered])), draw(SCRIPTS))


SHAPES = {
    "DE": "n" * 18,
    "GB": "a" * 4 + "n" * 14,
    "NL": "a" * 4 + "n" * 10,
    "FR": "n" * 10 + "c" * 11 + "n" * 2,
    "NO": "n" * 11,
}


@st.composite
def ibans(draw) -> str:
    """A valid IBAN with or without spaces, in either case."""
    country = draw(st.sampled_from(sorted(SHAPES)))
    signs = {"n": "0123456789", "a": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "c": "ABCXYZ0123456789"}
    account = "".join(draw(st.sampled_from(signs[kind])) for kind in SHAPES[country])
    number = country + iban.calc_check_digits(f"{country}00{account}") + account
    separator = draw(SEPARATORS)
    written = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    return in_script(draw(st.sampled_from([written, written.lower()])), draw(SCRIPTS))


@st.composite
def ip6_addresses(draw) -> str:
    address = draw(st.ip_addresses(v=6))
    text: str = draw(st.sampled_from([str(address), address.exploded, str(address).upper()]))
    assume(any(letter.isdigit() for letter in text) or len(re.findall(r"\w+", text)) > 1)  # "::" and "add::" are words
    return text


@given(WORDS, cards(), WORDS, st.sampled_from(["", " ", " (", ": ", "\n"]))
def test_a_card_number_never_survives(before, card, after, space):
    found = masked(f"{before}{space if space or not before[-1:].isdigit() else ' '}{card} {after}")
    assert CARD in found or PHONE in found  # a valid number of 13 digits may be both
    assert len(digits(found)) <= len(digits(before + after))


@given(WORDS, ibans(), WORDS)
def test_an_iban_never_survives(before, number, after):
    found = masked(f"{before} {number} {after}")
    assert found.startswith(f"{before} [")
    assert found.endswith(f"] {after}")
    assert TAGS.fullmatch(found[len(before) + 1 : len(found) - len(after) - 1])


@given(WORDS, st.emails(), WORDS)
def test_an_e_mail_address_never_survives(before, address, after):
    found = masked(f"{before} {address} {after}")
    assert found == f"{before} {E_MAIL} {after}"


@given(WORDS, st.ip_addresses(v=4).map(str), WORDS, SCRIPTS)
def test_an_ip_address_of_version_4_never_survives(before, address, after, zero):
    assert masked(f"{before} {in_script(address, zero)} {after}") == f"{before} {IP} {after}"


@given(WORDS, ip6_addresses(), WORDS, st.sampled_from(["", ".", "?", "%eth0"]))
def test_an_ip_address_of_version_6_never_survives(before, address, after, end):
    assert masked(f"{before} {address}{end} {after}") == f"{before} {IP}{end.removeprefix('%eth0')} {after}"


@given(
    st.lists(
        st.one_of(
            WORDS,
            cards(),
            ibans(),
            st.emails(),
            st.ip_addresses().map(str),
            st.text(),
            st.text("0123456789+()[]@:.,/- \n"),
        ),
        max_size=6,
    ).flatmap(lambda parts: st.sampled_from(["", " ", "\n", "/", " ("]).map(lambda space: space.join(parts)))
)
@example("4111111111111111 030 901820 4111111111111111")
@example('"4111111111111111"@example.com')
@example("a@b.com@192.168.1.1@c.com")
def test_masking_what_is_masked_changes_nothing(text):
    assert masked(masked(text)) == masked(text)


@given(st.text(max_size=60))
def test_text_between_finds_stands_as_it_was(text):
    """Whatever the text: the pieces around the tags are pieces of it, in order."""
    assume(not TAGS.search(text))
    at = 0
    for piece in TAGS.split(masked(text)):
        at = text.index(piece, at) + len(piece)


def test_real_questions_stay_as_they_are():
    assert len(QUESTIONS) > 300
    assert [masked(question) for question in QUESTIONS] == QUESTIONS


@pytest.mark.parametrize(
    "text",
    """30 days|within 30 days or 12 months|2018-2024|between 2018 and 2024|2019 2020 2021 2022|2021/2022/2023/2024
05.01.2024|05-01-2024|05/01/2024|5 January 2024|2024-01-05|2024-01-05 10:30|05.01.2024 10:30|01.02.2023-03.04.2024
since 01.05.2018 30 days|2024-01-05 2024-01-09|2024-01-05 - 2024-01-09|20240105 20240109
05-01-2024 - 09-01-2024|2015 2016 2017 2018
section 4.2.1|clause 12.3.4|§§ 312, 355, 356, 357, 358, 359
$1,299.00|1.299,00 EUR|1 000 000|100,000,000 users|+10 000 000 users|9.99|24/7|ISO 27001:2022
GDPR 2016/679|Directive 95/46/EC
at 10:30:45. Then|port 8080|1920x1080|a ratio of 1:2:3|std::string|add::|::|00:1A:2B:3C:4D:5E
look (at) the data|@handle|5@10|version 1.2.3|300.1.1.1|1.2.3.4.5|550e8400-e29b-41d4-a716-446655440000
HRB 123456|customer 12345678|at 20 18 of 30 days|¹²³""".replace("\n", "|").split("|"),
)
def test_dates_prices_clauses_and_the_like_stay(text):
    assert masked(text) == text
    assert masked(f"is it {text}, or not") == f"is it {text}, or not"


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1112",
        "4111111111111112",
        "DE89 3704 0044 0532 0130 01",
        "GB82WEST12345698765433",
        "XX82WEST12345698765432",
    ],
)
def test_a_number_with_a_wrong_check_digit_is_no_card_or_iban(number):
    found = masked(number)
    assert IBAN not in found
    assert found == number or number.startswith("DE")  # whose account number has the check digit of a card, by chance


@pytest.mark.parametrize(
    "number",
    """+49 30 901820|030 901820|030/901820|(030) 90 18 20|0171 1234567|0171-123 45 67|01711234567|0049 171 1234567
+49 (0) 30 901820|+44 20 7031 3000|020 7031 3000
07911 123456|+44 (0)20 7946 0958|(425) 882-8080|425-882-8080|425.882.8080|4258828080
1-800-555-0199|+1 425 882 8080|+33 1 42 68 53 00|01 42 68 53 00|+91 98765 43210|+43 1 58858|+49 30.12.34.56
+49 0000 000000|030\u2009901820|030–901820
０３０ ９０１８２０|+٤٩ ٣٠ ٩٠١٨٢٠|0\u200b30 90\u00ad1820""".replace("\n", "|").split("|"),
)
def test_a_phone_number_never_survives(number):
    assert masked(f"call me at {number}, please") == f"call me at {PHONE}, please"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my card is 4111 1111 1111 1111.", f"my card is {CARD}."),
        ("abc4111111111111111def", f"abc{CARD}def"),
        ("4\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}111 1111 1111 1111", CARD),
        ("①⑴11 1111 1111 1117", CARD),
        ("4111 1111 1111 1111\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP} ok", f"{CARD} ok"),
        ("41–11 11–11 11—11 11 11", CARD),
        ("4111\u3164111111111111", CARD),
        ("4111.1111.1111.1111", CARD),
        ("41/11/11/11/11/11/11/11", CARD),
        ("4111, 1111_1111 | 1111", CARD),
        ("4111     1111 1111\n1111", CARD),
        ("3782 822463 10005", CARD),
        ("pay 12 4111 1111 1111 1111 now", f"pay 12 {CARD} now"),
        ("4111111111111111 5500005555555559", f"{CARD} {CARD}"),
        ("4111111111111111@example.com", E_MAIL),  # the longest names it
        ("john.o'neil+x@mail.example.co.uk.", f"{E_MAIL}."),
        ("mailto:john@example.com?", f"mailto:{E_MAIL}?"),
        ("<john@example.com>", f"<{E_MAIL}>"),
        ("jörg@müller.de", E_MAIL),
        ("john＠example。com", E_MAIL),
        ("john@exam\u00adple.com", E_MAIL),
        ("john (at) example (dot) com", E_MAIL),
        ("john [at] example.com", E_MAIL),
        ('"john smith"@example.com', E_MAIL),
        ("john@[192.168.1.1]", E_MAIL),
        ("root@localhost", E_MAIL),
        ("my iban is de89 3704 0044 0532 0130 00 and", f"my iban is {IBAN} and"),
        ("IBAN:DE89370400440532013000BIC", f"IBAN:{IBAN}BIC"),
        ("GB82-WEST-1234-5698-7654-32", IBAN),
        ("ＤＥ89 3704 0044 0532 0130 00", IBAN),
        ("192.168.1.1:8080", f"{IP}:8080"),
        ("192.168.001.010", IP),
        ("１９２．１６８．１．１", IP),
        ("address:2001:db8::1.", f"address:{IP}."),
        ("abc2001:db8::1", IP),
        ("::ffff:192.168.1.1", IP),
        ("192.168.100.200 192.168.100.201", f"{IP} {IP}"),
        ("+33 1 42 68 53 00 / 01 42 68 53 00", f"{PHONE} / {PHONE}"),
        ("030 901820\n030 901821", f"{PHONE}\n{PHONE}"),
        ("4111111111111111 030 901820 4111111111111111", f"{CARD} {PHONE} {CARD}"),
    ],
)
def test_the_tag_stands_exactly_where_the_find_stood(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1",
        "a:",
        "::1",
        "1/2/",
        "DE89",
        "D E 8 9 ",
        "@",
        "a@",
        '"a',
        "a (at) ",
        "1-2(3)/4.5 ",
        "+1",
        "fe.",
        "(",
        "ﷺ",
    ],
)
def test_text_made_to_keep_it_busy_comes_to_an_end(piece):
    text = (piece * MAX_QUESTION)[:MAX_QUESTION]
    assert masked(masked(text)) == masked(text)


def test_a_question_without_digits_loads_no_library_of_numbers():
    code = (
        "import sys; from assistant.company.feedback.masking import masked; masked('do you share my data with a@b.com?');"
        "print(sorted({'phonenumbers', 'stdnum'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
