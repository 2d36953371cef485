"""Readings made by hand -> one outcome, the clauses that prove it, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import MAX_CITATIONS, Outcome
from assistant.reading.base import OUTCOMES, Reading
from assistant.reading.bounds import Bounds, Sureness, log_odds
from assistant.verdict.decide import Verdict, judged, verdict, weighed
from corpus.model import Clause, OffsetMap, Policy, Span
from tests.word_reader import reading

BOUNDS = Bounds()
NOTHING, YES, NO = reading(None), reading("yes"), reading("no")
RULE = "We do not pass on your telephone number."
EXCEPTION = "However, the courier who brings your parcel is given it."
LIST = ("We share with partners:", "- your name", "- your street", "- your town")


def policy(*sentences: str) -> Policy:
    """A policy of these sentences, under a heading that a sentence with "#" begins; those with "- " are items of the list that
    the one before them opens."""
    text, clauses = "", []
    path: tuple[str, ...] = ("Privacy",)
    opener: Span | None = None
    for sentence in sentences:
        if sentence.startswith("#"):
            path = ("Privacy", sentence.removeprefix("#"))
            continue
        words = sentence.removeprefix("- ")
        span = Span(len(text), len(text) + len(words))
        if words == sentence:
            opener = span if words.endswith(":") else None
        clauses.append(Clause("acme", span, path, opener if words != sentence else None))
        text += f"{words}\n"
    return Policy(
        id="acme", provider=None, title="Privacy", source_url=None, snapshot_date=None, effective_date=None, supersedes=None,
        licence=None, text=text, clauses=tuple(clauses), headings=(), offsets=OffsetMap(()), source=text,
    )  # fmt: skip


def found(
    of: Policy, readings: Sequence[Reading], bounds: Bounds = BOUNDS, *, like: Sequence[float] = (), whole: bool = False
) -> Verdict:
    """The verdict on a policy of which the first clauses were read, each as like the question as `like` says."""
    read = judged(range(len(readings)), like or [0.5] * len(readings), readings, bounds)
    return verdict(of, read, bounds, wants_whole=whole)


def quotes(of: Policy, verdict: Verdict) -> list[str]:
    return [span.of(of.text) for span in verdict.spans]


THREE = policy("We sell data.", "We sell nothing.", "The sun shines.")


# --- silence ----------------------------------------------------------------------------------------------------------


def test_where_no_clause_answers_the_policy_is_silent_and_cites_nothing():
    said = found(THREE, [NOTHING, NOTHING, NOTHING])
    assert (said.outcome, said.spans, said.closest) == (Outcome.SILENT, (), None)
    assert said.confidence == pytest.approx(0.98)
    assert said.strength == pytest.approx(0.02)


def test_a_policy_without_clauses_is_silent():
    said = found(THREE, [])
    assert (said.outcome, said.spans, said.confidence, said.strength) == (Outcome.SILENT, (), 1.0, 0.0)


@pytest.mark.parametrize(("answers", "outcome"), [(0.49, Outcome.SILENT), (0.51, Outcome.YES)])
def test_the_bound_of_answers_parts_silence_from_an_answer(answers, outcome):
    likely = Reading(1 - answers, answers, 0.0, 0.0, 0.0)
    assert found(THREE, [NOTHING, likely], bounded(claims=0.0)).outcome is outcome


@pytest.mark.parametrize(("answers", "related"), [(0.3, True), (0.1, False)])
def test_silence_names_the_closest_clause_only_where_it_is_close(answers, related):
    closest = found(THREE, [NOTHING, Reading(1 - answers, answers, 0.0, 0.0, 0.0), NOTHING]).closest
    assert closest == (THREE.clauses[1].span if related else None)


# --- claims -----------------------------------------------------------------------------------------------------------


def bounded(**values: float | tuple[float, ...]) -> Bounds:
    """Bounds of which some are others."""
    return Bounds.model_validate(BOUNDS.model_dump() | values)


@pytest.mark.parametrize("said", [Outcome.YES, Outcome.NO])
def test_yes_and_no_are_claimed_from_the_bound_on_and_below_it_the_clauses_are_given_without_a_claim(said):
    likely = reading(said, 0.7)
    sure = found(THREE, [NOTHING, likely], bounded(claims=0.0)).confidence
    assert 0.7 < sure < 0.99
    claimed = found(THREE, [NOTHING, likely], bounded(claims=sure))
    assert (claimed.outcome, claimed.confidence, quotes(THREE, claimed)) == (said, sure, ["We sell nothing."])
    unclear = found(THREE, [NOTHING, likely], bounded(claims=sure + 0.001))
    assert (unclear.outcome, quotes(THREE, unclear)) == (Outcome.UNCLEAR, ["We sell nothing."])
    assert unclear.confidence == pytest.approx(1 - sure)


@pytest.mark.parametrize("said", [Outcome.YES, Outcome.NO])
def test_nothing_is_claimed_from_a_passage_that_hardly_answers_however_plainly_it_speaks(said):
    hardly = Reading(0.45, 0.55 if said is Outcome.YES else 0.0, 0.55 if said is Outcome.NO else 0.0, 0.0, 0.0)
    assert found(THREE, [hardly], bounded(claims=0.0, stands=0.56)).outcome is Outcome.UNCLEAR
    assert found(THREE, [hardly], bounded(claims=0.0, stands=0.54)).outcome is said


@pytest.mark.parametrize("said", [Outcome.DEPENDS, Outcome.STATED])
def test_what_claims_nothing_needs_no_such_bound(said):
    assert found(THREE, [reading(said, 0.6)], bounded(claims=1.0)).outcome is said


def test_a_clause_that_says_yes_and_one_that_says_no_make_each_other_less_sure():
    bounds = bounded(sure=Sureness(0.3, 1.0, 0.0, 0.0, 0.0, 0.0))
    alone, both = (found(THREE, readings, bounds) for readings in ([YES, NOTHING], [YES, NO]))
    assert (alone.outcome, quotes(THREE, alone)) == (Outcome.YES, ["We sell data."])
    assert both.confidence < alone.confidence - 0.05
    strict = bounded(sure=bounds.sure, claims=(alone.confidence + both.confidence) / 2)
    assert found(THREE, [YES, NOTHING], strict).outcome is Outcome.YES
    unclear = found(THREE, [YES, NO], strict)
    assert (unclear.outcome, len(unclear.spans)) == (Outcome.UNCLEAR, 2), "both are given to be read"


@pytest.mark.parametrize(("like", "outcome"), [([0.9, 0.1], Outcome.YES), ([0.1, 0.9], Outcome.NO)])
def test_of_two_that_contradict_each_other_the_better_one_counts_more(like, outcome):
    assert found(THREE, [YES, NO], bounded(claims=0.0), like=like).outcome is outcome


def test_a_clause_that_says_the_contrary_is_not_cited_for_a_claim():
    said = found(THREE, [reading("yes", 0.99), reading("no", 0.75), NOTHING], bounded(claims=0.0))
    assert (said.outcome, quotes(THREE, said)) == (Outcome.YES, ["We sell data."])
    depends = found(THREE, [reading("yes", 0.99), reading("depends", 0.75), NOTHING], bounded(claims=0.0))
    assert len(depends.spans) == 2


@pytest.mark.parametrize("best", [Reading(0.01, 0.37, 0.4, 0.0, 0.22), Reading(0.01, 0.3, 0.0, 0.6, 0.09)])
def test_nothing_is_claimed_above_a_best_clause_that_says_otherwise_however_many_others_say_it(best):
    three = policy("We sell nothing.", "We sell data to some.", "We sell data to others.")
    others = [reading("yes", 0.98), reading("yes", 0.97)]
    said = found(three, [best, *others], bounded(claims=0.0), like=[0.9, 0.1, 0.1])
    assert weighed(said.judged[0], said.judged)[0] is Outcome.YES
    assert (said.outcome, said.spans[0]) == (Outcome.UNCLEAR, three.clauses[0].span)
    plainly = found(three, [Reading(0.01, 0.9, 0.0, 0.0, 0.09), *others], bounded(claims=0.0), like=[0.9, 0.1, 0.1])
    assert plainly.outcome is Outcome.YES


def test_what_only_might_answer_is_not_cited_beside_what_does():
    weak = Reading(0.6, 0.4, 0.0, 0.0, 0.0)
    assert quotes(THREE, found(THREE, [weak, YES])) == ["We sell nothing."]
    assert len(found(THREE, [weak, YES], bounded(further=0.3)).spans) == 2


# --- a rule and its exception -----------------------------------------------------------------------------------------

PARCELS = policy("We like parcels.", RULE, EXCEPTION)


@pytest.mark.parametrize("of_exception", [reading("depends"), Reading(0.7, 0.3, 0.0, 0.0, 0.0)])
def test_a_rule_is_cited_with_the_exception_that_follows_it_and_the_answer_knows(of_exception):
    said = found(PARCELS, [NOTHING, reading("no", 0.995), of_exception], bounded(claims=0.0))
    assert (quotes(PARCELS, said), said.excepted) == ([RULE, EXCEPTION], True)


def test_what_says_the_same_is_no_exception_however_it_begins():
    said = found(PARCELS, [NOTHING, reading("no", 0.995), Reading(0.2, 0.0, 0.8, 0.0, 0.0)], bounded(claims=0.0))
    assert (said.outcome, quotes(PARCELS, said), said.excepted) == (Outcome.NO, [RULE, EXCEPTION], False)


def test_it_depends_stands_above_a_clause_that_says_on_what():
    several = policy(
        "We do not sell data.", "We may sell data if you agree.", "Some data may be sold.", "Sales may happen."
    )
    likely = reading("depends", 0.95)
    said = found(several, [reading("no", 0.96), likely, likely, likely])
    assert said.outcome is Outcome.DEPENDS
    assert quotes(several, said)[:2] == ["We may sell data if you agree.", "We do not sell data."]


def test_an_exception_is_cited_with_the_rule_before_it():
    said = found(PARCELS, [NOTHING, Reading(0.7, 0.0, 0.3, 0.0, 0.0), YES], bounded(claims=0.0))
    assert (said.outcome, quotes(PARCELS, said), said.excepted) == (Outcome.YES, [EXCEPTION, RULE], False)


def test_an_exception_that_has_nothing_to_do_with_the_question_is_not_cited():
    said = found(PARCELS, [NOTHING, NO, NOTHING])
    assert (said.outcome, quotes(PARCELS, said), said.excepted) == (Outcome.NO, [RULE], False)


def test_what_stands_under_another_heading_takes_no_exception():
    apart = policy("We like parcels.", RULE, "#Couriers", EXCEPTION)
    assert not found(apart, [NOTHING, NO, Reading(0.7, 0.3, 0.0, 0.0, 0.0)]).excepted


def test_where_the_exception_is_within_the_list_that_is_cited_none_is_said_to_follow():
    listed = policy("We share with partners:", "- your name", "- except your street", "- your town", "#More", "Done.")
    said = found(listed, [NOTHING, YES, YES, NOTHING, YES], bounded(claims=0.0), whole=True)
    assert quotes(listed, said)[0].endswith("your name\nexcept your street\nyour town")
    assert not said.excepted


# --- lists and how many ----------------------------------------------------------------------------------------------

SHARED = policy(*LIST, "We bake bread.")


def test_the_sentence_that_opens_a_list_is_cited_with_its_items():
    said = found(SHARED, [YES, NOTHING, NOTHING, NOTHING, NOTHING])
    assert quotes(SHARED, said) == ["We share with partners:\nyour name\nyour street\nyour town"]


def test_of_a_list_the_item_that_answers_is_cited_alone_and_several_as_a_list_where_all_are_wanted():
    one = [NOTHING, NOTHING, YES, NOTHING, NOTHING]
    assert quotes(SHARED, found(SHARED, one, whole=True)) == ["your street"]
    two = [NOTHING, YES, YES, NOTHING, NOTHING]
    assert set(quotes(SHARED, found(SHARED, two))) == {"your name", "your street"}
    (whole,) = quotes(SHARED, found(SHARED, two, whole=True))
    assert whole == "We share with partners:\nyour name\nyour street\nyour town"


def test_a_list_too_long_to_be_read_is_cited_by_its_items():
    long = policy("We share:", *(f"- {'very ' * 60}long thing {number}" for number in range(4)))
    said = found(long, [NOTHING, YES, YES, YES, NOTHING], whole=True)
    assert len(said.spans) == 3
    assert all(span in [clause.span for clause in long.clauses] for span in said.spans)


def test_three_clauses_at_most_are_cited_the_best_ones_first():
    many = policy(*(f"We sell thing {number}." for number in range(6)))
    readings = [reading("yes", sure) for sure in (0.9, 0.99, 0.91, 0.98, 0.9, 0.97)]
    assert quotes(many, found(many, readings)) == [f"We sell thing {number}." for number in (1, 3, 5)]


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("like", "first"), [([0.2, 0.9, 0.4], 1), ([0.9, 0.2, 0.4], 0)])
def test_likeness_breaks_ties(like, first):
    assert found(THREE, [YES, YES, NOTHING], like=like).spans[0] == THREE.clauses[first].span
    assert found(THREE, [NOTHING, NOTHING, NOTHING], like=like).judged[0].number == first


def test_what_answers_goes_before_what_is_only_alike():
    assert (
        found(THREE, [reading("yes", 0.7), reading("yes", 0.97), NOTHING], like=[0.9, 0.1, 1.0]).judged[0].number == 1
    )
    assert found(THREE, [YES, YES], bounded(likeness=0.0), like=[0.1, 0.9]).judged[0].number == 0


def test_a_clause_that_does_not_answer_is_never_the_proof_however_alike_it_is():
    said = found(THREE, [NOTHING, Reading(0.45, 0.55, 0.0, 0.0, 0.0)], bounded(likeness=9.0), like=[1.0, 0.0])
    assert said.judged[0].number == 0
    assert quotes(THREE, said) == ["We sell nothing."]


def test_readings_are_calibrated_before_they_are_weighed():
    (read,) = judged([0], [0.5], [Reading(0.2, 0.8, 0.0, 0.0, 0.0)], bounded(slope=0.5, offset=-1.0))
    assert log_odds(read.answers) == pytest.approx(0.5 * log_odds(0.8) - 1.0)
    assert read.reading.yes == 0.8


# --- whatever is read -------------------------------------------------------------------------------------------------

ANYTHING = policy("We say this.", *LIST, RULE, EXCEPTION, "#More", "But not that.", "Why?:", "- so", "Done.")


def shares(parts: list[float]) -> Reading:
    total = sum(parts)
    return Reading(*(part / total for part in parts)) if total > 0 else Reading(1.0, 0.0, 0.0, 0.0, 0.0)


READINGS = st.one_of(
    st.sampled_from([Reading(*(float(at == one) for at in range(5))) for one in range(5)]),  # without any doubt
    st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5).map(shares),
)
ALL_BOUNDS = st.builds(
    Bounds,
    slope=st.floats(0.1, 3.0),
    offset=st.floats(-3.0, 3.0),
    likeness=st.floats(0.0, 5.0),
    answers=st.floats(0.01, 0.95),
    base=st.floats(-2, 2),
    sure=st.tuples(*[st.floats(-2, 2)] * 6).map(Sureness._make),
    claims=st.floats(0.0, 1.0),
    stands=st.floats(0.0, 1.0),
    further=st.floats(0.01, 0.99),
)


@given(st.data(), ALL_BOUNDS, st.booleans())
def test_an_outcome_with_evidence_has_spans_and_one_without_has_none(data, bounds, whole):
    count = len(ANYTHING.clauses)
    numbers = data.draw(st.lists(st.integers(0, count - 1), unique=True))
    readings = data.draw(st.lists(READINGS, min_size=len(numbers), max_size=len(numbers)))
    like = data.draw(st.lists(st.floats(-1.0, 1.0), min_size=len(numbers), max_size=len(numbers)))
    said = verdict(ANYTHING, judged(numbers, like, readings, bounds), bounds, wants_whole=whole)
    assert said.outcome.has_evidence == bool(said.spans)
    assert said.outcome is not Outcome.OFF_TOPIC
    assert 0.0 <= said.confidence <= 1.0
    assert len(said.spans) <= MAX_CITATIONS
    assert not any(one.overlap(other) for one in said.spans for other in said.spans if one is not other)
    clauses = [clause.span for clause in ANYTHING.clauses]
    for span in said.spans:
        assert {span.start, span.end} <= {edge for clause in clauses for edge in clause}
    if said.outcome.has_evidence:
        cited = {number for number, span in enumerate(clauses) if any(span.overlap(other) for other in said.spans)}
        answering = {each.number for each in said.judged if each.answers >= min(bounds.answers, bounds.further / 2)}
        assert cited & answering, "at least one cited clause answers"
    if said.outcome in (Outcome.YES, Outcome.NO):
        assert said.confidence >= bounds.claims
    if said.closest is not None:
        assert said.outcome is Outcome.SILENT
        assert said.closest in clauses
    back = list(zip(numbers, like, readings, strict=True))[::-1]
    turned = judged([n for n, *_ in back], [s for _, s, _ in back], [r for *_, r in back], bounds)
    if len({each.answers for each in turned}) == len(turned) == len({each.similarity for each in turned}):
        again = verdict(ANYTHING, turned, bounds, wants_whole=whole)
        assert replace(again, judged=()) == replace(said, judged=()), "the order of reading does not matter"


@given(READINGS, ALL_BOUNDS)
def test_calibrated_and_confident_are_probabilities(given_reading, bounds):
    (read,) = judged([0], [0.5], [given_reading], bounds)
    assert 0.0 <= read.answers <= 1.0
    outcome, sureness = weighed(read, [read])
    assert outcome in OUTCOMES
    assert 0.0 <= bounds.confidence(sureness) <= 1.0


def test_what_others_say_makes_an_outcome_surer_or_less_sure():
    bounds = bounded(sure=Sureness(0.0, 0.0, 0.0, 0.0, -0.5, 1.0))
    alone, agreed, denied = (found(THREE, [YES, other], bounds).confidence for other in (NOTHING, YES, NO))
    assert denied < alone < agreed
    yes, no = (
        bounded(sure=Sureness(0.0, 0.0, 0.0, 1.0, 0.0, 0.0)),
        bounded(sure=Sureness(0.0, 0.0, 1.0, 0.0, 0.0, 0.0)),
    )
    assert found(THREE, [YES], yes).confidence > 0.5 == found(THREE, [NO], yes).confidence
    assert found(THREE, [YES], no).confidence == found(THREE, [NO], no).confidence > 0.5


def test_a_question_of_who_or_where_is_never_answered_yes_or_no():
    read = judged([0, 1], [0.5, 0.5], [YES, NO], BOUNDS, openly=True)
    said = verdict(THREE, read, BOUNDS, wants_whole=True)
    assert said.outcome is Outcome.STATED
    assert quotes(THREE, said) == ["We sell data.", "We sell nothing."]
