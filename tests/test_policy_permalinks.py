"""A policy's page over HTTP: permalinks that survive, older texts, policies that are not there."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.served_shelf import AFTER, Page, desk_client, served_acme


@pytest.fixture
def place(tmp_path):
    return served_acme(tmp_path)


@pytest.fixture
def client(place):
    with desk_client(place) as client:
        yield client


def test_a_policy_stands_whole_on_its_page_and_each_clause_has_the_address_that_search_gives(client, place):
    policy = place.assistant.policies["acme"]
    page = Page(client.get("/policy/acme"))
    found = client.get("/api/clauses", params={"policy": "acme", "limit": 100}).json()
    assert found["total"] == len(policy.clauses) == 4
    for each in found["clauses"]:
        address, _, fragment = each["permalink"].partition("#")
        assert address == "policy/acme"
        assert page.by_id[fragment] == each["quote"] == policy.text[each["start"] : each["end"]]
    for words in ("Acme Privacy", "Cookies", "date not stated"):
        assert page.says(words)
    assert "https://acme.example/p" in page.links
    assert not page.says("has changed since")


BECAME = [
    ("ten days", "reworded", "ninety long days"),
    ("never sell", "same", "never sell"),
    ("Postcards", "moved", "Postcards"),
    ("refuse every", "removed", None),
]


@pytest.mark.parametrize(("words", "kind", "now"), BECAME, ids=[kind for _, kind, _ in BECAME])
def test_a_permalink_of_an_older_text_shows_that_text_and_where_the_clause_is_now(client, place, words, kind, now):
    number, version = place.clause(words)
    place.publish(acme=AFTER)
    page = Page(client.get("/policy/acme", params={"version": version, "clause": number}))
    assert words in page.by_id[f"c{number}-{version}"]
    assert page.says("The policy has changed since this link was made")
    assert not page.says("unforeseen"), "the words of today are not on it"
    said = {
        "reworded": "has been reworded since",
        "same": "stands unchanged today",
        "moved": "says the same today, elsewhere",
        "removed": "is gone from the policy",
    }
    assert [each for each in said if page.says(said[each])] == [kind]
    today = [link for link in page.links if re.search(r"#c\d", link)]
    if now is None:
        assert today == []
    else:
        new_number, new_version = place.clause(now)
        (link,) = today
        assert urlsplit(link).fragment == f"c{new_number}-{new_version}"
        shown = Page(client.get(urljoin("/policy/acme", link)))
        assert now in shown.by_id[urlsplit(link).fragment]
    marked = [tag for tag, _ in page.tags if tag in ("del", "ins")]
    assert marked == (["del", "ins"] if kind == "reworded" else [])


def test_an_older_text_without_a_clause_or_with_one_that_it_never_had_only_says_that_it_is_older(client, place):
    _, version = place.clause("ten days")
    place.publish(acme=AFTER)
    for clause in (None, "99", "-1", "x", "9" * 400, "²"):
        response = client.get("/policy/acme", params={"version": version} | ({"clause": clause} if clause else {}))
        page = Page(response)
        assert response.status_code == 200
        assert page.says("The policy has changed since this link was made")
        assert page.says("ten days")
        assert not page.says("gone from the policy")


@pytest.mark.parametrize("digits", [12, 64])
def test_the_version_of_today_may_be_asked_for_by_its_hash(client, place, digits):
    sha256 = place.assistant.policies["acme"].sha256
    page = Page(client.get("/policy/acme", params={"version": sha256[:digits]}))
    assert page.says("ten days")
    assert not page.says("has changed since")


@pytest.mark.parametrize("version", ["0" * 12, "x", "../acme", "<script>", "9" * 4000, ""])
def test_a_version_that_is_not_kept_is_said_so_beside_the_text_of_today(client, place, version):
    response = client.get("/policy/acme", params={"version": version, "clause": "1"})
    page = Page(response)
    assert response.status_code == 200
    assert page.says("ten days")
    assert page.says("no longer kept here") == bool(version)
    assert page.scripts == []


def test_a_damaged_version_is_not_shown_and_the_operator_is_told(client, place, caplog):
    _, version = place.clause("ten days")
    (kept,) = (place.settings.data / "versions" / "acme").glob(f"{version}*")
    place.publish(acme=AFTER)
    kept.write_text(kept.read_text().replace("ten days", "one day"))
    page = Page(client.get("/policy/acme", params={"version": version}))
    assert page.says("no longer kept here")
    assert not page.says("one day")
    assert str(kept) not in page.text
    assert str(kept) in caplog.text


def test_a_policy_that_another_one_supersedes_leads_to_that_one(client):
    page = Page(client.get("/policy/acme-old"))
    assert page.says("two days")
    assert any(urlsplit(urljoin("/policy/acme-old", link)).path == "/policy/acme" for link in page.links)


@pytest.mark.parametrize(
    "address", ["/policy/nobody", "/policy/%3Cscript%3E", "/policy/..%2e", "/desk/changes?old=x&new=acme"]
)
def test_an_unknown_policy_is_a_friendly_page(client, address):
    response = client.get(address)
    assert response.status_code == 404
    page = Page(response)
    assert page.says("Nothing is here")
    assert page.scripts == []
