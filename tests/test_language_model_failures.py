"""A language model's server that refuses, breaks off or is slow: the read fails in time, and says why."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from assistant.errors import ReaderFailed
from assistant.reading.language_model import LanguageModelReader
from tests.chat_server import Asked, Handler, Played, sensible, serving
from tests.language_model_reads import PASSAGES, QUESTION, says_nothing, why


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_an_http_error_is_no_answer(status):
    error = Played(status, {"error": {"message": "what a shoe", "type": "server_error", "code": status}})
    assert why(lambda _: error) == f"the language model did not answer: HTTP {status} (server_error)"
    bodies: list[Any] = [{"error": "shoe"}, [], {"error": {"type": "a shoe, size 41"}}, {"error": {"type": 7}}, b"shoe"]
    for body in bodies:
        assert why(lambda _, body=body: Played(status, body)) == f"the language model did not answer: HTTP {status}"


# ---- servers that know no schemas --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_the_schema_is_asked_without_and_remembered(status):
    def no_schemas(asked: Asked) -> Played:
        return Played(status, {"error": {}}) if "response_format" in asked.body else sensible(asked)

    with serving(no_schemas) as server:
        reader = LanguageModelReader(server.url, "small")
        first, second = reader.read(QUESTION, PASSAGES), reader.read(QUESTION, PASSAGES)
    assert first == second
    assert ["response_format" in asked.body for asked in server.asked] == [True, False, False]
    assert all(asked.body["messages"] == server.asked[0].body["messages"] for asked in server.asked)


def test_a_server_that_refuses_both_is_asked_twice_and_with_a_schema_the_next_time():
    refused = Played(400, {"error": {"type": "exceed_context_size_error", "message": "shoe"}})
    with serving(lambda _: refused) as server:
        reader = LanguageModelReader(server.url, "small")
        for _ in range(2):
            with pytest.raises(ReaderFailed, match=r"HTTP 400 \(exceed_context_size_error\)$"):
                reader.read(QUESTION, PASSAGES)
    assert ["response_format" in asked.body for asked in server.asked] == [True, False, True, False]


# ---- servers that do not answer ----------------------------------------------------------------------------------------


def raw_bytes(data: bytes) -> Callable[[Handler, object], None]:
    def send(handler: Handler, _: object) -> None:
        handler.wfile.write(data)
        handler.wfile.flush()
        handler.close_connection = True

    return send


def test_a_server_that_is_not_there():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(ReaderFailed, match=r"no connection$"):
        LanguageModelReader(f"http://127.0.0.1:{port}/v1", "small").read(QUESTION, PASSAGES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"shoe\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    ],
    ids=["closes", "speaks no HTTP", "stops in the middle", "counts wrongly"],
)
def test_a_connection_that_breaks(data):
    assert why(raw=raw_bytes(data)) == "the language model did not answer: the connection broke"


def says_little(handler: Handler, over) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not over.wait(0.05):
        handler.wfile.write(b" ")
    handler.close_connection = True


@pytest.mark.parametrize("raw", [says_nothing, says_little])
def test_a_slow_server_is_not_waited_for(raw):
    started = time.monotonic()
    assert why(raw=raw, seconds=0.6) == "the language model did not answer: time-out"
    assert time.monotonic() - started < 10


def test_both_requests_share_one_time(monkeypatch):
    def slow_to_refuse(_: Asked) -> Played:
        time.sleep(0.7)
        return Played(400, {})

    started = time.monotonic()
    assert why(slow_to_refuse, seconds=1.0) == "the language model did not answer: time-out"
    assert time.monotonic() - started < 10
