"""Lines of letters -> blocks: what runs along on every page is left out, paragraphs are put together, hyphens undone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corpus.formats.markdown import Part, Words, merged

_BULLET: Final = re.compile(r"\s*[•·▪◦‣●○■□➢✓–—*\-\uf0b7\uf0a7\uf0d8\u2043]\s+(?=\S)|\s*[•●▪◦‣\uf0b7\uf0a7](?=\S)")
_NUMBER: Final = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)|\s*\(?[a-z][.)]\s+(?=\S)|\s*\(?[ivx]{1,5}[.)]\s+(?=\S)")
_PAGE_NUMBER: Final = re.compile(r"\W*(?:page|seite|p\.)?\W*\d{1,4}\W*(?:(?:of|/|von)\W*\d{1,4}\W*)?", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")
_SENTENCE_END: Final = re.compile(r"[.!?:;]['\"”’)\]]*$")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HALF: Final = re.compile(r"([^\W\d_]+)-$")
_ADDRESS: Final = re.compile(r"(?:/|@|www\.)\S*$")
_REST: Final = re.compile(r"\s*([^\W\d_]+)")
_FIRST_HALVES: Final = frozenset(
    "cross e first follow fraud full high in log long non one opt part pre real second self short sign single third two "
    "up well".split()
)
_AT_THE_EDGE = 2  # lines from the top and the bottom of a page that may run along on every page
_REPEATED = 0.5  # share of pages on which such a line stands, from three pages on
_LARGER = 1.12  # times the size of the text, from which letters are a heading's
_LONGEST_HEADING = 150  # code points
_MANY_LINES = 8
_INDENT = 8  # points


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its runs, the largest size of its letters, its place (points from the lower left corner), its page."""

    runs: tuple[Words, ...]
    size: float
    left: float
    right: float
    top: float
    bottom: float
    page: int

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(run.text for run in self.runs)

    @property
    def strong(self) -> bool:
        """Whether all of it is bold."""
        return all(run.strong for run in self.runs if run.text.strip())


def blocks_of(lines: Sequence[Line]) -> Iterator[Part]:
    """The blocks that lines make, in order."""
    usual = _usual_size(lines)
    return _blocks(_without_running(lines, usual), usual)


def _without_running(lines: Sequence[Line], usual: float) -> list[Line]:
    """The lines without page numbers, and without headers and footers that run along on most pages.

    These stand outermost, in letters no larger than the text's, with the same words and the same numbers, or with
    the page's number among them.
    """
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges: dict[int, set[int]] = {}
    seen: Counter[tuple[str, int]] = Counter()
    for page, own in by_page.items():
        high = sorted(range(len(own)), key=lambda at: -own[at].top)
        edges[page] = {at for at in (*high[:_AT_THE_EDGE], *high[-_AT_THE_EDGE:]) if own[at].size <= usual * _LARGER}
        seen.update({key for at in edges[page] for key in _running(own[at])})
    kept = []
    for page, own in by_page.items():
        for at, line in enumerate(own):
            often = max(seen[key] for key in _running(line))
            repeated = len(by_page) >= 3 and often > _REPEATED * len(by_page)
            numbered = len(own) > 1 and _PAGE_NUMBER.fullmatch(line.text.strip())
            if at not in edges[page] or not (repeated or numbered):
                kept.append(line)
    return kept


def _running(line: Line) -> set[tuple[str, int]]:
    """What makes a line the same on every page: its height, and its words with their numbers, or these less the page's."""
    text, height = line.text.strip(), round(line.top / 6)
    own = text.replace(str(line.page + 1), "#", 1)  # once, or the last page's "9 of 9" were like no other
    rising = _DIGITS.sub(lambda found: f"#{int(found.group()[:9]) - line.page}", text)
    return {(text, height), (own, height), (rising, height)}


