"""Clauses over the HTTP API: search as one types, and what changed between two versions of a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import FastAPI, Query

from assistant.ask import Assistant
from assistant.bootstrap.hot_reload import Latest
from assistant.errors import BadQuestion
from assistant.model import MAX_QUESTION
from assistant.review.clause_search import Browser, Version
from assistant.review.outline import Outline, Outlines
from assistant.surfaces.middleware.problems import described
from assistant.surfaces.middleware.route_costs import work
from assistant.surfaces.render.clauses import ClausesFound, PolicyChanges, changes_between, clause_found

_Reader = TypeVar("_Reader")

MAX_CLAUSES = 100


def serve_clauses(app: FastAPI, latest: Latest) -> None:
    """Add these addresses to an application, which turns errors into problem documents."""
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
    @work
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

        Case and accents make no difference; words are looked for letter by letter, in any language. Without words, every
        clause that the filters let through, in order of policy and place. An empty filter is none.
        """
        browser = kept()
        page = browser.find(
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
        return ClausesFound(total=page.total, clauses=[clause_found(each, policies) for each in page.clauses])

    @app.get("/api/policies/{policy_id}/changes", responses=wrong | busy, tags=["policies"])
    @work
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
    @work
    def outline(policy_id: str) -> Outline:
        """The clauses of a policy by what they do and to which data, and what it does not speak of.

        Every clause stands under each action that it names; `answers` are questions of the practice bank that the policy
        answers. That it does not speak of something is not a "no".
        """
        return outlines().of(policy_id)


class _Kept(Generic[_Reader]):
    """What reads the latest assistant's policies: what it has read is kept as long as that one is in use."""

    def __init__(self, latest: Latest, reader: Callable[[Assistant], _Reader]) -> None:
        self._latest, self._new = latest, reader
        self._kept: tuple[Assistant, _Reader] | None = None

    def __call__(self) -> _Reader:
        assistant, reader = self._latest(), self._kept
        if reader is None or reader[0] is not assistant:
            reader = self._kept = assistant, self._new(assistant)
        return reader[1]
