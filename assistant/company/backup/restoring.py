"""A backup put in its place, whole or not at all: it is unpacked and compared with its manifest beside what it replaces, then file
takes file's place by renaming; where one cannot, all go back.

Killed in the midst of that the folders hold some of both; restoring again, with `replace`, makes them whole.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from assistant.company.backup import archive, postgresql
from assistant.company.backup.archive import BRANDING, DATA, DUMP, POLICIES, Manifest
from assistant.company.backup.gathering import BESIDE, BUILT, kept_files
from assistant.errors import BadBackup
from assistant.settings import Settings, is_bundled
from corpus.atomic_files import locked, sync
from corpus.shelf.writer import LOCK, WAIT, ShelfBusy

_UNPACKED, _ASIDE = ".restoring-", ".replaced-"  # nothing that begins with a dot is read, or backed up


def restore(settings: Settings, source: Path, *, replace: bool = False) -> Manifest:
    """Put everything of a backup where these settings say; what it holds. The index is not built.

    Args:
        replace: what is there goes; without it anything there is an error.

    Raises:
        BadBackup: it is damaged, a newer program's, not for these settings, or something is there already. All is as it was.
        ShelfBusy: another change of the policies that does not end.
        OSError: a folder cannot be written. All is as it was.
    """
    manifest = archive.read_manifest(source)
    _check_settings(settings, source, manifest)
    shelves = {POLICIES: settings.policies} if manifest.policies else {}
    folders = {DATA: settings.data, **shelves}
    if not replace:
        _check_empty(settings, manifest)
    for folder in folders.values():
        if source.resolve().is_relative_to(folder.resolve()):
            raise BadBackup(
                f'"{source}" lies in "{folder}", in whose place it is put, and would go with what is there; move it elsewhere'
            )
    with contextlib.ExitStack() as left:
        unpacked = left.enter_context(_made(settings.data, f"{_UNPACKED}{uuid4().hex[:8]}"))
        manifest = archive.unpack(source, unpacked)
        _check_settings(settings, source, manifest)
        if shelves:
            left.enter_context(_made(settings.policies))
            left.enter_context(locked(settings.policies / LOCK, f'a change of "{settings.policies}"', WAIT, ShelfBusy))
        with _moves() as moves:
            for name, folder in folders.items():
                moves.away(folder, list(_there(folder, settings)))
                moves.into(unpacked / name, folder, _left_alone(folder, settings))
            if manifest.branding is not None and settings.branding is not None:
                _place_branding(unpacked / BRANDING, manifest.branding, settings.branding, moves)
            if manifest.database == "postgresql" and settings.database_address is not None:
                postgresql.load(settings.database_address, unpacked / DUMP)
    for folder in (settings.data, settings.policies):
        for path in [*folder.glob(f"{_UNPACKED}*"), *folder.glob(f"{_ASIDE}*")]:
            shutil.rmtree(path, ignore_errors=True)
    return manifest


class _Moves:
    """Renamings, to be taken back in one go."""

    def __init__(self) -> None:
        self.done: list[tuple[Path, Path]] = []
        self.aside: list[Path] = []

    def away(self, folder: Path, paths: list[Path]) -> None:
        """Move files of a folder aside, within it: there is no other place that is sure to be on the same file system."""
        aside = folder / f"{_ASIDE}{uuid4().hex[:8]}"
        self.aside.append(aside)
        for path in paths:
            self._move(path, aside / path.relative_to(folder))

    def into(self, source: Path, folder: Path, left_alone: Sequence[Path]) -> None:
        """Move every file below a folder to its place below another, but for what an earlier program backed up of what is left alone."""
        for path in sorted(source.rglob("*")):
            target = folder / path.relative_to(source)
            if path.is_file() and not any(target.is_relative_to(each) for each in left_alone):
                self._move(path, target)

    def one(self, source: Path, target: Path) -> None:
        """Move one file, in place of what is there."""
        if target.exists():
            self.away(target.parent, [target])
        self._move(source, target)

    def back(self) -> None:
        """Put everything back. What cannot go stays aside, and is not lost."""
        for source, target in reversed(self.done):
            with contextlib.suppress(OSError):
                shutil.move(target, source)
        for folder in self.aside:
            for path in sorted(folder.rglob("*"), reverse=True):
                with contextlib.suppress(OSError):
                    path.rmdir()
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _move(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() or target.is_symlink():
            raise BadBackup(f'"{target}" is in the way; move it, and restore again')
        try:
            shutil.move(source, target)  # a renaming, but for a shelf on another file system
        except BaseException:
            if source.exists():
                target.unlink(missing_ok=True)
            raise
        self.done.append((source, target))

    def finish(self) -> None:
        """Remove what was moved aside: nothing goes back any more."""
        for path in self.aside:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _moves() -> Iterator[_Moves]:
    moves = _Moves()
    try:
        yield moves
        for folder in {target.parent for _, target in moves.done}:
            sync(folder)
    except BaseException:
        moves.back()
        raise
    moves.finish()


@contextlib.contextmanager
def _made(folder: Path, within: str | None = None) -> Iterator[Path]:
    """A folder, made if need be; where what follows fails, those that were made and are empty go again. `within` names a folder
    in it, which goes in any case."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    inner = folder / within if within else folder
    try:
        inner.mkdir(exist_ok=True)
        yield inner
    except BaseException:
        if within:
            shutil.rmtree(inner, ignore_errors=True)
        if folder in made:
            (folder / LOCK).unlink(missing_ok=True)
        for each in made:
            with contextlib.suppress(OSError):
                each.rmdir()
        raise
    if within:
        shutil.rmtree(inner, ignore_errors=True)


