"""What of a document's source stands in no clause, no heading and no list of what was left out."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from benchmarks.documents.read import Read
from benchmarks.documents.source import Block, blocks_of
from corpus.errors import CorpusError
from corpus.formats.convert import Document, load

FEWEST = 10  # words of a block that is looked for; two characters of a script without spaces count as one
_RUN = 4  # words in a row that do not stand somewhere else by chance
# Scripts that put no spaces between words: each character is a token.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+|\d+")
_NUMBER: Final = re.compile(r"\d{1,3}")
_CHARACTER: Final = re.compile(f"[{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Loss:
    """A block of the source of which some words were not found: how many it has, how many are missing, and which."""

    block: Block
    words: float
    lost: float
    missing: str


@dataclass(frozen=True, slots=True)
class Held:
    """What became of one file: words of its blocks of ten or more, blocks that are lost and those left out knowingly.

    `refused` is the error where the file was not read at all; then `read` is None. `seconds` is the processor's time of reading:
    that of the clock tells as much of whoever else uses the machine.
    """

    name: str
    blocks: tuple[Block, ...] = field(repr=False)
    words: float = 0.0
    losses: tuple[Loss, ...] = ()
    left_out: tuple[Loss, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: str = ""
    seconds: float = 0.0
    read: Read | None = field(default=None, repr=False)

    @property
    def lost(self) -> float:
        """Words that are lost."""
        return sum(loss.lost for loss in self.losses)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation; each character of a script without spaces.

    Numbers below a thousand are none: those of items and of notes stand in one reading and not in the other.
    """
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return [word for word in words if not _NUMBER.fullmatch(word)]


def weight(words: Iterable[str]) -> float:
    """How many words some tokens are; a character of a script without spaces is half of one."""
    return sum(0.5 if _CHARACTER.fullmatch(word) else 1.0 for word in words)


class Text:
    """A text that blocks are looked for in, however white space, case and punctuation are laid."""

    def __init__(self, parts: Iterable[str]) -> None:
        words = [word for part in parts for word in tokens(part)]
        self._squeezed = "".join(words)
        self._runs = {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}

    def missing(self, words: Sequence[str]) -> list[bool]:
        """For each token of a block whether it is missing: in no run of four that stands in the text."""
        if "".join(words) in self._squeezed:
            return [False] * len(words)
        gone = [True] * len(words)
        for at in range(len(words) - _RUN + 1):
            if tuple(words[at : at + _RUN]) in self._runs:
                gone[at : at + _RUN] = [False] * _RUN
        return gone


def hold(path: Path) -> Held:
    """Read a file as the program does and another way, and look for each block of ten words or more.

    Raises:
        ValueError: the other way cannot read it.
    """
    blocks = tuple(blocks_of(path))
    begun = _spent()
    try:
        document = load(path)
    except CorpusError as error:
        words = sum(size for block in blocks if (size := weight(tokens(block.text))) >= FEWEST)
        return Held(path.name, blocks, words, refused=str(error).replace(f"{path.parent}/", "").strip())
    return compare(path.name, blocks, document, seconds=_spent() - begun)


def _spent() -> float:
    """Processor time of this program and of those that it started, in seconds."""
    return sum(os.times()[:4])


def compare(name: str, blocks: Sequence[Block], document: Document, *, seconds: float = 0.0) -> Held:
    """The blocks of a source held against a document made of it."""
    read = Read.of(document.markdown)
    kept = Text(read.parts)
    dropped = Text(map(_text_of, getattr(document, "left_out", ())))
    size, losses, left_out = 0.0, [], []
    for block in blocks:
        words = tokens(block.text)
        if weight(words) < FEWEST:
            continue
        size += weight(words)
        not_kept = kept.missing(words)
        if not any(not_kept):
            continue
        not_said = dropped.missing(words)
        losses += _loss(block, words, [a and b for a, b in zip(not_kept, not_said, strict=True)])
        left_out += _loss(block, words, [a and not b for a, b in zip(not_kept, not_said, strict=True)])
    return Held(
        name, tuple(blocks), size, tuple(losses), tuple(left_out), document.warnings, seconds=seconds, read=read
    )


def _text_of(item: Any) -> str:
    return item if isinstance(item, str) else str(item.text)


def _loss(block: Block, words: Sequence[str], gone: Sequence[bool]) -> list[Loss]:
    """The tokens that are gone as one loss. A few between others that are not gone are none: a mark or a number that was
    taken out parts a run, and its neighbours are found in no other.
    """
    runs = [
        [word for word, _ in run] for away, run in groupby(zip(words, gone, strict=True), lambda pair: pair[1]) if away
    ]
    missing = [word for run in runs if len(run) >= _RUN for word in run]
    return [Loss(block, weight(words), weight(missing), " ".join(missing))] if missing else []


def measures(held: Sequence[Held]) -> dict[str, Any]:
    """The shares of all words that are lost and left out, JSON-ready; and of each file, without a word of its text."""
    read = [each for each in held if not each.refused]
    words = sum(each.words for each in read)
    return {
        "files": len(held),
        "refused": {each.name: each.refused for each in held if each.refused},
        "flagged": {each.name: list(each.warnings) for each in read if each.warnings},
        "clauses": sum(len(each.read.clauses) for each in read if each.read),
        "words": round(words),
        "lost_words": round(sum(each.lost for each in read)),
        "lost_blocks": sum(len(each.losses) for each in read),
        "lost": _share(sum(each.lost for each in read), words),
        "left_out": _share(_left_out(read), words),
        "seconds_most": round(max((each.seconds for each in read), default=0.0), 3),
        "each": {
            each.name: {
                "words": round(each.words),
                "lost": _share(each.lost, each.words),
                "lost_blocks": len(each.losses),
                "left_out": _share(_left_out([each]), each.words),
                "clauses": len(each.read.clauses) if each.read else 0,
                "seconds": round(each.seconds, 3),
            }
            for each in read
        },
    }


def _left_out(held: Sequence[Held]) -> float:
    return sum(loss.lost for each in held for loss in each.left_out)


def _share(part: float, whole: float) -> float:
    return round(part / whole, 5) if whole else 0.0
