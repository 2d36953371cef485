"""The Model Context Protocol as a client of the official SDK meets it: a real process, asked over its standard input and output.

With the hashing encoder: what is tested is how answers travel, not how good they are.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters

from assistant.languages import language
from assistant.model import Answer, Outcome, Route
from assistant.settings import ROOT
from assistant.surfaces.mcp import TOOLS
from tests.mcp_client import COMMAND, Talk, assert_exact, environment, text


@pytest.fixture(scope="module")
def given(tmp_path_factory, encoders):
    return environment(encoders, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", params=["auto", "legacy"])  # today's protocol, and the handshake of older clients
def talk(request, given):
    process = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "mcp"], cwd=ROOT, env=given)
    with start_blocking_portal() as portal:
        client = Client(process, mode=request.param, read_timeout_seconds=60)
        with portal.wrap_async_context_manager(client):
            yield Talk(portal, client)


def printed(given, *arguments: str) -> Any:
    """What the command line prints as JSON."""
    process = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, cwd=ROOT, env={**os.environ, **given}, check=True
    )
    return json.loads(process.stdout)


def test_the_tools_are_listed_as_reading_only_and_with_their_arguments(talk):
    tools = talk.tools()
    arguments = {name: list(tool.input_schema["properties"]) for name, tool in tools.items()}
    assert arguments == {
        "ask": ["question", "policy", "history"],
        "search": ["words", "policy", "limit"],
        "compare": ["question", "policies"],
        "policies": [],
    }
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False
        assert tool.output_schema is not None
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"


def test_the_descriptions_say_what_an_outcome_means_and_that_silence_is_no_no(talk):
    tools = talk.tools()
    for name in ("ask", "compare"):
        description = tools[name].description or ""
        for outcome in Outcome:
            assert f'"{outcome}"' in description
        assert 'never a "no"' in description
        assert "quote is exact" in description
    assert 'never means "no"' in talk.instructions
    assert '"unclear" means' in talk.instructions


def test_an_answer_is_the_one_that_the_command_line_prints_and_its_quotes_are_exact(talk, given, shelf):
    result = talk.call("ask", question="do you use cookies?", policy="vps6")
    assert result.structured_content == printed(given, "ask", "do you use cookies?", "--policy", "vps6", "--json")
    answer = Answer.model_validate(result.structured_content)
    assert answer.outcome.has_evidence
    assert_exact(result.structured_content["citations"], shelf)
    assert all(citation.quote in text(result) for citation in answer.citations)
    assert answer.text in text(result)


def test_with_no_policy_each_current_one_answers_for_itself(talk, shelf):
    said = talk.said("ask", question="do you use cookies?")
    assert list(said["by_policy"]) == sorted(shelf.current)
    assert_exact(said["citations"], shelf)


def test_a_search_gives_the_clauses_best_first_and_no_more_than_wanted(talk, shelf):
    result = talk.call("search", words="cookies", policy="rackspace", limit=3)
    hits = result.structured_content["hits"]
    assert len(hits) == 3
    assert {hit["policy_id"] for hit in hits} == {"rackspace"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert_exact(hits, shelf)
    assert all(hit["quote"] in text(result) for hit in hits)
    assert len(talk.said("search", words="cookies")["hits"]) == 10


def test_a_comparison_is_the_one_that_the_command_line_prints_and_its_quotes_are_exact(talk, given, shelf):
    # One that was not asked before: of two clauses that answer as well, which comes first may hang on what was read beside them.
    question = "are cookies used?"
    result = talk.call("compare", question=question)
    said = result.structured_content
    assert said == printed(given, "compare", question, "--format", "json")
    assert [row["policy_id"] for row in said["rows"]] == sorted(shelf)
    quoted = [citation for row in said["rows"] for citation in row["citations"]]
    assert_exact(quoted, shelf)
    assert all(f'"{citation["quote"]}"' in text(result) for citation in quoted)
    assert all(f"[{row['policy_id']}]" in text(result) for row in said["rows"])
    assert "replaced by rackspace" in text(result)


def test_a_comparison_of_some_keeps_their_order_and_says_how_each_was_asked(talk):
    question = "which of these companies use cookies?"
    for ids in (["vps6", "rackspace"], '["vps6", "rackspace"]'):
        result = talk.call("compare", question=question, policies=ids)
        assert [row["policy_id"] for row in result.structured_content["rows"]] == ["vps6", "rackspace"]
        assert result.structured_content["understood"] == "does the company use cookies?"
        assert "each was asked: does the company use cookies?" in text(result)


def test_the_policies_are_listed_as_the_command_line_lists_them(talk, given):
    result = talk.call("policies")
    assert result.structured_content == {"policies": printed(given, "policies", "--json")}
    assert all(policy["id"] in text(result) for policy in result.structured_content["policies"])


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("ask", {"question": "cookies?", "policy": "vps7"}, 'unknown policy "vps7": did you mean "vps6"?'),
        ("ask", {"question": " "}, "question is empty"),
        ("ask", {"question": "a\x07b"}, "control character (U+0007)"),
        ("ask", {"question": "x" * 2_001}, "at most 2000 characters"),
        ("ask", {}, '"question": Field required, found nothing; "ask" takes question, policy, history'),
        ("ask", {"question": "cookies?", "polices": ["vps6"]}, '"polices": Extra inputs are not permitted'),
        ("ask", {"question": "cookies?", "history": [{"policy": "vps6"}]}, '"history.0.question": Field required'),
        ("ask", {"question": "cookies?", "history": [{"question": "x", "policy": "a\n\x00b"}]}, "unknown policy"),
        ("ask", {"question": "cookies?", "history": "[[["}, '"history": Input should be'),
        ("search", {"words": "cookies", "limit": 0}, '"limit": Input should be greater than or equal to 1, found 0'),
        ("search", {"words": "cookies", "limit": 101}, "less than or equal to 100"),
        ("search", {"words": "cookies", "policy": "vps7"}, 'did you mean "vps6"'),
        ("compare", {"question": "cookies?", "policies": []}, "policies is an empty list"),
        ("compare", {"question": "cookies?", "policies": ["vps6", "vps6"]}, 'names "vps6" twice'),
        ("compare", {"question": "cookies?", "policies": ["vps7"]}, 'unknown policy "vps7"'),
        ("policies", {"id": "vps6"}, '"policies" takes no arguments'),
    ],
)
def test_what_is_wrong_is_an_error_of_one_line_and_the_next_call_is_answered(talk, tool, arguments, message):
    result = talk.call(tool, **arguments)
    assert result.is_error
    assert result.structured_content is None
    assert message in text(result)
    assert text(result).isprintable()
    assert "Traceback" not in text(result)
    assert talk.said("search", words="cookies", limit=1)["hits"]


def test_an_unknown_tool_is_told_with_those_there_are(talk):
    with pytest.raises(MCPError, match=f'unknown tool "sue"; the tools are {", ".join(TOOLS)}'):
        talk.call("sue")
    assert talk.said("policies")["policies"]


@pytest.fixture(scope="module")
def of_a_company(given, tmp_path_factory):
    """A session with a process whose branding shows one policy and sets ways to a person."""
    file = tmp_path_factory.mktemp("branding") / "branding.toml"
    file.write_text('name = "ACME"\npolicy = "vps6"\n[handoff]\nchat = true\nmail = "privacy@acme.example"\n')
    env = {**given, "PLAINCLAUSE_BRANDING": str(file)}
    process = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "mcp"], cwd=ROOT, env=env)
    with start_blocking_portal() as portal:
        client = Client(process, read_timeout_seconds=60)
        with portal.wrap_async_context_manager(client):
            yield Talk(portal, client)


def test_where_the_policy_does_not_answer_the_companys_ways_to_a_person_are_told(of_a_company):
    result = of_a_company.call("ask", question="do you scan my face with a drone?")
    assert isinstance(result.structured_content, dict)
    assert Answer.model_validate(result.structured_content).outcome in (Outcome.SILENT, Outcome.UNCLEAR)
    assert [way["kind"] for way in result.structured_content["handoff"]] == ["chat", "mail"]
    assert "a person at ACME?" in text(result)
    assert "mailto:privacy@acme.example" in text(result)
    wanted = of_a_company.call("ask", question="I want to talk to a human")
    assert isinstance(wanted.structured_content, dict)
    assert wanted.structured_content["route"] == Route.PERSON
    assert wanted.structured_content["text"] == language("en").say("answer.route.person_handoff")
    assert "handoff" not in of_a_company.said("ask", question="do you use cookies?")


def test_a_policy_that_the_branding_does_not_show_is_unknown(of_a_company):
    listed = of_a_company.said("policies")["policies"]
    assert {policy["id"] for policy in listed} == {"vps6"}
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("ask", {"question": "do you use cookies?"}),
        ("ask", {"question": "does Rackspace use cookies?"}),
        ("search", {"words": "cookies"}),
        ("compare", {"question": "does Rackspace use cookies?"}),
    )
    for tool, arguments in asked:
        said = json.dumps(of_a_company.said(tool, **arguments))
        assert "vps6" in said or "off_topic" in said
        assert "rackspace" not in said.replace(str(arguments.get("question")), "").lower()
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("ask", {"question": "cookies?", "policy": "rackspace"}),
        ("ask", {"question": "cookies?", "history": [{"question": "is it?", "policy": "rackspace"}]}),
        ("search", {"words": "cookies", "policy": "rackspace"}),
        ("compare", {"question": "cookies?", "policies": ["rackspace"]}),
    )
    for tool, arguments in refused:
        result = of_a_company.call(tool, **arguments)
        assert result.is_error
        assert 'unknown policy "rackspace"' in text(result)
