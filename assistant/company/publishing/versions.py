"""The texts that a policy has had, as a person names them, and each of them as a document that can be published again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UnknownPolicy, UnreadablePolicy
from corpus.model import Policy, sha256_of
from corpus.shelf.catalogue import Metadata, catalogue, policy_of
from corpus.shelf.catalogue import Version as Stored
from corpus.shelf.shelf_files import stored_text
from corpus.shelf.writer import Incoming, known_of
from corpus.text.canonical import decode, read_text
from corpus.versions.archive import Archive

if TYPE_CHECKING:
    from corpus.formats.convert import Document

_MOST_DIGITS = 6  # of a version's number; more are the beginning of a hash


@dataclass(frozen=True, slots=True)
class Version:
    """One text that a policy has had: its number (1 the oldest), the hash of its canonical text, the day on which it was put on
    the shelf (in UTC), what it was read from, and whether it is the one in use."""

    number: int
    sha256: str
    added: date
    media: str
    origin: str
    title: str | None
    effective_date: date | None
    updated_date: date | None
    in_use: bool


def in_use(shelf: Path, policy_id: str) -> Policy | None:
    """The policy as it stands on the shelf, if the program put it there.

    Raises:
        BadId, IdTaken, TendedByHand, BadMetadata, UnreadablePolicy (corpus).
    """
    known = known_of(shelf, policy_id)
    if known is None or known.text is None:
        return None
    return policy_of(policy_id, decode(stored_text(shelf, known.text), known.text), known, known.text)


def versions(shelf: Path, policy_id: str) -> list[Version]:
    """All texts of a policy that the program added, oldest first.

    Raises:
        UnreadablePolicy (corpus.errors): one of them is damaged.
    """
    entry = catalogue(shelf)[0].get(policy_id) if shelf.is_dir() else None
    stored = entry.metadata.versions if entry else ()
    return [
        Version(
            number=number,
            sha256=_sha256_of(shelf, each.text),
            added=each.added,
            media=each.media,
            origin=each.origin,
            title=each.title,
            effective_date=each.effective_date,
            updated_date=each.updated_date,
            in_use=number == len(stored),
        )
        for number, each in enumerate(stored, start=1)
    ]


def again(shelf: Path, archive: Archive, policy_id: str, name: str) -> tuple[Incoming, Metadata]:
    """An earlier text of a policy as a document, and what was known of it then.

    Args:
        name: its number, as `plainclause show` prints it, or 12 to 64 digits of its canonical text's SHA-256, as a permalink has them;
            then it may be a text that only the archive has.

    Raises:
        UnknownPolicy: there is no such version; the message names those that there are.
        UnreadablePolicy, DamagedVersion (corpus): it is damaged.
    """
    known = known_of(shelf, policy_id)
    stored = known.versions if known else ()
    digits = name.strip().removeprefix(f"{policy_id}@").lower()
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        if 1 <= int(digits) <= len(stored):
            return _of_shelf(shelf, policy_id, stored[int(digits) - 1])
    else:
        if len(digits) >= 12:
            alike = [each for each in stored if _sha256_of(shelf, each.text).startswith(digits)]
            if alike:
                return _of_shelf(shelf, policy_id, alike[-1])
        kept = archive.find(policy_id, digits)
        if kept is not None:
            return _of_archive(kept)
    numbered = f"1 to {len(stored)}" if stored else "none"
    hashed = ", ".join(sha256[:12] for sha256 in archive.versions(policy_id)[:10]) or "none"
    raise UnknownPolicy(
        f'policy "{policy_id[:100]}" has no version "{name[:64]}"; known are {numbered}, by hash {hashed} (give 12 to 64 digits)'
    )


def _of_shelf(shelf: Path, policy_id: str, version: Stored) -> tuple[Incoming, Metadata]:
    text = decode(stored_text(shelf, version.text), version.text)
    document = replace(
        _read(text, policy_id),
        media=version.media,  # type: ignore[arg-type]  # one of those, or none that this program knows any more
        title=version.title,
        effective_date=version.effective_date,
        updated_date=version.updated_date,
    )
    return (
        Incoming(document, version.origin, version.sha256, version.snapshot_date),
        Metadata(
            provider=version.provider,
            title=version.title,
            effective_date=version.effective_date,
            updated_date=version.updated_date,
            source_url=version.source_url,
        ),
    )


def _of_archive(kept: Policy) -> tuple[Incoming, Metadata]:
    """Of a text that its shelf has lost: what the archive keeps of a policy is all that was known of it."""
    document = replace(
        _read(kept.source, kept.id),
        title=kept.title,
        effective_date=kept.effective_date,
        updated_date=kept.updated_date,
        source_url=kept.source_url,
    )
    incoming = Incoming(document, f"{kept.id}@{kept.sha256[:12]}", sha256_of(kept.source), kept.snapshot_date)
    given = Metadata(
        provider=kept.provider,
        title=kept.title,
        effective_date=kept.effective_date,
        updated_date=kept.updated_date,
        source_url=kept.source_url,
        licence=kept.licence,
        language=kept.language,
    )
    made = policy_of(kept.id, incoming.text.decode(), given, incoming.origin)
    if made.sha256 != kept.sha256:
        raise UnreadablePolicy(
            f"version {kept.sha256[:12]} of {kept.id} is read otherwise by this version of the program; "
            "publish its document anew"
        )
    return incoming, given


def _read(text: str, policy_id: str) -> Document:
    """What a text that was read before says of itself; the text itself is kept to the letter."""
    from corpus.formats.convert import convert  # the readers of all formats take long to import

    return replace(convert(text.encode("utf-8", "replace"), f"{policy_id}.md"), markdown=text, warnings=())


@lru_cache(maxsize=4_096)  # a stored text never changes
def _sha256_of(shelf: Path, name: str) -> str:
    return sha256_of(read_text(decode(stored_text(shelf, name), name), name).text)
