"""What stands before every page of `/admin`: who is signed in, what their role may do, and whether they sent the form themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import Scope

from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Sessions, SignedIn
from assistant.languages import Language
from assistant.surfaces.admin.uploads import TooLarge, Upload, form_with_file
from assistant.surfaces.middleware.rate_limits import route_path
from assistant.surfaces.middleware.route_costs import work
from assistant.surfaces.pages import Pages, language_of
from corpus.shelf.shelf_files import MOST_BYTES

COOKIE = "plainclause_session"
SHOWN_TO = ("/admin", "/desk")  # where a browser sends the cookie, and nowhere else: the customers' pages never get it
_NEXT = re.compile(r"(?:admin|desk)(?:/[a-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who may make it. `form`: the fields of what was sent, the last of each name; `file`: what
    came with it, where the route takes a file."""

    request: Request
    person: SignedIn
    texts: Language
    form: Mapping[str, str] = field(default_factory=dict)
    file: Upload | None = None

    @property
    def root(self) -> str:
        """The way from the page's address to the start page."""
        return root_of(self.request)

    def asked(self, name: str) -> str:
        """A parameter of the address; empty where there is none."""
        return self.request.query_params.get(name, "")

    def page(self, pages: Pages, name: str, status: int = 200, **context: object) -> Response:
        """A page of `/admin`, in the language of the visit, for who is signed in."""
        return pages.show(f"admin/{name}.html", self.texts, self.root, status, person=self.person, **context)

    def back(self, place: str, **parameters: str) -> Response:
        """To a page of `/admin` once something is done, in the same language."""
        return RedirectResponse(f"{self.root}{place}?{urlencode({'lang': self.texts.code} | parameters)}", 303)


Handler = Callable[[Visit], Response]


class Guarded:
    """Routes that say who may use them; there is no other way to add one to `/admin` but those of signing in.

    Whoever is not signed in is led there. A form must come from a page of this server (`Origin`) and carry the token of the
    session, which a page of another site cannot know.
    """

    def __init__(self, router: APIRouter, sessions: Sessions, pages: Pages) -> None:
        self._router, self._sessions, self._pages = router, sessions, pages
        self._read_at: dict[str, Role] = {}
        self._sent_to: list[str] = []

    def get(self, path: str, needed: Role) -> Callable[[Handler], Handler]:
        """Register what answers `GET path` for those with a role."""

        def register(handler: Handler) -> Handler:
            async def answer(request: Request) -> Response:
                return await run_in_threadpool(self._read, request, needed, handler)

            self._read_at[path] = needed
            self._add(path, ["GET", "HEAD"], needed, answer)
            return handler

        return register

    def post(self, path: str, needed: Role) -> Callable[[Handler], Handler]:
        """Register what a form sent to `path` does for those with a role."""

        def register(handler: Handler) -> Handler:
            async def answer(request: Request) -> Response:
                form = form_of(await request.body())
                return await run_in_threadpool(self._changed, request, form, needed, handler)

            self._sent_to.append(path)
            self._add(path, ["POST"], needed, answer)
            return handler

        return register

    def upload(self, path: str, needed: Role, most: int = MOST_BYTES) -> Callable[[Handler], Handler]:
        """Register what a form with a file of `most` bytes does for those with a role. Nothing of it is read before it is known that
        somebody sent it who may; `uploads.PATH` and `uploads.BRANDING` alone are not read before."""

        def register(handler: Handler) -> Handler:
            async def answer(request: Request) -> Response:
                refusal = await run_in_threadpool(self._refusal, request, needed)
                if refusal is not None:
                    return refusal
                try:
                    form, file = await form_with_file(request, most)
                except TooLarge:
                    return await run_in_threadpool(self._too_large, request, needed, most)
                return await run_in_threadpool(self._changed, request, form, needed, handler, file)

            self._sent_to.append(path)
            self._add(path, ["POST"], needed, answer)
            return handler

        return register

    def lead_back(self) -> None:
        """Have an address that only takes forms lead a reader to the page above it. One comes by there who had to sign in before a form
        was taken, or changes the language of the page that a form was answered with. To be called when all routes are there."""
        for path in self._sent_to:
            above = path
            while above not in self._read_at:
                above = above.rpartition("/")[0]
            if above != path:
                self.get(path, self._read_at[above])(_to_page(path.count("/") - above.count("/")))

    def _add(self, path: str, methods: list[str], needed: Role, answer: Callable[..., object]) -> None:
        told = {"x-role": needed.value}
        self._router.add_api_route(path, work(answer), methods=methods, include_in_schema=False, openapi_extra=told)

    def _read(self, request: Request, needed: Role, handler: Handler) -> Response:
        person = self._sessions.who(token_of(request.scope))
        if person is None:
            return to_sign_in(request)
        texts = language_of(request)
        if not person.role.may(needed):
            return self._closed(request, person, texts, "role", needed)
        return handler(Visit(request, person, texts))

    def _refusal(self, request: Request, needed: Role) -> Response | None:
        person = self._sessions.who(token_of(request.scope))
        if person is None:
            return to_sign_in(request)
        if not is_from_here(request):
            return self._closed(request, person, language_of(request), "form", needed)
        if not person.role.may(needed):
            return self._closed(request, person, language_of(request), "role", needed)
        return None

    def _too_large(self, request: Request, needed: Role, most: int) -> Response:
        person = self._sessions.who(token_of(request.scope))
        if person is None:
            return to_sign_in(request)
        response = self._closed(request, person, language_of(request), "size", needed, 413, f"{most / 1_000_000:g} MB")
        response.headers["Connection"] = "close"
        return response

    def _changed(
        self,
        request: Request,
        form: Mapping[str, str],
        needed: Role,
        handler: Handler,
        file: Upload | None = None,
    ) -> Response:
        person = self._sessions.who(token_of(request.scope))
        if person is None:
            return to_sign_in(request)
        texts = language_of(request)
        if not (is_from_here(request) and person.may_send(form.get("token", ""))):
            return self._closed(request, person, texts, "form", needed)
        if not person.role.may(needed):
            return self._closed(request, person, texts, "role", needed)
        return handler(Visit(request, person, texts, form, file))

    def _closed(
        self,
        request: Request,
        person: SignedIn,
        texts: Language,
        why: str,
        needed: Role,
        status: int = 403,
        size: str = "",
    ) -> Response:
        told = {"person": person, "why": why, "needed": needed.value, "size": size}
        return self._pages.show("admin/closed.html", texts, root_of(request), status, **told)


