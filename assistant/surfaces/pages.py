"""Pages made of templates, and what every one of them is given; files to be saved."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from assistant.company.branding.loading import PLAIN, LatestBrand
from assistant.languages import CODES, Language, language, preferred
from assistant.surfaces.assets import TEMPLATES, static_version
from assistant.surfaces.render.brand import logo_address, sheet_address
from assistant.surfaces.render.names import dated, named, permalink
from assistant.templates import templates
from corpus.model import Policy


class Pages:
    """The templates, and what each of them is given."""

    def __init__(self, brand: LatestBrand = lambda: PLAIN) -> None:
        self._version, self._brand = static_version(), brand
        self._templates = templates(TEMPLATES, named=named, dated=dated, permalink=permalink, source=_source)

    def show(self, name: str, texts: Language, root: str, status: int = 200, **context: object) -> Response:
        """A page in a language; `root` is the way from its address to the start page."""
        others = [language(code) for code in CODES if code != texts.code]
        brand = self._brand()
        page = self._templates.get_template(name).render(
            language=texts,
            languages=others,
            root=root,
            version=self._version,
            brand=brand,
            logo=logo_address(brand),
            colours=sheet_address(brand),
            **context,
        )
        return HTMLResponse(page, status)

    def missing(self, texts: Language, root: str) -> Response:
        """The page that says that there is no such policy."""
        return self.show("missing.html", texts, root, 404)


def language_of(request: Request) -> Language:
    """The language that a page is wanted in."""
    return preferred(request.query_params.get("lang"), request.headers.get("accept-language"))


def saved_as(name: str, text: str, media: str) -> Response:
    """A text that a browser saves as a file; with the mark at the beginning of CSV, spreadsheets take it for UTF-8."""
    content = text.encode("utf-8-sig" if media == "text/csv" else "utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media, headers=headers)


def _source(policy: Policy) -> str | None:
    """Where a policy was published, if that is an address that a page may link to."""
    url = policy.source_url
    return url if url and urlsplit(url).scheme in ("http", "https") else None
