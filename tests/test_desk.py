"""The desk's pages, a policy's page and their JSON over HTTP: permalinks that survive, what changed, exports.

With the hashing encoder: what is tested is what is shown, not what is found.
"""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.clause_search import Browser
from assistant.settings import Settings
from assistant.surfaces.api.routes import api
from assistant.surfaces.assets import static_version
from assistant.surfaces.desk.routes import desk
from assistant.surfaces.render import clauses
from assistant.surfaces.web import app
from tests.problem_documents import problem

BEFORE = """# Privacy

We never sell your data.

## Cookies

We keep cookies for ten days.

You may refuse every cookie.

Postcards are answered by hand.
"""
AFTER = """# Privacy

Postcards are answered by hand.

We never sell your data.

## Cookies

We keep cookies for ninety long days.

A wholly unforeseen statement about zebras stands here.
"""
EARLIER = BEFORE.replace("ten days", "two days").replace("Postcards are answered by hand.\n", "")
HOSTILE = (
    "&lt;script&gt;alert(1)&lt;/script&gt; is our script.",
    '&lt;img src=x onerror="alert(1)"&gt; is our picture.',
    "&lt;/section&gt;&lt;iframe src=//evil.example&gt; {{ 7*7 }} {% raw %} is our frame.",
)
TOKEN = "let-me-in"  # noqa: S105
HOSTILE_NAME = "<script>alert('name')</script> & \"Co\""


class Place:
    """A folder of policies, served; `publish` changes one of them, and the server takes up the new index."""

    def __init__(self, folder):
        self.settings = Settings(
            policies=folder / "policies", data=folder / "data", encoder="hashing", desk_token=TOKEN
        )
        self.settings.policies.mkdir()
        self.assistant: Any = None

    def latest(self):
        return self.assistant

    def publish(self, **texts):
        for policy_id, text in texts.items():
            (self.settings.policies / f"{policy_id}.md").write_text(text)
        build_index(self.settings)
        self.assistant = open_assistant(self.settings)

    def describe(self, policy_id, **facts):
        (self.settings.policies / f"{policy_id}.json").write_text(json.dumps(facts))

    def clause(self, words, policy_id="acme"):
        """Number and address of the clause that holds some words."""
        policy = self.assistant.policies[policy_id]
        (number,) = (n for n, c in enumerate(policy.clauses) if words in c.span.of(policy.text))
        return number, policy.sha256[:12]


@pytest.fixture
def place(tmp_path):
    found = Place(tmp_path)
    found.describe(
        "acme", provider="Acme", title="Acme Privacy", supersedes="acme-old", source_url="https://acme.example/p"
    )
    found.describe("acme-old", provider="Acme", title="Acme Privacy of old", effective_date="2017-01-01")
    found.publish(**{"acme": BEFORE, "acme-old": EARLIER})
    return found


@pytest.fixture
def client(place):
    application = api(place.latest, place.settings)
    application.include_router(desk(place.latest, place.settings))
    with TestClient(application, raise_server_exceptions=False) as found:
        yield found


class Page(HTMLParser):
    """What a browser makes of a page: its text, elements, the text of each element with an id, links and scripts."""

    def __init__(self, response):
        super().__init__()
        assert response.headers["content-type"].startswith("text/html")
        self.text, self.by_id, self.links, self.tags, self.scripts = "", {}, [], [], []
        self._open = []
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag not in ("meta", "link", "input", "br"):
            self._open.append((tag, known.get("id")))
        self.links += [known[name] for name in ("href", "src", "action") if name in known]

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if self._open and self._open[-1][0] == "script" and data.strip():
            self.scripts.append(data)
        for _, id_ in self._open:
            if id_:
                self.by_id[id_] = self.by_id.get(id_, "") + data

    def says(self, words):
        return words in " ".join(self.text.split())


# --- a policy's page, and permalinks ----------------------------------------------------------------------------------


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


def test_pages_speak_the_language_that_is_asked_for_and_quotes_stay(client):
    for page in (
        Page(client.get("/policy/acme?lang=de")),
        Page(client.get("/policy/acme", headers={"accept-language": "de-AT, en;q=0.5"})),
    ):
        assert page.says("Datum nicht genannt")
        assert page.says("We keep cookies for ten days.")
    assert Page(client.get("/desk?lang=de")).says("Suche")
    assert ("html", {"lang": "de"}) in Page(client.get("/desk/changes?lang=de")).tags


