"""A policy's page: all of the text and only it, whatever it says shown literally, the cited words marked."""

import pytest

from assistant.surfaces.render.names import clause_link
from assistant.surfaces.render.policy_page import policy_markdown
from corpus.model import Span
from tests.rendered import ALLOWED, EN, HOSTILE, Page, made


@pytest.mark.parametrize("policy_id", ["qualispace", "rackspace", "rackspace-managed-hosting", "vps6"])
def test_a_document_shows_all_of_the_text_and_only_it(shelf, policy_id: str) -> None:
    policy = shelf[policy_id]
    page = Page(policy_markdown(policy, EN))
    [words] = page.text("div", "words")
    assert "".join(words.split()) == "".join(policy.text.split())
    assert page.text("section") == [clause.span.of(policy.text) for clause in policy.clauses]


def test_a_hostile_document_shows_all_of_its_text() -> None:
    policy = made(HOSTILE)
    page = Page(policy_markdown(policy, EN))
    assert page.text("section") == list(HOSTILE)
    assert page.tags <= ALLOWED


def test_the_cited_clause_is_the_one_that_is_marked(shelf) -> None:
    policy = shelf["rackspace"]
    first, second = policy.clauses[20].span, policy.clauses[3].span
    page = Page(policy_markdown(policy, EN, (first, second)))
    assert page.text("section", "hit") == [first.of(policy.text)]
    assert page.text("section", "also") == [second.of(policy.text)]
    assert set(page.text("mark")) == {first.of(policy.text), second.of(policy.text)}
    assert clause_link(policy, first) == "?policy=rackspace#c20"


def test_only_the_quoted_part_of_a_clause_is_marked() -> None:
    policy = made(["We keep logs. Always."])
    start = policy.clauses[0].span.start
    page = Page(policy_markdown(policy, EN, (Span(start + 3, start + 12),)))
    assert page.text("mark") == ["keep logs"]
    assert page.text("section", "hit") == ["We keep logs. Always."]


def test_an_earlier_version_says_what_replaced_it() -> None:
    page = Page(policy_markdown(made(["x"]), EN, newer=made(["y"], id="b b", title="Newer")))
    assert page.text("p", "older") == ["An earlier version. It was replaced by Newer (date not stated)."]
    assert page.links == ["?policy=b%20b"]
