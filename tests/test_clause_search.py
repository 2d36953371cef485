"""Search over all clauses as one types: what is found, in which order, and which words of it are marked."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.errors import BadQuestion
from assistant.model import Route
from assistant.review.clause_search import EVERYWHERE, Browser, folded, matches
from assistant.settings import Settings
from corpus.errors import UnknownPolicy

# No two share a word by chance that a test asks for.
ACME = """# Privacy

## Cookies

We may place a cookie card on your device, and number it.

Your card number is kept.

Our card numbers are random.

Number every card.

Numbering helps; so does a card.

## Card numbers

The following is never kept:

- the café's visitors
- CAFÉ reviews from the Straße
"""
OLD = "# Privacy\n\nWe sell your card number.\n\nZebras are never tracked.\n"
ZETA = "# Zeta\n\nWe share payment card data with banks.\n\nWe encrypt it.\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """An assistant over a small shelf; its near clauses are those of an encoder that knows no meaning."""
    folder = tmp_path_factory.mktemp("shelf")
    known = {
        "acme": (ACME, {"provider": "Acme", "supersedes": "acme-old"}),
        "acme-old": (OLD, {"provider": "Acme"}),
        "nobody": ("# Terms\n\nNobody said this: cafe\u0301 visitors.\n", {}),
        "zeta": (ZETA, {"provider": "Zeta & Söhne"}),
    }
    for policy_id, (text, facts) in known.items():
        (folder / f"{policy_id}.md").write_text(text)
        (folder / f"{policy_id}.json").write_text(json.dumps(facts))
    settings = Settings(policies=folder, data=tmp_path_factory.mktemp("data"), encoder="hashing")
    build_index(settings)
    return open_assistant(settings)


@pytest.fixture(scope="module")
def browser(shelf):
    return Browser(shelf)


def quotes(result, *, near=False):
    return [each.quote for each in result.clauses if each.near == near]


def plain(text):
    """A text without case, accents and invisible marks, in another way than the code under test."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return "".join(c for c in unicodedata.normalize("NFD", seen) if not unicodedata.combining(c)).casefold()


def words_of(text):
    return re.findall(r"[^\W_]+", plain(text))


# --- order ------------------------------------------------------------------------------------------------------------


def test_words_side_by_side_stand_before_scattered_ones_and_those_before_words_of_a_heading(browser):
    found = quotes(browser.find("card number", limit=100))
    assert found[:5] == [
        "Your card number is kept.",  # the phrase
        "Our card numbers are random.",  # the phrase, its last word going on
        "We may place a cookie card on your device, and number it.",  # both words
        "Number every card.",
        "Numbering helps; so does a card.",  # both, the last one going on
    ]
    assert found[5:] == ["The following is never kept:", "the café's visitors", "CAFÉ reviews from the Straße"]


def test_only_the_last_word_may_be_unfinished(browser):
    assert "Your card number is kept." in quotes(browser.find("your car"))
    assert "Your card number is kept." not in quotes(browser.find("car your"))


def test_what_opens_a_list_is_found_with_its_items_behind_what_says_so_itself(browser):
    assert quotes(browser.find("following")) == [
        "The following is never kept:",
        "the café's visitors",
        "CAFÉ reviews from the Straße",
    ]


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "cafe\u0301", "Café", "ca\u00adfe"])
def test_case_accents_and_invisible_marks_make_no_difference(browser, typed):
    assert quotes(browser.find(typed)) == [
        "the café's visitors",
        "CAFÉ reviews from the Straße",
        "Nobody said this: cafe\u0301 visitors.",
    ]
    marked = [each.quote[start:end] for each in browser.find(typed).clauses for start, end in each.matches]
    assert marked[:3] == ["café", "CAFÉ", "cafe\u0301"]


@pytest.mark.parametrize("typed", ["strasse", "STRASSE", "straße", "stra"])
def test_a_letter_that_folds_to_two_is_found_and_marked_whole(browser, typed):
    (found,) = (each for each in browser.find(typed).clauses if not each.near)
    ((start, end),) = found.matches
    assert found.quote[start:end] == "Straße"[: 6 if len(typed) > 4 else 4]


def test_without_words_every_clause_stands_in_order_unmarked(browser, shelf):
    found = browser.find("", version="all", limit=100)
    every = [(policy.id, number) for policy in shelf.policies.values() for number in range(len(policy.clauses))]
    assert [(each.policy.id, each.number) for each in found.clauses] == every
    assert found.total == len(every)
    assert {(each.matches, each.near) for each in found.clauses} == {((), False)}


