"""What of Gradio is open: what the chat's page uses, and nothing else; and which scripts of that page may run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from gradio.routes import templates

from assistant.settings import Settings
from assistant.surfaces.chat.serving import _Through, door, page_template
from assistant.surfaces.web import app
from corpus.shelf.catalogue import Shelf
from tests.problem_documents import problem
from tests.stand_in import StandIn, policy_of

HOSTILE = "\"'><script>alert(1)</script><script>window.gradio_config = 1;alert(2)</script>"
OPEN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/theme.css"),
    ("GET", "/assets/{path:path}"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/app_id"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
}
"""What of Gradio's own routes is let through. Before a line is added: does the page use it?"""


class Hostile(StandIn):
    """A shelf whose names and words are markup."""

    def __init__(self) -> None:
        super().__init__()
        hostile = replace(policy_of("new", "old"), title=HOSTILE, provider=HOSTILE)
        self.policies = Shelf(self.policies.folder, {**self.policies.policies, "new": hostile})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path_factory.mktemp("site"))
    with TestClient(app(Hostile, settings), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


def gradios_app(site: TestClient) -> Any:
    """The application behind the door."""
    door: Any = site.app.routes[-1]  # type: ignore[attr-defined]
    return door.app.routes[0].endpoint._app


def gradios_routes(site: TestClient) -> set[tuple[str, str]]:
    return {
        (method, str(route.path))
        for route in iter_route_contexts(gradios_app(site).routes)
        for method in route.methods or ()
    }


def address(path: str) -> str:
    return re.sub(r"\{\w+:path\}", "x/y.js", path).replace("{", "").replace("}", "")


# --- what is open -----------------------------------------------------------------------------------------------------


def test_of_all_of_gradios_routes_only_those_that_the_page_uses_are_let_through(site: TestClient) -> None:
    routes = gradios_routes(site)
    assert len(routes) > 60
    seen = []

    async def behind(scope: Any, *_: object) -> None:
        seen.append(scope["path"])

    let_through = set()
    for method, path in routes:
        scope = {"type": "http", "method": method, "path": address(path), "root_path": "", "headers": []}
        for route in door(behind).routes:
            if route.matches(scope)[0].name == "FULL":
                if isinstance(route.endpoint, _Through):  # type: ignore[attr-defined]
                    let_through.add((method, path))
                break
    assert let_through == OPEN


def test_all_else_is_not_found(site: TestClient) -> None:
    for method, path in gradios_routes(site) - OPEN:
        if path == "/openapi.json":
            assert site.get(path).json()["info"]["title"] == "Plainclause", "it is ours that is there"
            continue
        response = site.request(method, address(path))
        assert response.status_code == 404, path
        if method != "HEAD":
            assert "nothing is open at" in problem(response, 404), path


@pytest.mark.parametrize(
    "path",
    ["config", "config/", "logout", "static/js/x.js", "pwa_icon", "manifest.json", "robots.txt", "favicon.ico", "login",
     "monitoring", "docs", "gradio_api", "gradio_api/", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/user",
     "gradio_api/token", "gradio_api/app_id/", "gradio_api/login_check", "gradio_api/startup-events", "gradio_api/upload",
     "gradio_api/file=/etc/passwd", "gradio_api/proxy=http://evil.example", "gradio_api/call/ask", "gradio_api/api/ask",
     "gradio_api/call/v2/ask", "gradio_api/run/predict", "gradio_api/queue/joined", "gradio_api/heartbeat/a/b",
     "gradio_api/queue/join/", "embed/", "embedded", "%67radio_api/info", "gradio_api/queue/../info"],
)  # fmt: skip
def test_nothing_is_open_at_an_address_that_the_page_does_not_use(site: TestClient, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert "nothing is open at" in problem(site.request(method, f"/{path}"), 404)


def test_an_open_address_is_open_for_its_own_method_only(site: TestClient) -> None:
    for method, path in (("POST", "/"), ("POST", "/embed"), ("GET", "/gradio_api/queue/join"), ("POST", "/theme.css")):
        problem(site.request(method, path), 404)
    for path in ("/", "/embed"):
        head = site.head(path)
        assert (head.status_code, head.content) == (200, b"")


def test_no_event_of_the_page_has_a_name_to_be_called_by(site: TestClient) -> None:
    [told] = re.findall(r"window\.gradio_api_info = (.*?);</script>", site.get("/").text)
    assert json.loads(told) == {"named_endpoints": {}, "unnamed_endpoints": {}}


# --- which scripts run ------------------------------------------------------------------------------------------------


class Scripts(HTMLParser):
    """The scripts of a page as a browser reads it: (nonce, address, text)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, str | None, str]] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "script":
            self.found.append((dict(attrs).get("nonce"), dict(attrs).get("src"), ""))
        self._open = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            nonce, src, text = self.found.pop()
            self.found.append((nonce, src, text + data))


@pytest.mark.parametrize("path", ["/", "/embed", f"/?policy=new&lang={HOSTILE}"])
def test_the_page_runs_only_its_own_scripts(site: TestClient, path: str) -> None:
    nonces = set()
    for _ in range(2):
        page = site.get(path, headers={"accept-encoding": "br, gzip"})
        rules = page.headers["content-security-policy"]
        [nonce] = re.findall(r"script-src 'self' 'nonce-([\w-]+)';", rules)
        nonces.add(nonce)
        assert "unsafe-eval" not in rules
        inline = [(found, text.strip()) for found, src, text in Scripts(page.text).found if src is None]
        assert len(inline) == page.text.count(nonce) == 4
        assert {found for found, _ in inline} == {nonce}
        begun = ("window.gradio_config = ", "window.gradio_api_info = ", "window.__gradio_mode__ = ", "const ce = ")
        assert [each for (_, text), each in zip(inline, begun, strict=True) if not text.startswith(each)] == []
        assert {found for found, src, _ in Scripts(page.text).found if src is not None} == {None}
        assert not re.findall(r'(?:src|href|content)="https?://', page.text)
    assert len(nonces) == 2, "each request has its own"


def test_markup_in_a_policys_name_is_words_to_the_page(site: TestClient) -> None:
    text = site.get("/").text
    assert "alert(2)" not in text, "which policies there are, the page asks when it is there"
    assert "<script>alert" not in text
    assert "<script>window.gradio_config = 1" not in text


def test_a_script_that_a_value_brings_into_the_page_gets_no_nonce() -> None:
    """Even where a value would stand in the page as it is."""
    source = (
        '<head><meta property="og:title" content="{{ config[\'title\'] }}" /><title>{{ title|safe }}</title></head>'
        '<script>window.gradio_config = {{ config | safe }};</script><script src="./x.js"></script>'
    )
    page = templates.env.from_string(page_template(source)).render(
        request=SimpleNamespace(scope={"plainclause.nonce": "N", "plainclause.head": "<link>"}),
        title=HOSTILE,
        config=HOSTILE,
    )
    assert page.count("<script nonce=") == page.count('nonce="N"') == 1
    assert '<script nonce="N">window.gradio_config = "\'>' in page
    assert page.count("<script>alert(1)</script>") == 2
    assert '<script src="./x.js">' in page
    assert "og:title" not in page
    assert page.index("<link></head>") > 0


def test_no_other_page_takes_a_nonce(site: TestClient) -> None:
    for path in ("/policy/new", "/policy/nobody"):
        response = site.get(path)
        assert response.headers["content-type"].startswith("text/html")
        assert "script-src 'self';" in response.headers["content-security-policy"]
        assert "nonce" not in response.text
        assert {src is None for _, src, _ in Scripts(response.text).found} <= {False}
