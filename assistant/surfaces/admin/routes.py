"""The pages of `/admin`, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Response

from assistant.bootstrap.factory import archive_of, open_publisher
from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.people import People
from assistant.company.accounts.roles import Role
from assistant.company.accounts.sessions import Sessions
from assistant.company.approved.following import Fate
from assistant.company.approved.store import ApprovedAnswers, State
from assistant.company.branding.loading import PLAIN, LatestBrand
from assistant.company.branding.previews import Previews
from assistant.company.branding.store import BrandingStore
from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore
from assistant.company.insight.counts import DayCounts
from assistant.company.insight.inbox import Inbox
from assistant.company.publishing.preview import Preview, approved_then
from assistant.settings import Settings
from assistant.surfaces.admin.answer_routes import serve_answers
from assistant.surfaces.admin.audit_routes import serve_audit
from assistant.surfaces.admin.branding_routes import serve_branding
from assistant.surfaces.admin.feedback_routes import serve_feedback
from assistant.surfaces.admin.guard import Guarded, Visit
from assistant.surfaces.admin.inbox_routes import serve_inbox
from assistant.surfaces.admin.jobs import Behind
from assistant.surfaces.admin.metrics_routes import serve_metrics
from assistant.surfaces.admin.people_routes import serve_people
from assistant.surfaces.admin.policy_routes import serve_policies
from assistant.surfaces.admin.sign_in_routes import serve_sign_in
from assistant.surfaces.pages import Pages
from assistant.surfaces.render.feedback import Clauses

MONTH = timedelta(days=31)  # of customers' questions, to which a new text is put before it is published


def admin(
    latest: Latest,
    settings: Settings,
    database: Database,
    behind: Behind | None = None,
    brand: LatestBrand = lambda: PLAIN,
    previews: Previews | None = None,
) -> APIRouter:
    """The routes of the company's pages; every one but that of signing in is open to a role. `behind`: what goes
    on behind them, to be ended with the server;
    `previews`: brands that are looked at."""
    router, pages = APIRouter(), Pages(brand)
    sessions = Sessions(database)
    guarded = Guarded(router, sessions, pages)
    people = People(database)
    serve_sign_in(router, guarded, people, sessions, pages)
    serve_people(guarded, people, sessions, pages)
    serve_branding(guarded, BrandingStore(settings, database), latest, brand, previews or Previews(), pages)
    archive = archive_of(settings)
    serve_feedback(guarded, FeedbackStore(database), latest, Clauses(archive), pages)
    inbox, answers = Inbox(database), ApprovedAnswers(database)
    serve_inbox(guarded, inbox, answers, latest, settings, pages)
    serve_answers(guarded, answers, inbox, latest, pages)
    serve_metrics(guarded, DayCounts(database), pages)
    serve_audit(guarded, database, pages)
    publisher, behind = open_publisher(settings, database), behind or Behind()

    def asked() -> Iterable[str]:
        return inbox.since(datetime.now(UTC) - MONTH)

    def approved(preview: Preview) -> Sequence[Fate]:
        return approved_then(answers.all(State.APPROVED), preview, latest().policies, archive)

    serve_policies(guarded, publisher, latest, settings.time_zone, pages, behind, asked, approved)

    @guarded.get("/admin", Role.AGENT)
    def home(visit: Visit) -> Response:
        first = "inbox" if settings.inbox else "answers" if answers.all(State.LAPSED) else "feedback"
        return visit.back(f"admin/{first}")

    guarded.lead_back()
    return router
