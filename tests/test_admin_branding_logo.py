"""The logo on the page of branding: sent, shown, changed and taken away; what is not safe or too large is told at its field."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.branding_page import COMMENTED, branded, fields, logo_of, opened, restore, saved, send, wrong
from tests.company_pages import HERE, one, quick_passwords  # noqa: F401
from tests.test_branding_file import SHAPE, png


@pytest.fixture
def settings(tmp_path):
    return branded(tmp_path)


@pytest.fixture
def ada(assistant, settings):
    return opened(assistant, settings)


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
