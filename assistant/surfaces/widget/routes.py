"""The widget's door: `/embed.js`, the one file that a page which embeds the chat loads. The chat itself is at `/embed`."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from fastapi import APIRouter, Request, Response

from assistant.company.branding.colours import Palette
from assistant.company.branding.loading import PLAIN, Brand, LatestBrand
from assistant.surfaces.assets import STATIC
from assistant.surfaces.middleware.route_costs import free

SCRIPT = STATIC / "embed.js"
PLACE = b"const BRAND = {};"  # in the script, which holds the company's name and colours there
FRESH = 300  # seconds for which a browser does not ask again, so that a new version arrives soon


@lru_cache(maxsize=2)
def script_of(brand: Brand) -> bytes:
    """The script without its comments, with a company's name and the colours of its button, where it has set any."""
    lines = (line.strip() for line in SCRIPT.read_bytes().splitlines())
    script = b"\n".join(line for line in lines if line and not line.startswith(b"//"))
    if brand.is_plain:
        return script
    told: dict[str, object] = {"name": brand.name}
    for scheme, colours in (("light", brand.branding.colours.light), ("dark", brand.branding.colours.dark)):
        if colours.model_fields_set:
            told[scheme] = _worn(colours.palette)
    return script.replace(PLACE, f"const BRAND = {json.dumps(told)};".encode())


def _worn(palette: Palette) -> list[str]:
    """The colours in the order in which the script takes them."""
    return [palette.ink, palette.paper, palette.line, palette.accent, palette.accent_ink]


def widget(brand: LatestBrand = lambda: PLAIN) -> APIRouter:
    """The route of the script. It is the same for everybody: who may embed the chat is decided where the chat is sent."""
    router = APIRouter()

    @router.api_route("/embed.js", methods=["GET", "HEAD"], include_in_schema=False)
    @free
    def embed(request: Request) -> Response:
        script = script_of(brand())
        tag = f'"{hashlib.sha256(script).hexdigest()[:20]}"'
        headers = {
            "Cache-Control": f"public, max-age={FRESH}",
            "ETag": tag,
            "Cross-Origin-Resource-Policy": "cross-origin",  # a page that isolates itself may load it, too
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    return router
