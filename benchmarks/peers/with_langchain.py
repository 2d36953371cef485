"""LangChain, as its tutorial on semantic search has it: recursive splitter, Hugging Face embeddings, FAISS; a cross-encoder of
Hugging Face re-ranks, by the class that its guide to re-ranking has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.child import CANDIDATES, MODEL, RERANKED, Asked, Passage, minilm


class System:
    """A FAISS store of chunks; the file that a chunk is from is its metadata."""

    splitter = "RecursiveCharacterTextSplitter, 1,000 characters, 200 overlapping"
    reranking = "HuggingFaceCrossEncoder"
    libraries = ("langchain-core", "langchain-community", "langchain-huggingface", "langchain-text-splitters")
    model = MODEL

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        self._policies, self._folder = policies, folder
        self._ids = {str(path): policy_id for policy_id, path in policies.items()}

    def build(self) -> int:
        """Load, split, embed, save."""
        from langchain_community.document_loaders import TextLoader
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        documents = [page for path in self._policies.values() for page in TextLoader(path, encoding="utf-8").load()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        chunks = splitter.split_documents(documents)
        FAISS.from_documents(chunks, HuggingFaceEmbeddings(model_name=minilm())).save_local(str(self._folder))
        return len(chunks)

    def load(self, reranker: str | None) -> None:
        """Open the saved store."""
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        # The store is a pickle, which may only be read where one wrote it oneself.
        self._store = FAISS.load_local(
            str(self._folder), HuggingFaceEmbeddings(model_name=minilm()), allow_dangerous_deserialization=True
        )
        self._reranker = None
        if reranker is not None:
            from langchain_community.cross_encoders import HuggingFaceCrossEncoder

            self._reranker = HuggingFaceCrossEncoder(model_name=reranker)

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """Similarity search, within one file where the question is about one policy."""
        only = None if asked.policy is None else {"source": str(self._policies[asked.policy])}
        wanted = count if self._reranker is None else RERANKED
        documents = self._store.similarity_search(asked.question, k=wanted, filter=only, fetch_k=CANDIDATES)
        if self._reranker is not None and documents:
            scores = self._reranker.score([(asked.question, document.page_content) for document in documents])
            best = sorted(range(len(documents)), key=lambda at: -float(scores[at]))
            documents = [documents[at] for at in best[:count]]
        return [Passage(document.page_content, self._ids[document.metadata["source"]]) for document in documents]
