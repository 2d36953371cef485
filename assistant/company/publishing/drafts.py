"""Drafts: documents that were uploaded for a policy, as they were read, in the data folder; nobody is answered from them.

A draft is its record, `drafts/<id>.json`, beside the document, `drafts/documents/<id>.json`. The document is written first: with the
record, and not before, the draft is there. What was published keeps its record, without the document.
"""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from assistant.errors import AssistantError
from corpus.atomic_files import locked, sweep, write_whole
from corpus.shelf.catalogue import Metadata
from corpus.shelf.writer import Incoming

if TYPE_CHECKING:
    from corpus.formats.convert import Document

State: TypeAlias = Literal["open", "scheduled", "begun", "published"]

_ID = re.compile(r"[0-9a-f]{8}")
_LOCK = ".drafts.lock"
_WAIT = 30.0  # seconds for another change of the drafts: each writes two small files
_LONGEST_NAME = 200

log = logging.getLogger(__name__)

Who = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_NAME, pattern=r"^\S(.*\S)?$")]


class UnknownDraft(AssistantError):
    """An id that no draft has."""

    http_status = 404
    http_title = "Unknown draft"


class DraftTaken(AssistantError):
    """A draft that is published or about to be, and cannot be changed any more."""

    http_status = 422
    http_title = "Draft taken"


class DraftsBusy(AssistantError):
    """Another change of the drafts, or another publication, that did not end in time."""

    exit_code = 1


class DamagedDraft(AssistantError):
    """A draft that cannot be read as it was written."""

    exit_code = 1


class Begun(BaseModel):
    """That a draft is being put on the shelf: since when, by whom, and how many versions the policy had then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    by: Who
    versions: int


class Published(BaseModel):
    """That a text is the one in use: since when, by whom, as which version (1 first) and with which hash of its canonical text.

    `changed` is False where it was in use before, and nothing was written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_id: str
    at: AwareDatetime
    by: Who
    version: int
    sha256: str
    changed: bool = True


