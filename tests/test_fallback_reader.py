"""Who reads where a language model does not, and when it is asked again."""

from __future__ import annotations

import pytest

from assistant.errors import AssistantError, ReaderFailed
from assistant.reading.base import Reading
from assistant.reading.fallback import REST, FallbackReader
from assistant.reading.language_model import LanguageModelReader
from assistant.reading.worth_reading import NOTHING
from tests.chat_server import serving
from tests.language_model_reads import PASSAGES, QUESTION, says_nothing

YES = Reading(0.1, 0.9, 0.0, 0.0, 0.0)


class Stub:
    """A reader that says one thing, or fails."""

    def __init__(self, name: str, reading: Reading = NOTHING, fails: str = "") -> None:
        self.name, self.reading, self.fails, self.asked = name, reading, fails, 0

    def read(self, question, passages):
        self.asked += 1
        if self.fails:
            raise ReaderFailed(self.fails)
        return [self.reading for _ in passages]


def test_the_first_reads_where_it_can():
    first, second = Stub("first", YES), Stub("second")
    reader = FallbackReader(first, second)
    assert reader.name == "first"
    assert reader.read_by(QUESTION, PASSAGES) == ([YES, YES], "first")
    assert second.asked == 0


def test_the_second_reads_where_the_first_fails_and_the_answer_says_so():
    with serving(raw=says_nothing) as server:
        reader = FallbackReader(LanguageModelReader(server.url, "small", seconds=0.3), Stub("plainclause-reader", YES))
        readings_, by = reader.read_by(QUESTION, PASSAGES)
    assert readings_ == [YES, YES]
    assert by == "plainclause-reader (the language model did not answer: time-out)"
    assert reader.read(QUESTION, PASSAGES[:1]) == [YES]


def test_where_both_fail_that_is_said():
    with pytest.raises(ReaderFailed, match="second broke"):
        FallbackReader(Stub("first", fails="first broke"), Stub("second", fails="second broke")).read(
            QUESTION, PASSAGES
        )


def test_another_error_is_not_hidden():
    class Broken(Stub):
        def read(self, question, passages):
            raise AssistantError("something else")

    second = Stub("second")
    with pytest.raises(AssistantError, match="something else"):
        FallbackReader(Broken("first"), second).read(QUESTION, PASSAGES)
    assert second.asked == 0


class Hanging(Stub):
    """One that fails after two seconds of a clock that the test moves."""

    now = 100.0

    def read(self, question, passages):
        self.now += 2.0 if self.fails else 0.0
        return super().read(question, passages)


def test_one_that_hangs_again_and_again_is_left_alone_for_a_while():
    first, second = Hanging("first", YES, "first hangs"), Stub("second")
    reader = FallbackReader(first, second, clock=lambda: first.now)
    for _ in range(5):
        assert reader.read_by(QUESTION, PASSAGES).by == "second (first hangs)"
    assert first.asked == 3
    first.now += REST - 0.1
    reader.read(QUESTION, PASSAGES)
    assert first.asked == 3
    first.now += 0.2
    reader.read(QUESTION, PASSAGES)
    reader.read(QUESTION, PASSAGES)
    assert first.asked == 4, "asked once again, and as it still hangs left alone at once"
    first.now += REST + 1
    first.fails = ""
    assert reader.read_by(QUESTION, PASSAGES) == ([YES, YES], "first")
    first.fails = "hangs anew"
    assert reader.read_by(QUESTION, PASSAGES).by == "second (hangs anew)"
    reader.read(QUESTION, PASSAGES)
    assert first.asked == 7, "what hung before it read again no longer counts"


def test_one_that_refuses_quickly_is_asked_every_time():
    first = Stub("first", YES, "first refused")
    reader = FallbackReader(first, Stub("second"), clock=lambda: 0.0)
    for _ in range(9):
        assert reader.read_by(QUESTION, PASSAGES).by == "second (first refused)"
    assert first.asked == 9
