"""LlamaIndex, as its starter tutorial has it: a vector index of a directory, with local embeddings, stored on disk; its
SentenceTransformerRerank re-ranks, as its guide to re-ranking has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.child import MODEL, PASSAGES, RERANKED, Asked, Passage, minilm


class System:
    """A VectorStoreIndex in its own simple vector store; the name of the file is metadata of each node."""

    splitter = "SentenceSplitter, 1,024 tokens, 200 overlapping"
    reranking = "SentenceTransformerRerank"
    libraries = ("llama-index-core", "llama-index-embeddings-huggingface")
    model = MODEL

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        self._policies, self._folder = policies, folder
        self._ids = {path.name: policy_id for policy_id, path in policies.items()}

    def build(self) -> int:
        """Read, split as is the default, embed, persist."""
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        documents = SimpleDirectoryReader(input_files=list(self._policies.values())).load_data()
        index = VectorStoreIndex.from_documents(documents, embed_model=HuggingFaceEmbedding(model_name=minilm()))
        index.storage_context.persist(persist_dir=str(self._folder))
        return len(index.docstore.docs)

    def load(self, reranker: str | None) -> None:
        """Load the persisted index."""
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        stored = StorageContext.from_defaults(persist_dir=str(self._folder))
        self._index = load_index_from_storage(stored, embed_model=HuggingFaceEmbedding(model_name=minilm()))
        self._reranker = None
        if reranker is not None:
            from llama_index.core.postprocessor import SentenceTransformerRerank

            self._reranker = SentenceTransformerRerank(model=reranker, top_n=PASSAGES)

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """Retrieve, with a filter on the file where the question is about one policy."""
        from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters

        only = None
        if asked.policy is not None:
            only = MetadataFilters(filters=[ExactMatchFilter(key="file_name", value=self._policies[asked.policy].name)])
        wanted = count if self._reranker is None else RERANKED
        hits = self._index.as_retriever(similarity_top_k=wanted, filters=only).retrieve(asked.question)
        if self._reranker is not None and hits:
            hits = self._reranker.postprocess_nodes(hits, query_str=asked.question)
        return [Passage(hit.node.get_content(), self._ids[hit.node.metadata["file_name"]]) for hit in hits[:count]]
