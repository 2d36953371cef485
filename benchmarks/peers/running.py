"""The processes of a measurement, one after the other: each system builds its index, answers once from cold, answers all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import IO, Any, NamedTuple, cast

from assistant.settings import ROOT

COLD_RUNS = 5
# What the frameworks document against calls to elsewhere: the model lies on disk, and nobody is told of the use.
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
_REMEDY = 'if a library is missing there, "rm -r .venv-peers" and "make bench-peers" set the peers up anew'
_MAXRSS_PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere


class BrokenChild(Exception):
    """A process under measure failed or printed something else than its result."""


class Run(NamedTuple):
    """A process that ended well: what it printed, seconds until it began to print, largest resident memory in MiB."""

    printed: str
    seconds: float
    memory: float


def child(python: Path, job: Mapping[str, Any]) -> Any:
    """The result of a job (benchmarks/peers/child.py), done by a process of that Python.

    Raises:
        BrokenChild: it failed; the message has the end of what it printed.
    """
    name = f"{job['system']} ({job['do']})"
    return _read(name, run(name, child_command(python), json.dumps(job)).printed)


def child_command(python: Path) -> list[str]:
    """The command that reads a job from standard input."""
    return [str(python), "-m", "benchmarks.peers.child"]


def cold(commands: Mapping[str, tuple[Sequence[str], str]]) -> dict[str, dict[str, Any]]:
    """For each system, a fresh process from start to first answer: seconds until it prints, and its memory in MiB.

    They take turns, so that a busy moment of the machine hits nobody alone. The first turn warms the disk's cache and does
    not count.

    Args:
        commands: for each system the command that prints an answer as JSON, and what to put on its standard input.

    Raises:
        BrokenChild: one failed.
    """
    runs: dict[str, list[Run]] = {system: [] for system in commands}
    for _ in range(1 + COLD_RUNS):
        for system, (command, given) in commands.items():
            runs[system].append(run(f"{system} (first)", command, given))
            _read(f"{system} (first)", runs[system][-1].printed)
    return {system: _summary(measured[1:]) for system, measured in runs.items()}


def run(name: str, command: Sequence[str], given: str = "") -> Run:
    """Run a command in the root of the project, with something on its standard input.

    Raises:
        BrokenChild: it cannot be started, or ended with an error; the message has the end of what it printed.
    """
    with tempfile.TemporaryFile() as job, tempfile.TemporaryFile() as complaints:
        job.write(given.encode())
        job.seek(0)
        begun = time.perf_counter()
        try:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **_QUIET}, stdin=job, stdout=subprocess.PIPE, stderr=complaints
            )
        except OSError as error:
            raise BrokenChild(f'{name} cannot be started with "{command[0]}": {error.strerror}; {_REMEDY}') from None
        with process:
            output = cast(IO[bytes], process.stdout)
            printed = output.read(1)
            seconds = time.perf_counter() - begun
            memory = _peak_memory(process.pid)
            printed += output.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            complaints.seek(0)
            raise BrokenChild(
                f"{name} ended with code {process.returncode}, "
                f'having printed "{_last_line(complaints.read() or printed)}"; {_REMEDY}'
            )
    return Run(printed.decode(errors="replace"), seconds, memory or usage.ru_maxrss / _MAXRSS_PER_MIB)


def _peak_memory(process: int) -> float | None:
    """The most memory a process has held so far, in MiB, where the system tells. What it tells at the end is no use: that is
    never less than its parent held."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(peak[1]) / 1024 if peak else None


def _summary(runs: Sequence[Run]) -> dict[str, Any]:
    seconds = [each.seconds for each in runs]
    return {
        "cold_s": {
            "median": round(median(seconds), 3),
            "least": round(min(seconds), 3),
            "most": round(max(seconds), 3),
            "count": len(seconds),
        },
        "rss_mb": round(median(each.memory for each in runs), 1),
    }


def _read(name: str, printed: str) -> Any:
    try:
        return json.loads(printed)
    except json.JSONDecodeError:
        said = _last_line(printed.encode())
        raise BrokenChild(f'{name} printed "{said}" instead of its result; {_REMEDY}') from None


def _last_line(printed: bytes) -> str:
    lines = [line for line in printed.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip()[:300] if lines else ""
