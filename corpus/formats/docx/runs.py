"""The words of a Word paragraph, and what hangs on it: notes, text boxes. What was deleted, is struck out or hidden is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from docx.oxml.ns import qn

from corpus.formats.docx.numbering import number_of, value_of
from corpus.formats.docx.styles import Style, Styles, struck, toggled
from corpus.formats.markdown_writer import Words

_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATIVES, _CHOICE, _FALLBACK = f"{_MC}AlternateContent", f"{_MC}Choice", f"{_MC}Fallback"
_R, _T, _SYM, _SDT = qn("w:r"), qn("w:t"), qn("w:sym"), qn("w:sdt")
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BREAKS: Final = frozenset((qn("w:br"), qn("w:cr")))
_TABS: Final = frozenset((qn("w:tab"), qn("w:ptab")))
_NO_BREAK: Final = qn("w:noBreakHyphen")
_DRAWN: Final = frozenset((qn("w:drawing"), qn("w:pict"), qn("w:object")))
_BOX: Final = qn("w:txbxContent")
_HYPERLINK, _SIMPLE, _CHAR, _INSTRUCTION = (
    qn(f"w:{name}") for name in ("hyperlink", "fldSimple", "fldChar", "instrText")
)
_LEADS: Final = re.compile(r'\s*HYPERLINK\s+"([^"]{1,2000})"', re.IGNORECASE)
_NOTES: Final = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
# What stands in a paragraph and is none of its words: deleted or moved away, instructions of fields, how to say a word.
_SILENT: Final = frozenset(
    qn(f"w:{name}") for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText", "rt", "fldData")
)
# Letters of Word's fonts of signs, as tables of "collected" and "not collected" use them.
_SIGNS: Final = {"FC": "✓", "FE": "☑", "FB": "✗", "FD": "☒", "A8": "☐", "6F": "☐", "52": "☑", "50": "✓", "4F": "✗"}
_SIGN_FONTS: Final = ("wingdings", "webdings")


@dataclass(slots=True)
class Paragraph:
    """What a paragraph holds: its words; the notes it refers to, as (kind, id); the contents of its text boxes.

    `size` is that of its smallest letters, in half points; `struck`: some of its words are struck out, which are not among these.
    """

    words: list[Words] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    size: int = 0
    struck: bool = False

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(word.text for word in self.words).strip()

    @property
    def strong(self) -> bool:
        """Whether all of its words are bold."""
        return all(word.strong for word in self.words if word.text.strip())


class _Letters(NamedTuple):
    """How letters are set: the size in half points; `marked`: they are the mark of a note."""

    bold: bool
    hidden: bool
    struck: bool
    size: int
    marked: bool = False


@dataclass(slots=True)
class _Links:
    """Where the words at hand lead: by the link that they stand in, or by a field ("HYPERLINK ...") that is open."""

    known: Mapping[str, str]
    _fields: list[tuple[str, bool]] = field(default_factory=list)  # what each says so far; whether its words have begun

    def of(self, element: Any) -> str | None:
        """The address of a link or of a field in one piece."""
        if element.tag == _HYPERLINK:
            return self.known.get(element.get(qn("r:id")) or "")
        found = _LEADS.match(element.get(qn("w:instr")) or "") if element.tag == _SIMPLE else None
        return found[1] if found else None

    def take(self, element: Any) -> None:
        """Read the marks of a field in several pieces."""
        kind = element.get(qn("w:fldCharType")) if element.tag == _CHAR else None
        if kind == "begin":
            self._fields.append(("", False))
        elif self._fields and kind == "separate":
            self._fields[-1] = (self._fields[-1][0], True)
        elif self._fields and kind == "end":
            self._fields.pop()
        elif self._fields and element.tag == _INSTRUCTION and not self._fields[-1][1]:
            self._fields[-1] = (self._fields[-1][0] + (element.text or ""), False)

    @property
    def open(self) -> str | None:
        """The address of the innermost open field."""
        found = [_LEADS.match(said) for said, begun in self._fields if begun]
        return next((one[1] for one in reversed(found) if one), None)


def read_paragraph(element: Any, style: Style, styles: Styles, links: Mapping[str, str]) -> Paragraph:
    """The words of a paragraph's runs, also of those in links, content controls and accepted insertions.

    `links` are the addresses of the part that it stands in, by their ids.
    """
    out, leads = Paragraph(), _Links(links)
    sizes: set[int] = set()
    plain = _Letters(bool(style.bold), bool(style.hidden), bool(style.struck), style.size or styles.size)
    waiting: list[tuple[Iterator[Any], _Letters, str | None]] = [(iter(element), plain, None)]
    while waiting:
        children, letters, link = waiting[-1]
        child = next(children, None)
        if child is None:
            waiting.pop()
            continue
        tag = child.tag
        leads.take(child)
        if tag in _SILENT or not isinstance(tag, str) or is_placeholder(child):
            continue
        text = _text(child)
        if tag == _ALTERNATIVES:
            chosen = choice(child)
            if chosen is not None:
                waiting.append((iter(chosen), waiting[-1][1], link))
        elif tag in _DRAWN:
            out.boxes.extend(_boxes(child))
        elif tag in _NOTES:
            out.notes.append((_NOTES[tag], child.get(qn("w:id")) or ""))
            if child.get(qn("w:customMarkFollows")) in ("1", "true", "on"):
                waiting[-1] = (children, letters._replace(marked=True), link)  # the rest of this run is the note's mark
        elif text is not None:
            if letters.hidden or letters.marked:
                continue
            if letters.struck:
                out.struck |= bool(text.strip())
                continue
            out.words.append(Words(text) if text == "\n" else Words(text, letters.bold, link or leads.open))
            if text.strip():
                sizes.add(letters.size)
        elif tag == _R:
            properties = child.find(qn("w:rPr"))
            if properties is None:
                waiting.append((iter(child), plain, link))
                continue
            named = styles.get(value_of(properties.find(qn("w:rStyle"))))
            own = _Letters(
                _first(toggled(properties, "w:b"), named.bold, plain.bold),
                _first(toggled(properties, "w:vanish"), named.hidden, plain.hidden),
                _first(struck(properties), named.struck, plain.struck),
                number_of(properties.find(qn("w:sz"))) or named.size or plain.size,
            )
            waiting.append((iter(child), own, link))
        else:
            waiting.append((iter(child), waiting[-1][1], leads.of(child) or link))
    out.size = min(sizes, default=0)
    return out


def is_placeholder(element: Any) -> bool:
    """Whether this is a content control that nobody has filled in ("Click here to enter text")."""
    return element.tag == _SDT and element.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None


def choice(element: Any) -> Any:
    """Of contents given in several ways, the one to read: the first, or the last resort where only that holds text."""
    ways = list(element.iterchildren(_CHOICE, _FALLBACK))
    return next((way for way in ways if next(way.iter(_T), None) is not None), ways[0] if ways else None)


def _text(element: Any) -> str | None:
    """What an element says; None where only what is in it says something."""
    tag = element.tag
    if tag in (_T, _MATH):
        return element.text or ""
    if tag in _BREAKS:
        return "\n"
    if tag in _TABS:
        return " "
    if tag == _NO_BREAK:
        return "-"
    if tag != _SYM:
        return None
    font, code = (element.get(qn("w:font")) or "").lower(), (element.get(qn("w:char")) or "").upper()
    return _SIGNS.get(code[-2:], " ") if font.startswith(_SIGN_FONTS) else " "


def _boxes(drawing: Any) -> Iterator[Any]:
    """The contents of the text boxes of a drawing; those inside them are left to whoever reads these."""
    waiting = [iter(drawing)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == _BOX:
            yield child
        elif child.tag == _ALTERNATIVES:
            chosen = choice(child)
            if chosen is not None:
                waiting.append(iter(chosen))
        else:
            waiting.append(iter(child))


def _first(*given: bool | None) -> bool:
    return next((bool(one) for one in given if one is not None), False)
