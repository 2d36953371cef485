"""What a policy speaks of: its clauses by action and data; `plainclause outline`, its JSON over HTTP, its page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import numpy as np
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.practices.bank import load
from assistant.practices.clause_tables import PolicyTables
from assistant.review.clause_search import Browser
from assistant.review.outline import Outline, Outlines, outline
from assistant.settings import ROOT, Settings
from assistant.surfaces.api.routes import api
from assistant.surfaces.cli.main import cli
from assistant.surfaces.desk.routes import desk
from assistant.surfaces.render.versions import outline_text
from corpus.shelf.catalogue import open_shelf
from tests.word_reader import reads_by_words

BANK = load()
ACTIONS, DATA = tuple(BANK.vocabulary.actions), tuple(BANK.vocabulary.data)
POLICY = open_shelf(ROOT / "corpus" / "policies")["vps6"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A shelf of three policies, one of them superseded; with the hashing encoder, read by words alone."""
    folder = tmp_path_factory.mktemp("place")
    settings = Settings(policies=folder / "policies", data=folder / "data", encoder="hashing")
    settings.policies.mkdir()
    texts = {
        "acme": "# Privacy\n\nWe never sell your card number.\n\nWe encrypt passwords. We sell nothing.\n\nIt is sunny.\n",
        "acme-old": "# Privacy\n\nWe sell your e-mail address.\n\nWe rent out your phone number.\n",
        "other": "# &lt;b&gt;\n\n&lt;script&gt;alert(1)&lt;/script&gt; We erase cookies.\n",
    }
    for policy_id, text in texts.items():
        (settings.policies / f"{policy_id}.md").write_text(text)
    (settings.policies / "acme.json").write_text('{"supersedes": "acme-old"}')
    (settings.policies / "other.json").write_text('{"title": "<script>alert(2)</script>"}')
    build_index(settings)
    assistant = open_assistant(settings)
    reads_by_words(assistant)
    return assistant, settings


# --- the outline ------------------------------------------------------------------------------------------------------


def made_up(actions, data):
    """What could be known of a policy's clauses: who names what as drawn."""
    return PolicyTables(POLICY, data, actions)


def flags(columns):
    rows = len(POLICY.clauses)
    drawn = st.lists(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)), max_size=60)

    def table(places):
        found = np.zeros((rows, columns), dtype=np.bool_)
        for place in places:
            found[place] = True
        return found

    return drawn.map(table)


@given(flags(len(ACTIONS)), flags(len(DATA)))
def test_every_clause_stands_in_exactly_the_cells_that_it_names(actions, data):
    found = outline(made_up(actions, data), BANK, ())
    cells = {(each.action, cell.data): cell.clauses for each in found.practices for cell in each.cells}
    for row, action in enumerate(ACTIONS):
        practice = found.practice(action)
        assert (practice.clauses if practice else ()) == tuple(np.flatnonzero(actions[:, row]))
        for column, kind in enumerate(DATA):
            assert cells.get((action, kind), ()) == tuple(np.flatnonzero(actions[:, row] & data[:, column]))
        assert cells.get((action, ""), ()) == tuple(np.flatnonzero(actions[:, row] & ~data.any(axis=1)))
    for numbers in (*cells.values(), found.without_action, *(each.clauses for each in found.practices)):
        assert len(set(numbers)) == len(numbers), "a clause stands twice in one cell"
    assert () not in cells.values()
    spoken = {number for each in found.practices for number in each.clauses}
    assert spoken | set(found.without_action) == set(range(len(POLICY.clauses)))
    assert not spoken & set(found.without_action)
    assert {each.action for each in found.practices} | set(found.silent_on) == set(ACTIONS)
    assert len(found.practices) + len(found.silent_on) == len(ACTIONS)
    assert set(found.data_silent_on) == {kind for column, kind in enumerate(DATA) if not data[:, column].any()}


def test_quotes_are_exact_and_every_clause_is_there(assistant):
    for policy in assistant.policies.values():
        found = outline(assistant.known(policy.id), assistant.bank, ())
        assert (found.policy_id, found.policy_sha256) == (policy.id, policy.sha256)
        assert [each.number for each in found.clauses] == list(range(len(policy.clauses)))
        for each, clause in zip(found.clauses, policy.clauses, strict=True):
            assert each.quote == policy.text[each.start : each.end] == clause.span.of(policy.text)
            assert each.path == clause.path


def test_what_the_bank_asks_is_answered_as_coverage_says_or_listed_as_unanswered(assistant, coverage):
    for policy_id in ("rackspace", "vps6"):
        found, covered = Outlines(assistant, coverage).of(policy_id), coverage.of(policy_id)
        answers = {answer.question: answer for each in found.practices for answer in each.answers}
        assert set(answers) == {each.question for each in covered}
        for each in covered:
            assert answers[each.question].outcome == each.answer.outcome
            assert found.clauses[answers[each.question].clause].quote in each.first.quote
        unanswered = {question for each in found.practices for question in each.unanswered}
        spoken = {each.action for each in found.practices}
        asked = {each.suggests for each in BANK.practices if each.suggests and each.action in spoken}
        assert answers.keys() | unanswered == asked
        assert not answers.keys() & unanswered
        assert {each.practice.action for each in covered}.isdisjoint(found.silent_on)


