"""A chat completions server on this machine for tests: it plays whatever part a test gives it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def given(self) -> dict[str, Any]:
        """Question and passages, as the model was given them."""
        given: dict[str, Any] = json.loads(self.body["messages"][-1]["content"])
        return given


class Played(NamedTuple):
    """An answer: status, body (what is no bytes becomes JSON) and headers beside the usual ones."""

    status: int
    body: Any
    headers: dict[str, str] = {}  # noqa: RUF012 - a tuple's default, never written to


Part = Callable[[Asked], Played]
Handler = BaseHTTPRequestHandler


def completion(content: str | None, **choice: Any) -> Played:
    """A chat completion with these words of the model's; `choice` sets more of its one choice."""
    message = {"role": "assistant", "content": content, **choice.pop("message", {})}
    return Played(
        200, {"id": "1", "object": "chat.completion", "choices": [{"index": 0, "message": message, **choice}]}
    )


def readings(*said: tuple[Any, Any, Any]) -> Played:
    """A completion that says, of each passage, a word and how sure the model is."""
    return completion(
        json.dumps({"readings": [dict(zip(("passage", "says", "sure"), each, strict=True)) for each in said]})
    )


def sensible(asked: Asked) -> Played:
    """A model that knows three words: "never" is no, "if" depends, "share" is yes, all else none."""
    words = (("never", "no", 0.9), ("if", "depends", 0.7), ("share", "yes", 0.8), ("", "none", 0.95))
    said = []
    for passage in asked.given["passages"]:
        word = next(each for each in words if each[0] in passage["text"].lower())
        said.append((passage["passage"], word[1], word[2]))
    return readings(*said)


class Server:
    """A server that plays a part, with the requests that it got and, while it runs, its address."""

    def __init__(self, part: Part, raw: Callable[[Handler, Event], None] | None = None) -> None:
        self.part, self.raw = part, raw
        self.asked: list[Asked] = []
        self.over = Event()
        self.url = ""

    def answer(self, handler: Handler) -> None:
        data = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        asked = Asked(handler.path, dict(handler.headers.items()), json.loads(data) if data else {})
        self.asked.append(asked)
        if self.raw is not None:
            self.raw(handler, self.over)
            return
        played = self.part(asked)
        body = played.body if isinstance(played.body, bytes) else json.dumps(played.body).encode()
        handler.send_response(played.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **played.headers}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def serving(part: Part = sensible, raw: Callable[[Handler, Event], None] | None = None) -> Iterator[Server]:
    """A server that plays a part, or answers a request byte by byte with `raw`, which is told when the test is over."""
    server = Server(part, raw)

    class Playing(Handler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802 - as it is called there
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the reader had enough

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Playing)
    listening.daemon_threads = True
    Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
    try:
        yield server
    finally:
        server.over.set()
        listening.shutdown()
        listening.server_close()
