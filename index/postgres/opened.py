"""A generation of the index in a server, opened: what is asked for is read then, and what was asked last is held."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pgvector import Vector
from pydantic import TypeAdapter

from corpus.held import Held
from corpus.model import Policy, Summary
from corpus.shelf.kept import BUDGET as POLICIES_BUDGET
from corpus.versions.archive import PREFIX, D
from index.build import card_of
from index.errors import REBUILD, DamagedIndex, MissingIndex
from index.late_interaction import BUDGET, best_tokens
from index.lexical import LexicalIndex
from index.model import IndexCard
from index.postgres.server import Connection, Server
from index.search import clause_counts, rows_of
from index.stores.base import Neighbours, Rows, Vectors, inner_products, nearest, ranked

_POLICY, _SUMMARY = TypeAdapter(Policy), TypeAdapter(Summary)
_EXACT_UP_TO = 50_000  # vectors that are searched without an index: what an index might miss
_MOST_BY_INDEX = 1_000  # neighbours; for more, every vector is scored
_CLOSE = 1e-5  # a server adds up in another order than numpy


class Generation(NamedTuple):
    """A build, by its name: what it was built from, what else is kept with it, what searches words where its encoder gives no tokens,
    and which making of each policy it holds."""

    name: str
    card: IndexCard
    attached: bytes
    words: bytes | None
    made: dict[str, str]
    summaries: dict[str, Summary]

    @property
    def rows(self) -> dict[str, range]:
        """The rows of each policy, in order of id."""
        return rows_of(clause_counts(self.summaries))


def name_in_use(server: Server) -> str:
    """The name of the generation in use.

    Raises:
        MissingIndex: there is none. StoreUnreachable.
    """
    row = server.read(lambda connection: connection.execute("SELECT generation FROM plainclause.in_use").fetchone())
    if row is None:
        raise MissingIndex(f"no index in {server.named}", REBUILD)
    return str(row[0])


def generation_in_use(server: Server) -> Generation:
    """The generation in use, of one moment.

    Raises:
        MissingIndex: there is none. ForeignIndex: it is of another version of the program. StoreUnreachable.
    """

    def ask(connection: Connection) -> Generation | None:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = connection.execute(
                "SELECT name, card, attached, words FROM plainclause.generations JOIN plainclause.in_use ON name = generation"
            ).fetchone()
            if row is None:
                return None
            members = connection.execute(
                "SELECT policy_id, made, summary FROM plainclause.members JOIN plainclause.policies USING (policy_id, made) "
                "WHERE generation = %s ORDER BY policy_id",
                (row[0],),
            ).fetchall()
        card = card_of(
            row[1], f"{server.named} {row[0]}"
        )  # first: another version of the program writes other summaries
        summaries = {id_: _SUMMARY.validate_json(summary) for id_, _, summary in members}
        return Generation(row[0], card, row[2], row[3], {id_: made for id_, made, _ in members}, summaries)

    found = server.read(ask)
    if found is None:
        raise MissingIndex(f"no index in {server.named}", REBUILD)
    return found


class PostgresPolicies(Mapping[str, Policy]):
    """The policies of a generation, by id, in order of id."""

    def __init__(self, server: Server, generation: Generation) -> None:
        self._server, self._made, self.summaries = server, generation.made, generation.summaries
        self._held = Held(self._read, lambda _, held: held[1], POLICIES_BUDGET)

    def __getitem__(self, policy_id: str) -> Policy:
        if policy_id not in self._made:
            raise KeyError(policy_id)
        return self._held(policy_id)[0]

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def _read(self, policy_id: str) -> tuple[Policy, int]:
        (data,) = _row(self._server, "policy", policy_id, self._made[policy_id])
        return _POLICY.validate_json(data), len(data)


class PostgresVectors:
    """The vectors of a generation by row: a `VectorStore`. Those of one policy are read whole, and scored here; over everything the
    server looks for candidates, by an index where they are many, which are scored here, too."""

    exact_up_to = _EXACT_UP_TO

    def __init__(self, server: Server, generation: Generation) -> None:
        self._server, self._name, self._made = server, generation.name, generation.made
        self._rows = generation.rows
        self._ids = list(self._rows)
        self._ends = np.array([rows.stop for rows in self._rows.values()], dtype=np.int64)
        self._dim = generation.card.dim
        self._held = Held(self._read, lambda _, vectors: vectors.nbytes, BUDGET)

    def search(self, query: Vectors, limit: int, rows: range | None = None) -> Neighbours:
        if rows is not None:
            return nearest(self, query, limit, rows)
        limit = min(limit, len(self))
        if limit <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        by_index = len(self) > self.exact_up_to
        if by_index and limit > _MOST_BY_INDEX:
            return nearest(self, query, limit, range(len(self)))
        asked = 2 * limit + 10
        while True:
            found, vectors = self._candidates(query, min(asked, len(self)), by_index=by_index)
            scores = inner_products(vectors, query)
            best = ranked(found, scores, limit)
            # Of equal scores at its cut the server keeps any: all are there when the last that it gave lies below.
            if by_index or asked >= len(self) or scores.min() < best.scores[-1] - _CLOSE:
                return best
            asked *= 4

    def vectors(self, rows: Rows) -> Vectors:
        return self[rows]

    def __getitem__(self, rows: slice | Rows) -> Vectors:
        wanted = np.arange(*rows.indices(len(self)), dtype=np.int64) if isinstance(rows, slice) else rows
        out = np.empty((len(wanted), self._dim), dtype=np.float32)
        of_each = np.searchsorted(self._ends, wanted, side="right")
        for at in np.unique(of_each):
            policy_id, mine = self._ids[at], of_each == at
            out[mine] = self._held(policy_id)[wanted[mine] - self._rows[policy_id].start]
        return out

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def _read(self, policy_id: str) -> Vectors:
        def ask(connection: Connection) -> list[tuple[Any, ...]]:
            cursor = connection.cursor(binary=True)
            return cursor.execute(
                "SELECT vector FROM plainclause.clauses WHERE policy_id = %s AND made = %s ORDER BY number",
                (policy_id, self._made[policy_id]),
            ).fetchall()

        found = self._server.read(ask)
        if len(found) != len(self._rows[policy_id]):
            raise _lost(self._server, policy_id)
        return _matrix([vector for (vector,) in found], self._dim)

    def _candidates(self, query: Vectors, count: int, *, by_index: bool) -> tuple[Rows, Vectors]:
        """The rows that the server takes for the nearest, and their vectors."""

        def ask(connection: Connection) -> list[tuple[Any, ...]]:
            with connection.transaction():
                if by_index:
                    # Rows of other generations are passed over, and the scan goes on until there are enough of this one.
                    connection.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
                    connection.execute(
                        "SET LOCAL enable_sort = off"
                    )  # however few there are: what is measured is what is run
                    connection.execute(
                        "SELECT set_config('hnsw.ef_search', %s, true)", (str(min(1000, max(200, count))),)
                    )
                else:
                    connection.execute("SET LOCAL enable_indexscan = off")
                return (
                    connection.cursor(binary=True)
                    .execute(
                        f"SELECT policy_id, number, vector FROM plainclause.clauses JOIN plainclause.members USING (policy_id, made) "
                        f"WHERE generation = %s AND vector_dims(vector) = {self._dim} "
                        f"ORDER BY vector::vector({self._dim}) <#> %s LIMIT %s",
                        (self._name, Vector(query), count),
                    )
                    .fetchall()
                )

        found = self._server.read(ask)
        rows = np.array([self._rows[id_].start + number for id_, number, _ in found], dtype=np.int64)
        return rows, _matrix([vector for *_, vector in found], self._dim)


class PostgresTokens:
    """The vectors of the tokens of a generation's texts: late interaction, as `TokenIndex` has it."""

    def __init__(self, server: Server, generation: Generation) -> None:
        self._server, self._made = server, generation.made
        rows = generation.rows
        self._ids = {of: id_ for id_, of in rows.items()}
        self._held = Held(self._read, lambda _, widened: widened[0].nbytes, BUDGET)

    def scores(self, query: Vectors, rows: range) -> Vectors:
        """As of `TokenIndex.scores`; `rows` are those of one policy."""
        return best_tokens(query, *self._held(self._ids[rows]))

    def _read(self, policy_id: str) -> tuple[Vectors, NDArray[np.int64]]:
        tokens, starts = _row(self._server, "tokens, starts", policy_id, self._made[policy_id])
        if not starts:
            raise _lost(self._server, policy_id)
        begins = np.frombuffer(starts, dtype="<i8")
        dim = len(tokens) // 2 // int(begins[-1])
        widened = np.frombuffer(tokens, dtype="<f2").reshape(-1, dim).astype(np.float32)
        return widened, begins[:-1]


