"""Who may see the staff's pages: those with the token or password, or, where none is set, whoever sits at the machine."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from assistant.errors import BadSetting
from assistant.surfaces.middleware.problems import problem
from assistant.surfaces.middleware.rate_limits import peer, route_path

STAFF = re.compile(r"/(desk|metrics)(/|$)").match
"""Truthy for the path of a staff surface: the desk and what is below it, and the metrics."""

is_desk = re.compile(r"/desk(/|$)").match
"""Truthy for the desk and what is below it."""

REMEDY = (
    "set PLAINCLAUSE_DESK_TOKEN, or PLAINCLAUSE_DESK_USER and PLAINCLAUSE_DESK_PASSWORD, on the server and sign in, "
    "sign in at /admin, or open the page on the server's own machine"
)
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Plainclause desk", charset="UTF-8"'}
_LOCAL_HOST = re.compile(rb"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_FORWARDED = re.compile(rb"x-forwarded(-.*)?|forwarded|via|(x-|true-)?(real|client)-ip|cf-.*")


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` can be reached from its own machine only."""
    try:
        address = ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)


class SignIn:
    """ASGI middleware that closes the paths for which `closed` is truthy to all but the staff.

    With a `token`, or a `user` and a `password`: open to requests that carry them, as `Authorization: Bearer TOKEN` or as
    HTTP basic; browsers, which know basic only, may give the token as password, under any user name. Without either: open
    only to this machine, that is where the server listens locally, the peer is a loopback address, and the request names
    a local host and shows no sign of a proxy or of another site.

    Also open to whoever `signed_in` says has signed in at a page of the server's own.

    An empty value counts as none, so that an empty setting opens nothing.

    Raises:
        BadSetting: a user without a password, a password without a user, or a user that holds a colon.
    """

    def __init__(
        self,
        app: ASGIApp,
        closed: Callable[[str], object] = STAFF,
        *,
        token: str | None,
        user: str | None,
        password: str | None,
        listens_locally: bool,
        signed_in: Callable[[Scope], Awaitable[bool]] | None = None,
    ) -> None:
        if bool(user) != bool(password):
            there, missing = ("USER", "PASSWORD") if user else ("PASSWORD", "USER")
            raise BadSetting(
                f"PLAINCLAUSE_DESK_{there} is set and PLAINCLAUSE_DESK_{missing} is not; set both or neither"
            )
        if user and ":" in user:
            raise BadSetting(
                f'PLAINCLAUSE_DESK_USER is "{user}": HTTP basic ends the name at a colon; choose one without'
            )
        self.app, self._closed, self._locally, self._signed_in = app, closed, listens_locally, signed_in
        self._token, self._user, self._password = _bytes(token), _bytes(user), _bytes(password)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None
        if scope["type"] != "lifespan" and self._closed(route_path(scope)):
            refusal = self._refusal(scope)
            if refusal is not None and self._signed_in is not None and await self._signed_in(scope):
                refusal = None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket" and "websocket.http.response" not in (scope.get("extensions") or {}):
            await WebSocketClose(1008, "sign in first")(scope, receive, send)
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if not (self._token or self._user):
            reason = self._not_local(scope)
            return problem(403, f"{route_path(scope)[:200]} is closed: {reason}; {REMEDY}") if reason else None
        sent = _values(scope, b"authorization")
        if len(sent) == 1 and self._is_staff(sent[0]):
            return None
        wrong = "the credentials sent are not those of this server" if sent else "no credentials were sent"
        return problem(
            401,
            f"{route_path(scope)[:200]} is for the staff, and {wrong}; send the desk's token or its user and password",
            headers=_CHALLENGE,
        )

    def _is_staff(self, sent: bytes) -> bool:
        scheme, _, value = sent.strip().partition(b" ")
        if scheme.lower() == b"bearer":
            return _same(value.strip(), self._token)
        if scheme.lower() != b"basic":
            return False
        try:
            user, _, password = base64.b64decode(value.strip(), validate=True).partition(b":")
        except ValueError:
            return False
        by_token = _same(password, self._token)
        by_user, by_password = _same(user, self._user), _same(password, self._password)
        return by_token or (by_user and by_password)  # without a colon the password is empty, and no secret is

    def _not_local(self, scope: Scope) -> str | None:
        """Why a request may come from elsewhere than a program on this machine that meant this server; None if it cannot."""
        if not self._locally:
            return "the server listens beyond its own machine, and no credentials are set"
        address = peer(scope)  # a Unix socket has none, and it is a proxy that speaks through one
        if address is None or not address.is_loopback:
            return "the request came from another machine"
        # A proxy that is told nothing (nginx) gives no sign but its own host name and an old protocol.
        if scope.get("http_version") == "1.0" or any(_FORWARDED.fullmatch(name) for name, _ in scope["headers"]):
            return "the request came through a proxy"
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if len(hosts) != 1 or not _LOCAL_HOST.fullmatch(hosts[0]):  # else any site could name itself 127.0.0.1
            return f'the request is for the host "{b", ".join(hosts).decode("latin-1")[:80]}", not for localhost'
        if any(origin.partition(b"://")[2].lower() != hosts[0].lower() for origin in origins):
            return "the request came from a page of another site"
        return None


def _values(scope: Scope, wanted: bytes) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == wanted]


def _bytes(secret: str | None) -> bytes | None:
    return secret.encode("utf-8", "surrogateescape") if secret else None  # as it stood in the environment


def _same(sent: bytes, known: bytes | None) -> bool:
    return known is not None and secrets.compare_digest(sent, known)
