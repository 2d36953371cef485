"""Hard examples (Shrivastava et al., "Training Region-based Object Detectors with Online Hard Example Mining", 2016): of the labelled
passages that answer, those that a reader reads wrong, and a share of the others, which stand for all of them; and what does not answer.

Once a reader reads most pairs right, most steps teach it nothing; these do. But most of what it is handed in use does not answer: with
hard pairs alone, which are mostly answers taken for none, it learns to take too much for an answer. So what is left out counts in those that
are kept (importance weights), and what the search finds stays beside them.
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
_LEAST = 1e-5  # a probability below it costs no more


def mined(every: Iterable[Group], reader: Reader, seed: int = 0) -> Iterator[Group]:
    """The groups, each with those of its labelled passages that are hard for a reader, some others, which weigh as much as all
    others, and all that do not answer; without the groups of which none is left. The same for the same seed."""
    drawn = random.Random(seed)
    for group in every:
        answering = [row for row in group.rows if row.outcomes]
        readings = reader.read(group.question, [row.passage for row in answering])
        kept = list[Row]()
        for row, reading in zip(answering, readings, strict=True):
            if cost(reading, row.outcomes) > HARD:
                kept.append(row)
            elif drawn.random() < OTHERS:
                kept.append(row.model_copy(update={"weight": row.weight / OTHERS}))
        rows = [*kept, *(row for row in group.rows if not row.outcomes)]
        if rows:
            yield group.model_copy(update={"rows": tuple(rows)})


def cost(reading: Reading, outcomes: Sequence[Outcome]) -> float:
    """What a reading of a passage that answers costs where these outcomes are accepted: as `losses.loss` counts it."""
    answers = max(reading.answers, _LEAST)
    said = zip(likely(outcomes), reading[1:], strict=True)
    wrong = -sum(share * math.log(max(probability / answers, _LEAST)) for share, probability in said)
    return -math.log(answers) + losses.OUTCOME * wrong
