"""The Model Context Protocol as a client of the official SDK meets it: a real process, asked over its standard input and output.

With the hashing encoder: what is tested is how answers travel, not how good they are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters, types

from assistant.compare import Comparison, Row
from assistant.languages import language
from assistant.model import Answer, Outcome, Route, Searched, Turn
from assistant.settings import ROOT
from assistant.surfaces.mcp import TOOLS, comparison_text, server
from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf

COMMAND = [sys.executable, "-m", "assistant"]


@pytest.fixture(scope="module")
def given(tmp_path_factory, encoders):
    """Settings for processes; a client hands its own environment on to none."""
    return {
        "PLAINCLAUSE_ENCODER": "hashing",
        "PLAINCLAUSE_ENCODERS": str(encoders),
        "PLAINCLAUSE_DATA": str(tmp_path_factory.mktemp("data")),
    }


class Talk:
    """A client's session, called from a test that is not async."""

    def __init__(self, portal, client: Client) -> None:
        self._portal, self._client = portal, client

    def call(self, tool: str, **arguments: Any) -> types.CallToolResult:
        result: types.CallToolResult = self._portal.call(partial(self._client.call_tool, tool, arguments))
        return result

    def tools(self) -> dict[str, types.Tool]:
        return {tool.name: tool for tool in self._portal.call(self._client.list_tools).tools}

    @property
    def instructions(self) -> str:
        return self._client.instructions or ""

    def said(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured content of a call that succeeds; the client has checked it against the tool's schema."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result
        assert isinstance(result.structured_content, dict)
        return result.structured_content


def text(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


@pytest.fixture(scope="module", params=["auto", "legacy"])  # today's protocol, and the handshake of older clients
def talk(request, given):
    process = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "mcp"], cwd=ROOT, env=given)
    with start_blocking_portal() as portal:
        client = Client(process, mode=request.param, read_timeout_seconds=60)
        with portal.wrap_async_context_manager(client):
            yield Talk(portal, client)


@pytest.fixture
def within():
    """A session with a server in this process, over any assistant."""
    with start_blocking_portal() as portal, ExitStack() as stack:

        def opened(latest) -> Talk:
            client = Client(server(latest), read_timeout_seconds=60)
            stack.enter_context(portal.wrap_async_context_manager(client))
            return Talk(portal, client)

        yield opened


def printed(given, *arguments: str) -> Any:
    """What the command line prints as JSON."""
    process = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, cwd=ROOT, env={**os.environ, **given}, check=True
    )
    return json.loads(process.stdout)


def assert_exact(quoted, shelf):
    """The quotes are, code point by code point, what the policy says at their place."""
    assert quoted
    for each in quoted:
        policy = shelf[each["policy_id"]]
        assert each["quote"] == policy.text[each["start"] : each["end"]]
        assert each.get("policy_sha256", policy.sha256) == policy.sha256


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


class Standing:
    """An assistant that has policies and, at most, one answer; it keeps what it was asked."""

    def __init__(self, policies, answer: Answer | None = None) -> None:
        self.policies, self._answer = Shelf(Path("policies"), dict(policies)), answer
        self.asked: list[Any] = []

    def ask(self, *asked: Any) -> Answer | None:
        self.asked.append(asked)
        return self._answer


def silent(policy: Policy) -> Answer:
    return Answer(
        question="do you sell my data?",
        outcome=Outcome.SILENT,
        text="We found no clause about it; this is not a “no”.",
        searched=Searched(policies=(), clauses=0),
        closest=policy.cite(policy.clauses[0].span),
    )


def test_silence_cites_nothing_and_says_that_it_is_no_no(within, shelf):
    rackspace = shelf["rackspace"]  # states neither source nor date: these nulls must arrive
    own = silent(rackspace)
    answer = own.model_copy(update={"by_policy": {"rackspace": own}})
    result = within(lambda: Standing(shelf, answer)).call("ask", question="do you sell my data?")
    said = result.structured_content
    for each in (said, said["by_policy"]["rackspace"]):
        assert (each["outcome"], each["citations"]) == ("silent", [])
        assert each["closest"] == rackspace.cite(rackspace.clauses[0].span).model_dump(mode="json")
        assert_exact([each["closest"]], shelf)
    assert text(result).startswith("Not addressed. ")
    assert "this is not a “no”" in text(result)
    assert "The closest clause, which does not answer this" in text(result)


