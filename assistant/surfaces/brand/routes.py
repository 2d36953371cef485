"""The company's colours and logo, at addresses that change with every byte of them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from assistant.branding.loading import LatestBrand
from assistant.surfaces.middleware.route_costs import free

_READING = ["GET", "HEAD"]
_FOREVER, _ONCE = "public, max-age=31536000, immutable", "no-cache"
# Pages show the logo as a picture, in which no browser runs a script. Who opens it by its address gets no more than that.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def brand_files(brand: LatestBrand) -> APIRouter:
    """The routes of the style sheet and the logo. A page that was sent before a change asks for an older version, and gets the
    one of now."""
    router = APIRouter()

    @router.api_route("/brand/{version}/colours.css", methods=_READING, include_in_schema=False)
    @free
    def colours(version: str) -> Response:
        now = brand()
        headers = {"Cache-Control": _FOREVER if version == now.version else _ONCE}
        return Response(now.branding.colours.css(), media_type="text/css", headers=headers)

    @router.api_route("/brand/{version}/logo.{ending}", methods=_READING, include_in_schema=False)
    @free
    def logo(version: str, ending: str) -> Response:
        now = brand()
        if now.logo is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": _FOREVER if (version, ending) == (now.version, now.logo.ending) else _ONCE,
            "Content-Security-Policy": _SEALED,
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return Response(now.logo.content, media_type=now.logo.media, headers=headers)

    return router
