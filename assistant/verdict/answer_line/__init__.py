"""The line of an answer: what the clause says to the question, in the clause's own words within a frame of plain ones."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.languages import Language
from assistant.model import Outcome
from assistant.verdict.answer_line import asked as asking
from assistant.verdict.answer_line.asked import Asked, Wanted
from assistant.verdict.answer_line.cutting import ROOM, excerpt, lead, marked
from assistant.verdict.answer_line.enumeration import Excerpt
from assistant.verdict.answer_line.grammar import (
    begins_with_circumstance,
    begins_with_verb,
    is_statement,
    pattern,
    trimmed,
)
from assistant.verdict.answer_line.reserves import reserves
from assistant.verdict.answer_line.rows import row_quote
from assistant.verdict.answer_line.sentence import Sentence, best, cited_sentences, items_of, together
from corpus.model import Policy, Span

_LONGEST = 700  # code points of a quote; what is longer is read in its place, not in a line
_FEW_WORDS = 4  # of an answer that says nothing without the question above it: "No."
_LEAST_ROOM = 150  # code points for the items of a list after a long opening
# Headings that say for whom or where what stands below them holds.
_PEOPLE = (
    r"(?:users|customers|consumers|visitors|individuals|applicants|candidates|people|persons|members|subscribers|patients|"
    r"employees|children|minors|teen(?:ager)?s)"
)
_WHERE = (
    r"(?:emea|europe(?:an)?|e\.?e\.?a|e\.?u|u\.?k|united kingdom|switzerland|swiss|california|californian|nevada|virginia|colorado|"
    r"connecticut|utah|texas|oregon|montana|washington|canad(?:a|ian)|quebec|brazil(?:ian)?|australian?|japan(?:ese)?)"
)
_SCOPE = re.compile(
    rf"\b(?:only|residents?|{_PEOPLE} (?:in|of|from|with)|{_WHERE}(?: {_PEOPLE}| (?:privacy )?(?:rights|notice))?)(?!\w)|"
    rf"\bfor (?:[\w-]+ ){{0,3}}{_PEOPLE}\b|^\W*(?:\d+[.)]?\s+)*if (?:you|your)\b.*",
    re.IGNORECASE,
)
# An opening whose sentence goes on in each item.
_UNFINISHED = pattern(r"\b(?:to|by|we|you|they|can|may|must|shall|should|will)[\s:]*$")


class AnswerLine(NamedTuple):
    """The line shown, and the span of the policy's text to be marked in the clause: what the line quotes of it, or the value
    asked for within that. None: nothing is quoted."""

    text: str
    span: Span | None


def answer_line(question: str, outcome: Outcome, policy: Policy, cited: Span, language: Language) -> AnswerLine:
    """The line for an outcome that rests on `cited`, the span of the clause (or list) cited first.

    The words of the returned span stand in the line, in quotation marks, exactly as in the policy.

    Raises:
        ValueError: the outcome rests on no clause, or `cited` touches none.
    """
    if outcome is Outcome.UNCLEAR:
        return AnswerLine(language.say("line.unclear"), None)
    if not outcome.has_evidence:
        raise ValueError(f'outcome "{outcome}" rests on no clause; only one that does has a line that quotes')
    sentences = cited_sentences(policy, cited, ROOM)
    if not sentences:
        raise ValueError(f'span {cited.start}-{cited.end} of policy "{policy.id}" touches no clause')
    asked = asking.read(question, company=[policy.provider or "", policy.id])
    at = best(policy, sentences, asked, outcome)
    quote, span = row_quote(policy, sentences[at].span, asked, language, ROOM) or _quote(
        _Place(policy, sentences[at], together(policy, sentences, at, asked, ROOM)), asked, outcome, language
    )
    if len(quote) > _LONGEST:
        heading = sentences[at].clause.path[-1] if sentences[at].clause.path else policy.title
        return AnswerLine(language.say(f"line.long.{outcome}", heading=heading), None)
    return AnswerLine(language.say(f"line.{outcome}", quote=quote), span)


class _Place(NamedTuple):
    """A sentence of a policy, and the span of what is quoted from: that sentence and what it needs around it."""

    policy: Policy
    sentence: Sentence
    span: Span


def _quote(place: _Place, asked: Asked, outcome: Outcome, language: Language) -> tuple[str, Span]:
    """The quote in its frame, and the span of what is to be marked of it."""
    text = place.span.of(place.policy.text)
    part = _excerpt(text, asked, outcome, place.policy.language)
    words = part.words.of(text)
    mark = marked(text, part.words, asked)
    shown = Span(place.span.start + mark.start, place.span.start + mark.end)
    if part.goes_on:
        return language.say("line.goes_on", words=words), shown
    if part.head:
        return language.say("line.after", lead=part.head.of(text), words=words), shown
    return _with_list(place, text, part.words, asked, outcome, language) or _with_scope(place, words, language), shown


def _excerpt(text: str, asked: Asked, outcome: Outcome, code: str | None) -> Excerpt:
    """What is quoted of a text; the whole sentence where its language is not the one that is known how to cut."""
    if code in (None, "en"):
        return excerpt(text, asked, outcome)
    return Excerpt(trimmed(text, Span(0, len(text))))


def _with_list(place: _Place, text: str, words: Span, asked: Asked, outcome: Outcome, language: Language) -> str | None:
    """An item after the words that open its list, an opening before the items asked for; None for what is neither."""
    policy, clause = place.policy, place.sentence.clause
    opening = policy.lead_in_of(clause)
    if clause.kind == "item" and opening and not _stands_without(opening, words.of(text), asked):
        return language.say("line.after", lead=lead(opening).of(opening), words=words.of(text))
    if not text.rstrip().endswith(":"):
        return None
    items = _items(place, asked, outcome, max(ROOM - len(words.of(text)), _LEAST_ROOM))
    if not items:
        return None
    quoted = ", ".join(language.say("line.quote", words=item) for item in items)
    if text[words.end :].strip(" :"):
        return language.say("line.opens_cut", lead=words.of(text), items=quoted)
    return language.say("line.opens", lead=text[words.start :].rstrip(), items=quoted)


def _stands_without(opening: str, item: str, asked: Asked) -> bool:
    """Whether an item says by itself what it says after the words that open its list: it is a sentence of its own, not the rest of
    theirs ("You have the right to:"), and nothing that is asked stands in them alone ("We share your data in these cases:")."""
    if not is_statement(item) or begins_with_verb(item) or _UNFINISHED.search(opening):
        return False
    return asked.met(item) == asked.met(f"{opening} {item}") and not _holds_for_items(opening)


def _holds_for_items(opening: str) -> bool:
    """Whether what opens a list says of its items what none of them says itself: that they are not done, or only in a case, of some
    people, in a place ("We do none of this:", "If you live in the EU:")."""
    return reserves(opening) or begins_with_circumstance(opening)


def _with_scope(place: _Place, words: str, language: Language) -> str:
    """A quote with the heading it stands under, where that says whom it holds for, or what a part of a sentence is about."""
    clause = place.sentence.clause
    answers_heading = bool(clause.path) and clause.path[-1].rstrip().endswith("?") and len(words.split()) <= _FEW_WORDS
    if answers_heading or (clause.kind == "item" and clause.path and not is_statement(words)):
        return language.say("line.under", heading=_plain(clause.path[-1]), words=words)
    for heading in reversed(clause.path[-2:]):
        scope = _SCOPE.search(heading)
        known = scope and scope.group().lower() != "only" and scope.group().lower().rstrip("s") in words.lower()
        if scope and not known and heading != place.policy.title:
            return language.say("line.under", heading=_plain(heading), words=words)
    return language.say("line.quote", words=words)


def _plain(heading: str) -> str:
    return trimmed(heading, Span(0, len(heading))).of(heading)


def _items(place: _Place, asked: Asked, outcome: Outcome, room: int) -> list[str]:
    """Of the list that a sentence opens, the item that is asked for; else, where more than yes or no is asked, its first ones."""
    policy, sentence, _ = place
    texts = [span.of(policy.text) for span in items_of(policy, sentence.clause)]
    if not texts:
        return []
    items = [_excerpt(text, asked, outcome, policy.language).words.of(text) for text in texts]
    known = asked.met(sentence.span.of(policy.text))
    news = [len(asked.met(item) - known) for item in items]
    best = items[news.index(max(news))]
    if max(news) and (asked.wanted is not Wanted.WHETHER or len(best) <= room):
        return [best]
    if asked.wanted is Wanted.WHETHER:
        return []
    shown = 1
    while shown < len(items) and sum(map(len, items[: shown + 1])) <= room:
        shown += 1
    return items[:shown]
