"""Policies: a document is uploaded, looked at, published now or at a time; earlier texts are published again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWorking
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from fastapi import Response

from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.roles import Role
from assistant.company.approved.following import Fate
from assistant.company.publishing.drafts import Published, UnknownDraft
from assistant.company.publishing.preview import Impact, Preview, impact
from assistant.company.publishing.publisher import Publisher
from assistant.company.publishing.times import day_of, moment, said
from assistant.company.publishing.versions import versions
from assistant.review.impact import changed
from assistant.settings import is_bundled
from assistant.surfaces.admin.guard import Guarded, Visit
from assistant.surfaces.admin.jobs import Behind
from assistant.surfaces.admin.uploads import PATH
from assistant.surfaces.pages import Pages
from assistant.surfaces.render.clauses import changes_between
from corpus.errors import PlainclauseError, UnknownPolicy
from corpus.shelf.catalogue import catalogue
from corpus.shelf.suggested_ids import suggest_id
from corpus.shelf.writer import Incoming

_PATIENCE = 10.0  # seconds that a page waits for a publication; a longer one goes on without it
_LONGEST_NAME = 200  # characters of a document's name that are kept: its end, which says what it is
_DONE = ("published", "unchanged", "working", "scheduled", "unscheduled", "discarded", "drafted")

log = logging.getLogger(__name__)

Asked = Callable[[], Iterable[str]]
"""Gives what customers asked last month, in their words."""

Approved = Callable[[Preview], Sequence[Fate]]
"""Tells what publishing a draft does to approved answers."""


def serve_policies(
    guarded: Guarded,
    publisher: Publisher,
    latest: Latest,
    zone: str,
    pages: Pages,
    behind: Behind,
    asked: Asked = tuple,
    approved: Approved = lambda _: (),
) -> None:
    """Add the routes. `zone`: in which times are shown, and meant where a form names none."""
    policies = _Policies(publisher, latest, zone, pages, behind, asked, approved)
    below = "/admin/policies"
    guarded.get(below, Role.EDITOR)(policies.listed)
    guarded.upload(PATH, Role.EDITOR)(policies.upload)
    guarded.get(f"{below}/drafts/{{draft}}", Role.EDITOR)(policies.draft)
    guarded.post(f"{below}/drafts/{{draft}}/publish", Role.EDITOR)(policies.publish)
    guarded.post(f"{below}/drafts/{{draft}}/schedule", Role.EDITOR)(policies.schedule)
    guarded.post(f"{below}/drafts/{{draft}}/discard", Role.EDITOR)(policies.discard)
    guarded.get(f"{below}/versions/{{policy}}", Role.EDITOR)(policies.versions)
    guarded.post(f"{below}/versions/{{policy}}/roll-back", Role.EDITOR)(policies.roll_back)
    guarded.post(f"{below}/versions/{{policy}}/draft", Role.EDITOR)(policies.draft_of_version)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What went wrong: a key of the page's texts, and what the program says of it, in English."""

    key: str
    detail: str


