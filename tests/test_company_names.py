"""Which policies a message asks by the names in it: of one company with several, of companies that are called by ordinary words; and
what follow-ups keep of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.languages import language
from assistant.model import Answer, Outcome
from assistant.questions.standalone import Query
from assistant.verdict.wording import each_says
from tests.bundled import SHELF, SPELLER, TEXTS
from tests.named_policies import BUNDLED, VERSIONS, read, shelf

PARTS = shelf(("acme-app", "Acme"), ("acme-careers", "Acme"), ("acme-privacy", "Acme"), ("vps6", "VPS6.NET"))
RENAMED = shelf(("larkspur", "Larkspur Toys GmbH"), ("larkspur-games", "Larkspur Games", "larkspur"))


@pytest.mark.parametrize("question", ["Does Acme sell my data?", "is it sold by acme, inc.?", "what about ACME.com?"])
@pytest.mark.parametrize(
    ("chosen", "scope"), [("acme-2", "acme-2"), ("acme", "acme"), (None, "acme-2"), ("vps6", "acme-2")]
)
def test_a_company_means_its_chosen_policy_or_else_its_current_one(question, chosen, scope):
    assert read(VERSIONS, question, chosen).scope == scope


@pytest.mark.parametrize("chosen", ["acme-app", "acme-careers", "acme-privacy"])
def test_of_several_policies_of_a_company_the_chosen_is_kept(chosen):
    assert read(PARTS, "Does Acme sell my data?", chosen).scope == chosen
    assert read(PARTS, "what does the Acme privacy policy say of my data?", chosen).scope == chosen


@pytest.mark.parametrize("chosen", [None, "vps6"])
def test_of_several_none_of_which_is_chosen_all_are_asked_and_no_others(chosen):
    query = read(PARTS, "Does Acme sell my data?", chosen)
    assert (query.scope, query.among) == (None, ("acme-app", "acme-careers", "acme-privacy"))
    assert query.text == "Does the company sell my data?"


@pytest.mark.parametrize("name", ["acme-careers", "ACME-careers", "Acme Careers"])
@pytest.mark.parametrize("chosen", [None, "acme-app", "vps6"])
def test_an_id_means_its_policy_alone(name, chosen):
    assert read(PARTS, f"does {name} sell my data?", chosen).scope == "acme-careers"
    assert read(VERSIONS, "does acme-2 sell my data?", "acme").scope == "acme-2"
    assert read(BUNDLED, "what about rackspace-managed-hosting?", "rackspace").scope == "rackspace-managed-hosting"


def test_a_company_that_took_a_new_name_means_its_older_texts_too():
    assert read(RENAMED, "Does Larkspur Games sell my data?", "larkspur").scope == "larkspur"
    assert read(RENAMED, "Does Larkspur Games sell my data?").scope == "larkspur-games"
    assert read(BUNDLED, "Can Rackspace see where I travel?", "rackspace-managed-hosting").scope == (
        "rackspace-managed-hosting"
    )


def test_part_of_a_companys_name_that_is_an_id_means_the_company():
    reader = shelf(("rackspace", "Rackspace Hosting"), ("rackspace-eu", "Rackspace Hosting", "rackspace"))
    assert read(reader, "does rackspace sell my data?", "rackspace-eu").scope == "rackspace-eu"
    assert read(reader, "does rackspace sell my data?").scope == "rackspace-eu"


# --- follow-ups -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["rackspace", None])
def test_a_follow_up_stays_with_the_company_that_its_question_named(chosen):
    named = ("does VPS6 sell my email?", chosen)
    for question in ("and my phone number?", "is it encrypted?", "why?"):
        assert read(BUNDLED, question, chosen, named).scope == "vps6"
    assert read(BUNDLED, "is it encrypted?", chosen, named, ("and my phone number?", chosen)).scope == "vps6"
    assert read(
        BUNDLED, "is it encrypted?", chosen, named, ("thanks", chosen), ("how is the weather", chosen)
    ).scope == ("vps6")


def test_a_policy_that_is_chosen_after_a_name_goes_before_it():
    named = ("does VPS6 sell my email?", "rackspace")
    assert read(BUNDLED, "and my phone number?", "qualispace", named).scope == "qualispace"
    later = ("and my phone number?", "qualispace")
    assert read(BUNDLED, "is it encrypted?", "qualispace", named, later).scope == "qualispace"
    assert read(BUNDLED, "is it encrypted?", "rackspace", named, later).scope == "rackspace"


def test_a_new_question_after_a_name_is_put_to_the_chosen_policy():
    assert read(BUNDLED, "do you use cookies?", "rackspace", ("does VPS6 sell my email?", "rackspace")).scope == (
        "rackspace"
    )


def test_a_follow_up_of_a_question_to_several_is_put_to_the_same():
    several = ("Do Rackspace and QualiSpace sell my email?", None)
    assert read(BUNDLED, "and my phone number?", None, several).among == ("rackspace", "qualispace")
    assert read(BUNDLED, "and my phone number?", "vps6", several) == Query(
        "does the company sell my phone number?", "and my phone number?", "vps6", "does the company sell my email?"
    )
    assert read(BUNDLED, "and at VPS6?", None, several).scope == "vps6"


# --- ordinary words ---------------------------------------------------------------------------------------------------

KINDS = ("website", "children", "employees", "customers", "job-applicants", "subprocessors", "third-party", "opt-out")
WORDS = ("Target", "Visa", "Next", "Signal", "Box", "Best Buy", "People", "Support", "Today", "Square", "Chat")
KINDS_SHELF = shelf(*((kind, provider) for kind in KINDS for provider in ("VPS6.NET",)), ("visitors", None))
WORDS_SHELF = shelf(*((word.lower().replace(" ", "-"), word) for word in WORDS), ("rackspace", "Rackspace"))


@pytest.mark.parametrize(
    "question",
    [
        "Do you collect data from children?",
        "do you share data with other customers?",
        "is data of employees or job applicants kept?",
        "do you use my data on the website?",
        "Website data: is it sold?",
        "can I opt-out of third-party cookies?",
        "who are your subprocessors?",
        "do you track visitors?",
    ],
)
def test_an_id_of_common_words_is_no_name(question):
    assert read(KINDS_SHELF, question, "website") == Query(question, question, "website")


@pytest.mark.parametrize(
    "question",
    [
        "do you use my data to target ads at me?",
        "when is the next change to the policy?",
        "when does next change come?",
        "if I tick the box, do you send ads?",
        "do you need my visa number?",
        "is my visa's number stored?",
        "Next, do you sell my data?",
        "Hi. Next question: is it kept?",
        "Next is the question of data. Do you sell it?",
        "Chat history is kept for how long?",
        "can target ads be disabled?",
        "does target advertising use my email?",
        "does visa information leave the country?",
        "can people see my profile?",
        "does support read my messages?",
        "do you sell people's data?",
        "is today's data kept?",
        "what is the best buy?",
        "is my chat kept?",
        "Do You Use My Data to Target Ads at Me?",
        "DO YOU TARGET ADS?",
        "is the NEXT change announced?",
        "will the next of kin see my data?",
    ],
)
def test_a_companys_name_that_is_ordinary_words_is_no_name_where_they_stand_as_words(question):
    assert read(WORDS_SHELF, question, "rackspace") == Query(question, question, "rackspace")


@given(st.sampled_from([text for text in TEXTS["practice-questions"] if text[1:].islower()]))
def test_no_question_in_small_letters_loses_a_word_to_a_company(question):
    """But for a company's dealing: "does support share my chats" has a subject."""
    asked = read(WORDS_SHELF, question)
    assert (asked.scope, asked.among) == (None, ())
    assert asked.text == SPELLER.correct(question)


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("Does Target sell my data?", "target"),
        ("does target sell my data?", "target"),
        ("does square use cookies?", "square"),
        ("is visa sharing my card number?", "visa"),
        ("has visa sold data?", "visa"),
        ("will signal really keep my data?", "signal"),
        ("Does Target Sell My Data?", "target"),
        ("Target sells my data, right?", "target"),
        ("Box will keep my files?", "box"),
        ("Is my data safe at Box?", "box"),
        ("is it kept by Best Buy?", "best-buy"),
        ("what does box.com keep?", "box"),
        ("is my email known to Target Inc.?", "target"),
        ("what is target's policy?", "target"),
        ("Next's cookies: how long do they stay?", "next"),
        ("what about Visa?", "visa"),
        ("does RACKSPACE sell my data?", "rackspace"),
        ("is my data safe at rackspace?", "rackspace"),
    ],
)
def test_a_companys_name_that_is_ordinary_words_is_one_where_it_is_written_or_stands_as_one(question, scope):
    assert read(WORDS_SHELF, question).scope == scope


