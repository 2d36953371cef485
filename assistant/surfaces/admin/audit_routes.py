"""Who changed what and when, for admins."""

from __future__ import annotations

from fastapi import Response

from assistant.company.accounts.audit import entries
from assistant.company.accounts.roles import Role
from assistant.company.database.engine import Database
from assistant.surfaces.admin.guard import Guarded, Visit, number_of
from assistant.surfaces.pages import Pages

_ON_A_PAGE = 100


def serve_audit(guarded: Guarded, database: Database, pages: Pages) -> None:
    """Add the route."""

    @guarded.get("/admin/audit", Role.ADMIN)
    def audit(visit: Visit) -> Response:
        before = number_of(visit.asked("before"))
        found = entries(database, _ON_A_PAGE + 1, before=before)
        shown = found[:_ON_A_PAGE]
        older = shown[-1][0] if len(found) > _ON_A_PAGE else None
        return visit.page(
            pages,
            "audit",
            entries=shown,
            older=older,
            newest=before is None,
        )
