"""A real nginx of this machine, with one of deploy/'s files as it is but for places."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.settings import ROOT


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def programs() -> tuple[str, str]:
    """nginx and openssl; where one is missing, the test is skipped, or in CI fails."""
    nginx, openssl = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        reason = "no nginx or no openssl found; apt-get install nginx-light openssl"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; with CI set this test is required")
        pytest.skip(reason)
    return nginx, openssl


@contextmanager
def running(name: str, folder: Path, places: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The ports where nginx answers, without and with TLS (`folder`/cert.pem), by the file `name`; `places` are patterns of what is
    elsewhere here, and what stands there instead."""
    nginx, openssl = programs()
    asked = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    asked += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(asked, cwd=folder, check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    here = (ROOT / name).read_text(encoding="utf-8")
    for pattern, place in {
        r"(?m)^ *listen \[::\].*\n": "",
        r"listen 80;": f"listen 127.0.0.1:{plain};",
        r"listen 443": f"listen 127.0.0.1:{secure}",
        r"/etc/nginx/tls": str(folder),
        **places,
    }.items():
        here, found = re.subn(pattern, place, here)
        assert found, f"{pattern} is not in {name}"
    temporary = "".join(
        f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    written = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
    written += f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{here}}}\n"
    (folder / "nginx.conf").write_text(written)
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    proxy = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", secure)) == 0:
                    break
            assert time.monotonic() < deadline, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield plain, secure
    finally:
        proxy.terminate()
        proxy.wait(10)
