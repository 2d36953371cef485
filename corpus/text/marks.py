"""What stands in a source and is none of its words: front matter, tags of templates, attribute lists, marks of notes, permalinks.

They are blanked, not cut, so that every place in the source stays what it is.
"""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from typing import Final, NamedTuple

_LONGEST_FRONT = 20_000  # code points
_KEY: Final = re.compile(r"[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_BELOW: Final = re.compile(r"\s*(?:#.*)?|[ \t]+\S.*|-(?:[ \t].*)?|[\]})].*")
_KEYS: Final = frozenset(
    "aliases author authors categories category date description draft id keywords lang language last_modified layout "
    "lastmod modified nav_order next order parent permalink pagetitle published redirect_from sidebar_label sidebar_position "
    "slug summary tags template title toc type updated url version weight".split()
)
_TITLES: Final = ("title", "pagetitle", "page_title", "headline")

_ATTRIBUTE = r"(?:#[\w:.-]+|\.[^\W\d][\w:-]*|[\w:-]+=(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[^\s\"'{}]{1,200}))"
# "{#id}", "{.class key=value}" (Pandoc, Hugo), "{: .class }", "{:toc}" (kramdown).
_ATTRIBUTES: Final = re.compile(
    rf"\\?\{{(?::[^{{}}\n]{{0,300}}|[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE}){{0,20}}[ \t]*)\\?\}}"
)
_NOTHING: Final = "\u200b"  # in place of what stands between words: the reader drops it
_SPANNED: Final = re.compile(r"\[[^\[\]\n]{1,300}\]$")  # "[words]{.class}"
# What a generator of pages takes for itself: whole lines of it, and tags that stand anywhere.
_WHOLE_LINES: Final = re.compile(
    r"^[ \t]*+(?:"
    r"(?:\{\{[^{}\n]{0,300}\}\}[ \t]*+)+"
    r"|import[ \t]++(?:[^\n'\"]{1,200}[ \t]from[ \t]++)?(?P<quote>['\"])[^'\"\n]{1,200}(?P=quote);?"
    r"|export[ \t]++(?:const|default|let)[ \t][^\n]*"
    r"|\[\[_?toc_?\]\]|@?\\?\[toc\\?\]|\$\{toc\}"
    r"|--8<--[^\n]*|\{![^\n{}]{1,200}!\}|!INCLUDE[ \t][^\n]*|\[!INCLUDE[^\n]*"
    r"|\\(?:newpage|pagebreak|tableofcontents|toc)(?:\{\})?"
    r"|>?[ \t]*+\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]"
    r")[ \t]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE: Final = re.compile(r"^[ \t]*+:{3,}(?:[ \t]*+\{[^}\n]*\}|[ \t]*+[\w-]*)", re.MULTILINE)
_CONTENTS: Final = re.compile(r"^[*+\-1.]+[ \t]+[^\n]*\n[ \t]*\{:[ \t]*toc[^}\n]*\}", re.MULTILINE)
_TAGS: Final = re.compile(
    r"\{%-?[ \t]*comment\b[^%\n]*%\}.{0,2000}?\{%-?[ \t]*endcomment[ \t]*-?%\}"
    r"|\{::comment\}.{0,2000}?\{:/(?:comment)?\}"
    r"|\{%[^%\n]{0,500}%\}|\{\{[<%][^\n]{0,500}?[>%]\}\}|\{/\*.{0,300}?\*/\}",
    re.DOTALL,
)
# Raised digits behind a word, or before a note; not those of "10 km²".
_RAISED: Final = re.compile(
    r"(?:(?<=[^\W\d_¹²³⁰⁴-⁹]{2})(?<![kcdm]m)|(?<=[.,;:!?)\]”’\"])|(?<=^))[¹²³⁰⁴-⁹]{1,3}(?![\w¹²³⁰⁴-⁹])", re.MULTILINE
)
_SIGNS: Final = re.compile(r"[{\[:\\¹²³⁰⁴-⁹]|import|--8<|!INC")
_NOTE: Final = re.compile(r"^[ \t>]*\[\^([^\]\s]{1,60})\]:", re.MULTILINE)
_NOTED: Final = re.compile(r"\[\^([^\]\s]{1,60})\]")
_NOTE_WITHIN: Final = re.compile(r"(?<=[^\s\[(])\^\[([^\[\]\n]{1,1000})\]")

_NOTE_MARK: Final = re.compile(
    r"[\s(\[]*(?:\d{1,3}(?:\s*[,;–-]\s*\d{1,3}){0,5}|[a-zA-Z]|[ivx]{1,5}|[*†‡§¶]{1,3}|(?:note|fn)\s?\d{1,3})[\s)\].]*",
    re.IGNORECASE,
)
_MEASURED: Final = re.compile(r"(?:\b10|(?<![^\W_])[kcdm]?m|\d\s?[kcdm]?m)$")
_NOTE_ADDRESS: Final = re.compile(
    r"#[\w:.-]*(?:fn|ftn|edn|cite|(?:foot|end)?note(?![a-z])|noteref|(?:^|[-_])ref(?:[-_]|$|\d))", re.IGNORECASE
)
_BACK: Final = re.compile(
    r"[\s(\[]*(?:[↩↑⤴^⏎\ufe0e\ufe0f\s]+|(?:jump|go )?back(?: to (?:text|content|top))?)[\s)\].]*", re.IGNORECASE
)
_PERMALINK: Final = re.compile(
    r"[\s(\[]*(?:[¶#§🔗⚓∞\ufe0e\ufe0f\u200b]{1,3}|permalink|permanent link|anchor|copy link|link|"
    r"(?:direct |perma|permanent |copy )?link to (?:this )?(?:heading|section|headline|header|title|paragraph)|"
    r"(?:direct |permanent )link to .{1,150})[\s)\]]*",
    re.IGNORECASE,
)


class FrontMatter(NamedTuple):
    """What stands above a text for the program that makes pages of it: where it ends, and the title that it gives."""

    end: int
    title: str | None


def front_matter(source: str) -> FrontMatter | None:
    """YAML between `---`, TOML between `+++`, JSON, or Pandoc's lines with `%`, at the very beginning of a source."""
    begin = len(source) - len(source.lstrip("\ufeff \t\r\n"))
    head = source[begin : begin + _LONGEST_FRONT]
    fence = re.match(r"(---|\+\+\+)[ \t]*\r?\n", head)
    if fence:
        close = re.compile(r"^(?:---|\.\.\.)[ \t]*$" if fence[1] == "---" else r"^\+\+\+[ \t]*$", re.MULTILINE)
        closed = close.search(head.replace("\r", " "), fence.end())
        inside = head[fence.end() : closed.start()] if closed else ""
        titles = _of_toml(inside) if fence[1] == "+++" else _of_yaml(inside)
        return FrontMatter(begin + closed.end(), titles[0]) if closed and titles else None
    if head.startswith("{"):
        with contextlib.suppress(ValueError, RecursionError):
            values, end = json.JSONDecoder().raw_decode(head)
            if isinstance(values, dict) and values:
                return FrontMatter(begin + end, _named_title(values))
    percent = re.match(r"%[ \t]+(?P<title>[^\n]*)\n(?:[ \t]+[^\n]*\n|%[^\n]*(?:\n|$)){0,6}", head)
    return FrontMatter(begin + percent.end(), percent["title"].strip() or None) if percent else None


def _named_title(values: dict[str, object]) -> str | None:
    named = {key.lower(): value for key, value in values.items()}
    return next((str(named[key]).strip() for key in _TITLES if isinstance(named.get(key), str) and named[key]), None)


def _of_toml(inside: str) -> tuple[str | None] | None:
    try:
        return (_named_title(tomllib.loads(inside.replace("\r", ""))),)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _of_yaml(inside: str) -> tuple[str | None] | None:
    """The title in some YAML; None where it is no YAML but text between two rules."""
    values: dict[str, object] = {}
    key = ""
    for line in inside.splitlines():
        key_line = _KEY.match(line.rstrip())
        if key_line:
            key = key_line["key"]
            values.setdefault(key, (key_line["value"] or "").strip())
        elif not _BELOW.fullmatch(line) or (not key and line.strip() and not line.lstrip().startswith("#")):
            return None
        elif key and line[:1].isspace() and line.strip():  # a value that goes on, or one that begins below its key
            value = str(values[key])
            values[key] = f"{'' if value in ('>', '|', '>-', '|-') else value} {line.strip()}".strip()
    if not values or not ({name.lower() for name in values} & _KEYS or all(name[:1].islower() for name in values)):
        return None
    title = _named_title(values)
    return (title[1:-1].strip() if title and title[0] == title[-1] and title[0] in "\"'" and len(title) > 2 else title,)


def blanked(source: str) -> str:
    """A source of the same length, spaces in place of what is for the program that makes pages of it."""
    front = front_matter(source)
    if front is not None:
        source = _spaces(source[: front.end]) + source[front.end :]
    if not _SIGNS.search(source):
        return source
    for pattern in (_CONTENTS, _TAGS, _WHOLE_LINES, _FENCE):
        source = pattern.sub(lambda stretch: _spaces(stretch.group()), source)
    source = _RAISED.sub(lambda raised: _NOTHING * len(raised.group()), source)
    defined = set(_NOTE.findall(source))
    source = _NOTED.sub(lambda note: note.group() if note[1] in defined else _NOTHING * len(note.group()), source)
    source = _NOTE_WITHIN.sub(lambda note: f"  {note[1]}{_NOTHING}", source)
    return _without_attributes(source)


def _without_attributes(source: str) -> str:
    out: list[str] = []
    at = 0
    for attributes in _ATTRIBUTES.finditer(source):
        before = source[at : attributes.start()]
        spanned = _SPANNED.search(before, max(0, len(before) - 310)) if before.endswith("]") else None
        if spanned:
            before = f"{before[: spanned.start()]}{_NOTHING}{spanned.group()[1:-1]}{_NOTHING}"
        alone = not before.rpartition("\n")[2].strip() and source[attributes.end() : attributes.end() + 1] in (
            "",
            "\r",
            "\n",
        )
        out += [before, _spaces(attributes.group()) if alone else _NOTHING * len(attributes.group())]
        at = attributes.end()
    return "".join([*out, source[at:]])


def _spaces(text: str) -> str:
    return "".join(character if character in "\r\n" else " " for character in text)


def is_note_mark(text: str, before: str = "") -> bool:
    """Whether raised characters, or a link to a note, are its mark: "1", "[2]", "*"; not the square of "10 m²".

    Args:
        before: what stands right before it in the line.
    """
    return bool(text.strip() and _NOTE_MARK.fullmatch(text)) and not _MEASURED.search(before[-12:])


def is_link_mark(text: str, address: str, *, heading: bool) -> bool:
    """Whether the text of a link says nothing but that there is a link: to or from a note, or to a heading itself."""
    if not address.lstrip().startswith("#") and not (heading and "#" in address):
        return False
    if _BACK.fullmatch(text) or (heading and _PERMALINK.fullmatch(text)):
        return True
    return bool(_NOTE_ADDRESS.search(address)) and is_note_mark(text)
