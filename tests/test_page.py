"""What the chat shows of the policy that is asked, whatever framework shows it."""

from __future__ import annotations

import pytest

from assistant.languages import language
from assistant.opening import build_index, open_assistant
from assistant.settings import Settings
from assistant.surfaces.page import ALL, Memory, Page, Talk
from corpus.errors import UnknownPolicy

EN = language("en")


@pytest.fixture
def page(tmp_path):
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
    assert page.choice(ALL, EN).facts == ""


def test_a_policy_that_is_not_there_is_an_error_with_the_visitors_words(page):
    with pytest.raises(UnknownPolicy, match="nowhere"):
        page.choice("nowhere", EN)


def test_the_page_alone_is_enough_to_go_on(page):
    first = page.reply("do you sell my data?", "english", Memory(), Talk())
    assert [role for role, _ in first.talk.bubbles] == ["user", "assistant"]
    after_a_restart = page.reply("and my address?", "english", first.memory, Talk())
    assert len(after_a_restart.talk.bubbles) == 4
    assert after_a_restart.talk.bubbles[:2] == first.talk.bubbles
    assert page.restored(first.memory.model_dump_json()).talk.bubbles == first.talk.bubbles


@pytest.mark.parametrize("sent", ["", "{", "[]", '{"turns": [{"question": 7}]}', '{"turns": "x"}', None])
def test_a_memory_that_nobody_wrote_is_no_conversation(page, sent):
    assert page.restored(sent).talk.bubbles == ()


def test_a_turn_about_a_policy_that_is_no_more_is_forgotten_and_the_rest_stays(page):
    memory = Memory.read(
        '{"turns": [{"question": "is it sold?", "policy": "gone"}, {"question": "do you sell my data?", "policy": "english"}]}'
    )
    found = page.restored(memory.model_dump_json())
    assert [turn.policy for turn in found.memory.turns] == ["english"]
