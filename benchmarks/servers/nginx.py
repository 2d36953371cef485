"""A real nginx of this machine, with one of deploy/'s files as it is but for places."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.settings import ROOT
from benchmarks.servers.waiting import until

MISSING = "no nginx or no openssl found; apt-get install nginx-light openssl"

SCALED = "deploy/nginx.scale.conf"


def programs() -> tuple[str, str] | None:
    """nginx and openssl, if this machine has both; Debian keeps nginx out of a user's PATH."""
    nginx, openssl = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), shutil.which("openssl")
    return (nginx, openssl) if nginx and openssl else None


def free_port() -> int:
    """A port of this machine that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """So many ports that follow each other, which nobody has now and no outgoing connection takes.

    Raises:
        RuntimeError: there are none.
    """
    for first in range(23_000, 32_000, count):
        ports = list(range(first, first + count))
        if not any(map(listens, ports)):
            return ports
    raise RuntimeError(f"no {count} ports between 23,000 and 32,000 are free")


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def workers(ports: list[int]) -> dict[str, str]:
    """The places of `SCALED` where workers of one machine listen on these ports."""
    lines = "\n".join(f"  server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in ports)
    return {r" *server app:7860 resolve .*": lines, r"(?m)^resolver .*\n": ""}


class Proxy:
    """An nginx by the file `name` of the repository, which answers on two ports of its own without and with TLS.

    Args:
        folder: where its files are written; `folder`/cert.pem is its certificate.
        places: patterns of what is elsewhere here, and what stands there instead.

    Raises:
        RuntimeError: there is no nginx, or it refuses the file.
    """

    def __init__(self, name: str, folder: Path, places: Mapping[str, str]) -> None:
        found = programs()
        if found is None:
            raise RuntimeError(MISSING)
        nginx, openssl = found
        asked = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        asked += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
        subprocess.run(asked, cwd=folder, check=True, capture_output=True)
        self.plain, self.secure, self.certificate = free_port(), free_port(), folder / "cert.pem"
        here = (ROOT / name).read_text(encoding="utf-8")
        for pattern, place in {
            r"(?m)^ *listen \[::\].*\n": "",
            r"listen 80;": f"listen 127.0.0.1:{self.plain};",
            r"listen 443": f"listen 127.0.0.1:{self.secure}",
            r"/etc/nginx/tls": str(folder),
            **places,
        }.items():
            here, times = re.subn(pattern, place, here)
            if not times:
                raise RuntimeError(f"{pattern} is not in {name}")
        temporary = "".join(
            f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        written = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        written += f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{here}}}\n"
        (folder / "nginx.conf").write_text(written, encoding="utf-8")
        self._command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        tried = subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)
        if tried.returncode:
            raise RuntimeError(tried.stderr)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._command, start_new_session=True)
        until(lambda: listens(self.secure), "nginx", 20)

    def kill(self) -> None:
        """End it and what it has begun at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def stop(self) -> None:
        """Let it end."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(name: str, folder: Path, places: Mapping[str, str]) -> Iterator[Proxy]:
    """A proxy that runs for as long as the block."""
    proxy = Proxy(name, folder, places)
    try:
        proxy.start()
        yield proxy
    finally:
        proxy.stop()
