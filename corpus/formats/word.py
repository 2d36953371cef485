"""A Word document (DOCX) -> blocks: headings, paragraphs, numbered and bulleted lists, tables, in their order."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import docx
from docx.oxml.ns import qn

from corpus.errors import UnreadablePolicy
from corpus.formats.grid import Grid, rows_as_items
from corpus.formats.limits import MOST_PARTS, MOST_RATIO, MOST_UNPACKED, check_characters, too_large
from corpus.formats.markdown import Part, Words
from corpus.formats.stated import Head

_HEADING: Final = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST_STYLE: Final = re.compile(r"list (bullet|number|paragraph)(?: (\d))?", re.IGNORECASE)
_OTHERS: Final = (
    ("xl/workbook.xml", "an Excel table"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
    ("META-INF/container.xml", "an e-book (EPUB)"),
)
_SMALL = 100_000  # bytes; a part this small may pack to nothing (empty tables of styles do)
_BULLETS: Final = ("bullet", "none")
_MOST_DEPTH = 8

_P, _TBL, _TR, _TC, _SDT, _R, _T = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "sdt", "r", "t"))
_TAB, _BR, _CR, _NO_BREAK = (qn(f"w:{name}") for name in ("tab", "br", "cr", "noBreakHyphen"))
_VAL, _PPR, _RPR = qn("w:val"), qn("w:pPr"), qn("w:rPr")
# What stands in a paragraph and is none of its words: what was deleted or moved away, comments, instructions of fields.
_SILENT: Final = frozenset(
    qn(f"w:{name}") for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "drawing", "pict", "object")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_CHANGES: Final = (qn("w:ins"), qn("w:del"))


@dataclass(slots=True)
class _Styles:
    """What the styles and lists of a document say, by id."""

    names: dict[str, str] = field(default_factory=dict)
    bold: dict[str, bool] = field(default_factory=dict)
    outline: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    formats: dict[tuple[str, int], str] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)


def parts_of(data: bytes, name: str) -> tuple[list[Part], Head, list[str]]:
    """The blocks of a DOCX, its title, and warnings.

    Raises:
        UnreadablePolicy: no DOCX, broken, encrypted, or a packed file that unpacks to more than any policy.
    """
    _check(data, name)
    try:
        document = docx.Document(BytesIO(data))
        styles = _styles(document)
        body = document.element.body
        parts = list(_blocks(body, styles, 0, name)) if body is not None else []
        title = str(document.core_properties.title or "")
        changed = any(next(body.iter(tag), None) is not None for tag in _CHANGES) if body is not None else False
    except UnreadablePolicy:
        raise
    except Exception as error:  # a broken file raises whatever its parsers raise
        raise _broken(name, error) from error
    check_characters(sum(len(part.text) for part in parts), name)
    warnings = ["it holds tracked changes: read as if all were accepted"] if changed else []
    return parts, Head(title=title.strip() or None), warnings


def _broken(name: str, error: Exception) -> UnreadablePolicy:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:120]
    return UnreadablePolicy(
        f'document "{name}" is no DOCX that can be read ({what}); open it in Word and save it again'
    )


def _check(data: bytes, name: str) -> None:
    """Refuse what unpacks to too much, by the sizes in its directory; unpacking stops at these sizes, true or not."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = archive.infolist()
            if any(file.flag_bits & 1 for file in files):
                raise UnreadablePolicy(f'document "{name}" is encrypted; save it without a password')
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _broken(name, error) from error
    names = {file.filename for file in files}
    if not {"word/document.xml", "[Content_Types].xml"} & names or any(o in names for o, _ in _OTHERS):
        what = next((what for inside, what in _OTHERS if inside in names), "a packed file (ZIP)")
        raise UnreadablePolicy(f'document "{name}" is {what}, not DOCX; save the policy as DOCX, PDF, HTML or text')
    if len(files) > MOST_PARTS:
        raise too_large(name, f"{len(files):,} packed parts", f"{MOST_PARTS:,}")
    unpacked = sum(file.file_size for file in files)
    ratio = max((f.file_size / max(f.compress_size, 1) for f in files if f.file_size > _SMALL), default=0)
    if unpacked > MOST_UNPACKED or ratio > MOST_RATIO:
        raise too_large(
            name,
            f"{unpacked / 1e6:,.0f} MB unpacked, one part {ratio:,.0f} times its packed size",
            f"{MOST_UNPACKED / 1e6:.0f} MB and {MOST_RATIO} times",
        )


