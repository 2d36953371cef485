"""Requests counted for several processes together, in a real Redis server; and by each process while there is none."""

from __future__ import annotations

import asyncio
import logging
import signal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from assistant.errors import BadSetting
from assistant.settings import Settings
from assistant.surfaces.middleware import shared_counts
from assistant.surfaces.middleware.rate_limits import RateLimit
from assistant.surfaces.middleware.shared_counts import SharedCounts
from benchmarks.servers.redis import Server

LOGGER = "assistant.surfaces.middleware.shared_counts"


async def fine(request):
    return PlainTextResponse("fine")


class Process:
    """What one process has: an application with its own limit, and its own connections to Redis."""

    def __init__(self, address: str, per_minute: int = 3) -> None:
        self.counts = SharedCounts(address)
        self.app = RateLimit(Starlette(routes=[Route("/", fine)]), per_minute, self.counts)

    async def ask(self, client: str = "198.51.100.7") -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(client, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as caller:
            return await caller.get("/")

    async def statuses(self, times: int, **how: str) -> list[int]:
        return [(await self.ask(**how)).status_code for _ in range(times)]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_counts, "PATIENCE", 2.0)  # a busy machine is no lost server


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


def test_all_processes_count_together(redis: Server) -> None:
    async def tried() -> None:
        one, other = Process(redis.address), Process(redis.address)
        assert await one.statuses(2) == [200, 200]
        assert await other.statuses(2) == [200, 429]
        refused = await one.ask()
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert await one.statuses(1, client="198.51.100.8") == [200], "another address"
        await one.counts.end()
        await other.counts.end()

    asyncio.run(tried())


def test_many_at_once_are_counted_exactly(redis: Server) -> None:
    async def tried() -> None:
        processes = [Process(redis.address, per_minute=25) for _ in range(3)]
        asked = await asyncio.gather(*(each.ask() for each in processes for _ in range(20)))
        assert sorted(each.status_code for each in asked) == [200] * 25 + [429] * 35
        for each in processes:
            await each.counts.end()

    asyncio.run(tried())


def test_without_redis_each_counts_by_itself_which_is_said_once(
    redis: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "PAUSE", 0.0)
    caplog.set_level(logging.INFO, LOGGER)

    async def tried() -> None:
        one = Process(redis.address)
        assert await one.statuses(3) == [200] * 3
        redis.stop()
        assert await one.statuses(5) == [200, 200, 200, 429, 429]
        [lost] = lines(caplog)
        assert lost.startswith(f"Redis ({redis.address}) is lost, each process counts requests by itself: ")
        redis.start()
        assert await one.statuses(4) == [200, 200, 200, 429], "in an empty server"
        assert lines(caplog)[1:] == [f"Redis ({redis.address}) is there again, requests are counted together"]
        await one.counts.end()

    asyncio.run(tried())


def test_a_server_that_was_not_there_at_the_start_is_taken_when_it_comes(
    redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "PAUSE", 0.0)
    redis.stop()

    async def tried() -> None:
        one, other = Process(redis.address), Process(redis.address)
        assert await one.statuses(2) == [200, 200]
        redis.start()
        assert await one.statuses(2) == [200, 200]
        assert await other.statuses(2) == [200, 429]
        await one.counts.end()
        await other.counts.end()

    asyncio.run(tried())


def test_a_server_that_says_nothing_holds_up_one_request_and_no_other(
    redis: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared_counts, "PATIENCE", 0.2)
    monkeypatch.setattr(shared_counts, "PAUSE", 3600.0)
    asked = []

    async def tried() -> None:
        one = Process(redis.address, per_minute=50)
        hit = one.counts._window.hit

        async def counted(*how, **named):
            asked.append(how)
            return await hit(*how, **named)

        one.counts._window.hit = counted  # type: ignore[method-assign]
        redis.send(signal.SIGSTOP)
        assert await one.statuses(10) == [200] * 10
        redis.send(signal.SIGCONT)
        await one.counts.end()

    asyncio.run(tried())
    assert len(asked) == 1
    assert len(lines(caplog)) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("", "localhost:6379", "http://localhost:6379", "redis://", "redis://host:port/0"),
        *("redis://host?timeout=1", "rediss://host?ssl_cert_reqs=nonsense"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(address: str) -> None:
    with pytest.raises(BadSetting, match="PLAINCLAUSE_REDIS is no address of a Redis server; write one such as redis:"):
        SharedCounts(address)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("redis://ada:secret@cache:6380/2", "redis://cache:6380"),
        ("valkey://cache", "redis://cache:6379"),
        ("rediss://:secret@cache", "rediss://cache:6379"),
        ("unix:///run/redis/socket?db=1", "unix:///run/redis/socket"),
    ],
)
def test_what_the_log_calls_a_server_holds_no_password(address: str, where: str) -> None:
    assert SharedCounts(address).where == where


def test_the_address_is_shown_nowhere() -> None:
    assert "sesame" not in repr(Settings(redis="redis://:sesame@cache"))
