"""The body of a request: how large it may be, and that its JSON is JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.surfaces.middleware.problems import problem
from assistant.surfaces.middleware.rate_limits import route_path

MAX_BODY = 256 * 1024  # bytes; a question and fifty earlier ones, each of 2,000 Latin letters, fit twice


class BodyLimit:
    """ASGI middleware that reads a request's body before anything else does, and refuses more than MAX_BODY bytes.

    `uploads`: paths below the root path that read larger bodies themselves, once they know who sends them.
    """

    def __init__(self, app: ASGIApp, uploads: Container[str] = ()) -> None:
        self.app, self._uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD") or route_path(scope) in self._uploads:
            await self.app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more and len(body) <= MAX_BODY:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            refusal = problem(
                413,
                f"the body has more than {MAX_BODY} bytes; send a shorter question and fewer earlier turns",
                headers={"Connection": "close"},
            )
            await refusal(scope, receive, send)
            return
        whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            if whole is None:
                return await receive()
            message, whole = whole, None
            return message

        await self.app(scope, replay, send)


class _StrictRequest(Request):
    """A request whose JSON is JSON: no NaN, no infinity, no lone surrogate, no bottomless nesting."""

    async def json(self) -> Any:
        """The parsed body.

        Raises:
            HTTPException: 422, with what is wrong and where.
        """
        body = await self.body()
        try:
            value = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError as error:
            surrogate = f"\\u{ord(error.object[error.start]):04x}"
            raise HTTPException(422, f"the body holds the lone surrogate {surrogate}; send whole characters") from error
        except UnicodeDecodeError as error:
            raise HTTPException(
                422, f"the body is not UTF-8 at byte {error.start}; encode the JSON as UTF-8"
            ) from error
        except RecursionError as error:
            raise HTTPException(422, "the body is nested too deeply; send an object as in /openapi.json") from error
        except ValueError as error:
            raise HTTPException(422, f"the body is no JSON: {error}; send an object as in /openapi.json") from error
        return value


class StrictRoute(APIRoute):
    """A route whose requests hold strict JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strict


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number
