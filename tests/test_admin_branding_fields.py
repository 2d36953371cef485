"""The fields of the page of branding: what is wrong is told at its field in the page's language; markup does nothing."""

from __future__ import annotations

import re
import tomllib
from html import unescape

import pytest

from assistant.languages import CODES, language
from assistant.settings import ROOT
from tests.branding_page import COMMENTED, branded, fields, opened, saved, send, wrong
from tests.company_pages import MARKUP, one, quick_passwords  # noqa: F401

BRANDING = ROOT / "assistant" / "company" / "branding"


@pytest.fixture
def settings(tmp_path):
    return branded(tmp_path)


@pytest.fixture
def ada(assistant, settings):
    return opened(assistant, settings)


@pytest.mark.parametrize(
    ("changes", "place", "english", "german"),
    [
        ({"name": ""}, "name", "The company needs a name.", "braucht einen Namen"),
        ({"name": "x" * 61}, "name", "at most 60", "höchstens 60"),
        ({"name": "A\u202eB"}, "name", "invisible character", "unsichtbares Zeichen"),
        ({"privacy_link": "http://a.example"}, "privacy_link", "must begin with https://", "muss mit https://"),
        ({"privacy_link": "https://["}, "privacy_link", "This is no address.", "keine Adresse"),
        ({"privacy_link": "https://u@a.example"}, "privacy_link", "names no host, or a user", "keinen Host"),
        ({"handoff__url": "javascript:alert(1)"}, "handoff-url", "https://, mailto: or tel:", "mailto: oder tel:"),
        ({"handoff__url": "https://a.example/ {question}"}, "handoff-url", "percent-encoded", "prozentkodiert"),
        ({"handoff__url": "https://a.example/{x}"}, "handoff-url", "Only {question} and {policy}", "Nur {question}"),
        ({"handoff__url": "https://{question}.example/"}, "handoff-url", "behind the host", "hinter dem Host"),
        ({"handoff__mail": "at acme"}, "handoff-mail", "This is no mail address.", "keine Mailadresse"),
        ({"handoff__phone": "call"}, "handoff-phone", "This is no telephone number.", "keine Telefonnummer"),
        ({"texts__de__greeting": "x" * 401}, "texts-de-greeting", "at most 400", "höchstens 400"),
        ({"starters__1": "x" * 201}, "starters-0", "at most 200", "höchstens 200"),
        ({"colours__light__text": "blue"}, "colours-light-text", "This is no colour.", "keine Farbe"),
        (
            {"colours__dark__accent": "#444444"},
            "colours-dark-accent",
            "The nearest that passes is #",
            "Die nächste Farbe",
        ),
        ({"shown": "chosen"}, "policy", "Choose one policy at least", "mindestens eine"),
        ({"shown": "chosen", "policy:nix": "on"}, "policy", "A policy that is named is not here:", "ist nicht da"),
    ],
)
def test_an_error_stands_at_its_field_in_the_pages_language(ada, settings, changes, place, english, german):
    for code, said in (("en", english), ("de", german)):
        told = send(ada, lang=code, **changes)
        assert told.status_code == 422
        assert list(wrong(told)) == [place]
        assert said in wrong(told)[place]
        kept_words = [each for each in changes.values() if each not in ("", "on", "chosen")]
        assert all(each in unescape(told.text) for each in kept_words)  # what was typed is not lost
    assert settings.branding.read_text() == COMMENTED


def test_all_that_is_wrong_is_told_at_once(ada):
    told = send(ada, name="", handoff__mail="x", colours__light__accent="#eeeeee", colours__dark__card="#ffffff")
    assert set(wrong(told)) == {"name", "handoff-mail", "colours-light-accent", "colours-dark-card"}
    assert "4 things are wrong" in told.text
    assert told.text.count('aria-invalid="true"') == 4


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_problem_has_words(code):
    texts = language(code).texts
    sources = "".join(path.read_text(encoding="utf-8") for path in BRANDING.glob("*.py"))
    kinds = set(re.findall(r'Unusable\("(\w+)"', sources)) | {"scheme", "scheme_of_ways", "contrast", "contrast_none"}
    assert len(kinds) >= 12
    assert [each for each in kinds if f"admin.branding.wrong.{each}" not in texts] == []


def test_the_contrast_of_a_colour_is_said_beside_it(ada):
    def said(answer):
        inside = one(r'(?s)<div id="colours-light-accent-said" data-part>(.*?)</div>', answer.text)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", inside)).strip()

    good = said(send(ada, "preview"))
    assert re.fullmatch(
        r"Contrast: 9\.\d to 1 with the page, 9\.\d to 1 with cards and fields, [\d.]+ to 1 with words on them", good
    )
    bad = said(send(ada, "preview", colours__light__accent="#8fb8e8"))
    assert bad.startswith("Contrast: 1.9 to 1 with the page (too little)")
    assert "4.5 is needed. The nearest that passes is #5a7391." in bad
    german = said(send(ada, "preview", lang="de", colours__light__accent="#8fb8e8"))
    assert german.startswith("Kontrast: 1,9 zu 1: die Seite (zu wenig)")
    assert "im schlechtesten Fall 1,90 zu 1, nötig ist 4,5." in german
    # 4.49 to 1 with the page: too little is not said to be 4.5
    assert said(send(ada, "preview", colours__light__accent="#727272")).startswith(
        "Contrast: 4.4 to 1 with the page (too"
    )


def test_a_starter_that_is_not_answered_is_told_and_may_be_saved(ada, settings):
    told = send(ada, "preview", starters__0="Is my card number shared?", starters__1="do you use facial recognition?")
    doubts = re.findall(r'(?s)id="(starters-\d)-said" data-part>\s*<p class="doubt">(.*?)</p>', told.text)
    assert [place for place, _ in doubts] == ["starters-1"]
    assert "No policy shown answers this" in doubts[0][1]
    saved(ada, send(ada, starters__0="do you use facial recognition?"))
    assert tomllib.loads(settings.branding.read_text())["starters"] == ["do you use facial recognition?"]


def test_markup_in_every_field_is_shown_and_does_nothing(ada):
    changes = {
        key: MARKUP[:60] for key in fields(ada.get("/admin/branding").text) if key not in ("token", "version", "draft")
    }
    changes |= {"policy:" + MARKUP: "on", "shown": "chosen", "version": MARKUP, "draft": MARKUP}
    for act in ("preview", "save"):
        told = send(ada, **(changes | {"act": act}))
        assert "<script>alert" not in told.text
        assert "<img src=x" not in told.text
        assert "&lt;script&gt;alert(1)" in told.text
        assert wrong(told)
