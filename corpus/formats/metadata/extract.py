"""What a document says of itself: title, company, dates, address, language. What it does not say stays unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from corpus.formats.metadata.company import POLICY, company_of
from corpus.formats.metadata.dates import dates_of
from corpus.text.language import language_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_BETWEEN_TITLES: Final = re.compile(r"\s+[|–—·•»:-]\s+")
# A heading that is a document's title; "Cookies", "2. Privacy of children", "Who reads this notice?" and "Data protection
# officer" are of a part.
_TITLE: Final = re.compile(
    r"(?!\W*\d)(?!.*\bupdated (?:our|the|its)\b)"
    r"(?!.*\b(?:officer|controller|authority|authorities|beauftragte\w*|behörde\w*|this|covers|rights$|children\S* privacy$))"
    r"(?=.*\b(?:privacy|policy|policies|notice|statement|terms|data protection|datenschutz\w*)\b).*[^?:]",
    re.IGNORECASE,
)
_NO_TITLE: Final = re.compile(r"[.!,;]$|[>|»/]")  # a sentence; the way to a page
_NUMBERED: Final = re.compile(r"\W*\d")
_DATED: Final = re.compile(
    r"(?<!\bwas )(?<!\bis )(?<!\bbeen )\b(?:last (?:updated|revised|modified)|(?:effective|updated|revised|version|stand)\b(?=.*\b(?:19|20)\d\d)).*",
    re.IGNORECASE,
)
_LONGEST_LINE, _MOST_WORDS = 80, 10  # characters and words of a title that is no heading
_LONGEST = 120  # characters of a title or a name
_LONGEST_DATA = 200_000  # characters of one piece of JSON-LD
_MOST_DATA = 20_000  # values of it
_COMPANIES: Final = frozenset(
    {"Organization", "Corporation", "LocalBusiness", "OnlineBusiness", "OnlineStore", "NGO", "Store"}
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands beside the text: a page's head, a file's properties."""

    title: str | None = None
    site: str | None = None
    source_url: str | None = None
    owners: tuple[str, ...] = ()  # lines of a page that claim a copyright
    beside: tuple[str, ...] = ()  # lines above or below the text of each page

    @classmethod
    def of_page(cls, page: LexborHTMLParser) -> Head:
        """The title, the site's name and the address from the head of a page."""
        title = page.css_first("title")
        return cls(
            _short(title.text() if title is not None else None),
            _of_linked_data(page)
            or _short(_attribute(page, 'meta[property="og:site_name"]', "content"))
            or _short(_attribute(page, 'meta[name="application-name"]', "content")),
            _address(_attribute(page, 'link[rel="canonical"]', "href"))
            or _address(_attribute(page, 'meta[property="og:url"]', "content")),
            tuple(islice(_claims(page), 50)),
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
    dates = dates_of(text, headings, head.beside)
    language = language_of(text)
    pieces = _BETWEEN_TITLES.split(head.title) if head.title else []
    named = next((piece for piece in pieces if POLICY.search(piece)), head.title)
    title = next((heading for heading in headings[:3] if _TITLE.fullmatch(heading)), None)
    title = title or (named if named and POLICY.search(named) else _first_line(text) or named)
    first = headings[0] if headings and not _NUMBERED.match(headings[0]) else None
    provider = company_of(text, head.site, head.title or title or first, head.source_url, head.owners)
    return Said(
        _short(_without_date(title or next(iter(headings), None))),
        _short(provider),
        dates.effective,
        dates.updated,
        language,
        head.source_url,
        dates.warnings,
    )


def _without_date(title: str | None) -> str | None:
    """A title without the marks before it and the date behind it."""
    if title is None:
        return None
    bare = title.lstrip("*#> ")
    return _DATED.sub("", bare).rstrip(" ,|(:–—-") or bare


def _first_line(text: str) -> str | None:
    """The first line of a text, where it is a title though nothing marks it as one."""
    line = text.lstrip().partition("\n")[0].rstrip()
    short = len(line) <= _LONGEST_LINE and len(line.split()) <= _MOST_WORDS
    return line if short and not _NO_TITLE.search(line) and _TITLE.fullmatch(line) else None


def _attribute(page: LexborHTMLParser, selector: str, name: str) -> str | None:
    found: Any = page.css_first(selector)
    return found.attributes.get(name) if found is not None else None


def _short(text: str | None) -> str | None:
    text = " ".join(text.split()) if text else ""
    return text if 0 < len(text) <= _LONGEST else None


def _address(text: str | None) -> str | None:
    text = (text or "").strip()
    return text if re.fullmatch(r"https?://[^\s<>\"]{1,500}", text) else None


def _claims(page: LexborHTMLParser) -> Iterator[str]:
    """The lines of a page that claim a copyright, mostly in what is left out as its footer."""
    body = page.body
    lines = body.text(separator="\n").splitlines() if body is not None else []
    for at, line in enumerate(lines):
        if re.search(r"©|\(c\)|copyright", line, re.IGNORECASE):
            yield " ".join(" ".join(lines[at : at + 4]).split())[:200]  # the year and the owner may be links


def _of_linked_data(page: LexborHTMLParser) -> str | None:
    """The company of a page's JSON-LD (schema.org): the publisher, else the only one that is named."""
    publishers, others = set[str](), set[str]()
    for script in page.css('script[type="application/ld+json"]')[:20]:
        given = script.text()
        if len(given) > _LONGEST_DATA:
            continue
        try:
            waiting: list[tuple[str, Any]] = [("", json.loads(given))]
        except (ValueError, RecursionError):
            continue
        for key, value in waiting:  # grows as it is read
            if isinstance(value, list) and len(waiting) < _MOST_DATA:
                waiting.extend((key, each) for each in value)
            elif isinstance(value, dict) and len(waiting) < _MOST_DATA:
                waiting.extend(value.items())
                kinds = value.get("@type")
                name = value.get("legalName") or value.get("name")
                if isinstance(name, str) and _COMPANIES & set(kinds if isinstance(kinds, list) else [str(kinds)]):
                    (publishers if key == "publisher" else others).add(name)
    found = publishers or others
    return _short(found.pop()) if len(found) == 1 else None
