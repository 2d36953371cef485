"""What a question asks for: yes or no, a length of time, an address, a place, a reason, a step, somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from assistant.questions.form import Form, asks_duration, focus_of, form_of
from assistant.verdict.answer_line.grammar import one_of, pattern
from assistant.verdict.answer_line.subjects import Subject, Words, subjects_of


class Wanted(StrEnum):
    """The kind of thing that a question wants to be told."""

    WHETHER = "whether"
    DURATION = "duration"
    CONTACT = "contact"
    PLACE = "place"
    REASON = "reason"
    STEP = "step"
    WHO = "who"
    OTHER = "other"


_WHO_ASKS = pattern(r"\W*(?:and |so |but )?(?:to |with |from |by )?who(?:m|se)?\b")
_I = "(?:do|can|should|could|would|must|shall|will) (?:i|we)"
# In order: the first that fits decides.
_KINDS = (
    (
        Wanted.DURATION,
        (
            r"\bhow (?:often|frequently|soon|quickly|fast|old|many (?:times|days|weeks|months|years|hours)|much (?:notice|warning|time))\b|"
            r"\bwhat(?:['’]?s| is| are) the (?:deadline|age|time limit|retention)\b|\bwhen (?:do|does|will|are|is)\b|\bby when\b|\bat what age\b"
        ),
    ),
    (
        Wanted.CONTACT,
        rf"\b(?:where|who|whom) {_I} (?:\w+ )?"
        + one_of(
            "write send e-?mail complain turn ask report apply get_in_touch get_hold call contact direct speak talk reach tell"
        )
        + rf"\b|\bhow {_I} (?:\w+ )?"
        + one_of("contact reach get_in_touch get_hold write e-?mail call")
        + r"\b|\b(?:e-?mail|postal|mailing|street) add?ress(?: (?:do|for|to|should|can)\b|\?|$)|"
        r"\b(?:phone|telephone|fax|subject line|contact (?:details|address|info\w*))\b.{0,12}\b(?:to|for|number|of|do|line)\b",
    ),
    (
        Wanted.REASON,
        r"\bwhy\b|\bwhat (?:do|does|are|is|would|will) (?:\S+ ){1,8}for\b\W*$|\bwhat for\b|\b(?:purposes?|reasons?) (?:for|of|do)\b|\bhow come\b",
    ),
    (Wanted.PLACE, r"\bwhere\b|\b(?:what|which) (?:country|countries|place|region|state|part of the world)\b"),
    (Wanted.STEP, rf"\bhow (?:{_I}|do you|can you)\b|\bhow to\b|\bwhat {_I}\b|\bwhat .{{0,20}}\bsteps?\b"),
    (
        Wanted.WHO,
        r"\b(?:who|whom|whose|who['’]?s|(?:which|what) (?:\w+ )?"
        + one_of("company companies firms? business(?:es)? people staff provider bank authority regulator person")
        + r")\b",
    ),
)
# The words of a question that ask, and say nothing of what it is about.
_ASKING = {
    Wanted.DURATION: (
        "how long how many much days weeks months years hours soon quickly notice time period keep hold hang",
    ),
    Wanted.CONTACT: ("where who write contact email mail address reach send ask phone call",),
    Wanted.PLACE: ("where country countries place region",),
    Wanted.REASON: ("why reason purpose for use",),
    Wanted.STEP: ("how",),
    Wanted.WHO: ("who company firm which business",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read: what it wants, and what it is about (one subject for each telling word, in order)."""

    wanted: Wanted
    subjects: tuple[Subject, ...]

    def met(self, text: str) -> frozenset[str]:
        """Which of its subjects a text speaks of, by their stems."""
        words = Words(text)
        return frozenset(subject.stem for subject in self.subjects if subject.within(words))

    def named_all(self, text: str) -> bool:
        """The same in the very words of the question, forms of a word and misspellings aside."""
        words = Words(text)
        return all(subject.named_in(words) for subject in self.subjects)

    def met_all(self, text: str) -> bool:
        """Whether a text speaks of everything that the question is about."""
        return len(self.met(text)) == len(self.subjects)


def read(question: str, *, company: Iterable[str] = ()) -> Asked:
    """What a question asks for. The words of `company`, its name, are no subject: every clause speaks of it."""
    focus = focus_of(question)
    wanted = _wanted(focus)
    empty = [*company, *_ASKING.get(wanted, ())]
    subjects = subjects_of(focus, without=empty) or subjects_of(question, without=empty)
    return Asked(wanted, subjects)


@cache
def _patterns() -> tuple[tuple[Wanted, re.Pattern[str]], ...]:
    return tuple((kind, pattern(text)) for kind, text in _KINDS)


def _wanted(question: str) -> Wanted:
    if form_of(question) is Form.WHETHER and not _WHO_ASKS.match(question):
        return Wanted.WHETHER
    if asks_duration(question):
        return Wanted.DURATION
    return next((kind for kind, pattern in _patterns() if pattern.search(question)), Wanted.OTHER)
