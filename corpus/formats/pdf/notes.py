"""Footnotes of a PDF: told by their letters and marks, and taken out of the text that goes on over the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.formats.markdown_writer import Part, merged
from corpus.formats.pdf.lines import Line, after, join
from corpus.formats.pdf.rules import Rule

_SMALL = 0.95  # times the size of the text: letters of a note are no larger
_SHORT = 0.5  # of the text's width: a rule that parts notes from the text is no longer
_LOWEST = 0.4  # of the height of the text on a page, from its top: notes stand below
# A mark at the beginning of a note: a raised number or a sign; a number before a space or a capital.
_MARK: Final = re.compile(r"\s*(?:([⁰¹²³⁴-⁹]{1,3}|[*†‡§¶]{1,5})(?![*†‡§¶])\s*|(\d{1,3})(?:\s+|(?=[A-ZÄÖÜ“\"])))(?=\S)")
_SENTENCE_END: Final = re.compile(r"[.!?]['\"”’)\]]*$")
_PLAIN: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_REFERENCE: Final = re.compile(r"(?<=[^\s*†‡§¶])(?:[⁰¹²³⁴-⁹]{1,3}|[*†‡§¶]{1,5})(?![\w*†‡§¶])")


def without_notes(
    lines: Sequence[Line], rules: Sequence[Sequence[Rule]], usual: float, vocabulary: set[str]
) -> tuple[list[Line], list[tuple[int, Part]]]:
    """The lines of the running text, and the notes at the pages' feet with their pages.

    A note begins with a mark that stands in the text of its page, too. Its letters are smaller than the text's (`usual`), or
    it stands below a short rule.
    """
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    kept: list[Line] = []
    notes: list[tuple[int, list[Line]]] = []
    for page, own in pages.items():
        if notes and notes[-1][0] == page - 1:
            rest = _rest(notes[-1][1][-1], own, usual)
            notes[-1][1].extend(own[:rest])
            own = own[rest:]
        begin, referred = _first_note(own, rules[page] if page < len(rules) else (), usual)
        signs: set[str] = set()
        for line in own[begin:]:
            mark = _MARK.match(line.text)
            if mark and (mark[1] or mark[2]).translate(_PLAIN) in referred:
                notes.append((page, []))
                signs.update([mark[1]] if mark[1] and not mark[1].translate(_PLAIN).isdigit() else ())
            notes[-1][1].append(line)
        # Raised numbers are taken from any text where it is read; other marks only where there is a note.
        marks = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
        raised = re.compile(rf"(?<=[^\s*†‡§¶])(?:{marks})(?![\w*†‡§¶])")
        kept.extend(_without(line, raised) if marks else line for line in own[:begin])
    return kept, [(page, _note(own, vocabulary)) for page, own in notes]


def _rest(last: Line, lines: Sequence[Line], usual: float) -> int:
    """How many lines at the head of a page go on with a note that has not ended on the page before."""
    count = 0
    while count < len(lines) and not _SENTENCE_END.search(last.text.rstrip()):
        line = lines[count]
        if line.size != last.size or line.size > _SMALL * usual or (not count and not line.text.lstrip()[:1].islower()):
            break
        last, count = line, count + 1
    return count


def _first_note(lines: Sequence[Line], rules: Sequence[Rule], usual: float) -> tuple[int, set[str]]:
    """The place of the first line of a page's notes, which are its last lines and stand lowest (behind all where there are none),
    and the marks in the text above them."""
    none = len(lines)
    if not none:
        return none, set()
    top, low = max(line.top for line in lines), min(line.bottom for line in lines)
    width = max(line.right for line in lines) - min(line.left for line in lines)
    below = min(
        (y for left, y, right, y2 in rules if y == y2 and right - left <= _SHORT * width),
        default=float("-inf"),
    )
    begin = none
    for at in range(none - 1, -1, -1):
        line = lines[at]
        if line.size > _SMALL * usual and line.top > below:
            break
        if line.top > top - _LOWEST * (top - low):
            break
        begin = at
    begin = next((at for at in range(begin, none) if _MARK.match(lines[at].text)), none)
    if begin in (0, none) or min(line.bottom for line in lines[:begin]) < lines[begin].bottom:
        return none, set()
    referred = {mark.translate(_PLAIN) for line in lines[:begin] for mark in _REFERENCE.findall(line.text)}
    mark = _MARK.match(lines[begin].text)
    return (begin if mark and (mark[1] or mark[2]).translate(_PLAIN) in referred else none), referred


def _without(line: Line, marks: re.Pattern[str]) -> Line:
    return replace(line, runs=tuple(run._replace(text=marks.sub("", run.text)) for run in line.runs))


def _note(lines: Sequence[Line], vocabulary: set[str]) -> Part:
    mark = _MARK.match(lines[0].text)
    words = list(after(lines[0].runs, mark.end() if mark else 0))
    for line in lines[1:]:
        join(words, line, vocabulary)
        words.extend(line.runs)
    return Part("text", merged(words))
