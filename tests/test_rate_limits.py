"""Requests per address and requests under way at once, refused politely."""

from __future__ import annotations

import asyncio
import random
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from assistant.surfaces.middleware.rate_limits import RateLimit, Room, route_path
from assistant.surfaces.middleware.route_costs import free, work
from tests.problem_documents import problem


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 1_000_000.0

    def time(self):
        return self.now


@contextmanager
def still():
    clock = Clock()
    with patch("assistant.surfaces.middleware.rate_limits.time", clock), patch("limits.storage.memory.time", clock):
        yield clock


@pytest.fixture
def clock():
    with still() as clock:
        yield clock


def asked(app, path="/api/ask", method="POST", client=("198.51.100.7", 5000), root_path=""):
    async def ask():
        transport = httpx.ASGITransport(app, client=client, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as caller:
            return await caller.request(method, path)

    return asyncio.run(ask())


def statuses(app, times, **how):
    return [asked(app, **how).status_code for _ in range(times)]


def remembered(limited):
    """Where the library keeps who asked when."""
    return limited._asked.storage


async def nothing(*_):
    return {}


fine = PlainTextResponse("fine")


# --- what counts ------------------------------------------------------------------------------------------------------


def costing(endpoint):
    """An application with one route, at which an endpoint answers."""

    async def answer():
        return "fine"

    application = FastAPI()
    application.add_api_route("/api/ask", endpoint(answer), methods=["GET", "POST"])
    return application


@pytest.mark.parametrize(("declared", "counts"), [(work, True), (free, False), (lambda endpoint: endpoint, True)])
def test_what_is_declared_free_is_not_limited_and_all_else_is(clock, declared, counts):
    def full(app):
        room = Room(app, 1)
        room.taken = 1
        return room

    for limit, refused in (lambda app: RateLimit(app, 2), [200, 200, 429]), (full, [503] * 3):
        application = costing(declared)
        application.add_middleware(limit)
        assert statuses(application, 3) == (refused if counts else [200] * 3)


@pytest.mark.parametrize(
    ("path", "root", "found"),
    [
        ("/a/b", "/a", "/b"),
        ("/a", "/a", ""),
        ("/ab", "/a", "/ab"),
        ("/b", "/a", "/b"),
        ("/a/b", "", "/a/b"),
        ("/a/b", "/", "/a/b"),
        ("", "/a", ""),
    ],
)
def test_the_path_of_routes_is_the_path_without_the_root_path(path, root, found):
    assert route_path({"path": path, "root_path": root}) == found


# --- requests per address ---------------------------------------------------------------------------------------------


def test_one_too_many_gets_told_the_limit_and_how_long_to_wait(clock):
    limited = RateLimit(fine, 2)
    assert statuses(limited, 1) == [200]
    clock.now += 20.5
    assert statuses(limited, 1) == [200]
    refused = asked(limited)
    detail = problem(refused, 429, "Too many requests")
    assert refused.headers["retry-after"] == "40"
    assert "more than 2 requests" in detail
    assert "wait 40 seconds" in detail


def test_the_wait_is_never_nothing(clock):
    limited = RateLimit(fine, 1)
    asked(limited)
    clock.now += 59.999
    refused = asked(limited)
    assert refused.headers["retry-after"] == "1"
    assert "wait 1 second," in problem(refused, 429, "Too many requests")
    assert "more than 1 request came" in refused.json()["detail"]


@given(st.integers(1, 4), st.lists(st.integers(0, 7), max_size=30))
def test_in_any_minute_there_are_as_many_as_allowed_and_waiting_as_told_is_enough(most, gaps):
    with still() as clock:
        limited = RateLimit(fine, most)
        let_in: list[float] = []
        for gap in gaps:
            clock.now += 7 * gap  # never 60 seconds exactly
            response = asked(limited)
            recent = [each for each in let_in if clock.now - each < 60]
            assert (response.status_code == 200) == (len(recent) < most)
            if response.status_code == 200:
                let_in.append(clock.now)
                continue
            wait = int(response.headers["retry-after"])
            assert 1 <= wait <= 61
            assert clock.now + wait - 1 <= recent[0] + 60 < clock.now + wait
        if let_in and response.status_code == 429:
            clock.now += wait
            assert asked(limited).status_code == 200


@pytest.mark.parametrize("most", [0, -1])
def test_zero_sets_no_limit(most):
    assert statuses(RateLimit(fine, most), 50) == [200] * 50
    assert statuses(Room(fine, most), 5) == [200] * 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("198.51.100.7", "198.51.100.8", False),
        ("198.51.100.7", "::ffff:198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("::ffff:c633:6407", "198.51.100.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:0DB8:0001:0002:0000::0001", "2001:db8:1:2::1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("::1", "127.0.0.1", False),
        (None, None, True),
        (None, "", True),
        (None, "testclient", True),
        (None, "198.51.100.7", False),
    ],
)
def test_whose_requests_count_together(clock, one, other, same):
    limited = RateLimit(fine, 1)
    first, second = (each and (each, 5000) if each != "" else ("", 0) for each in (one, other))
    assert asked(limited, client=first).status_code == 200
    assert asked(limited, client=second).status_code == (429 if same else 200)


