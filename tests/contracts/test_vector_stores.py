"""Every engine against the exact one: same rows, same order, same direction of score."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap.engines import STORES
from assistant.settings import ROOT
from index.errors import DamagedIndex
from index.stores import base
from index.stores import faiss as faiss_store
from index.stores.base import inner_products
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore
from index.stores.mapped import VectorFile

ENGINES = [store for store in STORES.values() if store is not ExactStore]


class Lists(FaissStore):
    """The FAISS store as it is for a great many vectors, at a size that a test can build."""

    exact_up_to = 500


KINDS = [*STORES.values(), Lists]


def unit(count: int, dim: int, seed: int):
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def groups(count: int, dim: int, seed: int):
    """Vectors in 40 groups, as clauses are that say much the same."""
    made = unit(40, dim, seed)[np.arange(count) % 40] + 0.7 * unit(count, dim, seed + 1)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many():
    return groups(3_000, 48, 10)


@pytest.fixture(scope="module")
def folder(many, tmp_path_factory):
    path = tmp_path_factory.mktemp("lists")
    Lists.build(many).save(path)
    return path


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


@pytest.mark.parametrize("store", KINDS)
def test_better_is_higher_and_the_query_itself_comes_first(store):
    vectors = unit(600, 16, 1)
    found = store.build(vectors).search(vectors[7], 50)
    assert found.rows[0] == 7
    assert found.scores[0] == pytest.approx(1.0, abs=1e-5)
    assert (np.diff(found.scores) <= 0).all()


@pytest.mark.parametrize("store", STORES.values())
@pytest.mark.parametrize("limit", [1, 10, 20, 33])
def test_equal_scores_come_in_order_of_rows_also_at_the_cut(store, limit):
    # Clauses stand in several versions of a policy: forty equal vectors, and three better ones after them.
    query, other = unit(2, 384, 2)
    better = (query + 0.1 * other) / np.linalg.norm(query + 0.1 * other)
    equal = (query + other) / np.linalg.norm(query + other)
    vectors = np.concatenate([unit(7, 384, 3), np.repeat(equal[None], 40, 0), np.repeat(better[None], 3, 0)])
    expected = [47, 48, 49, *range(7, 47)][:limit]
    assert store.build(vectors).search(query, limit).rows.tolist() == expected
    rows = range(5, 50)
    assert store.build(vectors).search(query, limit, rows).rows.tolist() == expected


@pytest.mark.parametrize("aligned", [True, False])
def test_equal_vectors_have_equal_scores_to_the_last_bit(aligned):
    vector, query = unit(2, 384, 6)
    for count in range(2, 70):
        vectors = np.repeat(vector[None], count, 0)
        if not aligned:
            vectors = np.frombuffer(b"." + vectors.tobytes(), np.float32, offset=1).reshape(count, 384)
        assert len(set(inner_products(vectors, query).tolist())) == 1


@pytest.mark.parametrize("store", KINDS)
def test_what_was_saved_is_what_is_loaded(store, tmp_path):
    vectors, query = groups(700, 384, 3), unit(1, 384, 4)[0]
    built = store.build(vectors)
    built.save(tmp_path)
    loaded = store.load(tmp_path)
    assert len(loaded) == 700
    np.testing.assert_array_equal(loaded.vectors(np.array([3, 0, 699])), vectors[[3, 0, 699]])
    for rows in (None, range(13, 137)):
        found, expected = loaded.search(query, 12, rows), built.search(query, 12, rows)
        assert found.rows.tolist() == expected.rows.tolist()
        np.testing.assert_array_equal(found.scores, expected.scores)


@pytest.mark.parametrize("store", KINDS)
def test_vectors_come_in_the_order_asked_for(store, many, tmp_path):
    store.build(many).save(tmp_path)
    loaded = store.load(tmp_path)
    for rows in ([], [2_999], [4, 5, 6], [6, 5, 4], [4, 9, 6], [0, 0, 2], [2_998, 2_999, 0]):
        np.testing.assert_array_equal(loaded.vectors(np.array(rows, dtype=np.int64)), many[rows])


def test_a_file_of_vectors_is_closed_when_nothing_refers_to_it(folder):
    file = VectorFile.of_array(folder / "vectors.npy")
    descriptor = file._file
    os.fstat(descriptor)
    del file
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize("store", KINDS)
def test_rows_are_scored_alike_in_one_block_and_in_several(store, many, tmp_path, monkeypatch):
    store.build(many).save(tmp_path)
    whole = store.load(tmp_path).search(many[7], 3_000, range(1, 2_998))
    assert sorted(whole.rows.tolist()) == list(range(1, 2_998))
    np.testing.assert_allclose(whole.scores, many[whole.rows] @ many[7], atol=1e-6)
    monkeypatch.setattr(base, "_BLOCK", 700)
    parted = store.load(tmp_path).search(many[7], 3_000, range(1, 2_998))
    assert parted.rows.tolist() == whole.rows.tolist()
    np.testing.assert_array_equal(parted.scores, whole.scores)


@pytest.mark.parametrize("store", KINDS)
def test_vectors_may_be_mapped_from_a_file_and_stay_as_they_are(store, tmp_path, many):
    np.save(tmp_path / "given.npy", many)
    built = store.build(np.load(tmp_path / "given.npy", mmap_mode="r"))
    assert built.search(many[5], 1).rows.tolist() == [5]
    np.testing.assert_array_equal(np.load(tmp_path / "given.npy"), many)


@pytest.mark.parametrize("store", KINDS)
def test_no_rows_give_no_neighbours(store):
    for rows, limit in ((range(2, 2), 3), (None, 0)):
        found = store.build(unit(600, 8, 4)).search(unit(1, 8, 5)[0], limit, rows)
        assert (found.rows.size, found.scores.size) == (0, 0)


def test_the_kind_follows_the_size(many, tmp_path):
    for name, store, count in (("few", Lists, 500), ("many", Lists, 501), ("default", FaissStore, 501)):
        (tmp_path / name).mkdir()
        store.build(many[:count]).save(tmp_path / name)
    few, lists, default = (
        faiss.read_index(str(tmp_path / name / "vectors.faiss")) for name in ("few", "many", "default")
    )
    assert isinstance(few, faiss.IndexFlatIP)
    assert isinstance(lists, faiss.IndexIVFScalarQuantizer)
    assert isinstance(default, faiss.IndexFlatIP)
    # Each vector is stored once in full.
    assert [(tmp_path / name / "vectors.npy").exists() for name in ("few", "many", "default")] == [False, True, False]


def test_lists_find_nearly_all_of_the_nearest_with_their_true_scores(folder, many):
    store, exact, hits = Lists.load(folder), ExactStore.build(many), 0
    for query in groups(100, 48, 20):
        found, expected = store.search(query, 10), exact.search(query, 10)
        assert len(found.rows) == 10
        assert (np.diff(found.scores) <= 0).all()
        np.testing.assert_array_equal(found.scores, exact.search(query, 3_000).scores[_places(exact, query, found)])
        hits += len(set(found.rows.tolist()) & set(expected.rows.tolist()))
    assert hits >= 995


def _places(exact, query, found):
    """Where rows stand in the exact order of all rows."""
    return np.argsort(exact.search(query, 3_000).rows)[found.rows]


def test_lists_hold_every_vector_also_at_the_edges_of_the_pieces_they_are_built_from(many, monkeypatch):
    monkeypatch.setattr(faiss_store, "_BATCH", 700)
    store = Lists.build(many)
    for row in (0, 699, 700, 1399, 1400, 2999):
        assert store.search(many[row], 1).rows.tolist() == [row]


@pytest.mark.parametrize("limit", [1, 10, 200])
def test_lists_are_exact_among_the_rows_of_a_policy(folder, many, limit):
    store, exact = Lists.load(folder), ExactStore.build(many)
    for at, query in enumerate(groups(50, 48, 30)):
        rows = range(37 * at, 37 * at + 120)
        found, expected = store.search(query, limit, rows), exact.search(query, limit, rows)
        assert found.rows.tolist() == expected.rows.tolist()
        np.testing.assert_array_equal(found.scores, expected.scores)


def test_lists_give_as_many_as_are_asked_for(folder, many):
    store, exact = Lists.load(folder), ExactStore.build(many)
    found, expected = store.search(many[3], 2_000), exact.search(many[3], 2_000)
    assert found.rows.tolist() == expected.rows.tolist()


def test_lists_search_from_several_threads_as_from_one(folder, many):
    store = Lists.load(folder)
    alone = [store.search(query, 10).rows.tolist() for query in many[:200]]
    with ThreadPoolExecutor(4) as threads:
        assert (
            list(threads.map(lambda query: Lists.load(folder).search(query, 10).rows.tolist(), many[:20])) == alone[:20]
        )
        assert list(threads.map(lambda query: store.search(query, 10).rows.tolist(), many[:200])) == alone


def test_a_search_leaves_the_number_of_threads_as_it_was(folder, many):
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(2)
    try:
        Lists.load(folder).search(many[0], 10)
        assert faiss.omp_get_max_threads() == 2
    finally:
        faiss.omp_set_num_threads(before)


@pytest.mark.parametrize("store", [FaissStore, Lists])
def test_a_question_about_one_policy_does_not_wait_for_faiss(store, many, tmp_path):
    store.build(many[:600]).save(tmp_path)
    code = """