@pytest.mark.parametrize("typed", ["?", "§ !", "_", "“”"])
def test_signs_without_a_word_find_nothing(browser, typed):
    assert browser.find(typed).total == 0


def test_words_of_any_language_are_looked_for_as_they_stand(browser, shelf):
    typed = "wird meine Kartennummer an andere weitergegeben"
    with pytest.raises(BadQuestion):
        shelf.search(typed)
    assert quotes(browser.find(typed)) == []


def test_what_is_near_in_meaning_follows_what_holds_the_words(assistant):
    found = Browser(assistant).find("erase my account", version="all", limit=100)
    assert found.total == len(found.clauses) > 0
    assert all(each.near for each in found.clauses)
    assert "deactivation of your account" in found.clauses[0].quote
    marked = [each.quote[start:end].lower() for each in found.clauses for start, end in each.matches]
    assert set(marked) >= {"account"}, "the words that it does hold are marked"
    mixed = Browser(assistant).find("telephone", version="all", limit=100)
    assert [each.near for each in mixed.clauses] == sorted(each.near for each in mixed.clauses)
    assert {each.near for each in mixed.clauses} == {True, False}


def test_words_that_ask_for_a_person_are_searched_for_like_any_others(assistant):
    assert assistant.read("who to contact").routed.route is Route.PERSON
    assert quotes(Browser(assistant).find("who to contact", version="all"), near=True)


@pytest.mark.parametrize("typed", ["pizza recipe", "xyzzy", "er"])
def test_nothing_is_near_to_words_about_no_practice_or_too_short_to_mean_any(assistant, typed):
    assert not quotes(Browser(assistant).find(typed, version="all"), near=True)


def test_a_company_that_the_words_name_is_where_near_clauses_are_from(assistant):
    found = Browser(assistant).find("cookies at QualiSpace", limit=100)
    assert {each.policy.id for each in found.clauses if each.near} == {"qualispace"}


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ({"company": "acme"}, 'company "acme" is unknown; known are Acme, Zeta & Söhne'),
        ({"version": "newest"}, 'version "newest" is unknown; known are current, earlier, all'),
        ({"practice": "sharing"}, 'practice "sharing" is unknown; known are collect, use'),
        ({"data": "money"}, 'data "money" is unknown; known are any, contact, payment'),
        ({"limit": 0}, "limit is 0"),
        ({"offset": -1}, "offset -1"),
    ],
)
def test_an_unknown_filter_is_an_error_that_names_the_known_ones(browser, filters, named):
    with pytest.raises(BadQuestion, match=re.escape(named)):
        browser.find("card", **filters)


def test_an_unknown_policy_and_words_that_are_no_text_are_errors(browser):
    with pytest.raises(UnknownPolicy, match='did you mean "acme"'):
        browser.find("card", policy="acmee")
    with pytest.raises(BadQuestion, match="control character"):
        browser.find("a\0b")
    with pytest.raises(BadQuestion, match="shorten it"):
        browser.find("x " * 5000)


def test_a_practice_and_a_kind_of_data_are_those_that_a_clause_names(browser):
    assert quotes(browser.find("", practice="sell", version="earlier")) == ["We sell your card number."]
    assert quotes(browser.find("", practice="share", data="payment")) == ["We share payment card data with banks."]
    assert quotes(browser.find("", practice="encrypt", company="Acme")) == []


def test_filters_are_honoured_by_clauses_near_in_meaning(assistant):
    browser, words = Browser(assistant), "how is my information protected?"
    near = browser.find(words, version="all", limit=100).clauses
    kept = browser.find(words, version="all", practice="encrypt", limit=100).clauses
    encrypts = [each for each in near if "encrypt" in each.quote.lower() or "ssl" in each.quote.lower()]
    assert all(each.near for each in near)
    assert list(kept) == encrypts
    assert 0 < len(kept) < len(near)


@dataclass(frozen=True)
class Asked:
    words: str
    filters: dict[str, str]


TYPED = st.one_of(
    st.sampled_from(["", "card", "card number", "numb", "café vis", "SELL YOUR", "we", "w", "kept", "zebra", "straße"]),
    st.lists(st.sampled_from(words_of(ACME + OLD + ZETA)), max_size=3).map(" ".join),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12),
)
ASKED = st.builds(
    Asked,
    TYPED,
    st.fixed_dictionaries(
        {"version": st.sampled_from(["current", "earlier", "all"])},
        optional={
            "company": st.sampled_from(["Acme", "Zeta & Söhne"]),
            "policy": st.sampled_from(["acme", "acme-old", "nobody", "zeta"]),
            "practice": st.sampled_from(["share", "sell", "retain", "track"]),
            "data": st.sampled_from(["payment", "cookies", "any"]),
        },
    ),
)


