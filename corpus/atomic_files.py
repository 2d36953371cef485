"""Files that take their place in one step and stay there, and a lock for who writes them.

A file is written beside its place under a name that begins with a dot and ends with ".part", brought to the disk, then renamed.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

_PART = ".part"

log = logging.getLogger(__name__)


class Unconfirmed(OSError):
    """A step that was taken, and of which the disk does not say that it will last."""


@contextlib.contextmanager
def locked(path: Path, what: str, wait: float, busy: type[Exception]) -> Iterator[None]:
    """The lock file `path`, for one writer at a time; a second waits `wait` seconds, if any, and says so on standard error.

    Args:
        what: what the other writer is doing, for the message: 'another change of "policies"'.
        busy: the error to raise where the lock is not free in time.

    Raises:
        busy.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if wait:
            log.info("%s is under way; waiting up to %.0f s", what, wait)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise busy(f"{what} is still under way after {wait:.0f} s; wait for it, or end it, and try again") from None
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
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all, and have its name written to the disk: a failure leaves what was there.

    Raises:
        OSError: the folder is not there or cannot be written.
    """
    put(path, text.encode("utf-8", "backslashreplace"))
    sync(path.parent)


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
