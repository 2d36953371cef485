"""What the chat shows of the policy that is asked, whatever framework shows it."""

from __future__ import annotations

from copy import copy
from html import unescape

import gradio as gr
import httpx
import pytest

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.errors import ReaderFailed
from assistant.languages import CODES, language
from assistant.model import MAX_HISTORY, MAX_QUESTION, Answer, Outcome, Route, Searched, Turn
from assistant.reading.base import Reading
from assistant.reading.fallback import FallbackReader
from assistant.review.suggestions import Coverage
from assistant.settings import Settings
from assistant.surfaces.chat.blocks import Beginnings, _Events
from assistant.surfaces.chat.events import ALL, ANSWERED_ANEW, Memory, Page, Talk
from assistant.surfaces.render.names import escaped
from assistant.surfaces.web import app
from corpus.errors import UnknownPolicy

EN = language("en")


@pytest.fixture
def page(tmp_path, word_reader):
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "english.md").write_text("# Privacy\n\nWe never sell your data.\n")
    (policies / "german.md").write_text("# Datenschutz\n\nWir verkaufen Ihre Daten nicht.\n")
    (policies / "german.json").write_text('{"language": "de"}')
    settings = Settings(policies=policies, data=tmp_path / "data", encoder="hashing")
    build_index(settings)
    assistant = open_assistant(settings)
    return Page(lambda: assistant)


def test_a_policy_in_another_language_is_marked_as_such(page):
    assert "another language (de)" in page.choice("german", EN).facts
    assert "another language" not in page.choice("english", EN).facts
    assert "another language" not in page.choice(ALL, EN).facts


