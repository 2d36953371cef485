"""The page of branding: the form is the file; what is saved is in use at once, the file before kept; a preview is nobody else's."""

from __future__ import annotations

import json
import re
import tomllib
from html import unescape

import pytest
from starlette.testclient import TestClient

from assistant.company.accounts.audit import entries
from assistant.company.branding.editing import keys
from assistant.company.branding.store import Earlier
from assistant.company.database.engine import Database
from assistant.settings import Settings
from assistant.surfaces.admin.branding_form import ALONE
from assistant.surfaces.web import app
from tests.branding_page import COMMENTED, branded, fields, logo_of, opened, restore, saved, send, wrong
from tests.company_pages import HERE, MARKUP, one, quick_passwords  # noqa: F401
from tests.test_branding_docs import EXAMPLE
from tests.test_branding_file import SHAPE


@pytest.fixture
def settings(tmp_path):
    return branded(tmp_path)


@pytest.fixture
def ada(assistant, settings):
    return opened(assistant, settings)


def kept(settings) -> list[dict]:
    folder = settings.data / "branding" / "earlier"
    found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [{**each, "name": Earlier.model_validate(each).name} for each in found]


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

    monkeypatch.setattr("assistant.company.branding.store.write_whole", refuse)
    told = send(ada, name="Other")
    assert told.status_code == 422
    assert "cannot be written: permission denied" in unescape(told.text)
    assert settings.branding.read_text() == COMMENTED
    assert [each for _, each in entries(Database.of(settings)) if each.what == "branding changed"] == []


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


# --- policies ---------------------------------------------------------------------------------------------------------


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


# --- going back -------------------------------------------------------------------------------------------------------


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
