"""Lines of letters -> blocks: what runs along on every page is left out, paragraphs are put together, hyphens undone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corpus.formats.markdown_writer import Part, Words, merged
from corpus.formats.pdf.lines import BULLET, NUMBER, Line, after, is_lettered, join
from corpus.formats.pdf.notes import without_notes
from corpus.formats.pdf.rules import Rule
from corpus.formats.pdf.tables import tables_of

_PAGE_NUMBER: Final = re.compile(r"\W*(?:page|seite|p\.)?\W*\d{1,4}\W*(?:(?:of|/|von)\W*\d{1,4}\W*)?", re.IGNORECASE)
# What browsers print above and below a page: "28/11/2026, 18:07 Privacy", "https://oak.example/privacy 1/2".
_PRINTED: Final = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?\b.{0,150}|(?:https?|file)://\S+ +(?:page )?\d{1,4}(?: ?/ ?\d{1,4})?",
    re.IGNORECASE,
)
# A line of a table of contents: dots lead to a page.
_CONTENTS: Final = re.compile(r".{0,200}?(?:\. ?|… ?|·){5,}\s*(?:\d{1,4}|[ivxl]{1,6})\s*")
_DIGITS: Final = re.compile(r"\d+")
_SENTENCE_END: Final = re.compile(r"[.!?:;]['\"”’)\]]*$")
_PARTED: Final = re.compile(r"[^\W\d_]-$")  # a word that goes on in the next line
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MOST_RUNNING = 10
_AT_THE_EDGE = 2  # lines from the top and the bottom of a page that may run along on every page
_REPEATED = 0.4  # share of pages, two at least, on which the same line stands: even and odd ones may have their own
_ALIKE = 0.5  # share of pages on which it stands with other numbers: from three on, or in small letters
_SMALL = 0.95  # times the size of the text
_LARGER = 1.12  # times the size of the text, from which letters are a heading's
# "... as said in section" goes on with "2.1", whatever begins the next line.
_REFERS: Final = re.compile(
    r"(?:\b(?:sections?|clauses?|articles?|art\.|paragraphs?|para\.|no\.|nr\.|parts?|items?|annex|schedule|to|of|the|see|"
    r"under|than|least|about|ziffer|abschnitt|artikel|absatz)|§+)$",
    re.IGNORECASE,
)
# "Satz 1 lit." goes on with "f) DSGVO"; "Art. 6(1)" with "(a) GDPR", unless it ends an item that "(b)" may follow.
_REFERS_TO_LETTER: Final = re.compile(
    r"\b(?:lit\.|litera|buchst(?:\.|aben?)|(?:abs\.|absatz|satz)(?: ?\d{1,2})?)$", re.IGNORECASE
)
_PARAGRAPH: Final = re.compile(r"\(\d{1,2}\)$")
_LETTER: Final = re.compile(r"\s*\(?(?:[a-z]|[ivx]{1,5})[.)](?:\s|$)")
_DASH: Final = re.compile(r"\s*[-–—]\s")
_ALIGNED = 2  # points by which the beginnings of lines of a paragraph may differ
_AHEAD = 3  # lines in which the next item of a list begins
_TIGHT, _LOOSE = 1.35, 1.6  # of the letters' size: from line to line of a heading at most, if a line ends early or not
_LONGEST_HEADING = 150  # code points
_MANY_LINES = 8
_TEXT_SHARE, _TEXT_LINE = 0.1, 50  # of a document's letters, and letters of a line on average, that running text has
_LABELLED: Final = re.compile(r"\s*[^\W\d_][^.:;]{1,60}:(?:\s|$)")  # "Contact person: ..." begins a line of its own
_RAGGED = 0.05  # of the width of a line, by which lines that are not justified end sooner or later
_INDENT, _DEEPEST = 8, 150  # points that an item is set in
_SHORT = 0.6  # of the width of the text: what ends before does not run on


def blocks_of(lines: Sequence[Line], rules: Sequence[Sequence[Rule]] = ()) -> tuple[Iterator[Part], tuple[str, ...]]:
    """The blocks that lines make, in order, and what runs along and is no text, each line once: it may say when the document was
    changed. `rules` are those drawn on each page."""
    usual = _usual_size(lines)
    text = _without_running(lines, usual)
    kept = {id(line) for line in text}
    beside = dict.fromkeys(line.text.strip() for line in lines if id(line) not in kept)
    return _blocks(text, usual, rules), tuple(beside)[:_MOST_RUNNING]


def _without_running(lines: Sequence[Line], usual: float) -> list[Line]:
    """The lines without page numbers and tables of contents, and without headers and footers that run along on most pages.

    These stand outermost, with the same words and the same numbers, or with the page's number among them; in letters larger
    than the text's only with the same words, and of them the first is the document's title and stays.
    """
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges: dict[int, set[int]] = {}
    seen: Counter[tuple[str, int]] = Counter()
    for page, own in by_page.items():
        high = sorted(range(len(own)), key=lambda at: -own[at].top)
        edges[page] = {*high[:_AT_THE_EDGE], *high[-_AT_THE_EDGE:]}
        seen.update({key for at in edges[page] for key in _running(own[at])})
    kept = []
    titles: set[tuple[str, int]] = set()  # that run along in large letters: the first stays
    for page, own in by_page.items():
        for at, line in enumerate(own):
            keys = _running(line)
            same = seen[keys[0]] >= max(2, _REPEATED * len(by_page))
            alike = max(seen[key] for key in keys) > max(1, _ALIKE * len(by_page))
            alike = alike and (len(by_page) >= 3 or line.size < _SMALL * usual)
            repeated = same or alike
            if line.size > usual * _LARGER:
                repeated = same and keys[0] in titles
                titles.add(keys[0])
            numbered = len(own) > 1 and (
                _PAGE_NUMBER.fullmatch(line.text.strip()) or _PRINTED.fullmatch(line.text.strip())
            )
            if not _CONTENTS.fullmatch(line.text) and (at not in edges[page] or not (repeated or numbered)):
                kept.append(line)
    return kept


def _running(line: Line) -> list[tuple[str, int]]:
    """What makes a line the same on every page: its height, and its words with their numbers, or these less the page's."""
    text, height = line.text.strip(), round(line.top / 6)
    # Once, or the last page's "9 of 9" were like no other; the first or the last that stands alone ("2 May 2024, page 2").
    numbers = [found for found in _DIGITS.finditer(text) if found.group() == str(line.page + 1)]
    own = [f"{text[: found.start()]}#{text[found.end() :]}" for found in (numbers[:1] + numbers[-1:])]
    rising = _DIGITS.sub(lambda found: f"#{int(found.group()[:9]) - line.page}", text)
    return list(dict.fromkeys([(text, height), *((each, height) for each in own), (rising, height)]))


