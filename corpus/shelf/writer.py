"""Policies onto the shelf and off it: each change is one file that takes another's place in one step.

The text goes first, under the hash of its bytes, and is never changed; then `<id>.json`, which names it. Killed before that
last step a writer leaves the shelf as it was, and after it the shelf as it should be; what it left half written begins with a
dot, is read by nobody, and the next writer removes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from corpus.atomic_files import Unconfirmed, confirm, locked, put, sweep, sync
from corpus.endings import TEXT
from corpus.errors import BadMetadata, CorpusError, NoPolicies, UnreadablePolicy
from corpus.shelf.catalogue import Entry, Metadata, Version, catalogue, policy_of, unknown
from corpus.shelf.shelf_files import TEXTS, file_bytes, stored_text

if TYPE_CHECKING:
    from corpus.formats.convert import Document

LOCK = ".shelf.lock"
WAIT = 60.0  # seconds to wait for another writer

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class BadId(CorpusError):
    """An id that cannot name a policy."""


class IdTaken(CorpusError):
    """An id that another policy has."""


class TendedByHand(CorpusError):
    """A policy whose files a person tends: the program leaves them alone."""


class ShelfBusy(CorpusError):
    """Another writer that did not finish in time."""


class NotWritten(CorpusError):
    """A change that the disk refused; the message says whether it stands."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document on its way to the shelf: as read, where it came from (a file's name, an address), the SHA-256 of its bytes,
    and the day on which it was fetched, if it was."""

    document: Document
    origin: str
    sha256: str
    captured: date | None = None

    @classmethod
    def read(cls, data: bytes, name: str, *, origin: str = "", captured: date | None = None) -> Self:
        """Read a document of any format; `name` is what errors call it, and `origin`, by default, its last part.

        Raises:
            UnreadablePolicy.
        """
        from corpus.formats.convert import convert  # the readers of all formats take long to import

        document = convert(data, name)
        return cls(document, origin or Path(name).name, hashlib.sha256(data).hexdigest(), captured)

    @classmethod
    def load(cls, path: Path, within: Path | None = None) -> Self:
        """Read a file; where it is one of a folder's, `origin` is its path in that folder, and no link out of it is followed.

        Raises:
            UnreadablePolicy.
        """
        data = file_bytes(path, (within or Path(path.anchor or "/")).resolve(), "document")
        return cls.read(data, str(path), origin=path.relative_to(within).as_posix() if within else "")

    @property
    def text(self) -> bytes:
        """The bytes that are kept."""
        return self.document.markdown.encode("utf-8", "replace")


class Shelved(NamedTuple):
    """A policy as it stands on the shelf after a change. `changed` is False where it stood there just so."""

    id: str
    metadata: Metadata
    changed: bool = True


def add(
    folder: Path, policy_id: str, incoming: Incoming, given: Metadata | None = None, *, wait: float = WAIT
) -> Shelved:
    """Put a new policy on the shelf; the folder is made where the one above it exists.

    Args:
        given: what a person says of the policy; it goes before what the document says.
        wait: seconds to wait for another writer.

    Raises:
        BadId, IdTaken, UnknownPolicy (what it supersedes), UnreadablePolicy, ShelfBusy, NotWritten, NoPolicies.
    """
    known = _checked(policy_id, incoming, given)
    with _writing(folder, f'policy "{policy_id}" was not added', wait, make=True):
        return _put_new(folder, policy_id, incoming, given, known, _entries(folder))


class Adding:
    """A shelf that is held while several policies are added: what it holds is read once. `entries` are the policies it has now."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.entries = folder, _entries(folder)

    def add(self, policy_id: str, incoming: Incoming, given: Metadata | None = None) -> Shelved:
        """As `add`; raises what it raises."""
        known = _checked(policy_id, incoming, given)
        with _explained(self.folder, f'policy "{policy_id}" was not added'):
            done = _put_new(self.folder, policy_id, incoming, given, known, self.entries)
        self.entries[policy_id] = Entry(policy_id, known, None)
        return done


@contextlib.contextmanager
def adding(folder: Path, *, wait: float = WAIT) -> Iterator[Adding]:
    """Hold the shelf, which nobody else can change meanwhile, to add several policies; the folder is made as by `add`.

    Raises:
        ShelfBusy, NotWritten, NoPolicies.
    """
    with contextlib.ExitStack() as held:
        held.enter_context(_writing(folder, "policies were not added", wait, make=True))
        shelf = Adding(folder)
        try:
            yield shelf
        except OSError as error:  # of whoever adds, a terminal that is gone: nothing of the shelf's
            outside = error
        else:
            return
    raise outside


