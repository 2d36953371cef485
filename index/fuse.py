"""Dense, late and lexical scores -> one score.

Where an encoder gives no token vectors, the lexical score is added to the dense one as a convex combination, brought into
0..1 first; this beats reciprocal ranks where the scores themselves are at hand (Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval", ACM TOIS 2023). Late interaction sees shared words by itself: with it, BM25 made the
answers worse (docs/how-it-answers.md).
"""

from __future__ import annotations

import numpy as np

from index.stores.base import Vectors

LEXICAL_WEIGHT = 0.2
_HALF = 6.0  # the BM25 score that counts half; a rare shared word scores about 4 in a policy


def with_late(dense: Vectors, late: Vectors) -> Vectors:
    """The mean of cosine and late interaction; arrays of one shape, higher is better."""
    return ((dense + late) / 2).astype(np.float32)


def with_lexical(dense: Vectors, lexical: Vectors) -> Vectors:
    """`(1 - w) * cosine + w * saturated BM25`; arrays of one shape, higher is better."""
    saturated = lexical / (lexical + _HALF)
    return ((1 - LEXICAL_WEIGHT) * dense + LEXICAL_WEIGHT * saturated).astype(np.float32)
