"""Which clauses of a policy are read for a question: those that the search finds likeliest to answer it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from index.encoders.base import Embedding
from index.search import Searcher

PASSAGES = 8  # of a policy, read for a question: in 98 of 100 one that answers is among them
FAR = 0.15  # a passage whose similarity is by so much less than the best one's is not read, but for the first few
FEWEST = 4


class Likeliest(NamedTuple):
    """The clauses of one policy that are likeliest to answer, best first: their numbers and similarities."""

    numbers: list[int]
    similarities: list[float]


def likeliest(
    searcher: Searcher, question: str, embedding: Embedding, policy_id: str, nearest: float, most: int = PASSAGES
) -> Likeliest:
    """The clauses to read, at most `most`; none whose similarity is below `nearest`."""
    scores = searcher.scores(question, embedding, policy_id)
    order = np.argsort(-scores, kind="stable")[:most].tolist()
    near = [number for number in order if scores[number] >= nearest]
    numbers = [n for at, n in enumerate(near) if at < FEWEST or scores[n] >= scores[near[0]] - FAR]
    return Likeliest(numbers, [float(scores[number]) for number in numbers])
