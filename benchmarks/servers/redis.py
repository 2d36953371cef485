"""A real Redis or Valkey server of this machine's own binaries, in a folder of its own, reached by a Unix socket only."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from benchmarks.servers.waiting import until

MISSING = "no Redis or Valkey found (looked for redis-server and valkey-server in PATH); apt-get install redis-server"


def program() -> str | None:
    """The server's program, if this machine has one."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


class Server:
    """A server that one may kill, freeze and start again; nothing is kept from one start to the next."""

    def __init__(self, path: str) -> None:
        self._program = path
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="redis", dir="/tmp")  # the path of a socket must be short
        self.socket = Path(self._folder.name) / "socket"
        self.address = f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self.socket.unlink(missing_ok=True)
        settings = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self._program, *settings, "--dir", self._folder.name], stdout=subprocess.DEVNULL
        )
        until(self._listens, "the Redis server", 30)

    def _listens(self) -> bool:
        """The socket's file is there before anybody listens."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def send(self, number: int) -> None:
        """Send its process a signal."""
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        """End it and remove its folder."""
        self.stop()
        self._folder.cleanup()
