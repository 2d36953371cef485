"""Groups -> the batches of an epoch: which of their passages are read this time, and which pairs are read together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import torch

from assistant.model import Outcome
from assistant.reading.base import OUTCOMES
from benchmarks.training.reader.candidates import PASSAGES
from benchmarks.training.reader.groups import USES, Group, Row
from benchmarks.training.reader.losses import Batch
from benchmarks.training.reader.pairs import Pairs, Tokens

PAIRS = 48  # of a batch, or a few more: a question's stay together
LABELLED = 2  # passages of a question that an epoch takes, of those that answer, and of those labelled as not answering
_SPREAD = 6  # places by which chance moves what the search found: the first are taken most often, not always
_TOGETHER = 600  # questions sorted by length at a time: a batch's pairs are of like length, its questions still mixed
_BEST, _SECOND = 0.65, 0.35  # how likely the outcomes are held to be where two careful readers differ


class Example(NamedTuple):
    """A pair as it is learned from; `outcomes` as in `losses.Batch`."""

    tokens: Tokens
    outcomes: tuple[float, ...]
    weight: float
    unverified: bool


def epoch(
    groups: Sequence[Group], pairs: Pairs, seed: str, *, late: bool = False, most: int = PAIRS
) -> list[list[list[Example]]]:
    """The batches of an epoch, each a list of questions' examples; the same for the same seed. `late`: of the last part."""
    drawn = random.Random(seed)
    drawings = (_examples(group, pairs, drawn) for group in groups for _ in range(_times(group, drawn, late=late)))
    asked = [examples for examples in drawings if examples]  # of the farthest passage, left alone, it may take none
    drawn.shuffle(asked)
    batches: list[list[list[Example]]] = []
    for at in range(0, len(asked), _TOGETHER):
        room = 0
        for examples in sorted(asked[at : at + _TOGETHER], key=_longest):
            if room <= 0:
                batches.append([])
                room = most
            batches[-1].append(examples)
            room -= len(examples)
    drawn.shuffle(batches)
    return batches


def batch(questions: Sequence[Sequence[Example]], pairs: Pairs, device: torch.device) -> Batch:
    """A batch as the network takes it."""
    examples = [example for question in questions for example in question]
    ids, mask = pairs.batch([example.tokens for example in examples])
    outcomes = torch.tensor([example.outcomes for example in examples])
    return Batch(
        ids=ids.to(device),
        mask=mask.to(device),
        answers=outcomes.sum(dim=1).round().to(device),
        outcomes=outcomes.to(device),
        weights=torch.tensor([example.weight for example in examples]).to(device),
        unverified=torch.tensor([example.unverified for example in examples]).to(device),
        questions=tuple(len(question) for question in questions),
    )


def _times(group: Group, drawn: random.Random, *, late: bool) -> int:
    use = USES[group.source]
    whole, part = divmod(use.late if late else use.share, 1.0)
    return int(whole) + (drawn.random() < part)


def _examples(group: Group, pairs: Pairs, drawn: random.Random) -> list[Example]:
    use = USES[group.source]
    answering = [row for row in group.rows if row.outcomes]
    near = [row for row in group.rows if not row.outcomes and row.rank is None]
    ranked = [
        (row.rank + drawn.random() * _SPREAD, row) for row in group.rows if row.rank is not None and row.rank < PASSAGES
    ]
    far = [row for row in group.rows if row.rank == PASSAGES and drawn.random() < use.far]
    most = use.found if answering else use.found_silent
    rows = [
        *drawn.sample(answering, min(len(answering), LABELLED)),
        *drawn.sample(near, min(len(near), LABELLED)),
        *(row for _, row in sorted(ranked, key=lambda each: each[0])[:most]),
        *far,
    ]
    return [_example(group.question, row, pairs) for row in rows]


def _example(question: str, row: Row, pairs: Pairs) -> Example:
    return Example(pairs.tokens(question, row.passage), likely(row.outcomes), row.weight, row.rank is not None)


def likely(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    """How likely yes, no, depends and stated are held to be: zeros where nothing is said."""
    shares = (1.0,) if len(outcomes) == 1 else (_BEST, _SECOND)
    share = dict(zip(outcomes, shares, strict=False))
    return tuple(share.get(outcome, 0.0) for outcome in OUTCOMES)


def _longest(examples: Sequence[Example]) -> int:
    return max(len(example.tokens) for example in examples)
