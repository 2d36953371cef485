"""Canonical text -> clauses and headings.

A clause is a sentence or a list item. What is a heading is plain in good Markdown; elsewhere it is read from what a person
would see: a bold line, a short line without a full stop above a paragraph ("IP addresses"), a label run into a paragraph
("Linked sites: Our site ...").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from corpus.errors import CorpusError
from corpus.model import Clause, Heading, Span
from corpus.text.canonical import Line, Reading, read_text
from corpus.text.heading_looks import (
    CELLS,
    DATE_LINE,
    LONGEST_BOLD,
    LONGEST_UNMARKED,
    MOST_WORDS,
    SAYS,
    SENTENCE_END,
    in_capitals,
    is_numbered_title,
    is_sentence,
    is_title_of_item,
    may_be_heading,
    uses_bare_headings,
    without_columns,
)
from corpus.text.segment_ends import ends_of
from corpus.text.sentences import sentences

_FULL_STOP = re.compile(r"[.!?]['\"”’)\]]*$")  # what ends so opens no list
_RUN_IN = re.compile(r"(?P<label>[A-Z][^.:!?;]{1,60}):\s+(?=[A-Z“\"(])")
# "3. INFORMATION COLLECTION. We collect ...", a title in the line of its text.
_RUN_IN_CAPITALS = re.compile(
    r"(?P<label>\d{1,2}(?:\.\d{1,2})*[.)] (?=(?:[^a-z]*[A-Z]){4})[A-Z][A-Z0-9 ,;&/()’'-]{2,70})[.:]\s+(?=[A-Z“\"(*])(?!\S+[A-Z]{2})"
)
_NO_LABEL = re.compile(
    r"\b(we|you|our|us|they|it|this|these|those|that|following|is|are|be|includes?|including|may|will|as|e-?mail|tel|"
    r"phone|address|fax|https?)\b",
    re.IGNORECASE,
)
_TITLE_WITHIN = 4  # lines in which a heading that is the only one is the title, whatever its level
_LONGEST_ITEM = 300  # code points; a longer list item is read sentence by sentence

# An item of an enumeration: "(a) your name", "ii. your address".
_ENUMERATED = re.compile(r"\(?(?:[a-z]|[ivx]{1,5}|[A-Z]|\d{1,2})[.)]\s")
_FIRST_LETTERED = re.compile(r"\(?(?:a|i)[.)]\s|\(1\)\s")
_OPEN_END = re.compile(r"[;,](?: (?:and|or|und|oder|et|ou|y|o))?$")
# A purpose ("To answer your letters."), and what shows that such a line says what somebody does ("To object, write to us.").
_PURPOSE = re.compile(r"(?:To [a-z]|Um [\w ,]+ zu |Zu[rm] [A-ZÄÖÜ])")
_SAYS_WHAT_TO_DO = re.compile(
    r",\s+(?:you|we|it|they|this|simply|just|first|visit|contact|click|write|send|go|see|use|log|follow|call|e-?mail)\b"
    r"|\bplease\b|\b(?:you|we) (?:can|may|must|will|should|need|have)\b|\b(?:können|müssen|bitte|wenden)\b",
    re.IGNORECASE,
)

# Of an address ("Acme BV, Elm Street 5", "VAT BE0123.456"), of the way to a page ("Home > Privacy").
_NO_HEADING = re.compile(r",.*\d|\d.*,|\d{4}(?!\))|@|[>|»]")


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
        self.close(level - 1)
        self.stack.append(_Open(level, text, span, style, marked))
        self.headings.append(Heading(span, len(self.stack) - 1, self.path[:-1]))

    def close(self, level: int) -> None:
        """End the headings below a level."""
        while self.stack and self.stack[-1].level > level:
            self.stack.pop()

    def _unmarked_level(self, style: str) -> int:
        """A bare heading right above one of another style ("What do we use it for?" / "Cookies") heads a group."""
        self.close(_LABEL - 1)
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


class Parsed(NamedTuple):
    """A text as it is read: canonical text, clauses, headings."""

    reading: Reading
    clauses: tuple[Clause, ...]
    headings: tuple[Heading, ...]


def parsed(source: str, name: str, policy_id: str) -> Parsed:
    """Read a text and cut it; `name` is what errors call it. The text read last is not read again: a document is converted,
    shown and written to the shelf one after the other.

    Raises:
        UnreadablePolicy: it holds no word.
    """
    try:
        reading, clauses, headings = _parsed(source)
    except CorpusError:
        read_text(source, name)  # the same error, by its name
        raise
    return Parsed(reading, tuple(replace(clause, policy_id=policy_id) for clause in clauses), headings)


@lru_cache(maxsize=1)
def _parsed(source: str) -> Parsed:
    reading = read_text(source)
    return Parsed(reading, *segment(reading, "document"))


def segment(reading: Reading, policy_id: str) -> tuple[tuple[Clause, ...], tuple[Heading, ...]]:
    """The clauses and headings of a reading, each list ordered and disjoint; every word is in exactly one of them."""
    text, lines = reading.text, reading.lines
    out = _Segments(policy_id, text)
    roles = _roles(text, lines)
    opener: Span | None = None  # the sentence or heading that would open a list if one came now
    parents: dict[int, Span] = {}  # the last item of each list depth
    label_block = -1
    ends = ends_of(reading)[::-1]
    for line, role in zip(lines, roles, strict=True):
        while ends and ends[-1].at <= line.span.start:
            out.close(ends.pop().level)
            opener = None
        if line.block != label_block:
            out.close(_LABEL - 1)
        if role == "heading":
            level = line.level if line.mark == "heading" else _UNMARKED
            out.open_heading(line.span, level, marked=line.mark == "heading")
            parents.clear()
            opener = line.span if text[: line.span.end].endswith(":") else None
        elif role == "item":
            depth = max(line.level, 1)
            parent = parents.get(depth - 1)
            lead_in = parent if parent and not _FULL_STOP.search(parent.of(text)) else opener
            whole = line.span.end - line.span.start <= _LONGEST_ITEM
            for span in [line.span] if whole else sentences(text, line.span):
                out.add(span, "item", lead_in)
            parents[depth] = out.clauses[-1].span
        else:
            parents.clear()
            span = line.span
            label = _run_in(text, line)
            if label:
                beside_titles = line.mark == "item" and not line.later
                level = _UNMARKED if beside_titles else _LABEL
                out.open_heading(Span(span.start, label.end), level, marked=False)
                label_block = line.block
                rest = re.search(r"\w|[“\"(]", text[label.end : span.end])
                span = Span(label.end + (rest.start() if rest else 0), span.end)
            for sentence in sentences(text, span):
                out.add(sentence, "sentence")
            last = out.clauses[-1].span if out.clauses else span
            opener = None if _FULL_STOP.search(last.of(text)) else last
    return tuple(out.clauses), tuple(out.headings)


def _roles(text: str, lines: tuple[Line, ...]) -> list[Literal["heading", "item", "sentence"]]:
    """What each line is: a heading, a list item, or running text."""
    marked = [line for line in lines if line.mark == "heading"]
    by_look = all(line.level == 1 for line in marked) or (len(marked) == 1 and marked[0] in lines[:_TITLE_WITHIN])
    bold = [may_be_heading(text, line, LONGEST_BOLD) and line.strong for line in lines]
    by_look = by_look and sum(bold) < 2
    looks = by_look and uses_bare_headings(text, lines)
    roles: list[Literal["heading", "item", "sentence"]] = []
    looked: list[int] = []  # places of the headings that only their look makes
    opened = -1  # the block whose last line opens a list ("... the following information:")
    listed = -1  # the block that holds the items of such a list
    items_end = 0  # where the paragraphs end that are the items of such a list
    announced = False  # whether a sentence opens the list that is open: its items are items, whatever they look like
    titled = False  # whether the list item that is open begins with a title, so that its paragraphs are a section's
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
        if line.mark == "item" and at and lines[at - 1].mark != "item":
            before = lines[at - 1].span.of(text)
            announced = before.endswith(":") or (roles[-1] == "sentence" and not _FULL_STOP.search(before))
            titled = False
        if line.mark == "heading":
            roles.append("heading" if line.span.end - line.span.start <= 2 * LONGEST_BOLD else "sentence")
        elif line.mark == "item":
            lone_number = (
                line.siblings == line.level == 1
                and after is not None
                and after.mark == "text"
                and may_be_heading(text, line, LONGEST_UNMARKED)
            )
            if line.level == 1 and not line.later and not announced:
                with_label = titled and line.run_in > 0  # "2. **Cookies.** We use ..." beside "1. **Sharing**"
                titled = with_label or is_title_of_item(text, line, after, among_titles=titled)
            if line.level == 1 and titled:
                roles.append("sentence" if line.later or line.run_in else "heading")
            else:
                roles.append("heading" if lone_number else "item")
        elif _opens_letters(text, line, after):
            roles.append("sentence")
            items_end = _end_of_items(text, lines, at + 1, looks=looks)
        elif at < items_end or (line.block == listed and not bold[at] and not _is_full_sentence(text, line)):
            roles.append("item")
        elif not line.note and (bold[at] or in_capitals(text, line, after) or is_numbered_title(text, line, after)):
            roles.append("heading")
        elif (
            not line.note
            and by_look
            and after is not None
            and after.mark == "text"
            and not text[: line.span.end].endswith(":")
            and may_be_heading(text, line, LONGEST_UNMARKED)
        ):
            looked.append(at)
            roles.append("heading")
        else:
            roles.append("sentence")
        if roles[-1] != "item" and text[: line.span.end].endswith(":"):
            opened = line.block if roles[-1] == "sentence" else -1
            items_end = _end_of_items(text, lines, at + 1, looks=looks)
    roles = without_columns(lines, roles)
    for at in looked:
        if _NO_HEADING.search(text, *lines[at].span):
            roles[at] = "sentence"
    return roles


def _opens_letters(text: str, line: Line, after: Line | None) -> bool:
    """Whether a line that says something ("We never share") goes on in paragraphs with letters: then it is no heading, though no colon
    ends it."""
    content = line.span.of(text)
    lettered = after is not None and after.mark == "text" and _FIRST_LETTERED.match(after.span.of(text))
    return bool(line.mark == "text" and lettered and SAYS.search(content) and not SENTENCE_END.search(content))


def _end_of_items(text: str, lines: tuple[Line, ...], start: int, *, looks: bool) -> int:
    """Where the paragraphs end that are items of a list, which the line before `start` opens."""
    end = start
    open_end = False
    while end < len(lines) and _is_paragraph_item(text, lines, end, after_open=open_end):
        open_end = bool(_OPEN_END.search(lines[end].span.of(text)))
        end += 1
    last = lines[end - 1]
    heads = looks and end > start and end < len(lines) and is_sentence(text, lines[end])
    return end - 1 if heads and may_be_heading(text, last, LONGEST_UNMARKED) else end


def _is_paragraph_item(text: str, lines: tuple[Line, ...], at: int, *, after_open: bool) -> bool:
    line = lines[at]
    content = line.span.of(text)
    if line.mark != "text" or line.strong or line.run_in or line.note or len(content) > _LONGEST_ITEM:
        return False
    if content.endswith(":") or in_capitals(text, line, lines[at + 1] if at + 1 < len(lines) else None):
        return False
    if after_open or _OPEN_END.search(content) or _ENUMERATED.match(content):
        return True
    neighbours = [lines[near] for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    for alike in (_is_purpose, _is_labelled):  # one below the other: items, whatever their length
        if alike(text, line) and any(alike(text, near) for near in neighbours):
            return True
    short = len(content) <= LONGEST_UNMARKED and len(content.split()) <= MOST_WORDS
    if SENTENCE_END.search(content) or content.endswith("?"):
        return short and content.endswith(".") and not SAYS.search(content)
    return content[0].islower() or (short and not DATE_LINE.fullmatch(content))


def _is_purpose(text: str, line: Line) -> bool:
    content = line.span.of(text)
    return bool(line.mark == "text" and _PURPOSE.match(content) and not _SAYS_WHAT_TO_DO.search(content))


def _is_labelled(text: str, line: Line) -> bool:
    short = line.span.end - line.span.start <= _LONGEST_ITEM
    return line.mark == "text" and not line.strong and not line.run_in and short and _run_in(text, line) is not None


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
            re.search(r"[^\W\d_]{2}", label)
            and len(label.split()) <= 8
            and content[len(label) : line.run_in + 1].strip()[:1] in (".", ":")
            and rest[:1].isupper()
            and not DATE_LINE.fullmatch(content)
        ):
            return Span(line.span.start, line.span.start + len(label))
    found = _RUN_IN_CAPITALS.match(content)
    if found and len(found["label"].split()) <= MOST_WORDS:
        return Span(line.span.start, line.span.start + found.end("label"))
    found = _RUN_IN.match(content)
    if (
        found
        and not CELLS.search(content)
        and len(found["label"].split()) <= 5
        and not _NO_LABEL.search(found["label"])
        and len(content[found.end() :].split()) >= 4
    ):
        return Span(line.span.start, line.span.start + found.end("label"))
    return None
