"""Policy files -> canonical text: markup gone, characters repaired, nothing of the wording changed.

Markdown and plain text are read by one road, since most policies on disk are something between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal, NamedTuple

from ftfy import fix_encoding

from corpus.errors import UnreadablePolicy
from corpus.model import Cell, Link, OffsetMap, Run, Span
from corpus.text.lines import RawLine, bullet_of, lines_of
from corpus.text.markdown_blocks import Block, Linked, Piece, blocks_of
from corpus.text.table_cells import cells_of

_WORD = re.compile(r"\w")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f-\x9f]")
_DEBRIS = re.compile(r"^[\WÂÃ_]*$")  # what is left of a no-break space read in the wrong encoding, and of rules
_ARCHIVED = re.compile(r"archived on (\d{4}-\d{2}-\d{2})")
_LONGEST_WORD = 200  # code points


class Line(NamedTuple):
    """A line of canonical text as its source marked it; whether it is a heading or an item is for `segment` to say.

    `block` counts the paragraphs of the source; lines of one paragraph share it. `level` is the Markdown heading level
    (1 to 6) or the depth of the list (1 first). `strong` says that all of it is bold, `run_in` how many code points at
    its start are bold where the rest is not. `siblings` is the number of items of its list, `later`: not the first paragraph
    of its item. `note`: of a footnote.
    """

    span: Span
    mark: Literal["text", "heading", "item"]
    block: int
    level: int = 0
    strong: bool = False
    run_in: int = 0
    siblings: int = 0
    note: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """What an archive says of a text, above it: where it was published and when it was captured."""

    source_url: str
    snapshot_date: date


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its canonical text, its lines, the way back to the source, the archive's banner, its links, and the cells of
    its tables."""

    text: str
    lines: tuple[Line, ...]
    offsets: OffsetMap
    banner: Banner | None
    source: str = field(repr=False)
    links: tuple[Link, ...] = ()
    cells: tuple[Cell, ...] = ()


def decode(data: bytes, name: str) -> str:
    """The text of a policy file: UTF-8 (with or without byte-order mark), or UTF-16 with a byte-order mark.

    Raises:
        UnreadablePolicy: none of these; the message says what was tried and what to do.
    """
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise UnreadablePolicy(
            f'policy file "{name}" is empty ({len(data)} bytes); put the text of the policy into it or remove it'
        )
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding != "utf-16" and (b"\0" in data or data.startswith(b"%PDF-")):
        kind = "a PDF" if data.startswith(b"%PDF-") else "binary (it holds NUL bytes)"
        raise UnreadablePolicy(f'policy file "{name}" is {kind}, not text; save the policy as UTF-8 text or Markdown')
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadablePolicy(
            f'policy file "{name}" is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start} '
            "(tried UTF-8, and UTF-16 where a byte-order mark says so); "
            f'convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 "{Path(name).name}"'
        ) from error


def read_text(source: str, name: str = "text") -> Reading:
    """Read Markdown or plain text.

    Raises:
        UnreadablePolicy: it holds no word.
    """
    blocks, banner = _without_banner(blocks_of(source))
    text, lines, runs = _lay_out(lines_of(blocks))
    if not lines:
        raise UnreadablePolicy(
            f'policy file "{name}" holds no word ({len(source)} characters); put the text of the policy into it or remove it'
        )
    offsets = OffsetMap(tuple(runs))
    links = tuple(_placed((link for block in blocks for link in block.links), offsets))
    return Reading(text, tuple(lines), offsets, banner, source, links, cells_of(blocks, text, offsets))


def _without_banner(blocks: list[Block]) -> tuple[list[Block], Banner | None]:
    """Take off the archive's banner: a quoted first paragraph that gives the date and a link to the snapshot."""
    first = next((block for block in blocks if block.pieces), None)
    if first is None or not first.quoted or not first.links:
        return blocks, None
    archived = _ARCHIVED.search("".join(piece.text for piece in first.pieces))
    if archived is None:
        return blocks, None
    try:
        snapshot = date.fromisoformat(archived.group(1))
    except ValueError:
        return blocks, None
    return [block for block in blocks if block is not first], Banner(first.links[0].address, snapshot)


def _placed(links: Iterable[Linked], offsets: OffsetMap) -> Iterator[Link]:
    """The links with the words they stand on, in order. One that stands on none, a picture, is left out, and one that begins
    inside another."""
    at = 0
    for link in sorted(links, key=lambda link: (link.start, -link.end)):
        words = offsets.to_text(link.start, link.end)
        if words and link.start >= at:
            at = link.end
            yield Link(words, link.address)


# --- lines -> canonical text -------------------------------------------------------------------------------------------


