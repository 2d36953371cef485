"""The pages where policies are published: who may, what an upload may be, and that a document's markup does nothing there.

With the hashing encoder, read by words alone: the manners are tested, not the answers.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from html import unescape
from threading import Event

import anyio
import pytest
from fastapi import Request
from starlette.testclient import TestClient

from assistant.bootstrap.factory import open_for_serving, open_publisher
from assistant.company.accounts.audit import entries
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.approved.store import ApprovedAnswer, ApprovedAnswers, Clause
from assistant.company.database.engine import Database
from assistant.company.publishing import preview as previewing
from assistant.company.publishing import publisher as publishing
from assistant.company.publishing.drafts import Published
from assistant.company.publishing.versions import in_use, versions
from assistant.model import Outcome, Question
from assistant.settings import Settings
from assistant.surfaces.admin import guard, policy_routes, uploads
from assistant.surfaces.web import app, serve
from corpus.shelf.writer import Incoming
from tests.company_pages import HERE, MARKUP, SECRET, form_token, quick_passwords, sign_in  # noqa: F401

POLICY = "# Acme Privacy\n\n## Selling\n\nWe never sell your photos.\n\n## Keeping\n\nWe keep your data for ten days.\n"


@pytest.fixture
def settings(tmp_path):
    return Settings(
        policies=tmp_path / "shelf",
        data=tmp_path / "data",
        encoder="hashing",
        store="exact",
        time_zone="Europe/Berlin",
    )


@pytest.fixture
def latest(settings, word_reader, monkeypatch):
    """The assistant of a shelf with one policy. What a draft does to answers is found out with one question, not the whole bank's."""
    asked = [Question(question="Do you sell my photos?")]
    monkeypatch.setattr(previewing, "bank_questions", lambda _: asked)
    publisher = open_publisher(settings)
    publisher.publish(publisher.draft("acme", Incoming.read(POLICY.encode(), "acme.md"), "setup").id, "setup")
    found = open_for_serving(settings)
    yield found
    found.end()


@pytest.fixture
def site(settings, latest):
    """A server of it, with a person for each role."""
    people = People(Database.of(settings))
    for role in reversed(Role):
        people.add(role.value, role, SECRET, by="setup")
    return app(latest, settings)


@pytest.fixture
def enter(site):
    def as_(role):
        client = TestClient(site, follow_redirects=False)
        assert sign_in(client, role).status_code == 303
        return client

    return as_


@pytest.fixture
def editor(enter):
    return enter("editor")


def found(pattern, text):
    [found] = re.findall(pattern, text)
    return found


def text_in_use(settings):
    policy = in_use(settings.policies, "acme")
    return policy and policy.text


def send(client, path, **fields):
    return client.post(f"/admin/policies{path}", data={"token": form_token(client), **fields}, headers=HERE)


def upload(client, data, name="acme-2.md", headers=HERE, **fields):
    given = {"token": form_token(client), "policy": "acme", **fields}
    return client.post("/admin/policies/upload", data=given, files={"file": (name, data)}, headers=headers)


def draft_of(answer):
    assert answer.status_code == 303, answer.text
    return found(r"drafts/([0-9a-f]{8})\?", answer.headers["location"])


def seen(client, path):
    """A page once it knows what a draft does to answers."""
    deadline = time.monotonic() + 120
    while "data-waits" in (page := client.get(f"/admin/policies{path}").text):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return page


def test_a_document_is_uploaded_looked_at_published_and_taken_back(editor, settings):
    id_ = draft_of(upload(editor, POLICY.replace("never sell", "sell").replace("ten", "ninety").encode()))
    page = seen(editor, f"/drafts/{id_}")
    assert "3 clauses" not in page
    assert "2 clauses" in page
    assert "is this a whole policy?" in page
    assert re.search(r"<del>.*never</del>", page)
    assert "1 of 1 questions are answered otherwise" in page
    assert re.search(r"<b>Do you sell my photos\?</b>\s*<p>No → Yes <small>\(another outcome\)", page)
    done = send(editor, f"/drafts/{id_}/publish")
    assert done.headers["location"].endswith("admin/policies/versions/acme?lang=en&done=published")
    assert "We sell your photos." in text_in_use(settings)
    page = editor.get("/admin/policies/versions/acme?done=published").text
    assert "Published. Answers are given" in page
    assert page.count("Go back to this text") == page.count("See what that would change") == 1
    page = seen(editor, f"/drafts/{draft_of(send(editor, '/versions/acme/draft', version='1'))}")
    assert re.search(r"<ins>.*never</ins>", page)
    assert re.search(r"<b>Do you sell my photos\?</b>\s*<p>Yes → No", page)
    assert send(editor, "/versions/acme/draft", version="9").status_code == 404
    done = send(editor, "/versions/acme/roll-back", version="1")
    assert done.status_code == 303
    assert "We never sell your photos." in text_in_use(settings)
    assert len(versions(settings.policies, "acme")) == 3
    noted = [(entry.who, entry.what, entry.about) for _, entry in entries(Database.of(settings))]
    done_in_turn = ("rolled back", "draft made", "published", "draft made")
    assert noted[:4] == [("editor", what, "acme") for what in done_in_turn]
    assert (
        editor.get(f"/admin/policies/drafts/{id_}")
        .headers["location"]
        .startswith("../../../admin/policies/versions/acme")
    )


