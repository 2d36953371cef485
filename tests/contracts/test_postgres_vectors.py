"""The server against the exact store: same rows, same order, same scores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BadStoreAddress
from index.postgres.opened import (
    PostgresPolicies,
    PostgresTokens,
    PostgresVectors,
    generation_in_use,
)
from index.postgres.server import Server
from index.postgres.writing import build
from index.stores.base import Vectors
from index.stores.exact import ExactStore
from tests.contracts.test_vector_stores import groups, unit
from tests.given_vectors import GivenVectors, policies_of


def put(server: Server, vectors: Vectors, sizes: list[int] | None = None) -> PostgresVectors:
    """Vectors, as the clauses of policies of such sizes."""
    policies = policies_of(len(vectors), sizes or [100] * (len(vectors) // 100 + 1))
    build(policies, GivenVectors(vectors), server, lambda _: b"", "test", lambda: b"")
    return PostgresVectors(server, generation_in_use(server))


@pytest.fixture(scope="module")
def server(postgres_with_vectors: str) -> Iterator[Server]:
    found = Server(postgres_with_vectors)
    yield found
    found.close()


@pytest.fixture(scope="module")
def many() -> Vectors:
    found: Vectors = groups(3_000, 48, 10)
    return found


@settings(max_examples=12)
@given(count=st.integers(1, 300), seed=st.integers(0, 9), limit=st.integers(1, 320), data=st.data())
def test_the_same_rows_in_the_same_order_as_the_exact_store(server, count, seed, limit, data):
    vectors, query = unit(count, 32, seed), unit(1, 32, seed + 100)[0]
    start = data.draw(st.integers(0, count))
    rows = data.draw(st.sampled_from([None, range(start, count)]))
    sizes = data.draw(st.lists(st.integers(1, 90), min_size=1, max_size=5))
    expected = ExactStore.build(vectors).search(query, limit, rows)
    found = put(server, vectors, [*sizes, count]).search(query, limit, rows)
    assert found.rows.tolist() == expected.rows.tolist()
    np.testing.assert_array_equal(found.scores, expected.scores)
    assert found.rows.dtype == np.int64
    assert found.scores.dtype == np.float32


@pytest.mark.parametrize("limit", [1, 10, 20, 33])
def test_equal_scores_come_in_order_of_rows_also_at_the_cut(server, limit):
    query, other = unit(2, 384, 2)
    better = (query + 0.1 * other) / np.linalg.norm(query + 0.1 * other)
    equal = (query + other) / np.linalg.norm(query + other)
    vectors = np.concatenate([unit(7, 384, 3), np.repeat(equal[None], 40, 0), np.repeat(better[None], 3, 0)])
    expected = [47, 48, 49, *range(7, 47)][:limit]
    store = put(server, vectors, [9, 30, 50])
    assert store.search(query, limit).rows.tolist() == expected
    assert store.search(query, limit, range(5, 50)).rows.tolist() == expected


def test_vectors_come_in_the_order_asked_for(server, many):
    store = put(server, many)
    assert len(store) == 3_000
    for rows in ([], [2_999], [4, 5, 6], [6, 5, 4], [99, 100, 101], [0, 0, 2], [2_998, 2_999, 0]):
        np.testing.assert_array_equal(store.vectors(np.array(rows, dtype=np.int64)), many[rows])


def test_no_rows_give_no_neighbours(server):
    store = put(server, unit(60, 8, 4))
    for rows, limit in ((range(2, 2), 3), (None, 0)):
        found = store.search(unit(1, 8, 5)[0], limit, rows)
        assert (found.rows.size, found.scores.size) == (0, 0)


def test_of_many_nearly_all_of_the_nearest_are_found_with_their_true_scores(server, many, monkeypatch):
    """Also with generations beside this one whose vectors lie as near, and have to be passed over."""
    put(server, many[::-1].copy())
    put(server, groups(3_000, 48, 77))
    store, exact, hits = put(server, many), ExactStore.build(many), 0
    monkeypatch.setattr(PostgresVectors, "exact_up_to", 500)
    for query in groups(100, 48, 20):
        found, expected = store.search(query, 10), exact.search(query, 10)
        assert len(found.rows) == 10
        assert (np.diff(found.scores) <= 0).all()
        every = exact.search(query, 3_000)
        np.testing.assert_array_equal(found.scores, every.scores[np.argsort(every.rows)[found.rows]])
        hits += len(set(found.rows.tolist()) & set(expected.rows.tolist()))
    assert hits >= 970
    more = store.search(many[3], 2_000)
    assert more.rows.tolist() == exact.search(many[3], 2_000).rows.tolist()


def test_of_many_the_servers_graph_is_used(server, many, monkeypatch):
    store = put(server, many)
    monkeypatch.setattr(PostgresVectors, "exact_up_to", 500)
    before = _scans(server)
    store.search(many[0], 10)
    deadline = time.monotonic() + 20
    while _scans(server) <= before and time.monotonic() < deadline:  # a server tells of it a second later
        time.sleep(0.2)
        store.search(many[0], 10)
    assert _scans(server) > before


def _scans(server: Server) -> int:
    with server.writing() as connection:
        row = connection.execute(
            "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'clauses_near_48'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_searches_from_several_threads_find_what_one_finds(server, many):
    store = put(server, many)
    alone = [store.search(query, 10).rows.tolist() for query in many[:40]]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda query: store.search(query, 10).rows.tolist(), many[:40])) == alone


def test_tokens_and_policies_are_those_that_were_written(server):
    vectors = unit(40, 16, 8)
    put(server, vectors, [15, 25])
    generation = generation_in_use(server)
    policies = PostgresPolicies(server, generation)
    assert dict(policies) == {policy.id: policy for policy in policies_of(40, [15, 25])}
    assert [policies.summaries[id_].clauses for id_ in policies] == [15, 25]
    found = PostgresTokens(server, generation).scores(vectors[20:22], range(15, 40))
    expected = [np.mean([max(q @ vectors[row], q @ vectors[0]) for q in vectors[20:22]]) for row in range(15, 40)]
    np.testing.assert_allclose(found, expected, atol=2e-3)  # float16


def test_a_server_without_pgvector_is_told_what_it_lacks(postgres):
    with pytest.raises(BadStoreAddress, match=r"has no pgvector .*; install its package"):
        Server(postgres).prepare()
