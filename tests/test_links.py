"""Links of a policy: where they lead is known wherever its words are shown, and only what a reader can follow is a link."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.surfaces.chat.messages import answer_bubble
from assistant.surfaces.render.marked_text import words_as_html
from assistant.surfaces.render.policy_page import policy_markdown, words_html
from assistant.surfaces.schemas import clause_views
from corpus.model import CitedLink, Link, Span
from corpus.shelf.catalogue import Metadata, policy_of
from tests.rendered import EN, answered

SOURCE = """# Privacy

Write to [our officer](mailto:dpo@acme.example) or call [us](tel:+15550100). See [the list](/partners?x=1&y=2) and
[a script](javascript:alert(1)), [here](#top) and [nowhere](https://).

We keep your name. <a href="https://inner.example/">Nested <a href="https://never.example/">inside</a> it</a> stands a link.
"""


def policy(source_url: str | None = "https://acme.example/privacy", source: str = SOURCE):
    return policy_of("acme", source, Metadata(source_url=source_url), "acme.md")


def test_a_citation_says_where_the_links_in_its_words_lead():
    told = policy()
    [first, second] = told.cite(told.clauses[0].span).links, told.cite(told.clauses[1].span).links
    assert [(link.span.of(told.text), link.address) for link in (*first, *second)] == [
        ("our officer", "mailto:dpo@acme.example"),
        ("us", "tel:+15550100"),
        ("the list", "https://acme.example/partners?x=1&y=2"),
    ]


def test_without_the_documents_own_address_what_is_relative_leads_nowhere():
    told = policy(None)
    assert [link.address for link in told.links_in(Span(0, len(told.text)))] == [
        "mailto:dpo@acme.example", "tel:+15550100", "https://inner.example/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "https://", "mailto:",
     "https://[::1", "ftp://acme.example/x", " javascript:x", "java\nscript:x", "//acme.example/x", ""],
)  # fmt: skip
def test_what_no_reader_should_follow_is_no_link(address: str):
    assert not Link(Span(0, 1), address).completed(None).leads_somewhere


def test_links_are_in_order_and_none_overlaps_another():
    links = policy().links
    assert list(links) == sorted(links)
    assert not any(one.span.overlap(other.span) for one, other in pairwise(links))


def test_a_part_of_the_words_has_the_part_of_the_link():
    told = policy()
    officer = next(link for link in told.links if link.address.startswith("mailto:"))
    half = Span(officer.span.start + 4, officer.span.end + 3)
    assert [(link.span.of(told.text), link.address) for link in told.links_in(half)] == [
        ("officer", "mailto:dpo@acme.example")
    ]
    assert told.links_in(Span(officer.span.end, officer.span.end + 1)) == ()


def test_pages_and_answers_show_links_and_mark_inside_them():
    told = policy()
    clause = told.clauses[0].span
    bubble = answer_bubble(answered(told, 0), {"acme": told}, EN)
    for shown in (bubble, policy_markdown(told, EN, (clause,)), words_html(told, (clause,))):
        addresses = [html.unescape(found) for found in re.findall(r'<a href="([^"]*)" rel="noreferrer"', shown)]
        assert "mailto:dpo@acme.example" in addresses
        assert not any("script" in found for found in addresses)
    assert re.search(r"<a [^>]*><mark>our officer</mark></a>", words_html(told, (clause,)))


def test_the_api_gives_each_clause_with_its_links():
    views = clause_views(policy())
    assert [link.address for link in views[0].links] == ["mailto:dpo@acme.example", "tel:+15550100"]
    assert views[2].links == ()


@given(st.data())
def test_whatever_is_marked_and_linked_the_words_are_all_there_once(data: st.DataObject):
    words = data.draw(st.text(max_size=40))
    start = data.draw(st.integers(0, 50))
    place = st.integers(start - 5 if start > 5 else 0, start + len(words) + 5)
    span = st.builds(lambda one, other: Span(min(one, other), max(one, other)), place, place)
    marks = data.draw(st.lists(span, max_size=3))
    links = sorted(data.draw(st.lists(span, max_size=4)))
    cited = [CitedLink(start=link.start, end=link.end, address='https://x.example/"><b>') for link in links]
    shown = words_as_html(words, start, marks, cited)
    assert set(re.findall(r"</?(\w+)", shown)) <= {"a", "mark"}
    without = re.sub(r"</?(?:a|mark)\b[^>]*>", "", shown)
    assert html.unescape(without) == "".join(map(_shown, words))


def _shown(character: str) -> str:
    from assistant.surfaces.render.names import printable

    return printable(character)
