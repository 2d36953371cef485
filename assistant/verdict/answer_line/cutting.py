"""A sentence -> the stretch of it that answers, cut only where nothing is lost that would change what it says."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.model import Outcome
from assistant.verdict.answer_line.asked import Asked, Wanted
from assistant.verdict.answer_line.enumeration import LISTS, Excerpt, element
from assistant.verdict.answer_line.grammar import is_statement, opens_with_circumstance, trimmed
from assistant.verdict.answer_line.places import places
from assistant.verdict.answer_line.reserves import (
    contrasts,
    decides,
    lengthens,
    makes_depend,
    negates,
    reserves,
    takes_back,
    weighs,
)
from assistant.verdict.answer_line.values import is_length, values
from corpus.model import Span
from corpus.text.sentences import sentences

SHORT = 25  # words of a sentence that is shown whole
ROOM = 195  # code points of a quote: with its frame and its marks about 220
_ROOM_FOR_MORE = 240  # the same, where a cut might drop what is asked for
_TERSE = 12  # words of a statement that is told whole although one value in it is asked for

_WISH = re.compile(
    r"(?:if|should|where|when) you(?:['’]d| would| have| wish| want| need| like| feel| think| prefer| no longer)[^;]*?,\s+"
    r"(?=(?:please|you (?:can|may|should)|contact|e-?mail|write|send|call)\b)",
    re.IGNORECASE,
)
_JOINED = re.compile(r",? (?:and|or|yet|so) ", re.IGNORECASE)


def excerpt(text: str, asked: Asked, outcome: Outcome) -> Excerpt:
    """The stretch of one sentence that answers; the whole of it where it is short or where every cut would lose something."""
    whole = trimmed(text, Span(0, len(text)))
    stretch = whole
    if len(whole.of(text).split()) > SHORT:
        stretch = trimmed(text, _stretch(text, asked, outcome))
    stretch = _value(text, stretch, asked)
    if len(stretch.of(text)) <= ROOM:
        return Excerpt(stretch)
    return element(text, stretch, asked, ROOM) or Excerpt(stretch)


def marked(text: str, words: Span, asked: Asked) -> Span:
    """Of the words quoted the ones to be marked: the length of time or the address that is asked for, if just one is named,
    with what belongs to it; else all of them."""
    quoted = words.of(text)
    named = values(quoted, asked.wanted)
    if asked.wanted is Wanted.CONTACT and named:
        return Span(words.start + named[0].start, words.start + named[-1].end)
    if asked.wanted is not Wanted.DURATION or len(named) != 1 or not is_length(named[0].of(quoted)):
        return words
    end = min(at for at in places(quoted).ends if at >= named[0].end)
    return Span(words.start + named[0].start, words.start + end)


def lead(text: str) -> Span:
    """Of the sentence that opens a list what is quoted before an item: the last of its statements, if no other is needed."""
    *_, last = sentences(text, Span(0, len(text)))
    whole = Span(trimmed(text, last).start, last.end)  # the colon stays
    if len(whole.of(text)) <= ROOM // 2:
        return whole
    later = [at for at in places(text).starts if at > whole.start and _loses_nothing_before(text, at)]
    return Span(later[-1], whole.end) if later else whole


def _stretch(text: str, asked: Asked, outcome: Outcome) -> Span:
    """The best of the stretches that lose nothing: where yes or no, or one value, is asked for, the shortest that speaks of
    all that the question is about; where it wants more, or is not met in known words, the longest there is room for."""
    good = [Span(0, len(text)), *_candidates(text, asked)]
    for needed in _needs(text, asked, outcome):
        good = [span for span in good if needed(span.of(text))]
    shortest = min(good, key=lambda span: (len(span.of(text)), span))
    if asked.met_all(text) and _is_met(text, asked):
        return shortest
    fitting = [span for span in good if len(span.of(text)) <= _ROOM_FOR_MORE]
    return max(fitting, key=lambda span: (len(span.of(text)), -span.start)) if fitting else shortest


def _needs(text: str, asked: Asked, outcome: Outcome) -> list[Callable[[str], bool]]:
    """What a stretch of the sentence must hold, of what the sentence does."""
    met = asked.met(text)
    needs: list[Callable[[str], bool]] = [lambda part: asked.met(part) == met]
    named = len(values(text, asked.wanted))
    if named:  # of the reasons all are asked for
        needs.append(lambda part: len(values(part, asked.wanted)) >= (named if asked.wanted is Wanted.REASON else 1))
    if not _is_met(text, asked):  # what is listed may be what is asked for
        listed = len(LISTS.findall(text))
        needs.append(lambda part: len(LISTS.findall(part)) == listed)
    if outcome is Outcome.NO and negates(text):
        needs.append(negates)
    if outcome is Outcome.DEPENDS:  # what makes it depend: a "may" or a case where there is one, else a "some", a "can"
        needs.extend(next(([says] for says in (decides, makes_depend) if says(text)), []))
    return needs


def _is_met(text: str, asked: Asked) -> bool:
    """Whether a sentence says in known words all that is asked: what it lists further is then no part of the answer."""
    if asked.wanted in (Wanted.DURATION, Wanted.CONTACT, Wanted.PLACE):
        return True
    return asked.wanted is Wanted.WHETHER and bool(asked.subjects) and asked.met_all(text)


def _candidates(text: str, asked: Asked) -> list[Span]:
    at = places(text)
    lasts = asked.wanted is Wanted.DURATION
    starts = [start for start in at.starts if _loses_nothing_before(text, start)]
    if asked.wanted is Wanted.CONTACT and (wish := _WISH.match(text)):
        starts.append(wish.end())
    ends = [end for end in at.ends if _loses_nothing_after(text, end) and not (lasts and lengthens(text[end:]))]
    fragment = not is_statement(text)  # an item may be a part of a sentence only
    spans = [Span(start, end) for start in starts for end in ends if start < end]
    return [
        span
        for span in spans
        if (fragment or is_statement(span.of(text)))
        and not _breaks_off(text, span)
        and not any(_bears_on(other, asked) for other in _beside(text, span))
    ]


def _loses_nothing_before(text: str, at: int) -> bool:
    """Whether what stands before a place may go: it holds no reserve, and no circumstance that holds for what follows."""
    before = text[:at]
    if not before.strip():
        return True
    same = before[before.rfind(";") + 1 :]
    if ":" in before.rstrip(": ") or weighs(same):
        return False
    return not opens_with_circumstance(before)


def _loses_nothing_after(text: str, at: int) -> bool:
    """Whether what stands after a place may go: the sentence's rest holds no reserve, and what follows a semicolon is a
    statement of its own that takes nothing back."""
    rest, *others = text[at:].split(";")
    if weighs(rest) or (":" in text[:at] and others):
        return False
    return all(is_statement(other.strip()) and not takes_back(other) for other in others if other.strip(" .,"))


def _breaks_off(text: str, span: Span) -> bool:
    """Whether a stretch of several statements, parted by semicolons, ends within the last of them."""
    return ";" in span.of(text) and bool(text[span.end :].split(";")[0].strip(" ."))


def _beside(text: str, span: Span) -> list[str]:
    """The statements that a stretch leaves out beside the one it is of: those parted from it by semicolons, and one joined to it."""
    rest, *others = text[span.end :].split(";")
    joined = _JOINED.match(rest)
    return [
        *text[: span.start].split(";")[:-1],
        *([rest] if joined and is_statement(rest[joined.end() :].strip(" .")) else []),
        *others,
    ]


def _bears_on(other: str, asked: Asked) -> bool:
    """Whether a statement beside another may change what that one answers: it speaks of what is asked too, or says otherwise,
    wherever in it that is said ("like many companies, however, we ...")."""
    return bool(asked.met(other)) or contrasts(other)


def _value(text: str, stretch: Span, asked: Asked) -> Span:
    """The length of time alone, where the statement names one only, all that is asked is met, and nothing else weighs."""
    statement = stretch.of(text)
    if asked.wanted is not Wanted.DURATION or len(statement.split()) <= _TERSE or not asked.named_all(statement):
        return stretch
    named = values(statement, asked.wanted)
    if len(named) != 1 or not is_length(named[0].of(statement)) or reserves(statement[: named[0].start]):
        return stretch
    return Span(stretch.start + named[0].start, stretch.end)
