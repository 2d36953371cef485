"""What the styles of a Word document say of a paragraph and its letters: each style goes on with the one it is based on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from docx.oxml.ns import qn

from corpus.formats.docx.numbering import DEEPEST, is_on, number_of, value_of

_HEADING: Final = re.compile(r"heading (\d)", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"toc \d|toc heading|table of (?:figures|authorities)", re.IGNORECASE)
_USUAL_SIZE = 20  # half points, where a document says nothing


@dataclass(slots=True)
class Style:
    """A style, by what it says itself; None is what it leaves to the style that it is based on.

    `size` is in half points, `left` (the indent) in twentieths of a point, `outline` and the level of `list` count from 0;
    the level of `list` is None where only the list knows it. `header`: the first row of a table is set in bold.
    """

    name: str = ""
    above: str = ""
    bold: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None
    size: int | None = None
    left: int | None = None
    outline: int | None = None
    list: tuple[str, int | None] | None = None
    header: bool | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a document by id, each with what it has from those above it."""

    known: dict[str, Style] = field(default_factory=dict)
    usual: str = ""
    size: int = _USUAL_SIZE

    @classmethod
    def of(cls, styles: Any) -> Styles:
        """The styles of a `w:styles` element."""
        out = cls()
        size = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:sz')}")
        out.size = number_of(size) or _USUAL_SIZE
        for element in styles.iterchildren(qn("w:style")):
            id_ = element.get(qn("w:styleId")) or ""
            out.known[id_] = _style(element, id_)
            if element.get(qn("w:type")) == "paragraph" and element.get(qn("w:default")) in ("1", "true", "on"):
                out.usual = id_
        for style in list(out.known.values()):
            above, seen = style.above, set[str]()
            while above in out.known and above not in seen:
                seen.add(above)
                other = out.known[above]
                for what in ("bold", "hidden", "struck", "size", "left", "outline", "list", "header"):
                    if getattr(style, what) is None:
                        setattr(style, what, getattr(other, what))
                above = other.above
        return out

    def get(self, id_: str | None) -> Style:
        """A style by id; an empty one where there is none."""
        return self.known.get(id_ or "") or Style(name=id_ or "")

    def of_paragraph(self, id_: str | None) -> Style:
        """The style of a paragraph: that which it names, or the document's usual one."""
        return self.get(id_) if id_ else self.get(self.usual)


def is_contents(name: str) -> bool:
    """Whether a style is that of a table of contents."""
    return _CONTENTS.fullmatch(name) is not None


def heading_level(style: Style, properties: Any) -> int:
    """The level of a heading, 1 to 6; 0 where the paragraph is none."""
    found = _HEADING.match(style.name)
    if found:
        return min(max(int(found[1]), 1), 6)
    if style.name.lower() == "title":
        return 1
    outline = number_of(properties.find(qn("w:outlineLvl"))) if properties is not None else None
    outline = style.outline if outline is None else outline
    return outline + 1 if outline is not None and outline < 6 else 0


def list_of(properties: Any) -> tuple[str | None, int | None] | None:
    """The list and level that a paragraph or style names; either may be left to the style above."""
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    level = number_of(numbering.find(qn("w:ilvl")))
    return value_of(numbering.find(qn("w:numId"))), None if level is None else min(level, DEEPEST)


def left_of(properties: Any) -> int | None:
    """How far a paragraph is indented, in twentieths of a point; None where it does not say."""
    indent = properties.find(qn("w:ind")) if properties is not None else None
    if indent is None:
        return None
    value = indent.get(qn("w:left")) or indent.get(qn("w:start")) or ""
    return int(value) if re.fullmatch(r"[0-9]{1,5}", value) else None


def _style(element: Any, id_: str) -> Style:
    properties, runs = element.find(qn("w:pPr")), element.find(qn("w:rPr"))
    style = Style(value_of(element.find(qn("w:name"))) or id_, value_of(element.find(qn("w:basedOn"))) or "")
    if runs is not None:
        style.bold, style.hidden = toggled(runs, "w:b"), toggled(runs, "w:vanish")
        style.struck, style.size = struck(runs), number_of(runs.find(qn("w:sz")))
    if properties is not None:
        style.outline, style.left = number_of(properties.find(qn("w:outlineLvl"))), left_of(properties)
        list_ = list_of(properties)
        if list_ is not None and list_[0] is not None:
            style.list = (list_[0], list_[1])
    for part in element.iterchildren(qn("w:tblStylePr")):
        if part.get(qn("w:type")) == "firstRow" and part.find(qn("w:rPr")) is not None:
            style.header = toggled(part.find(qn("w:rPr")), "w:b")
    return style


def struck(properties: Any) -> bool | None:
    """Whether letters are struck out, with one line or two; None where their properties do not say."""
    said = [on for on in (toggled(properties, "w:strike"), toggled(properties, "w:dstrike")) if on is not None]
    return any(said) if said else None


def toggled(properties: Any, name: str) -> bool | None:
    """Whether a property is on or off; None where it is not there."""
    found = properties.find(qn(name)) if properties is not None else None
    return None if found is None else is_on(found)
