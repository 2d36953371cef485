"""What changed between two versions: every clause accounted for once, pairs that make sense, words marked exactly."""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.model import Clause, OffsetMap, Policy, Span
from corpus.versions.diff import Change, Differences, WordRun, differences, word_runs
from tests.test_corpus_golden import GOLDEN

EMAIL = "We send your e-mail address to nobody outside our company."
CARD = "Card numbers are encrypted before they leave your browser."
LOGS = "Our servers keep a log of every request for thirty days."
CHILDREN = "This site is not meant for children under thirteen."


def version(*parts: str | tuple[str, ...]) -> Policy:
    """A policy of these clauses: a text, or the headings above it and the text."""
    text, clauses = "", []
    for part in parts:
        *path, words = [part] if isinstance(part, str) else part
        clauses.append(Clause("p", Span(len(text), len(text) + len(words)), tuple(path)))
        text += words + "\n"
    return Policy("p", None, "P", None, None, None, None, None, text, tuple(clauses), (), OffsetMap(()), text)


def said(policy: Policy, number: int | None) -> str:
    assert number is not None
    return policy.clauses[number].span.of(policy.text)


def even(text: str) -> str:
    return " ".join(text.split())


def kinds(found: Differences) -> list[tuple[str, int | None, int | None]]:
    return [(change.kind, change.old, change.new) for change in found.changes]


def marked(words: tuple[WordRun, ...]) -> str:
    shapes = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(shapes[run.kind].format(run.text) for run in words)


# ---- what holds of any two versions ----------------------------------------------------------------------------------

WORD = st.sampled_from(
    "we may share your data with our partners unless you object. IP card, cookies “logs” 数据".split()
)
SPACE = st.sampled_from([" ", " ", " ", "\n", "  "])
TEXT = st.lists(st.tuples(WORD, SPACE), min_size=1, max_size=12).map(lambda parts: "".join(map("".join, parts)).strip())
HEADING = st.sampled_from(["Cookies", "1. Cookies", "Sharing", "What do we share?", "Your rights"])
PART = st.one_of(TEXT, st.tuples(HEADING, TEXT), st.tuples(HEADING, HEADING, TEXT))


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[Policy, Policy]:
    """A policy and what became of it: clauses kept, deleted, reworded, spaced anew, put elsewhere; others inserted."""
    old = draw(st.lists(PART, max_size=10))
    new: list[str | tuple[str, ...]] = []
    for part in old:
        *path, text = [part] if isinstance(part, str) else part
        words = text.split()
        match draw(st.sampled_from(["keep", "keep", "delete", "reword", "space", "insert", "move", "rename"])):
            case "delete":
                continue
            case "reword":
                words[draw(st.integers(0, len(words) - 1))] = draw(WORD)
                text = " ".join(words)
            case "space":
                text = "\n".join(words)
            case "insert":
                new.append(draw(PART))
            case "move":
                new.insert(draw(st.integers(0, len(new))), (*path, text))
                continue
            case "rename":
                path = [draw(HEADING)]
        new.append((*path, text))
    return version(*old), version(*new)


@given(two_versions())
def test_every_clause_of_both_versions_is_in_exactly_one_change(versions):
    old, new = versions
    found = differences(old, new)
    assert sorted(c.old for c in found.changes if c.old is not None) == list(range(len(old.clauses)))
    assert [c.new for c in found.changes if c.new is not None] == list(range(len(new.clauses)))
    for change in found.changes:
        assert (change.old is None) == (change.kind == "added")
        assert (change.new is None) == (change.kind == "removed")
    for number in range(len(old.clauses)):
        assert found.now_at(number).old == number


@given(two_versions())
def test_clauses_with_the_same_words_are_paired_as_often_as_can_be_and_never_called_reworded(versions):
    old, new = versions
    texts = [Counter(even(said(policy, at)) for at in range(len(policy.clauses))) for policy in versions]
    found = differences(old, new)
    same = [c for c in found.changes if c.kind in ("same", "moved")]
    assert len(same) == (texts[0] & texts[1]).total()
    assert all(even(said(old, c.old)) == even(said(new, c.new)) for c in same)
    assert all(even(said(old, c.old)) != even(said(new, c.new)) for c in found.changes if c.kind == "reworded")