def _usual_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(lines: Sequence[Line], usual: float, rules: Sequence[Sequence[Rule]]) -> Iterator[Part]:
    vocabulary = set(_WORD.findall("\n".join(line.text for line in lines).lower()))
    lines, notes = without_notes(lines, rules, usual, vocabulary)
    for page, part in _with_pages(lines, usual, rules, vocabulary):
        # A note waits for the end of the text that goes on over its page, and of a list: it would part items from their lead-in.
        while notes and part.mark != "item" and notes[0][0] < page:
            yield notes.pop(0)[1]
        yield part
    yield from (note for _, note in notes)


def _with_pages(
    lines: Sequence[Line], usual: float, rules: Sequence[Sequence[Rule]], vocabulary: set[str]
) -> Iterator[tuple[int, Part]]:
    """The blocks of the running text, each with the page on which it begins."""
    tables = tables_of(lines, rules, vocabulary)
    inside = {at for places, _ in tables.values() for at in places}
    running = [line for at, line in enumerate(lines) if at not in inside]
    text = _sizes_of_text(running)
    larger = sorted({line.size for line in running if line.size > usual * _LARGER} - text, reverse=True)
    levels = {size: min(at, 6) for at, size in enumerate(larger, 1)}
    gaps = {size: _usual_gap([line for line in running if line.size == size]) for size in text}
    look = _Look(usual, _usual_gap(lines), gaps, levels, _right_edges(running), *_usual_lefts(running), vocabulary)
    depth = [0.0]
    group: list[Line] = []
    for at, line in enumerate(lines):
        if group and (at in inside or _begins(group, line, lines[at + 1 : at + 1 + _AHEAD], look)):
            yield group[0].page, _block(group, look, depth)
            group = []
        if at in tables:
            yield from ((line.page, part) for part in tables[at][1])
        elif at not in inside:
            group.append(line)
    if group:
        yield group[0].page, _block(group, look, depth)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a document is set: all measures in points.

    `usual`: the size of most letters; `usual_gap`: from the foot of a line to that of the next, `gaps`: the same of
    each size that has text enough; `levels`: of headings, by size; `right`: where the lines that
    begin at some place end at most; `left`: where most lines begin; `indented`: other places where several do.
    """

    usual: float
    usual_gap: float
    gaps: dict[float, float]
    levels: dict[float, int]
    right: dict[int, float]
    left: int
    indented: frozenset[int]
    vocabulary: set[str]

    def gap(self, line: Line) -> float:
        """From the foot of a line to that of the next of its paragraph."""
        return self.gaps.get(line.size, self.usual_gap)

    def edge(self, line: Line) -> float:
        """Where a line of its column ends at most: behind a capital that marks it, whose shape moves where it begins, its text's."""
        text = line.pieces[1] if is_lettered(line) and len(line.pieces) > 1 else line
        return self.right.get(round(text.left), self.right[round(line.left)])


