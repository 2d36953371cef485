"""What a document says of itself: title, company, dates, address, language. What it does not say stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from corpus.formats.languages import language_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_MONTHS: Final = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? ?{_YEAR}\b",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? {_MONTH},? {_YEAR}\b",
        rf"\b{_YEAR}-(?P<number>\d\d)-(?P<day>\d\d)\b",
        rf"\b(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.{_YEAR}\b",
        rf"\b(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}\b",
    )
)
# The words that must stand before a date; "last updated" does not say from when it holds.
_EFFECTIVE: Final = re.compile(
    r"\b(?:effective(?: date)?|in (?:force|effect)|comes? into (?:force|effect)|came into (?:force|effect)|valid|applies|apply)"
    r"(?: (?:as (?:of|at|from)|from|since|on|date|is|starting))*\s?[:–—-]?\s?(?=\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_UPDATED: Final = re.compile(
    r"\b(?:(?:last|most recently|recently) (?:updated?|modified|revised|amended|changed|reviewed)|updated|last (?:update|revision|modification|change)|"
    r"(?:date of )?(?:last )?(?:update|revision|revised)(?: date)?)"
    r"(?: (?:as (?:of|at)|on|in|date|was|is))*\s?[:–—-]?\s?(?=\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_AT_THE_EDGE = 3_000  # characters from either end in which a document tells of itself
_LONGEST_DATE_LINE = 90  # characters of a line that gives a date and little else
_ITSELF: Final = re.compile(r"\b(?:policy|notice|statement|version|terms|document|declaration)\b", re.IGNORECASE)
_LAW: Final = re.compile(r"\b(?:act|law|ccpa|cpra|gdpr|regulation|directive)\b", re.IGNORECASE)
_WITHIN = 30  # characters that a date may have
# `Example, Inc. ("we", "us")`: the company, as it calls itself.
_COMPANY: Final = re.compile(
    r"(?P<name>(?:[A-Z0-9][\w.&'’-]*,? ){0,5}(?:[A-Z0-9][\w.&'’-]*,? )(?:Inc|LLC|Ltd|Limited|GmbH|AG|Corp|Corporation|Co|B\.?V|N\.?V|S\.?A|S\.?A\.?S|AB|ApS|Oy|"
    r"PLC|plc|S\.?r\.?l|S\.? ?r\.? ?o)\b\.?)[^.()]{0,60}\([^()]{0,120}[“\"'](?:we|us|our)[”\"',]",
)
_BETWEEN_TITLES: Final = re.compile(r"\s+[|–—·•»:-]\s+")
_POLICY: Final = re.compile(
    r"\b(?:privacy|policy|policies|notice|statement|terms|cookies?|data protection|gdpr|legal)\b", re.IGNORECASE
)
_NO_COMPANY: Final = re.compile(
    r"\b(?:docs|about|help|cent(?:er|re)|support|blog|home|website|page|official)\b", re.IGNORECASE
)
_LONGEST = 120  # characters of a title or a name


@dataclass(frozen=True, slots=True)
class Head:
    """What stands beside the text: a page's head, a file's properties."""

    title: str | None = None
    site: str | None = None
    source_url: str | None = None

    @classmethod
    def of_page(cls, page: LexborHTMLParser) -> Head:
        """The title, the site's name and the address from the head of a page."""
        title = page.css_first("title")
        return cls(
            _short(title.text() if title is not None else None),
            _company(_attribute(page, 'meta[property="og:site_name"]', "content"))
            or _company(_attribute(page, 'meta[name="application-name"]', "content")),
            _address(_attribute(page, 'link[rel="canonical"]', "href"))
            or _address(_attribute(page, 'meta[property="og:url"]', "content")),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of itself; what it does not say is None."""

    title: str | None
    provider: str | None
    effective_date: date | None
    updated_date: date | None
    language: str | None
    source_url: str | None
    warnings: tuple[str, ...]


def of_text(text: str, headings: tuple[str, ...], head: Head) -> Said:
    """What a text, its headings and its head say."""
    warnings: list[str] = []
    effective = _date_after(_EFFECTIVE, text, "effective", warnings)
    updated = _date_after(_UPDATED, text, "last updated", warnings)
    language = language_of(text)
    if language not in ("en", None):
        warnings.append(f'this is a text in another language ("{language}"): answers are made for English')
    pieces = _BETWEEN_TITLES.split(head.title) if head.title else []
    named = [piece for piece in pieces if _POLICY.search(piece)]
    title = next((h for h in headings[:3] if _POLICY.search(h)), None) or (named[0] if named else head.title)
    others = [piece for piece in pieces if piece not in named]
    company = _COMPANY.search(text[: 2 * _AT_THE_EDGE])
    provider = (
        head.site
        or (_company(others[-1]) if named and others else None)
        or (company["name"].strip() if company else None)
    )
    return Said(
        _short(title or (headings[0] if headings else None)),
        _short(provider),
        effective,
        updated,
        language,
        head.source_url,
        tuple(warnings),
    )


def _date_after(words: re.Pattern[str], text: str, what: str, warnings: list[str]) -> date | None:
    """The first date that stands right after such words; one that may be read in two ways is only warned of.

    The words begin a short line ("Effective date: ..."), or stand at the document's beginning or end in a sentence about
    itself: from when a law holds is something else.
    """
    for found in words.finditer(text):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        line = text[start : end if end >= 0 else len(text)]
        alone = found.start() - start <= 2 and len(line) <= _LONGEST_DATE_LINE
        near = found.start() < _AT_THE_EDGE or found.end() > len(text) - _AT_THE_EDGE
        sentence = re.split(r"[.!?] ", text[start : found.start()])[-1]
        if not alone and not (near and _ITSELF.search(sentence)):
            continue
        if alone and _LAW.search(line):
            continue
        after = text[found.end() : found.end() + _WITHIN].replace("\n", " ")
        for pattern in _DATES:
            given = pattern.match(after)
            if given is None:
                continue
            fields = given.groupdict()
            if "first" in fields:
                first, second = int(fields["first"]), int(fields["second"])
                if first <= 12 and second <= 12 and first != second:
                    warnings.append(f'the date "{given.group()}" ({what}) may be read in two ways: give it yourself')
                    return None
                day, month = (second, first) if second > 12 or first == second else (first, second)
            else:
                day = int(fields["day"])
                named = fields.get("month")
                month = _month(named) if named else int(fields["number"])
            try:
                return date(int(fields["year"]), month, day)
            except ValueError:
                continue
    return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


def _attribute(page: LexborHTMLParser, selector: str, name: str) -> str | None:
    found: Any = page.css_first(selector)
    return found.attributes.get(name) if found is not None else None


def _short(text: str | None) -> str | None:
    text = " ".join(text.split()) if text else ""
    return text if 0 < len(text) <= _LONGEST else None


def _company(text: str | None) -> str | None:
    """A site's name where it may be its company's: "Bumble Privacy Policy" and "Help Center" are not."""
    name = _short(text)
    return None if name is None or _POLICY.search(name) or _NO_COMPANY.search(name) else name


def _address(text: str | None) -> str | None:
    text = (text or "").strip()
    return text if re.fullmatch(r"https?://[^\s<>\"]{1,500}", text) else None
