"""Texts going live: one turn at a time, the old text kept, the index built so that a running server takes the new one over."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from assistant.company.publishing.drafts import (
    Begun,
    Draft,
    Drafts,
    DraftsBusy,
    DraftTaken,
    Published,
    UnknownDraft,
    Who,
)
from assistant.company.publishing.preview import Preview, doubts_of
from assistant.company.publishing.times import BadTime
from assistant.company.publishing.versions import again, in_use, versions
from assistant.errors import BadSetting
from assistant.settings import is_bundled
from corpus.atomic_files import locked
from corpus.errors import PlainclauseError, UnreadablePolicy
from corpus.shelf import writer
from corpus.shelf.catalogue import Metadata, policy_of
from corpus.shelf.duplicates import same_text
from corpus.shelf.writer import Incoming, Shelved, described, known_of
from corpus.versions.archive import Archive

LATE = timedelta(minutes=5)  # after which a publication that comes later than it was set for is told as late
_LOCK = ".publishing.lock"
_WAIT = 900.0  # seconds for another publication: a build of a large index takes minutes

_WHO = TypeAdapter[str](Who)

log = logging.getLogger(__name__)


class Change(NamedTuple):
    """A change that was made, for whoever keeps account of them: by whom, what was done, to which policy; what stood there before
    and after it."""

    by: str
    what: str
    policy_id: str
    before: Mapping[str, str | int | None] | None
    after: Mapping[str, str | int | None] | None


class Due(NamedTuple):
    """A draft whose time had come, and what became of it."""

    draft: Draft
    outcome: Published | Exception


def own_shelf(policies: Path) -> Path:
    """The folder of policies, if it is the user's to change.

    Raises:
        BadSetting: it is the bundled one.
    """
    if is_bundled(policies):
        raise BadSetting(
            "the bundled policies are left as they are; name a folder of your own, which is made if need be: "
            "--policies FOLDER, or PLAINCLAUSE_POLICIES=FOLDER"
        )
    return policies


def put_next(shelf: Path, archive: Archive, policy_id: str, incoming: Incoming, given: Metadata | None) -> Shelved:
    """Give a policy its next text on the shelf; the text before is kept in the archive, so that links to its clauses lead somewhere
    and it can be published again.

    Raises:
        CorpusError: as `corpus.shelf.writer.replace`.
    """
    try:
        before = in_use(shelf, policy_id)
        archive.keep([before] if before else [])
    except UnreadablePolicy:  # a damaged text is no reason to refuse the sound one
        pass
    except OSError as error:  # it stays on the shelf, and can be published again from there
        log.warning("the text of %s before this one is not kept for links to it: %s", policy_id, error)
    return writer.replace(shelf, policy_id, incoming, given)


class Publisher:
    """Publishes drafts and earlier texts of one shelf.

    Args:
        policies: the shelf, which is the user's own.
        data: the data folder: drafts, archive.
        build: builds the index of that shelf; what serves it looks for a new one by itself.
        told: is told of each change, once it is made.
    """

    def __init__(
        self,
        policies: Path,
        data: Path,
        archive: Archive,
        build: Callable[[], object],
        told: Callable[[Change], object] = lambda _: None,
    ) -> None:
        self.shelf, self.drafts = policies, Drafts(data)
        self._archive, self._build, self._told = archive, build, told

    def draft(self, policy_id: str, incoming: Incoming, by: str, given: Metadata | None = None) -> Draft:
        """Keep a document as a draft for a policy, new or on the shelf.

        Raises:
            BadSetting, CorpusError (the id, the text), DraftsBusy, OSError.
        """
        own_shelf(self.shelf)
        known = known_of(self.shelf, policy_id)
        current = in_use(self.shelf, policy_id)
        stated = described(incoming, given, known)
        policy = policy_of(policy_id, incoming.text.decode(), stated, incoming.origin)
        made = Draft(
            id="",
            policy_id=policy_id,
            made_at=_now(),
            made_by=by,
            origin=incoming.origin,
            media=incoming.document.media,
            sha256=incoming.sha256,
            title=policy.title,
            clauses=len(policy.clauses),
            captured=incoming.captured,
            given=given or Metadata(),
            replaces=current.sha256 if current else None,
        )
        kept = self.drafts.make(made, incoming)
        told = {"draft": kept.id, "document": kept.origin, "sha256": kept.sha256}
        self._told(Change(by, "draft made", policy_id, None, told))
        return kept

    def draft_of_version(self, policy_id: str, version: str, by: str) -> Draft:
        """Keep an earlier text of a policy as a draft, so that what going back to it would change can be seen before.

        Args:
            version: as of `roll_back`.

        Raises:
            UnknownPolicy, BadSetting, CorpusError, DraftsBusy, OSError.
        """
        incoming, given = again(self.shelf, self._archive, policy_id, version)
        return self.draft(policy_id, incoming, by, given)

    def discard(self, draft_id: str, by: str) -> None:
        """Take a draft away.

        Raises:
            UnknownDraft, DraftTaken (it is being published), DraftsBusy.
        """
        gone = self.drafts.discard(draft_id)
        self._told(Change(by, "draft discarded", gone.policy_id if gone else "", {"draft": draft_id}, None))

    def preview(self, draft_id: str) -> Preview:
        """What is to be seen of a draft, but for what it does to answers (`preview.impact`).

        Raises:
            UnknownDraft, DraftTaken, DamagedDraft, CorpusError.
        """
        draft, incoming = self.drafts.get(draft_id), self.drafts.document(draft_id)
        known = described(incoming, draft.given, known_of(self.shelf, draft.policy_id))
        policy = policy_of(draft.policy_id, incoming.text.decode(), known, draft.origin)
        alike = [id_ for id_ in same_text(self.shelf, incoming) if id_ != draft.policy_id]
        return Preview(
            draft=draft,
            policy=policy,
            known=known,
            left_out=incoming.document.left_out,
            doubts=doubts_of(policy, incoming, alike),
            current=in_use(self.shelf, draft.policy_id),
        )

    def schedule(self, draft_id: str, at: datetime | None, by: str) -> Draft:
        """Set when a draft is to be published (with its time zone); None takes that back.

        Raises:
            BadTime (it is past), UnknownDraft, DraftTaken, DamagedDraft, DraftsBusy.
        """
        own_shelf(self.shelf)
        if at is not None and at <= _now():
            raise BadTime(
                f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC is past; give a time to come, or none to publish it now"
            )
        before = self.drafts.get(draft_id)
        after = self.drafts.schedule(draft_id, at and at.astimezone(UTC), by)
        self._told(Change(by, "draft scheduled", after.policy_id, _time_of(before), _time_of(after)))
        return after

    def publish(self, draft_id: str, by: str) -> Published:
        """Make a draft the text in use. What an earlier, killed publication of it left undone is ended.

        Where only the index cannot be built, the text is on the shelf and the old one stays in use; publishing again ends it.

        Raises:
            UnknownDraft, DraftTaken (it was published before), DamagedDraft, DraftsBusy, BadSetting, PlainclauseError (shelf, index).
        """
        with self._turn():
            return self._published(self.drafts.get(draft_id), by)

    def roll_back(self, policy_id: str, version: str, by: str) -> Published:
        """Publish an earlier text of a policy once more, as its newest version; nothing is erased.

        Args:
            version: its number or the beginning of its hash (`versions.again`).

        Raises:
            UnknownPolicy, CorpusError, DraftsBusy, BadSetting, PlainclauseError (shelf, index).
        """
        _WHO.validate_python(by)  # now: what is done cannot be noted as somebody's who is nobody
        with self._turn():
            incoming, given = again(self.shelf, self._archive, policy_id, version)
            known = known_of(self.shelf, policy_id)
            before = _known_text(known)
            shelved = self._put(policy_id, incoming, given, is_new=known is None)
            done = self._done(policy_id, by, len(shelved.metadata.versions), changed=shelved.changed)
            if (
                done.changed
            ):  # told already: where the index cannot be built, going back again changes nothing on the shelf
                self._told(Change(by, "rolled back", policy_id, before, _text(done)))
            self._build()
        return done

    def publish_due(self, by: str, now: datetime | None = None) -> list[Due]:
        """Publish the drafts whose time has come, in order of their times, and end what was broken off; each exactly once, however
        many processes try. One that fails stops none of the others; it is tried again the next time.
        """
        now = now or _now()
        found = []
        for draft in sorted((d for d in self.drafts.all() if _is_due(d, now)), key=lambda d: d.due_at or d.made_at):
            try:
                with self._turn():
                    latest = self.drafts.get(draft.id)
                    if not _is_due(latest, now):  # another process was quicker, or somebody has set another time
                        continue
                    outcome: Published | Exception = self._published(latest, latest.scheduled_by or by)
            except (UnknownDraft, DraftTaken):  # discarded meanwhile
                continue
            except (PlainclauseError, OSError) as error:
                outcome = error
            else:
                _tell_if_late(draft, now)
            found.append(Due(draft, outcome))
        return found

    def _published(self, draft: Draft, by: str) -> Published:
        """Publish a draft, in this process's turn."""
        incoming, known = self.drafts.document(draft.id), known_of(self.shelf, draft.policy_id)
        texts = [version.text for version in known.versions] if known else []
        name, before = described(incoming).text, _known_text(known)
        if draft.begun and name in texts[draft.begun.versions :]:
            # A killed process had put it there. It is not put there again: somebody may have gone back to another text since.
            version, changed = texts.index(name, draft.begun.versions) + 1, True
        else:
            self.drafts.begin(draft.id, Begun(at=_now(), by=by, versions=len(texts)))
            try:
                shelved = self._put(draft.policy_id, incoming, draft.given, is_new=known is None)
            except Exception:
                self.drafts.begin(draft.id, None)
                raise
            version, changed = len(shelved.metadata.versions), shelved.changed
        self._build()
        done = self._done(draft.policy_id, by, version, changed=changed)
        self.drafts.finish(draft.id, done)
        self._told(Change(by, "published", draft.policy_id, before, {"draft": draft.id, **_text(done)}))
        return done

    def _put(self, policy_id: str, incoming: Incoming, given: Metadata, *, is_new: bool) -> Shelved:
        if is_new:
            return writer.add(self.shelf, policy_id, incoming, given)
        return put_next(self.shelf, self._archive, policy_id, incoming, given)

    def _done(self, policy_id: str, by: str, version: int, *, changed: bool) -> Published:
        found = versions(self.shelf, policy_id)[version - 1]
        return Published(policy_id=policy_id, at=_now(), by=by, version=version, sha256=found.sha256, changed=changed)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        own_shelf(self.shelf)
        self.drafts.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.drafts.folder / _LOCK, "another publication", _WAIT, DraftsBusy):
            yield


def _time_of(draft: Draft) -> Mapping[str, str | int | None]:
    return {"draft": draft.id, "at": draft.due_at.isoformat() if draft.due_at else None}


def _known_text(known: Metadata | None) -> Mapping[str, str | int | None] | None:
    """The text that a policy has now, as it is told."""
    return {"version": len(known.versions)} if known else None


def _text(done: Published) -> Mapping[str, str | int | None]:
    return {"version": done.version, "sha256": done.sha256}


def _is_due(draft: Draft, now: datetime) -> bool:
    """Whether a draft is to be published now, by its time, or because that was broken off."""
    return draft.state == "begun" or (draft.state == "scheduled" and draft.due_at is not None and draft.due_at <= now)


def _tell_if_late(draft: Draft, now: datetime) -> None:
    if draft.due_at is not None and now - draft.due_at > LATE:
        log.warning(
            'draft "%s" of policy "%s" was due %s and is published late, at %s',
            draft.id,
            draft.policy_id,
            *(f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for at in (draft.due_at, now)),
        )


def _now() -> datetime:
    return datetime.now(UTC)
