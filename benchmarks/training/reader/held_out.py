"""How the reader reads what it was not trained on, before any bound is set: a few measures to see that a training went well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.model import Outcome
from assistant.reading.base import OUTCOMES
from benchmarks.training.reader.groups import Group, Row
from benchmarks.training.reader.learner import Learner
from benchmarks.training.reader.pairs import Pairs

LABELLED_WHOLE = ("policies", "cases")  # sources whose writers looked for all clauses that answer
_TOGETHER = 64  # pairs


def measures(learner: Learner, every: Sequence[Group], pairs: Pairs) -> dict[str, float]:
    """Over held groups.

    Of pairs that a writer labelled: `right`, the likeliest of none, yes, no, depends, stated is one a careful reader accepts;
    `misled`, it is yes or no and not accepted. Of questions whose writer looked for all clauses that answer, and found some:
    `first`, the passage likeliest to answer does, among those that do and those that the search finds.
    """
    rows = [(group, row) for group in every for row in group.rows if row.rank is None or group.source in LABELLED_WHOLE]
    read = probabilities(learner, [(group.question, row) for group, row in rows], pairs)
    labelled = [(_likeliest(each), row) for each, (_, row) in zip(read, rows, strict=True) if row.rank is None]
    claimed = (Outcome.YES, Outcome.NO)
    best: dict[int, tuple[float, bool]] = {}
    for each, (group, row) in zip(read, rows, strict=True):
        if group.outcomes and group.source in LABELLED_WHOLE:
            best[id(group)] = max(best.get(id(group), (0.0, False)), (1 - float(each[0]), bool(row.outcomes)))
    return {
        "pairs": len(labelled),
        "right": _share(_accepted(said, row) for said, row in labelled),
        "misled": _share(said in claimed and not _accepted(said, row) for said, row in labelled),
        "first": _share(answers for _, answers in best.values()),
    }


@torch.inference_mode()
def probabilities(learner: Learner, asked: Sequence[tuple[str, Row]], pairs: Pairs) -> NDArray[np.float32]:
    """Of none, yes, no, depends and stated, for each pair: (pairs, 5)."""
    tokens = [pairs.tokens(question, row.passage) for question, row in asked]
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    shares = np.zeros((len(tokens), 1 + len(OUTCOMES)), dtype=np.float32)
    for at in range(0, len(order), _TOGETHER):
        some = order[at : at + _TOGETHER]
        ids, mask = pairs.batch([tokens[row] for row in some])
        judgement = learner.judge(ids.to(learner.device), mask.to(learner.device))
        answers = torch.sigmoid(judgement.answers)[:, None]
        each = torch.cat([1 - answers, answers * torch.softmax(judgement.outcome, dim=1)], dim=1)
        shares[some] = each.cpu().numpy()
    return shares


def _likeliest(probabilities: NDArray[np.float32]) -> Outcome | None:
    """None: it does not answer."""
    place = int(probabilities.argmax())
    return OUTCOMES[place - 1] if place else None


def _accepted(said: Outcome | None, row: Row) -> bool:
    return said in row.outcomes if row.outcomes else said is None


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