def _styles(document: Any) -> _Styles:
    out = _Styles()
    parents: dict[str, str] = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        id_ = style.get(qn("w:styleId")) or ""
        out.names[id_] = _value(style.find(qn("w:name"))) or id_
        parents[id_] = _value(style.find(qn("w:basedOn"))) or ""
        properties, runs = style.find(_PPR), style.find(_RPR)
        if runs is not None and runs.find(qn("w:b")) is not None:
            out.bold[id_] = _is_on(runs.find(qn("w:b")))
        if properties is not None:
            level = _number(properties.find(qn("w:outlineLvl")))
            if level is not None:
                out.outline[id_] = level
            list_ = _list_of(properties)
            if list_ is not None:
                out.lists[id_] = list_
    for id_ in list(out.names):
        above, seen = parents.get(id_, ""), {id_}
        while above and above not in seen:
            seen.add(above)
            if id_ not in out.bold and above in out.bold:
                out.bold[id_] = out.bold[above]
            if id_ not in out.outline and above in out.outline:
                out.outline[id_] = out.outline[above]
            if id_ not in out.lists and above in out.lists:
                out.lists[id_] = out.lists[above]
            above = parents.get(above, "")
    numbering = next((p for p in document.part.package.iter_parts() if str(p.partname) == "/word/numbering.xml"), None)
    element = getattr(numbering, "element", None)
    if element is not None:
        _read_formats(element, out)
    return out


def _read_formats(numbering: Any, out: _Styles) -> None:
    kinds: dict[str, dict[int, str]] = {}
    for abstract in numbering.iterchildren(qn("w:abstractNum")):
        levels = {
            int(level.get(qn("w:ilvl")) or 0): _value(level.find(qn("w:numFmt"))) or "decimal"
            for level in abstract.iterchildren(qn("w:lvl"))
        }
        kinds[abstract.get(qn("w:abstractNumId")) or ""] = levels
    for number in numbering.iterchildren(qn("w:num")):
        id_ = number.get(qn("w:numId")) or ""
        for level, kind in kinds.get(_value(number.find(qn("w:abstractNumId"))) or "", {}).items():
            out.formats[(id_, level)] = kind