def test_an_action_that_is_only_answered_is_spoken_of(assistant, coverage):
    found = Outlines(assistant, coverage).of("vps6")
    assert {"children", "breach"} <= set(found.silent_on)
    known = assistant.known("vps6")
    named = PolicyTables(known.policy, known.data, np.zeros_like(known.actions))  # as if no clause named its action
    found = outline(named, assistant.bank, coverage.of("vps6"))
    assert found.practices
    for each in found.practices:
        assert each.answers
        assert each.clauses == ()
        assert each.cells == ()
    assert {each.action for each in found.practices} == {each.practice.action for each in coverage.of("vps6")}


def test_the_text_quotes_each_clause_under_what_it_does_and_names_the_silence(place):
    assistant, _ = place
    shown = outline_text(Outlines(assistant).of("acme"), assistant.policies["acme"])
    before, _, selling = shown.partition("Selling, renting (2)")
    assert '#0 "We never sell your card number." [payment data]' in selling
    assert '#2 "We sell nothing."' in selling
    assert before.count("sunny") == 0
    assert "Children" in shown.partition("No clause was found about:")[2].partition("This is not a “no”.")[0]
    assert "health data" in shown.partition("No clause names:")[2]


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("word_reader")
def test_the_command_prints_text_or_json(place, monkeypatch):
    assistant, settings = place
    for name in ("policies", "data", "encoder"):
        monkeypatch.setenv(f"PLAINCLAUSE_{name.upper()}", str(getattr(settings, name)))
    shown = CliRunner().invoke(cli, ["outline", "acme"])
    assert shown.exit_code == 0, shown.output
    assert "acme" in shown.stdout
    assert "Encrypting (1)" in shown.stdout
    printed = CliRunner().invoke(cli, ["outline", "acme", "--format", "json"])
    assert Outline.model_validate_json(printed.stdout) == Outlines(assistant).of("acme")
    refused = CliRunner().invoke(cli, ["outline", "acne"])
    assert 'did you mean "acme"' in str(refused.exception)


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(place):
    assistant, settings = place
    application = api(lambda: assistant, settings)
    application.include_router(desk(lambda: assistant, settings))
    with TestClient(application, raise_server_exceptions=False) as found:
        yield found


def test_the_api_gives_the_same_outline(client, place):
    assistant, _ = place
    for policy_id in assistant.policies:
        found = client.get(f"/api/policies/{policy_id}/outline")
        assert Outline.model_validate(found.json()) == Outlines(assistant).of(policy_id)
    assert client.get("/api/policies/nobody/outline").status_code == 404
    document = client.get("/openapi.json").json()
    assert "/api/policies/{policy_id}/outline" in document["paths"]
    [example] = document["components"]["schemas"]["Outline"]["examples"]
    Outline.model_validate(example)
    assert set(document["components"]["schemas"]["Outline"]["required"]) <= set(example)


class Grid(HTMLParser):
    """The page's table: a list of rows of (text, links); its scripts and all its text."""

    def __init__(self, response):
        super().__init__()
        assert response.status_code == 200
        self.rows, self.scripts, self.text, self._in = [], 0, "", False
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append(("", []))
            self._in = True
        elif tag == "a" and self._in:
            self.rows[-1][-1][1].append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._in = False

    def handle_data(self, data):
        self.text += data
        if self._in:
            text, links = self.rows[-1][-1]
            self.rows[-1][-1] = (f"{text} {data}".strip(), links)


def test_each_cell_of_the_page_leads_to_as_many_clauses_as_it_says(client, place):
    assistant, _ = place
    page = Grid(client.get("/desk/outline", params=[("policy", id_) for id_ in assistant.policies]))
    assert len(page.rows) == 1 + len(ACTIONS)
    browser, filled = Browser(assistant), 0
    for action, row in zip(ACTIONS, page.rows[1:], strict=True):
        for policy, (text, links) in zip(assistant.policies.values(), row[1:], strict=True):
            clauses = browser.find("", policy=policy.id, practice=action, version="all", limit=100).clauses
            if not clauses:
                assert links == []
                assert "no clause" in text
                continue
            filled += 1
            (link,) = links
            address = urlsplit(urljoin("/desk/outline", link))
            assert str(len(clauses)) in text.split()
            if len(clauses) == 1:
                assert address.path == f"/policy/{policy.id}"
                assert address.fragment == f"c{clauses[0].number}-{policy.sha256[:12]}"
                continue
            asked = {name: value for name, (value,) in parse_qs(address.query).items()}
            assert address.path == "/desk"
            assert (asked["practice"], asked["policy"]) == (action, policy.id)
            assert browser.find(
                "", policy=policy.id, practice=action, version=asked.get("version", "current")
            ).total == len(clauses)
    assert filled == 4


def test_the_page_shows_the_current_policies_unless_others_are_chosen(client):
    assert len(Grid(client.get("/desk/outline")).rows[0]) == 3
    one = client.get("/desk/outline", params={"policy": "acme-old", "lang": "de"})
    assert len(Grid(one).rows[0]) == 2
    assert "Frühere Fassung" in one.text
    assert "?policy=acme-old&amp;lang=en" in one.text
    assert client.get("/desk/outline", params={"policy": "nobody"}).status_code == 404
    assert client.head("/desk/outline").status_code == 200
    assert "desk/outline?lang=en" in client.get("/desk").text


def test_what_a_hostile_policy_is_called_is_shown_literally(client):
    page = Grid(client.get("/desk/outline"))
    assert page.scripts == 0
    assert "<script>alert(2)</script>" in page.text


def test_the_outline_is_json_that_any_program_reads(client):
    text = client.get("/api/policies/other/outline").text
    assert json.loads(text)["clauses"][0]["quote"].startswith("<script>alert(1)</script>")
