"""A clause with its place, and what became of it between two versions: the values that API, desk and terminal show."""

from __future__ import annotations

import json
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from assistant.review.clause_search import FoundClause
from assistant.surfaces.render.names import permalink, policy_json
from assistant.surfaces.schemas import PolicyFacts
from corpus.model import Policy
from corpus.shelf.catalogue import Shelf
from corpus.versions.diff import ChangeKind, WordKind, differences

KINDS: tuple[ChangeKind, ...] = ("same", "reworded", "moved", "added", "removed")

# As in schemas: no example holds a null.
_SHA256 = "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d"
_CLAUSE = """{"policy_id": "vps6-2017", "provider": "VPS6.NET", "title": "Privacy Policy", "effective_date": "2017-01-01",
    "updated_date": "2016-11-30", "snapshot_date": "2017-12-12", "superseded_by": "vps6-2019", "number": 14, "quote": "We do not sell your data.",
    "start": 120, "end": 145, "path": ["Sharing"], "language": "en", "matches": [[10, 14]], "near": false,
    "permalink": "policy/vps6-2017#c14-9c1e5b0d7a4f"}"""
_FACTS = f""""provider": "VPS6.NET", "title": "Privacy Policy", "source_url": "https://vps6.net/privacy.php",
    "snapshot_date": "2017-12-12", "effective_date": "2017-01-01", "updated_date": "2016-11-30", "language": "en", "sha256": "{_SHA256}" """
_CHANGE = """{"kind": "reworded", "old": 13, "new": 14, "old_quote": "We sell no data.", "new_quote": "We do not sell data.",
    "path": ["Sharing"], "words": [{"kind": "kept", "text": "We "}, {"kind": "added", "text": "do not "},
        {"kind": "kept", "text": "sell "}, {"kind": "removed", "text": "no "}, {"kind": "kept", "text": "data."}]}"""


def _example(text: str) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": [json.loads(text)]})


class ClauseFound(BaseModel):
    """A clause, its place and its policy; null is what the policy's document does not state."""

    model_config = _example(_CLAUSE)

    policy_id: str
    provider: str | None
    title: str
    effective_date: date | None
    updated_date: date | None
    snapshot_date: date | None
    superseded_by: str | None = Field(description="Id of the later version that replaces this policy.")
    number: int = Field(description="Place among the policy's clauses, from 0.")
    quote: str = Field(description="The clause: text[start:end] of the policy, in Unicode code points.")
    start: int
    end: int
    path: tuple[str, ...] = Field(description="The headings above it, outermost first.")
    language: str | None = Field(description="ISO 639-1; null where it is not known: taken for English.")
    matches: tuple[tuple[int, int], ...] = Field(
        description="Stretches of the quote that hold words looked for: first code point and one past the last."
    )
    near: bool = Field(description="Whether it does not hold all the words and is only near in meaning.")
    permalink: str = Field(description="Address that stays, relative to the start page.")


class ClausesFound(BaseModel):
    """How many clauses were found in all, and some of them, best first."""

    model_config = _example(f'{{"total": 42, "clauses": [{_CLAUSE}]}}')

    total: int
    clauses: list[ClauseFound]


class WordsOf(BaseModel):
    """A run of words: of both versions, of the old one only, or of the new one only."""

    model_config = ConfigDict(frozen=True)

    kind: WordKind
    text: str


class ClauseChange(BaseModel):
    """What became of a clause from the old version to the new one."""

    model_config = _example(_CHANGE)

    kind: ChangeKind = Field(
        description='"moved": the same words, elsewhere; "reworded" ones may stand elsewhere, too.'
    )
    old: int | None = Field(description="Its number in the old version; null where it was added.")
    new: int | None = Field(description="Its number in the new version; null where it was removed.")
    old_quote: str | None
    new_quote: str | None
    path: tuple[str, ...] = Field(
        description="The headings above it: in the new version, or in the old if it was removed."
    )
    words: tuple[WordsOf, ...] = Field(description="Of a reworded clause, what was kept, removed and added.")


class PolicyChanges(BaseModel):
    """Every clause of two versions of a policy, each in one change, in reading order of the new version."""

    model_config = _example(f"""{{
        "old": {{"id": "vps6-2017", {_FACTS}, "supersedes": "vps6-2015", "superseded_by": "vps6-2019"}},
        "new": {{"id": "vps6-2019", {_FACTS}, "supersedes": "vps6-2017", "superseded_by": "vps6-2021"}},
        "counts": {{"same": 27, "reworded": 1, "moved": 0, "added": 0, "removed": 0}}, "changes": [{_CHANGE}]}}""")

    old: PolicyFacts
    new: PolicyFacts
    counts: dict[ChangeKind, int] = Field(description="How many changes there are of each kind, of every kind.")
    changes: list[ClauseChange]


def changes_between(old: Policy, new: Policy, shelf: Shelf) -> PolicyChanges:
    """What changed from one policy to another; `shelf` may hold what supersedes them."""
    found = [
        ClauseChange(
            kind=change.kind,
            old=change.old,
            new=change.new,
            old_quote=_quote(old, change.old),
            new_quote=_quote(new, change.new),
            path=new.clauses[change.new].path if change.new is not None else old.clauses[change.old or 0].path,
            words=tuple(WordsOf(kind=run.kind, text=run.text) for run in change.words),
        )
        for change in differences(old, new).changes
    ]
    counts = {kind: sum(change.kind == kind for change in found) for kind in KINDS}
    before, after = (
        PolicyFacts.model_validate(policy_json(policy, shelf.successor(policy.id))) for policy in (old, new)
    )
    return PolicyChanges(old=before, new=after, counts=counts, changes=found)


def _quote(policy: Policy, number: int | None) -> str | None:
    return None if number is None else policy.clauses[number].span.of(policy.text)


def clause_found(found: FoundClause, shelf: Shelf) -> ClauseFound:
    """A clause that was searched for, with its place; `shelf` may hold what supersedes its policy."""
    policy, span = found.policy, found.clause.span
    newer = shelf.successor(policy.id)
    return ClauseFound(
        policy_id=policy.id,
        provider=policy.provider,
        title=policy.title,
        effective_date=policy.effective_date,
        updated_date=policy.updated_date,
        snapshot_date=policy.snapshot_date,
        superseded_by=newer.id if newer else None,
        number=found.number,
        quote=found.quote,
        start=span.start,
        end=span.end,
        path=found.clause.path,
        language=policy.language_at(span),
        matches=found.matches,
        near=found.near,
        permalink=permalink(policy, found.number),
    )
