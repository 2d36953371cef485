"""What a language model's server is asked in tests, and why a read fails."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from assistant.errors import ReaderFailed
from assistant.reading.language_model import LanguageModelReader
from assistant.reading.passages import Passage
from tests.chat_server import Handler, sensible, serving

QUESTION = "do you share my shoe size?"
PASSAGES = [
    Passage("What we share:", "We share your shoe size with the shops that you order from."),
    Passage("", "Your letters are never read."),
]
KEY = "secret-of-the-server-41"


def read_with(part, passages=PASSAGES, question=QUESTION, **options):
    with serving(part) as server:
        reader = LanguageModelReader(server.url, "small", **options)
        return reader.read(question, passages), server.asked


def why(part=sensible, raw=None, seconds=20.0, passages=PASSAGES, question=QUESTION) -> str:
    """Why a read with such a server fails; the reason holds no word of what was asked."""
    with serving(part, raw) as server, pytest.raises(ReaderFailed) as failed:
        LanguageModelReader(server.url, "small", KEY, seconds).read(question, passages)
    told = "".join(traceback.format_exception(failed.value))
    for secret in (KEY, "shoe", "letters"):
        assert secret not in str(failed.value)
        assert secret not in told.replace(str(Path(__file__)), "")
    assert "\n" not in str(failed.value)
    return str(failed.value)


def says_nothing(handler: Handler, over) -> None:
    over.wait(30)
    handler.close_connection = True