def test_the_port_does_not_count(clock):
    limited = RateLimit(fine, 1)
    assert [asked(limited, client=("198.51.100.7", port)).status_code for port in (1, 2)] == [200, 429]


def test_addresses_that_ask_no_more_are_forgotten(clock):
    limited = RateLimit(fine, 5)
    storage = remembered(limited)
    for number in range(300):
        asked(limited, client=(f"198.51.{number // 250}.{number % 250}", 1))
    assert len(storage.events) == 300
    clock.now += 30
    asked(limited, client=("203.0.113.1", 1))
    clock.now += 31
    asked(limited, client=("203.0.113.2", 1))
    assert len(storage.events) == 2
    assert len(storage.locks) <= 2
    clock.now += 3600
    asked(limited, client=("203.0.113.3", 1))
    assert len(storage.events) == 1


def test_a_clock_set_back_does_not_keep_addresses_for_ever(clock):
    limited = RateLimit(fine, 5)
    clock.now -= 86_400
    asked(limited)
    clock.now += 61
    asked(limited, client=("203.0.113.1", 1))
    assert len(remembered(limited).events) == 1


def test_other_scopes_pass():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    for limited in (RateLimit(app, 1), Room(app, 1)):
        for kind in ("lifespan", "websocket", "lifespan", "websocket"):
            asyncio.run(limited({"type": kind, "path": "/api/ask"}, nothing, nothing))
    assert len(seen) == 8


# --- requests under way -----------------------------------------------------------------------------------------------


class Slow:
    """Answers when told to."""

    def __init__(self):
        self.go, self.inside, self.most = asyncio.Event(), 0, 0

    async def __call__(self, scope, receive, send):
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.go.wait()
            await fine(scope, receive, send)
        finally:
            self.inside -= 1


def caller(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server")


def test_one_more_than_there_is_room_for_is_refused_at_once_and_let_in_later():
    async def check():
        slow = Slow()
        room = Room(slow, 2)
        site = SimpleNamespace(routes=[Route("/", free(Slow())), Route("/api/ask", work(Slow()))])
        async with caller(lambda scope, *how: room({**scope, "app": site}, *how)) as client:
            under_way = [asyncio.create_task(client.post("/api/ask")) for _ in range(2)]
            while slow.inside < 2:
                await asyncio.sleep(0)
            refused = await asyncio.wait_for(client.post("/api/ask"), 30)
            detail = problem(refused, 503, "Busy")
            assert refused.headers["retry-after"] == "1"
            assert "2 requests" in detail
            assert "please try again" in detail
            page = asyncio.create_task(client.get("/"))  # a page does not need room
            while slow.inside < 3:
                await asyncio.sleep(0)
            slow.go.set()
            assert [each.status_code for each in await asyncio.gather(*under_way, page)] == [200, 200, 200]
            assert (await client.post("/api/ask")).status_code == 200
        assert room.taken == 0

    asyncio.run(check())


def test_a_refusal_waits_for_no_body():
    async def check():
        room = Room(fine, 1)
        room.taken = 1
        sent = []

        async def never():
            raise AssertionError("the body was read")

        async def send(message):
            sent.append(message)

        await room({"type": "http", "method": "POST", "path": "/api/ask"}, never, send)
        assert sent[0]["status"] == 503
        assert room.taken == 1

    asyncio.run(check())


def test_a_request_that_fails_or_is_given_up_makes_room():
    async def fails(scope, receive, send):
        raise RuntimeError("no answer")

    async def until_gone(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    async def hangs(scope, receive, send):
        await asyncio.Event().wait()

    async def gone():
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    scope = {"type": "http", "method": "POST", "path": "/api/ask"}

    async def check():
        room = Room(fails, 1)
        for _ in range(3):
            with pytest.raises(RuntimeError, match="no answer"):
                await room(scope, gone, send)
        assert room.taken == 0

        room = Room(until_gone, 1)
        await room(scope, gone, send)
        assert room.taken == 0

        room = Room(hangs, 1)
        task = asyncio.create_task(room(scope, gone, send))
        await asyncio.sleep(0)
        assert room.taken == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert room.taken == 0

    asyncio.run(check())


def test_under_a_crowd_there_are_never_more_inside_and_all_get_a_word():
    chance = random.Random(7)
    state = SimpleNamespace(inside=0, most=0)

    async def busy(scope, receive, send):
        state.inside += 1
        state.most = max(state.most, state.inside)
        try:
            for _ in range(chance.randrange(8)):
                await asyncio.sleep(0)
            if chance.random() < 0.2:
                raise RuntimeError("no answer")
            await fine(scope, receive, send)
        finally:
            state.inside -= 1

    async def visit(client):
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        try:
            return (await client.post("/api/ask")).status_code
        except RuntimeError:
            return 500

    async def check():
        room = Room(busy, 5)
        async with caller(room) as client:
            said = await asyncio.gather(*(visit(client) for _ in range(400)))
        assert set(said) == {200, 500, 503}
        assert state.most == 5
        assert room.taken == 0

    asyncio.run(check())
