"""The server behind a proxy that shows it below a path of another site, `https://acme.example/privacy/`."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class SubPath:
    """ASGI middleware that tells the application below which path it is shown, whether the proxy passes that path on or
    cuts it off. `root` is as the visitor's browser has it, `/privacy`; empty: it is shown at the top."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app, self.root = app, root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.root or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == self.root:  # what the page links to, it links to relative to its own address
            asked = scope.get("query_string", b"").decode("latin-1")
            await RedirectResponse(f"{self.root}/?{asked}" if asked else f"{self.root}/")(scope, receive, send)
            return
        if not path.startswith(f"{self.root}/"):
            path = self.root + path
        raw = path.encode()
        await self.app({**scope, "root_path": self.root, "path": path, "raw_path": raw}, receive, send)
