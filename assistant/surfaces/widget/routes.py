"""The widget's door: `/embed.js`, the one file that a page which embeds the chat loads. The chat itself is at `/embed`."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request, Response

from assistant.surfaces.assets import STATIC
from assistant.surfaces.middleware.route_costs import free

SCRIPT = STATIC / "embed.js"
FRESH = 300  # seconds for which a browser does not ask again, so that a new version arrives soon


def widget() -> APIRouter:
    """The route of the script. It is the same for everybody: who may embed the chat is decided where the chat is sent."""
    script = SCRIPT.read_bytes()
    tag = f'"{hashlib.sha256(script).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": f"public, max-age={FRESH}",
        "ETag": tag,
        "Cross-Origin-Resource-Policy": "cross-origin",  # a page that isolates itself may load it, too
    }
    router = APIRouter()

    @router.api_route("/embed.js", methods=["GET", "HEAD"], include_in_schema=False)
    @free
    def embed(request: Request) -> Response:
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    return router