def _there(folder: Path, settings: Settings) -> Iterator[Path]:
    """What of a folder a backup would hold, and what SQLite keeps beside it."""
    if not folder.is_dir():
        return
    besides = (settings.policies,) if folder == settings.data else (settings.data,)
    for path in kept_files(folder, besides, BUILT if folder == settings.data else ()):
        yield path
        yield from (each for end in BESIDE if (each := path.with_name(path.name + end)).is_file())


def _left_alone(folder: Path, settings: Settings) -> list[Path]:
    """What in a folder is no part of it in a backup: what is built, and the other folder, where that lies in it."""
    built = [folder / name for name in BUILT] if folder == settings.data else []
    others = (each for each in (settings.data, settings.policies) if each != folder)
    return [*built, *(each for each in others if each.is_relative_to(folder))]


def _check_settings(settings: Settings, source: Path, manifest: Manifest) -> None:
    said = f'backup "{source}" holds'
    if manifest.policies and is_bundled(settings.policies):
        raise BadBackup(
            f"{said} policies, and the bundled ones are left as they are; set PLAINCLAUSE_POLICIES to a folder of your own"
        )
    if manifest.database == "postgresql" and settings.database_address is None:
        raise BadBackup(f"{said} a PostgreSQL database; set PLAINCLAUSE_DATABASE to one that it may be put into")
    if manifest.database == "sqlite" and settings.database_address is not None:
        raise BadBackup(f"{said} the database as a file, and PLAINCLAUSE_DATABASE names a server; unset it to restore")
    if manifest.branding is not None and settings.branding is None:
        raise BadBackup(f'{said} a branding file, "{manifest.branding}"; set PLAINCLAUSE_BRANDING to where it is to be')


def _check_empty(settings: Settings, manifest: Manifest) -> None:
    remedy = "give --replace to put the backup in its place"
    for folder in (settings.data, *((settings.policies,) if manifest.policies else ())):
        existing = next(_there(folder, settings), None)
        if existing is not None:
            raise BadBackup(f'"{existing}" is there already; {remedy}, or set folders that are empty')
    if manifest.branding is not None and settings.branding is not None:
        for name in (Path(each).name for each in manifest.files if each.startswith(f"{BRANDING}/")):
            path = _place_of(name, manifest.branding, settings.branding)
            if path.exists():
                raise BadBackup(f'branding file "{path}" is there already; {remedy}')
    if settings.database_address is not None and not postgresql.is_empty(settings.database_address):
        raise BadBackup(
            f"the database that PLAINCLAUSE_DATABASE names holds tables already; {remedy}, or name an empty one"
        )


def _place_branding(unpacked: Path, name: str, target: Path, moves: _Moves) -> None:
    for path in sorted(unpacked.iterdir()):
        moves.one(path, _place_of(path.name, name, target))


def _place_of(name: str, branding: str, target: Path) -> Path:
    """Where a file of the branding is to be: the branding file itself where the settings name it, its logo beside it."""
    return target if name == branding else target.parent / name