@given(two_versions())
def test_what_stayed_and_what_was_removed_stand_in_the_order_of_the_old_version(versions):
    changes = differences(*versions).changes
    numbers = [c.old for c in changes if c.old is not None and c.kind in ("same", "removed")]
    assert numbers == sorted(numbers)


def check_runs(runs: tuple[WordRun, ...], old: str, new: str) -> None:
    """The runs give both texts to the character, cut no word, and alternate: kept, then removed and added."""
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new
    assert all(run.text for run in runs)
    for side in ("added", "removed"):
        for left, right in pairwise(run.text for run in runs if run.kind != side):
            assert left[-1].isspace() or right[0].isspace()
    order = "".join(run.kind[0] for run in runs)
    assert not re.search("kk|rr|aa|ar", order)


@given(two_versions())
def test_the_words_of_a_reworded_clause_give_both_texts_to_the_character(versions):
    old, new = versions
    for change in differences(old, new).changes:
        if change.kind == "reworded":
            check_runs(change.words, said(old, change.old), said(new, change.new))
        else:
            assert change.words == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_word_runs_of_any_two_texts_give_both_to_the_character(old, new):
    check_runs(word_runs(old, new), old, new)


@given(st.lists(PART, max_size=10))
def test_nothing_changed_between_a_version_and_itself(parts):
    policy = version(*parts)
    assert kinds(differences(policy, policy)) == [("same", at, at) for at in range(len(parts))]


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_clause_that_left_the_order_is_moved_and_those_it_passed_are_not():
    found = differences(version(EMAIL, CARD, LOGS, CHILDREN), version(CARD, LOGS, CHILDREN, EMAIL))
    assert kinds(found) == [("same", 1, 0), ("same", 2, 1), ("same", 3, 2), ("moved", 0, 3)]


def test_a_removed_clause_stands_behind_the_one_that_it_followed():
    found = differences(version(CHILDREN, EMAIL, CARD, LOGS), version(EMAIL, "Ask us anything at any time.", LOGS))
    assert kinds(found) == [
        ("removed", 0, None),
        ("same", 1, 0),
        ("removed", 2, None),
        ("added", None, 1),
        ("same", 3, 2),
    ]


def test_a_clause_under_another_heading_is_moved_though_the_order_is_the_same():
    old = version(("Money", CARD), ("Money", LOGS), ("Servers", CHILDREN))
    new = version(("Money", CARD), ("Servers", LOGS), ("Servers", CHILDREN))
    assert [change.kind for change in differences(old, new).changes] == ["same", "moved", "same"]


@pytest.mark.parametrize("now", ["Log files", "LOG FILES:", "4. Log files", "Log files and the like", "Our servers"])
def test_a_clause_has_not_moved_when_its_heading_was_only_renamed(now):
    found = differences(version(("Money", CARD), ("Log files", LOGS)), version(("Money", CARD), (now, LOGS)))
    assert [change.kind for change in found.changes] == ["same", "same"]


def test_a_clause_has_not_moved_when_the_headings_were_only_numbered_anew():
    old = version(("3. Sharing", CARD), ("4. Cookies", LOGS))
    new = version(("3. Cookies", LOGS), ("4. Your rights", CHILDREN))
    assert kinds(differences(old, new)) == [("removed", 0, None), ("same", 1, 0), ("added", None, 1)]


def test_what_stands_above_a_heading_matters_only_where_several_have_its_name():
    old = version(("Customers", "Sharing", CARD), ("Visitors", "Sharing", LOGS))
    crossed = version(("Customers", "Sharing", EMAIL), ("Visitors", "Sharing", CARD), ("Visitors", "Sharing", LOGS))
    assert kinds(differences(old, crossed)) == [("added", None, 0), ("moved", 0, 1), ("same", 1, 2)]
    alone = version(("Customers", "Sharing", CARD), ("Visitors", "Logs", LOGS))
    deeper = version(("Everyone", "Visitors", "Sharing", CARD), ("Customers", "Logs", LOGS))
    assert kinds(differences(alone, deeper)) == [("same", 0, 0), ("same", 1, 1)]


