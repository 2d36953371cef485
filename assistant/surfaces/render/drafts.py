"""Drafts and what they would change, as lines for a terminal, in English, and JSON-ready. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from assistant.company.approved.following import Fate
from assistant.company.publishing.drafts import Draft
from assistant.company.publishing.preview import Impact, Preview
from assistant.company.publishing.times import day_of, said
from assistant.surfaces.render.names import policy_json, printable
from assistant.surfaces.render.policy_text import text_json
from assistant.surfaces.render.versions import changes_json
from corpus.shelf.catalogue import Shelf


def draft_json(draft: Draft) -> dict[str, Any]:
    """A draft, JSON-ready, with how far it is ("open", "scheduled", "begun", "published")."""
    return draft.model_dump(mode="json") | {"state": draft.state}


def draft_line(draft: Draft, zone: str) -> str:
    """A draft on one line; times are said in a zone."""
    if draft.published is not None:
        done = draft.published
        state = f"published {said(done.at, zone)} by {done.by}, as version {done.version}"
    elif draft.begun is not None:
        state = f"being published since {said(draft.begun.at, zone)}"
    elif draft.due_at is not None:
        late = ", which is past" if draft.due_at <= datetime.now(UTC) else ""
        state = f"scheduled for {said(draft.due_at, zone)}{late}"
    else:
        state = "not scheduled"
    made = f"{draft.clauses} clauses from {draft.origin}, {said(draft.made_at, zone)}, {draft.made_by}"
    parts = (draft.id, draft.policy_id, draft.title, f"({made}; {state})")
    return "  ".join(" ".join(printable(part).split()) for part in parts)


def preview_doubts(preview: Preview, zone: str) -> Iterator[str]:
    """What is to doubt of a draft beside its document; days are those of a zone."""
    if preview.moved_on:
        yield "another text is in use than when this draft was made: what is shown is the difference to the one of today"
    if preview.current is not None and preview.current.sha256 == preview.policy.sha256:
        yield "this is the text in use"
    day, due = preview.known.effective_date, preview.draft.due_at
    if day is not None and preview.begins_after(day_of(due or datetime.now(UTC), zone)):
        at = "its time is set before that day" if due else f"publish it then (--at {day})"
        yield f"the document says that it holds from {day}: {at}"


def approved_lines(approved: Sequence[Fate]) -> Iterator[str]:
    """What publishing a draft does to approved answers, none where it does nothing to any."""
    if approved:
        lapse = sum(clause is None for _, clause in approved)
        yield f"approved answers: {len(approved) - lapse} follow their clause, {lapse} lapse"
    for each, clause in approved:
        became = "lapses, as its clause is changed or gone:" if clause is None else "follows its clause:"
        yield printable(f"  {each.number}  {each.question}")
        yield printable(f'      {became} "{" ".join(each.clause.quote.split())}"')


def preview_json(
    preview: Preview,
    impact: Impact | None,
    approved: Sequence[Fate],
    policies: Shelf,
    zone: str,
    *,
    everything: bool,
) -> dict[str, Any]:
    """All that is to be seen of a draft, JSON-ready, days being those of a zone; `changes` is null for a policy that is new."""
    changes = None
    if preview.current is not None:
        replayed = impact.replayed if impact else ()
        changes = changes_json(preview.current, preview.policy, policies, replayed, everything=everything)
    return {
        "draft": draft_json(preview.draft),
        "policy": policy_json(preview.policy, None) | text_json(preview.policy),
        "left_out": [asdict(part) for part in preview.left_out],
        "doubts": {
            "warnings": [*preview.doubts.warnings, *preview_doubts(preview, zone)],
            "shelf_has_it_as": preview.doubts.doubles,
            "speaks_to_machines": preview.doubts.to_machines,
        },
        "changes": changes,
        "approved_answers": [
            {
                "number": each.number,
                "question": each.question,
                "becomes": "lapsed" if clause is None else "approved",
                "clause": None if clause is None else clause.model_dump(mode="json"),
            }
            for each, clause in approved
        ],
        "unread_questions": impact.unread if impact else 0,
    }