import sys
from pathlib import Path
import numpy as np
from index.stores.faiss import FaissStore
from index.stores.mapped import VectorFile
store = FaissStore.load(Path(sys.argv[1]))
assert store.search(store.vectors(np.array([7]))[0], 1, range(5, 90)).rows.tolist() == [7]
assert "faiss" not in sys.modules
assert store.search(store.vectors(np.array([7]))[0], 1).rows.tolist() == [7]
assert "faiss" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("store", "name"),
    [
        (ExactStore, "vectors.npy"),
        (FaissStore, "vectors.faiss"),
        (Lists, "vectors.npy"),
        (Lists, "vectors.faiss"),
    ],
)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_told(store, name, share, many, tmp_path):
    store.build(many[:600]).save(tmp_path)
    os.truncate(tmp_path / name, int((tmp_path / name).stat().st_size * share))
    told = pytest.raises(DamagedIndex, match=rf'{name}" .*run "plainclause index build"')
    if (store, name) == (Lists, "vectors.faiss"):
        loaded = store.load(tmp_path)
        with told:
            loaded.search(many[0], 10)
    else:
        with told:
            store.load(tmp_path)


def test_a_file_of_something_else_is_told(many, tmp_path):
    Lists.build(many[:600]).save(tmp_path)
    (tmp_path / "vectors.npy").unlink()
    with pytest.raises(DamagedIndex, match="no whole flat index"):
        FaissStore.load(tmp_path)
    np.save(tmp_path / "vectors.npy", many.astype(np.float64))
    with pytest.raises(DamagedIndex, match=r"float64 \(3000, 48\), expected float32"):
        FaissStore.load(tmp_path)