class PostgresAttached:
    """What else is kept of each policy of a generation, by id: some bytes."""

    def __init__(self, server: Server, generation: Generation) -> None:
        self._server, self._made, self._summaries = server, generation.made, generation.summaries
        self._held = Held(self._read, lambda _, data: len(data), BUDGET)

    def __call__(self, policy_id: str) -> bytes:
        return self._held(policy_id)

    def _read(self, policy_id: str) -> bytes:
        (data,) = _row(self._server, "attached", policy_id, self._made[policy_id])
        if not data and self._summaries[policy_id].clauses:
            raise _lost(self._server, policy_id)
        return bytes(data)


class PostgresArchive:
    """Every text of a policy that the server was ever given: an `Archive`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def keep(self, policies: Iterable[Policy]) -> None:
        for policy in self.missing(policies):
            summary = _SUMMARY.dump_json(Summary.of(policy)).decode()
            with self._server.writing() as connection:
                connection.execute(
                    "INSERT INTO plainclause.policies VALUES (%s, %s, %s, %s, %s, '', '', '') ON CONFLICT DO NOTHING",
                    (policy.id, f"kept {policy.sha256}", policy.sha256, summary, _POLICY.dump_json(policy)),
                )

    def missing(self, policies: Iterable[D]) -> list[D]:
        wanted = list(policies)

        def ask(connection: Connection) -> set[tuple[Any, ...]]:
            query = "SELECT policy_id, sha256 FROM plainclause.policies WHERE policy_id = ANY(%s)"
            return set(connection.execute(query, ([each.id for each in wanted],)).fetchall())

        there = self._server.read(ask)
        return [each for each in wanted if (each.id, each.sha256) not in there]

    def find(self, policy_id: str, prefix: str) -> Policy | None:
        data = self._find(policy_id, prefix) if PREFIX.fullmatch(prefix) else None
        return None if data is None else _POLICY.validate_json(data)

    def versions(self, policy_id: str) -> list[str]:
        def ask(connection: Connection) -> list[tuple[Any, ...]]:
            return connection.execute(
                "SELECT sha256 FROM plainclause.policies WHERE policy_id = %s GROUP BY sha256 ORDER BY max(kept_at) DESC, sha256",
                (policy_id,),
            ).fetchall()

        return [sha256 for (sha256,) in self._server.read(ask)]

    def _find(self, policy_id: str, prefix: str) -> bytes | None:
        def ask(connection: Connection) -> tuple[Any, ...] | None:
            return connection.execute(
                "SELECT policy FROM plainclause.policies WHERE policy_id = %s AND starts_with(sha256, %s) ORDER BY sha256, made LIMIT 1",
                (policy_id, prefix),
            ).fetchone()

        row = self._server.read(ask)
        return None if row is None else bytes(row[0])


def words_of(packed: bytes, count: int) -> LexicalIndex:
    """The search of words that is kept with a generation of so many clauses."""
    with TemporaryDirectory() as folder, zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(folder)
        return LexicalIndex.load(Path(folder), count)


def _row(server: Server, columns: LiteralString, policy_id: str, made: str) -> tuple[Any, ...]:
    def ask(connection: Connection) -> tuple[Any, ...] | None:
        cursor = connection.cursor(binary=True)
        return cursor.execute(
            f"SELECT {columns} FROM plainclause.policies WHERE policy_id = %s AND made = %s", (policy_id, made)
        ).fetchone()

    row = server.read(ask)
    if row is None:
        raise _lost(server, policy_id)
    return row


def _lost(server: Server, policy_id: str) -> DamagedIndex:
    """What is to be said of a policy of which something is not there any more: somebody has removed it, or it was swept with a build that
    was replaced long ago and is still open here."""
    return DamagedIndex(f'server {server.named} has lost policy "{policy_id}" of its index', REBUILD)


def _matrix(vectors: list[Any], dim: int) -> Vectors:
    """Vectors as the server gives them, as one array: float32, (count, dim)."""
    return np.array([vector.to_numpy() for vector in vectors], dtype=np.float32).reshape(len(vectors), dim)
