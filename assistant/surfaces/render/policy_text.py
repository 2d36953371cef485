"""The text of a policy, clause by clause, JSON-ready. Pure functions."""

from __future__ import annotations

from typing import Any

from corpus.model import Policy


def text_json(policy: Policy) -> dict[str, Any]:
    """The clauses, headings and links of a policy, JSON-ready; places are code points of its canonical text.

    An address without scheme is completed where it is known where the policy was published.
    """
    text = policy.text
    return {
        "clauses": [
            {
                "quote": clause.span.of(text),
                "start": clause.span.start,
                "end": clause.span.end,
                "path": clause.path,
                "kind": clause.kind,
                "language": policy.language_at(clause.span),
                "lead_in": clause.lead_in.of(text) if clause.lead_in else None,
            }
            for clause in policy.clauses
        ],
        "headings": [
            {
                "text": heading.span.of(text),
                "start": heading.span.start,
                "end": heading.span.end,
                "depth": heading.depth,
                "path": heading.path,
            }
            for heading in policy.headings
        ],
        "links": [
            {
                "text": link.span.of(text),
                "start": link.span.start,
                "end": link.span.end,
                "address": link.completed(policy.source_url).address,
            }
            for link in policy.links
        ],
    }
