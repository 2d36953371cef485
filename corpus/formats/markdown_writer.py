"""Blocks of a document -> Markdown that `corpus.text.canonical` reads back as the same words.

Every reader yields a flat sequence of blocks, so that nothing is as deep as the document that somebody hands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import quote

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&])")
_LINE_START = re.compile(r"^(?:(?P<sign>[#+=\-])|(?P<number>\d{1,9})(?P<stop>[.)]))")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DEEPEST_LIST = 8


class Words(NamedTuple):
    """Some characters of a block, bold or not, and where they lead; "\\n" alone is a line break that the document makes."""

    text: str
    strong: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (level 1 to 6), a paragraph, or a list item (level: depth of its list, 1 first) of a document.

    `number` is the item's number where its list is numbered. `within` says of a paragraph that it goes on with the item
    before it, at that depth.
    """

    mark: Literal["heading", "text", "item"]
    words: tuple[Words, ...]
    level: int = 0
    number: int | None = None
    within: int = 0

    @property
    def text(self) -> str:
        """The characters, white space made single spaces."""
        return _SPACE.sub(" ", "".join(words.text for words in self.words)).strip()


def write(parts: Iterable[Part]) -> str:
    """The Markdown of a document."""
    out: list[str] = []
    widths: list[int] = []  # of the markers of the open lists, outermost first
    numbered: list[bool] = []  # whether these lists are
    before = ""
    for part in parts:
        lines = _lines(part)
        if not lines:
            continue
        joins = changes = False
        if part.mark == "heading":
            widths.clear()
            numbered.clear()
            first, rest = f"{'#' * min(max(part.level, 1), 6)} ", ""
            lines = [" ".join(lines)]
        elif part.mark == "item":
            depth = min(max(part.level, 1), len(widths) + 1, _DEEPEST_LIST)
            # A number other than 1 that opens a list right below a line would be read on as that line.
            joins = part.number in (None, 1) or (depth <= len(widths) and numbered[depth - 1])
            changes = depth <= len(widths) and numbered[depth - 1] != (part.number is not None)
            del widths[depth - 1 :], numbered[depth - 1 :]
            numbered.append(part.number is not None)
            marker = "*   " if part.number is None else f"{f'{part.number}.':<4}"
            first = " " * sum(widths) + (marker if marker.endswith(" ") else marker + " ")
            widths.append(len(first) - sum(widths))
            rest = " " * sum(widths)
        else:
            del widths[part.within :], numbered[part.within :]
            first = rest = " " * sum(widths)
        if before:
            out.append("\n" if part.mark == before == "item" and joins and not changes else "\n\n")
        out.append(first + ("\\\n" + rest).join(lines))
        before = part.mark
    return "".join(out) + "\n" if out else ""


def merged(words: Iterable[Words]) -> tuple[Words, ...]:
    """Neighbouring words of one weight joined, so that a bold stretch gets one pair of marks."""
    out: list[Words] = []
    for word in words:
        last = out[-1] if out else None
        if last is not None and last.text != "\n" and word.text != "\n":
            blank = not word.text.strip() or not last.text.strip()
            if last.link == word.link and (last.strong == word.strong or blank):
                strong = last.strong if last.text.strip() else word.strong
                out[-1] = Words(last.text + word.text, strong, word.link)
                continue
        out.append(word)
    return tuple(out)


def _lines(part: Part) -> list[str]:
    """The lines of a part with their marks, none of them blank."""
    lines: list[list[Words]] = [[]]
    for word in merged(part.words):
        if word.text == "\n":
            lines.append([])
        else:
            lines[-1].append(word)
    written = (_line(line, marks=part.mark != "heading") for line in lines)
    return [line for line in written if line]


def _line(line: list[Words], *, marks: bool) -> str:
    whole = ""
    texts = [_SPACE.sub(" ", _UNREADABLE.sub("", word.text)) for word in line]
    for at, (word, text) in enumerate(zip(line, texts, strict=True)):
        core = text.strip(" ")
        after = "".join(texts[at + 1 :])[:1] if text.endswith(core) else " "
        before = whole[-1:] if text.startswith(core) else " "
        escaped = _MARKUP.sub(r"\\\1", core)
        if word.link and core:
            bold = f"**{escaped}**" if marks and word.strong and "**" not in core else escaped
            whole += " " if text.startswith(" ") else ""
            if whole.endswith("!"):  # else it were a picture
                whole = f"{whole[:-1]}\\!"
            whole += f"[{bold}]({_address(word.link)}){' ' if text.endswith(' ') else ''}"
            continue
        if marks and word.strong and core and _flanked(before, core, after):
            escaped = f"**{escaped}**"
        whole += (" " if text.startswith(" ") else "") + escaped
        if core and text.endswith(" "):
            whole += " "
    return _LINE_START.sub(_escaped_start, _SPACE.sub(" ", whole).strip(" "))


def _address(link: str) -> str:
    """An address as a link of Markdown takes it."""
    return quote(link, safe="/?#@:;,=&%+$!'*~-._").replace("*", "%2A").replace("~", "%7E").replace("&", "&amp;")


def _flanked(before: str, core: str, after: str) -> bool:
    """Whether Markdown takes `**` on either side for bold: a mark between a letter and a full stop faces the wrong way."""
    opens = core[0].isalnum() or not before.isalnum()
    closes = core[-1].isalnum() or not after.isalnum()
    return opens and closes and "**" not in core


def _escaped_start(found: re.Match[str]) -> str:
    if found["sign"]:
        return "\\" + found["sign"]
    return f"{found['number']}\\{found['stop']}"
