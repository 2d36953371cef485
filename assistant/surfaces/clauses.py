"""Clauses over the HTTP API: search as one types, and what changed between two versions of a policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.ask import Assistant
from assistant.bootstrap.hot_reload import Latest
from assistant.clause_search import Browser, FoundClause, Version
from assistant.errors import BadQuestion
from assistant.model import MAX_QUESTION
from assistant.outline import Outline, Outlines
from assistant.surfaces.naming import permalink, policy_json, successor
from assistant.surfaces.problems import described
from assistant.surfaces.schemas import PolicyFacts
from corpus.model import Policy
from corpus.versions.diff import ChangeKind, WordKind, differences

_Reader = TypeVar("_Reader")

MAX_CLAUSES = 100
KINDS: tuple[ChangeKind, ...] = ("same", "reworded", "moved", "added", "removed")

# As in schemas: no example holds a null.
_SHA256 = "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d"
_CLAUSE = """{"policy_id": "vps6-2017", "provider": "VPS6.NET", "title": "Privacy Policy", "effective_date": "2017-01-01",
    "snapshot_date": "2017-12-12", "superseded_by": "vps6-2019", "number": 14, "quote": "We do not sell your data.",
    "start": 120, "end": 145, "path": ["Sharing"], "matches": [[10, 14]], "near": false,
    "permalink": "policy/vps6-2017#c14-9c1e5b0d7a4f"}"""
_FACTS = f""""provider": "VPS6.NET", "title": "Privacy Policy", "source_url": "https://vps6.net/privacy.php",
    "snapshot_date": "2017-12-12", "effective_date": "2017-01-01", "language": "en", "sha256": "{_SHA256}" """
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
    snapshot_date: date | None
    superseded_by: str | None = Field(description="Id of the later version that replaces this policy.")
    number: int = Field(description="Place among the policy's clauses, from 0.")
    quote: str = Field(description="The clause: text[start:end] of the policy, in Unicode code points.")
    start: int
    end: int
    path: tuple[str, ...] = Field(description="The headings above it, outermost first.")
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


def serve_clauses(app: FastAPI, latest: Latest) -> None:
    """Add the two addresses to an application, which turns errors into problem documents."""
    wrong: dict[int | str, dict[str, Any]] = {
        422: described("A parameter that cannot be used."),
        404: described("No such policy."),
    }
    busy: dict[int | str, dict[str, Any]] = {
        429: described("Too many requests from this address; the header Retry-After says when to come back."),
        503: described("Too many requests at once; the header Retry-After says when to come back."),
    }
    kept, outlines = _Kept(latest, Browser), _Kept(latest, Outlines)

    @app.get("/api/clauses", responses=wrong | busy, tags=["policies"])
    def find_clauses(
        q: Annotated[
            str, Query(description="Words; the last need not be typed to its end.", max_length=MAX_QUESTION)
        ] = "",
        company: Annotated[str, Query(description="A provider, as the policies name it.")] = "",
        policy: Annotated[str, Query(description="A policy id.")] = "",
        version: Annotated[
            Version, Query(description="Policies that no other one supersedes, those that one does, or both.")
        ] = "current",
        practice: Annotated[str, Query(description="An action that the clause names, for example share.")] = "",
        data: Annotated[str, Query(description="A kind of data that the clause speaks of, for example payment.")] = "",
        limit: Annotated[int, Query(description="How many clauses at most.", ge=1, le=MAX_CLAUSES)] = 20,
        offset: Annotated[int, Query(description="How many clauses to pass over first.", ge=0)] = 0,
    ) -> ClausesFound:
        """The clauses that hold some words, best first; then those that are only near in meaning.

        Case and accents make no difference. Without words, every clause that the filters let through, in order of policy
        and place. An empty filter is none.
        """
        browser = kept()
        found = browser.find(
            q,
            company=company or None,
            policy=policy or None,
            version=version,
            practice=practice or None,
            data=data or None,
            limit=limit,
            offset=offset,
        )
        policies = browser.assistant.policies
        return ClausesFound(total=found.total, clauses=[_found(each, policies) for each in found.clauses])

    @app.get("/api/policies/{policy_id}/changes", responses=wrong | busy, tags=["policies"])
    def what_changed(
        policy_id: str,
        since: Annotated[
            str, Query(description="Id of the policy to compare with; without it the one that this one supersedes.")
        ] = "",
    ) -> PolicyChanges:
        """What changed from an earlier version of a policy to this one, clause by clause."""
        policies = latest().policies
        new = policies[policy_id]
        earlier = since or new.supersedes
        if earlier is None:
            raise BadQuestion(f'policy "{new.id}" supersedes none; name the one to compare with in "since"')
        return changes_between(policies[earlier], new, policies)

    @app.get("/api/policies/{policy_id}/outline", responses=wrong | busy, tags=["policies"])
    def outline(policy_id: str) -> Outline:
        """The clauses of a policy by what they do and to which data, and what it does not speak of.

        Every clause stands under each action that it names; `answers` are questions of the practice bank that the policy
        answers. That it does not speak of something is not a "no".
        """
        return outlines().of(policy_id)


def changes_between(old: Policy, new: Policy, policies: Mapping[str, Policy]) -> PolicyChanges:
    """What changed from one policy to another; `policies` are those that may supersede them."""
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
    before, after = (PolicyFacts.model_validate(policy_json(policy, policies)) for policy in (old, new))
    return PolicyChanges(old=before, new=after, counts=counts, changes=found)


class _Kept(Generic[_Reader]):
    """What reads the latest assistant's policies: what it has read is kept as long as that one is in use."""

    def __init__(self, latest: Latest, reader: Callable[[Assistant], _Reader]) -> None:
        self._latest, self._new = latest, reader
        self._kept: tuple[Assistant, _Reader] | None = None

    def __call__(self) -> _Reader:
        assistant, found = self._latest(), self._kept
        if found is None or found[0] is not assistant:
            found = self._kept = assistant, self._new(assistant)
        return found[1]


def _quote(policy: Policy, number: int | None) -> str | None:
    return None if number is None else policy.clauses[number].span.of(policy.text)


def _found(found: FoundClause, policies: Mapping[str, Policy]) -> ClauseFound:
    policy, span = found.policy, found.clause.span
    newer = successor(policy, policies)
    return ClauseFound(
        policy_id=policy.id,
        provider=policy.provider,
        title=policy.title,
        effective_date=policy.effective_date,
        snapshot_date=policy.snapshot_date,
        superseded_by=newer.id if newer else None,
        number=found.number,
        quote=found.quote,
        start=span.start,
        end=span.end,
        path=found.clause.path,
        matches=found.matches,
        near=found.near,
        permalink=permalink(policy, found.number),
    )