def test_pages_answer_to_head(client):
    for address in ("/desk", "/desk/changes", "/policy/acme"):
        assert client.head(address).status_code == 200


# --- hostile policies -------------------------------------------------------------------------------------------------


def test_what_a_hostile_policy_says_is_shown_literally_on_every_page(client, place):
    place.describe(
        "acme", provider=HOSTILE_NAME, title=HOSTILE_NAME, supersedes="acme-old", source_url="javascript:alert(1)"
    )
    place.describe("acme-old", provider=HOSTILE_NAME, title=HOSTILE_NAME)
    place.publish(**{"acme": "\n\n".join(("# Terms &lt;b&gt;", *HOSTILE)), "acme-old": HOSTILE[0]})
    old_version = place.clause("alert", "acme-old")[1]
    place.publish(**{"acme-old": HOSTILE[0].replace("our", "my")})
    pages = {
        address: Page(client.get(address))
        for address in (
            "/desk",
            "/desk/changes",
            "/policy/acme",
            "/policy/acme-old",
            f"/policy/acme-old?version={old_version}&clause=0",
            "/policy/acme?version=%3Cscript%3Ealert(1)%3C/script%3E",
        )
    }
    policy = place.assistant.policies["acme"]
    assert "<script>alert(1)</script>" in policy.text, "the policy does hold what it is to hold"
    for address, page in pages.items():
        assert page.scripts == [], address
        for tag, attributes in page.tags:
            assert tag not in ("iframe", "img", "style"), address
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")], address
        assert not [link for link in page.links if link.lower().startswith(("javascript:", "//", "data:"))], address
        assert page.says(HOSTILE_NAME), address
    for clause in policy.clauses:
        assert pages["/policy/acme"].says(clause.span.of(policy.text))
    for words in ("<script>alert(1)</script> is", '<img src=x onerror="alert(1)"> is our picture.', "Terms <b>"):
        assert pages["/desk/changes"].says(words)


# --- the desk's own pages ---------------------------------------------------------------------------------------------


def test_the_desk_offers_every_company_policy_practice_and_kind_of_data(client, place):
    page = Page(client.get("/desk"))
    offered = {attributes.get("value") for tag, attributes in page.tags if tag == "option"}
    browser = Browser(place.assistant)
    assert {"acme", "acme-old", *browser.practices, *browser.data} <= offered
    for label in ("Acme", "sharing, disclosing", "payment data"):
        assert label.lower() in page.text.lower()


def test_what_changed_shows_each_changed_clause_with_its_words_marked(client, place):
    place.publish(acme=AFTER)
    page = Page(client.get("/desk/changes"))
    assert page.says("Acme Privacy of old")
    for words in ("two", "ninety long", "zebras", "You may refuse every cookie."):
        assert page.says(words)
    same = Page(client.get("/desk/changes", params={"old": "acme-old", "new": "acme"}))
    assert same.text == page.text
    back = Page(client.get("/desk/changes", params={"old": "acme", "new": "acme-old"}))
    assert back.text != page.text


def test_where_no_policy_supersedes_another_the_page_says_so(client, place):
    place.describe("acme", provider="Acme")
    place.publish()
    assert Page(client.get("/desk/changes")).says("No two versions of the same policy are here yet")


# --- exports ----------------------------------------------------------------------------------------------------------

QUESTION = "do you sell my data?"


def test_a_comparison_is_saved_as_csv_markdown_and_json(client):
    asked = {"question": QUESTION, "policies": "acme-old,acme"}
    compared = client.post("/api/compare", json={"question": QUESTION, "policies": ["acme-old", "acme"]}).json()
    responses = {kind: client.get(f"/desk/compare.{kind}", params=asked) for kind in ("csv", "md", "json")}
    for kind, response in responses.items():
        assert response.headers["content-disposition"] == f'attachment; filename="comparison.{kind}"'
    assert responses["json"].json() == compared
    assert responses["csv"].content.startswith(b"\xef\xbb\xbf"), "spreadsheets see that it is UTF-8"
    rows = list(csv.DictReader(io.StringIO(responses["csv"].content.decode("utf-8-sig"))))
    assert [row["policy_id"] for row in rows] == ["acme-old", "acme"]
    assert [row["outcome"] for row in rows] == [row["outcome"] for row in compared["rows"]]
    assert "Acme Privacy of old" in responses["md"].text
    assert responses["md"].headers["content-type"].startswith("text/markdown")