def test_an_answer_travels_whole_and_keeps_to_the_schema(within, shelf):
    vps6 = shelf["vps6"]
    cited = vps6.cite(vps6.clauses[1].span)
    words = vps6.cite(Span(cited.start + 3, cited.end - 1))
    searched = Searched(policies=(), clauses=0)
    unclear = Answer(
        question="is it?",
        outcome=Outcome.UNCLEAR,
        text="Read it.",
        citations=(cited,),
        searched=searched,
        confidence=0.6,
    )
    said = unclear.model_copy(
        update={
            "outcome": Outcome.STATED,
            "text": f"“{words.quote}”.",
            "marked": words,
            "reader": "by hand",
            "confidence": 0.7,
        }
    )
    person = silent(vps6).model_copy(
        update={
            "outcome": Outcome.OFF_TOPIC,
            "text": "No person.",
            "route": Route.PERSON,
            "closest": None,
            "contact": cited,
        }
    )
    parts = (unclear, said, person)
    answer = unclear.model_copy(update={"route": Route.SEVERAL, "parts": parts})
    result = within(lambda: Standing(shelf, answer)).call("ask", question="is it?")  # the client checks the schema
    assert result.structured_content == answer.as_json()
    assert Answer.model_validate(result.structured_content) == answer
    lines = text(result).splitlines()
    assert "   Unclear. Read it." in lines
    assert f"   ({language('en').say('bubble.confidence.fair')})" in lines
    assert "   No person." in lines
    assert text(result).count(f'"{cited.quote}"') == 3


def test_a_comparison_says_of_each_how_sure_it_is(shelf):
    row = Row.of(shelf["vps6"], None, silent(shelf["vps6"]))
    cited = (shelf["vps6"].cite(shelf["vps6"].clauses[1].span),)
    no = row.model_copy(update={"outcome": Outcome.NO, "text": "No: so.", "citations": cited, "confidence": 0.66})
    lines = comparison_text(Comparison(question="is it?", rows=(row, no)), shelf).splitlines()
    assert f"  {row.text}".replace("  We", "  Not addressed. We") in lines
    assert f"  No: so. ({language('en').say('bubble.confidence.fair')})" in lines


@pytest.mark.parametrize("as_string", [False, True], ids=["a list", "a list in a string, as some clients send it"])
def test_earlier_turns_reach_the_assistant(within, shelf, as_string):
    history = [{"question": "do you share my card number?", "policy": "vps6"}, {"question": "why?"}]
    assistant = Standing(shelf, silent(shelf["vps6"]))
    sent = json.dumps(history) if as_string else history
    within(lambda: assistant).said("ask", question="and my phone?", policy="vps6", history=sent)
    assert assistant.asked == [("and my phone?", "vps6", tuple(Turn.model_validate(turn) for turn in history))]


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
    result = talk.call("compare", question="do you use cookies?")
    said = result.structured_content
    assert said == printed(given, "compare", "do you use cookies?", "--format", "json")
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


def test_what_nobody_foresaw_is_told_without_its_words_and_the_log_has_them(within, caplog):
    def broken():
        raise RuntimeError("the secret path")

    result = within(broken).call("policies")
    assert result.is_error
    assert text(result).startswith("the server failed to answer this call; try again")
    assert "secret" not in text(result)
    assert "the secret path" in caplog.text


def test_each_call_is_answered_by_the_assistant_of_the_moment(within, shelf):
    now = [Standing({})]
    session = within(lambda: now[0])
    assert session.said("policies")["policies"] == []
    now[0] = Standing({"vps6": shelf["vps6"]})
    assert [policy["id"] for policy in session.said("policies")["policies"]] == ["vps6"]