def test_the_day_of_the_last_change_stands_beside_drafts_and_versions(editor):
    id_ = draft_of(upload(editor, POLICY.replace("## Selling", "Last updated: July 1, 2026\n\n## Selling").encode()))
    assert "<dt>Last updated</dt><dd>1 July 2026</dd>" in editor.get(f"/admin/policies/drafts/{id_}").text
    german = editor.get(f"/admin/policies/drafts/{id_}?lang=de").text
    assert "<dt>Zuletzt geändert am</dt><dd>1. Juli 2026</dd>" in german
    send(editor, f"/drafts/{id_}/publish")
    assert editor.get("/admin/policies/versions/acme").text.count(" · last updated 1 July 2026 · ") == 1
    assert " · zuletzt geändert am 1. Juli 2026 · " in editor.get("/admin/policies/versions/acme?lang=de").text


def test_a_draft_s_page_tells_what_becomes_of_approved_answers(editor, settings):
    store, policy = ApprovedAnswers(Database.of(settings)), in_use(settings.policies, "acme")
    assert policy is not None
    for question, quote in (
        ("photos?", "We never sell your photos."),
        (f"how long{MARKUP}?", "We keep your data for ten days."),
    ):
        start = policy.text.index(quote)
        clause = Clause(policy.sha256, start, start + len(quote), quote)
        store.keep(ApprovedAnswer(question, "acme", MARKUP, None, Outcome.NO, clause, "ada", datetime.now(UTC)))
    id_ = draft_of(upload(editor, POLICY.replace("never sell", "sell").encode()))
    page = unescape(editor.get(f"/admin/policies/drafts/{id_}").text)
    assert re.search(r"photos\?</b> <span class=\"badge\">lapses: the clause is changed or gone<", page)
    assert "<del>We never sell your photos.</del>" in page
    assert re.search(r"\?</b> <span class=\"badge\">follows its clause<", page)
    assert MARKUP not in editor.get(f"/admin/policies/drafts/{id_}").text
    same = draft_of(upload(editor, POLICY.encode()))
    assert "follows its clause" not in editor.get(f"/admin/policies/drafts/{same}").text


def test_while_one_text_is_being_gone_back_to_another_is_refused_and_not_dropped(editor, settings, monkeypatch):
    for days in ("twenty", "thirty"):
        send(editor, f"/drafts/{draft_of(upload(editor, POLICY.replace('ten', days).encode()))}/publish")
    go_on, roll_back = Event(), publishing.Publisher.roll_back

    def slow(*given):
        go_on.wait(60)
        return roll_back(*given)

    monkeypatch.setattr(publishing.Publisher, "roll_back", slow)
    monkeypatch.setattr(policy_routes, "_PATIENCE", 0.2)
    assert send(editor, "/versions/acme/roll-back", version="1").headers["location"].endswith("done=working")
    refused = send(editor, "/versions/acme/roll-back", version="2")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert send(editor, "/versions/acme/roll-back", version="1").headers["location"].endswith("done=working")
    go_on.set()
    monkeypatch.setattr(policy_routes, "_PATIENCE", 60)
    assert send(editor, "/versions/acme/roll-back", version="2").status_code in (
        303,
        409,
    )  # 409: the first has just not ended
    deadline = time.monotonic() + 60
    while "twenty" not in text_in_use(settings) and time.monotonic() < deadline:
        send(editor, "/versions/acme/roll-back", version="2")
    assert "twenty" in text_in_use(settings)


def test_a_time_is_set_in_a_zone_and_taken_back(editor, settings, monkeypatch):
    id_ = draft_of(upload(editor, POLICY.replace("ten", "twenty").encode()))
    assert 'value="Europe/Berlin"' in editor.get(f"/admin/policies/drafts/{id_}").text
    assert send(editor, f"/drafts/{id_}/schedule", at="2099-07-01T09:00").status_code == 303
    publisher = open_publisher(settings)
    assert publisher.drafts.get(id_).due_at == datetime(2099, 7, 1, 7, tzinfo=UTC)
    assert publisher.drafts.get(id_).scheduled_by == "editor"
    assert "2099-07-01 09:00 Europe/Berlin" in editor.get("/admin/policies").text
    refused = send(editor, f"/drafts/{id_}/schedule", at="2099-03-29T02:30")
    assert refused.status_code == 422
    assert "does not exist in Europe/Berlin" in refused.text
    assert send(editor, f"/drafts/{id_}/schedule", at="", zone="UTC").status_code == 422
    assert send(editor, f"/drafts/{id_}/schedule", at="2099-07-01T09:00", zone="UTC").status_code == 303
    monkeypatch.setattr(publishing, "_now", lambda: datetime(2099, 7, 1, 9, tzinfo=UTC))
    [(_, outcome)] = publisher.publish_due("the server")
    assert isinstance(outcome, Published)
    assert (outcome.version, outcome.by) == (2, "editor")


