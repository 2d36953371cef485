"""Blocks -> lines: parted where the document parts them, put together where it parts a sentence, or a number from its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from corpus.text.markdown_blocks import Block, Piece

_STRAY_BOLD = re.compile(r"\*\*|__(?=\s|$)")
_BULLET = re.compile(
    r"\s*(?P<mark>[•·▪◦‣●○■–—\-*+➢➤►▸▶✓✔✗❖◆♦⁃∙»→\uf0b7\uf0a7\uf0d8\uf0fc]\s+|[•●▪◦‣■➢➤►\uf0b7\uf0a7](?=\w)|§(?=[^\W\d_]{3})|"
    r"o(?:\xa0\s*|\s+(?=[A-Z“])))"
)
# "2.1.", "§ 3", "(a)" alone in a line: the number of what follows.
_NUMBER = re.compile(
    r"(?:§{1,2} ?)?\d{1,3}(?:\.\d{1,3}){0,5}[.)]|§{1,2} ?\d{1,3}[a-z]?|\d{1,3}(?:\.\d{1,3}){1,5}|"
    r"\((?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})\)\.?|(?:[a-z]|[ivx]{1,5})\)|[IVX]{1,5}\."
)
_BARE_NUMBER = re.compile(r"\d{1,2}")  # of the heading below it
# With which no sentence ends: it goes on in the next paragraph.
_GOES_ON = re.compile(
    r"(?:[\w)’'\"”,](?: (?:with|and|or|of|to|the|for|by|in|on|from|at|a|an|our|your|their|its|that|which|is|are|as|und|oder|von|"
    r"mit|für|der|die|das|den|et|ou|de|du|des|la|le|les|y|o|en|el|los|las))|,)$"
)
_NUMBERED = re.compile(r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)]\s")
_WRAPPED_SHARE = 0.4  # of soft breaks before a lower-case letter, above which lines are mere wrapping
_MOST_JOINED = 2_000  # code points; no sentence is longer
_USUAL = 0.9  # share of the wrapped lines that are no longer than the width at which they are wrapped
_OWN_BULLET = re.compile(r"[•·▪◦‣●○■➢➤►▸▶✓✔❖◆♦]")  # which no wrapped line begins with by chance, as it may with a dash


@dataclass(slots=True)
class RawLine:
    """The pieces of a line, its block, and the number of that among the blocks that hold something."""

    pieces: list[Piece]
    block: Block
    number: int


def lines_of(blocks: Iterable[Block]) -> list[RawLine]:
    """Split blocks at hard breaks, and at soft breaks where the document uses its lines as paragraphs."""
    kept = [block for block in blocks if block.pieces]
    wrapped = _is_wrapped(kept)
    width = _width(kept) if wrapped else 0
    lines: list[RawLine] = []
    for number, block in enumerate(part for each in kept for part in _without_what_follows(each, width)):
        pieces: list[Piece] = []
        length = 0  # code points since the last break that is kept
        for at, piece in enumerate(block.pieces):
            if piece.text == "\r" and (
                block.mark == "heading"
                or (
                    not _is_meant(length, _line_after(block.pieces, at), width)
                    if wrapped
                    else _continues(pieces, block.pieces[at + 1 : at + 2])
                )
            ):
                pieces.append(piece._replace(text=" "))
                length += 1
            elif piece.text in ("\n", "\r"):
                lines.append(RawLine(pieces, block, number))
                pieces, length = [], 0
            else:
                pieces.extend(_split_lines(piece))
                length += len(piece.text)
        lines.append(RawLine(pieces, block, number))
    return _joined(_settle_stray_bold(lines))


def _width(blocks: list[Block]) -> int:
    """The width, in code points, at which a document's lines are wrapped."""
    lengths = sorted(len(line) for block in blocks for line in _typed(block.pieces)[:-1])
    return lengths[int(_USUAL * (len(lengths) - 1))]


def _typed(pieces: list[Piece]) -> list[str]:
    """The words of each line as it was typed."""
    return "".join(piece.text for piece in pieces).replace("\r", "\n").split("\n")


def _line_before(pieces: list[Piece], at: int) -> str:
    """The words of the line that a break ends, as typed."""
    start = at
    while start and pieces[start - 1].text not in ("\n", "\r"):
        start -= 1
    return "".join(piece.text for piece in pieces[start:at])


def _line_after(pieces: list[Piece], at: int) -> str:
    """The words of the line that a break begins, as typed."""
    end = at + 1
    while end < len(pieces) and pieces[end].text not in ("\n", "\r"):
        end += 1
    return "".join(piece.text for piece in pieces[at + 1 : end])


def _is_meant(length: int, following: str, width: int) -> bool:
    """Whether a line was ended though its text is wrapped: the next is an item of a list, or its first word, with a capital letter,
    would have fitted behind so many code points."""
    following = following.lstrip()
    if _OWN_BULLET.match(following) or _NUMBERED.match(following):
        return True
    return following[:1].isupper() and length + 1 + len(following.split(maxsplit=1)[0]) < width


