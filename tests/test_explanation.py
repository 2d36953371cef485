"""Why these clauses: what the reader made of each, in the API's JSON and in words. The values are made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from assistant.languages import language
from assistant.model import Answer, Explanation, Outcome, ReadClause, Searched
from assistant.surfaces.chat.messages import answer_bubble
from assistant.surfaces.render.terminal import answer_text
from corpus.model import Clause, OffsetMap, Policy, Span

EN = language("en")
TEXT = "We sell no card numbers.\nPartners \x1b[31mmay see\nyour name."
SPANS = (Span(0, 24), Span(25, len(TEXT)))
POLICY = Policy(
    id="acme", provider="Acme", title="Acme Privacy", source_url=None, snapshot_date=None, effective_date=None,
    supersedes=None, licence=None, text=TEXT, clauses=tuple(Clause("acme", span, ()) for span in SPANS), headings=(),
    offsets=OffsetMap(()), source=TEXT,
)  # fmt: skip
READER = "plainclause-reader 1f2e3d4c"


def read(number: int, *, answers: float, none: float, no: float, depends: float) -> ReadClause:
    span = SPANS[number]
    return ReadClause(
        quote=span.of(TEXT), start=span.start, end=span.end, path=(), similarity=0.61, answers=answers, none=none, yes=0.01,
        no=no, depends=depends, stated=0.02,
    )  # fmt: skip


def answer(outcome: Outcome, confidence: float = 0.9, **more: object) -> Answer:
    why = Explanation(
        read="do you sell my card number?",
        answered=0.964,
        answered_needed=0.5,
        claim_needed=0.72,
        clauses=(
            read(0, answers=0.964, none=0.05, no=0.9, depends=0.02),
            read(1, answers=0.104, none=0.9, no=0.04, depends=0.03),
        ),
    )
    fields: dict[str, object] = {
        "question": "card numbers sold?",
        "outcome": outcome,
        "text": "So.",
        "citations": (POLICY.cite(SPANS[0]),) if outcome.has_evidence else (),
        "searched": Searched(policies=(), clauses=2),
        "confidence": confidence,
        "reader": READER,
        "explanation": why,
    }
    return Answer.model_validate(fields | more)


def why(answer: Answer) -> list[str]:
    """The lines of a terminal from "Why" on."""
    lines = answer_text(answer, {"acme": POLICY}).splitlines()
    return lines[lines.index("Why") + 1 :]


def test_in_words_it_says_who_read_what_and_what_was_made_of_each_clause():
    assert why(answer(Outcome.NO)) == [
        "  Read as: do you sell my card number?",
        f"  Read by: {READER}",
        "  The best clause answers it with a probability of 96 %; below 50 % the policy is taken to be silent",
        "  The outcome is right with a probability of 90 %; yes and no are said from 72 % on",
        '   96 %  "We sell no card numbers."',
        "         yes 1 %, no 90 %, depends 2 %, stated 2 %, no answer 5 %; similarity 0.61",
        '   10 %  "Partners �[31mmay see your name."',
        "         yes 1 %, no 4 %, depends 3 %, stated 2 %, no answer 90 %; similarity 0.61",
    ]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.YES, "The outcome is right with a probability of 90 %; yes and no are said from 72 % on"),
        (Outcome.UNCLEAR, "Neither yes nor no has a probability of 72 %, from which on it is said"),
        (Outcome.DEPENDS, None),
        (Outcome.STATED, None),
        (Outcome.SILENT, None),
    ],
)
def test_the_bound_of_a_claim_is_named_where_it_decided(outcome, said):
    lines = why(answer(outcome))
    assert [line.strip() for line in lines[3:] if "said" in line or "outcome" in line] == ([said] if said else [])


def test_a_reader_that_stood_in_is_named_with_the_reason():
    stood_in = f"{READER} (the language model did not answer: time-out)"
    assert f"  Read by: {stood_in}" in why(answer(Outcome.NO, reader=stood_in))
    assert "  Read by: no reader" in why(answer(Outcome.NO, reader=None))


def test_each_policy_and_each_question_is_explained_by_itself():
    own = answer(Outcome.NO)
    bare = own.model_copy(update={"explanation": None})
    both = answer_text(
        bare.model_copy(update={"by_policy": {"acme": own, "other": own}}), {"acme": POLICY, "other": POLICY}
    )
    parts = answer_text(bare.model_copy(update={"parts": (own, own)}), {"acme": POLICY})
    for text in (both, parts):
        assert [line.strip() for line in text.splitlines()].count("Why") == 2
    assert "Why" not in answer_text(bare, {"acme": POLICY})


def test_a_visitor_of_the_chat_sees_none_of_it():
    bubble = answer_bubble(answer(Outcome.NO), {"acme": POLICY}, EN)
    assert not [said for said in ("0.9", "%", "&#37;", "reader", "similarity") if said in bubble]


def test_as_json_it_is_given_only_where_it_was_asked_for_with_numbers():
    given = answer(Outcome.NO, confidence=0.8125).as_json()
    assert (given["confidence"], given["reader"], given["route"]) == (0.8125, READER, "privacy")
    assert list(given["explanation"]) == ["read", "answered", "answered_needed", "claim_needed", "clauses"]
    assert list(given["explanation"]["clauses"][0]) == [
        "quote", "start", "end", "path", "similarity", "answers", "none", "yes", "no", "depends", "stated",
    ]  # fmt: skip
    for clause in given["explanation"]["clauses"]:
        assert clause["quote"] == TEXT[clause["start"] : clause["end"]]
        assert sum(clause[name] for name in ("none", "yes", "no", "depends", "stated")) == pytest.approx(1, abs=0.01)
    bare = answer(Outcome.NO, explanation=None, reader=None).as_json()
    assert not {"explanation", "reader", "marked", "contact", "parts", "by_policy", "understood", "closest"} & set(bare)


def test_as_json_parts_and_policies_hold_whole_answers():
    own = answer(Outcome.NO, marked=POLICY.cite(Span(3, 10)))
    whole = own.model_copy(update={"parts": (own, own), "by_policy": {"acme": own}}).as_json()
    assert whole["parts"] == [own.as_json(), own.as_json()]
    assert whole["by_policy"] == {"acme": own.as_json()}
    assert own.as_json()["marked"]["quote"] == "sell no"
    assert Answer.model_validate(whole).parts[1] == own


def test_only_silence_has_a_closest_clause_and_a_confidence_is_a_probability():
    cited = POLICY.cite(SPANS[0])
    wrongs: list[dict[str, Any]] = [{"closest": cited}, {"confidence": 1.01}, {"confidence": -0.01}, {"citations": ()}]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            answer(Outcome.NO, **{"confidence": 0.9, **wrong})


def test_silence_offers_the_closest_clause_and_says_that_it_does_not_answer():
    silent = answer(Outcome.SILENT, closest=POLICY.cite(SPANS[1]))
    said = EN.say("bubble.closest")
    assert f"{said}:" in answer_text(silent, {"acme": POLICY}).splitlines()
    assert said in answer_bubble(silent, {"acme": POLICY}, EN)
