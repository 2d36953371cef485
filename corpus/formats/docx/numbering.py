"""The numbers that Word writes before headings and clauses: they stand in no paragraph, only in what its lists say.

ECMA-376 part 1, 17.9: a paragraph names a list (`w:num`) and a level of it; the list takes its levels from an abstract one,
whose counters it shares with every other list made of it, and may start anew or change a level.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from docx.oxml.ns import qn

DEEPEST: Final = 8  # level of a list, 0 first
_PLACE: Final = re.compile(r"%([1-9])")
_SHOWN: Final = re.compile(r"[^\W_]")
_ROMAN: Final = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)
_LONGEST_ROMAN = 4_000
_CARDINALS: Final = (
    "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen "
    "Nineteen Twenty"
).split()
_ORDINALS: Final = (
    "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth Fifteenth "
    "Sixteenth Seventeenth Eighteenth Nineteenth Twentieth"
).split()


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: how it counts, its text ("%1.%2"), from which number, after which levels it starts anew.

    `restart`: None after every higher level, 0 never, n after levels 1 to n. `legal`: higher levels are shown in digits.
    """

    kind: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    tight: bool = False
    style: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _starts: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: Any, list_of_style: Callable[[str], str | None]) -> Numbering:
        """The lists of a `w:numbering` element (or None); `list_of_style` gives the list that a numbering style names."""
        out = cls()
        if numbering is None:
            return out
        kinds: dict[str, dict[int, Level]] = {}
        linked: dict[str, str] = {}
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            id_ = abstract.get(qn("w:abstractNumId")) or ""
            kinds[id_] = dict(map(_level, abstract.iterchildren(qn("w:lvl"))))
            style = value_of(abstract.find(qn("w:numStyleLink")))
            if style:
                linked[id_] = style
        for number in numbering.iterchildren(qn("w:num")):
            id_ = number.get(qn("w:numId")) or ""
            out._abstract[id_] = value_of(number.find(qn("w:abstractNumId"))) or ""
            out.levels[id_] = dict(kinds.get(out._abstract[id_], {}))
            for override in number.iterchildren(qn("w:lvlOverride")):
                depth = _depth(override)
                changed = override.find(qn("w:lvl"))
                if changed is not None:
                    out.levels[id_][depth] = _level(changed)[1]
                start = number_of(override.find(qn("w:startOverride")))
                if start is not None:
                    out._starts.setdefault(id_, {})[depth] = start
        for id_, abstract_id in list(out._abstract.items()):
            other = list_of_style(linked[abstract_id]) if abstract_id in linked else None
            if other in out.levels and not kinds.get(abstract_id):
                out.levels[id_] = {**out.levels[other], **out.levels[id_]}
                out._abstract[id_] = out._abstract[other]
        return out

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level of a list that belongs to a paragraph style."""
        return next((at for at, level in self.levels.get(list_id, {}).items() if style and level.style == style), None)

    def shows(self, list_id: str, depth: int) -> bool:
        """Whether a paragraph of this list has a mark before it, a number or a bullet."""
        level = self.levels.get(list_id, {}).get(depth)
        return level is None or level.kind != "none" or bool(level.text.strip())

    def next(self, list_id: str, depth: int) -> str:
        """Count one paragraph on: what Word writes before it, a space after; empty where that is a bullet or nothing."""
        levels = self.levels.get(list_id, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._abstract.get(list_id, list_id), {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for overridden in self._starts.get(list_id, {}):
                counts.pop(overridden, None)
        counts[depth] = counts[depth] + 1 if depth in counts else self._start(list_id, depth)
        for deeper in range(depth + 1, DEEPEST + 1):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or depth < restart:
                counts.pop(deeper, None)
        if level.kind == "bullet":
            return ""

        def counted(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            kind = levels[at].kind if at in levels else "decimal"
            if level.legal and kind not in ("none", "bullet"):
                kind = "decimal"
            return _written(counts.get(at, self._start(list_id, at)), kind)

        label = _PLACE.sub(counted, level.text).strip()
        return f"{label}{'' if level.tight else ' '}" if _SHOWN.search(label) else ""

    def _start(self, list_id: str, depth: int) -> int:
        level = self.levels.get(list_id, {}).get(depth, Level())
        return self._starts.get(list_id, {}).get(depth, level.start)


def value_of(element: Any) -> str | None:
    """The `w:val` of an element, or None."""
    found = element.get(qn("w:val")) if element is not None else None
    return str(found) if found is not None else None


def number_of(element: Any) -> int | None:
    """The `w:val` of an element as a number from 0 to 999,999, or None."""
    value = value_of(element)
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,6}", value) else None


def is_on(element: Any) -> bool:
    """Whether a property that is there is on: `<w:b/>`, but not `<w:b w:val="0"/>`."""
    return value_of(element) not in ("0", "false", "off", "none")


def _depth(element: Any) -> int:
    value = element.get(qn("w:ilvl")) or "0"
    return min(int(value), DEEPEST) if re.fullmatch(r"[0-9]{1,6}", value) else 0


def _level(element: Any) -> tuple[int, Level]:
    legal = element.find(qn("w:isLgl"))
    start = number_of(element.find(qn("w:start")))
    level = Level(
        value_of(element.find(qn("w:numFmt"))) or "decimal",
        value_of(element.find(qn("w:lvlText"))) or "",
        restart=number_of(element.find(qn("w:lvlRestart"))),
        legal=legal is not None and is_on(legal),
        tight=value_of(element.find(qn("w:suff"))) == "nothing",
        style=value_of(element.find(qn("w:pStyle"))) or "",
    )
    return _depth(element), level if start is None else replace(level, start=start)


def _written(number: int, kind: str) -> str:
    """A number as a list writes it; in digits where Word has a way that is not known here."""
    if kind == "none":
        return ""
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26 * DEEPEST:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind in ("lowerRoman", "upperRoman") and 0 < number < _LONGEST_ROMAN:
        text, left = "", number
        for value, letters in _ROMAN:
            text += letters * (left // value)
            left %= value
    elif kind in ("cardinalText", "ordinalText") and 0 < number <= len(_CARDINALS):
        return (_CARDINALS if kind == "cardinalText" else _ORDINALS)[number - 1]
    elif kind == "ordinal":
        tens = 10 < number % 100 < 14
        return f"{number}{'th' if tens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    elif kind == "decimalEnclosedParen":
        return f"({number})"
    elif kind == "decimalEnclosedFullstop":
        return f"{number}."
    else:
        return f"{number:02}" if kind == "decimalZero" else str(number)
    return text.upper() if kind.startswith("upper") else text
