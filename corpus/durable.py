"""Files that take their place in one step and stay there: what a shelf is written with.

A file is written beside its place under a name that begins with a dot and ends with ".part", brought to the disk, then renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from corpus.errors import CorpusError

LOCK = ".shelf.lock"
_PART = ".part"


class ShelfBusy(CorpusError):
    """Another writer that did not finish in time."""


class Unconfirmed(OSError):
    """A step that was taken, and of which the disk does not say that it will last."""


@contextlib.contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """The folder, for one writer at a time; a second waits `wait` seconds and says so on standard error.

    Raises:
        ShelfBusy.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f'another change of "{folder}" is under way; waiting up to {wait:.0f} s', file=sys.stderr)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise ShelfBusy(
                f'another change of "{folder}" is still under way after {wait:.0f} s; wait for it, or end it, and try again'
            ) from None
    try:
        yield
    finally:
        lock.release()


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a failure leaves what was there.

    Raises:
        OSError.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}{_PART}")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def confirm(folder: Path) -> None:
    """Have a step that was taken in a folder written to the disk.

    Raises:
        Unconfirmed.
    """
    try:
        sync(folder)
    except OSError as error:
        raise Unconfirmed(error.errno, error.strerror) from error


def sync(folder: Path) -> None:
    """Have the names in a folder written to the disk, where its file system can say so."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def sweep(*folders: Path) -> None:
    """Remove what killed writers left half written. Only under the lock."""
    for folder in folders:
        for path in folder.glob(f".*{_PART}"):
            path.unlink(missing_ok=True)