def test_a_slow_answer_keeps_no_other_call_waiting(within):
    begun, done = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert done.wait(30), "nothing else was answered meanwhile"
        return Standing({})

    session = within(slow)
    said: list[types.CallToolResult] = []
    asking = threading.Thread(target=lambda: said.append(session.call("policies")), daemon=True)
    asking.start()
    assert begun.wait(30)
    assert list(session.tools()) == list(TOOLS)
    assert said == []
    done.set()
    asking.join(30)
    assert [result.is_error for result in said] == [False]


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


def line(method: str, number: int | None = None, **params: Any) -> bytes:
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
    return json.dumps(message).encode() + b"\n"


HELLO = line(
    "initialize", 1, protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "0"}
) + line("notifications/initialized")


def begin(given, *arguments: str, command: Sequence[str] = (*COMMAND, "mcp")):
    return subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, **given},
    )  # fmt: skip


def answers(process, count: int, *lines: bytes) -> list[dict[str, Any]]:
    """What a process answers to some lines, while its input stays open."""
    process.stdin.write(b"".join(lines))
    process.stdin.flush()
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def test_standard_output_carries_the_protocol_only_even_while_an_index_is_built(given, tmp_path):
    with begin(given, "--data", str(tmp_path)) as process:
        search = line("tools/call", 2, name="search", arguments={"words": "cookies"})
        said = answers(process, 2, HELLO, b"not json\n", search)
        rest, notes = process.communicate(timeout=60)
    assert [(each["jsonrpc"], each["id"]) for each in said] == [("2.0", 1), ("2.0", 2)]
    assert len(said[1]["result"]["structuredContent"]["hits"]) == 10
    assert rest == b""
    assert b"building the index" in notes
    assert b"Traceback" not in notes
    assert process.returncode == 0


NOISY = """
from assistant.settings import Settings
from assistant.surfaces import mcp

def noisy(settings):
    print("noise of opening")
    latest = opened(settings)
    quiet = type(latest).__call__

    def noise(self):
        print("noise of a call", flush=True)
        return quiet(self)

    type(latest).__call__ = noise
    return latest

opened, mcp.open_for_serving = mcp.open_for_serving, noisy
mcp.serve(Settings())
"""


def test_what_a_library_prints_goes_to_standard_error(given):
    with begin(given, command=[sys.executable, "-c", NOISY]) as process:
        said = answers(process, 2, HELLO, line("tools/call", 2, name="policies", arguments={}))
        rest, notes = process.communicate(timeout=60)
    assert [each["id"] for each in said] == [1, 2]
    assert rest == b""
    assert b"noise of opening" in notes
    assert b"noise of a call" in notes


def test_control_c_ends_it_although_the_client_still_listens(given):
    with begin(given) as process:
        answers(process, 1, HELLO)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT
        assert b"Traceback" not in process.stderr.read()


def test_a_client_that_goes_away_before_its_answer_ends_it_quietly(given):
    with begin(given) as process:
        answers(process, 1, HELLO)
        process.stdout.close()
        answers(process, 0, line("tools/call", 2, name="policies", arguments={}))
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""


def test_settings_that_cannot_be_used_end_it_with_2_and_one_line(given, tmp_path):
    with begin(given, "--policies", str(tmp_path / "none")) as process:
        said, notes = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, b"")
    assert notes.decode().startswith("plainclause: ")
    assert notes.count(b"\n") == 1


@pytest.mark.parametrize("missing", ["mcp", "mcp_types"])
def test_without_the_extra_one_line_says_how_to_install_it(given, missing):
    program = f"import sys; sys.modules['{missing}'] = None; from assistant.surfaces.cli.main import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", program, "mcp"], capture_output=True, cwd=ROOT, env={**os.environ, **given}, check=False
    )
    assert (process.returncode, process.stdout) == (2, b"")
    said = process.stderr.decode()
    assert said.startswith("plainclause: ")
    assert 'pip install "plainclause[mcp]"' in said
    assert said.count("\n") == 1