def _usual_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(lines: Sequence[Line], usual: float) -> Iterator[Part]:
    larger = sorted({line.size for line in lines if line.size > usual * _LARGER}, reverse=True)
    levels = {size: min(at, 6) for at, size in enumerate(larger, 1)}
    vocabulary = set(_WORD.findall("\n".join(line.text for line in lines).lower()))
    look = _Look(_usual_gap(lines), levels, _right_edges(lines), *_usual_lefts(lines), vocabulary)
    depth = [0.0]
    group: list[Line] = []
    for line in lines:
        if group and _begins(group[-1], line, look):
            yield _block(group, look, depth)
            group = []
        group.append(line)
    if group:
        yield _block(group, look, depth)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a document is set: all measures in points.

    `gap`: from the foot of a line to that of the next; `levels`: of headings, by size; `right`: where the lines that
    begin at some place end at most; `left`: where most lines begin; `indented`: other places where several do.
    """

    gap: float
    levels: dict[float, int]
    right: dict[int, float]
    left: int
    indented: frozenset[int]
    vocabulary: set[str]


def _right_edges(lines: Sequence[Line]) -> dict[int, float]:
    """Where lines end at most, by where they begin: of few lines, what holds for all."""
    count = Counter(round(line.left) for line in lines)
    most = max((line.right for line in lines), default=0.0)
    edges: dict[int, float] = {left: (0.0 if number >= _MANY_LINES else most) for left, number in count.items()}
    for line in lines:
        edges[round(line.left)] = max(edges[round(line.left)], line.right)
    return edges


def _usual_lefts(lines: Sequence[Line]) -> tuple[int, frozenset[int]]:
    count = Counter(round(line.left) for line in lines)
    usual = count.most_common(1)[0][0] if count else 0
    return usual, frozenset(left for left, number in count.items() if number >= 3 and left >= usual + _INDENT)


def _usual_gap(lines: Sequence[Line]) -> float:
    """The commonest distance from the foot of a line to that of the next one, in points."""
    gaps = Counter(
        round(before.bottom - line.bottom)
        for before, line in pairwise(lines)
        if before.page == line.page and 0 < before.bottom - line.bottom < 60
    )
    return float(gaps.most_common(1)[0][0]) if gaps else 14.0


def _begins(before: Line, line: Line, look: _Look) -> bool:
    """Whether a line begins a block of its own."""
    if _BULLET.match(line.text) or _NUMBER.match(line.text):
        return True
    if look.levels.get(line.size) != look.levels.get(before.size) or (
        line.strong != before.strong and _short(before, line)
    ):
        return True
    ended = bool(_SENTENCE_END.search(before.text.rstrip()))
    lower = line.text.lstrip()[:1].islower()
    if line.page != before.page or line.bottom > before.top:  # a new page or column: a sentence may run on
        return ended or not lower
    if before.bottom - line.bottom > look.gap * 1.35 + 1:
        return True
    word = line.text.split(maxsplit=1)[0] if line.text.strip() else ""
    letter = (line.right - line.left) / max(len(line.text), 1)
    early = before.right + (len(word) + 2) * letter < look.right[round(before.left)]
    return early and (ended or not lower)


def _short(before: Line, line: Line) -> bool:
    """Whether a change of weight between two lines parts a heading from its text, not a bold word from the next."""
    return all(len({word.strong for word in one.runs if word.text.strip()}) == 1 for one in (before, line))


def _block(group: Sequence[Line], look: _Look, depth: list[float]) -> Part:
    words: list[Words] = []
    for line in group:
        if words:
            _join(words, line, look.vocabulary)
        words.extend(line.runs)
    joined = merged(words)
    text = "".join(word.text for word in joined)
    level = look.levels.get(group[0].size, 0)
    bullet, number = _BULLET.match(text), _NUMBER.match(text)
    if level and len(text) <= _LONGEST_HEADING and not bullet:
        return Part("heading", joined, level)
    if bullet:
        left = group[0].left
        while len(depth) > 1 and left < depth[-1] - 3:
            depth.pop()
        if left > depth[-1] + 3:
            depth.append(left)
        return Part("item", _after(joined, bullet.end()), max(len(depth) - 1, 1))
    if not number:
        depth[1:] = []
    if number and not group[0].strong and number[1] and len(text) > 3:
        return Part("item", _after(joined, number.end()), 1, int(number[1]))
    if round(group[0].left) in look.indented and not all(line.strong for line in group):
        return Part("item", joined, 1)
    return Part("text", joined)


def _join(words: list[Words], line: Line, vocabulary: set[str]) -> None:
    """Put a space between two lines, or undo the hyphen that parts a word at the end of the first.

    A hyphen of the word's own stays ("third-party"): where the document writes it so elsewhere, or the first half is one
    that such words begin with.
    """
    while words and not words[-1].text.strip():
        words.pop()
    if not words:
        return
    words[-1] = words[-1]._replace(text=words[-1].text.rstrip())
    before = "".join(word.text for word in words[-3:])
    ending, beginning = _HALF.search(before[-40:]), _REST.match(line.text)
    if ending and beginning:
        first, rest = ending[1].lower(), beginning[1].lower()
        own = f"{first}-{rest}" in vocabulary or (f"{first}{rest}" not in vocabulary and first in _FIRST_HALVES)
        if not own and not _ADDRESS.search(before[-80:]) and beginning[1][0].islower():
            words[-1] = words[-1]._replace(text=words[-1].text[:-1])
    elif words[-1].text[-1:] not in ("-", "/"):
        words.append(Words(" ", words[-1].strong))


def _after(words: Sequence[Words], count: int) -> tuple[Words, ...]:
    """The words without their first `count` characters."""
    kept = []
    for word in words:
        kept.append(word._replace(text=word.text[count:]))
        count = max(0, count - len(word.text))
    return tuple(word for word in kept if word.text)
