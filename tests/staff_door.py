"""The door of the staff's pages, closed by some credentials, and requests of all sorts to it."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from starlette.responses import PlainTextResponse

from assistant.surfaces.middleware.sign_in import SignIn

HERE = ("127.0.0.1", 5000)
AWAY = ("198.51.100.7", 5000)
CHALLENGE = 'Basic realm="Plainclause desk", charset="UTF-8"'
NOBODY: dict[str, Any] = {"token": None, "user": None, "password": None}
TOKEN = {**NOBODY, "token": "käse-token"}
PERSON = {**NOBODY, "user": "Jörg", "password": "a:b£ "}
BOTH = TOKEN | {"user": "Jörg", "password": "a:b£ "}


def closed_by(credentials=NOBODY, listens_locally=True, inner=None):
    return SignIn(inner or PlainTextResponse("inside"), **credentials, listens_locally=listens_locally)


def visit(app, path="/desk", client=HERE, host=b"localhost:7860", method="GET", headers=(), **scope):
    """Status, headers and body of a request as the server hands it on, byte for byte."""
    named = [(b"host", host)] if host is not None else []
    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"", "root_path": "", "http_version": "1.1",
        "scheme": "http", "client": client, "server": ("127.0.0.1", 7860), "headers": [*named, *headers],
    } | scope  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(each.get("body", b"") for each in sent)


def status(app, shown=None, **how):
    headers = [] if shown is None else [(b"authorization", shown)]
    return visit(app, headers=headers, **how)[0]


def basic(user, password):
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())