def _sizes_of_text(lines: Sequence[Line]) -> set[float]:
    """The sizes of letters that running text is set in: a policy may have an appendix in smaller ones, with more words than it."""
    counts, letters = Counter(line.size for line in lines), Counter[float]()
    for line in lines:
        letters[line.size] += len(line.text)
    return {
        size
        for size, count in counts.items()
        if count >= _MANY_LINES and letters[size] >= max(_TEXT_SHARE * letters.total(), _TEXT_LINE * count)
    }


def _right_edges(lines: Sequence[Line]) -> dict[int, float]:
    """Where lines end at most, by where they begin: of few lines, what holds for all."""
    count = Counter(round(line.left) for line in lines)
    most = max((line.right for line in lines), default=0.0)
    edges: dict[int, float] = {left: (0.0 if number >= _MANY_LINES else most) for left, number in count.items()}
    for line in lines:
        edges[round(line.left)] = max(edges[round(line.left)], line.right)
    return edges


def _usual_lefts(lines: Sequence[Line]) -> tuple[int, frozenset[int]]:
    """Where most lines begin, and other places further in where several do: not those of another column."""
    count = Counter(round(line.left) for line in lines)
    usual = count.most_common(1)[0][0] if count else 0
    ends = sorted(line.right for line in lines if round(line.left) == usual)
    middle = ends[len(ends) // 2] if ends else 0.0
    return usual, frozenset(left for left, number in count.items() if number >= 3 and usual + _INDENT <= left < middle)


def _usual_gap(lines: Sequence[Line]) -> float:
    """The commonest distance from the foot of a line to that of the next one, in points."""
    gaps = Counter(
        round(before.bottom - line.bottom)
        for before, line in pairwise(lines)
        if before.page == line.page and 0 < before.bottom - line.bottom < 60
    )
    return float(gaps.most_common(1)[0][0]) if gaps else 14.0


def _begins(group: Sequence[Line], line: Line, ahead: Sequence[Line], look: _Look) -> bool:
    """Whether a line begins a block of its own. `group` are the lines of the block before it, `ahead` some after it."""
    before = group[-1]
    number = NUMBER.match(line.text)
    if number and _is_referred_to(number.group().strip(), group):
        return line.page == before.page and before.bottom - line.bottom > look.gap(line) * 1.35 + 1
    if is_lettered(line):
        return True
    if (number or BULLET.match(line.text)) and not _stands_within(group, line, ahead, look):
        return True
    if _same_heading(before, line, look):
        return False
    if look.levels.get(line.size) != look.levels.get(before.size) or (
        line.strong != before.strong and _short(before, line)
    ):
        return True
    ended = bool(_SENTENCE_END.search(before.text.rstrip()))
    lower = line.text.lstrip()[:1].islower()
    if lower and _PARTED.search(before.text.rstrip()):
        return False
    # A noun or a name begins with a capital amid a sentence, too: only a line that ends clearly early ends it.
    begins = _LABELLED.match(line.text) or _early(before, line, look, _RAGGED)
    runs_on = not ended and (lower or not begins)
    if line.page != before.page or line.bottom > before.top:  # a new page or column: a sentence may run on
        return not runs_on
    if before.bottom - line.bottom > look.gap(line) * 1.35 + 1:
        return True
    if not _early(before, line, look) or (runs_on and not lower):
        return False
    # What is set in and ends long before the others do is an item, whatever the next one begins with.
    edge = look.edge(before)
    item = look.left + _INDENT <= before.left <= look.left + _DEEPEST and before.right < look.left + _SHORT * (
        edge - look.left
    )
    return ended or not lower or item


def _is_referred_to(number: str, group: Sequence[Line]) -> bool:
    """Whether a number at the beginning of a line is what the block before it refers to."""
    text = group[-1].text.rstrip()
    if number[0].isdigit():
        return _REFERS.search(text) is not None
    refers = _REFERS_TO_LETTER.search(text) or (not _LETTER.match(group[0].text) and _PARAGRAPH.search(text))
    return bool(refers) and _LETTER.match(number) is not None


def _stands_within(group: Sequence[Line], line: Line, ahead: Sequence[Line], look: _Look) -> bool:
    """Whether the dash, letter or Roman number at the beginning of a line stands amid a sentence that the block before it began.

    So it does where a full line leads to it that ends with no mark, and nothing before or after it is such an item.
    """
    before, kind = group[-1], (_DASH if _DASH.match(line.text) else _LETTER).match
    if not kind(line.text) or line.page != before.page or abs(line.left - before.left) > _ALIGNED:
        return False
    if kind(group[0].text) or any(kind(one.text) and abs(one.left - line.left) <= _ALIGNED for one in ahead):
        return False
    if BULLET.match(before.text) or NUMBER.match(before.text) or is_lettered(before):
        return False
    ended = before.text.rstrip().endswith(",") or _SENTENCE_END.search(before.text.rstrip())
    return not ended and not _early(before, line, look)


def _same_heading(before: Line, line: Line, look: _Look) -> bool:
    """Whether a line is the next one of a heading: as large and as near as such lines stand, or bold and centred alike."""
    if line.page != before.page or line.size != before.size or line.strong != before.strong:
        return False
    pitch = before.bottom - line.bottom
    middle = abs(before.left + before.right - line.left - line.right) / 2
    centred = middle <= 3 < abs(before.left - line.left)
    if line.size in look.levels:
        return 0 < pitch <= line.size * (_TIGHT if _early(before, line, look) and not centred else _LOOSE)
    return (
        centred and line.strong and 0 < pitch <= look.gap(line) * 1.1 and not _SENTENCE_END.search(before.text.rstrip())
    )


def _early(before: Line, line: Line, look: _Look, slack: float = 0.0) -> bool:
    """Whether a line ends so early that the first word of the next one had found room on it, and this share of a line besides."""
    word = line.text.split(maxsplit=1)[0] if line.text.strip() else ""
    letter = (line.right - line.left) / max(len(line.text), 1)
    edge = look.edge(before)
    return before.right + (len(word) + 2) * letter < edge - slack * (edge - before.left)


def _short(before: Line, line: Line) -> bool:
    """Whether a change of weight between two lines parts a heading from its text, not a bold word from the next."""
    return all(len({word.strong for word in one.runs if word.text.strip()}) == 1 for one in (before, line))


def _block(group: Sequence[Line], look: _Look, depth: list[float]) -> Part:
    words: list[Words] = []
    for line in group:
        if words:
            join(words, line, look.vocabulary)
        words.extend(line.runs)
    joined = merged(words)
    text = "".join(word.text for word in joined)
    level = look.levels.get(group[0].size, 0)
    bullet, number = BULLET.match(text), NUMBER.match(text) or is_lettered(group[0])
    if level and len(text) <= _LONGEST_HEADING and not bullet:
        return Part("heading", joined, level)
    if bullet:
        left = group[0].left
        while len(depth) > 1 and left < depth[-1] - 3:
            depth.pop()
        if left > depth[-1] + 3:
            depth.append(left)
        return Part("item", after(joined, bullet.end()), max(len(depth) - 1, 1))
    if not number:
        depth[1:] = []
    if number and not group[0].strong and len(text) > 3:  # the number stays: the text refers to it
        return Part("item", joined, 1)
    if round(group[0].left) in look.indented and not all(line.strong for line in group):
        return Part("item", joined, 1)
    return Part("text", joined)
