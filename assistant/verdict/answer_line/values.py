"""The value that a question asks for, found in a clause: a length of time, an address, a place, a reason, a step."""

from __future__ import annotations

import re

from assistant.verdict.answer_line.asked import Wanted
from assistant.verdict.answer_line.grammar import one_of, pattern
from assistant.verdict.contact_details import EMAIL, PHONE, POSTAL, SITE
from corpus.model import Span

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)*|an?|(?:twenty|thirty|forty|fifty)[- ]\w+|"
    + one_of(
        "one two three four five six seven eight nine ten eleven twelve fourteen fifteen eighteen twenty thirty forty sixty "
        "seventy[-_]two ninety several few"
    )
    + r")(?:\s*\(\w+\))?"
)
_UNIT = (
    r"(?:(?:business|calendar|working|consecutive|full|fiscal|tax)\s+)?"
    r"(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|quarters?)(?:['’]s?)?"
)
_BEFORE = (
    r"(?:(?:only|for|within|in|at least|at most|up to|after|until|no (?:longer|later|more|less) than|not (?:longer|later|more) than|"
    r"(?:a|the) (?:maximum|minimum|period|total|term)(?: period| term)? of|a further|between|from|every|over|under|about|around|"
    r"approximately|more than|less than|another|the (?:last|past|next|first|following)|generally|usually|and|to|than)\s+)*"
)
_AMOUNT = pattern(
    rf"\b{_BEFORE}{_NUMBER}(?:\s*(?:-|–|to|or|and)\s*{_NUMBER})?[\s-]+{_UNIT}(?:\s+(?:notice|old|of age))?(?!\w)"
    rf"|\b(?:once|twice|{_NUMBER} times)\s+(?:per|an?|each|every|in (?:any|every|each))\s+(?:\d+|twelve|calendar)?[\s-]*(?:day|week|month|year|quarter)s?\b"
    r"|\b(?:only )?(?:for )?(?:only )?(?:as|so) long as\b|\b(?:for )?no longer than\b"
    r"|\b(?:for|during|over|throughout) the (?:\w+ )?(?:duration|life|lifetime|term|period|time|length)\b"
    r"|\b(?:long enough|until|indefinitely|permanently|forever|immediately|without undue delay|annually|monthly|weekly|daily|promptly|"
    r"at any time|prior to)\b"
)
_LENGTH = pattern(
    r"\d|\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b|long (?:as|enough)|longer than|once|twice|"
    r"indefinitely|permanently|forever|(?:annual|month|week|dai)ly$"
)
_ADDRESS = pattern("|".join((EMAIL, PHONE, SITE, POSTAL, r"\bsubject line\b")))
_PLACE = pattern(
    r"\b(?:united states|u\.?s\.?a?\.?|usa|america|united kingdom|u\.?k\.?|european (?:union|economic area)|e\.?u\.?|eea|"
    r"countr(?:y|ies)|locations?|servers?|data cent(?:er|re)s?|jurisdictions?|worldwide|globally|outside|hosted|located|stored in)\b"
)
_REASON = pattern(
    r"\b(?:in order to|so that|because|purposes?|due to|for \w+ing\b|"
    r"to (?!(?:the|you|us|our|your|an?|any|third|other)\b)\w+)"
)
_STEP = pattern(
    r"\b(?:by \w+ing|(?:click|contact|e-?mail|visit|send|submit|flag|call|download|install|select|adjust|follow)\w*|writ(?:e|ing)|"
    r"go(?:ing)? to|settings?|unsubscribe|using|use|through|via|text|request|log(?:ging)? in|turn(?:ing)? off|should|must)\b"
)
_WHO = re.compile(
    r"\b(?:with|to|by|from|is|are|namely|such as|including|through)\b|[a-z] [A-Z][\w&.]+|^[A-Z][\w&.]+ \|"
)
_PATTERNS = {
    Wanted.DURATION: _AMOUNT,
    Wanted.CONTACT: _ADDRESS,
    Wanted.PLACE: _PLACE,
    Wanted.REASON: _REASON,
    Wanted.STEP: _STEP,
    Wanted.WHO: _WHO,
}


def values(text: str, wanted: Wanted) -> list[Span]:
    """Where a text names what is wanted, in order; empty where nothing does, and for a question that wants yes or no."""
    named = _PATTERNS.get(wanted)
    named_spans = [Span(*each.span()) for each in named.finditer(text)] if named else []
    if wanted is Wanted.DURATION:
        return [span for span in named_spans if is_length(span.of(text))] or named_spans
    return named_spans


def is_length(value: str) -> bool:
    """Whether a value of time says how long or how often, and not just "at any time", "promptly"."""
    return _LENGTH.search(value) is not None
