"""Canonical text -> clauses and headings.

A clause is a sentence or a list item. What is a heading is plain in good Markdown; elsewhere it is read from what a person
would see: a bold line, a short line without a full stop above a paragraph ("IP addresses"), a label run into a paragraph
("Linked sites: Our site ...").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Clause, Heading, Span
from corpus.read import Line, Reading
from corpus.sentences import sentences

_SENTENCE_END = re.compile(r"[.!;,]['\"”’)\]]*$")
_RUN_IN = re.compile(r"(?P<label>[A-Z][^.:!?;]{1,60}):\s+(?=[A-Z“\"(])")
_NO_LABEL = re.compile(
    r"\b(we|you|our|us|they|it|this|these|those|that|following|is|are|be|includes?|including|may|will|as|e-?mail|tel|"
    r"phone|address|fax|https?)\b",
    re.IGNORECASE,
)
# "Last updated: 3 March 2025" tells of the document, and stands above nothing.
_DATE_LINE = re.compile(
    r"(?:(?:last|date|effective|updated|revised|amended|version|in force|valid|as of|published)\b.*)?"
    r"\b(?:19|20)\d{2}\b[^\w]*(?:\d{1,2}[^\w]+\d{1,2}[^\w]*)?",
    re.IGNORECASE,
)
_LONGEST_UNMARKED = 80  # code points of a heading that nothing marks but its look
_LONGEST_BOLD = 110
_MOST_WORDS = 12
_LONGEST_ITEM = 300  # code points; a longer list item is read sentence by sentence

# Depths of headings that carry no Markdown level: below every one that does.
_GROUP, _UNMARKED, _LABEL = 7, 8, 9


@dataclass(slots=True)
class _Open:
    """A heading that is open: what comes next stands below it until one of its level or above follows."""

    level: int
    text: str
    span: Span
    style: Literal["question", "phrase"]
    marked: bool
    has_body: bool = False


@dataclass(slots=True)
class _Segments:
    policy_id: str
    text: str
    clauses: list[Clause] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self.stack)

    def open_heading(self, span: Span, level: int, *, marked: bool) -> None:
        """Open a heading; one without Markdown level finds its depth from its neighbours."""
        text = span.of(self.text)
        style: Literal["question", "phrase"] = "question" if text.endswith("?") else "phrase"
        if level == _UNMARKED:
            level = self._unmarked_level(style)
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        self.stack.append(_Open(level, text, span, style, marked))
        self.headings.append(Heading(span, len(self.stack) - 1, self.path[:-1]))

    def _unmarked_level(self, style: str) -> int:
        """A bare heading right above one of another style ("What do we use it for?" / "Cookies") heads a group."""
        while self.stack and self.stack[-1].level == _LABEL:
            self.stack.pop()
        last = self.stack[-1] if self.stack else None
        if last is None or last.marked:
            return _GROUP
        group = next(heading for heading in self.stack if not heading.marked)
        if last is group and (last.has_body or last.style == style):
            return _GROUP
        return _GROUP if style == group.style else _UNMARKED

    def add(self, span: Span, kind: Literal["sentence", "item"], lead_in: Span | None = None) -> None:
        for heading in self.stack:
            heading.has_body = True
        self.clauses.append(Clause(self.policy_id, span, self.path, lead_in, kind))


def segment(reading: Reading, policy_id: str) -> tuple[tuple[Clause, ...], tuple[Heading, ...]]:
    """The clauses and headings of a reading, each list ordered and disjoint; every word is in exactly one of them."""
    text, lines = reading.text, reading.lines
    out = _Segments(policy_id, text)
    roles = _roles(text, lines)
    opener: Span | None = None  # the sentence or heading that would open a list if one came now
    parents: dict[int, Span] = {}  # the last item of each list depth
    label_block = -1
    for line, role in zip(lines, roles, strict=True):
        if line.block != label_block and out.stack and out.stack[-1].level == _LABEL:
            out.stack.pop()
        if role == "heading":
            level = line.level if line.mark == "heading" else _UNMARKED
            out.open_heading(line.span, level, marked=line.mark == "heading")
            opener = line.span if text[: line.span.end].endswith(":") else None
        elif role == "item":
            depth = max(line.level, 1)
            parent = parents.get(depth - 1)
            lead_in = parent if parent and text[: parent.end].endswith(":") else opener
            whole = line.span.end - line.span.start <= _LONGEST_ITEM
            for span in [line.span] if whole else sentences(text, line.span):
                out.add(span, "item", lead_in)
            parents[depth] = out.clauses[-1].span
        else:
            parents.clear()
            span = line.span
            label = _run_in(text, line)
            if label:
                out.open_heading(Span(span.start, label.end), _LABEL, marked=False)
                label_block = line.block
                rest = re.search(r"\w|[“\"(]", text[label.end : span.end])
                span = Span(label.end + (rest.start() if rest else 0), span.end)
            for found in sentences(text, span):
                out.add(found, "sentence")
            last = out.clauses[-1].span if out.clauses else span
            opener = None if re.search(r"[.!?]['\"”’)\]]*$", last.of(text)) else last
    return tuple(out.clauses), tuple(out.headings)


def _roles(text: str, lines: tuple[Line, ...]) -> list[Literal["heading", "item", "sentence"]]:
    """What each line is: a heading, a list item, or running text."""
    by_look = sum(line.mark == "heading" and line.level > 1 for line in lines) == 0
    bold = [_may_be_heading(text, line, _LONGEST_BOLD) and line.strong for line in lines]
    by_look = by_look and sum(bold) < 2
    roles: list[Literal["heading", "item", "sentence"]] = []
    opened = -1  # the block whose last line opens a list ("... the following information:")
    listed = -1  # the block that holds the items of such a list
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else None
        shares_block = (after is not None and after.block == line.block) or (
            at > 0 and lines[at - 1].block == line.block
        )
        if opened >= 0 and line.mark == "text" and not bold[at]:
            same, following = line.block == opened, line.block == opened + 1 and shares_block
            if (same or following) and not _is_full_sentence(text, line):
                listed = line.block
        opened = -1
        if line.mark == "heading":
            roles.append("heading" if line.span.end - line.span.start <= 2 * _LONGEST_BOLD else "sentence")
        elif line.mark == "item":
            lone_number = (
                line.siblings == 1
                and after is not None
                and after.mark == "text"
                and _may_be_heading(text, line, _LONGEST_UNMARKED)
            )
            roles.append("heading" if lone_number else "item")
        elif line.block == listed and not bold[at] and not _is_full_sentence(text, line):
            roles.append("item")
        elif bold[at] or (
            by_look
            and after is not None
            and after.mark == "text"
            and not text[: line.span.end].endswith(":")
            and _may_be_heading(text, line, _LONGEST_UNMARKED)
        ):
            roles.append("heading")
        else:
            roles.append("sentence")
        if roles[-1] == "sentence" and text[: line.span.end].endswith(":"):
            opened = line.block
    return _without_columns(lines, roles)


def _without_columns(
    lines: tuple[Line, ...], roles: list[Literal["heading", "item", "sentence"]]
) -> list[Literal["heading", "item", "sentence"]]:
    """Three or more bare "headings" in a row are no headings but lines of an address or a table: running text."""
    at = 0
    while at < len(roles):
        end = at
        while end < len(roles) and roles[end] == "heading" and lines[end].mark == "text" and not lines[end].strong:
            end += 1
        if end - at >= 3:
            roles[at:end] = ["sentence"] * (end - at)
        at = max(end, at + 1)
    return roles


def _may_be_heading(text: str, line: Line, longest: int) -> bool:
    content = line.span.of(text)
    return (
        len(content) <= longest
        and len(content.split()) <= _MOST_WORDS
        and not _SENTENCE_END.search(content)
        and not _DATE_LINE.fullmatch(content)
        and (content[0].isupper() or content[0].isdigit() or line.strong)
    )


def _is_full_sentence(text: str, line: Line) -> bool:
    content = line.span.of(text)
    return content.endswith(".") and len(content.split()) >= 8 and content[0].isupper()


def _run_in(text: str, line: Line) -> Span | None:
    """The label run into a paragraph, without its colon or full stop: bold, or "Linked sites: Our site ..."."""
    content = line.span.of(text)
    if line.run_in:
        label = content[: line.run_in].rstrip().rstrip(".:–—- ")
        rest = content[line.run_in :].lstrip(" .:–—-")
        if (
            label
            and len(label.split()) <= 8
            and content[len(label) : line.run_in + 1].strip()[:1] in (".", ":")
            and rest[:1].isupper()
            and not _DATE_LINE.fullmatch(content)
        ):
            return Span(line.span.start, line.span.start + len(label))
    found = _RUN_IN.match(content)
    if (
        found
        and len(found["label"].split()) <= 5
        and not _NO_LABEL.search(found["label"])
        and len(content[found.end() :].split()) >= 4
    ):
        return Span(line.span.start, line.span.start + found.end("label"))
    return None
