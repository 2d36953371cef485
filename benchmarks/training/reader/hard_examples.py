"""Hard examples (Shrivastava et al., "Training Region-based Object Detectors with Online Hard Example Mining", 2016): of what is
learned from, the labelled pairs that a reader reads wrong, and some of those that it reads right beside them.

Once a reader reads most pairs right, most steps teach it nothing; these do. What it reads right keeps it from forgetting it, above all
that most passages do not answer.
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
ANSWERING, SILENT = 0.2, 0.6  # shares of the pairs read right that are kept: of passages that answer, and that do not
_LEAST = 1e-5  # a probability below it costs no more


def mined(every: Iterable[Group], reader: Reader, seed: int = 0) -> Iterator[Group]:
    """The groups, each with those of its labelled passages that are hard for a reader, and some others; without those of which
    none is left. The same for the same seed."""
    drawn = random.Random(seed)
    for group in every:
        labelled = [row for row in group.rows if row.rank is None]
        readings = reader.read(group.question, [row.passage for row in labelled])
        rows = [row for row, reading in zip(labelled, readings, strict=True) if _kept(row, reading, drawn)]
        if rows:
            yield group.model_copy(update={"rows": tuple(rows)})


def cost(reading: Reading, outcomes: Sequence[Outcome]) -> float:
    """What a reading costs where these outcomes are accepted, none if the passage does not answer: as `losses.loss` counts it."""
    answers = min(max(reading.answers, _LEAST), 1 - _LEAST)
    if not outcomes:
        return -math.log(1 - answers)
    said = zip(likely(outcomes), reading[1:], strict=True)
    wrong = -sum(share * math.log(max(probability / answers, _LEAST)) for share, probability in said)
    return -math.log(answers) + losses.OUTCOME * wrong


def _kept(row: Row, reading: Reading, drawn: random.Random) -> bool:
    return cost(reading, row.outcomes) > HARD or drawn.random() < (ANSWERING if row.outcomes else SILENT)
