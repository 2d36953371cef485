"""The dates that a document gives of itself: from when it holds, and when it was last changed.

A date counts for what the words beside it say, and only where they speak of the document: from when a law holds, or an
earlier version held, is something else. In a list of versions the newest counts. What may be read in two ways is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain, repeat
from typing import Final, Literal, NamedTuple

Kind = Literal["effective", "last updated"]

_MONTHS: Final = {
    "jan": 1, "jän": 1, "feb": 2, "mar": 3, "mär": 3, "mae": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<month>jan(?:uary|uar)?|jän(?:ner)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|maerz|mrz|apr(?:il)?|may|mai|jun[ei]?|jul[yi]?|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![^\W\d_])\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>[0-3]?\d)(?!\d)"
_TH = r"(?:\s?(?:st|nd|rd|th)\b)?"
_GAP = r"[\s,./-]{0,4}"
_FULL: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH}{_GAP}(?:the )?{_DAY}{_TH}[\s,./-]{{1,4}}{_YEAR}",
        rf"(?<![\d./-]){_DAY}\.?{_TH}{_GAP}(?:day )?(?:of )?{_MONTH}{_GAP}(?:of )?{_YEAR}",
        rf"\b{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}",
        r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.]|)(?P<number>(?(mark)\d?\d|\d\d))(?P=mark)(?P<day>\d?\d)(?!\d|[./-]\d| \d(?![\d:]))",
        r"(?<![\d./-])(?P<one>\d?\d)(?P<sign>[./-])\s?(?P<two>\d?\d)(?P=sign)\s?(?P<three>(?:19|20)?\d\d)(?!\d|[./-]\d| \d(?![\d:]))",
    )
)
_MAY_BE_DATE: Final = re.compile(r"(?:19|20)\d\d|\d[./-]\s?\d")
# A month is kept apart from a date: which day it means nobody knows, and a day that is made up were believed.
_NO_DAY: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:\b{_MONTH}|(?<![\d./-])[01]?\d[/.]){_GAP}{_YEAR}(?![./-]\d)",
        rf"(?<![\d./-]){_YEAR}-[01]\d(?![\d./-])",
    )
)
# The words that say what a date is: from when a document holds, or when it was changed last.
_CHANGED = (
    r"(?:up-?dated?|modified|modification|revised|revision|amended|amendment|changed?|edited|reviewed|review|aktualisierung|"
    r"aktualisiert|änderung|geändert|überarbeitung|überarbeitet|bearbeitung|bearbeitet)"
)
_HOLDS = (
    r"(?:effective(?:ness|ly)?|(?:takes?|took|taking|with) effect|entry into force|"
    r"(?:(?:comes?|came|coming|enter(?:s|ed)?|goes|went|put) )?in(?:to)? (?:force|effect)|valid|appl(?:y|ies|icable)|"
    r"gültig(?:keit)?|gilt|gelten|wirksam(?:keit)?|in kraft|inkrafttretens?)"
)
_LAST = r"(?:(?:the )?(?:last|latest|most recent(?:ly)?|recently|zuletzt|letzten?) )?"
_SAID: Final = re.compile(
    rf"\b(?:date (?:of )?|datum (?:des |der )?)?(?:(?P<effective>{_HOLDS})|"
    rf"(?P<updated>{_LAST}{_CHANGED}|stand|fassung|version(?= (?:of|dated?|from|vom)\b)))(?:-?s?datum)?(?![^\W\d_])",
    re.IGNORECASE,
)
_THIS = r"(?:this|the|our|its|diese[rs]?|der|die|unsere[rs]?)(?: [\w’'-]+){0,4}? (?:policy|policies|notice|statement|terms|document|agreement|datenschutz\w+)"
_OWN: Final = re.compile(rf"\b{_THIS}\b", re.IGNORECASE)
# What may stand between such words and the date.
_BETWEEN: Final = re.compile(
    rf"(?:[\s:：;=.,(\[|’'\"“”*–—-]|\b(?:{_THIS}|as|of|at|in|from|since|starting|beginning|on|date|time|is|was|were|has|been|and|published|posted|launched|und|or|the|it|"
    r"die|der|des|den|dem|am|vom|ab|seit|zum|im|mit|wirkung|getreten|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
    r"(?![^\W_])|[&/])*+",
    re.IGNORECASE,
)
_AFTERWARDS: Final = re.compile(r"\s?(?:in kraft|gültig|wirksam)\b", re.IGNORECASE)
_ENDS: Final = re.compile(r"[|·•;()\[\]]|[.!?](?=\s)")
_ITSELF: Final = re.compile(
    r"\b(?:policy|policies|notice|statement|version|terms|document|declaration|agreement|datenschutz\w*|erklärung|richtlinie|hinweise?|"
    r"fassung|dokument)\b",
    re.IGNORECASE,
)
_LAW: Final = re.compile(
    r"\b(?:act|laws?|ccpa|cpra|gdpr|regulations?|directive|dsgvo|ds-gvo|\w*gesetz\w*|\w*verordnung)\b", re.IGNORECASE
)
_EARLIER: Final = re.compile(
    r"\b(?:previous\w*|prior|earlier|former\w*|older|supersed\w*|replace[sd]?|archived?|expired?|until|vorherig\w*|früher\w*|bisherig\w*|"
    r"ältere\w*|ersetzt|bis)\b",
    re.IGNORECASE,
)
# "Cookie declaration last updated on 1 May 2023 by Cookiebot"
_LIST_OF_COOKIES: Final = re.compile(r"\bcookie[ -]?(?:declaration|list|table|erklärung|liste)\b", re.IGNORECASE)
_BY_ANOTHER: Final = re.compile(r"\W*(?:by|von)\s+\W?[A-ZÀ-ÖØ-Þ]")
# Headings of parts that tell of other versions, though not of how this one differs; and of entries there: "Version 2.1", "1 May 2023".
_OLD = (
    r"(?:previous|prior|earlier|former|older|old|past|archived?|superseded|expired|historical|vorherige\w*|früher\w*|bisherig\w*|"
    r"ältere\w*|alte[rns]?|archivierte\w*)"
)
_OF_EARLIER: Final = re.compile(
    rf"(?!.*\b(?:changes?|new|replaces?|supersedes|notice of|änderung\w*|neu\w*)\b)(?:.*\b{_OLD} (?:(?:privacy|cookie|data|protection|our) )*"
    r"(?:versions?|revisions?|polic(?:y|ies)|notices?|statements|terms|version(?:en)?|fassung(?:en)?|datenschutz\w+|\w*erklärung(?:en)?|"
    rf"\w*hinweise)\b|[\W\d]*(?:{_OLD}|archives?|archiv)\W*$)",
    re.IGNORECASE,
)
_OF_HISTORY: Final = re.compile(
    r"\b(?:history|log|changelog|changes?|updates|amendments|revisions|versions|historie|\w*verlauf|änderungen|aktualisierungen|"
    r"versionen|fassungen)\b",
    re.IGNORECASE,
)
_OF_ENTRY: Final = re.compile(
    r"[\W\d]*(?:version|revision|fassung|v)\.? ?\d|.*(?<!\d)(?:19|20)\d\d(?!\d)", re.IGNORECASE
)
_CLAUSE_AFTER: Final = re.compile(r"\s*,\s*\w|\s*(?:to|until|through|bis)\b(?!\s*(?:present|now|heute))", re.IGNORECASE)
_AT_THE_EDGE = 3_000  # characters from either end in which a document tells of itself
_LONGEST_LINE = 140  # characters of a line that gives dates and little else
_LONGEST_WORDS = 120  # characters before a date in which the words that say what it is may stand
_ORDERS: Final = {
    "day first": (2, 1, 0),
    "month first": (2, 0, 1),
    "year first": (0, 1, 2),
}  # places of year, month, day
_TOLD: Final = re.compile(r"\b(?:(dd?[./-]mm?[./-]yy)|(mm?[./-]dd?[./-]yy))", re.IGNORECASE)


class Dates(NamedTuple):
    """From when a document holds and when it was last changed; None where it does not say, or says it in two ways."""

    effective: date | None
    updated: date | None
    warnings: tuple[str, ...]


class _Given(NamedTuple):
    """A date as it stands in a line; `days` is what it may mean, nothing where it names no day."""

    start: int
    end: int
    text: str
    days: frozenset[date]


class _Place(NamedTuple):
    """Where a line stands: below a heading of earlier versions; in which list of versions, by a number; as the heading of one."""

    earlier: bool = False
    history: int | None = None
    heads_version: bool = False


class _Line(NamedTuple):
    """A line that may give a date, whether it stands near an end of the text, and where it stands among lists of versions."""

    text: str
    near: bool
    place: _Place


class _Said(NamedTuple):
    """A date that a line gives of the document: in which `run` of such lines, in which list of versions, and whether as its `own`
    in a sentence about "this policy"."""

    given: _Given
    run: int
    history: int | None
    own: bool


@dataclass(slots=True)
class _Found:
    order: str | None
    days: dict[Kind, list[_Said]] = field(default_factory=dict)
    run: int = 0


def dates_of(text: str, headings: Iterable[str] = (), beside: Iterable[str] = ()) -> Dates:
    """The dates that a text gives of itself: the first of each kind, or the newest of those that stand together.

    One counts where the words that say what it is begin a short line ("Effective date: ..."), or stand at the beginning or
    end of the document in a sentence about itself.

    Args:
        text: the document's.
        headings: its lines that are headings.
        beside: lines above or below the text of each page.
    """
    whole = "\n\n".join([text, *beside])
    found = _Found(_order(whole))
    for line in _lines(whole, _places(text.split("\n"), headings)):
        if not _read_line(line, found) and not line.place.heads_version:
            found.run += 1
    chosen = {kind: _of_this_version(said) for kind, said in found.days.items()}
    warnings = []
    for kind, given in chosen.items():
        if not given.days:
            warnings.append(f'the date "{given.text}" ({kind}) names no day: give it yourself if you know it')
        elif len(given.days) > 1:
            warnings.append(f'the date "{given.text}" ({kind}) may be read in two ways: give it yourself')
    sure = {kind: next(iter(given.days)) for kind, given in chosen.items() if len(given.days) == 1}
    return Dates(sure.get("effective"), sure.get("last updated"), tuple(warnings))


def _of_this_version(said: list[_Said]) -> _Given:
    """Which of the dates of one kind is this version's: the first that names a day; where others follow line by line, or in the
    same list of versions, the newest, and rather one from a sentence about the document itself."""
    dated = [each for each in said if each.given.days]
    if not dated:
        return said[0].given
    together = dated[:1]
    for each in dated[1:]:
        last = together[-1]
        if each.run != last.run and (each.history is None or each.history != last.history):
            break
        together.append(each)
    own = [each for each in together if each.own] or together
    return max((each.given for each in own), key=lambda given: max(given.days))


def _places(lines: Sequence[str], headings: Iterable[str]) -> Iterator[_Place]:
    """Where each line of a text stands. The heading of the document heads no list; what reads like a heading before it, as in a
    table of contents, is none."""
    waiting, at_headings = Counter(heading.strip() for heading in headings), set[int]()
    for at in range(len(lines) - 1, -1, -1):
        if waiting[lines[at].strip()] > 0:
            waiting[lines[at].strip()] -= 1
            at_headings.add(at)
    first, place = min(at_headings, default=None), _Place()
    for at, line in enumerate(lines):
        entry = False
        if at in at_headings:
            earlier = at != first and _OF_EARLIER.match(line) is not None
            entry = not earlier and _OF_ENTRY.match(line) is not None and not _LAW.search(line)
            if not entry:
                place = _Place(earlier, at if _OF_HISTORY.search(line) else None)
        yield place._replace(heads_version=entry)


def _lines(text: str, places: Iterable[_Place]) -> Iterator[_Line]:
    """The lines of a text with something on them, "" for one that can give no date. Words like "Last updated" that stand alone on
    a line belong to the next one."""
    at, before = 0, ""
    for line, place in zip(text.split("\n"), chain(places, repeat(_Place())), strict=False):
        start, at = at, at + len(line) + 1
        near = start < _AT_THE_EDGE or at > len(text) - _AT_THE_EDGE
        if len(line) > 2 * _AT_THE_EDGE:  # a document of one line: its ends
            yield _Line("" if place.earlier else line[:_AT_THE_EDGE], near, place)
            line = line[-_AT_THE_EDGE:]
        if not line.strip():
            continue
        label = _SAID.match(line) if len(line) < 50 else None
        if label and not any(letter.isdigit() for letter in line) and _only_says(line):
            before = line + " "
            continue
        read = (near or len(line) <= _LONGEST_LINE) and not place.earlier
        yield _Line(before + line if read else "", near, place)
        before = ""


def _only_says(words: str) -> bool:
    return _BETWEEN.fullmatch(_SAID.sub(" ", words)) is not None


def _read_line(line: _Line, found: _Found) -> bool:
    """Note what the dates of a line are; whether one is of the document."""
    if not _MAY_BE_DATE.search(line.text):  # most lines: spares them the patterns
        return False
    previous = 0  # the end of the date before
    known, ours = False, False  # whether the date before is the document's own, and any is
    for given in _dates_in(line.text, found.order):
        kinds = _kinds(line.text, previous, given, near=line.near, known=known)
        own = _OWN.search(line.text, max(previous, given.start - _LONGEST_WORDS), given.start) is not None
        for kind in kinds:
            found.days.setdefault(kind, []).append(_Said(given, found.run, line.place.history, own))
        previous, known = given.end, bool(kinds)
        ours = ours or known
    return ours


def _kinds(line: str, previous: int, given: _Given, *, near: bool, known: bool) -> set[Kind]:
    """What a date is by the words beside it; nothing where they don't say, or speak of something else."""
    start = _begin(line, max(previous, given.start - _LONGEST_WORDS), given.start)
    words = line[start : given.start]
    said = list(_SAID.finditer(words))
    if not said and near and _AFTERWARDS.match(line, given.end) and _speaks_of_itself(words):
        return {"effective"}
    kinds: set[Kind] = set()
    end = len(words)
    for match in reversed(said):
        if _BETWEEN.fullmatch(words, match.end(), end) is None:
            break
        kinds.add("effective" if match["effective"] else "last updated")
        end = match.start()
    if not kinds:
        return kinds
    before = words[:end]
    of_cookies = _LIST_OF_COOKIES.search(words) and _BY_ANOTHER.match(line, given.end)
    if of_cookies or _EARLIER.search(line[:start] + before):
        return set()
    if _BETWEEN.fullmatch(before) and _heads(line, start, known=known):
        rest = line[given.end :]
        if "effective" in kinds and (_LAW.search(line) or (_CLAUSE_AFTER.match(rest) and not _own_clause(rest))):
            kinds.discard("effective")
        return kinds if len(line) <= _LONGEST_LINE or near else set()
    return kinds if near and _speaks_of_itself(words) else set()


