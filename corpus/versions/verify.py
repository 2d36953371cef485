"""Whether a quote stands where its citation says, in the version that it names; and where it has gone since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import CorpusError
from corpus.model import Citation, Policy, Span
from corpus.shelf.catalogue import Shelf
from corpus.versions.archive import Archive
from corpus.versions.diff import ChangeKind, differences

Standing: TypeAlias = Literal["stands", "differs", "unknown"]
VersionKind: TypeAlias = Literal["current", "earlier", "unknown"]

_EXPECTED = (
    "give a citation, an answer with its citations, or one of these a line, as plainclause ask --json prints them"
)


class BadCitations(CorpusError):
    """A file of citations that cannot be read, or holds none."""


class Whereabouts(BaseModel):
    """What became of one cited clause in the text of today; `citation` is its place there, null where it was removed."""

    model_config = ConfigDict(frozen=True)

    kind: ChangeKind
    citation: Citation | None


class Verified(BaseModel):
    """What was found of one citation.

    "stands": exactly these words stand at that place of that version. "differs": the version is known, and other words
    stand there. "unknown": no text of the policy with that hash is on the shelf or was kept.
    """

    model_config = ConfigDict(frozen=True)

    citation: Citation
    standing: Standing
    version: VersionKind = Field(
        description='"earlier": the policy has another text now, or another one supersedes it.'
    )
    instead: str | None = Field(default=None, description="What stands at that place, where the words differ.")
    elsewhere: Citation | None = Field(
        default=None,
        description="Where the same words stand: in that version, where they differ; today, where it is unknown.",
    )
    today: str | None = Field(default=None, description="Id of the policy that holds today; null if it left the shelf.")
    now: tuple[Whereabouts, ...] = Field(
        default=(), description="What became of each cited clause, where the version is an earlier one."
    )

    @property
    def stands(self) -> bool:
        """Whether the quote stands in the version that it names."""
        return self.standing == "stands"


def version_of(policy_id: str, sha256: str, shelf: Shelf, archive: Archive) -> Policy | None:
    """The version of a policy that its whole hash names, on the shelf or kept from earlier.

    Raises:
        DamagedVersion (corpus.versions.archive).
    """
    if policy_id in shelf and shelf.summaries[policy_id].sha256 == sha256:
        return shelf[policy_id]
    version = archive.find(policy_id, sha256)
    return version if version is not None and version.sha256 == sha256 else None


def verify(citation: Citation, shelf: Shelf, archive: Archive) -> Verified:
    """Check a citation against the version that it names, and follow it to the text of today.

    Raises:
        DamagedVersion (corpus.versions.archive): the version is kept, but its file is not as it was written.
    """
    latest = shelf[_latest(citation.policy_id, shelf)] if citation.policy_id in shelf else None
    today = latest.id if latest else None
    named = version_of(citation.policy_id, citation.policy_sha256, shelf, archive)
    if named is None:
        elsewhere = _cited(latest, citation.quote) if latest else None
        return Verified(citation=citation, standing="unknown", version="unknown", elsewhere=elsewhere, today=today)
    is_current = latest is not None and (latest.id, latest.sha256) == (named.id, named.sha256)
    kind: VersionKind = "current" if is_current else "earlier"
    if not named.supports(citation):
        instead = named.text[citation.start : max(citation.start, citation.end)] or None
        elsewhere = _cited(named, citation.quote)
        return Verified(
            citation=citation, standing="differs", version=kind, instead=instead, elsewhere=elsewhere, today=today
        )
    now = () if is_current or latest is None else tuple(_now(citation, named, latest))
    return Verified(citation=citation, standing="stands", version=kind, today=today, now=now)


def citations_of(text: str) -> list[Citation]:
    """The citations in a text, each once, in order: of one citation, of an answer or a comparison, or of JSON lines.

    Raises:
        BadCitations: the text is no JSON or holds no citation; the message names the line.
    """
    citations: list[Citation] = []
    for where, value in _values(text.removeprefix("\ufeff")):
        try:
            citations += _in(value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "its beginning"
            raise BadCitations(f'{where}: citation wrong at "{field}": {first["msg"]}; {_EXPECTED}') from None
    if not citations:
        raise BadCitations(f"no citation found; {_EXPECTED}")
    return list(dict.fromkeys(citations))


def _values(text: str) -> Iterator[tuple[str, Any]]:
    """Each JSON value of a text and where it stands."""
    try:
        yield "the file", json.loads(text)
        return
    except RecursionError:
        raise BadCitations(f"nested too deeply; {_EXPECTED}") from None
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if len(lines) < 2 or not lines[0][1].rstrip().endswith("}"):
            raise BadCitations(f"not JSON ({error}); {_EXPECTED}") from None
    for number, line in lines:
        try:
            yield f"line {number}", json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadCitations(f"line {number}: not JSON ({error}); {_EXPECTED}") from None


def _in(value: Any) -> Iterator[Citation]:
    """The citations of a citation, an answer (those of each policy too), a comparison, or a list of such."""
    if isinstance(value, list):
        for each in value:
            yield from _in(each)
    elif isinstance(value, dict):
        if "policy_sha256" in value or "quote" in value:
            yield Citation.model_validate(value)
            return
        parts = [value.get(name) for name in ("citations", "closest", "rows", "old", "new", "changed")]
        by_policy = value.get("by_policy")
        for part in (*parts, list(by_policy.values()) if isinstance(by_policy, dict) else None):
            yield from _in(part)


def _latest(policy_id: str, shelf: Shelf) -> str:
    """The id of the policy that holds today in place of one: what supersedes it, and what supersedes that."""
    seen = {policy_id}
    while (newer := shelf.successor(policy_id)) is not None and newer.id not in seen:
        policy_id = newer.id
        seen.add(policy_id)
    return policy_id


def _now(citation: Citation, named: Policy, latest: Policy) -> Iterator[Whereabouts]:
    between = differences(named, latest)
    for number in named.clauses_at(citation.span):
        change = between.now_at(number)
        place = None if change.new is None else latest.cite(latest.clauses[change.new].span)
        yield Whereabouts(kind=change.kind, citation=place)


def _cited(policy: Policy, quote: str) -> Citation | None:
    """The first place where a clause of a policy holds some words, if one does."""
    for clause in policy.clauses if quote else ():
        at = clause.span.of(policy.text).find(quote)
        if at >= 0:
            start = clause.span.start + at
            return policy.cite(Span(start, start + len(quote)))
    return None
