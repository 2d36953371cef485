"""A stretch of a policy as HTML: its words and nothing else, what is marked in `<mark>`, links as links. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from assistant.surfaces.render.names import escaped
from corpus.model import CitedLink, Span


def words_as_html(words: str, start: int, marks: Sequence[Span] = (), links: Iterable[CitedLink] = ()) -> str:
    """The escaped words.

    Args:
        words: a stretch of a policy's text.
        start: where it begins there; `marks` and `links` are places in the same text, as far as they lie in the stretch.
        links: in order; none overlaps another.
    """
    out, at, end = [], start, start + len(words)
    for link in links:
        first, last = max(link.start, at), min(link.end, end)
        if first >= last:
            continue
        out.append(_marked(words, start, Span(at, first), marks))
        inside = _marked(words, start, Span(first, last), marks)
        out.append(f'<a href="{escaped(link.address)}" rel="noreferrer">{inside}</a>')
        at = last
    return "".join((*out, _marked(words, start, Span(at, end), marks)))


def _marked(words: str, start: int, span: Span, marks: Sequence[Span]) -> str:
    return "".join(
        f"<mark>{escaped(piece.of(words))}</mark>" if marked else escaped(piece.of(words))
        for piece, marked in _pieces(span, marks, start)
    )


def _pieces(span: Span, marks: Sequence[Span], start: int) -> Iterator[tuple[Span, bool]]:
    """The pieces of a span as places in the words, and whether any mark covers them."""
    edges = {span.start, span.end}
    edges.update(edge for mark in marks for edge in mark if span.start < edge < span.end)
    for left, right in pairwise(sorted(edges)):
        yield Span(left - start, right - start), any(mark.covers(Span(left, right)) for mark in marks)
