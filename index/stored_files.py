"""Files that are known again by size, time and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG

from pydantic import BaseModel, ConfigDict


class StoredFile(BaseModel):
    """A file as it was when it was written: bytes, time of its last change (ns since 1970), SHA-256 of its content."""

    model_config = ConfigDict(frozen=True)

    size: int
    changed_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> StoredFile:
        """What a file is now."""
        found = path.stat()
        return cls(size=found.st_size, changed_ns=found.st_mtime_ns, sha256=file_sha256(path))

    def problem(self, path: Path, *, thoroughly: bool = False) -> str | None:
        """What is wrong with the file at `path`; None if it is the one that was written.

        A file of the same size and time is taken for the same without reading it: opening an index must not read
        gigabytes. `thoroughly` reads it all the same.
        """
        try:
            found = path.stat()
        except OSError:
            return "is missing"
        if not S_ISREG(found.st_mode):
            return "is missing"
        if found.st_size != self.size:
            return f"has {found.st_size} bytes, its card says {self.size}"
        if (thoroughly or found.st_mtime_ns != self.changed_ns) and file_sha256(path) != self.sha256:
            return "was changed after it was built"
        return None


def stored_files(folder: Path) -> dict[str, StoredFile]:
    """Every file under a folder, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): StoredFile.of(path) for path in files}


def first_problem(folder: Path, files: Mapping[str, StoredFile], *, thoroughly: bool = False) -> str | None:
    """The first of some files under a folder that is not as it was written, and what is wrong with it; None if all are."""
    for name, expected in files.items():
        problem = expected.problem(folder / name, thoroughly=thoroughly)
        if problem:
            return f'file "{name}" of "{folder}" {problem}'
    return None


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