def test_an_id_that_goes_on_from_an_ordinary_name_is_one_with_its_hyphens():
    reader = shelf(("target-app", "Target"), ("target-careers", "Target"))
    assert read(reader, "does target-careers sell my data?").scope == "target-careers"
    question = "do you target careers and app users?"
    assert read(reader, question) == Query(question, question, None)


def test_what_a_company_is_called_besides_goes_with_its_name():
    assert read(BUNDLED, "do you track me on rackspace.com?").text == "do you track me?"
    assert read(BUNDLED, "Does QualiSpace Ltd. sell my data?").text == "Does the company sell my data?"


# --- answers ------------------------------------------------------------------------------------------------------------


def said(*told: tuple[str, str | None, str, Outcome]) -> str:
    policies = {id_: replace(SHELF["vps6"], id=id_, provider=provider, title=title) for id_, provider, title, _ in told}
    answers = {id_: SimpleNamespace(outcome=outcome) for id_, _, _, outcome in told}
    return each_says(cast("dict[str, Answer]", answers), policies, language("en"))


def test_policies_of_one_company_that_differ_are_told_apart():
    app, careers = ("app", "Acme", "Acme App"), ("careers", "Acme", "Acme Careers")
    other = ("vps6", "VPS6.NET", "Privacy Policy", Outcome.NO)
    assert said((*app, Outcome.YES), (*careers, Outcome.NO), other) == "Acme App: yes. Acme Careers and VPS6.NET: no."
    assert said((*app, Outcome.NO), (*careers, Outcome.NO), other) == "Acme and VPS6.NET: no."
    assert said((*app, Outcome.YES), other) == "Acme: yes. VPS6.NET: no."


def test_two_versions_are_told_apart_by_the_days_of_their_last_changes():
    first, second = (replace(SHELF["vps6"], snapshot_date=None, updated_date=date(2026, 7, day)) for day in (1, 9))
    answers = {"a": SimpleNamespace(outcome=Outcome.YES), "b": SimpleNamespace(outcome=Outcome.NO)}
    text = each_says(cast("dict[str, Answer]", answers), {"a": first, "b": second}, language("en"))
    assert text == f"“{first.title}” (1 July 2026): yes. “{first.title}” (9 July 2026): no."


def test_policies_of_one_company_and_one_title_are_told_apart_by_id():
    text = said(("a", "Acme", "Privacy", Outcome.YES), ("b", "Acme", "Privacy", Outcome.NO))
    assert text == "a: yes. b: no."


@pytest.mark.parametrize(
    "question", ["Do Rackspace and QualiSpace use cookies?", "Do Rackspace or QualiSpace record my phone calls?"]
)
def test_companies_that_are_named_answer_and_no_others(assistant, question):
    answer = assistant.ask(question, "vps6")
    assert answer.by_policy is not None
    assert sorted(answer.by_policy) == ["qualispace", "rackspace"]
    assert "nearest" not in answer.text
    assert "VPS6" not in answer.text
