"""Errors of the HTTP API as problem documents (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException as StarletteHTTPException

from assistant.errors import DatabaseUnusable
from corpus.errors import PlainclauseError

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """An error as a problem document (RFC 9457); `detail` names the thing, the value and the remedy."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:plainclause:problem:unknown-policy",
                    "title": "Unknown policy",
                    "status": 404,
                    "detail": 'unknown policy "vps": did you mean "vps6"? known are qualispace, rackspace, vps6',
                }
            ]
        },
    )

    type: str
    title: str
    status: int
    detail: str


_TITLES = {
    400: "Bad request",
    401: "Sign-in needed",
    403: "Closed",
    404: "Not found",
    405: "Method not allowed",
    413: "Body too large",
    422: "Bad request content",
    429: "Too many requests",
    500: "Internal error",
    503: "Busy",
}


def problem(status: int, detail: str, title: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """A problem document as response; its type is made of the title."""
    title = title or _TITLES.get(status, "Error")
    slug = title.lower().replace(" ", "-")
    document = {
        "type": f"urn:plainclause:problem:{slug}",
        "title": title,
        "status": status,
        "detail": _encodable(detail),
    }
    extra = {"X-Content-Type-Options": "nosniff"} | (headers or {})
    return JSONResponse(document, status, extra, media_type="application/problem+json")


def report_problems(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    app.add_exception_handler(PlainclauseError, _explained)
    app.add_exception_handler(DatabaseUnusable, _not_kept)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def described(description: str) -> dict[str, Any]:
    """A response of OpenAPI: a problem document, and when it comes."""
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


_REMEDIES = {
    "missing": "add it",
    "string_too_long": "shorten it",
    "too_long": "shorten it",
    "extra_forbidden": "remove it",
}


def _invalid(_: Request, error: Exception) -> Response:
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    details = []
    for each in wrong[:5]:
        where = ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0])
        remedy = _REMEDIES.get(each["type"], "correct it")
        details.append(f'"{where[:80]}": {each["msg"]}, found {_shortly(each.get("input"))}; {remedy}')
    return problem(422, ". ".join((*details, "The format is in /openapi.json")))


def _shortly(value: object) -> str:
    if isinstance(value, str) and len(value) > 60:
        return f"{len(value)} characters"
    if isinstance(value, (list, dict)) and len(value) > 3:
        return f"{len(value)} entries"
    return repr(value)[:60]


def _http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        return problem(500, "the request failed; try again")
    return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


def _explained(_: Request, error: Exception) -> Response:
    if not isinstance(error, PlainclauseError) or error.http_status is None:
        raise error  # nothing that a caller can mend: the log gets it, and the caller a word without details
    return problem(error.http_status, str(error), error.http_title)


def _not_kept(_: Request, error: Exception) -> Response:
    log.error("nothing was kept: %s", error)  # the message names a file of the server: not for the caller
    return problem(503, "what was sent could not be kept; try again later", headers={"Retry-After": "60"})


def _unexpected(_: Request, __: Exception) -> Response:
    # The server raises the exception again after this answer, so its log has the traceback and the caller has not.
    return problem(
        500, "the server failed to answer this request; try again, and tell its operator if it happens again"
    )
