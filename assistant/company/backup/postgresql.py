"""A PostgreSQL database into a file and out of it, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from assistant.company.database.engine import server_address
from assistant.errors import BadBackup

_INSTALL = (
    "install PostgreSQL's client programs (Debian: apt-get install postgresql-client), of the server's version or newer"
)
_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


def dump(url: str, target: Path) -> None:
    """Write a dump of the database, as it stood at one moment.

    Raises:
        BadBackup: pg_dump is not installed, or failed.
    """
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(url: str, source: Path) -> None:
    """Put a dump into the database, in one transaction; tables that it holds are replaced.

    Raises:
        BadBackup: pg_restore is not installed, or failed: the database is then as it was.
    """
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", url, *options, str(source), to_write=True)


def is_empty(url: str) -> bool:
    """Whether the database holds no table.

    Raises:
        BadBackup: psql is not installed, or the server cannot be asked.
    """
    return _run("psql", url, "--no-psqlrc", "--tuples-only", "--no-align", f"--command={_TABLES}").strip() == "0"


def _run(program: str, url: str, *options: str, to_write: bool = False) -> str:
    executable = shutil.which(program)
    if executable is None:
        raise BadBackup(f'the database is PostgreSQL\'s, and "{program}" is not installed; {_INSTALL}')
    address, password = _without_password(url, to_write=to_write)
    # Who lists processes sees their arguments, but not their environment.
    known = {"PGPASSWORD": password} if password is not None else {}
    done = subprocess.run(
        [executable, f"--dbname={address}", "--no-password", *options],
        env={**os.environ, "PGCONNECT_TIMEOUT": "10", **known},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:400] or f"exit code {done.returncode}"
        raise BadBackup(f"{program} failed ({said}); see that the server runs, and {_INSTALL}")
    return done.stdout


def _without_password(url: str, *, to_write: bool = False) -> tuple[str, str | None]:
    """An address as PostgreSQL's programs take it, read as the server reads it, and its password.

    to_write: of several servers the one that may be written to.
    """
    address = server_address(url)
    _, known = address.get_dialect()().create_connect_args(address)
    if to_write:
        known.setdefault("target_session_attrs", "read-write")
    password = known.pop("password", None)
    quoted = {name: str(value).replace("\\", "\\\\").replace("'", "\\'") for name, value in known.items()}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items()), password
