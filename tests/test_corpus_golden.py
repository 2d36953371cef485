"""The bundled policies, clause by clause, against files that a person can check by eye (tests/golden/)."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from corpus.model import Policy
from tests.annotate import annotated

GOLDEN = Path(__file__).parent / "golden"
IDS = ("qualispace", "rackspace", "rackspace-managed-hosting", "vps6")


def clause(policy: Policy, beginning: str):
    return next(c for c in policy.clauses if c.span.of(policy.text).startswith(beginning))


def test_the_shelf_holds_the_four_bundled_policies_without_a_problem(shelf):
    assert tuple(shelf) == IDS
    assert shelf.problems == ()


@pytest.mark.parametrize("policy_id", IDS)
def test_every_clause_and_heading_is_where_the_golden_file_shows_it(shelf, policy_id):
    path = GOLDEN / f"{policy_id}.txt"
    found = annotated(shelf[policy_id])
    if os.environ.get("UPDATE_GOLDEN"):  # then read the difference with git before you keep it
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_only_the_newer_rackspace_policy_is_current(shelf):
    assert shelf["rackspace"].supersedes == "rackspace-managed-hosting"
    assert shelf.current == ("qualispace", "rackspace", "vps6")
    newer = shelf.successor("rackspace-managed-hosting")
    assert newer is not None
    assert newer.id == "rackspace"


def test_the_archive_banner_is_no_clause_but_gives_source_and_date(shelf):
    vps6, qualispace = shelf["vps6"], shelf["qualispace"]
    assert vps6.snapshot_date == date(2017, 12, 12)
    assert vps6.source_url == "https://web.archive.org/web/20171212113922id_/http%3A//vps6.net/privacy.php"
    assert qualispace.snapshot_date == date(2010, 5, 16)
    assert qualispace.source_url is not None
    assert qualispace.source_url.endswith("//www.qualispace.com/corporate-info/Legal/Privacy_Statement.htm")
    assert not any("Wayback" in policy.text for policy in shelf.values())


def test_what_a_document_does_not_state_stays_unknown(shelf):
    for policy_id in ("rackspace", "rackspace-managed-hosting"):
        policy = shelf[policy_id]
        assert (policy.source_url, policy.snapshot_date, policy.effective_date) == (None, None, None)


def test_markup_and_mojibake_are_gone_and_the_wording_is_not(shelf):
    for policy in shelf.values():
        assert not any(mark in policy.text for mark in ("**", "](", "Â", "\xa0", "=====", "> "))
    assert "the term “visitor” includes" in shelf["rackspace"].text
    assert "Privacy Policy \\ VPS6.NET" in shelf["vps6"].text


def test_a_list_item_knows_the_sentence_or_heading_that_opens_its_list(shelf):
    for policy_id, opener in (
        ("rackspace", "From these forms, we collect the following visitor information:"),
        ("qualispace", "From these forms, we collect the following information:"),
        ("rackspace-managed-hosting", "From these forms, we collect the following information:"),
    ):
        policy = shelf[policy_id]
        item = clause(policy, "Financial information")
        assert item.kind == "item"
        assert item.lead_in is not None
        assert item.lead_in.of(policy.text) == opener
    rackspace = shelf["rackspace"]
    cookies = clause(rackspace, "Avoid showing visitors")
    assert cookies.lead_in is not None
    assert cookies.lead_in.of(rackspace.text) == "We use Cookies to:"


@pytest.mark.parametrize(
    ("policy_id", "beginning", "last_heading"),
    [
        ("rackspace-managed-hosting", "We collect this information on a", "Financial Information"),
        ("rackspace-managed-hosting", "We use your unique network address", "IP addresses"),
        ("rackspace-managed-hosting", "We gather this information for internal", "Cookies"),
        ("rackspace-managed-hosting", "This site contains links", "Linked Sites"),
        ("rackspace", "Our site contains links", "Linked sites"),
        ("rackspace", "We capture textual dialogue", "Live Chat Messages (EMEA offices only)"),
        ("qualispace", "QualiSpace has created", "Introduction"),
        ("qualispace", "We use your contact information", "Contact Information"),
        ("vps6", "When your VPS6 account", "What Happens to my Personal Information if I Terminate my client account?"),
    ],
)
def test_clauses_stand_under_their_headings(shelf, policy_id, beginning, last_heading):
    assert clause(shelf[policy_id], beginning).path[-1] == last_heading


def test_an_address_that_ends_a_sentence_does_not_swallow_the_next(shelf):
    texts = [c.span.of(shelf["qualispace"].text) for c in shelf["qualispace"].clauses]
    assert (
        "If you do not wish to receive future marketing mailings, please send e-mail to unsubscribe@QualiSpace.com."
        in texts
    )
    assert "You can update your contact information on MyQualiSpace.com at any time." in texts
