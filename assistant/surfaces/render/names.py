"""How policies and their versions are called, dated and described; text that may be shown, literally. Pure functions.

Everything that a policy or a person wrote is escaped with character references, so that no Markdown, HTML or LaTeX in
it is ever run and so that what a page shows is, character for character, what the policy says.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote as url_quote

from assistant.languages import Language
from corpus.model import Described, Policy, Span
from corpus.shelf.catalogue import Shelf

STEP = " › "  # between headings of a path
VERSION_DIGITS = 12  # of a policy's SHA-256 in a permalink: enough to tell a million versions apart

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)  # Unicode's Cc and Cs but tab and line ends
_ACTIVE = re.compile(r"[!-/:-@\[-`{-~\t\n\r]|^ | $|(?<= ) ")  # ASCII punctuation, and spaces that HTML would drop


def printable(text: str) -> str:
    """`text` with U+FFFD in place of what can be neither encoded nor shown: lone surrogates, control characters."""
    return _UNPRINTABLE.sub("\ufffd", text)


def escaped(text: str) -> str:
    """`text` for Markdown and HTML alike, shown literally wherever it is put; one line, no active character."""
    return _ACTIVE.sub(lambda active: f"&#{ord(active[0])};", printable(text))


def number(text: str, language: Language) -> str:
    """A number as this program writes it, "1,234.5", as a language does: "1.234,5"."""
    return text.translate({ord(","): language.say("number.thousands"), ord("."): language.say("number.point")})


class Dated(Protocol):
    """What has a date: a policy, or what a shelf knows of one."""

    @property
    def effective_date(self) -> date | None: ...
    @property
    def updated_date(self) -> date | None: ...
    @property
    def snapshot_date(self) -> date | None: ...


def dated(policy: Dated, language: Language) -> str:
    """The date that tells this version of a policy from others, in words, or that none is stated."""
    if policy.effective_date:
        return language.say("date.effective", day=language.day(policy.effective_date))
    if policy.updated_date:
        return language.say("date.updated", day=language.day(policy.updated_date))
    if policy.snapshot_date:
        return language.say("date.captured", day=language.day(policy.snapshot_date))
    return language.say("date.unknown")


def named(policy: Described) -> str:
    """A policy's title, with the company where the title does not name it."""
    return called(policy.provider, policy.title)


def called(provider: str | None, title: str) -> str:
    """The same of a company and a title."""
    return f"{provider}: {title}" if provider and provider.casefold() not in title.casefold() else title


def foreign(policy: Described) -> bool:
    """Whether a policy is known to be in another language than English, for which answers are made."""
    return policy.language not in (None, "en")


def clause_number(policy: Policy, span: Span) -> int:
    """Position among the policy's clauses of the first that `span` touches; 0 where it touches none."""
    return next(iter(policy.clauses_at(span)), 0)


def clause_link(policy: Policy, span: Span) -> str:
    """Relative address of the chat with this policy, scrolled to the clause: `?policy=rackspace#c14`."""
    return f"?policy={url_quote(policy.id, safe='')}#c{clause_number(policy, span)}"


def permalink(policy: Policy, number: int) -> str:
    """Address of a clause that names its version, relative to the page's root: `policy/rackspace#c14-9c1e5b0d7a4f`."""
    return f"policy/{url_quote(policy.id, safe='')}#c{number}-{policy.sha256[:VERSION_DIGITS]}"


def policies_json(shelf: Shelf) -> list[dict[str, Any]]:
    """The policies on a shelf as JSON-ready objects: what is known of each, and how many clauses it has."""
    return [
        policy_json(each, shelf.successor(each.id)) | {"clauses": each.clauses} for each in shelf.summaries.values()
    ]


def policy_json(policy: Described, newer: Described | None) -> dict[str, Any]:
    """What is known of a policy and what supersedes it, JSON-ready; null is what its document does not state."""
    return {
        "id": policy.id,
        "provider": policy.provider,
        "title": policy.title,
        "source_url": policy.source_url,
        "snapshot_date": policy.snapshot_date.isoformat() if policy.snapshot_date else None,
        "effective_date": policy.effective_date.isoformat() if policy.effective_date else None,
        "updated_date": policy.updated_date.isoformat() if policy.updated_date else None,
        "language": policy.language,
        "supersedes": policy.supersedes,
        "superseded_by": newer.id if newer else None,
        "sha256": policy.sha256,
    }
