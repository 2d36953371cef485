"""The real web server in a process of its own, a portal on another origin that embeds it, and a real browser at both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from assistant.settings import ROOT

BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """A server on a free port of this machine, with these settings (`requests_per_minute="0"`): its address."""
    given = {f"PLAINCLAUSE_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "PLAINCLAUSE_PORT": "0", **given},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = cast(IO[str], process.stdout).readline()
        if "http://" not in said:
            raise RuntimeError(f"the server did not start: {said!r}")
        yield said.split()[-1] + "/"
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium, by Playwright.

    Raises:
        RuntimeError: there is none on this machine.
    """
    from playwright.sync_api import sync_playwright

    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise RuntimeError(f"no Chromium found (looked for {', '.join(BROWSERS)}); apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


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
