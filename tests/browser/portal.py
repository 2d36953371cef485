"""Another site, whose pages show ours in a frame."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KINDS = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Portal:
    """Another site, with the pages that a test puts there, under three origins.

    `origin` may embed the chat and is another site for the browser, which lets its frames keep nothing; `near` may, too,
    and is the same site at another port; `other` may not.
    """

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_port
        self.origin, self.near, self.other = (
            f"http://{name}:{self.port}" for name in ("localhost", "127.0.0.1", "other.localhost")
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path: str, content: str) -> str:
        """A page or file there; its address at the first origin."""
        self.pages["/" + path] = content.encode()
        return f"{self.origin}/{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                found = pages.get(path)
                self.send_response(404 if found is None else 200)
                self.send_header("content-type", KINDS.get(path.rpartition(".")[2], KINDS["html"]))
                self.end_headers()
                self.wfile.write(found or b"")

            def log_message(self, *_: object) -> None:
                pass

        return Handler
