"""Security headers of every answer, a nonce for the page's own scripts, and what of Gradio stays closed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.surfaces.middleware.problems import problem
from assistant.surfaces.middleware.rate_limits import route_path

# What of Gradio the page does not use: uploads, files, monitoring, sharing, flagging, its own pages.
CLOSED = re.compile(
    r"/gradio_api/(upload|file|proxy=|stream|component_server|process_recording|(undo-)?vibe|dev/|deep_link"
    r"|profiling|run-history|runs|run/|api/|custom_component)|/(monitoring|login|svelte)(/|$)"
)
_DESK = re.compile(r"/desk(/|$)|/policy/")
# Gradio's description of itself for social media, with addresses of other hosts, and its manifest.
_GRADIOS_OWN = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>|<link\s+rel="(?:manifest|icon)"[^>]*>')
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'{inline}; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {frames}"
)


class Guard:
    """ASGI middleware: closes what of Gradio the page does not use, and sets the security headers.

    Scripts run only from this server's files or with the nonce that this middleware puts on a page's own `<script`. Pages
    may be framed by this server's own, `/embed` also by `origins`, the desk and the policies that it leads to by
    `desk_origins`. Of Gradio's page the head is ours: what `head` gives takes the place of what Gradio says there of itself.

    To Gradio both pages are one. What tells its events that they are those of `/embed` is the address, which names the page
    around it as `host`; where it does not, the browser is sent to the same with an empty one.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Sequence[str] = (),
        desk_origins: Sequence[str] = (),
        head: Callable[[], str] = str,
    ) -> None:
        self.app, self._head = app, head
        self._embed, self._desk = (" ".join(("'self'", *each)) for each in (origins, desk_origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        if CLOSED.match(path):
            await problem(404, f'"{path[:200]}" is closed here')(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        if path == "/embed" and "host" not in dict(parse_qsl(query, keep_blank_values=True)):
            kept = f"{query}&" if query else ""
            await RedirectResponse(f"?{kept}host=", headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        frames = self._embed if path == "/embed" else self._desk if _DESK.match(path) else "'self'"
        chat = path in ("/", "/embed")
        if chat:  # a compressed page could not take the nonce; Gradio knows its page as "/"
            headers = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
            home = scope.get("root_path", "") + "/"
            scope = {**scope, "headers": headers, "path": home, "raw_path": home.encode()}
        nonce = secrets.token_urlsafe(16)
        held: list[Message] = []  # the start of an HTML response, until its body is whole
        body = bytearray()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                kind = headers.get("content-type", "")
                if kind.startswith("text/event-stream"):
                    headers["X-Accel-Buffering"] = "no"  # nginx would hold the events back
                if kind.startswith("text/html"):
                    inline = " 'unsafe-inline'" if chat else ""  # Gradio's components style themselves
                    headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce, inline=inline, frames=frames)
                    headers["Cache-Control"] = "no-store"  # the nonce is good for one page view
                    held.append(message)
                    return
            elif held:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = self._headed(bytes(body)) if chat else bytes(body)
                page = page.replace(b"<script", f'<script nonce="{nonce}"'.encode())
                if scope["method"] != "HEAD":
                    MutableHeaders(scope=held[0])["Content-Length"] = str(len(page))
                await send(held.pop())
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, guarded)

    def _headed(self, page: bytes) -> bytes:
        return _GRADIOS_OWN.sub(b"", page).replace(b"</head>", self._head().encode() + b"</head>", 1)