def _blocks(container: Any, styles: _Styles, tables: int, name: str) -> Iterator[Part]:
    """The paragraphs and tables of the body or of a cell, in order; content controls opened."""
    waiting = [iter(container)]
    while waiting:
        element = next(waiting[-1], None)
        if element is None:
            waiting.pop()
        elif element.tag == _P:
            part = _paragraph(element, styles)
            if part is not None:
                yield part
        elif element.tag == _TBL:
            yield from _table(element, styles, tables, name)
        elif element.tag == _SDT:
            content = element.find(qn("w:sdtContent"))
            if content is not None:
                waiting.append(iter(content))
        elif element.tag in (qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
            waiting.append(iter(element))


def _paragraph(paragraph: Any, styles: _Styles) -> Part | None:
    properties = paragraph.find(_PPR)
    style = _value(properties.find(qn("w:pStyle"))) if properties is not None else None
    style = style or ""
    words = tuple(_words(paragraph, strong=styles.bold.get(style, False)))
    if not any(word.text.strip() for word in words):
        return None
    named = styles.names.get(style, style)
    level = _level(named, style, properties, styles)
    if level:
        return Part("heading", words, level)
    list_ = _list_of(properties) if properties is not None else None
    list_ = list_ or styles.lists.get(style)
    by_name = _LIST_STYLE.fullmatch(named)
    if list_ is None and by_name and by_name[1].lower() != "paragraph":
        list_ = (f"style {by_name[1].lower()}", int(by_name[2] or 1) - 1)
        styles.formats.setdefault(list_, "bullet" if by_name[1].lower() == "bullet" else "decimal")
    if list_ is None or list_[0] == "0":
        return Part("text", words)
    depth = max(list_[1], int(by_name[2] or 1) - 1 if by_name else 0)
    return Part("item", words, depth + 1, _next_number(list_, styles))


def _level(named: str, style: str, properties: Any, styles: _Styles) -> int:
    """The level of a heading, 1 to 6; 0 where the paragraph is none."""
    found = _HEADING.match(named)
    if found:
        return min(max(int(found[1]), 1), 6)
    if named.lower() == "title":
        return 1
    outline = _number(properties.find(qn("w:outlineLvl"))) if properties is not None else None
    outline = styles.outline.get(style) if outline is None else outline
    return outline + 1 if outline is not None and outline < 6 else 0


def _next_number(list_: tuple[str, int], styles: _Styles) -> int | None:
    if styles.formats.get(list_, "bullet") in _BULLETS:
        return None
    styles.counts[list_] = styles.counts.get(list_, 0) + 1
    for deeper in range(list_[1] + 1, _MOST_DEPTH + 2):
        styles.counts.pop((list_[0], deeper), None)
    return styles.counts[list_]


def _words(paragraph: Any, *, strong: bool) -> Iterator[Words]:
    """The words of a paragraph's runs: also those in links, content controls and accepted insertions."""
    waiting = [(iter(paragraph), strong)]
    while waiting:
        children, bold = waiting[-1]
        element = next(children, None)
        if element is None:
            waiting.pop()
        elif element.tag in _SILENT:
            continue
        elif element.tag == _T:
            yield Words(element.text or "", bold)
        elif element.tag in (_BR, _CR):
            yield Words("\n")
        elif element.tag == _TAB:
            yield Words(" ", bold)
        elif element.tag == _NO_BREAK:
            yield Words("-", bold)
        elif element.tag == _R:
            properties = element.find(_RPR)
            if properties is not None and properties.find(qn("w:vanish")) is not None:
                continue
            weight = properties.find(qn("w:b")) if properties is not None else None
            waiting.append((iter(element), bold if weight is None else _is_on(weight)))
        elif isinstance(element.tag, str):
            waiting.append((iter(element), bold))


def _table(table: Any, styles: _Styles, tables: int, name: str) -> list[Part]:
    rows: list[list[tuple[list[Part], bool, int, int]]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # column -> where the cell stands that goes on below
    for row in table.iter(_TR):
        if next(row.iterancestors(_TBL), None) is not table:
            continue
        cells: list[tuple[list[Part], bool, int, int]] = []
        column = 0
        heads = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for cell in row.iterchildren(_TC):
            properties = cell.find(qn("w:tcPr"))
            columns = min(
                max((_number(properties.find(qn("w:gridSpan"))) if properties is not None else None) or 1, 1), 20
            )
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            if merge is not None and merge.get(_VAL) != "restart" and column in open_cells:
                above, at = open_cells[column]
                held = rows[above][at]
                rows[above][at] = (held[0], held[1], held[2], held[3] + 1)
            else:
                parts = list(_blocks(cell, styles, tables + 1, name)) if tables < 3 else []
                bold = bool(parts) and all(w.strong for part in parts for w in part.words if w.text.strip())
                open_cells[column] = (len(rows), len(cells))
                cells.append((parts, heads or bold, columns, 1))
            column += columns
        rows.append(cells)
    grid = Grid.of(rows)
    if grid is not None:
        return rows_as_items(grid, 0)
    return [part for cells in rows for cell in cells for part in cell[0]]


def _list_of(properties: Any) -> tuple[str, int] | None:
    numbering = properties.find(qn("w:numPr"))
    if numbering is None:
        return None
    id_ = _value(numbering.find(qn("w:numId")))
    level = _number(numbering.find(qn("w:ilvl"))) or 0
    return (id_, min(level, _MOST_DEPTH)) if id_ else None


def _value(element: Any) -> str | None:
    found = element.get(_VAL) if element is not None else None
    return str(found) if found is not None else None


def _number(element: Any) -> int | None:
    value = _value(element)
    return int(value) if value is not None and re.fullmatch(r"\d{1,6}", value) else None


def _is_on(element: Any) -> bool:
    return _value(element) not in ("0", "false", "off", "none")
