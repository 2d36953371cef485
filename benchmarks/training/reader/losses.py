"""What a judgement of some pairs costs: how wrong it is on whether they answer, on what they say, and on which answers best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.training.reader.network import Judgement

OUTCOME, ORDER = 0.7, 0.3  # weights of the second and the third loss; the first has 1
# A passage that the search found and nobody labelled is taken not to answer. Where the reader is this sure that it does, it may
# well be right (policies repeat themselves), and the pair counts for little.
DOUBTED, DOUBTED_WEIGHT = 0.9, 0.1


@dataclass(frozen=True, slots=True)
class Batch:
    """n pairs of question and passage, those of one question beside each other.

    ids, mask: (n, tokens), int64. answers: (n,), 1 or 0. outcomes: (n, 4), how likely yes, no, depends, stated is held to be;
    zeros where the passage does not answer. weights: (n,). unverified: (n,), true where nobody labelled the pair. questions:
    how many pairs each question has.
    """

    ids: Tensor
    mask: Tensor
    answers: Tensor
    outcomes: Tensor
    weights: Tensor
    unverified: Tensor
    questions: tuple[int, ...]


def loss(judgement: Judgement, batch: Batch, *, doubting: bool) -> Tensor:
    """The weighted sum of the three losses: a scalar.

    Args:
        doubting: whether unverified pairs that the reader is sure of count for little; not before it has learned something.
    """
    weights = batch.weights
    if doubting:
        sure = torch.sigmoid(judgement.answers.detach()) > DOUBTED
        weights = torch.where(sure & batch.unverified, weights * DOUBTED_WEIGHT, weights)
    wrong = functional.binary_cross_entropy_with_logits(judgement.answers, batch.answers, reduction="none")
    total = (wrong * weights).sum() / weights.sum()
    answering = batch.answers > 0
    if answering.any():
        said = functional.cross_entropy(judgement.outcome[answering], batch.outcomes[answering], reduction="none")
        total = total + OUTCOME * (said * weights[answering]).sum() / weights[answering].sum()
    missed = _missed(judgement.answers, answering, batch.questions)
    return total + ORDER * torch.stack(missed).mean() if missed else total


def _missed(log_odds: Tensor, answering: Tensor, questions: Sequence[int]) -> list[Tensor]:
    """How improbable the passages that answer are among all of their question, where it has both kinds."""
    missed, at = [], 0
    for count in questions:
        odds, right = log_odds[at : at + count], answering[at : at + count]
        at += count
        if right.any() and not right.all():
            missed.append(torch.logsumexp(odds, 0) - torch.logsumexp(odds[right], 0))
    return missed