@given(ASKED)
def test_filters_are_honoured_and_every_clause_that_holds_the_words_is_found(browser, shelf, asked):
    found = browser.find(asked.words, **asked.filters, limit=1000)
    assert found.total == len(found.clauses)
    assert len({(each.policy.id, each.number) for each in found.clauses}) == found.total
    wanted = set()
    for policy in shelf.policies.values():
        known, version = shelf.known(policy.id), asked.filters["version"]
        for number, clause in enumerate(policy.clauses):
            let_through = [
                asked.filters.get("company") in (None, policy.provider),
                asked.filters.get("policy") in (None, policy.id),
                version == "all" or (version == "earlier") == (policy.id == "acme-old"),
                "practice" not in asked.filters
                or known.actions[number, browser.practices.index(asked.filters["practice"])],
                "data" not in asked.filters or known.data[number, browser.data.index(asked.filters["data"])],
            ]
            held = words_of(clause.span.of(policy.text))
            held += words_of(" ".join(clause.path) + " " + (clause.lead_in.of(policy.text) if clause.lead_in else ""))
            typed = words_of(asked.words)
            holds = all(word in held for word in typed[:-1]) and any(
                word.startswith(typed[-1]) for word in held if typed
            )
            nothing = not "".join(c for c in asked.words if unicodedata.category(c) != "Cf").split()
            if all(let_through):
                wanted.add((policy.id, number, holds or nothing))
    assert {(each.policy.id, each.number, not each.near) for each in found.clauses} <= wanted
    assert {each for each in wanted if each[2]} <= {(e.policy.id, e.number, not e.near) for e in found.clauses}


@given(ASKED, st.integers(1, 7))
def test_pages_are_the_whole_parted_and_the_total_is_that_of_the_whole(browser, asked, size):
    whole = browser.find(asked.words, **asked.filters, limit=1000)
    pages = [
        browser.find(asked.words, **asked.filters, limit=size, offset=offset)
        for offset in range(0, whole.total + size, size)
    ]
    assert {page.total for page in pages} == {whole.total}
    assert tuple(each for page in pages for each in page.clauses) == whole.clauses
    assert pages[-1].clauses == ()


@given(ASKED)
def test_matches_are_the_words_typed_within_the_quote(browser, asked):
    typed = words_of(asked.words)
    for found in browser.find(asked.words, **asked.filters, limit=1000).clauses:
        end = 0
        for match in found.matches:
            assert end <= match.start < match.end <= len(found.quote)
            end = match.end
            assert "".join(words_of(found.quote[match.start : match.end])) in typed
        said = words_of(found.quote)
        telling = [word for word in typed if word not in EVERYWHERE] or typed
        growing = typed[-1:] if typed[-1:] == telling[-1:] else []
        marked = [word for word in said if word in telling or any(map(word.startswith, growing))]
        assert len(found.matches) == len(marked)


@given(st.text(max_size=40), st.lists(st.text(max_size=4), max_size=3))
def test_matches_hold_for_any_text(quote, typed):
    parts = [part for each in typed for part in re.findall(r"[^\W_]+", folded(each))]
    end = 0
    for match in matches(quote, parts):
        assert end <= match.start < match.end <= len(quote)
        assert any(part in folded(quote[match.start : match.end]) for part in parts)
        end = match.end
    telling = [part for part in parts if part not in EVERYWHERE] or parts
    if telling and telling[-1] in re.findall(r"[^\W_]+", folded(quote)):
        assert matches(quote, parts)


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("is my phone number in it", ["telephone", "phone", "number"]),
        ("telephone", ["telephone", "phone"]),
        ("phone", ["telephone", "phone"]),
        ("form", []),  # not in "platform"
        ("is my", ["is"]),
        ("number is", ["number"]),
        ("numb", ["numb"]),
    ],
)
def test_words_that_stand_in_every_text_are_not_marked_and_a_phone_is_a_telephone(typed, marked):
    quote = "It is your telephone, a phone, the number of our platform."
    assert [quote[start:end] for start, end in matches(quote, words_of(typed))] == marked


@given(st.text(max_size=60))
def test_a_text_folds_letter_by_letter_and_folding_again_changes_nothing(text):
    assert folded(text) == "".join(map(folded, text))
    assert folded(folded(text)) == folded(text)
