"""A real PostgreSQL server of this machine's own binaries, in a folder of its own, reached by a Unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "no PostgreSQL found (looked for initdb in PATH and /usr/lib/postgresql); apt-get install postgresql"


def binaries() -> Path | None:
    """The folder of the newest server on this machine; Debian keeps it out of the PATH."""
    named = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = named or (debian[-1] if debian else None)
    return Path(found).resolve().parent if found else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """The address of a server that runs for as long as the block; it refuses root, so root starts it as somebody else."""
    person = next((name for name in ("postgres", "nobody") if _is_there(name)), None) if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:  # the path of a socket must be short
        folder = Path(name)
        folder.chmod(0o700)
        if person is not None:
            shutil.chown(folder, person)

        def run(*command: str) -> None:
            done = subprocess.run(
                [str(programs / command[0]), *command[1:]],
                user=person, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout

        run("initdb", "-D", f"{folder}/data", "-U", "plainclause", "-A", "trust", "-E", "UTF8", "--no-sync")
        quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
        start = f"-k {folder} -c listen_addresses='' {quick}"
        run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", start, "start")
        try:
            yield f"postgresql://plainclause@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")


def _is_there(person: str) -> bool:
    try:
        pwd.getpwnam(person)
    except KeyError:
        return False
    return True
