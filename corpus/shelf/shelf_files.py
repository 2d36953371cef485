"""The files of a shelf's folder: which there are, and their bytes, nothing read from outside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from stat import S_ISREG

from corpus.endings import TEXT
from corpus.errors import BadMetadata, NoPolicies, UnreadablePolicy

TEXTS = "texts"
MOST_BYTES = 20_000_000  # of a file: a larger one is no policy, and is refused before it is read


def source_files(folder: Path) -> list[Path]:
    """Every file that a shelf is read from: policies and metadata in order of their names, then the texts of added ones."""
    try:
        tended, described = listed(folder)
        texts = sorted((folder / TEXTS).glob("[!.]*.md"))
    except (NoPolicies, OSError):
        return []
    root = folder.resolve()
    # Ten thousand files directly in the folder need not be followed one by one.
    within = {parent for parent in (folder, folder / TEXTS) if parent.resolve().is_relative_to(root)}
    return [
        path
        for path in [*sorted([*tended, *described]), *texts]
        if (path.parent in within and _is_plain(path)) or _refusal(path, root) is None
    ]


def listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """The texts and the metadata files that stand in a folder, in order of their names."""
    if not folder.is_dir():
        raise NoPolicies(
            f'policies folder "{folder}" does not exist; set PLAINCLAUSE_POLICIES to a folder of .md or .txt files'
        )
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise NoPolicies(
            f'policies folder "{folder}" cannot be listed ({error.strerror}); check that it is there and yours to read'
        ) from error
    return (
        [path for path in paths if path.suffix.lower() in TEXT],
        [path for path in paths if path.suffix == ".json"],
    )


def stored_text(folder: Path, name: str) -> bytes:
    """The bytes of a text that the program added, by its name in the folder ("texts/<sha256>.md").

    Raises:
        UnreadablePolicy: it is missing, or its bytes are not those that its name says.
    """
    path = folder / name
    if not path.is_file():
        raise UnreadablePolicy(
            f'text "{path}" of an added policy is missing; restore it from a backup, or replace the policy'
        )
    data = file_bytes(path, folder.resolve())
    if f"{TEXTS}/{hashlib.sha256(data).hexdigest()}.md" != name:
        raise UnreadablePolicy(
            f'text "{path}" was altered or is not whole ({len(data)} bytes): its hash is not its name; '
            "restore it from a backup, or move it away and replace the policy"
        )
    return data


def file_bytes(path: Path, root: Path, what: str = "policy file") -> bytes:
    """The bytes of a file that lies under `root`, links followed; `what` is how errors call it.

    Raises:
        UnreadablePolicy (BadMetadata for a "metadata file"): it lies elsewhere, is no file, is too large, cannot be read.
    """
    kind = BadMetadata if what == "metadata file" else UnreadablePolicy
    reason = _refusal(path, root)
    if reason is not None:
        raise kind(f'{what} "{path}" {reason}')
    try:
        return path.read_bytes()
    except OSError as error:
        raise kind(
            f'{what} "{path}" cannot be read ({error.strerror}); check that it is a file you may read'
        ) from error


def _is_plain(path: Path) -> bool:
    """Whether a file of a shelf is no link, and none that would be refused."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES


def _refusal(path: Path, root: Path) -> str | None:
    """Why a file of a shelf is not even opened; None if it may be."""
    try:
        real = path.resolve(strict=True)
        status = real.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        reason = error.strerror if isinstance(error, OSError) else "links in a circle"
        return f"cannot be read ({reason}); check that it is a file you may read"
    if not real.is_relative_to(root):
        return "is a symbolic link out of its folder, which is not followed; put the file itself there"
    if not S_ISREG(status.st_mode):
        return "cannot be read (it is no file); check that it is a file you may read"
    if status.st_size > MOST_BYTES:
        return f"is too large ({status.st_size / 1e6:,.0f} MB, at most {MOST_BYTES / 1e6:.0f} MB are read); save the policy alone"
    return None
