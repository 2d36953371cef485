"""Questions that mean the same, put together by the vectors of the encoder in use.

Average linkage with a bound on the cosine. On the paraphrases of tests/golden/paraphrases.toml (20 meanings, 4 wordings each)
the bound 0.45 keeps 82 of 100 pairs together that belong together, and of 100 pairs that it puts together 99 do; greedy grouping
by the nearest centroid keeps as many and puts 86 right. A wrong neighbour hides a question, a group too many costs a line: so
the bound is the lowest at which nearly none is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.stores.base import Vectors

BOUND = 0.45  # least mean cosine of two groups that are put together
MOST = 3_000  # wordings grouped together; beyond that distances take too much memory

Encode = Callable[[Sequence[str]], Vectors]
"""Questions -> float32, (n, dim), unit length."""


class Grouping:
    """Groups questions; the vectors of those asked for last are kept in memory, and of no others."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._known: dict[str, Vectors] = {}

    def groups(self, questions: Sequence[str]) -> list[list[int]]:
        """The places of the questions, group by group, the question nearest to its group's middle first.

        Alike but for case and white space counts as one wording. Wordings beyond `MOST` stand each by itself.
        """
        places: dict[str, list[int]] = {}
        for place, question in enumerate(questions):
            places.setdefault(" ".join(question.casefold().split()), []).append(place)
        wordings = [questions[each[0]] for each in places.values()]
        same = list(places.values())
        vectors = self._vectors(wordings[:MOST])
        labels = self._labels(vectors)
        grouped: dict[int, list[int]] = {}
        for number, label in enumerate(labels):
            grouped.setdefault(label, []).append(number)
        found = [self._ordered(members, vectors, same) for members in grouped.values()]
        return found + same[MOST:]

    def _labels(self, vectors: Vectors) -> list[int]:
        if len(vectors) < 2:
            return list(range(len(vectors)))
        from sklearn.cluster import AgglomerativeClustering  # here: it takes a second, and most pages need it not

        grouping = AgglomerativeClustering(
            n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - BOUND
        )
        return [int(label) for label in grouping.fit_predict(vectors)]

    def _vectors(self, wordings: list[str]) -> Vectors:
        new = [wording for wording in dict.fromkeys(wordings) if wording not in self._known]
        known = self._known | (dict(zip(new, self._encode(new), strict=True)) if new else {})
        self._known = {wording: known[wording] for wording in wordings}  # what was deleted is not kept here either
        return np.stack([known[wording] for wording in wordings]) if wordings else np.empty((0, 1), np.float32)

    def _ordered(self, members: list[int], vectors: Vectors, same: list[list[int]]) -> list[int]:
        vectors = vectors[members]
        weights = np.array([[len(same[member])] for member in members])
        nearness = vectors @ (vectors * weights).sum(0)
        order = sorted(
            range(len(members)), key=lambda each: (-float(nearness[each]), -len(same[members[each]]), members[each])
        )
        return [place for each in order for place in same[members[each]]]
