"""What a request costs: each route says so where it is defined, and the limits ask here."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

_DECLARED = "plainclause_cost"  # an attribute of an endpoint
_FOUND = "plainclause.cost"  # what a request was found to cost, in its scope
_Endpoint = TypeVar("_Endpoint")


class Cost(StrEnum):
    """What a request costs the server: next to nothing, or a search, a comparison, a page of a whole policy, a write."""

    FREE = "free"
    WORK = "work"


def free(endpoint: _Endpoint) -> _Endpoint:
    """Declare that requests to an endpoint, or to a whole application that is mounted, cost next to nothing."""
    setattr(endpoint, _DECLARED, Cost.FREE)
    return endpoint


def work(endpoint: _Endpoint) -> _Endpoint:
    """Declare that requests to an endpoint, or to a whole application that is mounted, make the server work."""
    setattr(endpoint, _DECLARED, Cost.WORK)
    return endpoint


def declared(endpoint: object) -> Cost | None:
    """What an endpoint was declared to cost; None where nothing was declared."""
    cost = getattr(endpoint, _DECLARED, None)
    return cost if isinstance(cost, Cost) else None


def cost_of(scope: Scope) -> Cost:
    """What an HTTP request costs: what the route declares that the application in its scope answers it with.

    A route that declares nothing counts as work, and so does a request for which there is no route or no application. A HEAD
    costs what a GET costs: the server does the same for both. What was found is kept in the scope, for whoever asks next.
    """
    cost: Cost | None = scope.get(_FOUND)
    if cost is None:
        routes = getattr(scope.get("app"), "routes", ())
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else {**scope}
        cost = scope[_FOUND] = _declared_by(routes, asked) or Cost.WORK
    return cost


def _declared_by(routes: Sequence[BaseRoute], scope: Scope) -> Cost | None:
    """What the first route that matches declares, or else the first that would match with another method, as routers choose."""
    partial: Cost | None = None
    for route in iter_route_contexts(routes):
        match, child = route.matches(scope)
        if match is Match.NONE:
            continue
        cost = declared(child.get("endpoint"))
        if cost is None and isinstance(route.original_route, Mount):
            cost = _declared_by(route.routes, {**scope, **child})
        if match is Match.FULL:
            return cost
        partial = partial or cost or Cost.WORK
    return partial
