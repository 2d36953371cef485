"""What of an answer is told in words, alike on every surface: its outcome, how sure it is, who read. Pure functions."""

from __future__ import annotations

from typing import Literal, Protocol

from assistant.languages import Language
from assistant.model import Answer, Outcome, Route

Level = Literal["high", "fair", "low"]

LEVELS: tuple[tuple[Level, float], ...] = (("high", 0.85), ("fair", 0.65), ("low", 0.0))
"""How sure an answer is in words, and from which confidence on; surest first."""

CLAIMS = (Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED)
"""The outcomes that claim something to be sure of."""

_TEXT_ONLY = frozenset({Route.SMALL_TALK, Route.PERSON, Route.COMPANY})


class Told(Protocol):
    """What an answer, and a row of a comparison, tell."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def route(self) -> Route: ...


def level(told: Told) -> Level | None:
    """How sure it is, in one word; None where it claims nothing, or several policies do not claim the same."""
    if told.outcome not in CLAIMS or differs(told):
        return None
    return next(name for name, least in LEVELS if told.confidence >= least)


def how_sure(told: Told, language: Language) -> str | None:
    """The same as a sentence, without its full stop."""
    how = level(told)
    return language.say(f"bubble.confidence.{how}") if how else None


def differs(told: Told) -> bool:
    """Whether several policies were asked and do not all say the same: then no outcome stands for all."""
    each = told.by_policy if isinstance(told, Answer) and told.by_policy else {}
    return len({own.outcome for own in each.values()}) > 1


def headline(told: Told, language: Language) -> str | None:
    """The word for an outcome; None where the sentence alone is the answer: a greeting, a person wanted, a company not here."""
    if told.route in _TEXT_ONLY:
        return None
    return language.say("bubble.differ" if differs(told) else f"outcome.{told.outcome}")


def beside_headline(told: Told, language: Language) -> str:
    """The sentence as it stands beside the headline: without the "No: " that would say it again."""
    rest = told.text.removeprefix(f"{language.say(f'outcome.{told.outcome}')}: ")
    return rest[:1].upper() + rest[1:]


def in_one_line(told: Told, language: Language) -> str:
    """Headline and sentence, the headline once: "No: ...", "Not addressed. We found ..."."""
    word = headline(told, language)
    return told.text if word is None or told.text.startswith(word) else f"{word}. {told.text}"


def stood_in(answer: Answer, reader: str | None) -> bool:
    """Whether another reader than this one, which is set, read any part of an answer; None: none was set."""
    own = [*answer.parts, *(answer.by_policy or {}).values()]
    if own:
        return any(stood_in(each, reader) for each in own)
    return reader is not None and bool(answer.reader) and answer.reader != reader
