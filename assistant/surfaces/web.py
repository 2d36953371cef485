"""The whole web surface as one application: the HTTP API, the chat, the desk, the widget; and its server."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.accounts.sessions import Sessions
from assistant.bootstrap.hot_reload import Latest
from assistant.database.engine import Database
from assistant.errors import BadSetting
from assistant.insight.noting import Noting
from assistant.model import Answer
from assistant.settings import Settings
from assistant.surfaces.admin.guard import token_of
from assistant.surfaces.admin.routes import admin
from assistant.surfaces.api.routes import api
from assistant.surfaces.assets import STATIC, static_version
from assistant.surfaces.chat.blocks import chat, theme
from assistant.surfaces.chat.events import Page
from assistant.surfaces.desk.routes import desk
from assistant.surfaces.middleware.metrics import Metrics
from assistant.surfaces.middleware.rate_limits import RateLimit, route_path
from assistant.surfaces.middleware.security_headers import Guard
from assistant.surfaces.middleware.sign_in import SignIn, is_desk, is_loopback
from assistant.surfaces.middleware.subpath import SubPath
from assistant.surfaces.widget.routes import widget

HEAD = """\
<link rel="stylesheet" href="./plainclause/VERSION/tokens.css">
<link rel="stylesheet" href="./plainclause/VERSION/marks.css">
<link rel="stylesheet" href="./plainclause/VERSION/chat.css">
<link rel="stylesheet" href="./plainclause/VERSION/conversation.css">
<link rel="stylesheet" href="./plainclause/VERSION/document.css">
<link rel="stylesheet" href="./plainclause/VERSION/embedded.css">
<link rel="icon" href="./plainclause/icon.svg">
<script type="module" src="./plainclause/VERSION/chat.js"></script>
<script type="module" src="./plainclause/VERSION/embedded.js"></script>
"""


def app(latest: Latest, settings: Settings) -> FastAPI:
    """The whole web surface of the latest assistant: the API, and the chat at `/`."""
    database = Database.of(settings)
    metrics, model = Metrics(latest), settings.reader_url
    noting = Noting(database, settings)

    def answered(question: str, policy: str | None, answer: Answer, seconds: float, language: str) -> None:
        metrics.answered("chat", answer.outcome)
        noting.answered("chat", question, policy, answer, seconds, language)

    page = Page(latest, answered, with_model=model is not None)

    @asynccontextmanager
    async def served(_: FastAPI) -> AsyncIterator[None]:
        noting.begin()
        yield
        page.end()
        noting.end()

    application = api(latest, settings, metrics, served, database, noting)
    # Under its version first: what a script imports is then of the same version as the script.
    application.mount(f"/plainclause/{static_version()}", StaticFiles(directory=STATIC))
    application.mount("/plainclause", StaticFiles(directory=STATIC))
    application.include_router(widget())
    application.include_router(desk(latest, settings))
    application.include_router(admin(latest, settings, database))
    staff: dict[str, Any] = {
        "token": _told(settings.desk_token),
        "user": settings.desk_user,
        "password": _told(settings.desk_password),
        "listens_locally": is_loopback(settings.host),
    }
    sessions = Sessions(database)

    async def signed_in(scope: Scope) -> bool:
        token = token_of(scope) if is_desk(route_path(scope)) else ""
        return bool(token) and await run_in_threadpool(sessions.who, token) is not None

    staff["signed_in"] = signed_in
    SignIn(application, **staff)  # middleware is made with the first request: a setting that is wrong is told now
    # Each stands outside those before it.
    application.add_middleware(RateLimit, per_minute=settings.requests_per_minute)
    application.add_middleware(SignIn, **staff)
    # Without this middleware Gradio lets any origin in.
    application.add_middleware(
        CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    application.add_middleware(Guard, origins=settings.origins, head=HEAD.replace("VERSION", static_version()))
    application.add_middleware(GZipMiddleware, minimum_size=1024)
    application.add_middleware(metrics.middleware)
    application.add_middleware(SubPath, root=settings.root_path)
    gr.mount_gradio_app(
        application,
        chat(page, sent_to=model, kept_for=settings.inbox_days if settings.inbox else None),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        theme=theme(),
    )
    return application


def serve(latest: Latest, settings: Settings, ready: Callable[[str], None] = print) -> None:
    """Serve the web surface until interrupted; `ready` gets one line with the address. Port 0 takes a free one.

    Raises:
        BadSetting: the address cannot be listened on.
        DatabaseUnusable (assistant.errors).
    """
    Database.of(settings).upgrade(make=False)
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).split(" (")[0].lower()
        remedy = "set PLAINCLAUSE_HOST and PLAINCLAUSE_PORT to an address of this machine and a free port"
        raise BadSetting(f"cannot listen on {host}, port {port}: {reason}; {remedy}") from error
    config = uvicorn.Config(app(latest, settings), log_level="warning", timeout_graceful_shutdown=2)
    shown = f"[{host}]" if ":" in host else host
    ready(f"Plainclause answers on http://{shown}:{listener.getsockname()[1]}")
    uvicorn.Server(config).run(sockets=[listener])


def _told(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
