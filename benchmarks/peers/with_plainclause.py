"""Plainclause itself, by the same protocol; its passages are the citations of its answer, none where it is silent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.model import Turn
from assistant.settings import Settings
from benchmarks.peers.child import Asked, Passage


class System:
    """The assistant over the policies of a folder, as a person finds it who has set nothing but where the index lies."""

    splitter = "clauses"
    reranking = ""  # it reads with a reader of its own
    libraries = ()  # its version is the commit

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        (parent,) = {path.parent for path in policies.values()}
        self._settings = Settings(policies=parent, data=folder)
        self.model = self._settings.encoder

    def build(self) -> int:
        """Build the index; the number of clauses."""
        return build_index(self._settings).count

    def load(self, reranker: str | None) -> None:
        """Open the assistant.

        Raises:
            ValueError: it is given a re-ranker.
        """
        if reranker is not None:
            raise ValueError("Plainclause re-ranks with nothing but its own reader")
        self._assistant = open_assistant(self._settings)

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """Ask; the citations."""
        history = [Turn.model_validate(turn) for turn in asked.history]
        answer = self._assistant.ask(asked.question, asked.policy, history)
        return [Passage(citation.quote, citation.policy_id) for citation in answer.citations[:count]]