def test_a_time_is_taken_back_and_a_draft_discarded(editor, settings):
    id_ = draft_of(upload(editor, POLICY.replace("ten", "twenty").encode()))
    send(editor, f"/drafts/{id_}/schedule", at="2099-07-01T09:00")
    assert send(editor, f"/drafts/{id_}/schedule", act="unschedule").headers["location"].endswith("done=unscheduled")
    assert open_publisher(settings).drafts.get(id_).due_at is None
    assert send(editor, f"/drafts/{id_}/discard").headers["location"].endswith("done=discarded")
    for path in ("", "/publish", "/schedule", "/discard"):
        answer = send(editor, f"/drafts/{id_}{path}") if path else editor.get(f"/admin/policies/drafts/{id_}")
        assert answer.status_code in (404, 422)


def test_an_agent_may_neither_see_nor_send_anything_here(enter, settings):
    agent = enter("agent")
    assert agent.get("/admin/policies").status_code == 403
    assert upload(agent, POLICY.encode()).status_code == 403
    assert "/admin/policies" not in agent.get("/admin/feedback").text
    assert enter("admin").get("/admin/policies").status_code == 200
    assert [draft.state for draft in open_publisher(settings).drafts.all()] == ["published"]


def test_an_upload_needs_the_token_of_its_session_and_to_come_from_here(editor, site, settings):
    for answer in (
        upload(editor, POLICY.encode(), token=""),
        upload(editor, POLICY.encode(), token="another"),  # noqa: S106
        upload(editor, POLICY.encode(), headers={}),
        upload(editor, POLICY.encode(), headers={"origin": "https://evil.example"}),
    ):
        assert answer.status_code == 403
    stranger = TestClient(site, follow_redirects=False)
    answer = stranger.post("/admin/policies/upload", files={"file": ("a.md", POLICY.encode())}, headers=HERE)
    assert answer.status_code == 303
    assert "sign-in" in answer.headers["location"]
    assert [draft.state for draft in open_publisher(settings).drafts.all()] == ["published"]


@pytest.mark.parametrize("role", [None, "agent"])
def test_of_what_is_sent_by_who_may_not_nothing_is_read(site, enter, role):
    cookie = "; ".join(f"{each.name}={each.value}" for each in enter(role).cookies.jar) if role else ""
    headers = {"host": "testserver", "origin": "http://testserver", "cookie": cookie} | {
        "content-type": "multipart/form-data; boundary=x"
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": uploads.PATH,
        "raw_path": uploads.PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    read, sent = [], []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"x", "more_body": len(read) < 1000}

    async def send_(message):
        sent.append(message)

    anyio.run(site, scope, receive, send_)
    assert sent[0]["status"] == (403 if role else 303)
    assert len(read) < 5


def test_a_form_may_have_a_field_for_each_of_thousands_of_policies():
    names = [f"policy:{number}" for number in range(10_000)]
    body = (
        "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\non\r\n' for name in names) + "--x--\r\n"
    )

    async def receive():
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    fields, upload = anyio.run(uploads.form_with_file, request)
    assert (list(fields), upload) == (names, None)


