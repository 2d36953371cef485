"""Questions a second of one and of several processes of the web server, by the API, and what each process takes of memory.

python -m benchmarks.web.workers [--seconds 30] [--workers 1 2] [--rounds 3] [--out FILE]

Each question is new. Askers are in this process and take their part of the processor, too: it is counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import IO, Any, cast

import httpx
import numpy as np

from assistant.settings import ROOT
from benchmarks.golden import load
from benchmarks.machine import commit, machine
from corpus.atomic_files import write_whole

PEOPLE = 8  # who ask at once, shared out evenly among the processes
SECONDS, ROUNDS = 30.0, 3
_ADDRESS = re.compile(r"http://\S+")


@contextmanager
def served(workers: int) -> Iterator[tuple[int, list[str]]]:
    """A server of so many processes: the process that begins them, and the address of each."""
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PLAINCLAUSE_PORT": "0",
            "PLAINCLAUSE_WORKERS": str(workers),
            "PLAINCLAUSE_REQUESTS_PER_MINUTE": "0",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        addresses: list[str] = []
        while len(addresses) < workers:
            said = cast(IO[str], process.stdout).readline()
            if not said:
                raise RuntimeError("the server did not start")
            addresses += _ADDRESS.findall(said)
        _rest(process.pid)
        yield process.pid, addresses
    finally:
        process.terminate()
        process.wait(30)


def throughput(addresses: list[str], seconds: float, numbers: Iterator[int]) -> dict[str, Any]:
    """Answers a second, errors, and milliseconds from question to answer."""
    questions = cycle(load("golden"))
    taken: list[float] = []
    errors = 0

    async def person(client: httpx.AsyncClient, until: float) -> None:
        nonlocal errors
        while time.perf_counter() < until:
            began = time.perf_counter()
            asked = {"question": f"{next(questions).question} ({next(numbers)})", "policy": "rackspace"}
            try:
                response = await client.post("/api/ask", json=asked)
                errors += response.status_code != 200
            except httpx.HTTPError:
                errors += 1
            taken.append(1000 * (time.perf_counter() - began))

    async def crowd() -> None:
        clients = [httpx.AsyncClient(base_url=address, timeout=60) for address in addresses]
        until = time.perf_counter() + seconds
        await asyncio.gather(*(person(clients[number % len(clients)], until) for number in range(PEOPLE)))
        for client in clients:
            await client.aclose()

    began, used = time.perf_counter(), time.process_time()
    asyncio.run(crowd())
    lasted, used = time.perf_counter() - began, time.process_time() - used
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "answers_a_second": round((len(taken) - errors) / lasted, 2),
        "errors": errors,
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "askers_cores": round(used / lasted, 2),
    }


def memory(process: int) -> list[dict[str, int]]:
    """MiB of each process of a server, this one and those that it began: its own part (PSS), and all that it has in its address
    space (RSS); largest first. On Linux."""
    found = []
    for each in (process, *_began_by(process)):
        text = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        kib = {name: int(size) for name, size in re.findall(r"^(Pss|Rss): +(\d+) kB$", text, re.MULTILINE)}
        found.append({"pss_mib": kib["Pss"] // 1024, "rss_mib": kib["Rss"] // 1024})
    return sorted(found, key=lambda each: -each["pss_mib"])


def _rest(process: int, patience: float = 300.0) -> None:
    """Wait until a server has done what it does after its start: what the policies answer of the suggested questions."""
    until, before = time.monotonic() + patience, _processor_time(process)
    while time.monotonic() < until:
        time.sleep(2.0)
        now = _processor_time(process)
        if now - before < 0.3:
            return
        before = now
    raise RuntimeError(f"the server was still at work {patience:.0f} s after its start")


def _processor_time(process: int) -> float:
    """Seconds that a server's processes have computed."""
    ticks = 0
    for each in (process, *_began_by(process)):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _began_by(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text(encoding="ascii").split()]


def measured(workers: list[int], seconds: float, rounds: int) -> dict[str, Any]:
    """Every number of processes in turn, again and again, so that what else the machine does falls on all."""
    numbers = count(1)
    of_each: dict[int, list[dict[str, Any]]] = {each: [] for each in workers}
    taken: dict[int, list[dict[str, int]]] = {}
    for _ in range(rounds):
        for each in workers:
            with served(each) as (process, addresses):
                throughput(addresses, min(seconds, 5.0), numbers)  # what is loaded with the first question
                load_before = round(os.getloadavg()[0], 2)
                of_each[each].append({**throughput(addresses, seconds, numbers), "load_before": load_before})
                taken[each] = memory(process)
    return {
        str(each): {
            "answers_a_second": round(median(run["answers_a_second"] for run in of_each[each]), 2),
            "runs": of_each[each],
            "memory": taken[each],
        }
        for each in workers
    }


def main() -> None:
    """Measure and print; into a file, too, where one is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web.workers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    result = {
        "machine": machine(),
        "commit": commit(),
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "people": PEOPLE,
        "seconds": given.seconds,
        "workers": measured(given.workers, given.seconds, given.rounds),
    }
    text = json.dumps(result, indent=1) + "\n"
    if given.out is not None:
        write_whole(given.out, text)
    print(text)


if __name__ == "__main__":
    main()
