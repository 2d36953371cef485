"""Twenty people who all ask at once, again and again, each as soon as the last answer is there."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, cycle
from typing import Any

import httpx
import numpy as np

from benchmarks.golden import load
from benchmarks.servers.chat_page import Asking, completed

PEOPLE, SECONDS = 20, 60.0
Ask = Callable[[httpx.AsyncClient, str, str], Awaitable[bool]]


def asking(address: str, seconds: float = SECONDS) -> dict[str, Any]:
    """By the way of the page's own events and by the API: answers, errors, and milliseconds from question to answer."""
    questions = _questions()  # one run of them for both: an equal question is not read again
    return {
        "people": PEOPLE,
        "seconds": seconds,
        "chat": asyncio.run(_crowd(address, _by_page(address), questions, seconds)),
        "api": asyncio.run(_crowd(address, _by_api, questions, seconds)),
    }


_ANSWER = re.compile(
    r'class=\\+"answer\\+"'
)  # a bubble that answers, be it small talk; one that tells of an error is "answer note"


async def _crowd(address: str, ask: Ask, questions: Iterator[str], seconds: float) -> dict[str, Any]:
    taken: list[float] = []
    errors = 0
    until = time.perf_counter() + seconds

    async def person(client: httpx.AsyncClient) -> None:
        nonlocal errors
        session = secrets.token_hex(6)
        while time.perf_counter() < until:
            begun = time.perf_counter()
            try:
                answered = await ask(client, next(questions), session)
            except (httpx.HTTPError, ValueError, KeyError):
                answered = False
            errors += not answered
            taken.append(1000 * (time.perf_counter() - begun))

    limits = httpx.Limits(max_connections=3 * PEOPLE)
    async with httpx.AsyncClient(base_url=address, timeout=30, limits=limits) as client:
        await asyncio.gather(*(person(client) for _ in range(PEOPLE)))
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "answers": len(taken),
        "errors": errors,
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "max_ms": round(max(taken), 1),
    }


def _questions() -> Iterator[str]:
    """The golden questions in turn, no two alike: a number goes with each."""
    numbers = count(1)
    return (f"{golden.question} ({next(numbers)})" for golden in cycle(load("golden")))


async def _by_api(client: httpx.AsyncClient, question: str, _: str) -> bool:
    response = await client.post("api/ask", json={"question": question, "policy": "rackspace"})
    return response.status_code == 200 and "outcome" in response.json()


def _by_page(address: str) -> Ask:
    asking = Asking.on(httpx.get(address).text)

    async def ask(client: httpx.AsyncClient, question: str, session: str) -> bool:
        sent = asking.body(question, "rackspace", session)
        joined = await client.post("gradio_api/queue/join", json=sent)
        if joined.status_code != 200:
            return False
        async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                if (told := completed(line)) is not None:
                    return bool(told["success"]) and _ANSWER.search(json.dumps(told["output"])) is not None
        return False

    return ask
