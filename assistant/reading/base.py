"""The door for readers: what reads a question and passages of a policy together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.model import Outcome
from assistant.reading.passages import Passage

OUTCOMES = (Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED)
"""What a passage that answers can say, in the order of a reading's last four probabilities."""


class Reading(NamedTuple):
    """What one passage says to one question: five probabilities that sum to one. `none`: it does not answer."""

    none: float
    yes: float
    no: float
    depends: float
    stated: float

    @property
    def answers(self) -> float:
        """The probability that the passage answers."""
        return 1.0 - self.none

    def of(self, outcome: Outcome) -> float:
        """The probability of one of `OUTCOMES`."""
        return self[1 + OUTCOMES.index(outcome)]


class Read(NamedTuple):
    """Readings, one for each passage in their order, and who read: what the answer's `reader` field says."""

    readings: list[Reading]
    by: str


class Reader(Protocol):
    """Reads question and passages together.

    A reader gives one reading for each passage, in their order, and nothing else: it can neither cite what it was not given
    nor change a word of it. tests/contracts/test_readers.py holds every reader to this.
    """

    @property
    def name(self) -> str:
        """What the answer's `reader` field says: which reader, of which weights."""
        ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """A reading for each passage, in their order.

        Raises:
            ReaderFailed (assistant.errors): nothing could be read.
        """
        ...


class TellingReader(Reader, Protocol):
    """A reader that tells who read: itself, or one that stood in for it; and what a message means before anything is read."""

    def meaning(self, message: str) -> NDArray[np.float32] | None:
        """What a message means to the built-in network: float32, (width,); None of a reader that is another."""
        ...

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        """As `read`, with who read."""
        ...
