"""What people said of answers, with the clause that each is about; filtered, and as CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Response

from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.roles import Role
from assistant.company.feedback.store import FeedbackStore, Wanted
from assistant.model import MAX_QUESTION, Outcome
from assistant.surfaces.admin.guard import Guarded, Visit, number_of
from assistant.surfaces.pages import Pages, saved_as
from assistant.surfaces.render.feedback import Clauses, feedback_csv

_ON_A_PAGE = 50


def serve_feedback(guarded: Guarded, store: FeedbackStore, latest: Latest, clauses: Clauses, pages: Pages) -> None:
    """Add the routes."""

    @guarded.get("/admin/feedback", Role.AGENT)
    def read(visit: Visit) -> Response:
        wanted, before = _wanted(visit), number_of(visit.asked("before"))
        found = store.find(wanted, _ON_A_PAGE + 1, before=before)
        shown = found[:_ON_A_PAGE]
        policies = latest().policies
        rows = [(kept, [clauses.of(cited, policies) for cited in kept.citations]) for _, kept in shown]
        kept = {name: value for name in _FILTERS if (value := visit.asked(name)[:MAX_QUESTION])}
        return visit.page(
            pages,
            "feedback",
            rows=rows,
            count=store.count(wanted),
            policies=list(policies.summaries.values()),
            outcomes=list(Outcome),
            kept=kept,
            filters=urlencode(kept),
            older=shown[-1][0] if len(found) > _ON_A_PAGE else None,
            newest=before is None,
        )

    @guarded.get("/admin/feedback.csv", Role.AGENT)
    def export(visit: Visit) -> Response:
        written = feedback_csv((kept for _, kept in store.find(_wanted(visit))), clauses, latest().policies)
        return saved_as("feedback.csv", written, "text/csv")


_FILTERS = ("helpful", "outcome", "policy", "words")


def _wanted(visit: Visit) -> Wanted:
    helpful, outcome = visit.asked("helpful"), visit.asked("outcome")
    return Wanted(
        helpful={"yes": True, "no": False}.get(helpful),
        outcome=Outcome(outcome) if outcome in list(Outcome) else None,
        policy=visit.asked("policy") or None,
        words=visit.asked("words")[:MAX_QUESTION] or None,
    )
