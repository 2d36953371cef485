"""Hard examples (Shrivastava et al., "Training Region-based Object Detectors with Online Hard Example Mining", 2016): of the labelled
passages those that a reader reads wrong, and a share of the others, which stand for all of them.

Once a reader reads most pairs right, most steps teach it nothing; these do. But they are no fair sample: with hard pairs alone, which are
mostly answers taken for none, a reader learns to take too much for an answer. So what is left out counts in those that are kept (importance
weights), and what the search finds, which is mostly none, stays beside them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence

from assistant.model import Outcome
from assistant.reading.base import Reader, Reading
from benchmarks.training.reader import losses
from benchmarks.training.reader.batches import likely
from benchmarks.training.reader.groups import Group, Row

HARD = 0.45  # what a pair costs from which on it counts as read wrong: a share of 0.64 for what is right
OTHERS = 0.2  # share of the pairs read right that is kept
WHOLE = "bundled"  # the source that is kept whole: the policies that the program comes with are to be read best
_LEAST = 1e-5  # a probability below it costs no more


def mined(every: Iterable[Group], reader: Reader, seed: int = 0) -> Iterator[Group]:
    """The groups, each with those of its labelled passages that are hard for a reader, some others, which weigh as much as all
    others, and what the search found. Of the groups of whose labelled passages none is kept, a share stays with what the search found,
    and weighs as much as all. The same for the same seed."""
    drawn = random.Random(seed)
    for group in every:
        labelled = [row for row in group.rows if row.rank is None]
        found = [row for row in group.rows if row.rank is not None]
        if group.source == WHOLE or not labelled:
            yield group
            continue
        readings = reader.read(group.question, [row.passage for row in labelled])
        hard = [cost(reading, row.outcomes) > HARD for row, reading in zip(labelled, readings, strict=True)]
        kept = [
            row if is_hard else _heavier(row)
            for row, is_hard in zip(labelled, hard, strict=True)
            if is_hard or drawn.random() < OTHERS
        ]
        if kept:
            yield group.model_copy(update={"rows": (*kept, *found)})
        elif found and drawn.random() < OTHERS:
            yield group.model_copy(update={"rows": tuple(map(_heavier, found))})


def cost(reading: Reading, outcomes: Sequence[Outcome]) -> float:
    """What a reading costs where these outcomes are accepted, or none is: as `losses.loss` counts it."""
    if not outcomes:
        return -math.log(max(reading.none, _LEAST))
    answers = max(reading.answers, _LEAST)
    said = zip(likely(outcomes), reading[1:], strict=True)
    wrong = -sum(share * math.log(max(probability / answers, _LEAST)) for share, probability in said)
    return -math.log(answers) + losses.OUTCOME * wrong


def _heavier(row: Row) -> Row:
    """A row that stands for those that are left out, too."""
    return row.model_copy(update={"weight": row.weight / OTHERS})
