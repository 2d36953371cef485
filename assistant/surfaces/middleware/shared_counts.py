"""Who asked when, counted for all processes together in Redis (or Valkey, which speaks as it does)."""

from __future__ import annotations

import logging
import math
import time
from typing import Any
from urllib.parse import urlsplit

from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from assistant.errors import BadSetting

PATIENCE = 0.25  # seconds to wait for Redis, whose answer takes less than one thousandth
PAUSE = 5.0  # seconds to do without it before it is asked again

_SCHEMES = {"redis": "redis", "rediss": "rediss", "unix": "unix", "valkey": "redis", "valkeys": "rediss"}

log = logging.getLogger(__name__)


class SharedCounts:
    """Requests by address, counted in Redis by the clock of whoever counts. While Redis cannot be asked nothing is counted here,
    which the log says once; for one event loop."""

    def __init__(self, url: str) -> None:
        """`url`: redis://[user:password@]host[:port][/number], rediss:// with TLS, unix:///path of a socket.

        Raises:
            BadSetting: it is no such address, or the client is not installed.
        """
        try:
            from redis.asyncio import ConnectionPool
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
            from redis.exceptions import RedisError
        except ModuleNotFoundError as error:
            remedy = 'pip install "plainclause[redis]"'
            raise BadSetting(f"PLAINCLAUSE_REDIS is set, and the client for it is not installed; {remedy}") from error
        wrong = BadSetting(
            "PLAINCLAUSE_REDIS is no address of a Redis server; write one such as redis://localhost:6379/0"
        )
        try:
            parts = urlsplit(url)
            scheme = _SCHEMES.get(parts.scheme)
            if scheme is None or not (parts.hostname or parts.scheme == "unix"):
                raise wrong
            self.where = (
                f"{scheme}://{parts.hostname}:{parts.port or 6379}" if parts.hostname else f"unix://{parts.path}"
            )
            # One more try, at once: of a server that was started anew, the old connections are gone.
            pool: Any = ConnectionPool.from_url(
                parts._replace(scheme=scheme).geturl(),
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 1),
            )
            pool.make_connection()  # connects to nothing, and finds options that a connection does not know
        except (ValueError, TypeError, RedisError) as error:
            raise wrong from error
        storage = RedisStorage(
            "async+redis://localhost:6379",  # read, and not used: the connections are given
            implementation="redispy",
            key_prefix="plainclause:asked",
            connection_pool=pool,
        )
        self._pool, self._window = pool, MovingWindowRateLimiter(storage)
        self._failures = (RedisError, StorageError, OSError, TimeoutError)
        self._again = 0.0  # when it is to be asked again
        self._lost = False

    async def count(self, limit: RateLimitItem, address: str) -> int | None:
        """Count a request: how many seconds it comes too early, or 0; None where it could not be counted."""
        if self._lost and time.monotonic() < self._again:
            return None
        try:
            wait = 0
            if not await self._window.hit(limit, address):
                free_at = (await self._window.get_window_stats(limit, address)).reset_time
                wait = max(1, math.floor(free_at - time.time()) + 1)
        except self._failures as error:
            self._again = time.monotonic() + PAUSE
            if not self._lost:
                told = " ".join(str(error).split()) or type(error).__name__
                log.warning("Redis (%s) is lost, each process counts requests by itself: %s", self.where, told)
            self._lost = True
            return None
        if self._lost:
            self._lost = False
            log.warning("Redis (%s) is there again, requests are counted together", self.where)
        return wait

    async def end(self) -> None:
        """Let go of its connections."""
        await self._pool.aclose()
