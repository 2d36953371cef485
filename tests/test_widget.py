"""The widget's script and who may frame the chat, as the server tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.languages import CODES
from assistant.settings import ROOT, Settings
from assistant.surfaces.assets import STATIC
from assistant.surfaces.web import app
from tests.stand_in import StandIn

PORTAL = "https://portal.example"
EVIL = "https://evil.example"
SECRET = SecretStr("what-no-page-may-hold")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path_factory.mktemp("site"), origins=(PORTAL,), desk_token=SECRET)
    with TestClient(app(StandIn, settings)) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site as it is without settings."""
    with TestClient(app(StandIn, Settings(data=tmp_path_factory.mktemp("closed")))) as client:  # type: ignore[arg-type]
        yield client


def framed_by(client: TestClient, path: str) -> str:
    policy = client.get(path).headers["content-security-policy"]
    [sources] = re.findall(r"frame-ancestors ([^;]*)", policy)
    return str(sources)


def test_a_page_that_embeds_the_chat_pays_less_than_8_kb(site: TestClient) -> None:
    script = site.get("/embed.js", headers={"accept-encoding": "identity"})
    assert script.status_code == 200
    assert len(script.content) < 8192
    lines = [line.strip() for line in (STATIC / "embed.js").read_text(encoding="utf-8").splitlines()]
    assert script.text.splitlines() == [line for line in lines if line and not line.startswith("//")]


def test_the_script_is_kept_for_minutes_and_then_asked_for_again_by_its_tag(site: TestClient) -> None:
    first = site.get("/embed.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["x-content-type-options"] == "nosniff"
    found = re.fullmatch(r"public, max-age=(\d+)", first.headers["cache-control"])
    assert found
    assert 60 <= int(found[1]) <= 3600
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}"):  # nginx weakens the tag of what it compresses
        again = site.get("/embed.js", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert site.get("/embed.js", headers={"if-none-match": '"other"'}).status_code == 200
    assert site.get("/embed.js?v=2").content == first.content
    head = site.head("/embed.js")
    assert (head.status_code, head.content) == (200, b"")


def test_the_script_is_the_same_for_everybody_and_sets_no_cookie(site: TestClient, closed: TestClient) -> None:
    script = site.get("/embed.js", headers={"origin": PORTAL, "referer": PORTAL})
    assert script.content == closed.get("/embed.js", headers={"origin": EVIL}).content
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in script.headers


def test_only_the_origins_of_the_settings_may_frame_the_chat_and_only_at_embed(
    site: TestClient, closed: TestClient
) -> None:
    assert framed_by(site, "/embed") == f"'self' {PORTAL}"
    assert framed_by(site, "/embed?host=https://evil.example") == f"'self' {PORTAL}"
    assert framed_by(site, "/") == "'self'"
    assert framed_by(closed, "/embed") == "'self'"


def test_only_the_desks_own_origins_may_frame_the_desk_and_what_it_leads_to(site: TestClient, tmp_path: Path) -> None:
    desk = "https://acme.zendesk.example"
    settings = Settings(data=tmp_path, origins=(PORTAL,), desk_origins=(desk,), desk_token=SECRET)
    headers = {"authorization": f"Bearer {SECRET.get_secret_value()}"}
    with TestClient(app(StandIn, settings), headers=headers) as framed:  # type: ignore[arg-type]
        for path in ("/desk/changes", "/policy/new", "/policy/none"):
            assert framed_by(framed, path) == f"'self' {desk}"
        assert framed_by(framed, "/embed") == f"'self' {PORTAL}"
        assert framed_by(framed, "/") == "'self'"
        asked = framed.get("/api/policies", headers={"origin": desk})
        assert "access-control-allow-origin" not in asked.headers
    assert framed_by(site, "/policy/new") == "'self'"
    with pytest.raises(ValueError, match="is no origin"):
        Settings(desk_origins=("https://*.zendesk.example",))


def test_the_api_lets_in_the_origins_of_the_settings_and_no_other(site: TestClient) -> None:
    def let_in(origin: str) -> str | None:
        return site.get("/api/policies", headers={"origin": origin}).headers.get("access-control-allow-origin")

    assert let_in(PORTAL) == PORTAL
    for other in (EVIL, "null", PORTAL + ".evil.example", "http://portal.example"):
        assert let_in(other) is None
    asked = {"origin": EVIL, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert "access-control-allow-origin" not in site.options("/api/ask", headers=asked).headers
    asked["origin"] = PORTAL
    assert site.options("/api/ask", headers=asked).headers["access-control-allow-origin"] == PORTAL


def test_neither_the_script_nor_the_embedded_page_holds_a_secret_or_a_cookie(site: TestClient) -> None:
    for path in ("/embed.js", "/embed", "/plainclause/embedded.js", "/theme.css"):
        response = site.get(path)
        assert response.status_code == 200
        assert SECRET.get_secret_value() not in response.text
        assert "set-cookie" not in response.headers


def test_the_page_loads_the_embedded_pages_script_from_beside_it(site: TestClient) -> None:
    [script] = set(re.findall(r"\./(plainclause/[0-9a-f]+/)embedded\.js", site.get("/embed").text))
    assert site.get(f"/{script}embedded.js").status_code == 200
    assert site.get(f"/{script}embedded.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["embed.js", "embedded.js"])
def test_messages_go_to_one_origin_and_nothing_is_stored(name: str) -> None:
    script = (STATIC / name).read_text(encoding="utf-8")
    assert re.findall(r"postMessage\([^;]*, ([\w.]+)\)", script) == [{"embed.js": "base.origin"}.get(name, "host")]
    assert script.count("postMessage") == 1
    assert not re.search(r"document\.cookie|indexedDB|sessionStorage|\.setItem\(|innerHTML|\beval\b", script)


@pytest.mark.parametrize("name", ["embed.js", "embedded.js"])
def test_the_scripts_have_words_in_every_language(name: str) -> None:
    script = (STATIC / name).read_text(encoding="utf-8")
    for code in CODES:
        assert re.search(rf"\b{code}: [{{\"]", script), code


def test_the_page_about_embedding_says_what_the_demo_does() -> None:
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    portal = (ROOT / "docs" / "portal" / "index.html").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "make demo-portal" in page
    [port] = set(re.findall(r"http\.server (\d+)", makefile))
    assert f"PLAINCLAUSE_ORIGINS=http://127.0.0.1:{port}" in page
    assert f"PLAINCLAUSE_ORIGINS=http://127.0.0.1:{port}" in makefile
    assert set(re.findall(r"http://[\w.:]+", portal)) == {f"http://127.0.0.1:{Settings.model_fields['port'].default}"}
    script = (STATIC / "embed.js").read_text(encoding="utf-8")
    read = ", ".join(re.findall(r"const \{ ([\w, ]+) \} = script\.dataset;", script)).split(", ")
    assert len(read) == 5
    for name in read:
        assert f"`data-{name}`" in page, name
    for name in re.findall(r"var\((--plainclause-\w+)", script):
        assert f"`{name}`" in page, name
    assert json.dumps({"plainclause": "ready"}) in page


@pytest.mark.parametrize("page", ["index.html", "ticket.html"])
def test_the_files_of_the_demo_are_there(page: str) -> None:
    portal = ROOT / "docs" / "portal"
    for name in re.findall(r'(?:src|href)="([\w.]+)"', (portal / page).read_text(encoding="utf-8")):
        assert (Path(portal) / name).is_file(), name