def _to_page(steps: int) -> Handler:
    """Leads to the page so many steps above an address."""

    def lead(visit: Visit) -> Response:
        place = route_path(visit.request.scope).strip("/").rsplit("/", steps)[0]
        return visit.back(quote(place))

    return lead


def number_of(text: str) -> int | None:
    """A row's number as an address has it; None for what is none that a database counts to."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def numbers_of(text: str) -> list[int]:
    """The numbers of rows as a form has them, parted by commas; what is none is left out."""
    return [number for each in text.split(",") if (number := number_of(each)) is not None]


def shown_from(visit: Visit, count: int, most: int) -> tuple[int, int | None]:
    """Where the part of a list begins that a page shows, `most` of `count` entries, and where the next part does, if there is one."""
    asked = number_of(visit.asked("from")) or 0
    first = asked if asked < count else 0
    return first, first + most if first + most < count else None


def root_of(request: Request) -> str:
    """The way from a request's address to the start page."""
    return "../" * (route_path(request.scope).count("/") - 1) or "./"


def form_of(body: bytes) -> dict[str, str]:
    """The fields of a form, the last of each name; what is no form has none."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return {}


def token_of(scope: Scope) -> str:
    """The token of a session that a request carries; empty where there is none."""
    return HTTPConnection(scope).cookies.get(COOKIE, "")


def is_from_here(request: Request) -> bool:
    """Whether a form was sent by a page of this server: browsers say so, and no page can say it for them."""
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    return bool(host) and origin.partition("://")[2].lower() == host.lower()


def to_sign_in(request: Request) -> Response:
    """To the page of signing in, which leads back."""
    wanted = route_path(request.scope).strip("/")
    kept = {"lang": language_of(request).code} | ({"next": wanted} if _NEXT.fullmatch(wanted) else {})
    return RedirectResponse(f"{root_of(request)}admin/sign-in?{urlencode(kept)}", 303)


def next_place(wanted: str) -> str:
    """Where to go after signing in: a page of the staff, never another site."""
    return wanted if _NEXT.fullmatch(wanted) and wanted != "admin/sign-in" else "admin"


def give_cookie(response: Response, request: Request, token: str) -> None:
    """Have the browser keep a session's token, out of reach of scripts, until it ends; an empty one is forgotten."""
    root, secure = request.scope.get("root_path", ""), request.url.scheme == "https"
    for place in SHOWN_TO:
        if token:
            response.set_cookie(COOKIE, token, path=root + place, secure=secure, httponly=True, samesite="lax")
        else:
            response.delete_cookie(COOKIE, path=root + place, secure=secure, httponly=True, samesite="lax")
