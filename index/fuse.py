"""Dense, late and lexical scores -> one score.

A convex combination, the lexical one brought into 0..1 first; it beats reciprocal ranks where the scores themselves are at
hand (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023).
"""

from __future__ import annotations

import numpy as np

from index.stores.base import Vectors

LEXICAL_WEIGHT = 0.1
_HALF = 6.0  # the BM25 score that counts half; a rare shared word scores about 4 in a policy


def fused(dense: Vectors, late: Vectors | None, lexical: Vectors) -> Vectors:
    """`(1 - w) * mean of cosine and late interaction + w * saturated BM25`; arrays of one shape, higher is better.

    Without late interaction, which not every encoder allows, the cosine stands for both.
    """
    meant = dense if late is None else (dense + late) / 2
    saturated = lexical / (lexical + _HALF)
    return ((1 - LEXICAL_WEIGHT) * meant + LEXICAL_WEIGHT * saturated).astype(np.float32)