def replace(
    folder: Path, policy_id: str, incoming: Incoming, given: Metadata | None = None, *, wait: float = WAIT
) -> Shelved:
    """Give a policy that the program added its next version; the texts of earlier versions stay.

    Where text, title, provider and the dates that it states are those that the shelf has, nothing is written.

    Raises:
        UnknownPolicy, TendedByHand, BadMetadata, UnreadablePolicy, ShelfBusy, NotWritten, NoPolicies.
    """
    with _writing(folder, f'policy "{policy_id}" was not replaced', wait):
        entries = _entries(folder)
        before = _added(folder, policy_id, entries).metadata
        known = described(incoming, given, before)
        _check_text(policy_id, incoming, known)
        _check_superseded(policy_id, given, entries)
        if _says_the_same(known, before) and _is_stored(folder, known.text or ""):
            return Shelved(policy_id, before, changed=False)
        _put_policy(folder, policy_id, incoming, known)
    return Shelved(policy_id, known)


def remove(folder: Path, policy_id: str, *, wait: float = WAIT) -> None:
    """Take a policy that the program added off the shelf; the texts of its versions stay in the folder.

    Raises:
        UnknownPolicy, TendedByHand, ShelfBusy, NotWritten, NoPolicies.
    """
    with _writing(folder, f'policy "{policy_id}" was not removed', wait):
        path = folder / f"{policy_id}.json"
        try:
            _added(folder, policy_id, _entries(folder))
        except BadMetadata:  # damaged: taking it away is one way to mend the shelf
            check_id(policy_id)
        path.unlink()
        confirm(folder)


def known_of(folder: Path, policy_id: str) -> Metadata | None:
    """What the shelf knows of the policy that an id names; None where the id is free for a new one.

    Raises:
        BadId, IdTaken, TendedByHand, BadMetadata.
    """
    check_id(policy_id)
    entries = _entries(folder) if folder.is_dir() else {}
    if policy_id in entries or _paths(folder, policy_id):
        return _added(folder, policy_id, entries).metadata
    _check_free(folder, policy_id, entries)
    return None


def described(incoming: Incoming, given: Metadata | None = None, before: Metadata | None = None) -> Metadata:
    """What is to stand beside a text: what a person says of it goes before what the document says.

    Of a policy that is replaced, its company, address, licence and predecessor are kept; its dates are the new text's own.
    """
    given, document = given or Metadata(), incoming.document
    old = before or Metadata()
    # A file has a day of capture, too, where it is an earlier text that is published again.
    fetched = incoming.origin if incoming.captured and incoming.origin.startswith(("http://", "https://")) else None
    known = Metadata(
        provider=given.provider or old.provider or document.provider,
        title=given.title or document.title or old.title,
        source_url=given.source_url or document.source_url or fetched or old.source_url,
        snapshot_date=given.snapshot_date or incoming.captured,
        effective_date=given.effective_date or document.effective_date,
        updated_date=given.updated_date or document.updated_date,
        supersedes=given.supersedes or old.supersedes,
        licence=given.licence or old.licence,
        language=given.language or document.language,
        languages=document.languages if len(document.languages) > 1 else (),
    )
    version = Version(
        text=f"{TEXTS}/{hashlib.sha256(incoming.text).hexdigest()}.md",
        added=datetime.now(UTC).date(),
        media=document.media,
        origin=incoming.origin,
        title=known.title,
        provider=known.provider,
        snapshot_date=known.snapshot_date,
        effective_date=known.effective_date,
        updated_date=known.updated_date,
        source_url=known.source_url,
        sha256=incoming.sha256,
    )
    return known.model_copy(
        update={"origin": incoming.origin, "text": version.text, "versions": (*old.addressed, version)}
    )


def check_id(policy_id: str) -> None:
    """Whether something may be the id of a policy. Raises: BadId."""
    if not _ID.fullmatch(policy_id) or policy_id.lower().endswith((*TEXT, ".json", ".")):
        raise BadId(
            f'"{policy_id[:100]}" cannot be the id of a policy: letters, digits and ._- only, at most 100, '
            "a letter or digit first, no ending of a file; for example acme-privacy-2024"
        )


# --- checks ------------------------------------------------------------------------------------------------------------


def _entries(folder: Path) -> dict[str, Entry]:
    return catalogue(folder)[0]


def _added(folder: Path, policy_id: str, entries: dict[str, Entry]) -> Entry:
    """The entry of a policy that the program added."""
    entry = entries.get(policy_id)
    at_hand = (path for path in _paths(folder, policy_id) if path.suffix != ".json")
    tended = entry.tended if entry else next(at_hand, None)
    if tended is not None:
        raise TendedByHand(
            f'policy "{policy_id}" is tended by hand in "{tended}", which is left alone; change or delete that file '
            "itself, or move it out of the folder and add it"
        )
    if entry is None:
        wrong = f'metadata file "{folder / policy_id}.json"'
        problem = next((p for p in catalogue(folder)[1] if str(p).startswith(wrong)), None)
        if problem is not None:
            raise BadMetadata(f"{problem}; or remove the policy and add it anew")
        raise unknown(policy_id, entries)
    return entry


