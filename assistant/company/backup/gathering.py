"""Everything that a company would miss, copied as it is while a server goes on writing: policies, kept versions, database, branding.

What is built (index, compiled encoders) is left out: a start makes it anew. No lock is taken, since each file is written whole or not
at all: what names others is copied before these, and no text that a policy names is ever deleted.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from assistant.company.backup import archive, postgresql
from assistant.company.backup.archive import BRANDING, DATA, DUMP, POLICIES, Database, Manifest
from assistant.errors import BadBackup
from assistant.settings import Settings, is_bundled

BUILT = ("index", "encoders", "coverage", "ingestion")
"""Folders of the data folder that are made anew: index, compiled encoders, what the policies cover of the bank's questions, what a
cluster has read and no index holds yet."""

_SQLITE = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; its own copy holds what is in them."""

_PATIENCE = 10.0  # seconds to wait for a process that holds the database

log = logging.getLogger(__name__)


def back_up(settings: Settings, target: Path) -> Manifest:
    """Write a backup of what these settings name, whole or not at all; what it holds.

    Raises:
        BadBackup: there is nothing to back up, or the database cannot be copied.
        OSError: a file cannot be read, or the target not be written.
    """
    target = target.absolute()
    for folder in (settings.policies, settings.data):
        if target.resolve().is_relative_to(folder.resolve()):
            raise BadBackup(
                f'"{target}" lies in "{folder}", which is backed up; name a file outside of it, best on another disk'
            )
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
        folder = Path(name)
        own = not is_bundled(settings.policies)
        # What is published meanwhile is then on the shelf and its draft still open, which is published once more without a change;
        # the other way round the draft would say that it is published, and its text be nowhere.
        _copy(settings.data, folder, DATA, besides=(settings.policies,), built=BUILT)
        if own:
            _copy(settings.policies, folder, POLICIES, besides=(settings.data,))
        branding = _copy_branding(settings, folder)
        database: Database = "sqlite"
        if settings.database_address is not None:
            postgresql.dump(settings.database_address, folder / DUMP)
            database = "postgresql"
        if settings.is_in_server and settings.store != settings.database_address:
            log.warning(
                "not in the backup: earlier texts of policies, to which permalinks lead; the server of PLAINCLAUSE_STORE keeps "
                "them, and pg_dump --schema=plainclause writes them to a file"
            )
        manifest = Manifest.of(folder, policies=own, database=database, branding=branding)
        if not manifest.files:
            raise BadBackup(
                f'there is nothing to back up: "{settings.data}" holds nothing, and the policies are the bundled ones; set '
                "PLAINCLAUSE_DATA and PLAINCLAUSE_POLICIES as the server has them"
            )
        archive.write(target, folder, manifest)
    return manifest


def kept_files(folder: Path, besides: tuple[Path, ...] = (), built: tuple[str, ...] = ()) -> Iterator[Path]:
    """The files of a folder that are kept, those that name others first: none that begins with a dot (locks, what is half written),
    none of `built` below it, none in `besides`."""
    left_out = {path.resolve() for path in besides} - {folder.resolve()}
    pending = [folder]
    while pending:
        here = pending.pop(0)
        for path in sorted(here.iterdir()):
            if path.name.startswith(".") or (here == folder and path.name in built):
                continue
            if path.is_symlink():
                log.warning('not in the backup: "%s", a symbolic link', path)
            elif path.is_dir():
                if path.resolve() not in left_out:
                    pending.append(path)
            elif path.is_file() and not path.name.endswith(BESIDE):
                yield path


def _copy(source: Path, target: Path, name: str, besides: tuple[Path, ...], built: tuple[str, ...] = ()) -> None:
    """Copy what is kept of a folder to the one of this name in `target`.

    Raises:
        BadBackup: a file has a name with which it could not be restored.
    """
    if not source.is_dir():
        return
    for path in kept_files(source, besides, built):
        member = f"{name}/{path.relative_to(source).as_posix()}"
        if not archive.is_within(member):
            raise BadBackup(
                f'"{path}" cannot be in a backup by its name (a backslash, or bytes that are not UTF-8); rename it, or move it away'
            )
        copied = target / member
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("rb") as file:
                is_database = file.read(len(_SQLITE)) == _SQLITE
            if is_database:
                _copy_database(path, copied)
            else:
                shutil.copyfile(path, copied)
        except FileNotFoundError:  # removed meanwhile, on purpose
            copied.unlink(missing_ok=True)


def _copy_database(path: Path, target: Path) -> None:
    """A database as it stood at one moment, though others write to it."""
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)  # all pages in one step: it need not begin anew when somebody writes
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without what would stand beside it
            [verdict] = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BadBackup(
            f'database "{path}" cannot be copied ({error}); see whether it is sound and nobody keeps it locked'
        ) from error
    if verdict != "ok":
        raise BadBackup(f'database "{path}" is damaged ({verdict}); put a sound copy in its place')


def _copy_branding(settings: Settings, folder: Path) -> str | None:
    """The branding file, and the logo that it names, where they lie in neither of the other folders; the file's name there."""
    path = settings.branding
    if path is None or any(
        path.resolve().is_relative_to(each.resolve()) for each in (settings.policies, settings.data)
    ):
        return None
    (folder / BRANDING).mkdir()
    shutil.copyfile(path, folder / BRANDING / path.name)
    try:
        logo = tomllib.loads(path.read_text(encoding="utf-8")).get("logo")
    except ValueError as error:
        raise BadBackup(
            f'branding file "{path}" is no TOML ({error}); mend it, or unset PLAINCLAUSE_BRANDING'
        ) from error
    if isinstance(logo, str) and Path(logo).name == logo and (path.parent / logo).is_file():
        shutil.copyfile(path.parent / logo, folder / BRANDING / logo)
    return path.name