def test_words_that_stand_under_several_headings_stay_each_under_its_own():
    old = version(("Money", "We keep it."), ("Servers", "We keep it."), ("Children", "We keep it."))
    new = version(("Servers", "We keep it."), ("Children", "We keep it."))
    assert kinds(differences(old, new)) == [("removed", 0, None), ("same", 1, 0), ("same", 2, 1)]


def test_other_white_space_is_no_change():
    assert kinds(differences(version(EMAIL), version(EMAIL.replace(" ", "\n  ")))) == [("same", 0, 0)]


# ---- rewording -------------------------------------------------------------------------------------------------------


def test_a_clause_that_keeps_half_of_its_words_is_reworded_wherever_it_stands():
    now = "Your e-mail address goes to nobody outside our company."
    found = differences(version(EMAIL, CARD, LOGS, CHILDREN), version(CARD, LOGS, CHILDREN, ("Mail", now)))
    assert kinds(found)[-1] == ("reworded", 0, 3)
    assert marked(found.changes[-1].words) == (
        "[-We send your -][+Your +]e-mail address [+goes +]to nobody outside our company."
    )


def test_a_clause_that_keeps_few_of_its_words_is_another_clause():
    old = version(("Mail", EMAIL), ("Money", CARD))
    new = version(("Money", CARD), ("Rights", "We send your invoices to the postal address of our choice."))
    assert kinds(differences(old, new)) == [("removed", 0, None), ("same", 1, 0), ("added", None, 1)]


ITEM, SHORT_ITEM = "Financial information (like account or credit card numbers)", "Financial information"


@pytest.mark.parametrize("now", [("Data",), ("DATA:",), ("What do we ask for?", "Data")])
def test_in_one_place_fewer_words_are_enough(now):
    old = version(("Data", CARD), ("Data", ITEM), ("Data", LOGS))
    new = version((*now, CARD), (*now, SHORT_ITEM), (*now, LOGS))
    assert kinds(differences(old, new)) == [("same", 0, 0), ("reworded", 1, 1), ("same", 2, 2)]


def test_between_other_neighbours_or_under_another_heading_fewer_words_are_not_enough():
    old = version(("Data", CARD), ("Data", ITEM), ("Data", LOGS), ("Rights", CHILDREN))
    behind = version(("Data", CARD), ("Data", LOGS), ("Data", SHORT_ITEM), ("Rights", CHILDREN))
    assert differences(old, behind).now_at(1).kind == "removed"
    below = version(("Data", CARD), ("Rights", SHORT_ITEM), ("Rights", LOGS), ("Rights", CHILDREN))
    assert differences(old, below).now_at(1).kind == "removed"


def test_where_a_dozen_clauses_were_rewritten_between_two_neighbours_they_tell_no_place():
    old = version(CARD, *[f"Item{at}" for at in range(12)], ITEM, LOGS)
    new = version(CARD, *[f"Thing{at}" for at in range(12)], SHORT_ITEM, LOGS)
    assert differences(old, new).now_at(13).kind == "removed"


def test_case_and_apostrophes_do_not_make_words_unlike():
    old, new = (
        version("Our visitors' partners' Personal Data", CARD),
        version(CARD, "OUR visitor’s partner's personal data"),
    )
    assert kinds(differences(old, new)) == [("same", 1, 0), ("reworded", 0, 1)]


def test_two_clauses_that_became_one_are_that_one_reworded_and_one_removed():
    old = version("We share your name with our partners.", "We share your address with our partners.", LOGS)
    found = differences(old, version("We share your name and address with our partners.", LOGS))
    assert kinds(found) == [("reworded", 0, 0), ("removed", 1, None), ("same", 2, 1)]