def test_without_policies_every_one_is_compared_and_an_id_may_hold_a_comma(client, place):
    assert len(client.get("/desk/compare.json", params={"question": QUESTION}).json()["rows"]) == 2
    place.publish(**{"a,b": BEFORE})
    for policies, expected in (("a,b", ["a,b"]), (["a,b", "acme"], ["a,b", "acme"])):
        rows = client.get("/desk/compare.json", params={"question": QUESTION, "policies": policies}).json()["rows"]
        assert [row["policy_id"] for row in rows] == expected


def test_a_comparison_that_cannot_be_made_is_a_problem(client):
    assert '"nobody"' in problem(client.get("/desk/compare.csv", params={"question": "?", "policies": "nobody"}), 404)
    assert "twice" in problem(client.get("/desk/compare.csv", params={"question": "x", "policies": "acme,acme"}), 422)
    assert "empty" in problem(client.get("/desk/compare.csv", params={"question": " "}), 422)
    problem(client.get("/desk/compare.csv"), 422)
    problem(client.get("/desk/compare.xml", params={"question": "x"}), 422)


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_clauses_are_found_with_what_is_known_of_their_policies(client, place):
    found = client.get("/api/clauses", params={"q": "keep cook", "version": "all"}).json()
    newer, older = (each for each in found["clauses"] if not each["near"])
    assert newer["quote"] == "We keep cookies for ten days."
    assert [newer["quote"][start:end] for start, end in newer["matches"]] == ["keep", "cook"]
    assert newer["path"][-1] == "Cookies"
    assert (newer["policy_id"], newer["superseded_by"]) == ("acme", None)
    assert (older["policy_id"], older["superseded_by"], older["effective_date"]) == ("acme-old", "acme", "2017-01-01")


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


def test_wrong_methods_are_problems_that_name_the_right_one(client):
    for address in ("/api/clauses", "/api/policies/acme/changes"):
        assert "send GET" in problem(client.post(address), 405)


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


# --- the whole web surface --------------------------------------------------------------------------------------------


@pytest.fixture
def site(place):
    with TestClient(app(place.latest, place.settings), raise_server_exceptions=False) as found:
        yield found


def test_on_the_whole_site_the_desk_is_closed_policies_are_open_and_links_are_relative_and_lead_somewhere(site):
    for address in ("/desk", "/desk/changes", "/desk/compare.csv?question=x"):
        problem(site.get(address), 401)
    staff = {"authorization": f"Bearer {TOKEN}"}
    seen = set()
    for address in ("/desk", "/desk/changes", "/policy/acme", "/policy/acme-old", "/policy/nobody"):
        response = site.get(address, headers=staff if address.startswith("/desk") else {})
        rules = response.headers["content-security-policy"]
        assert "'unsafe-inline'" not in rules
        page = Page(response)
        for link in page.links:
            if link == "https://acme.example/p":
                continue
            parts = urlsplit(link)
            assert not parts.scheme, f"{link} on {address}"
            assert not parts.netloc, f"{link} on {address}"
            assert not parts.path.startswith("/"), f"{link} on {address} leaves a sub-path"
            seen.add(urljoin(address, link).partition("#")[0])
        assert "nonce" not in response.text + rules, "only the chat's page has scripts that are no files"
        assert page.scripts == []
    assert {urlsplit(each).path for each in seen} >= {
        "/desk",
        "/policy/acme",
        f"/plainclause/{static_version()}/desk.css",
        f"/plainclause/{static_version()}/policy.js",
    }
    for each in seen:
        expected = 404 if urlsplit(each).path == "/policy/nobody" else 200  # itself, in another language
        assert site.get(each, headers=staff).status_code == expected, each
