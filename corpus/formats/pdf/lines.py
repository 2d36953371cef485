"""Lines of letters of a PDF: put together from the pieces of a line, and joined to the text of a paragraph or cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.formats.markdown_writer import Words

_SIGNS: Final = r"[•·▪◦‣●○■□►▶▸❖➢➤✓–—*\-\uf0b7\uf0a7\uf0d8\uf076\u2043]"
BULLET: Final = re.compile(rf"\s*(?:{_SIGNS}|\+(?!\s*\d))\s+(?=\S)|\s*[•●▪◦‣\uf0b7\uf0a7](?=\S)")
NUMBER: Final = re.compile(
    r"\s*(?:\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?(?=\s+[A-Z“\"(])|§+ ?\d{1,3}|\(\d{1,3}\)|\(?[a-z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S)"
)
# What stands alone at the beginning of a line, its text in a piece of its own: a bullet, a number.
_MARK: Final = re.compile(
    rf"\s*(?:{_SIGNS}|[o+]|§? ?\d{{1,3}}(?:\.\d{{1,2}}){{0,3}}[.)]?|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxl]{{1,7}}|[IVXL]{{1,7}})[.)])\s*"
)
_LETTERED: Final = re.compile(r"\s*\(?(?:[A-Z]|[IVXL]{1,7})[.)]\s*")
_HALF: Final = re.compile(r"([^\W\d_]+)-$")
_ADDRESS: Final = re.compile(r"(?:/|@|www\.)\S*$|[^\W_]\.(?:com|org|net|io|de|eu|co|app)-$")
_REST: Final = re.compile(r"\s*([^\W\d_]+)")
_FIRST_HALVES: Final = frozenset(
    "cross e first follow fraud full high in log long non on one opt part pre real second self short sign single third two "
    "up well".split()
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its runs, the largest size of its letters, its place (points from the lower left corner), its page.

    `pieces` are those that wide gaps or rules part it into; none where it is whole.
    """

    runs: tuple[Words, ...]
    size: float
    left: float
    right: float
    top: float
    bottom: float
    page: int
    pieces: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(run.text for run in self.runs)

    @property
    def strong(self) -> bool:
        """Whether all of it is bold."""
        return all(run.strong for run in self.runs if run.text.strip())


def lines_of(pieces: Iterable[tuple[Line, bool]]) -> list[Line]:
    """The lines that pieces make: each says whether it goes on right of the one before it."""
    out: list[list[Line]] = []
    for piece, goes_on in pieces:
        if out and (goes_on or (is_mark(out[-1][-1].text) and _beside(out[-1][-1], piece))):
            out[-1].append(piece)
        else:
            out.append([piece])
    return [whole(line) for line in out]


def is_mark(text: str) -> bool:
    """Whether this is the mark of an item and nothing else: a bullet, a number."""
    return _MARK.fullmatch(text) is not None


def is_lettered(line: Line) -> bool:
    """Whether a line begins with a capital or a Roman number set apart, as items are marked; within a line it may be a name's."""
    return bool(line.pieces) and _LETTERED.fullmatch(line.pieces[0].text) is not None


def _beside(before: Line, line: Line) -> bool:
    """Whether a piece stands right of another on the same line."""
    both = min(before.top, line.top) - max(before.bottom, line.bottom)
    return before.page == line.page and 0 < line.left - before.right < 4 * line.size and both > 0


def whole(pieces: Sequence[Line]) -> Line:
    """One line of pieces that stand one right of the other."""
    if len(pieces) == 1:
        return pieces[0]
    runs: list[Words] = []
    for piece in pieces:
        if runs:
            runs.append(Words(" ", runs[-1].strong))
        runs.extend(piece.runs)
    return Line(
        tuple(runs),
        max(piece.size for piece in pieces),
        min(piece.left for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.top for piece in pieces),
        min(piece.bottom for piece in pieces),
        pieces[0].page,
        tuple(pieces),
    )


def join(words: list[Words], line: Line, vocabulary: set[str]) -> None:
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
        link = words[-1].link if line.runs and words[-1].link == line.runs[0].link else None
        words.append(Words(" ", words[-1].strong, link))


def after(words: Sequence[Words], count: int) -> tuple[Words, ...]:
    """The words without their first `count` characters."""
    kept = []
    for word in words:
        kept.append(word._replace(text=word.text[count:]))
        count = max(0, count - len(word.text))
    return tuple(word for word in kept if word.text)
