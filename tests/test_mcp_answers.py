"""Any assistant over the Model Context Protocol: an answer travels whole, whatever it says; no call waits for another's answer."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, types

from assistant.languages import language
from assistant.model import Answer, Outcome, Route, Searched, Turn
from assistant.review.compare import Comparison, Row
from assistant.surfaces.mcp import TOOLS, comparison_text, server
from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf
from tests.mcp_client import Talk, assert_exact, text


@pytest.fixture
def within():
    """A session with a server in this process, over any assistant."""
    with start_blocking_portal() as portal, ExitStack() as stack:

        def opened(latest) -> Talk:
            client = Client(server(latest), read_timeout_seconds=60)
            stack.enter_context(portal.wrap_async_context_manager(client))
            return Talk(portal, client)

        yield opened


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
