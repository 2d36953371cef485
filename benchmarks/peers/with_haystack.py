"""Haystack, as its tutorials have it: an indexing pipeline into the in-memory store, a query pipeline from it; its
SentenceTransformersSimilarityRanker re-ranks, after the retriever, as its documentation has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.peers.child import MODEL, RERANKED, Asked, Passage, minilm


class System:
    """Two pipelines around an InMemoryDocumentStore; the name of the file is metadata of each document."""

    splitter = "DocumentSplitter, 200 words, none overlapping"
    reranking = "SentenceTransformersSimilarityRanker"
    libraries = ("haystack-ai", "sentence-transformers-haystack")
    model = MODEL

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        self._policies, self._file = policies, folder / "store.json"
        self._ids = {path.name: policy_id for policy_id, path in policies.items()}

    def build(self) -> int:
        """Convert, clean, split as is the default, embed, save."""
        from haystack import Pipeline
        from haystack.components.converters import MarkdownToDocument, TextFileToDocument
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("text", TextFileToDocument())
        pipeline.add_component("markdown", MarkdownToDocument(progress_bar=False))
        pipeline.add_component("joiner", DocumentJoiner())
        pipeline.add_component("cleaner", DocumentCleaner())
        pipeline.add_component("splitter", DocumentSplitter())
        pipeline.add_component("embedder", SentenceTransformersDocumentEmbedder(model=minilm(), progress_bar=False))
        pipeline.add_component("writer", DocumentWriter(store))
        for sender, receiver in (
            ("text", "joiner"),
            ("markdown", "joiner"),
            ("joiner", "cleaner"),
            ("cleaner", "splitter"),
            ("splitter", "embedder"),
            ("embedder", "writer"),
        ):
            pipeline.connect(sender, receiver)
        paths = list(self._policies.values())
        markdown = [path for path in paths if path.suffix == ".md"]
        text = [path for path in paths if path.suffix != ".md"]
        pipeline.run({"text": {"sources": text}, "markdown": {"sources": markdown}})
        store.save_to_disk(str(self._file))
        return int(store.count_documents())

    def load(self, reranker: str | None) -> None:
        """Load the saved store and put the query pipeline together."""
        from haystack import Pipeline
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(self._file))
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=minilm(), progress_bar=False))
        self._pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store))
        self._pipeline.connect("embedder.embedding", "retriever.query_embedding")
        self._reranks = reranker is not None
        if reranker is not None:
            from haystack_integrations.components.rankers.sentence_transformers import (
                SentenceTransformersSimilarityRanker,
            )

            self._pipeline.add_component("ranker", SentenceTransformersSimilarityRanker(model=reranker))
            self._pipeline.connect("retriever.documents", "ranker.documents")

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """Run the query pipeline, with a filter on the file where the question is about one policy."""
        only = None
        if asked.policy is not None:
            only = {"field": "meta.file_path", "operator": "==", "value": self._policies[asked.policy].name}
        wanted: dict[str, dict[str, Any]] = {
            "embedder": {"text": asked.question},
            "retriever": {"filters": only, "top_k": count},
        }
        if self._reranks:
            wanted["retriever"]["top_k"] = RERANKED
            wanted["ranker"] = {"query": asked.question, "top_k": count}
        documents = self._pipeline.run(wanted)["ranker" if self._reranks else "retriever"]["documents"]
        return [Passage(document.content, self._ids[document.meta["file_path"]]) for document in documents]
