"""Which policies a message asks by the names in it: of one company with several, of several companies, of companies that are
called by ordinary words; and what follow-ups keep of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.languages import language
from assistant.model import Answer, Outcome, Turn
from assistant.practices.lexicon import Lexicon
from assistant.questions.standalone import Query, QueryReader
from assistant.verdict.wording import each_says
from tests.bundled import BANK, SHELF, SPELLER, TEXTS

DATA = Lexicon(BANK.vocabulary.data)
BUNDLED = QueryReader(SHELF.summaries.values(), DATA, SPELLER)


def shelf(*policies: tuple[str, str | None] | tuple[str, str | None, str]) -> QueryReader:
    """A reader over policies of these ids and providers, and the id that each supersedes."""
    made = (
        replace(SHELF["vps6"], id=id_, provider=provider, supersedes=older[0] if older else None)
        for id_, provider, *older in policies
    )
    return QueryReader(made, DATA, SPELLER)


def read(reader: QueryReader, question: str, policy: str | None = None, *earlier: tuple[str, str | None]) -> Query:
    turns = [Turn(question=said, policy=chosen) for said, chosen in earlier]
    return reader.standalone(question, policy, turns, lambda text: "weather" in text)


VERSIONS = shelf(("acme", "Acme"), ("acme-2", "Acme, Inc.", "acme"), ("vps6", "VPS6.NET"))
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


# --- several companies in one question ----------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["rackspace", "vps6", None])
@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Does Rackspace share my data with QualiSpace?", "Does the company share my data with QualiSpace?"),
        ("Rackspace sells my data to QualiSpace?", "the company sells my data to QualiSpace?"),
        ("Is my data shared with QualiSpace by Rackspace?", "Is my data shared with QualiSpace?"),
        ("Has Rackspace got my data from QualiSpace?", "Has the company got my data from QualiSpace?"),
        ("If I use QualiSpace, does Rackspace see it?", "If I use QualiSpace, does the company see it?"),
        ("Is Rackspace owned by QualiSpace?", "Is the company owned by QualiSpace?"),
        ("Does Rackspace keep data longer than VPS6?", "Does the company keep data longer than VPS6?"),
        (
            "Does Rackspace sell my Rackspace profile to QualiSpace and VPS6?",
            "Does the company sell my profile to QualiSpace and VPS6?",
        ),
    ],
)
def test_the_company_that_does_it_is_asked_and_the_other_is_not_left_out(question, text, chosen):
    query = read(BUNDLED, question, chosen)
    assert (query.scope, query.text) == ("rackspace", text)
    assert BUNDLED.unscoped(question).text == text


@pytest.mark.parametrize("chosen", ["rackspace", "vps6", None])
@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Do Rackspace and QualiSpace sell my data?", "does the company sell my data?"),
        ("does Rackspace or QualiSpace sell my data?", "does the company sell my data?"),
        ("Are both Rackspace & QualiSpace allowed to sell it?", "is the company allowed to sell it?"),
        ("Does either Rackspace or QualiSpace sell it?", "Does the company sell it?"),
        ("does neither Rackspace nor QualiSpace sell it?", "does the company not sell it?"),
        ("Are neither Rackspace nor QualiSpace allowed to sell it?", "is the company not allowed to sell it?"),
        ("is my email sold at Rackspace and at QualiSpace?", "is my email sold?"),
        ("is my email sold by both Rackspace and QualiSpace?", "is my email sold by the company?"),
        ("Does Rackspace sell it, and does QualiSpace?", "Does the company sell it, and does the company?"),
        (
            "is my data shared between Rackspace and QualiSpace?",
            "is my data shared between Rackspace and QualiSpace?",
        ),
    ],
)
def test_companies_side_by_side_are_all_asked(question, text, chosen):
    query = read(BUNDLED, question, chosen)
    assert (query.scope, query.among, query.text) == (None, ("rackspace", "qualispace"), text)


@pytest.mark.parametrize(
    "question",
    [
        "do you share my email with QualiSpace?",
        "is my email sold to qualispace?",
        "do you get my address from QualiSpace?",
        "do you sell my data to QualiSpace and Rackspace?",
    ],
)
def test_with_whom_the_chosen_one_deals_is_not_asked_in_its_place(question):
    assert read(BUNDLED, question, "vps6") == Query(question, question, "vps6")
    assert read(BUNDLED, question) == Query(question, question, None)


def test_who_asks_a_company_by_name_what_it_does_with_data_asks_the_company():
    for question in (
        "is the data that I gave to QualiSpace safe?",
        "If I sign up with QualiSpace, do you sell my data?",
        "can you delete my data from QualiSpace?",
        "how do you handle my data at QualiSpace?",
        "do you sell to QualiSpace?",
    ):
        assert read(BUNDLED, question, "qualispace").scope == "qualispace"
        if "sell to" not in question:
            assert read(BUNDLED, question, "rackspace").scope == "qualispace"
    only = shelf(("acme", "Acme"), ("acme-2", "Acme", "acme"))
    assert read(only, "do you sell my data to Acme?").scope == "acme-2"


@pytest.mark.parametrize(
    "question",
    [
        "unlike Rackspace, do you use cookies?",
        "do you keep data longer than Rackspace?",
        "do you keep logs as long as Rackspace does?",
        "compared to Rackspace, how long do you keep logs?",
        "do you share my data with companies other than Rackspace?",
        "who apart from Rackspace gets my data?",
        "does everyone except Rackspace use cookies?",
        "do you work with firms such as Rackspace?",
        "does my data go to Rackspace?",
        "does my data end up at Rackspace?",
        "why is my data shared with Rackspace?",
        "are you sharing my email with Rackspace?",
        "have you shared my email with Rackspace?",
        "do your partners share my data with Rackspace?",
        "do you tell Rackspace what I buy?",
        "are you owned by Rackspace?",
        "are you part of Rackspace?",
        "are your servers run by Rackspace?",
        "do you use Rackspace for hosting?",
        "do you and Rackspace swap data?",
    ],
)
def test_a_company_that_is_only_spoken_of_is_not_asked(question):
    assert read(BUNDLED, question, "qualispace") == Query(question, question, "qualispace")
    assert read(BUNDLED, question) == Query(question, question, None)


@pytest.mark.parametrize(
    "question",
    [
        "Rackspace uses cookies. Do you?",
        "Rackspace uses cookies, do you?",
        "rackspace uses cookies. do you?",
        "I left Rackspace because of cookies. Do you use cookies?",
        "Coming from Rackspace. Do you use cookies?",
        "Do you use cookies? I am moving here from Rackspace.",
        "When Rackspace asks for my data, do you give it?",
        "Rackspace says you sell my data. Is that true?",
        "is my data hosted by Rackspace?",
        "is my data stored on Rackspace servers?",
        "is Rackspace one of your partners?",
        "does Rackspace get my data from you?",
        "what does Rackspace tell you about me?",
        "is there a Rackspace pixel on your checkout?",
        "what do you get when I log in with Rackspace?",
    ],
)
def test_a_company_in_a_story_or_behind_the_chosen_one_is_not_asked_in_its_place(question):
    assert read(BUNDLED, question, "qualispace") == Query(question, question, "qualispace")


@pytest.mark.parametrize("chosen", ["qualispace", None])
@pytest.mark.parametrize(
    "question",
    [
        "Rackspace, do you use cookies?",
        "Hello Rackspace team! Do you use cookies?",
        "do you use cookies, Rackspace?",
        "I have a question about Rackspace. Do you use cookies?",
        "Rackspace: do you sell my data?",
        "with Rackspace, do you sell my data?",
        "If I sign up with Rackspace, do you sell my data?",
        "I want to delete my data from Rackspace. How do I do that?",
        "Rackspace sells my data. Is that legal?",
        "what does Rackspace do with the emails that I send you?",
        "I like Rackspace, does it sell my data?",
        "are you allowed to sell my data at Rackspace?",
        "I left VPS6. Does Rackspace use cookies?",
        "I left VPS6. What about cookies at Rackspace?",
        "is it sold by Rackspace, not VPS6?",
        "I don't mean VPS6 but Rackspace",
    ],
)
def test_a_company_that_a_message_calls_on_is_asked(question, chosen):
    assert read(BUNDLED, question, chosen).scope == "rackspace"


def test_a_story_says_who_is_meant_where_nobody_is_chosen():
    assert read(BUNDLED, "I have an account at Rackspace. Do you sell my data?").scope == "rackspace"
    own = read(BUNDLED, "I have a Rackspace account. Do you sell my data?", "rackspace")
    assert (own.scope, own.text) == ("rackspace", "I have an account. Do you sell my data?")


def test_the_dot_of_a_legal_form_ends_no_sentence_unless_a_question_follows():
    assert read(VERSIONS, "Does Acme, Inc. sell my data? I left it.", "vps6").scope == "acme-2"
    assert read(VERSIONS, "I left Acme, Inc. Do you sell my data?", "vps6").scope == "vps6"


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
