"""Plainclause's own web server in processes of their own, and what it has said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.settings import ROOT, Settings
from benchmarks.servers.waiting import PATIENCE, until

SERVE = ("app.py",)


def places(settings: Settings) -> dict[str, str]:
    """Where a program of its own finds what these settings name: policies, data, encoders and index, by the settings' names."""
    return {name: str(getattr(settings, name)) for name in ("policies", "data", "encoders", "store")}


def environment(**settings: str) -> dict[str, str]:
    """This program's environment with settings of its own: `data="/some/folder"` sets PLAINCLAUSE_DATA."""
    return {**os.environ, **{f"PLAINCLAUSE_{name.upper()}": value for name, value in settings.items()}}


_ADDRESS = re.compile(r"http://\S+")


class Server:
    """A server, of one process or several, that is started with settings of its own.

    Args:
        command: what Python runs.
        settings: as of `environment`; a port is chosen where none is named.
    """

    def __init__(self, *command: str, **settings: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(**{"port": "0"} | settings) | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())

    def says(self, pattern: str, times: int = 1) -> None:
        """Wait until it has said a line like this so many times.

        Raises:
            RuntimeError: it ended before.
            TimeoutError: it did not within `PATIENCE` seconds.
        """

        def said() -> bool:
            ended = self.process.poll() is not None
            if ended:
                self._reading.join(10)
            if ended and len(self.said(pattern)) < times:
                raise RuntimeError("the server ended; it said:\n" + "\n".join(self.lines))
            return len(self.said(pattern)) >= times

        until(said, f"{pattern} among the server's lines", PATIENCE)

    def said(self, pattern: str) -> list[str]:
        """Its lines like this."""
        return [line for line in self.lines if re.search(pattern, line)]

    def answers(self, workers: int = 1) -> list[str]:
        """Wait until it answers in so many processes: their addresses, the first worker's first."""
        self.says(_ADDRESS.pattern, workers)
        return [address for line in sorted(self.said(_ADDRESS.pattern))[:workers] for address in _ADDRESS.findall(line)]

    @property
    def ports(self) -> list[int]:
        """Of its workers, the first one's first."""
        lines = sorted(self.said(r"^worker \d of \d: Plainclause answers on http://"))
        return [int(line.rpartition(":")[2]) for line in lines]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal that ends it: its exit code."""
        self.process.send_signal(number)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reading.join(10)
        return code


@contextmanager
def running(*command: str, **settings: str) -> Iterator[Server]:
    """A server that runs for as long as the block."""
    server = Server(*command, **settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """The address, with a slash, of a server that runs for as long as the block."""
    with running(*SERVE, **settings) as server:
        (address,) = server.answers()
        yield f"{address}/"


def of_port(port: int) -> int:
    """The process that listens on a port of this machine (Linux).

    Raises:
        RuntimeError: nobody does.
    """
    listening = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    wanted = {f"socket:[{line[9]}]" for line in listening if line[1] == f"0100007F:{port:04X}" and line[3] == "0A"}
    for process in Path("/proc").iterdir() if wanted else ():
        with suppress(OSError):  # no process, or it has ended meanwhile
            for file in process.joinpath("fd").iterdir():
                with suppress(FileNotFoundError):
                    if str(file.readlink()) in wanted:
                        return int(process.name)
    raise RuntimeError(f"nobody listens on port {port}")
