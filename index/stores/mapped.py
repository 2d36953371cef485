"""Vectors in files: mapped into memory, or read as they are asked for."""

from __future__ import annotations

import os
import struct
import weakref
from pathlib import Path
from typing import Self

import numpy as np

from index.errors import REBUILD, DamagedIndex
from index.stores.base import Rows, Vectors

# How faiss begins the file of an IndexFlatIP: four letters for the kind, the dimension, the count; then 29 bytes that do
# not matter here, then the vectors as they are, to the end (faiss/impl/index_write.cpp, write_index_header).
_FLAT = struct.Struct("<4siq")
_FLAT_KIND, _FLAT_START = b"IxFI", 45


def open_vectors(path: Path) -> Vectors:
    """The vectors of a `.npy` file, mapped: float32, (count, dim).

    Raises:
        DamagedIndex: the file is cut short or holds something else.
    """
    try:
        found = np.load(path, mmap_mode="r")
    except (EOFError, ValueError) as error:
        raise DamagedIndex(f'file "{path}" holds no vectors ({error})', REBUILD) from error
    if found.dtype != np.float32 or found.ndim != 2:
        raise DamagedIndex(f'file "{path}" holds {found.dtype} {found.shape}, expected float32 (count, dim)', REBUILD)
    return np.asarray(found)


class VectorFile:
    """Vectors in a file, read at each use: `file[start:stop]` or `file[rows]`, float32, (rows, dim).

    Not mapped: the kernel maps far more around a page that is touched than was asked for. A thousand searches of a million
    vectors grew the process by 1.1 GB that way, and by nothing this way; reading the rows of a policy takes microseconds.
    The file is closed when nothing refers to this any more.
    """

    def __init__(self, path: Path, start: int, count: int, dim: int) -> None:
        """Args:
        start: where in the file the vectors begin, in bytes.
        """
        self._path, self._start, self._count, self._dim = path, start, count, dim
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    @classmethod
    def of_array(cls, path: Path) -> Self:
        """The vectors of a `.npy` file.

        Raises:
            DamagedIndex: the file is cut short or holds something else.
        """
        mapped = open_vectors(path)  # for its checks and measures; nothing of it is touched
        count, dim = mapped.shape
        return cls(path, path.stat().st_size - mapped.nbytes, count, dim)

    @classmethod
    def of_flat(cls, path: Path) -> Self:
        """The vectors within a stored `faiss.IndexFlatIP`. FAISS itself is not needed.

        Raises:
            DamagedIndex: the file is cut short or holds another kind of index.
        """
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_FLAT.size)
        kind, dim, count = _FLAT.unpack(head) if len(head) == _FLAT.size else (b"", 0, 0)
        expected = _FLAT_START + 4 * dim * count
        if kind != _FLAT_KIND or size != expected:
            raise DamagedIndex(
                f'file "{path}" is no whole flat index: kind {kind!r}, {size} of {expected} bytes', REBUILD
            )
        return cls(path, _FLAT_START, count, dim)

    def __getitem__(self, rows: slice | Rows) -> Vectors:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(self._count)
            return self._read(start, stop - start)
        if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
            return self._read(int(rows[0]), len(rows))
        found = np.empty((len(rows), self._dim), dtype=np.float32)
        for place, row in enumerate(rows.tolist()):
            found[place] = self._read(row, 1)
        return found

    def __len__(self) -> int:
        return self._count

    def _read(self, start: int, count: int) -> Vectors:
        found = np.empty((max(count, 0), self._dim), dtype=np.float32)
        if found.size and os.preadv(self._file, [found.data], self._start + 4 * self._dim * start) != found.nbytes:
            raise DamagedIndex(f'file "{self._path}" ends before its vectors do', REBUILD)
        return found
