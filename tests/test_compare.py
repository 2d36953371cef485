"""One question, several policies: what each row says, on the command line and over HTTP as in the program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from assistant.bootstrap import factory as opening
from assistant.errors import BadQuestion
from assistant.model import MAX_QUESTION, Outcome, Route
from assistant.questions.routing import Routed, Router
from assistant.review.compare import Comparison, ComparisonRequest, Row, compare, put_to_one
from assistant.settings import ROOT, Settings
from assistant.surfaces.api.bodies import MAX_BODY
from assistant.surfaces.api.routes import api
from assistant.surfaces.cli import main as cli
from assistant.surfaces.render.comparison import comparison_csv, comparison_markdown, comparison_table
from corpus.errors import UnknownPolicy
from tests.problem_documents import problem

NOTICE = "which of these companies tells me 30 days before the policy changes?"
THIRTY = "at least thirty (30) days prior to the implementation of the changes."
ALL = ["qualispace", "rackspace", "rackspace-managed-hosting", "vps6"]


def by_id(comparison: Comparison) -> dict[str, Row]:
    return {row.policy_id: row for row in comparison.rows}


@pytest.fixture(scope="module")
def notice(assistant) -> Comparison:
    return compare(assistant, NOTICE)


# --- rows -------------------------------------------------------------------------------------------------------------


def test_who_tells_me_thirty_days_before_is_read_off_the_comparison(notice):
    rows = by_id(notice)
    assert [id_ for id_, row in rows.items() if row.outcome.has_evidence] == ["vps6"]
    best = rows["vps6"].citations[0]
    assert (rows["vps6"].outcome, best.quote.endswith(THIRTY)) == (Outcome.YES, True)
    assert best.path[-1] == "Changes in Our Practices"
    assert rows["vps6"].snapshot_date == date(2017, 12, 12)


def test_every_policy_and_version_is_asked_and_a_superseded_one_says_by_what(notice, assistant):
    assert [row.policy_id for row in notice.rows] == ALL == list(assistant.policies)
    assert {row.policy_id: row.superseded_by for row in notice.rows if row.superseded_by} == {
        "rackspace-managed-hosting": "rackspace"
    }


@pytest.mark.parametrize("question", ["is my card number shared?", "do you use cookies?", NOTICE])
def test_a_row_is_what_its_policy_answers_by_itself(assistant, question):
    comparison = compare(assistant, question)
    for row in comparison.rows:
        own = assistant.ask(comparison.understood or question, row.policy_id)
        assert (row.outcome, row.text, row.citations) == (own.outcome, own.text, own.citations)
        assert row.clauses == own.searched.clauses == len(assistant.policies[row.policy_id].clauses)
        assert row.sha256 == assistant.policies[row.policy_id].sha256
        assert all(assistant.policies[row.policy_id].supports(citation) for citation in row.citations)


def test_policies_stand_in_the_order_given(assistant):
    assert [row.policy_id for row in compare(assistant, NOTICE, ["vps6", "qualispace"]).rows] == ["vps6", "qualispace"]


@pytest.mark.parametrize(
    "question",
    [
        "does VPS6 use cookies?",
        "are cookies used at VPS6.NET?",
        "does Rackspace or VPS6 use cookies?",
        "VPS6's cookies, are they used?",
    ],
)
def test_a_company_named_in_the_question_does_not_choose_among_the_compared(assistant, question):
    assert assistant.ask(question, "rackspace").searched.policies[0].id != "qualispace"
    comparison = compare(assistant, question, ["qualispace", "rackspace"])
    assert comparison.understood is not None
    assert "vps6" not in comparison.understood.lower()
    assert "rackspace" not in comparison.understood.lower()
    for row in comparison.rows:
        assert row.title == assistant.policies[row.policy_id].title
        assert row.citations
        assert {citation.policy_id for citation in row.citations} == {row.policy_id}


def test_the_same_question_without_the_name_has_the_same_rows(assistant):
    named, plain = (compare(assistant, q) for q in ("does VPS6 use cookies?", "does the company use cookies?"))
    assert named.rows == plain.rows
    assert (named.question, named.understood) == ("does VPS6 use cookies?", "does the company use cookies?")
    assert plain.understood is None


def test_a_question_is_off_topic_for_all_or_for_none(assistant):
    joke = compare(assistant, "tell me a joke")
    assert joke.off_topic
    assert {(row.outcome, row.text, row.citations) for row in joke.rows} == {(Outcome.OFF_TOPIC, joke.rows[0].text, ())}
    silent = compare(assistant, "do you use fingerprints?")
    assert not silent.off_topic
    assert Outcome.OFF_TOPIC not in {row.outcome for row in silent.rows}


def test_a_message_in_doubt_is_read_in_every_policy_and_off_topic_in_none(assistant, monkeypatch):
    """One policy alone takes such a message for something else where no clause of it answers; side by side, all are silent."""
    question = "does the company tell me 30 days before the policy changes?"
    doubted = Routed(Route.PRIVACY, otherwise=Route.OTHER)
    monkeypatch.setattr(Router, "route", lambda self, message: doubted)
    assert assistant.ask(question, "qualispace").outcome is Outcome.OFF_TOPIC
    outcomes = {row.policy_id: row.outcome for row in compare(assistant, question).rows}
    assert outcomes["vps6"].has_evidence
    assert outcomes["qualispace"] is Outcome.SILENT


# --- "which of these companies ..." -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (NOTICE, "does the company tell me 30 days before the policy changes?"),
        ("Which of these companies tell me?", "Does the company tell me?"),
        ("which of these discloses my address?", "does the company disclose my address?"),
        ("which one of them notifies me?", "does the company notify me?"),
        ("which of the four companies processes cards?", "does the company process cards?"),
        ("which of these companies do not sell my data?", "does the company sell my data?"),
        ("which of these companies won’t share my email?", "will the company share my email?"),
        ("which of these never share my email?", "does the company share my email?"),
        ("which of these are in the US?", "is the company in the US?"),
        ("which of these has a data protection officer?", "does the company have a data protection officer?"),
        ("which of these have sold my data?", "has the company sold my data?"),
        ("which of these policies mentions cookies?", "does the policy mention cookies?"),
        ("Tell me which of these companies uses cookies.", "Does the company use cookies."),
        ("I move. Which of these may also share it?", "I move. May the company also share it?"),
        ("at which of these companies can I delete my account?", "can I delete my account?"),
    ],
)
def test_a_question_that_chooses_is_put_to_each(question, asked):
    assert put_to_one(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "is my card number shared?",
        "which companies get my data?",
        "which of these companies do you share my data with?",
        "which of my data is shared?",
        "which of these cookies are needed?",
        "which of the data you collect is shared?",
        "which of these companies?",
        "which data do you collect?",
        "who shares my data?",
    ],
)
def test_any_other_question_is_left_alone(question):
    assert put_to_one(question) == question


def test_asked_as_it_is_meant_it_is_answered_yes_or_no(assistant):
    outcomes = {
        row.policy_id: row.outcome for row in compare(assistant, "which of these companies share my card number?").rows
    }
    assert outcomes["rackspace"] in (Outcome.NO, Outcome.UNCLEAR)
    assert Outcome.STATED not in outcomes.values()


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "policies", "error", "message"),
    [
        ("cookies?", ["vps6", "vps7"], UnknownPolicy, 'unknown policy "vps7": did you mean "vps6"'),
        ("cookies?", [], BadQuestion, "policies is an empty list; name"),
        ("cookies?", ["vps6", "rackspace", "vps6"], BadQuestion, 'policies names "vps6" twice; name each policy once'),
        ("cookies?", ["vps6", " "], BadQuestion, "an empty id at place 2 of 2; remove it"),
        (" ", None, BadQuestion, "question is empty"),
        ("x" * (MAX_QUESTION + 1), None, BadQuestion, "2,001 characters"),
        ("a\x00b", ["vps6"], BadQuestion, "control character"),
    ],
)
def test_what_cannot_be_compared_is_named_with_the_remedy(assistant, question, policies, error, message):
    with pytest.raises(error) as raised:
        compare(assistant, question, policies)
    assert message in str(raised.value)


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def run(assistant, monkeypatch, capfdbinary):
    monkeypatch.setattr(opening, "open_assistant", lambda settings: assistant)
    monkeypatch.setenv("COLUMNS", "100")

    def run_(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["plainclause", "compare", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run_


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_each_format_is_printed_once_and_whole(run, assistant, notice, form):
    code, out, err = run(NOTICE, "--format", form)
    expected = {
        "table": comparison_table(notice, assistant.policies, 100),
        "json": json.dumps(notice.model_dump(mode="json"), ensure_ascii=False, indent=2),
        "csv": comparison_csv(notice),
        "markdown": comparison_markdown(notice, assistant.policies),
    }[form]
    assert (code, out, err) == (0, expected + "\n", "")


def test_the_table_is_what_is_printed_where_nothing_else_is_asked_for(run, assistant):
    code, out, _ = run("do you use cookies?", "--policies", "vps6, rackspace")
    chosen = compare(assistant, "do you use cookies?", ["vps6", "rackspace"])
    assert (code, out) == (0, comparison_table(chosen, assistant.policies, 100) + "\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cookies?", "--policies", "vps7"], 'did you mean "vps6"'),
        (["cookies?", "--policies", ""], "policies is an empty list"),
        (["cookies?", "--policies", "vps6,"], "empty id at place 2 of 2"),
        (["cookies?", "--policies", "vps6,vps6"], '"vps6" twice'),
        (["cookies?", "--policies", "./corpus/policies"], "--policies-folder"),
        (["cookies?", "--format", "xml"], "'xml'"),
        ([" "], "question is empty"),
        ([], "QUESTION"),
    ],
)
def test_bad_usage_and_bad_input_end_with_2_in_one_line(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("plainclause: ")
    assert err.count("\n") == 1
    assert message in err


def test_the_folder_of_policies_has_another_name_here(assistant, monkeypatch, capsys):
    opened = []

    def open_(settings):
        opened.append(settings)
        return assistant

    monkeypatch.setattr(opening, "open_assistant", open_)
    folder = ROOT / "corpus" / "policies"
    arguments = ["plainclause", "compare", "cookies?", "--policies", "vps6", "--policies-folder", str(folder)]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit):
        cli.main()
    assert [settings.policies for settings in opened] == [folder]


def test_the_readme_shows_what_the_program_prints(run):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Compare") :].split("\n## ")[0]
    command = re.search(r'\$ \.venv/bin/plainclause compare "([^"]+)" (--policies) (\S+)\n', section)
    assert command, "the example stands in README, Compare"
    _, out, _ = run(*command.groups())
    assert f"{command.group()}{out}```" in section, f"copy this into README, Compare:\n{out}"


def test_help_names_every_option_that_the_readme_names():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Compare") :].split("\n## ")[0]
    shown = CliRunner().invoke(cli.cli, ["compare", "--help"]).output
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", section))
    assert {"--policies", "--format", "--policies-folder"} <= named
    assert not [option for option in named if option not in shown]


# --- HTTP -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(assistant, tmp_path) -> Iterator[TestClient]:
    with TestClient(api(lambda: assistant, Settings(data=tmp_path)), raise_server_exceptions=False) as client:
        yield client


def test_http_gives_the_comparison(client, notice):
    for body in ({"question": NOTICE}, {"question": NOTICE, "policies": None}):
        response = client.post("/api/compare", json=body)
        assert response.status_code == 200
        assert response.json() == notice.model_dump(mode="json")
    chosen = client.post("/api/compare", json={"question": NOTICE, "policies": ["vps6", "rackspace"]}).json()
    assert [row["policy_id"] for row in chosen["rows"]] == ["vps6", "rackspace"]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"question": "x", "policies": ["vps7"]}, 404, '"vps7"'),
        ({"question": "x", "policies": []}, 422, "empty list"),
        ({"question": "x", "policies": ["vps6", "vps6"]}, 422, '"vps6" twice'),
        ({"question": "x", "policies": [""]}, 422, "empty id"),
        ({"question": "x", "policies": "vps6"}, 422, '"policies"'),
        ({"question": "x", "policies": [7]}, 422, '"policies.0"'),
        ({"question": "x", "policy": "vps6"}, 422, '"policy"'),
        ({"question": "x", "history": []}, 422, '"history"'),
        ({"question": " "}, 422, "empty"),
        ({"question": "a" * (MAX_QUESTION + 1)}, 422, "2001 characters"),
        ({"policies": ["vps6"]}, 422, '"question": Field required'),
    ],
)
def test_http_errors_are_problems_that_name_what_is_wrong(client, body, status, named):
    assert named in problem(client.post("/api/compare", json=body), status)


def test_http_has_the_limits_of_ask(client):
    headers = {"content-type": "application/json"}
    body = b'{"question": "is it?"' + b" " * (MAX_BODY - 21) + b"}"
    assert str(MAX_BODY) in problem(client.post("/api/compare", content=body, headers=headers), 413)
    assert "POST" in problem(client.get("/api/compare"), 405)
    problem(client.post("/api/compare", content=b'{"question": NaN}', headers=headers), 422)


def test_openapi_describes_it_with_examples_that_hold(client):
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/api/compare"]["post"]
    assert "superseded" in operation["description"]
    assert {"200", "404", "413", "422"} <= set(operation["responses"])
    for model in (ComparisonRequest, Comparison):
        schema = document["components"]["schemas"][model.__name__]
        [example] = schema["examples"]
        assert set(model.model_validate(example).model_dump()) == set(example) == set(schema["properties"])
