"""Dense and lexical scores -> one score.

A convex combination of the two, the lexical one brought into 0..1 first; it beats reciprocal ranks where both scores are
at hand (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023).
"""

from __future__ import annotations

import numpy as np

from index.stores.base import Vectors

LEXICAL_WEIGHT = 0.2
_HALF = 6.0  # the BM25 score that counts half; a rare shared word scores about 4 in a policy


def fused(dense: Vectors, lexical: Vectors) -> Vectors:
    """`(1 - w) * cosine + w * saturated BM25`; arrays of one shape, higher is better."""
    saturated = lexical / (lexical + _HALF)
    return ((1 - LEXICAL_WEIGHT) * dense + LEXICAL_WEIGHT * saturated).astype(np.float32)
