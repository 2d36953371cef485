"""Text -> sentences, found by nupunkt, a segmenter made for legal text; where it cuts at an abbreviation, the pieces are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nupunkt import sent_spans

from corpus.model import Span

_WORD = re.compile(r"\w")
# Abbreviations that something always follows: no sentence ends with them.
_GOES_ON = re.compile(
    r"(?<!\w)(?:e\. ?g|i\. ?e|cf|viz|vs|attn|approx|incl|esp|resp|ca|dr|prof|mr|mrs|ms|messrs|hon|"
    r"z\. ?b|d\. ?h|u\. ?a|bzw|gem|ggf|vgl|inkl|sog|lit|abs|nr|str|(?:\w+)str|tel|evtl|bspw|max|min)\.,?$",
    re.IGNORECASE,
)
# ... and those that a number follows: "No. 4", "Art. 6".
_COUNTS = re.compile(
    r"(?<!\w)(?:no|nos|art|arts|sec|sect|par|para|paras|cl|ch|fig|app|p|pp|reg|vol|§+)\.$", re.IGNORECASE
)
# Countries, after which a sentence may end or go on: "EU-U.S. Data Privacy Framework".
_COUNTRY = re.compile(r"(?:\b|-)(?:U\.S(?:\.A)?|U\.K|E\.U|U\.N)\.$")
# With which a sentence that does not go on begins.
_OPENS = re.compile(
    r"(?:the|a|an|we|our|us|you|your|if|this|these|that|those|it|its|they|their|he|she|in|on|at|for|to|from|by|with|when|where|while|"
    r"please|all|any|each|every|some|no|not|as|however|also|because|although|under|upon|after|before|once|such|there|here|"
    r"please|note|by|what|who|how|why|which|do|does|is|are|can|may|will|should|additionally|moreover|therefore|otherwise|"
    r"personal|information|users?|customers?|i|and|but|or|so|most|many|other|only|see|contact|read)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?:jan|feb|mar|märz|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*\b", re.IGNORECASE)
_DAY = re.compile(r"(?<![\w.])\d{1,2}\.$")
# The number of what follows, which a segmenter takes for a sentence: "2.1.", "§ 5.", "(a).", "Article 7."
_NUMBER = re.compile(
    r"(?:(?:§{1,2}|art|arts|article|section|sec|sect|clause|paragraph|para|part|chapter|annex|schedule|no|nr|abschnitt|artikel|"
    r"ziffer|ziff|teil|kapitel|artículo|sección)\.? ?)?\(?(?:\d{1,3}(?:\.\d{1,3}){0,5}[a-z]?|[ivxlIVXL]{1,6}|[a-zA-Z])\)?[.:]?",
    re.IGNORECASE,
)


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a stretch of text, trimmed; a piece that begins in lower case, or that an abbreviation before it parts
    off, belongs to the one before."""
    spans: list[Span] = []
    for start, end in sent_spans(span.of(text)):
        piece = text[span.start + start : span.start + end]
        if not _WORD.search(piece):
            if spans and piece.strip():
                spans[-1] = Span(spans[-1].start, span.start + start + len(piece.rstrip()))
            continue
        left = span.start + start + len(piece) - len(piece.lstrip())
        right = span.start + start + len(piece.rstrip())
        if spans and (text[left].islower() or _joined(spans[-1].of(text), text[left:right])):
            spans[-1] = Span(spans[-1].start, right)
        else:
            spans.append(Span(left, right))
    return iter(spans)


def _joined(before: str, after: str) -> bool:
    """Whether a sentence was cut at an abbreviation."""
    if _GOES_ON.search(before) or _NUMBER.fullmatch(before):
        return True
    if _COUNTS.search(before):
        return after[0].isdigit()
    if _DAY.search(before):
        return _MONTH.match(after) is not None
    return _COUNTRY.search(before) is not None and _OPENS.match(after) is None