class Draft(BaseModel):
    """What is known of an uploaded document. `sha256` is that of its bytes, `origin` its file's name or its address, `replaces` the
    hash of the canonical text that was in use when it came, `given` what a person says of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    policy_id: str
    made_at: AwareDatetime
    made_by: Who
    origin: str
    media: str
    sha256: str
    title: str
    clauses: int
    captured: date | None = None
    given: Metadata = Metadata()
    replaces: str | None = None
    due_at: AwareDatetime | None = Field(default=None, description="When it is to be published, where that is set.")
    scheduled_by: Who | None = None
    begun: Begun | None = None
    published: Published | None = None

    @property
    def state(self) -> State:
        """How far it is."""
        if self.published is not None:
            return "published"
        if self.begun is not None:
            return "begun"
        return "open" if self.due_at is None else "scheduled"


class Drafts:
    """The drafts of a data folder; each change of one is written whole or not at all, one writer at a time."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "drafts"
        self._documents = self.folder / "documents"

    def make(self, draft: Draft, incoming: Incoming) -> Draft:
        """Keep a document as a new draft, under an id of its own, which is in what is returned.

        Raises:
            DraftsBusy, OSError.
        """
        with self._writing():
            taken = {path.stem for path in self.folder.glob("*.json")}
            for path in self._documents.glob("*.json"):  # of who was killed before the record
                if path.stem not in taken:
                    path.unlink()
            made = draft.model_copy(
                update={"id": next(new for new in iter(lambda: secrets.token_hex(4), None) if new not in taken)}
            )
            write_whole(self._document(made.id), _documents().dump_json(incoming.document).decode())
            self._write(made)
        return made

    def all(self) -> list[Draft]:
        """Every draft, oldest first; one that cannot be read is told of and left out."""
        found = []
        for path in self.folder.glob("*.json"):
            try:
                found.append(self.get(path.stem))
            except UnknownDraft:  # discarded meanwhile
                continue
            except DamagedDraft as error:
                log.warning("left out: %s", error)
        return sorted(found, key=lambda draft: (draft.made_at, draft.id))

    def get(self, draft_id: str) -> Draft:
        """The draft with this id.

        Raises:
            UnknownDraft, DamagedDraft.
        """
        path = self._record(draft_id)
        try:
            return Draft.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise self._unknown(draft_id) from None
        except (OSError, ValidationError) as error:
            raise _damaged(path, draft_id, error) from error

    def document(self, draft_id: str) -> Incoming:
        """The document of a draft, as it was read when it came.

        Raises:
            UnknownDraft, DamagedDraft, DraftTaken (it is published, and not kept any more).
        """
        draft = self.get(draft_id)
        if draft.published is not None:
            raise _taken(draft)
        path = self._document(draft_id)
        try:
            document = _documents().validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise _damaged(path, draft_id, error) from error
        return Incoming(document, draft.origin, draft.sha256, draft.captured)

    def discard(self, draft_id: str) -> Draft | None:
        """Take a draft away, its document too; one that was published loses its record only. What it was, None for a damaged one.

        Raises:
            UnknownDraft, DraftTaken (it is being published), DraftsBusy.
        """
        with self._writing():
            path = self._record(draft_id)
            if not path.is_file():
                raise self._unknown(draft_id)
            draft = None
            with contextlib.suppress(DamagedDraft):
                draft = self.get(draft_id)
                if draft.state == "begun":
                    raise _taken(draft)
            path.unlink()
            self._document(draft_id).unlink(missing_ok=True)
            return draft

    def schedule(self, draft_id: str, at: datetime | None, by: str) -> Draft:
        """Set when a draft is to be published; None takes that back.

        Raises:
            UnknownDraft, DamagedDraft, DraftTaken, DraftsBusy.
        """
        return self._change(
            draft_id, {"due_at": at, "scheduled_by": by if at else None}, not_when=("begun", "published")
        )

    def begin(self, draft_id: str, begun: Begun | None) -> Draft:
        """Write that a draft is being put on the shelf; None: that it is not, after all.

        Raises:
            UnknownDraft, DamagedDraft, DraftTaken (it is published), DraftsBusy.
        """
        return self._change(draft_id, {"begun": begun}, not_when=("published",))

    def finish(self, draft_id: str, published: Published) -> Draft:
        """Write that a draft is published; its document is on the shelf now and not kept here.

        Raises:
            UnknownDraft, DamagedDraft, DraftTaken (it was published before), DraftsBusy.
        """
        done = self._change(draft_id, {"published": published}, not_when=("published",))
        self._document(draft_id).unlink(missing_ok=True)
        return done

    def _change(self, draft_id: str, fields: dict[str, object], not_when: tuple[State, ...]) -> Draft:
        with self._writing():
            before = self.get(draft_id)
            if before.state in not_when:
                raise _taken(before)
            after = Draft.model_validate(before.model_dump() | fields)
            self._write(after)
        return after

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self._documents.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / _LOCK, "another change of the drafts", _WAIT, DraftsBusy):
            sweep(self.folder, self._documents)
            yield

    def _write(self, draft: Draft) -> None:
        write_whole(self.folder / f"{draft.id}.json", draft.model_dump_json(indent=1))

    def _record(self, draft_id: str) -> Path:
        if not _ID.fullmatch(draft_id):  # a stranger's: no path is made of it
            raise self._unknown(draft_id)
        return self.folder / f"{draft_id}.json"

    def _document(self, draft_id: str) -> Path:
        return self._documents / f"{draft_id}.json"

    def _unknown(self, draft_id: str) -> UnknownDraft:
        known = sorted(path.stem for path in self.folder.glob("*.json"))
        listed = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
        return UnknownDraft(f'no draft "{draft_id[:60]}"; known are {listed or "none"} (plainclause drafts --all)')


@cache
def _documents() -> TypeAdapter[Document]:
    from corpus.formats.convert import Document  # the readers of all formats take long to import

    return TypeAdapter(Document)


def _taken(draft: Draft) -> DraftTaken:
    if draft.published is not None:
        done = draft.published
        return DraftTaken(
            f'draft "{draft.id}" was published {done.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC by {done.by}, '
            f"as version {done.version} of {draft.policy_id}; make a new draft for another text"
        )
    return DraftTaken(
        f'draft "{draft.id}" is being published; wait for it, or, where that was broken off, end it: plainclause publish {draft.id}'
    )


def _damaged(path: Path, draft_id: str, error: OSError | ValidationError) -> DamagedDraft:
    reason = error.strerror if isinstance(error, OSError) else error.errors()[0]["msg"]
    return DamagedDraft(
        f'draft file "{path}" cannot be read ({reason}); restore it from a backup, or discard the draft: '
        f"plainclause discard {draft_id}"
    )
