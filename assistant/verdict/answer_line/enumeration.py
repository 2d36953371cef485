"""Of an enumeration that is too long to be quoted whole: the element that is asked for, with what opens the enumeration."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verdict.answer_line.asked import Asked, Wanted
from assistant.verdict.answer_line.grammar import begins_with_verb, is_statement, one_of, opens_anew, pattern, trimmed
from assistant.verdict.answer_line.reserves import takes_back, weighs
from corpus.model import Span

LISTS = re.compile(r"\b(?:such as|include[sd]?|including|for example|e\.g\.)[:,]?\s+|(?<=[\s(])[a-z][\w’'-]*\)?:\s+")
"""What opens an enumeration: "such as", "including", a colon after a word in lower case."""

_FEWEST = 3  # elements of an enumeration
_MARKERS = pattern(r"(?:(?:and|or)\s+)?(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s*)?")
_QUALIFIES = pattern(
    one_of(
        "if where when wherever whenever once until till while before after because since as in under to_the_extent subject depending for with without"
    )
    + r"\b"
)
_GOES_ON = pattern(
    r"\b(?:and|but|so) "
    + one_of("may might will would can could shall should must do does is are has have we you they it")
    + r"\b"
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a text is quoted (offsets in that text): `words`, and before them, for an element of an enumeration, `head`:
    what opens it. `goes_on`: an enumeration goes on after the words."""

    words: Span
    head: Span | None = None
    goes_on: bool = False


def element(text: str, stretch: Span, asked: Asked, room: int) -> Excerpt | None:
    """Of a stretch that is an enumeration the element that is asked for, with what opens it; else as many elements as there is
    room for (code points). None where it is no enumeration, or where something in it holds for all of it."""
    part = stretch.of(text)
    if asked.wanted is Wanted.CONTACT:
        return None  # an address is given whole
    for opening in LISTS.finditer(part):
        head = Span(0, opening.start() + len(opening.group().rstrip()))
        chosen = _chosen(part, head, asked, room) if _stands_alone(head.of(part)) else None
        if chosen:
            words = trimmed(part, chosen.words)
            moved = Span(stretch.start + words.start, stretch.start + words.end)
            return Excerpt(moved, chosen.head and Span(stretch.start, stretch.start + head.end), chosen.goes_on)
    return None


def _stands_alone(head: str) -> bool:
    return head.count("(") == head.count(")") and is_statement(head)


def _chosen(text: str, head: Span, asked: Asked, room: int) -> Excerpt | None:
    """The element of the enumeration that `head` opens, or its first elements."""
    elements = _elements(text, head.end)
    texts = [span.of(text) for span in elements]
    if len(elements) < _FEWEST or not _is_even(texts):
        return None
    last_only = _QUALIFIES.match(texts[-1]) is not None  # ", as appropriate": of the last element or of all
    if last_only:
        elements[-2:] = [Span(elements[-2].start, elements[-1].end)]
    texts = [span.of(text) for span in elements]
    known = asked.met(head.of(text))
    news = [len(asked.met(each) - known) for each in texts]
    if max(news):
        at = news.index(max(news))
        if (last_only and at < len(elements) - 1) or _breaks_off(texts, at):
            return None
        return Excerpt(elements[at], head)
    fitting = [span for span in elements if span.end <= room]
    rest = text[fitting[-1].end :] if fitting else ""
    return Excerpt(Span(0, fitting[-1].end), goes_on=True) if len(fitting) > 1 and rest and not weighs(rest) else None


def _elements(text: str, start: int) -> list[Span]:
    """The elements of an enumeration that begins at a place, parted by semicolons or else by commas outside brackets."""
    mark = ";" if ";" in text[start:] else ","
    elements, depth, at = [], 0, start
    for place in range(start, len(text)):
        char = text[place]
        depth += (char in "(“[") - (char in ")”]")
        if char == mark and depth == 0:
            elements.append(_bare(text, Span(at, place)))
            at = place + 1
    elements.append(_bare(text, Span(at, len(text))))
    elements = [span for span in elements if span.of(text).strip(" .,;")]
    return _joined(text, elements) if elements and begins_with_verb(elements[0].of(text)) else elements


def _joined(text: str, elements: list[Span]) -> list[Span]:
    """The elements of an enumeration of things that are done: what begins with no verb belongs to the element before."""
    whole = elements[:1]
    for each in elements[1:]:
        if begins_with_verb(each.of(text)) or _QUALIFIES.match(each.of(text)):
            whole.append(each)
        else:
            whole[-1] = Span(whole[-1].start, each.end)
    return whole


def _bare(text: str, span: Span) -> Span:
    """An element without the "and", "(a)" before it."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    marker = _MARKERS.match(text[start : span.end])
    return Span(start + (marker.end() if marker else 0), span.end)


def _is_even(texts: list[str]) -> bool:
    """Whether these are the elements of one enumeration and nothing else: none is a reserve, or a case, that holds for those
    around it, and the sentence does not go on after the last."""
    if any(
        takes_back(text) or opens_anew(text, comma=True) or (is_statement(text) and weighs(text)) for text in texts[1:]
    ):
        return False
    return not any(_QUALIFIES.match(text) for text in texts[:-1]) and not _GOES_ON.search(texts[-1])


def _breaks_off(texts: list[str], at: int) -> bool:
    """Whether an element is cut within an enumeration of its own: "the right to see | correct | and delete your data"."""
    return at + 1 < len(texts) and begins_with_verb(texts[at + 1]) and not begins_with_verb(texts[at])
