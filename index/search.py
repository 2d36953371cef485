"""Query -> scores: an opened index over the policies it was built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from corpus.model import Summary
from index.build import LEXICAL, check_engine
from index.encoders.base import Embedding, Encoder
from index.errors import REBUILD, ForeignIndex
from index.fuse import with_late, with_lexical
from index.late_interaction import TokenIndex, Tokens
from index.lexical import LexicalIndex
from index.model import IndexCard
from index.stores.base import FileStore, Vectors, VectorStore

_CLAUSES_A_POLICY = 8  # the first look for so many policies takes so many clauses a policy: near ones come in clusters


class Searcher:
    """Searches the clauses of some policies. Row `i` of the index is clause `i`, policies in order of id."""

    def __init__(
        self,
        generation: str,
        counts: Mapping[str, int],
        encoder: Encoder,
        store: VectorStore,
        second: Tokens | LexicalIndex,
    ) -> None:
        """Args:
        counts: how many clauses each policy has, by id.
        """
        self.generation, self.encoder = generation, encoder
        self._store, self.second = store, second
        self.rows = rows_of(counts)
        self._ids = list(self.rows)
        self._ends = np.array([rows.stop for rows in self.rows.values()], dtype=np.int64)

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
            named = (self._ids[at] for at in np.searchsorted(self._ends, rows, side="right").tolist())
            found = dict.fromkeys(policy_id for policy_id in named if policy_id in among)
            if limit >= len(self._store):
                break
            limit *= 4
        near = set(list(found)[:most])
        return [policy_id for policy_id in policy_ids if policy_id in near]

    def vectors(self, policy_id: str) -> Vectors:
        """The stored vectors of one policy's clauses: float32, (clauses, dim)."""
        rows = self.rows[policy_id]
        return self._store.vectors(np.arange(rows.start, rows.stop, dtype=np.int64))


def clause_counts(summaries: Mapping[str, Summary]) -> dict[str, int]:
    """How many clauses each policy has."""
    return {id_: each.clauses for id_, each in summaries.items()}


def rows_of(counts: Mapping[str, int]) -> dict[str, range]:
    """The rows of each policy, in order of id, of the clauses that each has."""
    ids = sorted(counts)
    ends = accumulate(counts[id_] for id_ in ids)
    return {id_: range(end - counts[id_], end) for id_, end in zip(ids, ends, strict=True)}


def open_index(
    generation: Path,
    card: IndexCard,
    counts: Mapping[str, int],
    encoder: Encoder,
    store: type[FileStore],
) -> Searcher:
    """Open a generation of an index of some policies, of so many clauses each, checked against encoder and store.

    Raises:
        ForeignIndex (index.errors).
    """
    check_engine(card, encoder, store.__name__)
    return Searcher(
        generation.name,
        counts,
        encoder,
        store.load(generation),
        TokenIndex.load(generation) or LexicalIndex.load(generation / LEXICAL, card.count),
    )
