"""Which passages are given to a reader at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.reading.base import Reading
from assistant.reading.passages import Passage
from corpus.text.instructions import instructs_machine

NOTHING = Reading(1.0, 0.0, 0.0, 0.0, 0.0)
"""The reading of a passage that holds nothing to read."""


def read_around(passages: Sequence[Passage], read: Callable[[Sequence[Passage]], list[Reading]]) -> list[Reading]:
    """The readings of passages by `read`, which is given only those worth reading; the others are `NOTHING`.

    Not worth reading: a passage without words, and one that instructs machines, in its text or in its context. Every reader
    reads by this, so that no such passage answers, whichever reader is set.
    """
    readings = [NOTHING] * len(passages)
    kept = [at for at, passage in enumerate(passages) if _worth_reading(passage)]
    if kept:
        for at, reading in zip(kept, read([passages[at] for at in kept]), strict=True):
            readings[at] = reading
    return readings


def _worth_reading(passage: Passage) -> bool:
    return bool(passage.text.strip()) and not instructs_machine(passage.context) and not instructs_machine(passage.text)
