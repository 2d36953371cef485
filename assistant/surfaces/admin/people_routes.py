"""Who may sign in: admins add people, change their roles and passwords, shut and open their accounts; everybody changes the own
password."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import Response

from assistant.company.accounts.passwords import LEAST, MOST
from assistant.company.accounts.people import NAME, People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Refused, Sessions
from assistant.errors import BadPerson
from assistant.surfaces.admin.guard import Guarded, Visit, give_cookie
from assistant.surfaces.middleware.rate_limits import household, peer
from assistant.surfaces.pages import Pages

_ROLES = {role.value: role for role in Role}
_DONE = ("added", "role", "password", "disable", "enable", "sign_out", "remove")


def serve_people(guarded: Guarded, people: People, sessions: Sessions, pages: Pages) -> None:
    """Add the routes."""

    def page(visit: Visit, status: int = 200, wrong: str = "", typed: Mapping[str, str] | None = None) -> Response:
        done, about = visit.asked("done"), visit.asked("name")
        return visit.page(
            pages,
            "people",
            status,
            people=people.all(),
            roles=list(Role),
            wrong=wrong,
            typed=typed or {},
            done=done if done in _DONE and status == 200 else "",
            about=about if NAME.fullmatch(about) else "",
            least=LEAST,
            most=MOST,
        )

    @guarded.get("/admin/people", Role.ADMIN)
    def read(visit: Visit) -> Response:
        return page(visit)

    @guarded.post("/admin/people", Role.ADMIN)
    def add(visit: Visit) -> Response:
        form = visit.form
        try:
            role = _ROLES.get(form.get("role", ""), Role.AGENT)
            added = people.add(form.get("name", ""), role, form.get("password", ""), by=visit.person.name)
        except BadPerson as error:
            return page(
                visit, 422, _told(visit, error), {"name": form.get("name", "")[:64], "role": form.get("role", "")}
            )
        return visit.back("admin/people", done="added", name=added.name)

    @guarded.post("/admin/people/change", Role.ADMIN)
    def change(visit: Visit) -> Response:
        form, by = visit.form, visit.person.name
        name, act = form.get("name", ""), form.get("act", "")
        acts: dict[str, Callable[[], None]] = {
            "password": lambda: people.set_password(name, form.get("password", ""), by=by),
            "disable": lambda: people.set_disabled(name, True, by=by),
            "enable": lambda: people.set_disabled(name, False, by=by),
            "sign_out": lambda: people.sign_out(name, by=by),
            "remove": lambda: people.remove(name, by=by),
        }
        role = _ROLES.get(form.get("role", ""))
        if role is not None:
            acts["role"] = lambda: people.set_role(name, role, by=by)
        if act not in acts:
            return page(visit, 422, visit.texts.say("admin.people.wrong.act"))
        try:
            acts[act]()
        except BadPerson as error:
            return page(visit, 422, _told(visit, error))
        return visit.back("admin/people", done=act, name=name)

    def own(visit: Visit, status: int = 200, wrong: str = "") -> Response:
        done = visit.asked("done") == "password" and status == 200
        return visit.page(
            pages,
            "password",
            status,
            wrong=wrong,
            done=done,
            least=LEAST,
            most=MOST,
        )

    @guarded.get("/admin/password", Role.AGENT)
    def ask(visit: Visit) -> Response:
        return own(visit)

    @guarded.post("/admin/password", Role.AGENT)
    def set_own(visit: Visit) -> Response:
        form, texts, name = visit.form, visit.texts, visit.person.name
        current, new = form.get("current", ""), form.get("password", "")
        if new != form.get("again", ""):
            return own(visit, 422, texts.say("admin.people.wrong.differ"))
        if not current or not new:
            return own(visit, 422, texts.say("admin.people.wrong.length", least=LEAST, most=MOST))
        address = household(peer(visit.request.scope))
        refused = sessions.confirm(name, current, address)
        if refused is not None:
            if not refused.wait:
                return own(visit, 422, texts.say("admin.people.wrong.current"))
            slowed = own(visit, 429, texts.count("admin.slow", refused.wait))
            slowed.headers["Retry-After"] = str(refused.wait)
            return slowed
        try:
            people.set_password(name, new, by=name)
        except BadPerson as error:
            return own(visit, 422, _told(visit, error))
        token = sessions.sign_in(name, new, address)  # all sessions have ended, this one too
        if isinstance(token, Refused):
            return visit.back("admin/sign-in")
        response = visit.back("admin/password", done="password")
        give_cookie(response, visit.request, token)
        return response


def _told(visit: Visit, error: BadPerson) -> str:
    return visit.texts.say(f"admin.people.wrong.{error.reason}", least=LEAST, most=MOST)
