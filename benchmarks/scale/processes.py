"""Questions a second of one and of several processes of the web server, with the index in files and in PostgreSQL, by the API; and
what each process takes of memory. One process uses all cores; held to one, it tells what a process with a core of its own adds.

python -m benchmarks.scale.processes [--seconds 20] [--workers 1 2 4] [--rounds 3]

Each question is new. Askers are in this process and take their part of the processor, too: it is counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import numpy as np

from assistant.bootstrap.factory import build_index
from assistant.settings import Settings
from benchmarks import figures
from benchmarks.golden import load
from benchmarks.machine import provenance
from benchmarks.servers import postgresql
from benchmarks.servers.plainclause import SERVE, places, running
from benchmarks.servers.waiting import until
from corpus.atomic_files import write_whole

PEOPLE = 8  # who ask at once, shared out evenly among the processes
SECONDS, ROUNDS, WORKERS = 20.0, 3, (1, 2, 4)


class Serving(NamedTuple):
    """How the questions are served: from which store, by how many processes, on how many cores in all."""

    store: str
    processes: int
    cores: int


def throughput(addresses: list[str], seconds: float, numbers: Iterator[int]) -> dict[str, Any]:
    """Answers a second, errors, and milliseconds from question to answer."""
    questions = cycle(load("golden"))
    taken: list[float] = []
    errors = 0

    async def person(client: httpx.AsyncClient, end: float) -> None:
        nonlocal errors
        while time.perf_counter() < end:
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
        end = time.perf_counter() + seconds
        await asyncio.gather(*(person(clients[number % len(clients)], end) for number in range(PEOPLE)))
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


def _rest(process: int) -> None:
    """Wait until a server has done what it does after its start: what the policies answer of the suggested questions. Four
    processes that rest take a third of a core: in each Gradio's queue looks for events a thousand times a second."""

    def rests() -> bool:
        before = _processor_time(process)
        time.sleep(2.0)
        return _processor_time(process) - before < 1.0

    until(rests, "rest of the server after its start", 300)


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


@contextmanager
def _cores(cores: int) -> Iterator[None]:
    """What is started meanwhile may use no more cores than these (Linux)."""
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(own)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def measured(
    stores: Mapping[str, Settings], workers: Sequence[int], seconds: float, rounds: int
) -> list[dict[str, Any]]:
    """Every number of processes with every store in turn, again and again, so that what else the machine does falls on all."""
    numbers = count(1)
    machine = len(os.sched_getaffinity(0))
    ways = [Serving(name, 1, 1) for name in stores] if machine > 1 else []
    ways += [Serving(name, each, machine) for name in stores for each in workers]
    of_each: dict[Serving, list[dict[str, Any]]] = {way: [] for way in ways}
    taken: dict[Serving, list[dict[str, int]]] = {}
    for _ in range(rounds):
        for way in ways:
            serving = running(*SERVE, workers=str(way.processes), requests_per_minute="0", **places(stores[way.store]))
            with ExitStack() as served:
                with _cores(way.cores):
                    server = served.enter_context(serving)
                addresses, process = server.answers(way.processes), server.process.pid
                _rest(process)
                throughput(addresses, min(seconds, 5.0), numbers)  # what is loaded with the first question
                load_before = round(os.getloadavg()[0], 2)
                of_each[way].append({**throughput(addresses, seconds, numbers), "load_before": load_before})
                taken[way] = memory(process)
    return [
        {
            **way._asdict(),
            "answers_a_second": round(median(run["answers_a_second"] for run in runs), 2),
            "p50_ms": round(median(run["p50_ms"] for run in runs), 1),
            "p95_ms": round(median(run["p95_ms"] for run in runs), 1),
            "runs": runs,
            "memory": taken[way],
        }
        for way, runs in of_each.items()
    ]


def main() -> None:
    """Measure and write benchmarks/results/processes.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.processes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--out", type=Path, default=figures.RESULTS / "processes.json")
    given = parser.parse_args()
    about = provenance()
    with TemporaryDirectory() as folder, postgresql.running(postgresql.binaries_with_pgvector()) as address:
        own = Settings()
        files = own.model_copy(update={"data": Path(folder), "encoders": own.encoders_folder})
        stores = {"files": files, "PostgreSQL": files.model_copy(update={"store": address})}
        for each in stores.values():
            build_index(each)
        rows = measured(stores, given.workers, given.seconds, given.rounds)
    text = json.dumps(about | {"people": PEOPLE, "seconds": given.seconds, "rows": rows}, indent=1) + "\n"
    write_whole(given.out, text)
    print(text)


if __name__ == "__main__":
    main()
