"""The desk's pages over HTTP: what they offer, what changed, exports; hostile policies, languages, the whole site."""

from __future__ import annotations

import csv
import io
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from assistant.model import MAX_QUESTION
from assistant.review.clause_search import Browser
from assistant.surfaces.assets import static_version
from assistant.surfaces.desk.answers import _quoted
from assistant.surfaces.web import app
from tests.problem_documents import problem
from tests.served_shelf import AFTER, BEFORE, TOKEN, Page, desk_client, served_acme

HOSTILE = (
    "&lt;script&gt;alert(1)&lt;/script&gt; is our script.",
    '&lt;img src=x onerror="alert(1)"&gt; is our picture.',
    "&lt;/section&gt;&lt;iframe src=//evil.example&gt; {{ 7*7 }} {% raw %} is our frame.",
)
HOSTILE_NAME = "<script>alert('name')</script> & \"Co\""


@pytest.fixture
def place(tmp_path):
    return served_acme(tmp_path)


@pytest.fixture
def client(place):
    with desk_client(place) as client:
        yield client


def test_pages_speak_the_language_that_is_asked_for_and_quotes_stay(client):
    for page in (
        Page(client.get("/policy/acme?lang=de")),
        Page(client.get("/policy/acme", headers={"accept-language": "de-AT, en;q=0.5"})),
    ):
        assert page.says("Datum nicht genannt")
        assert page.says("We keep cookies for ten days.")
    assert Page(client.get("/desk?lang=de")).says("Suche")
    assert ("html", {"lang": "de"}) in Page(client.get("/desk/changes?lang=de")).tags


def test_words_of_a_policy_are_marked_as_being_in_its_language(client, place):
    place.describe("acme", title="Datenschutz", provider="Acme", supersedes="acme-old", language="de")
    place.describe("acme-old", title="Privacy", provider="Acme", language="en")
    place.publish(
        **{"acme": "# Cookies\n\nWir verkaufen Ihre Daten nie.\n", "acme-old": "# Rest\n\nWe sell no data.\n"}
    )
    tags = Page(client.get("/policy/acme?lang=en")).tags
    assert next(attributes for tag, attributes in tags if tag == "h1") == {"lang": "de"}
    tags = Page(client.get("/desk/changes?lang=en")).tags
    assert [found["lang"] for tag, found in tags if found.get("class") == "words"] == ["en", "de"]
    assert [found["lang"] for tag, found in tags if tag == "h2"] == ["en", "de"]
    [found] = client.get("/api/clauses", params={"policy": "acme"}).json()["clauses"]
    policy = place.assistant.policies["acme"]
    assert [found["language"], _quoted(policy.cite(policy.clauses[0].span), policy).language] == ["de", "de"]


def test_the_page_of_an_earlier_text_stays_that_in_another_language(client, place):
    number, version = place.clause("cookies for ten")
    place.publish(acme=AFTER)
    for address in (f"?version={version}&clause={number}", "?version=000000000000"):
        page = Page(client.get(f"/policy/acme{address}"))
        [other] = [found["href"] for tag, found in page.tags if found.get("class") == "language"]
        assert other == f"{address}&lang=de"


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


def test_a_comparison_is_saved_in_the_language_of_the_page(client):
    """Which takes "de-AT" and, for a language that it has not, another one."""
    asked = {"question": QUESTION, "policies": "acme"}
    for lang, headers, said in (
        ("de-AT", {}, "Ergebnis"),
        (None, {"accept-language": "de"}, "Ergebnis"),
        ("fr", {}, "Outcome"),
        (None, {}, "Outcome"),
    ):
        saved = client.get("/desk/compare.md", params=asked | ({"lang": lang} if lang else {}), headers=headers)
        assert (saved.status_code, said in saved.text) == (200, True)


def test_a_question_may_be_as_long_to_several_policies_as_to_one(client):
    fields = [attributes for tag, attributes in Page(client.get("/desk")).tags if tag == "input"]
    most = {each["id"]: each["maxlength"] for each in fields if each.get("id") in ("q", "question")}
    assert most == {"q": str(MAX_QUESTION), "question": str(MAX_QUESTION)}


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


def test_wrong_methods_are_problems_that_name_the_right_one(client):
    for address in ("/api/clauses", "/api/policies/acme/changes"):
        assert "send GET" in problem(client.post(address), 405)


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
