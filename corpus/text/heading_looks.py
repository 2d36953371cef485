"""Which lines look like headings, where no markup says so."""

from __future__ import annotations

import re
from typing import Literal

from corpus.text.canonical import Line

SENTENCE_END = re.compile(r"[.!;,]['\"”’)\]]*$")
# "Last updated: 3 March 2025" tells of the document, and stands above nothing.
DATE_LINE = re.compile(
    r"(?:(?:last|date|effective|updated|revised|amended|version|in force|valid|as of|published)\b.*)?"
    r"\b(?:19|20)\d{2}\b[^\w]*(?:\d{1,2}[^\w]+\d{1,2}[^\w]*)?",
    re.IGNORECASE,
)
CELLS = re.compile(r"; [^\W\d_][^.:;]{0,60}: ")  # of a row of a table: "Provider: Acme; Purpose: ..."
LONGEST_UNMARKED = 80  # code points of a heading that nothing marks but its look
LONGEST_BOLD = 110
MOST_WORDS = 12
# Words of a sentence that says something, though it is short: no item of a list ("We use cookies.").
SAYS = re.compile(
    r"\b(?:we|you|they|it|this|these|is|are|was|were|has|have|do|does|may|can|will|must|shall|should|please|wir|sie|ist|sind|"
    r"werden|nous|vous|est|sont)\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"(?:WE|YOU|IF|PLEASE|DO NOT|THIS|BY)\b")  # with which a statement in capitals begins, no heading
# "4. Sharing", "6.1 Who gets it": set as text, yet a title where running text follows. "17. Dezember 2024" is none.
_NUMBERED_TITLE = re.compile(r"(?:§ ?)?\d{1,2}(?:(?:\.\d{1,2}){1,4}[.)]?|[.)]) (?=[^\W\d_])(?!.*\b(?:19|20)\d\d\W*$)")


def uses_bare_headings(text: str, lines: tuple[Line, ...]) -> bool:
    """Whether headings of a document are short lines that nothing marks: two of them between sentences."""
    headings = 0
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        headings += (
            line.mark == "text"
            and text[: before.span.end].endswith((".", "!"))
            and may_be_heading(text, line, LONGEST_UNMARKED)
            and is_sentence(text, after)
        )
    return headings >= 2


def in_capitals(text: str, line: Line, after: Line | None) -> bool:
    """Whether a line is a heading since it is set in capitals, above text that is not."""
    content = line.span.of(text)
    if line.mark != "text" or line.note or after is None or not content.isupper() or _SHOUTED.match(content):
        return False
    if sum(map(str.isalpha, content)) < 4 or not may_be_heading(text, line, LONGEST_BOLD):
        return False
    below = after.span.of(text)
    return not below.isupper() and (after.mark == "item" or is_sentence(text, after) or below.endswith(":"))


def is_numbered_title(text: str, line: Line, after: Line | None) -> bool:
    """Whether a line is a heading since it has a number of its own, and says nothing by itself, above text."""
    content = line.span.of(text)
    number = _NUMBERED_TITLE.match(content)
    if not number or line.mark != "text" or after is None or not content[number.end()].isupper():
        return False
    bare = may_be_heading(text, line, LONGEST_UNMARKED) and not content.endswith(":")
    return bare and (after.mark == "item" or is_sentence(text, after))


def is_title_of_item(text: str, line: Line, after: Line | None, *, among_titles: bool) -> bool:
    """Whether the first line of a list item is the title of a section, which the rest of the item is: "1. **Sharing**" above
    paragraphs or a list of its own. `among_titles`: so is the item before it, in whose list the last section may be set beside the item."""
    content, longest = line.span.of(text), LONGEST_BOLD if line.strong else LONGEST_UNMARKED
    if after is None or line.siblings < 2 or content.endswith(":") or not may_be_heading(text, line, longest):
        return False
    if after.mark != "item":
        return among_titles and line.strong and after.mark == "text"
    if line.strong:
        return after.later or after.level > line.level
    below = after.span.of(text)
    return after.later and not SAYS.search(content) and len(below.split()) >= 4 and below.endswith((".", "!", "?", ":"))


def is_sentence(text: str, line: Line) -> bool:
    """Whether a line is running text: four words that end as sentences do, or many."""
    content = line.span.of(text)
    words = len(content.split())
    return line.mark == "text" and ((words >= 4 and content.endswith((".", "!", "?", ":"))) or words > MOST_WORDS)


def without_columns(
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


def may_be_heading(text: str, line: Line, longest: int) -> bool:
    """Whether a line is short enough, at most `longest` code points, and ends and begins as headings do."""
    content = line.span.of(text)
    return (
        len(content) <= longest
        and len(content.split()) <= MOST_WORDS
        and not SENTENCE_END.search(content)
        and not DATE_LINE.fullmatch(content)
        and not CELLS.search(content)
        and (content[0].isupper() or content[0].isdigit() or line.strong)
    )
