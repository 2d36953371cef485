"""The page of a company's branding: the form is the file, errors stand at their fields, what is saved is in use at once, the file
before is kept; markup does nothing, and what is only looked at is nobody else's."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape

import pytest
from starlette.testclient import TestClient

from assistant.accounts.audit import entries
from assistant.accounts.people import People
from assistant.accounts.roles import Role
from assistant.branding.editing import keys
from assistant.branding.store import Earlier
from assistant.database.engine import Database
from assistant.languages import CODES, language
from assistant.settings import ROOT, Settings
from assistant.surfaces.admin.branding_form import ALONE
from assistant.surfaces.web import app
from tests.test_admin import HERE, MARKUP, SECRET, form_token, one, quick_passwords, sign_in  # noqa: F401
from tests.test_branding_docs import EXAMPLE
from tests.test_branding_file import SHAPE, png

BRANDING = ROOT / "assistant" / "branding"
COMMENTED = """\
# Ours. Ask Ada before changing it.
name = "ACME"   # the short one
privacy_link = "https://acme.example/privacy"

[colours.light]
accent = "#5b2a86"  # as on the letterhead
"""


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "acme" / "branding.toml"
    path.parent.mkdir()
    path.write_text(COMMENTED, encoding="utf-8")
    return Settings(data=tmp_path / "data", branding=path)


def opened(assistant, settings):
    people = People(Database.of(settings))
    people.add("ada", Role.ADMIN, SECRET, by="setup")
    client = TestClient(app(lambda: assistant, settings), follow_redirects=False)
    assert sign_in(client, "ada").status_code == 303
    return client


@pytest.fixture
def ada(assistant, settings):
    return opened(assistant, settings)


def fields(page: str) -> dict[str, str]:
    """What the form would send if nobody changed anything."""
    form = one(r'(?s)<form method="post"[^>]*id="branding".*?>(.*?)</form>', page)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = attributes.get("type")
        if kind == "file" or (kind in ("checkbox", "radio") and not re.search(r"\schecked\b", tag)):
            continue
        found[attributes["name"]] = unescape(attributes.get("value", "on"))
    for name, value in re.findall(r'(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form):
        found[name] = unescape(value)
    return found


def send(client, act="save", file=None, headers=HERE, lang="en", **changes):
    given = (
        fields(client.get("/admin/branding").text)
        | {"act": act}
        | {key.replace("__", "."): value for key, value in changes.items()}
    )
    files = {"logo": file} if file else {"logo": ("", b"")}
    return client.post(f"/admin/branding?lang={lang}", data=given, files=files, headers=headers)


def saved(client, answer):
    assert answer.status_code == 303, re.findall(r'class="(?:wrong|note)"[^>]*>(.*?)</p>', answer.text)
    return client.get("/admin/" + answer.headers["location"].rpartition("admin/")[2]).text


def wrong(answer) -> dict[str, str]:
    """What is said of each field that something is wrong with."""
    found = {}
    for place, inside in re.findall(r'(?s)<div id="([\w-]+)-said" data-part>(.*?)</div>', answer.text):
        said = re.findall(r'(?s)<p class="wrong">(.*?)</p>', inside)
        if said:
            found[place] = unescape(" ".join(said))
    return found


# --- the file ---------------------------------------------------------------------------------------------------------


def test_saving_changes_what_was_changed_and_keeps_comments_and_order(ada, settings, assistant):
    page = saved(ada, send(ada, colours__light__paper="#f7f5fa", handoff__mail="privacy@acme.example"))
    assert "Saved. It is in use already" in page
    assert settings.branding.read_text() == COMMENTED + (
        'paper = "#f7f5fa"\n\n[handoff]\nmail = "privacy@acme.example"\n'
    )
    assert "#f7f5fa" in ada.get(one(r'href="\./(brand/\w+/colours\.css)"', ada.get("/").text)).text
    [entry] = [each for _, each in entries(Database.of(settings)) if each.what == "branding changed"]
    assert (entry.who, entry.about) == ("ada", "branding.toml")
    assert entry.before == {}
    assert entry.after == {"colours.light.paper": "#f7f5fa", "handoff.mail": "privacy@acme.example"}


def test_saving_what_is_there_already_changes_nothing(ada, settings):
    page = saved(ada, send(ada))
    assert "nothing was changed" in page
    assert settings.branding.read_text() == COMMENTED
    assert "Earlier files" not in page


def test_every_key_is_in_the_form_and_comes_back_as_it_was(assistant, settings):
    (settings.branding.parent / "logo.svg").write_text(SHAPE)
    settings.branding.write_text(EXAMPLE, encoding="utf-8")
    client = opened(assistant, settings)
    sent = fields(client.get("/admin/branding").text)
    assert {key for key in keys() if key not in ALONE} <= set(sent)
    assert "nothing was changed" in saved(client, send(client))
    assert settings.branding.read_text(encoding="utf-8") == EXAMPLE
    saved(client, send(client, name="ACME Two"))
    assert settings.branding.read_text(encoding="utf-8") == EXAMPLE.replace('"ACME Hosting" ', '"ACME Two" ', 1)


def test_without_a_file_that_is_set_the_data_folder_holds_it(assistant, tmp_path):
    settings = Settings(data=tmp_path)
    client = opened(assistant, settings)
    assert str(tmp_path / "branding" / "branding.toml") in client.get("/admin/branding").text
    assert wrong(send(client, name="")) == {"name": "The company needs a name."}
    assert "Saved." in saved(client, send(client, name="ACME", starters__0="Is my card number shared?"))
    written = (tmp_path / "branding" / "branding.toml").read_text()
    assert tomllib.loads(written) == {"name": "ACME", "starters": ["Is my card number shared?"]}
    assert "<title>Branding · ACME</title>" in client.get("/admin/branding").text
    again = TestClient(app(lambda: assistant, settings))  # a server that starts now reads it, too
    assert "ACME" in again.get("/admin/sign-in").text


def test_a_file_that_somebody_broke_is_told_and_can_be_mended_here(ada, settings):
    settings.branding.write_text('name = "ACME"\ncolors = 1\n')
    page = ada.get("/admin/branding").text
    assert "did you mean" in unescape(page)
    saved(ada, send(ada))
    assert tomllib.loads(settings.branding.read_text()) == {"name": "ACME"}
    settings.branding.write_text("name = \n")
    saved(ada, send(ada))
    assert tomllib.loads(settings.branding.read_text()) == {"name": "ACME"}
    assert [each["name"] for each in kept(settings)] == ["ACME", "?"]


def test_who_saves_what_somebody_else_has_changed_is_told_first(ada, settings):
    old = fields(ada.get("/admin/branding").text)
    saved(ada, send(ada, name="Theirs"))
    told = ada.post(
        "/admin/branding", data=old | {"name": "Mine", "act": "save"}, headers=HERE, files={"logo": ("", b"")}
    )
    assert told.status_code == 409
    assert "Somebody else has changed the branding meanwhile." in told.text
    assert 'value="Mine"' in told.text
    assert tomllib.loads(settings.branding.read_text())["name"] == "Theirs"
    again = fields(told.text) | {"act": "save"}
    saved(ada, ada.post("/admin/branding", data=again, headers=HERE, files={"logo": ("", b"")}))
    assert tomllib.loads(settings.branding.read_text())["name"] == "Mine"


def test_a_folder_that_may_not_be_written_is_told(ada, settings, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("assistant.branding.store.write_whole", refuse)
    told = send(ada, name="Other")
    assert told.status_code == 422
    assert "cannot be written: permission denied" in unescape(told.text)
    assert settings.branding.read_text() == COMMENTED
    assert [each for _, each in entries(Database.of(settings)) if each.what == "branding changed"] == []


# --- what is wrong ----------------------------------------------------------------------------------------------------


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


def test_a_starter_that_is_not_answered_is_told_and_may_be_saved(ada, settings):
    told = send(ada, "preview", starters__0="Is my card number shared?", starters__1="do you use facial recognition?")
    doubts = re.findall(r'(?s)id="(starters-\d)-said" data-part>\s*<p class="doubt">(.*?)</p>', told.text)
    assert [place for place, _ in doubts] == ["starters-1"]
    assert "No policy shown answers this" in doubts[0][1]
    saved(ada, send(ada, starters__0="do you use facial recognition?"))
    assert tomllib.loads(settings.branding.read_text())["starters"] == ["do you use facial recognition?"]


# --- the logo -----------------------------------------------------------------------------------------------------------


def logo_of(client):
    page = client.get("/admin/branding").text
    return client.get("/" + one(r'<img class="logo" src="\.\./(brand/[^"]+)"', page))


def test_a_logo_is_sent_shown_changed_and_taken_away(ada, settings):
    folder = settings.branding.parent
    (folder / "logo.svg").write_text("<!-- somebody's own -->")
    saved(ada, send(ada, file=("C:\\my logo.SVG", SHAPE.encode())))
    assert logo_of(ada).text == SHAPE
    first = tomllib.loads(settings.branding.read_text())["logo"]
    assert re.fullmatch(r"logo-[0-9a-f]{12}\.svg", first)
    saved(ada, send(ada, file=("logo.png", png())))
    assert logo_of(ada).content == png()
    assert not (folder / first).exists()
    saved(ada, send(ada, no_logo="on"))
    assert "logo" not in tomllib.loads(settings.branding.read_text())
    assert sorted(each.name for each in folder.iterdir() if not each.name.startswith(".")) == [
        "branding.toml",
        "logo.svg",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.svg", SHAPE.replace("<path", "<script>alert(1)</script><path").encode(), 'the element "script"'),
        ("a.svg", SHAPE.replace("<path", "<path onload='alert(1)'").encode(), 'the handler "onload"'),
        ("a.jpg", b"\xff\xd8\xff\xe0", "neither an SVG nor a PNG"),
        ("<img src=x onerror=alert(1)>.svg", b"<html>", "which"),
        ("a.png", png()[:40], "cut off"),
        ("a.svg", b"<svg>" + b" " * 200_001, "at most 200,000 are served"),
        ("a.svg", b"x" * 1_900_000, "at most 200,000 are served"),
    ],
)
def test_a_picture_that_is_not_safe_or_too_large_is_told_at_its_field(ada, settings, name, content, said):
    told = send(ada, file=(name, content))
    assert told.status_code == 422
    assert "This picture cannot be used:" in wrong(told)["logo"]
    assert said in wrong(told)["logo"]
    assert "<img src=x" not in told.text
    assert settings.branding.read_text() == COMMENTED


def test_an_upload_that_is_far_too_large_is_read_no_further(ada):
    told = send(ada, file=("a.svg", b"x" * 2_200_000))
    assert told.status_code == 413
    assert "larger than 2 MB" in told.text


def test_a_logo_that_was_looked_at_is_saved_without_being_sent_again(ada, settings):
    looked = send(ada, "preview", file=("a.svg", SHAPE.encode()))
    version = one(r'class="logo-now" src="\.\./(brand/\w+/logo\.svg)"', looked.text)
    assert ada.get("/" + version).text == SHAPE
    again = fields(looked.text) | {"act": "save"}
    saved(ada, ada.post("/admin/branding", data=again, files={"logo": ("", b"")}, headers=HERE))
    assert logo_of(ada).text == SHAPE


# --- looking ------------------------------------------------------------------------------------------------------------


def token_of(answer) -> str:
    return one(r'<iframe[^>]* src="\.\./\?preview=([\w-]+)&amp;lang=', answer.text)


def test_what_is_looked_at_is_shown_to_who_has_its_address_and_to_nobody_else(ada, settings):
    looked = send(ada, "preview", colours__light__accent="#123456", name="Not yet")
    assert settings.branding.read_text() == COMMENTED
    sheet = one(r'href="\./(brand/\w+/colours\.css)"', ada.get("/", params={"preview": token_of(looked)}).text)
    assert "#123456" in ada.get("/" + sheet).text
    live = one(r'href="\./(brand/\w+/colours\.css)"', ada.get("/").text)
    assert live != sheet
    assert "#5b2a86" in ada.get("/" + live).text
    ended = one(r'href="\./(brand/\w+/colours\.css)"', ada.get("/", params={"preview": "invented"}).text)
    assert ended == live


def test_what_cannot_be_used_leaves_the_last_preview(ada):
    looked = send(ada, "preview", name="Not yet")
    typed = fields(looked.text) | {"name": "", "act": "preview"}
    told = ada.post("/admin/branding", data=typed, files={"logo": ("", b"")}, headers=HERE)
    assert told.status_code == 200
    assert wrong(told)["name"]
    assert token_of(told) == token_of(looked)
    assert "the preview shows the last that could" in told.text


def test_the_preview_is_framed_by_this_server_alone(ada):
    rules = ada.get("/", params={"preview": "x"}).headers["content-security-policy"]
    assert "frame-ancestors 'self'" in rules
    assert "frame-src 'self'" in ada.get("/admin/branding").headers["content-security-policy"]


# --- policies and roles ---------------------------------------------------------------------------------------------------


def test_policies_are_chosen_and_others_are_unknown_from_then_on(ada, settings):
    assert ada.get("/policy/vps6").status_code == 200
    saved(ada, send(ada, shown="chosen", **{"policy:rackspace": "on"}))
    assert tomllib.loads(settings.branding.read_text())["policy"] == "rackspace"
    assert ada.get("/policy/vps6").status_code == 404
    saved(ada, send(ada, **{"policy:vps6": "on"}))
    assert sorted(tomllib.loads(settings.branding.read_text())["policy"]) == ["rackspace", "vps6"]
    saved(ada, send(ada, shown="every"))
    assert "policy" not in tomllib.loads(settings.branding.read_text())
    assert ada.get("/policy/vps6").status_code == 200


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


# --- going back -----------------------------------------------------------------------------------------------------------


def kept(settings) -> list[dict]:
    folder = settings.data / "branding" / "earlier"
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [{**each, "name": Earlier.model_validate(each).name} for each in found]


def restore(client, number):
    return client.post("/admin/branding/restore", data={"token": form_token(client), "number": number}, headers=HERE)


def test_an_earlier_file_comes_back_with_its_logo_and_the_present_one_is_kept(ada, settings):
    saved(ada, send(ada, file=("a.svg", SHAPE.encode())))
    with_logo = settings.branding.read_text()
    saved(ada, send(ada, no_logo="on", name="Other"))
    page = saved(ada, restore(ada, "2"))
    assert "The earlier file is in use again." in page
    assert settings.branding.read_text() == with_logo
    assert logo_of(ada).text == SHAPE
    assert [each["name"] for each in kept(settings)] == ["ACME", "ACME", "Other"]
    saved(ada, restore(ada, "1"))
    assert settings.branding.read_text() == COMMENTED
    whats = [each.what for _, each in entries(Database.of(settings)) if each.what.startswith("branding")]
    assert whats == ["branding restored"] * 2 + ["branding changed"] * 2
    assert re.findall(r'name="number" value="(\d)"', ada.get("/admin/branding").text) == ["4", "3", "2", "1"]


def test_a_logo_that_somebody_put_there_meanwhile_is_not_overwritten(assistant, settings):
    logo = settings.branding.parent / "logo.svg"
    logo.write_text(SHAPE)
    settings.branding.write_text(COMMENTED.replace("privacy_link", 'logo = "logo.svg"\nprivacy_link'))
    client = opened(assistant, settings)
    saved(client, send(client, no_logo="on"))
    logo.write_text(SHAPE.replace("#135", "#900"))
    saved(client, restore(client, "1"))
    assert logo_of(client).text == SHAPE
    assert "#900" in logo.read_text()


@pytest.mark.parametrize("number", ["", "7", "-1", MARKUP])
def test_there_is_no_going_back_to_what_is_not_there(ada, settings, number):
    told = restore(ada, number)
    assert told.status_code == 422
    assert "there is no earlier branding file" in told.text
    assert settings.branding.read_text() == COMMENTED


def test_a_file_that_cannot_be_read_is_told_of_on_the_page(ada, settings):
    settings.branding_file.unlink()
    settings.branding_file.mkdir()
    page = ada.get("/admin/branding")
    assert page.status_code == 200
    assert "cannot be read: is a directory" in unescape(page.text)
    assert send(ada, name="Acme").status_code == 422
