"""A portal on another origin that embeds the chat, and a real browser that looks at both."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.settings import ROOT

_BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
MISSING = f"no Chromium found (looked for {', '.join(_BROWSERS)}); apt-get install chromium"


def chromium() -> str | None:
    """The program of this machine's browser, if it has one."""
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium, by Playwright.

    Raises:
        RuntimeError: there is none on this machine.
    """
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise RuntimeError(MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@contextmanager
def portal() -> Iterator[tuple[str, Path]]:
    """A server of files on a free port of this machine: its origin, and the folder it serves, empty."""
    with TemporaryDirectory() as folder:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", Path(folder)
        server.shutdown()
        server.server_close()


def show_portal(folder: Path, address: str) -> None:
    """Put the demo portal into a folder, embedding the chat of this address."""
    shutil.copytree(ROOT / "docs" / "portal", folder, dirs_exist_ok=True)
    page = folder / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("http://127.0.0.1:7860", address.rstrip("/")), "utf-8")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass
