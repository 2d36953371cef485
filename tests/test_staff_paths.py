"""Which paths are the staff's: the desk and the metrics, below any root path and by websocket, too; and none leads past the door."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from assistant.surfaces.middleware.sign_in import STAFF, SignIn
from assistant.surfaces.middleware.subpath import SubPath
from tests.staff_door import AWAY, CHALLENGE, NOBODY, TOKEN, basic, closed_by, visit


@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/desk", True), ("/desk/", True), ("/desk/gradio_api/queue/join", True), ("/metrics", True), ("/metrics/x", True),
        ("/", False), ("/desks", False), ("/api/ask", False), ("/policy/desk", False), ("/metricsx", False), ("", False),
    ],
)  # fmt: skip
def test_the_desk_and_the_metrics_are_closed_and_nothing_else(path, closed):
    assert bool(STAFF(path)) is closed
    assert visit(closed_by(), path=path, client=AWAY)[0] == (403 if closed else 200)


def test_what_is_closed_can_be_chosen():
    app = SignIn(PlainTextResponse("inside"), lambda path: path == "/till", **NOBODY, listens_locally=True)
    assert visit(app, path="/desk", client=AWAY)[0] == 200
    assert visit(app, path="/till", client=AWAY)[0] == 403


async def _secret(scope, receive, send):
    await PlainTextResponse("secret")(scope, receive, send)


pieces = st.sampled_from(
    ["/", "desk", "metrics", "/desk", "/metrics", "privacy", "/privacy", ".", "..", "//", "\n", "x", ""]
)


@given(st.lists(pieces, max_size=5).map("".join), st.sampled_from(["", "/", "/privacy", "/privacy/", "/desk", "/de"]))
def test_no_path_and_no_root_path_leads_past_the_door(path, root_path):
    app = Starlette(
        routes=[Route("/desk", _secret_page), Route("/metrics", _secret_page), Mount("/desk", _secret)],
        middleware=[Middleware(SignIn, **NOBODY, listens_locally=True)],
    )
    code, _, body = visit(app, path="/" + path, root_path=root_path, client=AWAY)
    assert b"secret" not in body
    assert code in (307, 403, 404)


def _secret_page(request):
    return PlainTextResponse("secret")


@pytest.mark.parametrize("root_path", ["", "/privacy"])
@pytest.mark.parametrize("path", ["/desk", "/metrics"])
def test_below_a_root_path_the_desk_is_closed_too(path, root_path):
    app = FastAPI()
    app.add_middleware(SignIn, **NOBODY, listens_locally=True)
    app.add_route("/desk", _secret_page)
    app.add_route("/metrics", _secret_page)
    for asked in (path, root_path + path):
        assert visit(app, path=asked, root_path=root_path)[0] == 200
        assert visit(app, path=asked, root_path=root_path, client=AWAY)[0] == 403


async def _talk(websocket):
    await websocket.accept()
    await websocket.send_text("secret")
    await websocket.close()


def test_websockets_are_refused_like_requests():
    inner = Starlette(routes=[WebSocketRoute("/desk/talk", _talk), WebSocketRoute("/talk", _talk)])
    client = TestClient(closed_by(TOKEN, inner=inner))
    with client.websocket_connect("/talk") as socket:
        assert socket.receive_text() == "secret"
    with client.websocket_connect("/desk/talk", headers={"Authorization": basic("x", "käse-token").decode()}) as socket:
        assert socket.receive_text() == "secret"
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/desk/talk"):
        pass
    assert refused.value.status_code == 401
    assert refused.value.headers["www-authenticate"] == CHALLENGE


def test_a_server_that_cannot_answer_a_websocket_closes_it():
    async def plain(scope, receive, send):
        await closed_by(TOKEN)({**scope, "extensions": None}, receive, send)

    with pytest.raises(WebSocketDisconnect) as refused, TestClient(plain).websocket_connect("/desk/talk"):
        pass
    assert refused.value.code == 1008


def test_a_start_passes():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(closed_by(inner=app)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    ("asked", "led"), [("/privacy", "/privacy/"), ("/privacy?policy=a%26b&lang=de", "/privacy/?policy=a%26b&lang=de")]
)
def test_the_way_to_the_start_page_below_a_path_keeps_what_is_asked(asked, led):
    answer = TestClient(SubPath(PlainTextResponse("no"), "/privacy"), follow_redirects=False).get(asked)
    assert answer.headers["location"] == led