def test_two_short_clauses_with_a_word_in_common_are_two_clauses():
    old, new = version(("Security", "Data protection"), CARD), version(CARD, ("Plans", "Subscription data protection"))
    assert kinds(differences(old, new)) == [("removed", 0, None), ("same", 1, 0), ("added", None, 1)]


def test_of_several_clauses_alike_the_most_alike_are_paired_and_each_once():
    old = version("We share your name with our partners in the contract.")
    new = version(
        "We share your name and address with partners under this contract.",
        "We share your name with our partners in any contract.",
    )
    assert kinds(differences(old, new)) == [("added", None, 0), ("reworded", 0, 1)]


def test_of_clauses_equally_alike_the_one_under_the_same_heading_is_paired():
    old = version(("Money", "We share your card data with our three partners."), ("Money", LOGS))
    new = version(
        ("Servers", "We share your card data with our four partners."),
        ("Money", CARD),
        ("Money", "We share your card data with our five partners."),
        ("Money", LOGS),
    )
    assert differences(old, new).now_at(0).new == 2


def test_of_clauses_equally_alike_the_one_between_the_same_neighbours_is_paired():
    old = version(EMAIL, CARD, "We keep your card data for three years.", LOGS, CHILDREN)
    new = version("We keep your card data for four years.", EMAIL, CARD, "We keep your card data for five years.", LOGS)
    assert differences(old, new).now_at(2).new == 3


def test_marks_go_around_whole_words_with_the_white_space_behind_them():
    runs = word_runs("We never share it, unless asked.", "We share it unless you have been asked.")
    assert marked(runs) == "We [-never -]share [-it, -][+it +]unless [+you have been +]asked."
    assert marked(word_runs("IP addresses", "IP addresses and logs")) == "IP addresses[+ and logs+]"
    assert marked(word_runs("a\nb", " a b")) == "[+ +]a[-\n-][+ +]b"


# ---- looking up ------------------------------------------------------------------------------------------------------


def test_a_clause_of_the_old_version_is_found_again_by_its_number():
    found = differences(version(EMAIL, CARD, LOGS), version(LOGS, EMAIL))
    assert found.now_at(1) == Change("removed", 1, None)
    assert found.now_at(2).new == 0


@pytest.mark.parametrize("number", [-1, 2])
def test_a_number_that_the_old_version_does_not_have_is_refused_with_what_it_has(number):
    found = differences(version(EMAIL, CARD), version(EMAIL, CARD, LOGS))
    with pytest.raises(CorpusError, match=rf"no clause {number}: it has 2, numbered from 0"):
        found.now_at(number)


def test_a_version_without_clauses_has_all_added_or_all_removed():
    assert kinds(differences(version(), version(CARD))) == [("added", None, 0)]
    assert kinds(differences(version(CARD), version())) == [("removed", 0, None)]
    assert differences(version(), version()).changes == ()


# ---- the real thing --------------------------------------------------------------------------------------------------


def written(old: Policy, new: Policy) -> str:
    """The differences for people: `~ 2 > 3` is clause 2 that became clause 3, reworded; `[-gone-]`, `[+new+]`."""
    signs = {"same": "=", "reworded": "~", "moved": ">", "added": "+", "removed": "-"}
    lines = []
    for change in differences(old, new).changes:
        policy, number = (new, change.new) if change.old is None else (old, change.old)
        words = marked(change.words) or said(policy, number)
        places = [str(number)] if None in (change.old, change.new) else [str(change.old), str(change.new)]
        lines.append(f"{signs[change.kind]} {' > '.join(places)}  {words}\n")
    return "\n".join(lines)


def test_the_two_rackspace_policies_differ_as_the_golden_file_shows(shelf):
    path = GOLDEN / "differences-rackspace.txt"
    found = written(shelf["rackspace-managed-hosting"], shelf["rackspace"])
    if os.environ.get("UPDATE_GOLDEN"):  # then read the difference with git before you keep it
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