@pytest.mark.parametrize("code", CODES)
def test_the_page_knows_what_a_question_will_be_read_in_before_the_server_says_it(page, code):
    texts = language(code)
    one, every = (unescape(page.choice(policy, texts).facts) for policy in ("english", ALL))
    clauses = [texts.count("bubble.clauses", number) for number in (1, 2)]
    assert f'"policy": "english", "reading": "{texts.say("chat.reading", clauses=clauses[0])}"' in one
    assert f'"policy": null, "reading": "{texts.say("chat.reading_many", clauses=clauses[1], number=2)}"' in every


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("question", "policy", "key"),
    [
        ("  ", ALL, "chat.bad_question.empty"),
        ("is it? " * 1000, ALL, "chat.bad_question.long"),
        ("is my \x07 number sold?", ALL, "chat.bad_question.unreadable"),
        ("Werden meine Daten an Dritte weitergegeben oder verkauft?", ALL, "chat.english"),
        ("do you sell my data?", "gone", "chat.unknown_policy"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_in_the_visitors_language(page, code, question, policy, key):
    reply = page.reply(question, policy, Memory(language=code), Talk())
    role, bubble = reply.talk.bubbles[-1]
    said = language(code).say(key, most=MAX_QUESTION, policy=policy)
    assert role == "assistant"
    assert escaped(said) in bubble
    assert language(code).say("chat.not_answered") in bubble


def test_one_policy_that_is_silent_is_not_called_any_of_one(tmp_path, word_reader):
    (tmp_path / "only.md").write_text("# Privacy\n\nWe never sell your data.\n")
    settings = Settings(policies=tmp_path, data=tmp_path / "data", encoder="hashing")
    build_index(settings)
    answer = open_assistant(settings).ask("do you record my telephone calls?")
    assert answer.outcome is Outcome.SILENT
    assert "any of" not in answer.text
    assert "in “Privacy” (date not stated)" in answer.text


def test_a_policy_that_is_not_there_is_an_error_with_the_visitors_words(page):
    with pytest.raises(UnknownPolicy, match="nowhere"):
        page.choice("nowhere", EN)


class Model:
    """A language model that reads everything alike, or is never there."""

    name = "language model made"

    def __init__(self, *, there: bool) -> None:
        self.there = there

    def read(self, question, passages):
        if not self.there:
            raise ReaderFailed("the language model did not answer: no connection")
        return [Reading(0.02, 0.02, 0.92, 0.02, 0.02) for _ in passages]


@pytest.mark.parametrize("there", [True, False])
def test_a_visitor_is_told_where_another_reader_stood_in_for_the_model(page, there):
    assistant = page.latest()
    assistant.reader = FallbackReader(Model(there=there), assistant.reader)
    for policy in ("english", ALL):
        reply = Page(page.latest, with_model=True).reply("do you sell my data?", policy, Memory(), Talk())
        _, bubble = reply.talk.bubbles[-1]
        assert ("stand-in" in bubble) == (not there)
        assert "no connection" not in bubble
        _, bubble = page.reply("do you sell my data?", policy, Memory(), Talk()).talk.bubbles[-1]
        assert "stand-in" not in bubble  # where no model is set nobody stands in


def test_who_wants_a_person_sees_the_clause_that_names_one_in_the_policy(page, monkeypatch):
    assistant = page.latest()
    policy = assistant.policies["english"]
    contact = policy.cite(policy.clauses[0].span)
    answer = Answer(
        question="a person please", outcome=Outcome.OFF_TOPIC, text="I am no person.", route=Route.PERSON, contact=contact,
        searched=Searched(policies=(), clauses=0),
    )  # fmt: skip
    monkeypatch.setattr(assistant, "ask", lambda *_, **__: answer)
    reply = page.reply("a person please", ALL, Memory(), Talk())
    assert "section" in (reply.document or "")
    assert 'class="hit"' in (reply.document or "")
    assert contact.quote.split()[0] in reply.talk.bubbles[-1][1]


def test_the_page_alone_is_enough_to_go_on(page):
    first = page.reply("do you sell my data?", "english", Memory(), Talk())
    assert [role for role, _ in first.talk.bubbles] == ["user", "assistant"]
    after_a_restart = page.reply("and my address?", "english", first.memory, Talk())
    assert len(after_a_restart.talk.bubbles) == 4
    assert after_a_restart.talk.bubbles[:2] == first.talk.bubbles
    assert page.restored(first.memory.model_dump_json()).talk.bubbles == first.talk.bubbles


def test_however_much_a_page_brings_the_last_of_it_is_answered_anew(page, monkeypatch):
    turns = tuple(Turn(question=f"do you sell my data? {number}", policy="english") for number in range(MAX_HISTORY))
    memory, assistant, asked = Memory(turns=turns), page.latest(), []
    ask = assistant.ask

    def noted(question, *rest, **more):
        asked.append(question)
        return ask(question, *rest, **more)

    monkeypatch.setattr(assistant, "ask", noted)
    found = page.restored(memory.model_dump_json())
    assert asked == [turn.question for turn in turns[-ANSWERED_ANEW:]]
    assert found.memory.turns == turns[-ANSWERED_ANEW:]
    asked.clear()
    found = page.reply("and my address?", "english", memory, Talk())
    assert len(asked) == ANSWERED_ANEW + 1
    assert len(found.talk.bubbles) == 2 * len(asked)


@pytest.mark.parametrize("sent", ["", "{", "[]", '{"turns": [{"question": 7}]}', '{"turns": "x"}', None])
def test_a_memory_that_nobody_wrote_is_no_conversation(page, sent):
    assert page.restored(sent).talk.bubbles == ()


def test_a_turn_about_a_policy_that_is_no_more_is_forgotten_and_the_rest_stays(page):
    memory = Memory.read(
        '{"turns": [{"question": "is it sold?", "policy": "gone"}, {"question": "do you sell my data?", "policy": "english"}]}'
    )
    found = page.restored(memory.model_dump_json())
    assert [turn.policy for turn in found.memory.turns] == ["english"]


# --- behind the page --------------------------------------------------------------------------------------------------


@pytest.fixture
def ended(monkeypatch) -> list[Coverage]:
    """What is found out no further, as it ends."""
    found: list[Coverage] = []
    monkeypatch.setattr(Coverage, "end", lambda coverage: found.append(coverage))
    return found


def test_what_is_found_out_of_an_assistant_ends_with_the_next_one_and_with_the_page(page, ended):
    page.end()
    assert ended == []
    first, before = page.moment()
    assert page.moment() == (first, before)
    assert ended == []
    second = copy(first)
    page.latest = lambda: second
    assistant, after = page.moment()
    assert (assistant, after.assistant, ended) == (second, second, [before])
    page.end()
    assert ended == [before, after]


def test_an_event_is_answered_and_shown_by_one_assistant_though_another_is_taken_up_meanwhile(page):
    first, taken = page.latest(), []

    def another():
        taken.append(copy(first))
        return taken[-1]

    page.latest = another
    asked = Memory(turns=(Turn(question="do you sell my data?", policy="english"),))
    events = {
        "reply": lambda: page.reply("do you sell my data?", "english", asked, Talk()),  # one turn caught up, one new
        "restored": lambda: page.restored(asked.model_dump_json()),
        "choice": lambda: page.choice("english", EN),
        "all": lambda: page.choice(ALL, EN),
        "followed": lambda: page.followed("policy=english&clause=0", EN),
    }
    for name, event in events.items():
        taken.clear()
        event()
        assert len(taken) == 1, name


def test_the_page_ends_with_its_server(page, monkeypatch, served, tmp_path):
    ended: list[Page] = []
    monkeypatch.setattr(Page, "end", lambda page: ended.append(page))
    with served(app(page.latest, Settings(data=tmp_path))) as address:
        httpx.get(address).raise_for_status()
        assert ended == []
    assert len(ended) == 1


def test_an_answer_that_comes_after_the_page_began_over_brings_nothing_back(page, monkeypatch):
    events, beginnings, request = _Events(page), Beginnings(), gr.Request(None)
    request.kwargs = {"query_params": {}}

    def asked():
        return events.reply("do you sell my data?", "english", None, Talk(), beginnings, request)

    bubbles, *_ = asked()
    assert len(bubbles) == 2
    answered = page.reply

    def late(*given):
        reply = answered(*given)
        events.start_over(None, beginnings)
        return reply

    monkeypatch.setattr(page, "reply", late)
    assert asked() == (gr.skip(),) * 5
    monkeypatch.undo()
    assert asked()[0] == bubbles
