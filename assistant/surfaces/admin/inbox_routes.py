"""The inbox: what customers asked and the policy does not answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from fastapi import Response

from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.roles import Role
from assistant.company.approved.store import ApprovedAnswers
from assistant.company.approved.store import State as Standing
from assistant.company.insight.grouping import Grouping
from assistant.company.insight.inbox import Inbox, State
from assistant.settings import Settings
from assistant.surfaces.admin.guard import Guarded, Visit, numbers_of, shown_from
from assistant.surfaces.pages import Pages, saved_as
from assistant.surfaces.render.inbox import OPEN, STATES, in_state, inbox_csv
from index.stores.base import Vectors

_ON_A_PAGE = 100  # groups


def serve_inbox(
    guarded: Guarded, inbox: Inbox, answers: ApprovedAnswers, latest: Latest, settings: Settings, pages: Pages
) -> None:
    """Add the routes."""

    def encode(questions: Sequence[str]) -> Vectors:
        return np.stack([each.vector for each in latest().searcher.encoder.encode_questions(questions)])

    known: dict[str, Grouping] = {}  # of the encoder in use; another one's vectors are not comparable

    def grouping() -> Grouping:
        sha256 = latest().searcher.encoder.sha256
        if sha256 not in known:
            known.clear()
            known[sha256] = Grouping(encode)
        return known[sha256]

    @guarded.get("/admin/inbox", Role.AGENT)
    def read(visit: Visit) -> Response:
        wanted = visit.asked("state")
        state = wanted if wanted in STATES else OPEN
        found = in_state(inbox.groups(grouping()), state)
        first, further = shown_from(visit, len(found), _ON_A_PAGE)
        return visit.page(
            pages,
            "inbox",
            groups=found[first : first + _ON_A_PAGE],
            first=first,
            further=further,
            filters=f"state={state}",
            count=len(found),
            state=state,
            states=STATES,
            marks=list(State),
            may_mark=visit.person.role.may(Role.EDITOR),
            lapsed=len(answers.all(Standing.LAPSED)),
            on=settings.inbox,
            days=settings.inbox_days,
        )

    @guarded.get("/admin/inbox.csv", Role.AGENT)
    def export(visit: Visit) -> Response:
        written = inbox_csv(in_state(inbox.groups(grouping()), visit.asked("state")))
        return saved_as("inbox.csv", written, "text/csv")

    @guarded.post("/admin/inbox/mark", Role.EDITOR)
    def mark(visit: Visit) -> Response:
        named, numbers = visit.form.get("state", ""), numbers_of(visit.form.get("questions", ""))
        if named == OPEN or named in list(State):
            inbox.mark(numbers, None if named == OPEN else State(named), by=visit.person.name)
        shown = visit.form.get("shown", "")
        return visit.back("admin/inbox", **({"state": shown} if shown in STATES else {}))
