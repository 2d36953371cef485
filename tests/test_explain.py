"""Why this clause: what was read and each part of the score; and where a policy is silent, the closest clause."""

from __future__ import annotations

import pytest

from assistant.languages import language
from assistant.model import Answer, Explanation, Outcome, Searched
from assistant.surfaces.bubbles import answer_bubble
from assistant.surfaces.terminal import answer_text

CARD = "is my card number shared?"


def explained(assistant, question: str, policy: str | None = "rackspace") -> Explanation:
    why: Explanation | None = assistant.ask(question, policy, explain=True).explanation
    assert why is not None
    return why


def test_the_parts_of_the_score_add_up_to_it_and_the_first_clause_is_the_one_cited(assistant):
    answer = assistant.ask(CARD, "rackspace", explain=True)
    why = answer.explanation
    assert why.clauses[0].quote == answer.citations[0].quote
    for clause in why.clauses:
        assert sum(part.adds for part in clause.parts) == pytest.approx(clause.weight, abs=0.01)
        assert all(part.value * part.weight == pytest.approx(part.adds, abs=0.01) for part in clause.parts)
    assert [clause.weight for clause in why.clauses] == sorted((c.weight for c in why.clauses), reverse=True)


def test_it_says_what_was_read_in_question_and_clause(assistant):
    why = explained(assistant, CARD)
    assert why.form == "whether"
    assert why.read_as.data == ("payment data",)
    assert "sharing or disclosing" in why.read_as.actions
    assert "sharing or disclosing" in why.clauses[0].read_as.actions
    assert len(why.clauses[0].read_as.practices) == 3
    assert why.outcome_probability is not None
    assert any("negated" in sign or "not" in sign for sign in why.outcome_signs)


def test_an_answer_is_at_least_as_probable_as_it_must_be_and_silence_less(assistant):
    why = explained(assistant, CARD)
    assert why.answered >= why.answered_needed
    why = explained(assistant, "how many days are call recordings kept?")
    assert why.answered < why.answered_needed
    assert why.outcome_probability is None


def test_off_topic_has_nothing_to_explain(assistant):
    assert assistant.ask("what is the weather like?", "rackspace", explain=True).explanation is None


def test_it_is_given_only_when_asked_for_and_for_each_policy(assistant):
    assert "explanation" not in assistant.ask(CARD, "rackspace").as_json()
    answer = assistant.ask(CARD, explain=True)
    assert all("explanation" in each for each in answer.as_json()["by_policy"].values())


def test_in_words_it_names_the_parts(assistant):
    text = answer_text(assistant.ask(CARD, "rackspace", explain=True), assistant.policies)
    assert "wants yes or no" in text
    assert "similarity +" in text
    assert "data: payment data" in text


def test_silence_offers_the_closest_clause_and_says_that_it_does_not_answer(assistant):
    answer = assistant.ask("how many days are call recordings kept?", "rackspace")
    assert answer.outcome is Outcome.SILENT
    assert answer.closest is not None
    assert "record" in answer.closest.quote
    assert assistant.policies["rackspace"].supports(answer.closest)
    assert language("en").say("bubble.closest") in answer_text(answer, assistant.policies)
    assert language("en").say("bubble.closest") in answer_bubble(answer, assistant.policies, language("en"))


def test_only_silence_has_a_closest_clause(assistant):
    citation = assistant.ask(CARD, "rackspace").citations[0]
    searched = Searched(policies=(), clauses=0)
    with pytest.raises(ValueError, match="only silence has"):
        Answer(question="?", outcome=Outcome.NO, text="No.", citations=(citation,), closest=citation, searched=searched)
