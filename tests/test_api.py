"""The HTTP API: what it takes, answers and refuses. The answers are a stand-in's."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore
from assistant.model import MAX_QUESTION, Outcome, Turn
from assistant.settings import Settings
from assistant.surfaces.api import routes as http
from assistant.surfaces.api.bodies import MAX_BODY
from assistant.surfaces.api.routes import api
from tests.problem_documents import problem
from tests.stand_in import TEXT, StandIn


@pytest.fixture
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture
def client(assistant: StandIn, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(api(lambda: assistant, Settings(data=tmp_path)), raise_server_exceptions=False) as client:  # type: ignore[return-value,arg-type]
        yield client


def strict(text: str):
    """JSON as the standard has it: NaN and infinities are errors."""

    def refuse(name: str):
        raise AssertionError(name)

    return json.loads(text, parse_constant=refuse)


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("identifier", [None, 7, "x", {"a": [1, None]}, 1.5, "🙂"])
def test_ask_gives_the_answer_with_the_id_that_came(client: TestClient, identifier: object) -> None:
    response = client.post("/api/ask", json={"id": identifier, "question": "is it shared?", "policy": "new"})
    assert response.status_code == 200
    got = strict(response.text)
    assert got["id"] == identifier
    assert list(got) == ["id", "question", "outcome", "text", "citations", "searched", "confidence", "route"]
    assert (got["confidence"], got["route"]) == (0.9, "privacy")
    [citation] = got["citations"]
    assert citation["quote"] == TEXT[citation["start"] : citation["end"]] == "We never share it."
    assert citation["snapshot_date"] == "2010-05-16"


def test_ask_hands_on_the_history_and_asks_all_where_no_policy_is_named(client: TestClient, assistant: StandIn) -> None:
    history = [{"question": "is it kept?", "policy": "old"}, {"question": "مرحبا 🙂"}]
    assert client.post("/api/ask", json={"question": "and shared?", "history": history}).status_code == 200
    assert assistant.seen == [
        ("and shared?", None, (Turn(question="is it kept?", policy="old"), Turn(question="مرحبا 🙂")))
    ]


def test_search(client: TestClient) -> None:
    got = strict(client.get("/api/search", params={"q": "card", "policy": "", "limit": 2}).text)
    assert [hit["quote"] for hit in got["hits"]] == ["We keep:", "your card number"]
    assert set(got["hits"][0]) == {"policy_id", "quote", "start", "end", "path", "score"}


def test_policies_say_what_is_known_and_what_supersedes_them(client: TestClient) -> None:
    new, old = strict(client.get("/api/policies").text)
    assert (new["supersedes"], new["superseded_by"], old["superseded_by"]) == ("old", None, "new")
    assert new["clauses"] == 3
    assert new["effective_date"] is None
    assert "text" not in new


def test_a_policy_holds_its_text_and_clauses(client: TestClient) -> None:
    got = strict(client.get("/api/policies/old").text)
    assert got["text"] == TEXT
    assert [clause["quote"] for clause in got["clauses"]] == [TEXT[c["start"] : c["end"]] for c in got["clauses"]]
    assert got["clauses"][1]["lead_in"] == {"start": 7, "end": 15, "quote": "We keep:"}
    assert got["clauses"][1]["kind"] == "item"
    assert set(got) == set(client.get("/api/policies").json()[0]) | {"text"}


def test_healthz(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "policies": 2, "clauses": 6}


def test_no_endpoint_blocks_the_event_loop(client: TestClient) -> None:
    endpoints = [route.endpoint for route in client.app.routes if route.path.startswith(("/api", "/healthz"))]  # type: ignore[attr-defined]
    assert len(endpoints) >= 8
    assert not [each for each in endpoints if inspect.iscoroutinefunction(each)]


# --- errors -----------------------------------------------------------------------------------------------------------

BAD_BODIES = [
    (b"", '"body"'),
    (b"{", "no JSON"),
    (b"null", '"body"'),
    (b"[]", '"body"'),
    (b'"is it?"', '"body"'),
    (b"{}", '"question": Field required'),
    (b'{"question": 7}', '"question"'),
    (b'{"question": null}', '"question"'),
    (b'{"question": "is it?", "polizy": "new"}', '"polizy"'),
    (b'{"question": "is it?", "policy": 7}', '"policy"'),
    (b'{"question": "is it?", "history": "x"}', '"history"'),
    (b'{"question": "is it?", "history": [{"q": "x"}]}', '"history.0.question"'),
    (b'{"question": "is it?", "history": [7]}', '"history.0"'),
    (b'{"question": "is it?", "id": NaN}', "NaN"),
    (b'{"question": "is it?", "id": -Infinity}', "Infinity"),
    (b'{"question": "is it?", "id": 1e999}', "1e999"),
    (b'{"question": "is it?", "id": ' + b"9" * 5000 + b"}", "no JSON"),
    (b'{"question": "is \\ud800 it?"}', "\\ud800"),
    (b'{"question": "is it?", "id": "\\udfff"}', "\\udfff"),
    (b'{"question": "is it?", "id": {"\\udfff": 1}}', "\\udfff"),
    (b'{"question": "is \xff it?"}', "UTF-8"),
    ("{'question': 'is it?'}".encode("utf-16"), "JSON"),
    (b'{"question": "is it?", "id": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "nested too deeply"),
    (b'{"question": "   "}', "empty"),
    (b'{"question": "a\\u0000b"}', "control character"),
]


@pytest.mark.parametrize(("body", "named"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_bad_question_is_a_problem_that_names_it(client: TestClient, body: bytes, named: str) -> None:
    detail = problem(client.post("/api/ask", content=body, headers={"content-type": "application/json"}), 422)
    assert named in detail
    assert len(detail) < 600
    assert client.get("/healthz").status_code == 200


def test_a_question_that_is_too_long_says_how_long_it_is(client: TestClient) -> None:
    detail = problem(client.post("/api/ask", json={"question": "a" * 100_000}), 422)
    assert "100000 characters" in detail
    assert str(MAX_QUESTION) in detail
    many = [{"question": "x"}] * 51
    assert "51 entries" in problem(client.post("/api/ask", json={"question": "x", "history": many}), 422)


def test_json_must_be_declared_as_json(client: TestClient) -> None:
    """A form on another site can send text/plain without asking; so that is not taken."""
    body = b'{"question": "is it?"}'
    problem(client.post("/api/ask", content=body, headers={"content-type": "text/plain"}), 422)


def test_an_unknown_policy_is_not_found(client: TestClient) -> None:
    for response in (
        client.post("/api/ask", json={"question": "is it?", "policy": "nwe"}),
        client.get("/api/search", params={"q": "x", "policy": "nwe"}),
        client.get("/api/policies/nwe"),
    ):
        assert '"nwe"' in problem(response, 404)


@pytest.mark.parametrize(
    "query", ["", "q=", "q=x&limit=0", "q=x&limit=101", "q=x&limit=y", "q=x&limit=", "q=%00", "q=%ff%0a"]
)
def test_a_bad_search_is_a_problem(client: TestClient, query: str) -> None:
    problem(client.get(f"/api/search?{query}"), 422)


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    just = b'{"question": "is it?"' + b" " * (MAX_BODY - 22) + b"}"
    assert len(just) == MAX_BODY
    headers = {"content-type": "application/json"}
    assert client.post("/api/ask", content=just, headers=headers).status_code == 200
    assert str(MAX_BODY) in problem(client.post("/api/ask", content=just + b" ", headers=headers), 413)
    pieces = (b" " * 65_536 for _ in range(5))  # sent in chunks, without a length
    problem(client.post("/api/ask", content=pieces, headers=headers), 413)


def test_an_unexpected_error_tells_nothing_and_the_server_lives(client: TestClient) -> None:
    for response in (
        client.post("/api/ask", json={"question": "explode"}),
        client.get("/api/search", params={"q": "explode"}),
    ):
        assert "secret" not in problem(response, 500)
    assert client.post("/api/ask", json={"question": "is it?"}).status_code == 200


def test_wrong_addresses_and_methods_are_problems(client: TestClient) -> None:
    assert "/api/nothing" in problem(client.get("/api/nothing"), 404)
    wrong = client.get("/api/ask")
    assert "POST" in problem(wrong, 405)
    assert wrong.headers["allow"] == "POST"


def test_what_answers_get_answers_head_and_a_wrong_method_is_told_both(client: TestClient) -> None:
    for path, taken in client.get("/openapi.json").json()["paths"].items():
        assert "head" not in taken  # the description does without
        address = path.replace("{policy_id}", "new").replace("/api/search", "/api/search?q=card")
        if "get" in taken and address.count("/") < 4:  # the stand-in has no outline
            answered = client.get(address)
            assert (client.head(address).status_code, client.head(address).text) == (answered.status_code, "")
    assert client.put("/api/policies").headers["allow"] == "GET, HEAD"


def test_openapi_describes_every_refusal_as_the_problem_that_comes(client: TestClient) -> None:
    for path, taken in client.get("/openapi.json").json()["paths"].items():
        for said in taken.values():
            wrong = {status: set(each["content"]) for status, each in said["responses"].items() if status >= "400"}
            assert set().union(*wrong.values()) <= {"application/problem+json"}, path
            if path not in ("/api/policies", "/healthz", "/metrics"):  # these make no work
                assert {"429", "503"} <= set(wrong), path
    document = client.get("/openapi.json").json()
    assert "text/plain" in document["paths"]["/metrics"]["get"]["responses"]["200"]["content"]
    assert {"401", "403"} <= set(document["paths"]["/metrics"]["get"]["responses"])


def test_openapi_describes_every_endpoint_with_examples_that_hold(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/api/ask",
        "/api/clauses",
        "/api/compare",
        "/api/feedback",
        "/api/search",
        "/api/policies",
        "/api/policies/{policy_id}",
        "/api/policies/{policy_id}/changes",
        "/api/policies/{policy_id}/outline",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    for name in ("Answered", "Comparison", "Hits", "PolicySummary", "PolicyText", "Health"):
        schema = document["components"]["schemas"][name]
        [example] = schema["examples"]
        getattr(http, name).model_validate(example)
        assert set(schema["required"]) <= set(example)
    schemas = document["components"]["schemas"]
    assert schemas["Question"]["examples"]
    assert schemas["Outcome"]["enum"] == [outcome.value for outcome in Outcome]
    [example] = schemas["Answered"]["examples"]
    cited, marked = example["citations"][0], example["marked"]
    place = marked["start"] - cited["start"], marked["end"] - cited["start"]
    assert cited["quote"][place[0] : place[1]] == marked["quote"]
    assert f"“{marked['quote']}”" in example["text"]
    assert set(example) <= set(schemas["Answered"]["properties"])
    responses = document["paths"]["/api/ask"]["post"]["responses"]
    assert {"200", "404", "413", "422"} <= set(responses)
    assert set(responses["422"]["content"]) == {"application/problem+json"}


# --- what is said of an answer -----------------------------------------------------------------------------------------

WORD = {"question": "is it shared?", "policy": "new", "outcome": "no", "helpful": False, "surface": "api"}


def test_a_word_about_an_answer_is_kept_masked_and_can_be_changed(client: TestClient, tmp_path: Path) -> None:
    told = client.post("/api/feedback", json=WORD | {"question": "is my card 4111 1111 1111 1111 shared?"})
    assert told.status_code == 201
    again = client.post("/api/feedback", json=WORD | {"key": told.json()["key"], "comment": "mail me at a@b.example"})
    assert again.json() == told.json()
    [entry] = FeedbackStore(Database(tmp_path)).entries()
    assert entry.comment == "mail me at [e-mail]"
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("plainclause.sqlite3*"))
    assert b"4111" not in kept
    assert b"a@b" not in kept
    assert b"testclient" not in kept


@pytest.mark.parametrize("wrong", [{"outcome": "maybe"}, {"comment": "x" * 2001}, {"ip": "127.0.0.1"}, {"key": 7}])
def test_a_word_that_cannot_be_kept_is_told_why(client: TestClient, wrong: dict[str, str], tmp_path: Path) -> None:
    problem(client.post("/api/feedback", json=WORD | wrong), 422)
    assert list(FeedbackStore(Database(tmp_path)).entries()) == []


def test_a_question_is_answered_in_the_language_asked_for(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": "is it?", "language": "de"}).status_code == 200
