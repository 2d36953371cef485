"""Every engine against the exact one: same rows, same order, same direction of score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.opening import STORES
from index.stores.exact import ExactStore

ENGINES = [store for store in STORES.values() if store is not ExactStore]


def unit(count: int, dim: int, seed: int):
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("engine", ENGINES)
@given(count=st.integers(1, 300), seed=st.integers(0, 9), limit=st.integers(1, 320), data=st.data())
def test_the_same_rows_in_the_same_order_as_the_exact_store(engine, count, seed, limit, data):
    vectors, query = unit(count, 32, seed), unit(1, 32, seed + 100)[0]
    start = data.draw(st.integers(0, count))
    rows = data.draw(st.sampled_from([None, range(start, count)]))
    expected = ExactStore.build(vectors).search(query, limit, rows)
    found = engine.build(vectors).search(query, limit, rows)
    assert found.rows.tolist() == expected.rows.tolist()
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)
    assert found.rows.dtype == np.int64
    assert found.scores.dtype == np.float32


@pytest.mark.parametrize("store", STORES.values())
def test_better_is_higher_and_the_query_itself_comes_first(store):
    vectors = unit(50, 16, 1)
    found = store.build(vectors).search(vectors[7], 50)
    assert found.rows[0] == 7
    assert found.scores[0] == pytest.approx(1.0, abs=1e-5)
    assert (np.diff(found.scores) <= 0).all()


@pytest.mark.parametrize("store", STORES.values())
def test_equal_scores_come_in_order_of_rows(store):
    vectors = np.repeat(unit(1, 16, 2), 20, axis=0)
    assert store.build(vectors).search(vectors[0], 20).rows.tolist() == list(range(20))


@pytest.mark.parametrize("store", STORES.values())
def test_what_was_saved_is_what_is_loaded(store, tmp_path):
    vectors = unit(40, 16, 3)
    store.build(vectors).save(tmp_path)
    loaded = store.load(tmp_path)
    assert len(loaded) == 40
    np.testing.assert_array_equal(loaded.vectors(np.array([3, 0, 39])), vectors[[3, 0, 39]])
    assert loaded.search(vectors[5], 1).rows.tolist() == [5]


@pytest.mark.parametrize("store", STORES.values())
def test_no_rows_give_no_neighbours(store):
    found = store.build(unit(5, 8, 4)).search(unit(1, 8, 5)[0], 3, range(2, 2))
    assert (found.rows.size, found.scores.size) == (0, 0)
