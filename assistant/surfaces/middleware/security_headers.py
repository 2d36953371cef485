"""What a browser may do with a page of this server: the security headers of every response."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.surfaces.middleware.rate_limits import route_path

_DESK = re.compile(r"/desk(/|$)|/policy/")
NONCE = "plainclause.nonce"
"""Where the scope of a request for the chat's page holds the nonce that its own inline scripts carry."""

_CHAT = ("/", "/embed")
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{inline}; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors {frames}"
)


class Guard:
    """ASGI middleware that sets the security headers.

    Scripts run only from this server's files. The chat's page has inline ones, too: its template gives them the nonce that
    this middleware makes for each request; what else stands in the page, a `<script` in somebody's words say, gets none.
    Pages may be framed by this server's own, `/embed` also by `origins`, the desk and the policies that it leads to by
    `desk_origins`.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = (), desk_origins: Sequence[str] = ()) -> None:
        self.app = app
        self._embed, self._desk = (" ".join(("'self'", *each)) for each in (origins, desk_origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        frames = self._embed if path == "/embed" else self._desk if _DESK.match(path) else "'self'"
        rules = {"nonce": "", "inline": "", "frames": frames}
        if path in _CHAT:
            scope[NONCE] = secrets.token_urlsafe(16)
            # Gradio's components style themselves.
            rules |= {"nonce": f" 'nonce-{scope[NONCE]}'", "inline": " 'unsafe-inline'"}

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
                    headers["Content-Security-Policy"] = _POLICY.format(**rules)
                    headers["Cache-Control"] = "no-store"  # a nonce is good for one page view, the desk for the staff
            await send(message)

        await self.app(scope, receive, guarded)