def _begin(line: str, least: int, start: int) -> int:
    """Where the piece of a line begins that says what a date at `start` is: behind a bracket, a rule, the end of a sentence."""
    begin = least
    for end in _ENDS.finditer(line, least, start):
        if not _BETWEEN.fullmatch(line, end.end(), start):
            begin = end.end()
    return begin


def _heads(line: str, start: int, *, known: bool) -> bool:
    """Whether what stands on a line before a piece lets the piece speak of the document: nothing, its name, another date of it."""
    before = line[:start].strip(" |·•;()[].")
    return (
        not before
        or known
        or (len(line) <= _LONGEST_LINE and not _LAW.search(before) and bool(_ITSELF.search(before)))
        or re.fullmatch(r"(?:v|version|rev)?\.?\s?[\d.]+,?", before, re.IGNORECASE) is not None
    )


def _own_clause(rest: str) -> bool:
    return bool(_ITSELF.search(rest)) or _SAID.match(rest.lstrip(" ,")) is not None


def _speaks_of_itself(words: str) -> bool:
    """Whether a sentence up to a date speaks of its document, and not, after that, of a law."""
    own = [match.end() for match in _ITSELF.finditer(words)]
    laws = [match.end() for match in _LAW.finditer(words)]
    return bool(own) and (not laws or laws[-1] < own[-1])