def _lay_out(raw_lines: list[RawLine]) -> tuple[str, list[Line], list[Run]]:
    """Write the lines one below the other, blocks parted by an empty line, and note where each run came from."""
    parts: list[str] = []
    lines: list[Line] = []
    runs: list[Run] = []
    length = 0
    bullets: list[str] = []  # of the lists that are open, outermost first
    previous: RawLine | None = None
    for raw in raw_lines:
        words = list(_words(raw.pieces))
        content = "".join(word.text for word in words).strip()
        if not content or _DEBRIS.match(content) or not _WORD.search(content):
            continue
        mark, level = raw.block.mark, raw.block.level
        bullet = bullet_of("".join(piece.text for piece in raw.pieces)) if mark == "text" else None
        if bullet:
            bullets = bullets[: bullets.index(bullet.mark)] if bullet.mark in bullets else bullets
            bullets.append(bullet.mark)
            mark, level, words = "item", len(bullets), _drop(words, bullet.length)
        else:
            bullets = []
        if previous is not None:
            tight = previous.number == raw.number or (previous.block.mark == mark == "item")
            parts.append("\n" if tight else "\n\n")
            length += len(parts[-1])
        start = length
        bold = plain = 0
        leading = True
        for word in words:
            parts.append(word.text)
            if word.length or word.text.strip():
                runs.append(Run(length, len(word.text), word.start, word.length))
            length += len(word.text)
            if word.strong and leading:
                bold = length - start
            elif word.text.strip():
                leading = False
            plain += bool(word.text.strip()) and not word.strong
        level = max(level, 1) if mark == "item" else level
        lines.append(
            Line(
                Span(start, length),
                mark,
                raw.number,
                level,
                bold > 0 and plain == 0,
                bold if bold and plain else 0,
                raw.block.siblings,
                raw.block.note,
                raw.block.later,
            )
        )
        previous = raw
    return "".join(parts), lines, _merged(runs)


def _words(pieces: list[Piece]) -> Iterator[Piece]:
    """Words and single spaces of a line, repaired, without white space at either end."""
    pending: Piece | None = None
    begun = False
    for piece in _repaired(pieces):
        for run in re.finditer(r"\s+|\S+", piece.text):
            exact = piece.length == len(piece.text)
            start = piece.start + (run.start() if exact else 0)
            length = run.end() - run.start() if exact else piece.length
            if run.group().isspace():
                if pending is None:
                    space = "\t" if piece.text == "\t" and not piece.length else " "
                    pending = Piece(space, start, min(length, 1), piece.strong)
                continue
            if pending is not None and begun:
                yield pending
            pending, begun = None, True
            yield Piece(run.group(), start, length, piece.strong)


def _repaired(pieces: list[Piece]) -> Iterator[Piece]:
    """Undo wrongly decoded characters and drop invisible ones; runs that change map as a whole."""
    for piece in pieces:
        if piece.text.isascii() and not _INVISIBLE.search(piece.text):
            yield piece
            continue
        fixed = _INVISIBLE.sub("", fix_encoding(piece.text))
        if fixed == piece.text or piece.length != len(piece.text):
            yield piece._replace(text=fixed)
            continue
        words, repaired = piece.text.split(" "), fixed.split(" ")
        if len(words) != len(repaired):
            repaired = [_INVISIBLE.sub("", fix_encoding(word)) for word in words]
        at = piece.start
        for number, (word, better) in enumerate(zip(words, repaired, strict=True)):
            space = " " if number else ""
            yield from _aligned(space + word, space + better, at, piece.strong)
            at += len(space + word)


def _aligned(text: str, fixed: str, start: int, strong: bool) -> Iterator[Piece]:
    """A repaired word, in runs of what changed and what did not. A very long one is a run: aligning it could take minutes."""
    if text == fixed or len(text) > _LONGEST_WORD:
        yield Piece(fixed, start, len(text), strong)
        return
    for _, a, b, c, d in SequenceMatcher(None, text, fixed, autojunk=False).get_opcodes():
        if d > c:
            yield Piece(fixed[c:d], start + a, b - a, strong)


def _drop(words: list[Piece], count: int) -> list[Piece]:
    """The words of a line without its first `count` characters (a bullet and the space after it)."""
    while words and count >= len(words[0].text):
        count -= len(words[0].text)
        words = words[1:]
    if words and count > 0:
        first = words[0]
        exact = count if first.length == len(first.text) else 0
        rest = first._replace(text=first.text[count:], start=first.start + exact, length=first.length - exact)
        words = [rest, *words[1:]]
    return words


def _merged(runs: list[Run]) -> list[Run]:
    """Join neighbouring runs that were copied character by character."""
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.text_length == last.source_length
            and run.text_length == run.source_length
            and last.text_start + last.text_length == run.text_start
            and last.source_start + last.source_length == run.source_start
        ):
            merged[-1] = Run(
                last.text_start,
                last.text_length + run.text_length,
                last.source_start,
                last.source_length + run.source_length,
            )
        else:
            merged.append(run)
    return merged
