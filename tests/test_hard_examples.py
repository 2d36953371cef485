"""What a reader reads wrong is found, some of the rest is kept beside it, and a training goes on from what the reader knows."""

from __future__ import annotations

import pytest
import torch

from assistant.model import Outcome
from assistant.reading.base import Reading
from benchmarks.training.reader.groups import Group, Row
from benchmarks.training.reader.hard_examples import HARD, cost, mined
from benchmarks.training.reader.losses import OUTCOME, Batch, loss
from benchmarks.training.reader.network import Judgement

NOTHING, YES, NO, EITHER = (
    Reading(0.9, 0.04, 0.02, 0.02, 0.02),
    Reading(0.05, 0.85, 0.02, 0.06, 0.02),
    Reading(0.1, 0.1, 0.7, 0.05, 0.05),
    Reading(0.1, 0.45, 0.05, 0.35, 0.05),
)


def row(text, *outcomes, rank=None):
    return Row(context="", text=text, outcomes=outcomes, weight=1.0, rank=rank)


def group(number, *rows):
    outcomes = next((each.outcomes for each in rows if each.outcomes), ())
    return Group(source="sides", policy="x", question=f"{number}?", outcomes=outcomes, held=False, rows=rows)


class Said:
    """A reader that says what the passage's text names."""

    name = "said"

    def read(self, question, passages):
        return [{"yes": YES, "no": NO, "nothing": NOTHING}[each.text] for each in passages]


@pytest.mark.parametrize("reading", [NOTHING, YES, NO, EITHER])
@pytest.mark.parametrize("outcomes", [(Outcome.YES,), (Outcome.NO,), (Outcome.YES, Outcome.DEPENDS)])
def test_a_reading_costs_what_the_training_counts_for_it(reading, outcomes):
    shares = (
        {Outcome.YES: (1, 0, 0, 0), Outcome.NO: (0, 1, 0, 0)}[outcomes[0]] if len(outcomes) == 1 else (0.65, 0, 0.35, 0)
    )
    read = Batch(
        ids=torch.zeros(1, 1),
        mask=torch.ones(1, 1),
        answers=torch.tensor([1.0]),
        outcomes=torch.tensor([shares], dtype=torch.float32),
        weights=torch.ones(1),
        unverified=torch.tensor([False]),
        questions=(1,),
    )
    answers = torch.logit(torch.tensor([reading.answers]))
    counted = loss(Judgement(answers, torch.log(torch.tensor([reading[1:]]))), read, doubting=False)
    assert cost(reading, outcomes) == pytest.approx(float(counted), rel=1e-4)


def test_the_surest_reading_costs_something_finite():
    assert cost(Reading(1, 0, 0, 0, 0), (Outcome.YES,)) > 10
    assert cost(Reading(0, 1, 0, 0, 0), (Outcome.NO,)) > OUTCOME * 10


def test_what_is_read_wrong_is_kept_and_what_does_not_answer_and_of_what_is_read_right_a_share_that_weighs_as_much():
    wrong = [group(at, row("no", Outcome.YES), row("yes")) for at in range(50)]
    right = [group(50 + at, row("yes", Outcome.YES)) for at in range(1000)]
    neither = [group(1050 + at, row("nothing"), row("yes"), row("yes", rank=0)) for at in range(50)]
    assert cost(NO, (Outcome.YES,)) > HARD > cost(YES, (Outcome.YES,))
    kept = list(mined([*wrong, *right, *neither], Said()))
    assert kept[:50] == wrong
    assert kept[-50:] == neither
    weight = sum(each.weight for group in kept[50:-50] for each in group.rows)
    assert len(kept) < 400
    assert 0.8 * len(right) < weight < 1.2 * len(right)
    assert kept == list(mined([*wrong, *right, *neither], Said()))
    assert kept != list(mined([*wrong, *right, *neither], Said(), seed=1))