def _checked(policy_id: str, incoming: Incoming, given: Metadata | None) -> Metadata:
    """What is to stand beside the text of a new policy, if it can be one."""
    check_id(policy_id)
    known = described(incoming, given)
    _check_text(policy_id, incoming, known)
    return known


def _check_free(folder: Path, policy_id: str, entries: dict[str, Entry]) -> None:
    if policy_id in entries:
        raise IdTaken(
            f'policy id "{policy_id}" is taken in "{folder}"; replace that policy (plainclause replace {policy_id} FILE) '
            "or take another id"
        )
    alike = [id_ for id_ in entries if id_.casefold() == policy_id.casefold()]
    if alike:
        raise IdTaken(f'policy id "{policy_id}" differs from "{alike[0]}" by capitals only; take another id')
    in_the_way = _paths(folder, policy_id)
    if in_the_way:
        raise IdTaken(f'"{in_the_way[0]}" is in the way of policy "{policy_id}"; move it away or take another id')


def _paths(folder: Path, policy_id: str) -> list[Path]:
    """The files of a folder that bear an id, whatever they hold."""
    if not _ID.fullmatch(policy_id):
        return []
    named = (folder / f"{policy_id}{suffix}" for suffix in (*TEXT, ".json"))
    return [path for path in named if path.exists() or path.is_symlink()]


def _check_superseded(policy_id: str, given: Metadata | None, entries: dict[str, Entry]) -> None:
    superseded = given.supersedes if given else None
    if superseded == policy_id:
        raise BadMetadata(f'policy "{policy_id}" cannot supersede itself; to give it a new version, replace it')
    if superseded is not None and superseded not in entries:
        raise unknown(superseded, entries)


def _check_text(policy_id: str, incoming: Incoming, known: Metadata) -> None:
    """Whether the shelf will read what is about to be written.

    Raises:
        UnreadablePolicy.
    """
    policy_of(policy_id, incoming.text.decode(), known, incoming.origin)


def _says_the_same(known: Metadata, before: Metadata) -> bool:
    """Whether a new version differs in nothing but the day it was read and the bytes it came in."""
    left = {"versions", "origin", "snapshot_date"}
    return known.model_dump(exclude=left) == before.model_dump(exclude=left)


def _is_stored(folder: Path, name: str) -> bool:
    try:
        stored_text(folder, name)
    except UnreadablePolicy:
        return False
    return True


# --- writing -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _writing(folder: Path, undone: str, wait: float, *, make: bool = False) -> Iterator[None]:
    """The folder, for one writer. `undone` begins the message where the disk refuses."""
    if not folder.is_dir() and not (make and folder.parent.is_dir()):
        remedy = "check its name" if folder.parent.is_dir() else f'make "{folder.parent}" first'
        raise NoPolicies(f'{undone}: policies folder "{folder}" does not exist; {remedy}')
    with _explained(folder, undone):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            sync(folder.parent)
        with locked(folder / LOCK, f'another change of "{folder}"', wait, ShelfBusy):
            sweep(folder, folder / TEXTS)
            yield


@contextlib.contextmanager
def _explained(folder: Path, undone: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if isinstance(error, Unconfirmed):
            raise NotWritten(
                f'{undone.replace(" was not ", " was ")}, but the disk of "{folder}" does not say that it will last '
                f"({reason}); check the disk"
            ) from error
        raise NotWritten(
            f'{undone} in "{folder}" ({reason}), which is as it was; make room, check its permissions, and try again'
        ) from error


def _put_new(
    folder: Path,
    policy_id: str,
    incoming: Incoming,
    given: Metadata | None,
    known: Metadata,
    entries: dict[str, Entry],
) -> Shelved:
    _check_free(folder, policy_id, entries)
    _check_superseded(policy_id, given, entries)
    _put_policy(folder, policy_id, incoming, known)
    return Shelved(policy_id, known)


def _put_policy(folder: Path, policy_id: str, incoming: Incoming, known: Metadata) -> None:
    """Write the text, then the metadata that names it: from that step on, and not before, the policy is this one."""
    texts = folder / TEXTS
    if texts.is_symlink():
        raise UnreadablePolicy(f'"{texts}" is a symbolic link, which is not followed; put a folder there')
    if not texts.is_dir():
        texts.mkdir()
        sync(folder)
    if not (folder / (known.text or "")).exists():
        put(folder / (known.text or ""), incoming.text)
    sync(texts)  # also of a text that was there: a killed writer may have left it unconfirmed
    stored_text(folder, known.text or "")  # it was there: is it what its name says?
    stated = known.model_dump_json(indent=1, exclude_none=True)
    put(folder / f"{policy_id}.json", stated.encode() + b"\n")
    confirm(folder)
