"""An array of which nobody knows yet how many rows it will have: written row after row to a `.npy` file, never held in memory."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray


class GrowingArray:
    """Rows of one kind, appended to a file that `np.load` reads after `finish`.

    A file of the form 1.0 leaves room in its head for the count of rows to grow in (numpy.lib.format, `GROWTH_AXIS_MAX_DIGITS`), so
    the head is written again at the end.
    """

    def __init__(self, path: Path, dtype: DTypeLike, row: tuple[int, ...] = ()) -> None:
        """Args:
        row: the shape of a row.
        """
        self.dtype, self._row, self.count = np.dtype(dtype), row, 0
        self._file: BinaryIO = path.open("wb")
        self._head()

    def append(self, rows: NDArray[np.generic]) -> None:
        """Write further rows: (rows, *row)."""
        if rows.shape[1:] != self._row:
            raise ValueError(f"rows have the shape {rows.shape[1:]}, the array's have {self._row}")
        self._file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)
        self.count += len(rows)

    def finish(self) -> None:
        """Complete the file."""
        self._file.seek(0)
        self._head()
        self._file.close()

    def close(self) -> None:
        """Let the file go, complete or not."""
        self._file.close()

    def _head(self) -> None:
        shape = (self.count, *self._row)
        head = {"descr": npy.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(self._file, head)
