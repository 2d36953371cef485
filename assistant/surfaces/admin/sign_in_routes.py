"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Refused, Sessions
from assistant.surfaces.admin.guard import (
    Guarded,
    Visit,
    form_of,
    give_cookie,
    is_from_here,
    next_place,
    root_of,
    token_of,
)
from assistant.surfaces.middleware.rate_limits import household, peer
from assistant.surfaces.middleware.route_costs import free, work
from assistant.surfaces.pages import Pages, language_of


def serve_sign_in(router: APIRouter, guarded: Guarded, people: People, sessions: Sessions, pages: Pages) -> None:
    """Add the routes."""

    def shown(request: Request, wanted: str, status: int = 200, said: str = "", name: str = "") -> Response:
        return pages.show(
            "admin/sign_in.html",
            language_of(request),
            root_of(request),
            status,
            next=next_place(wanted),
            said=said,
            typed=name,
            nobody=not people.any(),
        )

    @router.api_route("/admin/sign-in", methods=["GET", "HEAD"], include_in_schema=False)
    @free
    def ask(request: Request, next: str = "") -> Response:  # noqa: A002  the parameter's name
        if sessions.who(token_of(request.scope)) is not None:
            return _to(request, next_place(next))
        return shown(request, next)

    @router.post("/admin/sign-in", include_in_schema=False)
    @work
    async def sign_in(request: Request) -> Response:
        form = form_of(await request.body())
        return await run_in_threadpool(signed_in, request, form)

    def signed_in(request: Request, form: dict[str, str]) -> Response:
        texts, wanted, name = language_of(request), form.get("next", ""), form.get("name", "")
        if not is_from_here(request):
            return shown(request, wanted, 403, texts.say("admin.elsewhere"))
        found = sessions.sign_in(name, form.get("password", ""), household(peer(request.scope)))
        if isinstance(found, Refused):
            if not found.wait:
                return shown(request, wanted, 401, texts.say("admin.wrong"), name[:64])
            refusal = shown(request, wanted, 429, texts.count("admin.slow", found.wait), name[:64])
            refusal.headers["Retry-After"] = str(found.wait)
            return refusal
        response = _to(request, next_place(wanted))
        give_cookie(response, request, found)
        return response

    @guarded.post("/admin/sign-out", Role.AGENT)
    def sign_out(visit: Visit) -> Response:
        sessions.sign_out(token_of(visit.request.scope))
        response = visit.back("admin/sign-in")
        give_cookie(response, visit.request, "")
        return response


def _to(request: Request, place: str) -> Response:
    return RedirectResponse(f"{root_of(request)}{place}?lang={language_of(request).code}", 303)
