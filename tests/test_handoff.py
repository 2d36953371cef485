"""Ways to a person: to which answers they belong, and what they lead to."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.company.branding.handoff import LONGEST_QUESTION, Handoff, handed_over
from assistant.company.branding.loading import Brand
from assistant.company.branding.model import Branding
from assistant.languages import CODES, language
from assistant.model import MAX_QUESTION, Answer, Outcome, Route, Searched, SearchedPolicy, checked
from assistant.surfaces.chat.messages import answer_bubble
from assistant.surfaces.render.terminal import answer_text

EN = language("en")
ALL = Handoff(
    chat=True,
    url="https://acme.example/help?q={question}&about={policy}#{question}",
    mail="privacy+web@acme.example",
    form="https://acme.example/contact",
    phone="+49 (30) 123-4567",
)


def answer(outcome: Outcome = Outcome.SILENT, route: Route = Route.PRIVACY, question: str = "is it sold?") -> Answer:
    policy = SearchedPolicy(id="acme", title="ACME", snapshot_date=None, clauses=3)
    searched = Searched(policies=(policy,), clauses=3)
    return Answer.model_construct(
        question=question, outcome=outcome, text="We found nothing.", searched=searched, route=route,
        citations=(), confidence=1.0, reader=None, marked=None, contact=None, handoff=None, understood=None,
        closest=None, explanation=None, by_policy=None, parts=(),
    )  # fmt: skip


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("route", Route)
def test_they_belong_to_silence_to_doubt_and_to_who_wants_a_person(outcome: Outcome, route: Route) -> None:
    found = handed_over(answer(outcome, route), ALL, EN)
    wanted = route is Route.PERSON or outcome in (Outcome.SILENT, Outcome.UNCLEAR)
    assert bool(found.handoff) == wanted
    assert (found.text == EN.say("answer.route.person_handoff")) == (route is Route.PERSON)


def test_one_silent_question_of_several_is_enough() -> None:
    several = answer(Outcome.YES, Route.SEVERAL).model_copy(update={"parts": (answer(Outcome.YES), answer())})
    assert handed_over(several, ALL, EN).handoff
    sure = several.model_copy(update={"parts": (answer(Outcome.YES), answer(Outcome.NO))})
    assert handed_over(sure, ALL, EN).handoff is None


def test_without_a_way_an_answer_is_as_it_was() -> None:
    assert handed_over(answer(), Handoff(), EN) is not None
    assert "handoff" not in handed_over(answer(), Handoff(), EN).as_json()
    assert handed_over(answer(route=Route.PERSON), Handoff(), EN).text == "We found nothing."


def test_as_json_they_stand_in_their_order() -> None:
    ways = handed_over(answer(), ALL, EN).as_json()["handoff"]
    assert [each["kind"] for each in ways] == ["chat", "url", "mail", "form", "phone"]
    assert ways[0]["href"] is None
    assert ways[4]["href"] == "tel:+49301234567"


@given(st.text(max_size=MAX_QUESTION))
def test_whatever_is_asked_an_address_leads_where_the_company_said(question: str) -> None:
    ways = {way.kind: urlsplit(way.href or "") for way in ALL.ways(question, "acme", EN)}
    expected = question if len(question) <= LONGEST_QUESTION else question[: LONGEST_QUESTION - 1] + "…"
    expected = expected.encode("utf-8", "replace").decode()
    url, mail = ways["url"], ways["mail"]
    assert (url.scheme, url.netloc, url.path) == ("https", "acme.example", "/help")
    assert parse_qs(url.query, keep_blank_values=True) == {"q": [expected], "about": ["acme"]}
    assert unquote(url.fragment) == expected
    assert mail.geturl().startswith("mailto:privacy%2Bweb@acme.example?subject=")
    assert parse_qs(mail.query, keep_blank_values=True).keys() == {"subject", "body"}
    assert (ways["form"].geturl(), ways["phone"].geturl()) == (ALL.form, "tel:+49301234567")


def test_a_question_cannot_fill_in_another_place() -> None:
    [way] = Handoff(url="https://acme.example/{policy}?q={question}").ways("{policy}{question}", "a/b", EN)
    assert way.href == "https://acme.example/a%2Fb?q=%7Bpolicy%7D%7Bquestion%7D"


@pytest.mark.parametrize("code", CODES)
def test_the_chat_and_the_terminal_show_them(code: str) -> None:
    texts = language(code)
    brand = Brand(Branding(name="A<b>CME", handoff=ALL), version="1")
    offered = handed_over(answer(question=checked("is <i>it</i> sold?")), ALL, texts)
    bubble = answer_bubble(offered, {}, texts, brand=brand)
    assert bubble.count('class="way ') == 5
    assert "<b>" not in bubble
    assert "<i>" not in bubble
    said = answer_text(handed_over(answer(), ALL, EN), {}, brand)
    assert "Would you rather ask a person at A<b>CME?" in said
    assert "  Call +49 (30) 123-4567: tel:+49301234567" in said
    assert "Chat with us" not in said


def test_a_way_that_only_a_page_around_knows_stands_alone_marked_so() -> None:
    only = Handoff(chat=True)
    brand = Brand(Branding(name="ACME", handoff=only), version="1")
    assert 'class="handoff chat-only"' in answer_bubble(handed_over(answer(), only, EN), {}, EN, brand=brand)
    assert "ACME" not in answer_text(handed_over(answer(), only, EN), {}, brand)
