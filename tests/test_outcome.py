"""The outcome is read from signs in question and clause."""

from __future__ import annotations

import pytest

from assistant import learned
from assistant.modality import assertion_of
from assistant.model import Outcome
from assistant.outcome import READ, OutcomeReader, part_asked, signs, words_of
from corpus.model import Span

READER = OutcomeReader(learned.outcome())


def read(question: str, clause: str) -> Outcome:
    return READER.read(
        question, clause, assertion_of(clause, part_asked(question, clause, Span(0, len(clause))))
    ).outcome


@pytest.mark.parametrize(
    ("question", "clause", "outcome"),
    [
        ("do you sell my data?", "We do not sell your personal information to anyone.", "no"),
        ("do you sell my data?", "We sell your personal information to advertisers.", "yes"),
        ("do you sell my data?", "We may sell your personal information to advertisers.", "depends"),
        ("who do you sell my data to?", "We sell your personal information to advertisers.", "stated"),
        ("is my card number stored?", "Card numbers are never stored on our servers.", "no"),
        ("are calls recorded?", "Calls to our support line are recorded for training purposes.", "yes"),
        (
            "will you share it without asking me?",
            "We will not share your details with third parties without your consent.",
            "no",
        ),
    ],
)
def test_plain_clauses_are_read_as_anybody_reads_them(question, clause, outcome):
    assert read(question, clause) == outcome


def test_the_probability_is_one_and_its_signs_are_named():
    clause = "We do not sell your personal information to anyone."
    reading = READER.read("do you sell my data?", clause, assertion_of(clause))
    assert 0.5 < reading.probability <= 1.0
    assert len(reading.because) == 5
    known = signs("do you sell my data?", clause, assertion_of(clause))
    assert all(sign in known for sign, _ in reading.because)


def test_a_sign_without_a_weight_changes_nothing():
    reader = OutcomeReader({"always": (0.0, 1.0, 0.0, 0.0)})
    assert (
        reader.read("anything at all?", "Whatever this says.", assertion_of("Whatever this says.")).outcome
        is Outcome.NO
    )


def test_every_learned_sign_has_a_weight_for_every_outcome():
    table = learned.outcome()
    assert len(table) > 1000
    assert all(len(weights) == len(READ) for weights in table.values())


def test_an_item_is_read_with_the_words_that_open_its_list(assistant):
    policy = assistant.policies["rackspace"]
    item = next(clause for clause in policy.clauses if clause.lead_in is not None)
    clause, own = words_of(policy, item)
    assert clause.startswith(item.lead_in.of(policy.text))
    assert own.of(clause) == item.span.of(policy.text)
    part = part_asked("anything?", clause, own)
    assert own.start <= part.start < part.end <= own.end
