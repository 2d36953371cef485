"""The company's colours and logo, at addresses that change with every byte of them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from assistant.company.branding.loading import Brand, LatestBrand
from assistant.company.branding.previews import Previews
from assistant.surfaces.middleware.route_costs import free

_READING = ["GET", "HEAD"]
_FOREVER, _ONCE = "public, max-age=31536000, immutable", "no-cache"
# Pages show the logo as a picture, in which no browser runs a script. Who opens it by its address gets no more than that.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def brand_files(brand: LatestBrand, previews: Previews | None = None) -> APIRouter:
    """The routes of the style sheet and the logo: of the brand of now, and of those that are looked at before they are in use. A
    page that was sent before a change asks for an older version, and gets the one of now."""
    router = APIRouter()

    def of_version(version: str) -> Brand:
        now = brand()
        return now if version == now.version or previews is None else previews.of_version(version) or now

    @router.api_route("/brand/{version}/colours.css", methods=_READING, include_in_schema=False)
    @free
    def colours(version: str) -> Response:
        now = of_version(version)
        headers = {"Cache-Control": _FOREVER if version == now.version else _ONCE}
        return Response(now.branding.colours.css(), media_type="text/css", headers=headers)

    @router.api_route("/brand/{version}/logo.{ending}", methods=_READING, include_in_schema=False)
    @free
    def logo(version: str, ending: str) -> Response:
        now = of_version(version)
        if now.logo is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": _FOREVER if (version, ending) == (now.version, now.logo.ending) else _ONCE,
            "Content-Security-Policy": _SEALED,
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return Response(now.logo.content, media_type=now.logo.media, headers=headers)

    return router
