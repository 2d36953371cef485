"""Text -> sentences, found by nupunkt, a segmenter made for legal text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nupunkt import sent_spans

from corpus.model import Span

_WORD = re.compile(r"\w")


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a stretch of text, trimmed; a piece that begins in lower case belongs to the one before."""
    found: list[Span] = []
    for start, end in sent_spans(span.of(text)):
        piece = text[span.start + start : span.start + end]
        if not _WORD.search(piece):
            if found and piece.strip():
                found[-1] = Span(found[-1].start, span.start + start + len(piece.rstrip()))
            continue
        left = span.start + start + len(piece) - len(piece.lstrip())
        right = span.start + start + len(piece.rstrip())
        if found and text[left].islower():
            found[-1] = Span(found[-1].start, right)
        else:
            found.append(Span(left, right))
    return iter(found)
