"""txtai, as its documentation has it: an embeddings database with content, asked by SQL where a filter is wanted; its
Similarity re-ranks with a cross-encoder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.child import CANDIDATES, MODEL, RERANKED, Asked, Passage, minilm


class System:
    """An Embeddings database; each row has its text and its policy."""

    # Empty lines part them. Two of the four policies have hardly any and stay almost whole.
    splitter = "Segmentation, paragraphs"
    reranking = "Similarity"
    libraries = ("txtai",)
    model = MODEL

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        self._policies, self._folder = policies, folder

    def build(self) -> int:
        """Segment, index, save."""
        from txtai import Embeddings
        from txtai.pipeline import Segmentation

        segment = Segmentation(paragraphs=True)
        rows = [
            {"text": text, "policy": policy_id}
            for policy_id, path in self._policies.items()
            for text in segment(path.read_text(encoding="utf-8"))
        ]
        embeddings = Embeddings(path=minilm(), content=True)
        embeddings.index(rows)
        embeddings.save(str(self._folder))
        return len(rows)

    def load(self, reranker: str | None) -> None:
        """Load the saved database."""
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(self._folder))
        self._reranker = None
        if reranker is not None:
            from txtai.pipeline import Similarity

            self._reranker = Similarity(path=reranker, crossencode=True)

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """SQL with a similar clause, and one on the policy where the question is about one."""
        query = f"select text, policy from txtai where similar(:question, {CANDIDATES})"
        parameters = {"question": asked.question}
        if asked.policy is not None:
            query += " and policy = :policy"
            parameters["policy"] = asked.policy
        rows = self._embeddings.search(query, count if self._reranker is None else RERANKED, parameters=parameters)
        if self._reranker is not None and rows:
            ranked = self._reranker(asked.question, [row["text"] for row in rows])
            rows = [rows[at] for at, _ in ranked[:count]]
        return [Passage(row["text"], row["policy"]) for row in rows]
