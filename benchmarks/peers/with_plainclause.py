"""Plainclause itself, by the same protocol; its passages are the citations of its answer, none where it is silent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.model import Turn
from assistant.opening import build_index, open_assistant
from assistant.settings import Settings
from benchmarks.peers.child import Asked, Passage


class System:
    """The assistant over the bundled policies, as a person finds it who has set nothing but where the index lies."""

    splitter = "clauses"
    libraries = ()  # its version is the commit

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        (parent,) = {path.parent for path in policies.values()}
        self._settings = Settings(policies=parent, data=folder)
        self.model = self._settings.encoder

    def build(self) -> int:
        """Build the index; the number of clauses."""
        return build_index(self._settings).count

    def load(self) -> None:
        """Open the assistant."""
        self._assistant = open_assistant(self._settings)

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """Ask; the citations."""
        history = [Turn.model_validate(turn) for turn in asked.history]
        answer = self._assistant.ask(asked.question, asked.policy, history)
        return [Passage(citation.quote, citation.policy_id) for citation in answer.citations[:count]]
