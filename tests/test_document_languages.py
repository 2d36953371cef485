"""The languages of a document: each half of it is kept and told of, each clause says its own, words are counted in each."""

from __future__ import annotations

import re

import pytest

from assistant.surfaces.render.policy_page import words_html
from assistant.surfaces.render.policy_text import text_json
from corpus.shelf.catalogue import Metadata, policy_of
from corpus.text.canonical import read_text
from corpus.text.language import language_of, parts
from corpus.text.segment import segment
from corpus.text.words import count_words
from tests.documents import page, told
from tests.shop_page import BODY, SENTENCES

IN_OTHER_SCRIPTS = {
    "ja": "<h2>個人情報の取り扱い</h2>"
    "<p>当店は、お客様のお名前とご住所を配送のためにのみ利用いたします。</p>"
    "<p>お客様の情報を広告会社に渡すことはありません。</p>",
    "zh": "<h2>隐私政策</h2>"
    "<p>我们仅为配送商品而使用您的姓名和地址，并在会员资格结束后一个月内删除。</p>"
    "<p>我们不会向广告公司提供您的任何信息。</p>",
    "th": "<h2>นโยบายความเป็นส่วนตัว</h2>"
    "<p>เราใช้ชื่อและที่อยู่ของคุณเพื่อการจัดส่งสินค้าเท่านั้นและจะลบออกภายในหนึ่งเดือน</p>"
    "<p>เราไม่ให้ข้อมูลของคุณแก่บริษัทโฆษณา</p>",
    "ko": "<h2>개인정보 처리방침</h2>"
    "<p>당사는 고객님의 성명과 주소를 상품 배송을 위해서만 이용하며 회원 탈퇴 후 한 달 이내에 삭제합니다.</p>"
    "<p>광고 회사에 고객님의 정보를 제공하지 않습니다.</p>",
}


@pytest.mark.parametrize("language", IN_OTHER_SCRIPTS)
@pytest.mark.parametrize("order", ["{0}{1}", "{1}{0}"])
def test_the_half_of_a_page_in_another_script_is_kept_and_told_of(language: str, order: str) -> None:
    other = IN_OTHER_SCRIPTS[language]
    document = page(
        "<div>"
        + order.format(f"<div class=lang-en>{BODY}</div>", f"<div class=lang-{language}>{other}</div>")
        + "</div>"
    )
    text = "".join(document.markdown.split())
    assert all("".join(line.split()) in text for line in re.findall(r">([^<]+)<", other))
    assert set(SENTENCES) <= set(told(document)[0])
    assert document.languages == ("en", language)
    assert any(f'"{language}"' in warning for warning in document.warnings)


@pytest.mark.parametrize("much", [1, 30])
def test_a_page_in_two_languages_warns_of_the_other_one_once(much: int) -> None:
    german = "<p>Wir speichern Ihren Namen und Ihre Anschrift, solange Ihr Konto besteht, und löschen sie danach.</p>"
    document = page(f"<main><h2>Datenschutz</h2>{german * 4 * much}<h2>Privacy</h2>{BODY}</main>")
    assert set(document.languages) == {"en", "de"}
    assert len([warning for warning in document.warnings if "another language" in warning]) == 1


def test_the_parts_of_a_text_in_two_languages_are_told_apart() -> None:
    german = "Wir speichern Ihren Namen und Ihre Anschrift, solange Ihr Konto besteht, und löschen sie danach. "
    reading = read_text(f"# Privacy\n\n{' '.join(SENTENCES)}\n\n# Datenschutz\n\n{german * 5}\n\nOcelot GmbH\n")
    found = parts(reading.text, segment(reading, "test")[0])
    assert [part.language for part in found] == ["en", "de"]
    assert found[0].span.of(reading.text).startswith("We keep your name")
    assert found[1].span.of(reading.text).endswith("Ocelot GmbH")


def test_the_clauses_of_a_text_in_two_languages_say_which_they_are_in() -> None:
    german = "Wir speichern Ihren Namen und Ihre Anschrift, solange Ihr Konto besteht, und löschen sie danach. "
    source = f"# Privacy\n\n{' '.join(SENTENCES)}\n\n# Datenschutz\n\n{german * 5}\n"
    policy = policy_of("both", source, Metadata(language="en", languages=("en", "de")), "both.md")
    told = [clause["language"] for clause in text_json(policy)["clauses"]]
    assert told == ["en"] * (len(told) - 5) + ["de"] * 5
    shown = words_html(policy)
    assert shown.count('<section id="c') == len(told)
    assert len(re.findall(r'<section id="c\d+" lang="de">', shown)) == 5
    one = policy_of("one", source, Metadata(language="en"), "one.md")
    assert {clause["language"] for clause in text_json(one)["clauses"]} == {"en"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ocelot", None),
        ("Privacy Policy Ocelot", None),
        ("Ocelot GmbH, Kanalstr. 7, 20095 Hamburg", None),
        ("1 2 3 4 5 6 7 8 9 10 11 12", None),
        ("プライバシー", None),
        ("We keep your name and your address for as long as you have an account with us.", "en"),
        ("Wir speichern Ihren Namen und Ihre Anschrift, solange Sie ein Konto haben.", "de"),
        ("当店は、お客様のお名前とご住所を配送のためにのみ利用いたします。", "ja"),
    ],
)
def test_a_language_is_told_only_of_text_enough(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_a_page_of_one_word_is_in_no_language() -> None:
    document = page("<p>Ocelot</p>")
    assert document.language is None
    assert not any("language" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        ("We never sell your data to anybody.", 7, 7),
        ("当社がお客様の個人情報を販売することはありません。", 8, 16),
        ("我们绝不会向任何人出售您的个人数据。", 6, 12),
        ("เราไม่ขายข้อมูลส่วนบุคคลของคุณให้แก่ผู้ใด", 6, 12),
        ("저희는 고객님의 개인정보를 누구에게도 판매하지 않습니다.", 5, 10),
        ("– | ©", 0, 0),
        ("。", 0, 0),
        ("数", 1, 1),
    ],
)
def test_words_are_counted_in_scripts_that_do_not_part_them(text: str, fewest: int, most: int) -> None:
    assert fewest <= count_words(text) <= most
