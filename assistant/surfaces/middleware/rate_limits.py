"""How much one address may ask in a minute, and how many requests the server works on at once."""

from __future__ import annotations

import math
import time
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.surfaces.middleware.problems import problem
from assistant.surfaces.middleware.route_costs import Cost, cost_of
from assistant.surfaces.middleware.shared_counts import SharedCounts

_MINUTE = 60.0  # seconds


def route_path(scope: Scope) -> str:
    """The path that routes are matched with: behind a proxy on a sub-path, the path without that sub-path."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    below = path.removeprefix(root)
    return below if below == "" or below.startswith("/") else path


def peer(scope: Scope) -> IPv4Address | IPv6Address | None:
    """The address that a request came from, IPv4 written as IPv6 taken for IPv4; None for what has no IP address."""
    try:
        address = ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class RateLimit:
    """ASGI middleware: at most `per_minute` requests whose route declares work from one address in any 60 seconds; 0 sets no limit.

    An IPv6 address counts by its /64, since one household or machine has a whole one to choose from. All requests
    without an IP address count as one. A refused request does not count. All processes that have `shared` count together; without
    it, and while it cannot be asked, each counts for itself.
    """

    def __init__(self, app: ASGIApp, per_minute: int, shared: SharedCounts | None = None) -> None:
        self.app, self._shared = app, shared
        self._asked = _Asked(per_minute) if per_minute > 0 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._asked is None or not _works(scope):
            await self.app(scope, receive, send)
            return
        address = household(peer(scope))
        wait = None if self._shared is None else await self._shared.count(self._asked.limit, address)
        if wait is None:
            wait = self._asked.count(address)
        if not wait:
            await self.app(scope, receive, send)
            return
        refusal = problem(
            429,
            f"more than {_count(self._asked.limit.amount, 'request')} came from your address within a minute; "
            f"wait {_count(wait, 'second')}, then ask again",
            headers={"Retry-After": str(wait)},
        )
        await refusal(scope, receive, send)


class _Asked:
    """When each address asked within the last minute."""

    def __init__(self, per_minute: int) -> None:
        self.limit = RateLimitItemPerMinute(per_minute)
        self.storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self.storage)
        self._swept = time.time()  # the library's clock

    def count(self, address: str) -> int:
        """Count a request; how many seconds it comes too early, or 0."""
        self._forget()
        if self._window.hit(self.limit, address):
            return 0
        free_at = self._window.get_window_stats(self.limit, address).reset_time
        return max(1, math.floor(free_at - time.time()) + 1)  # at the full minute the window is not free yet

    def _forget(self) -> None:
        """Once a minute, drop the addresses that did not ask within the last one: the library keeps an empty list of each."""
        now, events = time.time(), self.storage.events
        if 0 <= now - self._swept < _MINUTE:
            return
        self._swept = now
        for key in list(events):
            with self.storage.locks[key]:  # the library's own thread empties the lists
                if not events[key] or events[key][0].expiry <= now:
                    self.storage.clear(key)


class Room:
    """ASGI middleware: at most `most` requests whose route declares work are under way at once; one more is refused at once.

    0 sets no limit. A request is under way until the application has ended it, also where nobody waits for it any more.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self._most = app, most
        self.taken = 0  # requests under way; one event loop counts, so it needs no lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._most <= 0 or not _works(scope):
            await self.app(scope, receive, send)
            return
        if self.taken >= self._most:
            refusal = problem(
                503,
                f"the server is busy with {_count(self._most, 'request')}, as many as it takes at once; "
                "please try again in a moment",
                headers={"Retry-After": "1"},
            )
            await refusal(scope, receive, send)
            return
        self.taken += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.taken -= 1


def _works(scope: Scope) -> bool:
    return scope["type"] == "http" and cost_of(scope) is Cost.WORK


def household(address: IPv4Address | IPv6Address | None) -> str:
    """An address as it is counted: IPv6 by its /64, since one household or machine has a whole one to choose from."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