def test_a_document_may_be_as_large_as_add_takes_and_no_larger(editor, monkeypatch):
    monkeypatch.setattr(guard, "form_with_file", lambda request, _: uploads.form_with_file(request, 100_000))
    large = upload(editor, b"x" * 200_000)
    assert large.status_code == 413
    assert "larger than 20 MB" in large.text
    draft_of(upload(editor, POLICY.encode() + b"\n" + b"We keep it. " * 5_000))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.md", b"", "is empty"),
        ("x.png", b"\x89PNG\r\n", "a picture"),
        ("x.pdf", b"%PDF-1.4 broken", "x.pdf"),
        ("x.docx", b"PK\x03\x04broken", "x.docx"),
        ("x.rst", b"Acme\n====\n\nWe keep it.\n", "reStructuredText"),
    ],
)
def test_what_is_no_policy_is_refused_in_words(editor, name, data, said):
    answer = upload(editor, data, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in unescape(answer.text)


def test_an_upload_without_a_file_or_with_an_id_that_cannot_be_is_refused(editor):
    assert "choose a file" in send(editor, "/upload").text
    answer = upload(editor, POLICY.encode(), policy="", new="../../etc/passwd")
    assert answer.status_code == 422
    assert "cannot have this id" in answer.text
    german = editor.post("/admin/policies/upload?lang=de", data={"token": form_token(editor)}, headers=HERE)
    assert "Bitte wählen Sie eine Datei." in german.text


def test_a_document_s_name_is_kept_without_its_folders_and_not_at_any_length(editor, settings):
    for name, kept in (
        ("C:\\texts\\new.md", "new.md"),
        ("/etc/new.md", "new.md"),
        ("n" * 999 + ".md", "n" * 197 + ".md"),
    ):
        id_ = draft_of(upload(editor, POLICY.replace("ten", "twenty").encode(), name))
        assert open_publisher(settings).drafts.get(id_).origin == kept


def test_a_new_policy_gets_an_id_of_the_company_s_name(editor, settings):
    page = POLICY.replace("# Acme Privacy", "# Globex Inc. Privacy Policy\n\nThis is the privacy policy of Globex Inc.")
    id_ = draft_of(upload(editor, page.encode(), name="globex.md", policy=""))
    assert "The policy is new" in editor.get(f"/admin/policies/drafts/{id_}").text
    assert open_publisher(settings).drafts.get(id_).policy_id.startswith("globex")


def test_markup_in_a_document_and_in_its_name_does_nothing(editor):
    page = POLICY.replace("Acme Privacy", MARKUP.replace("<", "&lt;")).replace("ten days", MARKUP.replace("<", "&lt;"))
    id_ = draft_of(upload(editor, page.encode(), name=f"{MARKUP}.md"))
    for path in ("", f"/drafts/{id_}"):
        shown = seen(editor, path)
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "alert(1)" in shown
        assert "49" not in re.sub(r"[0-9a-f]{6,}|v=\d+|\d\d:\d\d", "", re.sub(r"<[^>]*>", "", shown))
    send(editor, f"/drafts/{id_}/publish")
    shown = editor.get("/admin/policies/versions/acme").text
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "alert(1)" in shown


def test_the_pages_are_german_in_german(editor):
    id_ = draft_of(upload(editor, POLICY.replace("ten", "twenty").encode()))
    for path in ("", f"/drafts/{id_}", "/versions/acme"):
        page = editor.get(f"/admin/policies{path}?lang=de").text
        assert '<html lang="de">' in page
        text = re.sub(r"<(\w+)[^>]* lang=\"en\".*?</\1>", "", page, flags=re.DOTALL)
        for word in ("Publish", "Draft", "Discard", "Version ", "clauses", "Go back"):
            assert word not in text, word


def test_a_server_opens_one_database_whatever_is_done_there_and_closes_it(settings, latest, monkeypatch):
    People(Database.of(settings)).add("editor", Role.ADMIN, SECRET, by="setup")
    opened, closed = [], []
    open_it, close_it = Database.__init__, Database.close

    def opening(database, *given):
        opened.append(database)
        open_it(database, *given)

    def closing(database):
        closed.append(database)
        close_it(database)

    def worked(server, sockets):
        with TestClient(server.config.app, follow_redirects=False) as client:
            assert sign_in(client, "editor").status_code == 303
            id_ = draft_of(upload(client, POLICY.replace("ten", "ninety").encode()))
            assert "done=published" in send(client, f"/drafts/{id_}/publish").headers["location"]
            deadline = time.monotonic() + 60
            asked = {"question": "How long do you keep my data?", "policy": "acme"}
            while "ninety" not in client.post("/api/ask", json=asked).text:  # till the new index is taken up
                assert time.monotonic() < deadline
                time.sleep(0.1)
        for socket in sockets:
            socket.close()

    monkeypatch.setattr(Database, "__init__", opening)
    monkeypatch.setattr(Database, "close", closing)
    monkeypatch.setattr("uvicorn.Server.run", worked)
    serve(settings.model_copy(update={"port": 0}), ready=lambda _: None)
    assert len(opened) == 1
    assert closed == opened


def test_the_bundled_policies_can_be_seen_but_not_published_over(latest, tmp_path):
    settings = Settings(data=tmp_path / "other")
    People(Database.of(settings)).add("admin", Role.ADMIN, SECRET, by="a test")
    client = TestClient(app(latest, settings), follow_redirects=False)
    client.post("/admin/sign-in", data={"name": "admin", "password": SECRET}, headers=HERE)
    page = client.get("/admin/policies").text
    assert "PLAINCLAUSE_POLICIES" in page
    assert "kept by hand" in page
    assert 'type="file"' not in page
    assert upload(client, POLICY.encode(), policy="").status_code == 422
