"""An array written row after row is the one that would have been written at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from index.growing_array import GrowingArray


@given(
    st.sampled_from(["float16", "float32", "bool", "uint8"]),
    st.integers(0, 4),
    st.lists(st.integers(0, 300)),
    st.data(),
)
def test_what_is_appended_is_what_is_loaded(tmp_path_factory, dtype, width, counts, data):
    path = tmp_path_factory.mktemp("growing") / "array.npy"
    parts = [data.draw(npst.arrays(dtype, (count, width), elements=st.just(1), fill=st.just(0))) for count in counts]
    array = GrowingArray(path, dtype, (width,))
    for part in parts:
        array.append(part)
    array.finish()
    expected = np.concatenate([np.empty((0, width), dtype), *parts])
    loaded = np.load(path)
    assert (loaded.dtype, array.count) == (expected.dtype, len(expected))
    np.testing.assert_array_equal(loaded, expected)


def test_the_head_has_room_for_any_count(tmp_path):
    array = GrowingArray(tmp_path / "array.npy", np.uint8, (1,))
    begin = (tmp_path / "array.npy").stat().st_size
    for _ in range(3):
        array.append(np.zeros((70_000, 1), np.uint8))
    array.finish()
    assert np.load(tmp_path / "array.npy", mmap_mode="r").shape == (210_000, 1)
    assert (tmp_path / "array.npy").stat().st_size >= 210_000 + begin


def test_rows_of_another_shape_are_refused(tmp_path):
    array = GrowingArray(tmp_path / "array.npy", np.float32, (3,))
    with pytest.raises(ValueError, match=r"rows have the shape \(2,\), the array's have \(3,\)"):
        array.append(np.zeros((1, 2), np.float32))
    array.close()
