"""Approved answers on the company's pages and at the command line: who writes them, what is shown, that nothing written there does
anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import unescape

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.company.accounts.audit import entries
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.approved.store import LONGEST, State
from assistant.company.insight.inbox import Inbox, Unanswered, Why
from assistant.company.insight.inbox import State as Mark
from assistant.languages import CODES, language
from assistant.settings import Settings
from assistant.surfaces.chat.messages import answer_bubble
from assistant.surfaces.cli import answers_commands
from assistant.surfaces.cli.main import cli
from assistant.surfaces.render.terminal import answer_text
from assistant.surfaces.web import app
from tests.company_pages import HERE, MARKUP, SECRET, form_token, one, quick_passwords, sign_in  # noqa: F401

ASKED, POLICY, OURS = "do you use cookies?", "rackspace", "Yes, we do: they keep you signed in."


@pytest.fixture
def clients(speaking, database, database_settings):
    """A client for each role."""
    settings = database_settings.model_copy(update={"inbox": True})
    site = app(lambda: speaking, settings)
    found = {}
    for role in reversed(Role):
        People(database).add(role.value, role, SECRET, by="a test")
        found[role] = TestClient(site, follow_redirects=False)
        assert sign_in(found[role], role.value).status_code == 303
    return found


def sent(client, path="", **fields):
    given = {"token": form_token(client), "question": ASKED, "policy": POLICY, "english": OURS} | fields
    return client.post(f"/admin/answers{path}", data=given, headers=HERE)


def test_an_editor_approves_from_the_inbox_and_customers_are_told_whose_words_it_is(clients, store, database):
    inbox, editor = Inbox(database), clients[Role.EDITOR]
    inbox.note([Unanswered(ASKED, POLICY, Why.UNHELPFUL, "chat", "en", datetime.now(UTC))])
    link = unescape(one(r'href="\.\./(admin/answers\?[^"#]+)#write"', editor.get("/admin/inbox").text))
    page = editor.get(f"/{link}").text
    asked = one(r'name="questions" value="(\d+)"', page)
    assert "<blockquote" in page  # the clause that the sentence will rest on
    assert sent(editor, questions=asked).status_code == 303
    assert [each.state for each in inbox.asked()] == [Mark.ANSWERED]
    [kept] = store.all()
    assert (kept.question, kept.english, kept.by) == (ASKED, OURS, "editor")
    customer = TestClient(editor.app)
    said = customer.post("/api/ask", json={"question": ASKED, "policy": POLICY}).json()
    assert (said["text"], said["approved"]["number"]) == (OURS, kept.number)
    assert "editor" not in json.dumps(said)  # who wrote it is the company's affair
    other = customer.post("/api/ask", json={"question": "can I turn off cookies?", "policy": POLICY}).json()
    assert "approved" not in other
    assert OURS in clients[Role.AGENT].get("/admin/answers").text


def test_an_editor_changes_and_withdraws_and_an_agent_reads(clients, store, database):
    agent, editor = clients[Role.AGENT], clients[Role.EDITOR]
    assert sent(editor).status_code == 303
    number = store.all()[0].number
    assert OURS in editor.get(f"/admin/answers?number={number}").text
    assert sent(editor, number=str(number), english="Other words.").status_code == 303
    assert [each.english for each in store.all()] == ["Other words."]
    assert sent(agent).status_code == 403
    assert sent(agent, "/withdraw", number=str(number)).status_code == 403
    assert sent(editor, token="wrong").status_code == 403  # noqa: S106
    assert '<form method="post" action="../admin/answers' not in agent.get("/admin/answers").text
    assert sent(editor, "/withdraw", number=str(number)).status_code == 303
    assert [each.state for each in store.all()] == [State.WITHDRAWN]
    told = [entry.what for _, entry in entries(database) if "answer" in entry.what]
    assert told == ["approved answer withdrawn", "approved answer changed", "answer approved"]
    assert sent(editor, "/withdraw", number="999").status_code == 422


def test_however_many_asked_it_each_is_named_whole(clients):
    numbers = ",".join(str(number) for number in range(10_000, 10_600))
    assert f'value="{numbers}"' in clients[Role.EDITOR].get("/admin/answers", params={"questions": numbers}).text


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"question": "do you scan my face with a drone?"}, "admin.answers.wrong.claims_nothing"),
        ({"policy": "nowhere"}, "admin.answers.wrong.policy"),
        ({"policy": "rackspace-managed-hosting"}, "admin.answers.wrong.superseded"),
        ({"question": ""}, "chat.bad_question.empty"),
        ({"question": "verkaufen Sie meine persönlichen Daten an andere Firmen?"}, "chat.english"),
        ({"english": " "}, "admin.answers.wrong.empty"),
        ({"english": "a" * (LONGEST + 1)}, "admin.answers.wrong.long"),
        ({"number": "99"}, "admin.answers.wrong.unknown"),
    ],
)
def test_what_cannot_be_approved_is_said_in_the_page_s_language_and_not_kept(clients, store, wrong, key):
    for code in CODES:
        answer = sent(clients[Role.EDITOR], f"?lang={code}", **wrong)
        assert answer.status_code == 422
        assert language(code).say(key, most=LONGEST) in unescape(answer.text)
    assert store.all() == []


def test_a_sentence_is_offered_only_where_the_policy_may_answer(clients, database):
    inbox = Inbox(database)
    for question, why in (
        ("do you scan my face?", Why.SILENT),
        ("who reads my chat?", Why.UNCLEAR),
        (ASKED, Why.UNHELPFUL),
    ):
        inbox.note([Unanswered(question, POLICY, why, "chat", "en", datetime.now(UTC))])
    page = clients[Role.EDITOR].get("/admin/inbox").text
    assert page.count("Policy to be mended</button>") == 3
    assert "do+you+use+cookies" in one(r'href="\.\./(admin/answers\?[^"#]+)#write"', page).replace("%20", "+")


def test_a_way_leads_back_from_the_desk_for_who_is_signed_in_and_for_nobody_else(clients):
    for path, root in (("/desk", "./"), ("/desk/changes", "../"), ("/desk/outline", "../")):
        assert f'<a href="{root}admin?lang=en">Company</a>' in clients[Role.AGENT].get(path).text
        stranger = TestClient(clients[Role.AGENT].app, client=("127.0.0.1", 1))
        assert "admin?lang" not in stranger.get(path).text


def test_markup_in_a_sentence_executes_nothing(clients, store, speaking):
    sent(clients[Role.EDITOR], english=MARKUP, german=MARKUP)
    said = speaking.ask(ASKED, POLICY)
    assert said.text == MARKUP
    pages = [clients[role].get("/admin/answers?number=1&lang=de").text for role in (Role.AGENT, Role.EDITOR)]
    bubble = answer_bubble(said, speaking.policies, language("en"))
    for page in [*pages, bubble]:
        assert MARKUP in unescape(page)
        assert "<script" not in page
        assert "<img" not in page
    assert bubble.count("The company's own words") == 1
    assert "(The company's own words)" in answer_text(said, speaking.policies)
    assert "own-words" not in answer_bubble(
        speaking.ask("can I turn off cookies?", POLICY), speaking.policies, language("en")
    )


def test_what_lapsed_is_told_in_the_inbox_and_where_there_is_none(clients, store):
    sent(clients[Role.EDITOR])
    agent = clients[Role.AGENT]
    assert "lapsed" not in agent.get("/admin/inbox").text
    store.lapse(store.all()[0], by="publishing")
    assert "1 approved answer lapsed" in agent.get("/admin/inbox").text
    assert "1 approved answer lapsed" in agent.get("/admin/answers").text
    assert "1 freigegebene Antwort ist verfallen" in agent.get("/admin/inbox?lang=de").text


def test_the_command_line_approves_lists_and_withdraws(speaking, database_settings, store, monkeypatch):
    settings = Settings.model_validate(database_settings)
    monkeypatch.setattr(answers_commands, "database_of", lambda _: store._database)
    monkeypatch.setattr(answers_commands, "assistant_of", lambda _: speaking)

    def run(*words):
        done = CliRunner().invoke(cli, ["answers", *words, "--data", str(settings.data)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    assert run("approve", ASKED, "--policy", POLICY, "--say", OURS).startswith("approved: 1, ")
    [listed] = [json.loads(line) for line in run("list", "--format", "json").splitlines()]
    assert (listed["english"], listed["state"], listed["by"][:12]) == (OURS, "approved", "command line")
    assert OURS in run("list")
    assert run("withdraw", "1") == "withdrawn: 1\n"
    assert run("list", "--state", "approved") == ""
