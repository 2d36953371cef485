"""Of the names of policies and companies, no one that stands in a message is passed over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.questions.policy_names import PolicyNames
from corpus.model import Summary
from tests.bundled import SHELF

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


def test_words_of_every_policy_are_no_names():
    assert list(names_of("Privacy Policy", "of").perhaps_in("what does the privacy policy say of me?")) == []
