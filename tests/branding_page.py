"""A company's branding file, the page where it is changed, and what the page says."""

from __future__ import annotations

import re
from html import unescape

from starlette.testclient import TestClient

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.settings import Settings
from assistant.surfaces.web import app
from tests.company_pages import HERE, SECRET, form_token, one, sign_in

COMMENTED = """\
# Ours. Ask Ada before changing it.
name = "ACME"   # the short one
privacy_link = "https://acme.example/privacy"

[colours.light]
accent = "#5b2a86"  # as on the letterhead
"""


def branded(folder) -> Settings:
    path = folder / "acme" / "branding.toml"
    path.parent.mkdir()
    path.write_text(COMMENTED, encoding="utf-8")
    return Settings(data=folder / "data", branding=path)


def opened(assistant, settings):
    people = People(Database.of(settings))
    people.add("ada", Role.ADMIN, SECRET, by="setup")
    client = TestClient(app(lambda: assistant, settings), follow_redirects=False)
    assert sign_in(client, "ada").status_code == 303
    return client


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


def logo_of(client):
    page = client.get("/admin/branding").text
    return client.get("/" + one(r'<img class="logo" src="\.\./(brand/[^"]+)"', page))


def restore(client, number):
    return client.post("/admin/branding/restore", data={"token": form_token(client), "number": number}, headers=HERE)
