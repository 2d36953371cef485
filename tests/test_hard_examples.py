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
@pytest.mark.parametrize("outcomes", [(), (Outcome.YES,), (Outcome.NO,), (Outcome.YES, Outcome.DEPENDS)])
def test_a_reading_costs_what_the_training_counts_for_it(reading, outcomes):
    shares = {
        (): (0, 0, 0, 0),
        (Outcome.YES,): (1, 0, 0, 0),
        (Outcome.NO,): (0, 1, 0, 0),
        (Outcome.YES, Outcome.DEPENDS): (0.65, 0, 0.35, 0),
    }
    read = Batch(
        ids=torch.zeros(1, 1),
        mask=torch.ones(1, 1),
        answers=torch.tensor([float(bool(outcomes))]),
        outcomes=torch.tensor([shares[outcomes]], dtype=torch.float32),
        weights=torch.ones(1),
        unverified=torch.tensor([False]),
        questions=(1,),
    )
    answers = torch.logit(torch.tensor([reading.answers]))
    counted = loss(Judgement(answers, torch.log(torch.tensor([reading[1:]]))), read, doubting=False)
    assert cost(reading, outcomes) == pytest.approx(float(counted), rel=1e-4)


def test_the_surest_reading_costs_something_finite():
    assert 10 < cost(Reading(1, 0, 0, 0, 0), (Outcome.YES,)) < 20
    assert cost(Reading(0, 1, 0, 0, 0), (Outcome.NO,)) > OUTCOME * 10
    assert 10 < cost(Reading(0, 1, 0, 0, 0), ()) < 20


def test_what_is_read_wrong_is_kept_and_of_what_is_read_right_a_share_that_weighs_as_much():
    wrong = [group(at, row("no", Outcome.YES), row("yes"), row("nothing", rank=0)) for at in range(50)]
    right = [group(50 + at, row("yes", Outcome.YES)) for at in range(500)]
    right += [group(550 + at, row("nothing")) for at in range(500)]
    assert cost(NO, (Outcome.YES,)) > HARD > cost(YES, (Outcome.YES,))
    assert cost(YES, ()) > HARD > cost(NOTHING, ())
    kept = list(mined([*wrong, *right], Said()))
    assert kept[:50] == wrong
    for outcomes in ((), (Outcome.YES,)):
        rows = [row for each in kept[50:] for row in each.rows if row.outcomes == outcomes]
        assert len(rows) < 200
        assert 0.8 * 500 < sum(row.weight for row in rows) < 1.2 * 500
    assert kept == list(mined([*wrong, *right], Said()))
    assert kept != list(mined([*wrong, *right], Said(), seed=1))


def test_what_the_search_finds_stays_beside_what_is_kept_and_of_the_rest_a_share_weighs_as_much():
    both = [group(at, row("no", Outcome.YES), row("nothing", rank=0), row("nothing", rank=1)) for at in range(10)]
    beside = [group(10 + at, row("yes", Outcome.YES), row("nothing", rank=0)) for at in range(1000)]
    kept = list(mined([*both, *beside], Said()))
    assert kept[:10] == both
    found = [row for each in kept[10:] for row in each.rows if row.rank is not None]
    assert len(found) < 500
    without = sum(row.weight for each in kept[10:] if len(each.rows) == 1 for row in each.rows)
    assert 0.6 * 1000 < without < 1.0 * 1000  # of the four in five of whose labelled passages none is kept


def test_questions_of_which_nothing_is_labelled_and_those_about_the_bundled_policies_are_kept_whole():
    silent = [group(at, row("yes", rank=0), row("nothing", rank=1)) for at in range(20)]
    bundled = [
        group(20 + at, row("yes", Outcome.YES), row("nothing", rank=0)).model_copy(update={"source": "bundled"})
        for at in range(20)
    ]
    assert list(mined([*silent, *bundled], Said())) == [*silent, *bundled]
