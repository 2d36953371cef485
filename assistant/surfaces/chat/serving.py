"""The chat on the web application: Gradio behind a door that lets through only what the page uses, and Gradio's page as ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import gradio as gr
from fastapi import FastAPI
from gradio.route_utils import STATIC_TEMPLATE_LIB
from gradio.routes import templates
from jinja2 import FileSystemLoader, FunctionLoader
from starlette.responses import RedirectResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.surfaces.chat.blocks import theme
from assistant.surfaces.middleware.problems import problem
from assistant.surfaces.middleware.rate_limits import route_path
from assistant.surfaces.middleware.route_costs import free, work
from assistant.surfaces.middleware.security_headers import NONCE

_PAGE = "frontend/index.html"
# What Gradio says of itself: to social media, with addresses of other hosts; its manifest; a script for its own platform.
_GRADIOS_OWN = re.compile(
    r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>|<link\s+rel="(?:manifest|icon)"[^>]*>'
    r"|<script>(?:(?!</script>).)*/iframeResizer\.contentWindow\.(?:(?!</script>).)*</script>",
    re.DOTALL,
)
HEAD = "plainclause.head"
"""Where the scope of a request for the page holds what is ours in its head."""

Head = Callable[[Mapping[str, str]], str]
"""Gives what is ours in the page's head, HTML, for the parameters of its address."""

_HEAD = f"{{{{ request.scope['{HEAD}'] | safe }}}}"
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)")
_WITH_NONCE = f"""<script nonce="{{{{ request.scope['{NONCE}'] }}}}\""""


def serve_chat(application: FastAPI, blocks: gr.Blocks, head: Head) -> None:
    """Put the chat at `/` and `/embed` of an application that has all its other routes; what `head` gives, HTML, goes into the
    page's head."""
    gr.mount_gradio_app(
        application,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        theme=theme(),
    )
    mounted = application.router.routes.pop()
    application.mount("/", door(mounted.app, head))  # type: ignore[attr-defined]
    folder, environment = FileSystemLoader(STATIC_TEMPLATE_LIB), templates.env

    def source(name: str) -> str:
        text = folder.get_source(environment, name)[0]
        return page_template(text) if name == _PAGE else text

    # Gradio has no other place for it: what becomes of the page is decided before any value stands in it.
    environment.loader = FunctionLoader(source)


def page_template(source: str) -> str:
    """Gradio's template of its page, with our head for Gradio's own words of itself, and the request's nonce on each inline
    script that the template has: what a value brings along gets none."""
    text = _INLINE.sub(_WITH_NONCE, _GRADIOS_OWN.sub("", source))
    return text.replace("</head>", f"{_HEAD}</head>", 1)


def door(gradio_app: ASGIApp, head: Head = lambda _: "") -> Router:
    """What of Gradio is open, and what it costs; all else is not found. Addresses are spelled as in Gradio's own routes."""
    return Router(
        [
            _open("/", free(_Page(gradio_app, head)), "GET", "HEAD"),
            _open("/embed", free(_Embedded(gradio_app, head)), "GET", "HEAD"),
            _open("/theme.css", free(_Through(gradio_app)), "GET"),
            _open("/assets/{path:path}", free(_Through(gradio_app)), "GET"),
            _open("/gradio_api/queue/join", work(_Through(gradio_app)), "POST"),
            # A stream of events waits most of its time.
            _open("/gradio_api/queue/data", free(_Through(gradio_app)), "GET"),
            _open("/gradio_api/heartbeat/{session_hash}", free(_Through(gradio_app)), "GET"),
            # "Stop" ends work, and must be heard where there is too much of it.
            _open("/gradio_api/cancel", free(_Through(gradio_app)), "POST"),
            _open("/gradio_api/reset", free(_Through(gradio_app)), "POST"),
            # A page that has lost its server asks until it is there again.
            _open("/gradio_api/app_id", free(_Through(gradio_app)), "GET"),
            Route("/{path:path}", free(_Closed())),
        ]
    )


def _open(path: str, endpoint: ASGIApp, *methods: str) -> Route:
    route = Route(path, endpoint)
    route.methods = set(methods)  # a route of Starlette's adds HEAD to GET, which Gradio's have not
    return route


class _Through:
    """A request as Gradio gets it."""

    def __init__(self, gradio_app: ASGIApp) -> None:
        self._app = gradio_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Page(_Through):
    """A request for Gradio's page, which Gradio knows as "/" wherever we show it."""

    def __init__(self, gradio_app: ASGIApp, head: Head) -> None:
        super().__init__(gradio_app)
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        home = scope.get("root_path", "") + "/"
        await super().__call__(
            {**scope, "path": home, "raw_path": home.encode(), HEAD: self._head(_asked(scope))}, receive, send
        )


class _Embedded(_Page):
    """A request for the page within another one. What tells its events so is the address, which names the page around it as
    `host`; where it does not, the browser is sent to the same with an empty one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "host" in _asked(scope):
            await super().__call__(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        kept = f"{query}&" if query else ""
        await RedirectResponse(f"?{kept}host=", headers={"Cache-Control": "no-store"})(scope, receive, send)


def _asked(scope: Scope) -> dict[str, str]:
    """The parameters of a request's address, the last of each name."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))


class _Closed:
    """Nothing is here."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f'nothing is open at "{route_path(scope)[:200]}"; the addresses are in /openapi.json'
        await problem(404, detail)(scope, receive, send)
