"""Of the names of policies and companies, no one that stands in a message is passed over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.practices.lexicon import Lexicon
from assistant.questions.policy_names import PolicyNames
from assistant.questions.standalone import QueryReader
from corpus.model import Summary
from tests.bundled import BANK, SHELF, SPELLER

VPS6 = Summary.of(SHELF["vps6"])
PIECES = st.sampled_from(
    ["Acme", "ACME", "toys", "Larkspur", "&", " ", "-", ".", "'", "’s", "7", "ÄRZTE", "@", "_", ", Inc.", ".com", "é"]
)
NAMES = st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), min_size=1, max_size=6)


def names_of(*providers: str) -> PolicyNames:
    return PolicyNames(replace(VPS6, id=f"p{n}", provider=provider) for n, provider in enumerate(providers))


@given(NAMES, st.lists(PIECES | st.just(" at "), max_size=8).map("".join))
def test_every_name_that_matches_is_among_those_that_may(providers, message):
    names = names_of(*providers)
    every = [name for ranked in names._by_word.values() for _, name in ranked]
    matching = {id(name) for name in every if name.pattern.search(message)}
    assert matching <= {id(name) for name in names.perhaps_in(message)}


def test_the_longest_name_comes_first_and_others_are_not_even_looked_at():
    names = names_of("Rackspace", "Rackspace Managed Hosting", "Larkspur Toys GmbH")
    found = [name.name for name in names.perhaps_in("does rackspace managed hosting use cookies?")]
    assert found[0] == "rackspace managed hosting"
    assert "larkspur toys" not in found
    assert [name.policies for name in names.perhaps_in("Is it kept at Larkspur Toys?")] == [("p2",), ("p2",)]


@pytest.mark.parametrize(
    "message",
    [
        "Do you use cookies? My mail is joe@rackspace.com",
        "my mail is joe.doe@mail.rackspace.com, is it kept?",
        "see https://www.rackspace.com/privacy",
        "is www.rackspace.com/privacy true?",
        "I host at files.rackspace.com",
        "what do non-Rackspace customers get?",
    ],
)
def test_an_address_names_no_company(message):
    assert names_of("Rackspace").mentions(message) == []


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("does www.rackspace.com sell it?", "www.rackspace"),
        ("does rackspace.com sell it?", "rackspace"),
        ("@rackspace is it sold?", "@rackspace"),
        ("is it sold (Rackspace)?", "Rackspace"),
        ("does larkspur.co.uk sell it?", "larkspur.co.uk"),
    ],
)
def test_a_company_may_be_called_by_its_site(message, name):
    names = names_of("Rackspace", "Larkspur.co.uk")
    assert [mention.match["name"] for mention in names.mentions(message)] == [name]


def test_words_of_every_policy_are_no_names():
    assert list(names_of("Privacy Policy", "of").perhaps_in("what does the privacy policy say of me?")) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Does Rackspce sell my data?", "Does Rackspace sell my data?"),
        ("does rakspace sell it", "does rackspace sell it"),
        ("is it safe at Qualipsace?", "is it safe at Qualispace?"),
        ("Is it kept at Larkspru Toys?", "Is it kept at Larkspur Toys?"),
    ],
)
def test_a_name_with_one_letter_wrong_is_the_name(typed, meant):
    assert names_of("Rackspace", "QualiSpace", "Larkspur Toys GmbH").spelt(typed) == meant


@pytest.mark.parametrize(
    "message",
    [
        "is my workspace private, and the backspace key recorded?",
        "my mail is joe@rackspce.com",
        "does Bakspace sell it?",
        "does Rckspc sell it?",
        "does Facebook sell it?",
        "do targets get my data?",
    ],
)
def test_what_is_a_word_or_another_name_is_no_slip_of_one(message):
    assert names_of("Rackspace", "QualiSpace", "Backspin", "Target", "Faceboom").spelt(message) == message


def test_of_two_names_that_may_be_meant_none_is_taken():
    message = "does Zorblix sell it?"
    assert names_of("Zorblin", "Zorblik").spelt(message) == message


def test_the_company_whose_name_is_misspelt_is_the_one_that_is_asked():
    reader = QueryReader(SHELF.summaries.values(), Lexicon(BANK.vocabulary.data), SPELLER)
    query = reader.standalone("Does Rackspce sell my data?", "vps6", [], lambda text: False)
    assert (query.scope, query.text) == ("rackspace", "Does the company sell my data?")
    assert query.asked == "Does Rackspce sell my data?"
