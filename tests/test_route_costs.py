"""Every route of the real application declares what it costs, and the limits are told so, also below a path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from assistant.settings import Settings
from assistant.surfaces.middleware.route_costs import Cost, cost_of, declared, free, work
from assistant.surfaces.web import app
from tests.problem_documents import problem
from tests.stand_in import StandIn

TOKEN = "a long and secret token"  # noqa: S105


@pytest.fixture(scope="module")
def application(tmp_path_factory) -> FastAPI:
    return app(StandIn, Settings(data=tmp_path_factory.mktemp("site")))  # type: ignore[arg-type]


def routes_of(routes: list[BaseRoute], above: str = "") -> Iterator[tuple[str, Cost | None]]:
    """Every route, those of what is mounted too: its path and what it declares."""
    for each in iter_route_contexts(routes):
        path = above + str(each.path)
        if isinstance(each.original_route, Mount):
            cost = declared(each.app)
            if cost is None and each.routes:
                yield from routes_of(each.routes, path)
            else:
                yield path + "/...", cost
        else:
            yield path, declared(each.endpoint)


def scope_of(application: object, method: str, path: str, root: str = "") -> dict[str, object]:
    return {"type": "http", "app": application, "method": method, "path": root + path, "root_path": root, "headers": []}


def test_every_route_declares_what_it_costs(application):
    found = list(routes_of(application.routes))
    assert {"/openapi.json", "/api/ask", "/desk", "/embed.js", "/plainclause/...", "/gradio_api/queue/join"} <= {
        path for path, _ in found
    }
    assert [path for path, cost in found if cost is None] == [], "declare them where they are defined: @free or @work"


COSTS = {
    Cost.WORK: [
        "POST /api/ask",
        "POST /api/compare",
        "POST /api/feedback",
        "GET /api/search",
        "GET /api/clauses",
        "GET /api/policies/vps6",
        "GET /api/policies/vps6/changes",
        "GET /api/policies/vps6/outline",
        "GET /policy/vps6",
        "GET /desk/changes",
        "GET /desk/outline",
        "GET /desk/compare.csv",
        "GET /readyz",
        "POST /gradio_api/queue/join",
        "PUT /api/ask",  # as the router has it: another method of a route that makes work
    ],
    Cost.FREE: [
        "GET /",
        "GET /embed",
        "GET /embed.js",
        "GET /desk",
        "GET /healthz",
        "GET /metrics",
        "GET /openapi.json",
        "GET /api/policies",
        "GET /api/searching",
        "GET /plainclause/chat.js",
        "GET /assets/index.js",
        "GET /theme.css",
        "GET /gradio_api/queue/data",
        "GET /gradio_api/heartbeat/x",
        "POST /gradio_api/cancel",
        "POST /anything",  # nothing is there
        "GET /gradio_api/queue/join",
    ],
}
EXAMPLES = [(cost, each) for cost, asked in COSTS.items() for each in asked if not each.startswith("PUT")]


@pytest.mark.parametrize("root", ["", "/privacy"])
@pytest.mark.parametrize(("cost", "asked"), EXAMPLES)
def test_a_request_costs_what_its_route_declares(application, cost, asked, root):
    method, path = asked.split()
    assert cost_of(scope_of(application, method, path, root)) is cost
    if method == "GET":
        assert cost_of(scope_of(application, "HEAD", path, root)) is cost
    if root:  # what is not below the path is another site's, and no route's
        assert cost_of(scope_of(application, method, path + "/elsewhere", "/other")) in Cost


def answer(_: object) -> PlainTextResponse:
    return PlainTextResponse("fine")


def test_what_declares_nothing_counts_as_work_and_what_is_found_is_kept():
    application, included = FastAPI(openapi_url=None), APIRouter(prefix="/in")
    included.add_route("/undeclared", answer)
    included.add_api_route("/free", free(lambda: "fine"))
    application.include_router(included)
    application.mount("/undeclared", PlainTextResponse("fine"))
    application.mount("/free", free(PlainTextResponse("fine")))
    application.mount("/work", work(PlainTextResponse("fine")))
    application.mount("/deep", FastAPI(openapi_url=None, routes=[Route("/free", free(PlainTextResponse("fine")))]))
    costs = {
        "/in/undeclared": Cost.WORK,
        "/in/free": Cost.FREE,
        "/undeclared/x": Cost.WORK,
        "/free/x": Cost.FREE,
        "/work/x": Cost.WORK,
        "/deep/free": Cost.FREE,
        "/deep/other": Cost.WORK,
        "/nowhere": Cost.WORK,
    }
    for path, cost in costs.items():
        scope = scope_of(application, "GET", path)
        assert cost_of(scope) is cost, path
        assert cost_of({**scope, "path": "/elsewhere"}) is cost, "found once"
    assert cost_of(scope_of(None, "GET", "/in/free")) is Cost.WORK, "no application is known"


@pytest.mark.parametrize("root", ["", "/privacy"])
@pytest.mark.parametrize("path", ["/policy/new", "/api/policies/new/outline", "/desk/outline", "/readyz"])
def test_the_real_application_limits_what_makes_work_and_nothing_else(tmp_path, path, root):
    settings = Settings(data=tmp_path, requests_per_minute=2, root_path=root, desk_token=TOKEN)
    with TestClient(app(StandIn, settings), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        client.headers["authorization"] = f"Bearer {TOKEN}"
        for method in ("HEAD", "GET"):
            assert client.request(method, root + path).status_code != 429
        assert client.head(root + path).status_code == 429
        problem(client.get(root + path), 429)
        for each in ("/", "/healthz", "/desk", "/embed.js", "/api/policies", "/gradio_api/app_id"):
            assert client.get(root + each).status_code == 200