class _Policies:
    """The pages, and the work that goes on behind them."""

    def __init__(
        self,
        publisher: Publisher,
        latest: Latest,
        zone: str,
        pages: Pages,
        behind: Behind,
        asked: Asked,
        approved: Approved,
    ) -> None:
        self._publisher, self._latest, self._zone = publisher, latest, zone
        self._pages, self._asked, self._approved = pages, asked, approved
        self._publications, self._impacts = behind.publications, behind.impacts

    # --- reading ------------------------------------------------------------------------------------------------------

    def listed(self, visit: Visit, wrong: Wrong | None = None, status: int = 200) -> Response:
        """What is on the shelf, the drafts, and the form to upload a document."""
        shelf = self._publisher.shelf
        entries = list(catalogue(shelf)[0].values()) if shelf.is_dir() else []
        found = self._publisher.drafts.all()
        return self._show(
            visit,
            "policies",
            status,
            wrong=wrong,
            entries=entries,
            drafts=[draft for draft in found if draft.published is None],
            is_ours=not is_bundled(shelf),
        )

    def draft(self, visit: Visit, wrong: Wrong | None = None, status: int = 200) -> Response:
        """A draft as it would stand on the shelf, and what it would change."""
        draft_id = visit.request.path_params["draft"]
        try:
            draft = self._publisher.drafts.get(draft_id)
            if draft.published is not None:
                return visit.back(_versions_of(draft.policy_id))
            preview = self._publisher.preview(draft_id)
            approved = self._approved(preview)
        except UnknownDraft as error:
            return self.listed(visit, _wrong(error), 404)
        except PlainclauseError as error:
            return self.listed(visit, _wrong(error), 422)
        job = self._impact(preview)
        ended = job is not None and job.done()
        found = job.result() if job and ended and job.exception() is None else None
        publishing, failed = self._working(visit, self._publications.known(draft_id))
        current = preview.current
        return self._show(
            visit,
            "draft",
            status,
            wrong=wrong or failed,
            preview=preview,
            draft=preview.draft,
            changes=changes_between(current, preview.policy, self._latest().policies) if current else None,
            impact=found,
            impact_failed=ended and found is None,
            approved=approved,
            changed_answers=changed(found.replayed) if found else [],
            publishing=publishing,
            later=preview.begins_after(day_of(draft.due_at or datetime.now(UTC), self._zone)),
        )

    def versions(self, visit: Visit, wrong: Wrong | None = None, status: int = 200) -> Response:
        """The texts that a policy has had."""
        policy_id = visit.request.path_params["policy"]
        try:
            found = versions(self._publisher.shelf, policy_id)
        except PlainclauseError as error:
            return self.listed(visit, _wrong(error), 422)
        if not found:
            return self.listed(visit, Wrong("unknown", policy_id[:100]), 404)
        publishing, failed = self._working(visit, self._publications.latest(_is_way_back(policy_id)))
        return self._show(
            visit,
            "versions",
            status,
            wrong=wrong or failed,
            policy_id=policy_id,
            versions=found[::-1],
            publishing=publishing,
        )

    # --- changing -----------------------------------------------------------------------------------------------------

    def upload(self, visit: Visit) -> Response:
        """Make a draft of a document that was sent."""
        if visit.file is None:
            return self.listed(visit, Wrong("no_file", ""), 422)
        try:
            name = visit.file.name.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:]
            incoming = Incoming.read(visit.file.data, name)
            policy_id = visit.form.get("policy", "").strip() or visit.form.get("new", "").strip()
            if not policy_id:
                taken = catalogue(self._publisher.shelf)[0] if self._publisher.shelf.is_dir() else {}
                policy_id = suggest_id(incoming, taken)
            made = self._publisher.draft(policy_id, incoming, visit.person.name)
        except PlainclauseError as error:
            return self.listed(visit, _wrong(error), 422)
        return visit.back(f"admin/policies/drafts/{made.id}", done="drafted")

    def publish(self, visit: Visit) -> Response:
        """Publish a draft now."""
        draft_id, who = visit.request.path_params["draft"], visit.person.name
        job = self._publications.start(draft_id, lambda: self._publisher.publish(draft_id, who), again=True)
        return self._waited(visit, job, self.draft, f"admin/policies/drafts/{draft_id}")

    def roll_back(self, visit: Visit) -> Response:
        """Publish an earlier text again."""
        policy_id, who = visit.request.path_params["policy"], visit.person.name
        key = _Back(policy_id, visit.form.get("version", ""))
        other = self._publications.latest(_is_way_back(policy_id), but=key)
        if other is not None and not other.done():  # which of two was meant last nobody could tell
            return self.versions(visit, Wrong("busy", ""), 409)
        job = self._publications.start(key, lambda: self._publisher.roll_back(policy_id, key.version, who), again=True)
        return self._waited(visit, job, self.versions, _versions_of(policy_id))

    def draft_of_version(self, visit: Visit) -> Response:
        """Make a draft of an earlier text, to see what going back to it would change."""
        policy_id, version = visit.request.path_params["policy"], visit.form.get("version", "")
        try:
            made = self._publisher.draft_of_version(policy_id, version, visit.person.name)
        except UnknownPolicy as error:
            return self.versions(visit, _wrong(error), 404)
        except PlainclauseError as error:
            return self.versions(visit, _wrong(error), 422)
        return visit.back(f"admin/policies/drafts/{made.id}", done="drafted")

    def schedule(self, visit: Visit) -> Response:
        """Set when a draft is to be published, or take that back."""
        draft_id, written = visit.request.path_params["draft"], visit.form.get("at", "").strip()
        zone = visit.form.get("zone", "").strip() or self._zone
        try:
            at = moment(written, zone) if written or visit.form.get("act") != "unschedule" else None
            self._publisher.schedule(draft_id, at, visit.person.name)
        except PlainclauseError as error:
            return self.draft(visit, _wrong(error), 422)
        return visit.back(f"admin/policies/drafts/{draft_id}", done="scheduled" if at else "unscheduled")

    def discard(self, visit: Visit) -> Response:
        """Take a draft away."""
        try:
            self._publisher.discard(visit.request.path_params["draft"], visit.person.name)
        except UnknownDraft as error:
            return self.listed(visit, _wrong(error), 404)
        except PlainclauseError as error:
            return self.draft(visit, _wrong(error), 422)
        return visit.back("admin/policies", done="discarded")

    # --- behind the pages -----------------------------------------------------------------------------------------------

    def _waited(self, visit: Visit, job: Future[Published], failed: Callable[..., Response], place: str) -> Response:
        """To the versions of what was published; to its own place where that takes longer than a page waits."""
        try:
            done = job.result(_PATIENCE)
        except StillWorking:
            return visit.back(place, done="working")
        except PlainclauseError as error:
            return failed(visit, _wrong(error), 404 if isinstance(error, UnknownDraft | UnknownPolicy) else 422)
        except OSError as error:
            log.exception("a publication failed")
            return failed(visit, _wrong(error), 500)
        return visit.back(_versions_of(done.policy_id), done="published" if done.changed else "unchanged")

    def _working(self, visit: Visit, job: Future[Published] | None) -> tuple[bool, Wrong | None]:
        """Whether a publication goes on that a page did not wait for, and what went wrong with it."""
        if job is None or not job.done():
            return job is not None, None
        error = job.exception() if visit.asked("done") == "working" else None
        return False, _wrong(error) if error is not None else None

    def _impact(self, preview: Preview) -> Future[Impact] | None:
        """What a draft does to answers: begun where it was not yet, since it takes seconds."""
        current, policy = preview.current, preview.policy
        if current is None:
            return None
        told = self._impacts.until_end
        return self._impacts.start(
            (preview.draft.id, current.sha256, policy.sha256),
            lambda: impact(self._latest(), current, policy, self._asked(), told=told),
        )

    def _show(self, visit: Visit, name: str, status: int, **context: object) -> Response:
        done = visit.asked("done")
        return visit.page(
            self._pages,
            name,
            status,
            done=done if done in _DONE and status == 200 and (done != "working" or context.get("publishing")) else "",
            zone=self._zone,
            said=lambda at: said(at, self._zone),
            **context,
        )


_TOLD = {
    "UnreadablePolicy": "unreadable",
    "BadId": "bad_id",
    "IdTaken": "bad_id",
    "TendedByHand": "tended",
    "BadTime": "bad_time",
    "UnknownDraft": "unknown",
    "UnknownPolicy": "unknown",
    "DraftTaken": "taken",
    "DraftsBusy": "busy",
    "ShelfBusy": "busy",
    "BuildRunning": "busy",
}


class _Back(NamedTuple):
    """What a publication of an earlier text is known by."""

    policy_id: str
    version: str


def _is_way_back(policy_id: str) -> Callable[[Hashable], bool]:
    return lambda key: isinstance(key, _Back) and key.policy_id == policy_id


def _versions_of(policy_id: str) -> str:
    return f"admin/policies/versions/{quote(policy_id, safe='')}"


def _wrong(error: BaseException | None) -> Wrong:
    detail = str(error) if isinstance(error, PlainclauseError) else type(error).__name__
    return Wrong(_TOLD.get(type(error).__name__, "failed"), detail)