def _dates_in(line: str, order: str | None) -> list[_Given]:
    """The dates of a line, in their order."""
    found: list[_Given] = []
    for pattern in (*_FULL, *_NO_DAY):
        for match in pattern.finditer(line):
            if any(match.start() < given.end and given.start < match.end() for given in found):
                continue
            days = _days(match.groupdict(), order)
            if days or pattern in _NO_DAY:
                found.append(_Given(match.start(), match.end(), match.group().strip(), days))
    return sorted(found)


def _days(fields: dict[str, str | None], order: str | None) -> frozenset[date]:
    """What the numbers of a date may mean."""
    if fields.get("one"):
        numbers = [fields["one"] or "", fields["two"] or "", fields["three"] or ""]
        read = {name: day for name in _ORDERS if (day := _in_order(numbers, name)) is not None}
        if len(set(read.values())) > 1 and fields["sign"] == "." and "day first" in read:
            return frozenset({read["day first"]})  # nobody else parts numbers by dots
        return frozenset({read[order]} if order in read else read.values())
    if not fields.get("day"):
        return frozenset()
    month = fields.get("month")
    day = _day(
        int(fields["year"] or 0), _month(month) if month else int(fields["number"] or 0), int(fields["day"] or 0)
    )
    return frozenset({day} if day else ())


def _in_order(numbers: list[str], order: str) -> date | None:
    year, month, day = (numbers[place] for place in _ORDERS[order])
    if len(year) not in (2, 4) or len(day) > 2 or len(month) > 2:
        return None
    if len(year) == 2 and not 10 <= int(year) <= datetime.now(UTC).year % 100 + 1:  # policies are of our days
        return None
    return _day(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS[name[:3].lower()]


def _order(text: str) -> str | None:
    """In which order a document writes its numbers, if it says so or one of its dates can be read in that order only."""
    told = {"day first" if match[1] else "month first" for match in _TOLD.finditer(text)}
    for match in _FULL[-1].finditer(text):
        one, two, sign = int(match["one"]), int(match["two"]), match["sign"]
        if sign != "." and len(match["three"]) == 4 and 12 < max(one, two) <= 31 and min(one, two) <= 12:
            told.add("day first" if one > 12 else "month first")
    return told.pop() if len(told) == 1 else None
