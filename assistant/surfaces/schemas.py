"""The values that the HTTP API gives, as its description shows them: with examples."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.company.feedback.store import Feedback
from assistant.model import Answer, Found
from corpus.model import CitedLink, Policy

MAX_HITS = 100  # of one search

# Examples as JSON. None holds a null: FastAPI leaves nulls out of the description, and what is left would be wrong.
_FACTS = """ "id": "vps6", "provider": "VPS6.NET", "title": "Privacy Policy",
    "source_url": "https://vps6.net/privacy.php", "snapshot_date": "2017-12-12", "effective_date": "2017-01-01",
    "updated_date": "2016-11-30", "language": "en", "supersedes": "vps6-2015", "superseded_by": "vps6-2019",
    "sha256": "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d" """
_CLAUSE = """ "quote": "We do not sell your data.", "start": 120, "end": 145, "path": ["Sharing"] """

_CITED = """ "policy_id": "vps6", "source_url": "https://vps6.net/privacy.php", "snapshot_date": "2017-12-12",
    "policy_sha256": "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d" """


def _example(text: str) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": [json.loads(text)]})


class Answered(Answer):
    """An answer and the id that its question came with."""

    model_config = _example(f"""{{
        "id": 7, "question": "is my data sold?", "outcome": "no",
        "text": "No: “We do not sell your data”.", "confidence": 0.97, "reader": "plainclause-reader 1f2e3d4c",
        "route": "privacy",
        "citations": [{{{_CLAUSE}, {_CITED}}}],
        "marked": {{"quote": "We do not sell your data", "start": 120, "end": 144, "path": ["Sharing"], {_CITED}}},
        "searched": {{"clauses": 28, "policies": [
            {{"id": "vps6", "title": "Privacy Policy", "snapshot_date": "2017-12-12", "clauses": 28}}]}}}}""")

    id: Any = Field(default=None, description="As it came with the question.")


class Hits(BaseModel):
    """What a search found, best first."""

    model_config = _example(f"""{{"hits": [{{{_CLAUSE}, "policy_id": "vps6", "score": 0.71}}]}}""")

    hits: list[Found]


class PolicyFacts(BaseModel):
    """What is known of a policy; null is what the document does not state."""

    id: str
    provider: str | None
    title: str
    source_url: str | None
    snapshot_date: date | None
    effective_date: date | None
    updated_date: date | None
    language: str | None = Field(description="ISO 639-1; null where it is not known: taken for English.")
    supersedes: str | None = Field(description="Id of the earlier version that this one replaces.")
    superseded_by: str | None = Field(description="Id of the later version that replaces this one.")
    sha256: str = Field(description="SHA-256 of the canonical text, UTF-8 encoded.")


class PolicySummary(PolicyFacts):
    """A policy without its text."""

    model_config = _example(f"""{{{_FACTS}, "clauses": 28}}""")

    clauses: int = Field(description="How many clauses it has.")


class LeadIn(BaseModel):
    """The words that open a list."""

    start: int
    end: int
    quote: str


class ClauseView(BaseModel):
    """A sentence or list item; `quote` is `text[start:end]`, counted in Unicode code points."""

    start: int
    end: int
    path: tuple[str, ...] = Field(description="The headings above it, outermost first.")
    lead_in: LeadIn | None = Field(description="For a list item: the words that open its list.")
    kind: Literal["sentence", "item"]
    quote: str
    language: str | None = Field(description="ISO 639-1; null where it is not known: taken for English.")
    links: tuple[CitedLink, ...] = Field(description="The links in its words, in order.")


class PolicyText(PolicyFacts):
    """A policy with its canonical text and its clauses."""

    model_config = _example(f"""{{{_FACTS}, "text": "We keep:\\n\\ncard numbers",
        "clauses": [{{"quote": "card numbers", "start": 10, "end": 22, "path": ["Sharing"], "kind": "item",
            "language": "en", "links": [],
            "lead_in": {{"start": 0, "end": 8, "quote": "We keep:"}}}}]}}""")

    text: str
    clauses: list[ClauseView]


class Health(BaseModel):
    """That the server answers, and what it answers about."""

    model_config = _example("""{"status": "ok", "policies": 4, "clauses": 117}""")

    status: Literal["ok"]
    policies: int
    clauses: int


class Ready(BaseModel):
    """That the server can answer questions, and with which index."""

    model_config = _example("""{"status": "ready", "index": "20260101T120000-1f2e3d4c", "policies": 4}""")

    status: Literal["ready"]
    index: str
    policies: int


class Word(Feedback):
    """What a person says of one answer; with a key, in place of what was said before."""

    key: str | None = Field(default=None, max_length=100, description="As it came back when this was first sent.")


class Kept(BaseModel):
    """That a word about an answer was kept; with the key it can be changed: sent again with `key`, it replaces the first."""

    model_config = _example("""{"key": "Xq3v0sJ2mYc8rT5w"}""")

    key: str


def clause_views(policy: Policy) -> list[ClauseView]:
    """Every clause of a policy with its place and words."""
    views = []
    for clause in policy.clauses:
        lead, opened = clause.lead_in, None
        if lead is not None:
            opened = LeadIn(start=lead.start, end=lead.end, quote=lead.of(policy.text))
        views.append(
            ClauseView(
                start=clause.span.start,
                end=clause.span.end,
                path=clause.path,
                lead_in=opened,
                kind=clause.kind,
                quote=clause.span.of(policy.text),
                language=policy.language_at(clause.span),
                links=policy.links_in(clause.span),
            )
        )
    return views
