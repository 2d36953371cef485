"""A reader for the tests that are about something else than reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.ask import Assistant
from assistant.reading.base import Read, Reading
from assistant.reading.bounds import Bounds
from assistant.reading.passages import Passage
from assistant.reading.worth_reading import read_around

_NO_WORDS = frozenset(
    "a an and are at be can company do does for how i in is it long me my of on or our that the this to we what when which "
    "who will with you your".split()
)


class WordReader:
    """Reads by words alone: a passage answers if its clause holds every word of the question that is no function word.

    It says no where it holds "not", "never" or "no", else yes; `said` has other outcomes, by a phrase of the clause. `asked`
    are the questions it was given, and how many passages with each.
    """

    def __init__(self, said: Mapping[str, str] | None = None, name: str = "words") -> None:
        self.name, self.said = name, dict(said or {})
        self.asked: list[tuple[str, int]] = []

    def meaning(self, message: str) -> None:
        """It has no network that a message could mean something to."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        self.asked.append((question, len(passages)))
        wanted = words(question) - _NO_WORDS
        return read_around(passages, lambda worth: [self._reading(wanted, passage) for passage in worth])

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        return Read(self.read(question, passages), self.name)

    def _reading(self, wanted: set[str], passage: Passage) -> Reading:
        if not wanted or not wanted <= words(passage.text):
            return reading(None)
        denied = {"not", "never", "no"} & words(passage.text)
        said = next((outcome for phrase, outcome in self.said.items() if phrase in passage.text), None)
        return reading(said or ("no" if denied else "yes"))


def words(text: str) -> set[str]:
    """The words of a text, without the s of a plural or a third person."""
    return {word.removesuffix("s") if len(word) > 3 else word for word in re.findall(r"[^\W_]+", text.lower())}


def reading(said: str | None, sure: float = 0.98) -> Reading:
    """A reading that says an outcome with some probability, the rest shared by the others; None: that it answers nothing."""
    rest = (1 - sure) / (len(Reading._fields) - 1)
    return Reading(*(sure if name == (said or "none") else rest for name in Reading._fields))


def reads_by_words(assistant: Assistant) -> WordReader:
    """Let an assistant read by words alone, with bounds as they are without training."""
    reader = assistant.reader = WordReader()
    assistant.bounds = Bounds()
    return reader
