"""The line of an answer leaves out no statement beside the quoted one, and no opening of a list, that says more of what is asked."""

from __future__ import annotations

import pytest

from assistant.languages import language
from assistant.model import Outcome
from assistant.verdict.answer_line import answer_line
from tests.test_answer_line import policy_of

SOLD = "We do not sell your personal information to anybody for money or for any other thing that is of monetary value to us"
SHARED = "We share your location with our partners, who have signed a contract with us and who answer for it to their own authorities"


def line(question, outcome, clause, **made):
    policy, span = policy_of(clause, **made)
    return answer_line(question, outcome, policy, span, language("en")).text


@pytest.mark.parametrize(
    "other",
    [
        "like many companies, however, we use services that help us to show you offers",
        "under California law, our use of advertising cookies may be considered a sale",
        "the exchange of cookies with networks is called a sale by the law of California",
        "our affiliates may receive it for their own purposes",
        "our trade with figures on audiences is described in section 4, though",
        "we do so only where you have agreed to it",
        "some of our brands do otherwise",
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.NO, Outcome.DEPENDS])
def test_a_statement_beside_a_semicolon_that_bears_on_the_answer_stays(other, outcome):
    question = "do you sell my personal information?"
    assert other in line(question, outcome, f"{SOLD}; {other}.")
    assert other in line(question, outcome, f"{SOLD}; our shop is in Leeds; {other}.")
    first = other[0].upper() + other[1:]
    assert first in line(question, outcome, f"{first}; {SOLD[0].lower()}{SOLD[1:]}.")


@pytest.mark.parametrize(
    "other",
    [
        "our shop is in Leeds",
        "they are bound by contract to delete it when the work is done",
        "we check this once a year and publish what we found",
    ],
)
def test_one_about_something_else_may_go(other):
    assert line("do you sell my personal information?", Outcome.NO, f"{SOLD}; {other}.") == f"No: “{SOLD}”."
    first = other[0].upper() + other[1:]
    said = line("do you share my location?", Outcome.YES, f"{first}; {SHARED[0].lower()}{SHARED[1:]}.")
    assert first not in said


@pytest.mark.parametrize("joint", [", and ", " and ", ", yet "])
def test_a_statement_that_is_joined_to_it_and_bears_on_the_answer_stays(joint):
    other = "our use of advertising cookies may be considered a sale under the law of California"
    assert other in line("do you sell my personal information?", Outcome.NO, f"{SOLD}{joint}{other}.")


def test_what_is_too_long_with_it_is_named_by_its_heading():
    other = f"like many companies, however, we use services {'and more services ' * 40}that may be considered a sale"
    said = line("do you sell my data?", Outcome.NO, f"{SOLD}; {other}.", heading="Sales")
    assert said == "No: the policy says so under “Sales”."


@pytest.mark.parametrize(
    ("question", "outcome", "opening", "item"),
    [
        (
            "do you share my data with third parties?",
            Outcome.DEPENDS,
            "We share your personal data with third parties in the following cases:",
            "You have given us your consent",
        ),
        (
            "do you share my location?",
            Outcome.YES,
            "Your location is shared with our partners as follows:",
            "You use the map in the app",
        ),
        (
            "do you sell my data?",
            Outcome.NO,
            "We stop selling your data as soon as one of these happens:",
            "You opt out",
        ),
        (
            "can I have my data deleted?",
            Outcome.YES,
            "You have the right, under the GDPR and the laws of your country, to:",
            "delete your personal data",
        ),
        ("can I correct my address?", Outcome.YES, "In your account you can:", "Correct your address in the app"),
        ("do you delete my pictures?", Outcome.YES, "Each year we:", "Delete your pictures from the servers"),
        (
            "is my data sold?",
            Outcome.YES,
            "These are the things we do with data:",
            "share it and sell your data to shops",
        ),
    ],
)
def test_an_item_is_not_quoted_without_an_opening_that_holds_what_is_asked_or_begins_its_sentence(
    question, outcome, opening, item
):
    said = line(question, outcome, f"{item};", lead=opening, kind="item")
    assert said.endswith(f": “{opening}” … “{item}”.")


@pytest.mark.parametrize(
    ("question", "opening", "item"),
    [
        ("is my data sold?", "This is how we treat your data:", "Your data is sold to partners"),
        ("do you share my location?", "What happens to your data:", "We share your location with our partners"),
        ("do you use cookies?", "The techniques are:", "Our website uses cookies to count visits"),
        ("do you share my location with partners?", "Location:", "Our partners receive your location from us"),
    ],
)
def test_an_item_that_says_it_all_stands_without_an_opening(question, opening, item):
    assert line(question, Outcome.YES, f"{item}.", lead=opening, kind="item") == f"Yes: “{item}”."
