"""Of several companies that a message names, which it asks and which it only speaks of: whom data go to, who calls, what is compared."""

from __future__ import annotations

import pytest

from assistant.questions.standalone import Query
from tests.named_policies import BUNDLED, VERSIONS, read, shelf


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


@pytest.mark.parametrize(
    "question",
    [
        "Do they share my data with VPS6?",
        "Does the company sell my data to VPS6?",
        "Will they pass my name, email and age to VPS6?",
        "Does it send data to VPS6?",
        "Are they allowed to give my data to VPS6?",
        "Do they get my data from VPS6?",
        "Who shares my data with VPS6?",
        "if I opt out, is my data shared with VPS6?",
        "If I buy a server, do they share my name with VPS6?",
        "how do I stop them selling my data to VPS6?",
        "please transfer my data to VPS6",
    ],
)
def test_whoever_deals_with_another_company_the_chosen_one_is_asked(question):
    assert read(BUNDLED, question, "rackspace") == Query(question, question, "rackspace")


@pytest.mark.parametrize(
    "question",
    [
        "Can I send my passport to VPS6?",
        "What do I have to give to VPS6?",
        "is the data I've shared with VPS6 encrypted?",
        "Can I share my work email with VPS6?",
        "Do customers have to give their number to VPS6?",
        "Does everyone have to give their number to VPS6?",
        "Is it safe to give my data to VPS6?",
        "Who gets my data from VPS6?",
        "Can the police get my data from VPS6?",
        "Do they share my data if I sign up with VPS6?",
    ],
)
def test_a_company_that_people_deal_with_is_asked(question):
    assert read(BUNDLED, question, "rackspace").scope == "vps6"


@pytest.mark.parametrize("chosen", ["rackspace", None])
@pytest.mark.parametrize(
    ("earlier", "question", "text"),
    [
        ("do you sell my data?", "and to VPS6?", "do you sell my data to VPS6?"),
        ("do you sell my data?", "and give it to VPS6?", "do you give my data to VPS6?"),
        ("do you sell my data to advertisers?", "to VPS6 too?", "do you sell my data to VPS6?"),
        ("is my email shared?", "with VPS6?", "is my email shared with VPS6?"),
        ("do you share my data?", "or with VPS6 and QualiSpace?", "do you share my data with VPS6 and QualiSpace?"),
        ("does Rackspace sell my email?", "and to VPS6?", "does the company sell my email to VPS6?"),
    ],
)
def test_a_follow_up_adds_a_company_to_those_who_get_data(earlier, question, text, chosen):
    query = read(BUNDLED, question, chosen, (earlier, chosen))
    assert (query.text, query.among) == (text, ())
    assert query.scope == ("rackspace" if "Rackspace" in earlier else chosen)


@pytest.mark.parametrize(
    ("earlier", "question"),
    [
        ("do you sell my data?", "and at VPS6?"),
        ("do you keep my data?", "and with VPS6?"),
        ("do you sell my data?", "with VPS6?"),
        ("do I have to give my number?", "to VPS6?"),
        ("do you use cookies?", "what about VPS6?"),
    ],
)
def test_a_follow_up_that_adds_no_recipient_moves_the_question(earlier, question):
    query = read(BUNDLED, question, "rackspace", (earlier, "rackspace"))
    assert (query.text, query.scope) == (earlier, "vps6")


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
