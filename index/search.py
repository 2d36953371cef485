"""Query -> hits: an opened index over the policies it was built from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from corpus.model import Clause, Policy
from index.build import LEXICAL, check_engine
from index.encoders.base import Embedding, Encoder
from index.errors import REBUILD, ForeignIndex
from index.fuse import with_late, with_lexical
from index.late_interaction import TokenIndex
from index.lexical import LexicalIndex
from index.model import Hit, IndexCard, Passage
from index.stores.base import Vectors, VectorStore

_CLAUSES_A_POLICY = 8  # the first look for so many policies takes so many clauses a policy: near ones come in clusters


class Searcher:
    """Searches the clauses of some policies. Row `i` of the index is clause `i`, policies in order of id."""

    def __init__(
        self,
        generation: str,
        policies: Iterable[Policy],
        encoder: Encoder,
        store: VectorStore,
        second: TokenIndex | LexicalIndex,
    ) -> None:
        self.generation, self.encoder = generation, encoder
        self._store, self.second = store, second
        self.clauses: list[Clause] = []
        self.rows: dict[str, range] = {}
        for policy in sorted(policies, key=lambda policy: policy.id):
            self.rows[policy.id] = range(len(self.clauses), len(self.clauses) + len(policy.clauses))
            self.clauses.extend(policy.clauses)

    def warm(self) -> None:
        """Load now what would be loaded with the first question; after this, nothing is read from the index's folder by name."""
        (embedding,) = self.encode("warm")
        self._store.search(embedding.vector, 1)

    def encode(self, *queries: str) -> list[Embedding]:
        """The queries' embeddings, in one pass."""
        return self.encoder.encode_questions(queries)

    def scores(self, query: str, embedding: Embedding, policy_id: str) -> Vectors:
        """Fused score of every clause of one policy: float32, (clauses,)."""
        rows = self.rows[policy_id]
        found = self._store.search(embedding.vector, len(rows), rows)
        dense = np.empty(len(rows), dtype=np.float32)
        dense[found.rows - rows.start] = found.scores
        if isinstance(self.second, LexicalIndex):
            return with_lexical(dense, self.second.scores(query)[rows.start : rows.stop])
        if embedding.tokens is None:
            raise ForeignIndex(f"the index has vectors of tokens, encoder {self.encoder.name} gives none", REBUILD)
        return with_late(dense, self.second.scores(embedding.tokens, rows))

    def nearest_policies(self, embedding: Embedding, policy_ids: Sequence[str], most: int) -> list[str]:
        """At most so many of some policies, in their order: those of the clauses nearest to a query. All, if they are no more."""
        if len(policy_ids) <= most:
            return list(policy_ids)
        among, found, limit = frozenset(policy_ids), dict[str, None](), _CLAUSES_A_POLICY * most
        while len(found) < most:
            rows = self._store.search(embedding.vector, limit).rows
            named = (self.clauses[row].policy_id for row in rows)
            found = dict.fromkeys(policy_id for policy_id in named if policy_id in among)
            if limit >= len(self.clauses):
                break
            limit *= 4
        near = set(list(found)[:most])
        return [policy_id for policy_id in policy_ids if policy_id in near]

    def vectors(self, policy_id: str) -> Vectors:
        """The stored vectors of one policy's clauses: float32, (clauses, dim)."""
        rows = self.rows[policy_id]
        return self._store.vectors(np.arange(rows.start, rows.stop, dtype=np.int64))

    def search(self, query: str, policy_ids: Sequence[str], limit: int) -> list[Hit]:
        """The best clauses of some policies, best first; equal scores in order of policy and place."""
        (embedding,) = self.encode(query)
        scored = [
            (float(score), row)
            for policy_id in policy_ids
            for row, score in zip(self.rows[policy_id], self.scores(query, embedding, policy_id), strict=True)
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [self._hit(row, score, rank) for rank, (score, row) in enumerate(scored[:limit], start=1)]

    def _hit(self, row: int, score: float, rank: int) -> Hit:
        clause = self.clauses[row]
        return Hit(Passage(clause.policy_id, clause.span), score, rank)


def open_index(
    generation: Path,
    card: IndexCard,
    policies: Iterable[Policy],
    encoder: Encoder,
    store: type[VectorStore],
) -> Searcher:
    """Open a generation of an index of some policies, checked against encoder and store.

    Raises:
        ForeignIndex (index.errors).
    """
    check_engine(card, encoder, store)
    return Searcher(
        generation.name,
        policies,
        encoder,
        store.load(generation),
        TokenIndex.load(generation) or LexicalIndex.load(generation / LEXICAL, card.count),
    )
