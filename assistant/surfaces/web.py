"""The whole web surface as one application: the HTTP API, the chat, the desk, the widget; and its server."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.bootstrap.company_data import open_database
from assistant.bootstrap.factory import open_for_serving, open_publisher
from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.sessions import Sessions
from assistant.company.branding.loading import Brand, latest_brand
from assistant.company.branding.previews import Previews
from assistant.company.branding.shown import Shown, unanswered
from assistant.company.database.engine import Database
from assistant.company.insight.noting import Noting
from assistant.company.publishing.due import DueWatch
from assistant.errors import BadSetting
from assistant.model import Answer
from assistant.settings import Settings
from assistant.surfaces.admin.guard import token_of
from assistant.surfaces.admin.jobs import Behind
from assistant.surfaces.admin.routes import admin
from assistant.surfaces.admin.uploads import BRANDING
from assistant.surfaces.admin.uploads import PATH as UPLOADS
from assistant.surfaces.api.routes import api
from assistant.surfaces.assets import STATIC, static_version
from assistant.surfaces.brand.routes import brand_files
from assistant.surfaces.chat.blocks import chat
from assistant.surfaces.chat.events import Page
from assistant.surfaces.chat.previewing import PREVIEW, PreviewPages
from assistant.surfaces.chat.serving import serve_chat
from assistant.surfaces.desk.routes import desk
from assistant.surfaces.middleware.metrics import Metrics
from assistant.surfaces.middleware.rate_limits import RateLimit, route_path
from assistant.surfaces.middleware.route_costs import free
from assistant.surfaces.middleware.security_headers import Guard
from assistant.surfaces.middleware.shared_counts import SharedCounts
from assistant.surfaces.middleware.sign_in import SignIn, is_desk, is_loopback
from assistant.surfaces.middleware.subpath import SubPath
from assistant.surfaces.render.brand import logo_address, sheet_address
from assistant.surfaces.widget.routes import widget

log = logging.getLogger(__name__)

HEAD = """\
<script src="./plainclause/VERSION/visit.js"></script>
<link rel="stylesheet" href="./plainclause/VERSION/tokens.css">
<link rel="stylesheet" href="./plainclause/VERSION/marks.css">
<link rel="stylesheet" href="./plainclause/VERSION/chat.css">
<link rel="stylesheet" href="./plainclause/VERSION/conversation.css">
<link rel="stylesheet" href="./plainclause/VERSION/document.css">
<link rel="stylesheet" href="./plainclause/VERSION/embedded.css">
BRAND<script type="module" src="./plainclause/VERSION/chat.js"></script>
<script type="module" src="./plainclause/VERSION/embedded.js"></script>
"""


def head(brand: Brand) -> str:
    """What the chat's page loads, with the company's colours and logo."""
    sheet, logo = sheet_address(brand), logo_address(brand)
    colours = f'<link rel="stylesheet" href="./{sheet}">\n' if sheet else ""
    icon = f'<link rel="icon" href="./{logo or "plainclause/icon.svg"}">\n'
    return HEAD.replace("VERSION", static_version()).replace("BRAND", colours + icon)


def app(latest: Latest, settings: Settings, database: Database | None = None) -> FastAPI:
    """The whole web surface of the latest assistant: the API, and the chat at `/`; in the company's dress, of the policies that
    it shows, where a branding file is set; and the company's own pages, of all policies. `database`: the process's; without it
    one is opened.

    Raises:
        BadBranding, DatabaseUnusable (assistant.errors): that file, or the database, cannot be used.
    """
    brand, database, every = latest_brand(settings), database or open_database(settings), latest
    latest = Shown(every, brand)
    metrics, model = Metrics(latest), settings.reader_url
    noting, behind = Noting(database, settings), Behind()
    shared = SharedCounts(settings.redis.get_secret_value()) if settings.redis else None

    def answered(question: str, policy: str | None, answer: Answer, seconds: float, language: str) -> None:
        metrics.answered("chat", answer.outcome)
        noting.answered("chat", question, policy, answer, seconds, language)

    page = Page(latest, answered, with_model=model is not None, brand=brand)
    previews = Previews()
    preview_pages = PreviewPages(previews, every, with_model=model is not None)

    def tell_of_starters() -> None:
        for each in unanswered(latest(), brand().branding.starters):
            log.warning("branding: %s", each)

    @asynccontextmanager
    async def served(_: FastAPI) -> AsyncIterator[None]:
        telling = asyncio.create_task(run_in_threadpool(tell_of_starters))  # visitors do not wait for it
        noting.begin()
        yield
        (failed,) = await asyncio.gather(telling, return_exceptions=True)
        if failed is not None:
            log.error("the starters were not tried: %s", failed)
        page.end()
        await run_in_threadpool(preview_pages.end)
        await run_in_threadpool(noting.end)
        brand.end()
        await run_in_threadpool(behind.end)
        if shared is not None:
            await shared.end()

    application = api(
        latest, settings, metrics, served, brand, database=database, noting=noting, uploads=(UPLOADS, BRANDING)
    )
    # Under its version first: what a script imports is then of the same version as the script.
    files = free(StaticFiles(directory=STATIC))
    application.mount(f"/plainclause/{static_version()}", files)
    application.mount("/plainclause", files)
    application.include_router(brand_files(brand, previews))
    application.include_router(widget(brand))
    application.include_router(desk(latest, settings, brand, lambda request: bool(token_of(request.scope))))
    application.include_router(admin(every, settings, database, behind, brand, previews))
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
    application.add_middleware(RateLimit, per_minute=settings.requests_per_minute, shared=shared)
    application.add_middleware(SignIn, **staff)
    # Without this middleware Gradio lets any origin in.
    application.add_middleware(
        CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    application.add_middleware(Guard, origins=settings.origins, desk_origins=settings.desk_origins)
    application.add_middleware(GZipMiddleware, minimum_size=1024)
    application.add_middleware(metrics.middleware)
    application.add_middleware(SubPath, root=settings.root_path)
    kept_for = settings.inbox_days if settings.inbox else None

    def head_of(asked: Mapping[str, str]) -> str:
        return head(previews.get(asked.get(PREVIEW, "")) or brand())

    serve_chat(application, chat(page, sent_to=model, kept_for=kept_for, previewed=preview_pages), head_of)
    return application


def serve(settings: Settings, ready: Callable[[str], None] = print) -> None:
    """Serve the web surface until interrupted; the index is built first where it is missing or stale. `ready` gets one line with
    the address. Port 0 takes a free one.

    Raises:
        BadSetting: the address cannot be listened on.
        DatabaseUnusable (assistant.errors), PlainclauseError (corpus.errors): what cannot be mended.
    """
    with closing(open_database(settings)) as database, open_for_serving(settings, database) as latest:
        database.upgrade(make=False)
        _serve(latest, settings, database, ready)


def _serve(latest: Latest, settings: Settings, database: Database, ready: Callable[[str], None]) -> None:
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).split(" (")[0].lower()
        remedy = "set PLAINCLAUSE_HOST and PLAINCLAUSE_PORT to an address of this machine and a free port"
        raise BadSetting(f"cannot listen on {host}, port {port}: {reason}; {remedy}") from error
    config = uvicorn.Config(app(latest, settings, database), log_level="warning", timeout_graceful_shutdown=2)
    shown = f"[{host}]" if ":" in host else host
    ready(f"Plainclause answers on http://{shown}:{listener.getsockname()[1]}")
    due = DueWatch(open_publisher(settings, database))
    due.start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        due.end()


def _told(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
