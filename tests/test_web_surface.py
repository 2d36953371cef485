"""The whole web surface, the API with the page mounted on it: headers, limits and who is let in. The answers are a stand-in's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from assistant.languages import CODES, language
from assistant.settings import Settings
from assistant.surfaces.api.bodies import MAX_BODY
from assistant.surfaces.chat.blocks import about
from assistant.surfaces.render.names import escaped
from assistant.surfaces.web import app
from tests.problem_documents import problem
from tests.stand_in import StandIn


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole web surface: the API with the page mounted on it."""
    settings = Settings(data=tmp_path_factory.mktemp("site"))
    with TestClient(app(StandIn, settings), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


def gradio_config(client: TestClient) -> Any:
    """What Gradio's page is made of, as the page itself tells its script."""
    [told] = re.findall(r"window\.gradio_config = (.*?);</script>", client.get("/").text)
    return json.loads(told)


# --- the page's server ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/api/policies", "/api/ask", "/theme.css", "/plainclause/chat.js"])
def test_every_response_has_the_security_headers(site: TestClient, path: str) -> None:
    headers = site.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_where_questions_go(code: str) -> None:
    nowhere, line = about(language(code)), language(code).say("chat.what_it_is")
    assert line in nowhere
    for address in ("https://models.acme.example:8443/v1", "http://models.acme.example"):
        said = about(language(code), address)
        assert language(code).say("chat.what_it_is_with_model", host=escaped("models.acme.example")) in said
        assert line not in said
    assert "<b>" not in about(language(code), "http://<b>x</b>/v1")


def test_the_page_of_a_company_with_a_language_model_promises_no_more_than_it_keeps(tmp_path: Path) -> None:
    client = limited(tmp_path, reader_url="http://models.acme.example/v1")
    promise = language("en").say("chat.what_it_is")
    with_model = language("en").say("chat.what_it_is_with_model", host=escaped("models.acme.example"))
    config = json.dumps(gradio_config(client), ensure_ascii=False)
    assert with_model in config
    assert promise not in config
    config = json.dumps(gradio_config(limited(tmp_path)), ensure_ascii=False)
    assert promise in config


def test_other_origins_are_not_let_in(site: TestClient) -> None:
    headers = {"origin": "https://evil.example", "host": "plainclause.example"}
    for path in ("/", "/theme.css", "/api/policies"):
        assert "access-control-allow-origin" not in site.get(path, headers=headers).headers


def test_the_body_limit_holds_for_the_page_too(site: TestClient) -> None:
    problem(site.post("/gradio_api/queue/join", content=b" " * (MAX_BODY + 1)), 413)


def test_the_api_stays_itself_under_the_page(site: TestClient) -> None:
    assert site.post("/api/ask", json={"question": "is it?"}).json()["outcome"] == "no"
    problem(site.get("/api/nothing"), 404)
    problem(site.get("/api/ask"), 405)
    problem(site.post("/api/ask", json={"question": "explode"}), 500)


def test_the_server_says_when_it_is_ready(site: TestClient) -> None:
    assert site.get("/healthz").json()["status"] == "ok"
    assert site.get("/readyz").json() == {"status": "ready", "index": "g1", "policies": 2}


# --- the limits of the whole surface --------------------------------------------------------------------------------------


def limited(tmp_path: Path, **given: object) -> TestClient:
    return TestClient(app(StandIn, Settings(data=tmp_path, **given)), raise_server_exceptions=False)  # type: ignore[arg-type]


def test_one_address_is_told_when_to_come_back(tmp_path: Path) -> None:
    client = limited(tmp_path, requests_per_minute=2)
    for _ in range(2):
        assert client.post("/api/ask", json={"question": "is it?"}).status_code == 200
    refused = client.post("/api/ask", json={"question": "is it?"})
    problem(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert client.get("/").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_staff_pages_are_closed_to_all_but_staff(tmp_path: Path) -> None:
    problem(limited(tmp_path).get("/metrics"), 403)
    client = limited(tmp_path, desk_token="a long and secret token")  # noqa: S106
    problem(client.get("/metrics"), 401)
    client.post("/api/ask", json={"question": "is it?"})
    shown = client.get("/metrics", headers={"authorization": "Bearer a long and secret token"})
    assert 'plainclause_answers_total{outcome="no",surface="api"} 1.0' in shown.text


def test_only_allowed_origins_may_frame_the_chat_and_call_the_api(tmp_path: Path) -> None:
    portal = "https://portal.example"
    client = limited(tmp_path, origins=(portal,))
    frames = {path: re.search("frame-ancestors ([^;]*)", client.get(path).headers["content-security-policy"])[1]  # type: ignore[index]
              for path in ("/", "/embed")}  # fmt: skip
    assert frames == {"/": "'self'", "/embed": f"'self' {portal}"}
    for origin, allowed in ((portal, portal), ("https://evil.example", None)):
        found = client.post("/api/ask", json={"question": "is it?"}, headers={"origin": origin}).headers
        assert found.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in found


@pytest.mark.parametrize(
    "origin",
    ["*", "portal.example", "https://portal.example/", "https://a.example https://*.b.example", "https://a;script-src"],
)
def test_an_origin_that_is_none_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        Settings(origins=origin)
