"""What the company's pages show: feedback, the inbox, the log; filtered, as CSV; and nothing that people wrote does anything."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape

import pytest
from starlette.testclient import TestClient

from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.company.feedback.store import Cited, Feedback, FeedbackStore
from assistant.company.insight.counts import DayCounts, counted
from assistant.company.insight.inbox import Inbox, Unanswered, Why
from assistant.model import Outcome
from assistant.settings import Settings
from assistant.surfaces.web import app
from tests.company_pages import (
    HERE,
    MARKUP,
    SECRET,
    SQL,
    clients,
    company,
    form_token,
    one,
    quick_passwords,  # noqa: F401
    sign_in,
    with_staff,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def database(settings):
    return with_staff(settings)


@pytest.fixture(scope="module")
def signed_in(assistant, settings, database):
    return clients(app(lambda: assistant, settings))


# --- feedback ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def words(database, assistant):
    """Feedback of every kind, with things that must not work."""
    store = FeedbackStore(database)
    policy = assistant.policies["rackspace"]
    span = policy.clauses[14].span
    cited = Cited(policy_id="rackspace", policy_sha256=policy.sha256, start=span.start, end=span.end)
    invented = Cited(policy_id=MARKUP, policy_sha256="0f" * 32, start=0, end=10**7)
    for fields in (
        {
            "question": "is my card shared?",
            "policy": "rackspace",
            "outcome": "no",
            "helpful": True,
            "citations": [cited],
        },
        {"question": MARKUP, "outcome": "silent", "helpful": False, "comment": MARKUP, "citations": [invented]},
        {
            "question": SQL,
            "outcome": "silent",
            "helpful": False,
            "comment": '=HYPERLINK("http://evil")',
            "policy": "vps6",
        },
        {"question": "+49", "outcome": "unclear", "helpful": False, "comment": "100 % \\ sure_"},
    ):
        store.record(Feedback.model_validate({"surface": "chat"} | fields))
    return policy.clauses[14].span.of(policy.text)


def test_feedback_is_read_with_the_clause_that_it_is_about(signed_in, words):
    page = signed_in[Role.AGENT].get("/admin/feedback").text
    assert words in unescape(page)
    assert re.search(r'href="\.\./policy/rackspace\?lang=en#c14-[0-9a-f]{12}"', page)
    assert "is my card shared?" in page
    assert "in a text that is not kept here" in page


def test_what_people_wrote_is_shown_and_does_nothing(signed_in, words):
    client = signed_in[Role.AGENT]
    for page in (client.get("/admin/feedback").text, client.get("/admin/feedback", params={"words": MARKUP}).text):
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "{{ 7*7 }}" in page


@pytest.mark.parametrize(
    ("asked", "questions"),
    [
        ({"words": "CARD"}, ["is my card shared?"]),
        ({"words": "100 %"}, ["+49"]),
        ({"words": "sure_"}, ["+49"]),
        ({"words": "_"}, ["+49"]),
        ({"words": SQL}, [SQL]),
        ({"helpful": "yes"}, ["is my card shared?"]),
        ({"outcome": "unclear"}, ["+49"]),
        ({"policy": "vps6"}, [SQL]),
        ({"policy": SQL}, []),
        ({"outcome": SQL, "helpful": SQL, "before": SQL}, None),
    ],
)
def test_feedback_is_filtered_and_sql_in_a_field_is_words(signed_in, words, asked, questions):
    found = signed_in[Role.AGENT].get("/admin/feedback.csv", params=asked)
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    # Without the signs that keep a cell from being computed.
    asked_of = list(dict.fromkeys(row["question"].replace("'", "") for row in rows))
    assert asked_of == [each.replace("'", "") for each in questions] if questions is not None else len(rows) >= 4
    assert signed_in[Role.AGENT].get("/admin/feedback", params=asked).status_code == 200


def test_no_cell_of_the_csv_is_a_formula(signed_in, words):
    found = signed_in[Role.AGENT].get("/admin/feedback.csv")
    assert found.headers["content-disposition"] == 'attachment; filename="feedback.csv"'
    assert found.headers["cache-control"] == "no-store"
    cells = [cell for row in csv.reader(io.StringIO(found.content.decode("utf-8-sig"))) for cell in row]
    assert '\'=HYPERLINK("http://evil")' in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_many_words_are_turned_page_by_page(signed_in, database):
    store = FeedbackStore(database)
    for number in range(60):
        store.record(Feedback(question=f"page {number}.", outcome="silent", helpful=False, surface="api"))
    client = signed_in[Role.AGENT]
    first = client.get("/admin/feedback", params={"words": "page "}).text
    assert "page 59." in first
    assert "page 9." not in first
    assert "60 entries" in first
    older = unescape(one(r'rel="next" href="([^"]+)"', first))
    second = client.get(f"/admin/feedback{older}").text
    assert "page 9." in second
    assert "page 59." not in second


# --- the inbox --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked(database):
    """The inbox with two meanings, one of which tries to do things."""
    inbox = Inbox(database)
    now = datetime.now(UTC)

    def one_of(question):
        return Unanswered(question, "rackspace", Why.SILENT, "chat", "en", now)

    inbox.note(map(one_of, ["do you use facial recognition?", "is my face scanned by facial recognition", MARKUP, SQL]))
    return inbox


def csv_rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_what_was_asked_is_grouped_marked_and_taken_as_csv(signed_in, asked, database):
    agent, editor = signed_in[Role.AGENT], signed_in[Role.EDITOR]
    page = agent.get("/admin/inbox").text
    assert "asked 2 times" in page
    assert "2 wordings" in page
    assert "Policy to be mended</button>" not in page  # an agent reads
    page = editor.get("/admin/inbox").text
    numbers = unescape(one(r'name="questions" value="(\d+,\d+)"', page))
    form = {"token": form_token(editor), "questions": numbers, "state": "not_ours", "shown": "all"}
    told = editor.post("/admin/inbox/mark", data=form, headers=HERE)
    assert (told.status_code, told.headers["location"]) == (303, "../../admin/inbox?lang=en&state=all")
    assert "facial" not in agent.get("/admin/inbox").text  # the open ones
    [row] = csv_rows(agent.get("/admin/inbox.csv?state=not_ours"))
    assert (row["asked"], row["state"], row["policies"], row["why"]) == ("2", "not_ours", "rackspace", "silent")
    assert "is my face scanned" in row["wordings"]
    assert "inbox marked" in signed_in[Role.ADMIN].get("/admin/audit").text


@pytest.mark.parametrize("wrong", [{"questions": SQL}, {"questions": "9999999"}, {"state": SQL}, {"state": ""}, {}])
def test_a_mark_that_means_nothing_changes_nothing(signed_in, asked, wrong):
    editor = signed_in[Role.EDITOR]
    before = asked.asked()
    form = {"token": form_token(editor), "questions": "", "state": "not_ours"} | wrong
    assert editor.post("/admin/inbox/mark", data=form, headers=HERE).status_code == 303
    assert asked.asked() == before


def test_a_question_in_the_inbox_does_nothing(signed_in, asked):
    page = signed_in[Role.EDITOR].get("/admin/inbox?state=all").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "<img" not in page
    cells = [cell for row in csv_rows(signed_in[Role.AGENT].get("/admin/inbox.csv?state=all")) for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_the_inbox_says_whether_questions_are_kept(assistant, tmp_path, signed_in, asked):
    assert "deleted after 30 days" in signed_in[Role.AGENT].get("/admin/inbox").text
    settings = Settings(data=tmp_path)
    People(Database.of(settings)).add("ada", Role.ADMIN, SECRET, by="a test")
    off = TestClient(app(lambda: assistant, settings), follow_redirects=False)
    sign_in(off, "ada")
    assert "PLAINCLAUSE_INBOX=true" in off.get("/admin/inbox").text
    assert off.get("/admin").headers["location"] == "./admin/feedback?lang=en"


def test_a_silent_answer_reaches_the_inbox_and_the_plots_and_one_that_helped_does_not(assistant, tmp_path):
    settings = Settings(data=tmp_path, inbox=True)
    People(Database.of(settings)).add("ada", Role.ADMIN, SECRET, by="a test")
    with TestClient(app(lambda: assistant, settings), follow_redirects=False) as client:
        for question in ("do you use facial recognition, mail a@b.example?", "is my card number shared?"):
            answer = client.post("/api/ask", json={"question": question, "policy": "rackspace"})
            assert answer.status_code == 200
        word = {"question": "is it sold?", "outcome": "no", "helpful": False, "surface": "api"}
        key = client.post("/api/feedback", json=word).json()["key"]
        client.post("/api/feedback", json=word | {"key": key, "comment": "because"})
        word |= {"question": "is it kept?", "helpful": True}
        key = client.post("/api/feedback", json=word).json()["key"]
        for comment in ("no, it did not", "as I said"):
            client.post("/api/feedback", json=word | {"key": key, "helpful": False, "comment": comment})
    asked = Inbox(Database.of(settings)).asked()
    assert sorted((each.question, each.why.value) for each in asked) == [
        ("do you use facial recognition, mail [e-mail]?", "silent"),
        ("is it kept?", "unhelpful"),
        ("is it sold?", "unhelpful"),
    ]
    with TestClient(app(lambda: assistant, settings), follow_redirects=False) as client:
        sign_in(client, "ada")
        page = client.get("/admin/metrics").text
        assert "2 answers" in page
        assert one(r"Not addressed <b>(\d+)</b>", page) == "1"
        assert page.count('<rect class="bar') == 2
        assert "<svg" in page
        assert "50 %" in page
        for days in ("90", "365", "1", SQL):
            assert client.get("/admin/metrics", params={"days": days}).status_code == 200


# --- the log ----------------------------------------------------------------------------------------------------------


def test_an_admin_reads_who_changed_what(signed_in, database):
    People(database).add("a-new-one", Role.AGENT, SECRET, by="somebody <b>")
    page = signed_in[Role.ADMIN].get("/admin/audit").text
    assert "a-new-one" in page
    assert "somebody &lt;b&gt;" in page
    assert re.search(r'<td [^>]*lang="en">role agent</td>', page)
    for far in ("999999999999", "9" * 15, SQL):  # more than a database counts to
        assert signed_in[Role.ADMIN].get("/admin/audit", params={"before": far}).status_code == 200


@pytest.mark.parametrize("code", ["en", "de"])
def test_the_pages_are_in_both_languages_and_load_nothing_of_others(signed_in, code, words):
    for place in ("feedback", "audit", "inbox", "answers", "metrics"):
        page = signed_in[Role.ADMIN].get(f"/admin/{place}?lang={code}").text
        assert f'<html lang="{code}">' in page
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page) == []
        assert "<script" not in page
        assert "style=" not in page


def test_more_groups_than_a_page_holds_stand_on_further_ones(signed_in, asked, monkeypatch):
    monkeypatch.setattr("assistant.surfaces.admin.inbox_routes._ON_A_PAGE", 2)
    agent = signed_in[Role.AGENT]
    seen, address = [], "?state=all"
    while address:
        page = agent.get(f"/admin/inbox{address}").text
        shown = re.findall(r"<h2>(.*?)</h2>", page)
        assert 1 <= len(shown) <= 2
        seen += shown
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(found[1]) if found else ""
    count = int(one(r'role="status">(\d+) group', agent.get("/admin/inbox?state=all").text))
    assert len(seen) == len(set(seen)) == count >= 3
    assert "Back to the first" in agent.get("/admin/inbox?state=all&from=2").text
    for far in ("999999", SQL, "-1"):
        assert re.findall(r"<h2>(.*?)</h2>", agent.get("/admin/inbox", params={"state": "all", "from": far}).text)


def test_times_are_told_with_their_zone_and_tables_stay_tables_on_a_phone(signed_in, words):
    admin = signed_in[Role.ADMIN]
    assert re.search(r"\d\d:\d\d UTC</time>", admin.get("/admin/feedback").text)
    cells = re.findall(r"<(table|thead|tbody|tr|th|td)\b([^>]*)>", admin.get("/admin/audit").text)
    assert cells
    assert [each for each in cells if "role=" not in each[1]] == []


def test_times_of_answers_are_told_in_the_numbers_of_the_page_and_slower_ones_as_slower(assistant, tmp_path):
    settings = Settings(data=tmp_path)
    database = Database.of(settings)
    People(database).add("ada", Role.ADMIN, SECRET, by="a test")
    now = datetime.now(UTC)
    DayCounts(database).add(Counter(counted(Outcome.YES, 0.04, now) + counted(Outcome.YES, 0.05, now)))
    DayCounts(database).add(Counter(counted(Outcome.YES, 45.0, now)))
    with TestClient(app(lambda: assistant, settings), follow_redirects=False) as client:
        sign_in(client, "ada")
        for code, half in (("en", "≤ 0.05 s"), ("de", "≤ 0,05 s")):
            page = client.get(f"/admin/metrics?lang={code}").text
            assert f'<td role="cell">{half}</td>' in page
            assert '<td role="cell">&gt; 30 s</td>' in page
            assert "≤ 30" not in page
