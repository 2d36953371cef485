"""What a reader is given of a clause: its words, and before them what a person would need to understand it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.reading.passages import Passage, opens, passage
from assistant.settings import ROOT
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf

TEXT = """# Acme Privacy

Acme bakes bread.

## Sharing

### Printers

#### Labels

We give printers your street.
This information is
deleted after a week. It is not read by anybody. We bake such records into nothing.

We may also share:

- your name
- your shoe size;

### Couriers

However, couriers see it. The van is red. Couriers like cake.

## The following is never kept:

- recipes
"""


@pytest.fixture
def shelved(tmp_path: Path) -> Callable[[str], Policy]:
    """`shelved(text)`: a policy as a shelf reads it."""

    def read(text: str) -> Policy:
        (tmp_path / "acme.md").write_text(text, encoding="utf-8")
        return open_shelf(tmp_path)["acme"]

    return read


@pytest.fixture
def given(shelved):
    """`given(words)`: the passage of the clause that begins so."""
    policy = shelved(TEXT)
    return lambda words: passage(policy, number(policy, words))


def number(policy: Policy, words: str) -> int:
    return next(at for at, clause in enumerate(policy.clauses) if clause.span.of(policy.text).startswith(words))


def test_a_clause_is_given_with_the_headings_above_it_but_not_with_the_title(given):
    assert given("Couriers like cake").context == "Sharing › Couriers:"
    assert given("Acme bakes bread") == Passage("", "Acme bakes bread.")


def test_of_many_headings_the_two_innermost_are_given(given):
    assert given("We give printers") == Passage("Printers › Labels:", "We give printers your street.")


def test_a_clause_that_points_back_is_given_with_the_sentence_before(given):
    assert given("This information") == Passage(
        "Printers › Labels: We give printers your street.", "This information is deleted after a week."
    )


def test_no_more_is_given_where_the_sentence_before_stands_alone(shelved):
    policy = shelved("# Acme\n\nWe bake bread. We see your face. This information is kept.\n")
    assert passage(policy, 2) == Passage("We see your face.", "This information is kept.")


def test_where_the_sentence_before_points_back_too_the_one_before_it_is_given_as_well(given):
    first, second, third = (
        "We give printers your street.",
        "This information is deleted after a week.",
        "It is not read",
    )
    assert given("It is not read").context == f"Printers › Labels: {first} {second}"
    assert given("We bake such records").context == f"Printers › Labels: {second} {third} by anybody.", (
        "but not a third"
    )


def test_nothing_is_taken_from_under_another_heading(given):
    assert given("However, couriers").context == "Sharing › Couriers:"


def test_a_clause_that_stands_alone_is_given_alone(given):
    assert given("The van is red").context == "Sharing › Couriers:"


def test_an_item_is_given_with_the_sentence_that_opens_its_list(given):
    assert given("your shoe size") == Passage("Printers › Labels: We may also share:", "your shoe size;")


def test_a_heading_that_opens_a_list_is_given_once(given):
    assert given("recipes").context.count("The following is never kept") == 1


def test_the_sentence_that_opens_a_list_is_read_with_its_items(given, shelved):
    assert given("We may also share").text == "We may also share: your name; your shoe size;"
    policy = shelved(TEXT)
    opener = number(policy, "We may also share")
    assert opens(policy, opener) == [number(policy, "your name"), number(policy, "your shoe size")]
    assert opens(policy, number(policy, "your name")) == opens(policy, number(policy, "The van")) == []


def test_of_a_long_list_the_first_items_are_read(shelved):
    items = "\n".join(f"- {'very ' * 40}long thing {at}" for at in range(9))
    policy = shelved(f"# Acme\n\nWe share:\n\n{items}\n")
    text = passage(policy, number(policy, "We share:")).text
    assert text.startswith("We share: very very")
    assert "long thing 0" in text
    assert "long thing 8" not in text
    assert len(text) < 1000
    assert passage(policy, number(policy, "very")).text.endswith("long thing 0")


@pytest.mark.parametrize(
    "words", ["However", "Such data", "In these cases", "Unless you object", "We delete this information"]
)
def test_what_points_back_is_known_by_its_words(shelved, words):
    policy = shelved(f"# Acme\n\nWe see your face.\n\n{words}, it is kept.\n")
    assert passage(policy, 1).context == "We see your face."


@pytest.mark.parametrize("words", ["We keep faces", "Andrew reads it", "Heredity is studied", "Notes are kept"])
def test_other_words_do_not(shelved, words):
    policy = shelved(f"# Acme\n\nWe see your face.\n\n{words}.\n")
    assert passage(policy, 1).context == ""


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_where_a_link_only_sends_one_on_its_address_is_given(shelved):
    policy = shelved(
        "# Acme Privacy\n\nIf you have questions, please [contact us](https://www.acme.example/help/form?from=policy).\n\n"
        "To object, click [here](/object) or [e-mail us](mailto:privacy@acme.example).\n\n"
        "Our [Cookie Policy](https://acme.example/cookies) says more.\n\n"
        "We are at [acme.example](https://acme.example/) and [this part](#part).\n"
    )
    assert [passage(policy, at).text for at in range(len(policy.clauses))] == [
        "If you have questions, please contact us (acme.example/help/form).",
        "To object, click here or e-mail us (privacy@acme.example).",
        "Our Cookie Policy says more.",
        "We are at acme.example and this part.",
    ]


def test_a_long_address_is_cut(shelved):
    policy = shelved(f"# Acme Privacy\n\nTo object, click [here](https://acme.example/{'long/' * 30}).\n")
    assert passage(policy, 0).text == f"To object, click here (acme.example/{'long/' * 7})."


def test_a_passage_holds_the_clause_whole_and_nothing_that_does_not_stand_in_the_policy():
    for policy in open_shelf(ROOT / "corpus" / "policies").values():
        for at, clause in enumerate(policy.clauses):
            found, words = passage(policy, at), words_of(clause.span.of(policy.text))
            addresses = " ".join(link.address for link in policy.links_in(clause.span))
            left = iter(words_of(found.text))
            assert all(word in left for word in words)
            assert not re.search(r"\s\s|\n", found.context + found.text)
            known = {each for text in (policy.text, addresses, *clause.path) for each in words_of(text)}
            assert set(words_of(found.context + " " + found.text)) <= known
