"""Clauses and changes as JSON over HTTP: what is found, filtered, compared and refused."""

from __future__ import annotations

import pytest

from assistant.surfaces.render import clauses
from tests.problem_documents import problem
from tests.served_shelf import AFTER, desk_client, served_acme


@pytest.fixture
def place(tmp_path):
    return served_acme(tmp_path)


@pytest.fixture
def client(place):
    with desk_client(place) as client:
        yield client


def test_clauses_are_found_with_what_is_known_of_their_policies(client, place):
    found = client.get("/api/clauses", params={"q": "keep cook", "version": "all"}).json()
    newer, older = (each for each in found["clauses"] if not each["near"])
    assert newer["quote"] == "We keep cookies for ten days."
    assert [newer["quote"][start:end] for start, end in newer["matches"]] == ["keep", "cook"]
    assert newer["path"][-1] == "Cookies"
    assert (newer["policy_id"], newer["superseded_by"]) == ("acme", None)
    assert (older["policy_id"], older["superseded_by"], older["effective_date"]) == ("acme-old", "acme", "2017-01-01")


def test_the_day_of_the_last_change_stands_wherever_the_date_of_effect_does(client, place):
    place.describe("acme", provider="Acme", title="Acme Privacy", supersedes="acme-old", updated_date="2026-07-01")
    place.publish(acme=AFTER)
    found = client.get("/api/clauses", params={"q": "zebras"}).json()["clauses"][0]
    assert (found["effective_date"], found["updated_date"]) == (None, "2026-07-01")
    changes = client.get("/api/policies/acme/changes").json()
    assert [changes[which]["updated_date"] for which in ("old", "new")] == [None, "2026-07-01"]
    assert client.get("/api/policies/acme").json()["updated_date"] == "2026-07-01"
    known = {each["id"]: each["updated_date"] for each in client.get("/api/policies").json()}
    assert known == {"acme": "2026-07-01", "acme-old": None}


def test_filters_limits_and_offsets_reach_the_search_and_empty_ones_are_none(client):
    def numbers(**asked):
        found = client.get("/api/clauses", params=asked).json()
        return found["total"], [(each["policy_id"], each["number"]) for each in found["clauses"]]

    total, every = numbers(company="", policy="", practice="", data="", version="all", limit=100)
    assert (total, len(every)) == (7, 7)
    assert numbers(version="all", limit=2, offset=1) == (7, every[1:3])
    assert numbers(version="earlier") == (3, [each for each in every if each[0] == "acme-old"])
    assert numbers(policy="acme", data="cookies")[0] == 3  # all but the one under another heading
    assert numbers(practice="sell", company="Acme")[0] == 1


@pytest.mark.parametrize(
    ("asked", "status", "named"),
    [
        ({"company": "Nobody"}, 422, "known are Acme"),
        ({"practice": "x"}, 422, "known are collect"),
        ({"data": "x"}, 422, "known are any"),
        ({"version": "x"}, 422, '"version"'),
        ({"policy": "acm"}, 404, 'did you mean "acme"'),
        ({"limit": 0}, 422, '"limit"'),
        ({"limit": 101}, 422, '"limit"'),
        ({"offset": -1}, 422, '"offset"'),
        ({"q": "a\0"}, 422, "control character"),
        ({"q": "x" * 10_000}, 422, "shorten it"),
    ],
)
def test_a_search_that_cannot_be_made_is_a_problem_that_names_what_is_known(client, asked, status, named):
    assert named in problem(client.get("/api/clauses", params=asked), status)


def test_changes_hold_every_clause_of_both_versions_once_and_words_that_join_to_the_quotes(client, place):
    place.publish(acme=AFTER)
    found = client.get("/api/policies/acme/changes").json()
    assert (found["old"]["id"], found["new"]["id"], found["old"]["superseded_by"]) == ("acme-old", "acme", "acme")
    assert "clauses" not in found["old"]
    for which in ("old", "new"):
        policy = place.assistant.policies[found[which]["id"]]
        numbers = [each[which] for each in found["changes"] if each[which] is not None]
        assert sorted(numbers) == list(range(len(policy.clauses)))
        for each in found["changes"]:
            quote = each[f"{which}_quote"]
            assert quote == (None if each[which] is None else policy.clauses[each[which]].span.of(policy.text))
            if each["kind"] == "reworded":
                skipped = "added" if which == "old" else "removed"
                assert "".join(run["text"] for run in each["words"] if run["kind"] != skipped) == quote
            else:
                assert each["words"] == []
    assert found["counts"] == {kind: sum(each["kind"] == kind for each in found["changes"]) for kind in clauses.KINDS}
    assert {kind for kind, count in found["counts"].items() if count} == {"same", "reworded", "added", "removed"}
    removed = next(each for each in found["changes"] if each["kind"] == "removed")
    assert removed["path"][-1] == "Cookies"
    assert client.get("/api/policies/acme/changes", params={"since": "acme-old"}).json() == found
    assert client.get("/api/policies/acme/changes?since=acme").json()["counts"]["same"] == 4


def test_changes_that_cannot_be_told_are_problems(client):
    assert "supersedes none" in problem(client.get("/api/policies/acme-old/changes"), 422)
    assert '"nobody"' in problem(client.get("/api/policies/nobody/changes"), 404)
    assert '"nobody"' in problem(client.get("/api/policies/acme/changes?since=nobody"), 404)


def test_a_new_index_is_searched_as_soon_as_it_is_in_use(client, place):
    assert client.get("/api/clauses?q=zebras").json()["total"] == 0
    place.publish(acme=AFTER)
    assert client.get("/api/clauses?q=zebras").json()["total"] == 1


def test_openapi_describes_clauses_and_changes_with_examples_that_hold(client):
    document = client.get("/openapi.json").json()
    assert {"/api/clauses", "/api/policies/{policy_id}/changes"} <= set(document["paths"])
    assert not [path for path in document["paths"] if path.startswith(("/desk", "/policy"))]
    for name in ("ClausesFound", "ClauseFound", "PolicyChanges", "ClauseChange"):
        schema = document["components"]["schemas"][name]
        (example,) = schema["examples"]
        getattr(clauses, name).model_validate(example)
        assert set(schema["required"]) <= set(example)
    example = clauses.ClauseChange.model_validate(document["components"]["schemas"]["ClauseChange"]["examples"][0])
    for quote, skipped in ((example.old_quote, "added"), (example.new_quote, "removed")):
        assert "".join(run.text for run in example.words if run.kind != skipped) == quote