def _without_what_follows(block: Block, width: int) -> Iterator[Block]:
    """A list item, and apart from it the paragraph that was typed right below, at the margin: Markdown takes it for the rest of the item."""
    for at, piece in enumerate(block.pieces[:-1] if block.mark == "item" else ()):
        after = block.pieces[at + 1]
        if piece.text != "\r" or piece.start + piece.length != after.start or not after.text[:1].isupper():
            continue
        line = _line_before(block.pieces, at)
        if not _GOES_ON.search(line) and (not width or _is_meant(len(line), _line_after(block.pieces, at), width)):
            yield replace(block, pieces=block.pieces[:at])
            yield replace(block, mark="text", level=0, siblings=0, pieces=block.pieces[at + 1 :])
            return
    yield block


def _split_lines(piece: Piece) -> Iterator[Piece]:
    yield piece if "\n" not in piece.text else piece._replace(text=piece.text.replace("\n", " "))


def _is_wrapped(blocks: list[Block]) -> bool:
    """Whether soft breaks merely wrap long lines: then most of them stand before a lower-case letter."""
    following = [
        block.pieces[at + 1].text.lstrip()[:1]
        for block in blocks
        for at, piece in enumerate(block.pieces[:-1])
        if piece.text == "\r"
    ]
    return sum(letter.islower() for letter in following) >= max(1, _WRAPPED_SHARE * len(following))


def _continues(before: list[Piece], after: list[Piece]) -> bool:
    """Whether a sentence runs on over a line break."""
    ending = "".join(piece.text for piece in before).rstrip()[-1:]
    beginning = after[0].text.lstrip()[:1] if after else ""
    return beginning.islower() and ending not in ".:;?!"


def _settle_stray_bold(lines: list[RawLine]) -> list[RawLine]:
    """Read `**` that Markdown left standing (it had white space on the wrong side) as the bold it was meant to be."""
    literal = [m for line in lines for piece in line.pieces for m in _STRAY_BOLD.finditer(piece.text)]
    if not literal:
        return lines
    paired, bold = len(literal) % 2 == 0, False
    settled = []
    for line in lines:
        pieces: list[Piece] = []
        for piece in line.pieces:
            at = 0
            for mark in [*_STRAY_BOLD.finditer(piece.text), None]:
                stop = mark.start() if mark else len(piece.text)
                if stop > at:
                    exact = piece.length == len(piece.text)
                    pieces.append(
                        Piece(
                            piece.text[at:stop],
                            piece.start + (at if exact else 0),
                            stop - at if exact else piece.length,
                            piece.strong or (paired and bold),
                        )
                    )
                if mark:
                    bold, at = not bold, mark.end()
        settled.append(replace(line, pieces=pieces))
    return settled


class Bullet(NamedTuple):
    """The sign that a line of running text begins an item with, and its length with one space that may follow."""

    mark: str
    length: int


def bullet_of(text: str) -> Bullet | None:
    """The bullet of a line; the second level of a list has one of its own."""
    bullet = _BULLET.match(text)
    return Bullet(bullet["mark"][:1], 1 + bullet["mark"][-1:].isspace()) if bullet else None


def _joined(lines: list[RawLine]) -> list[RawLine]:
    """A number that stands alone goes to what it numbers, and the rest of a sentence to its beginning."""
    out: list[RawLine] = []
    for line in lines:
        last = out[-1] if out else None
        text = _text(line)
        if not text:
            if line.pieces:
                out.append(line)
            continue
        if last is not None and last.block.mark == "text" and last.block.note == line.block.note:
            before = _text(last)
            bare = line.block.mark == "heading" and _BARE_NUMBER.fullmatch(before)
            number = (bare or _NUMBER.fullmatch(before)) and not _NUMBER.fullmatch(text)
            if number or (line.block.mark == "text" and _runs_on(before, text)):
                space = Piece(" ", line.pieces[0].start, 0)
                kept = line if number else last
                out[-1] = RawLine([*last.pieces, space, *line.pieces], kept.block, kept.number)
                continue
        out.append(line)
    return out


def _text(line: RawLine) -> str:
    return "".join(piece.text for piece in line.pieces).strip()


def _runs_on(before: str, after: str) -> bool:
    """Whether a sentence stands over two paragraphs: the second begins in lower case and is no item of a list."""
    if not after.split(maxsplit=1)[0].islower() or before[:1].islower() or len(before) > _MOST_JOINED:
        return False
    if after.endswith((";", ",", ":")) or _NUMBERED.match(after) or bullet_of(before) or bullet_of(after):
        return False
    if _GOES_ON.search(before):
        return True
    words = before.split()
    lower = sum(word[:1].islower() for word in words)
    ended = after.endswith((".", "!", "?")) or ". " in after
    return before[-1].isalnum() and len(words) >= 10 and 2 * lower > len(words) and ended and len(after.split()) >= 4
