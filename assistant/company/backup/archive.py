"""A backup as one file: a gzipped tar whose first member is its manifest, which names each other member with size and SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Final, Literal
from uuid import uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from assistant.errors import BadBackup
from corpus.atomic_files import sync

FORMAT: Final = 2  # of 1: no policy has the day on which it was last changed
"""To be raised by whoever changes what a backup holds or how it names it; an older program then refuses it."""

POLICIES, DATA, BRANDING, DUMP = "policies", "data", "branding", "database.dump"
_MANIFEST = "manifest.json"
_MOST_MANIFEST = 200_000_000  # bytes; a million files
_CHUNK = 1 << 20

Database = Literal["sqlite", "postgresql"]


class Member(BaseModel):
    """A file of a backup: bytes and SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What a backup holds. `policies` is False where it was made of the bundled ones, which come with the program; `branding` is
    the name of the branding file among those below `branding/`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1, 2] = FORMAT
    program: str
    made_at: AwareDatetime
    policies: bool
    database: Database
    branding: str | None = None
    files: dict[str, Member]

    @field_validator("files")
    @classmethod
    def _within(cls, files: dict[str, Member]) -> dict[str, Member]:
        for name in files:
            if not is_within(name):
                raise ValueError(f'it names a file "{name[:100]}", which would lie elsewhere')
        return files

    @field_validator("branding")
    @classmethod
    def _plain(cls, name: str | None) -> str | None:
        if name is not None and PurePosixPath(name).name != name:
            raise ValueError(f'its branding file "{name[:100]}" would lie elsewhere')
        return name

    @classmethod
    def of(cls, folder: Path, *, policies: bool, database: Database, branding: str | None) -> Manifest:
        """The manifest of what was gathered in a folder, as it is to stand in the backup."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return cls(
            program=version("plainclause"),
            made_at=datetime.now(UTC).replace(microsecond=0),
            policies=policies,
            database=database,
            branding=branding,
            files={path.relative_to(folder).as_posix(): _member(path) for path in paths},
        )


def is_within(name: str) -> bool:
    """Whether a member's name is a path of a backup: below one of its folders, each part a plain name, written in one way only, and
    in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    path = PurePosixPath(name)
    below = len(path.parts) > 1 and path.parts[0] in (POLICIES, DATA, BRANDING)
    plain = str(path) == name and not {"..", "."} & set(path.parts) and "\\" not in name and "\0" not in name
    return plain and (below or name == DUMP)


def write(target: Path, folder: Path, manifest: Manifest) -> None:
    """Write a folder that was gathered as a backup, whole or not at all; readable to its owner alone.

    Raises:
        OSError.
    """
    part = target.with_name(f".{target.name}.{uuid4().hex[:8]}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT, compresslevel=6) as tar:
                told = manifest.model_dump_json(indent=1).encode()
                tar.addfile(_header(_MANIFEST, len(told)), io.BytesIO(told))
                for name, member in manifest.files.items():
                    with (folder / name).open("rb") as content:
                        tar.addfile(_header(name, member.size), content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write every file of a backup below a folder that is empty, and have compared each with the manifest.

    Raises:
        BadBackup: it is not whole, not as it was written, a newer program's, or no backup.
        OSError: the folder cannot be written.
    """
    with _opened(source) as tar:
        manifest = _manifest(source, tar)
        left = dict(manifest.files)
        while (entry := tar.next()) is not None:
            expected = left.pop(entry.name, None)
            if expected is None or not entry.isreg():
                raise BadBackup(
                    f'backup "{source}" holds "{entry.name[:100]}", which its manifest does not name; {_OTHER}'
                )
            content = tar.extractfile(entry)
            if content is None or _written(content, folder / entry.name) != expected:
                raise BadBackup(f'file "{entry.name}" of backup "{source}" is not as it was written; {_OTHER}')
        if left:
            raise BadBackup(f'backup "{source}" lacks "{min(left)}", which its manifest names; {_OTHER}')
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What a backup says that it holds; its files are not read.

    Raises:
        BadBackup.
    """
    with _opened(source) as tar:
        return _manifest(source, tar)


_OTHER = "take another backup"


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    if not source.is_file():
        raise BadBackup(f'backup "{source}" does not exist, or is no file; name a file that plainclause backup wrote')
    try:
        with tarfile.open(source, "r|gz") as tar:
            yield tar
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, ValueError, UnicodeError) as error:
        raise BadBackup(
            f'backup "{source}" is damaged, or no backup ({str(error) or "it ends too early"}); {_OTHER}'
        ) from error
    except OSError as error:
        if error.errno is not None:  # of the disk; without a number it is what zlib found wrong
            raise
        raise BadBackup(f'backup "{source}" is damaged ({error}); {_OTHER}') from error


def _manifest(source: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.isreg() else None
    if first is None or content is None or first.name != _MANIFEST or first.size > _MOST_MANIFEST:
        raise BadBackup(
            f'"{source}" does not begin with a manifest: it is no backup; name a file that plainclause backup wrote'
        )
    told = content.read()
    try:
        stated = _Format.model_validate_json(told)
        if stated.format > FORMAT:
            raise BadBackup(
                f'backup "{source}" has format {stated.format} and was made by plainclause {stated.program[:40]}, this program '
                f"({version('plainclause')}) knows format {FORMAT}; update the program"
            )
        return Manifest.model_validate_json(told)
    except ValidationError as error:
        first_error = error.errors()[0]
        where = ".".join(str(part) for part in first_error["loc"])[:100]
        raise BadBackup(
            f'manifest of backup "{source}" is wrong at "{where}": {first_error["msg"]}; {_OTHER}'
        ) from error


class _Format(BaseModel):
    """What a manifest of any format says."""

    format: int = Field(ge=1)
    program: str


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _member(path: Path) -> Member:
    with path.open("rb") as file:
        return Member(size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _written(content: IO[bytes], path: Path) -> Member:
    """Write what is read to a file, and say what it was."""
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Member(size=size, sha256=digest.hexdigest())
