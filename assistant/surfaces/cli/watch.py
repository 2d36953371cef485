"""A folder of documents -> the shelf, again and again: which documents it has, which changed, and what that makes of the shelf."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import click

from corpus.endings import CONVERTED, REFUSED, TEXT

READ = (*CONVERTED, *TEXT)
"""Endings of what is read in a folder; a file named by itself is read by its bytes."""
_SETTLING = 0.5  # seconds in which a file must not change before it is read: it may still be being copied
_LOOK = 1_000  # milliseconds without a change after which the folder itself is looked for
_AWAY = 1.0  # seconds between two looks for a folder that is not there


def documents_in(folder: Path) -> list[Path]:
    """The documents in a folder and below it, in order of their names."""
    return sorted(path for path in folder.rglob("*") if is_document(path.relative_to(folder)) and not path.is_dir())


def others_in(folder: Path) -> list[Path]:
    """The files in a folder and below it that are no documents and not hidden, in order of their names."""
    files = (path for path in folder.rglob("*") if not path.is_dir() and not _is_hidden(path.relative_to(folder)))
    return sorted(path for path in files if path.suffix.lower() not in (*READ, *REFUSED))


def is_document(path: Path) -> bool:
    """Whether a file is one, by its path in the folder: its ending says so, and it is not hidden. It may be of a kind that is
    refused."""
    return path.suffix.lower() in (*READ, *REFUSED) and not _is_hidden(path)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)  # "~$": what Word leaves beside an open document


class Taken(NamedTuple):
    """What a document of a watched folder made of the shelf, under which id; and what a person should know of its text."""

    policy_id: str
    done: Literal["added", "replaced", "unchanged"]
    doubts: tuple[str, ...] = ()


def taken(path: Path, folder: Path, shelf: Path) -> Taken:
    """Bring a shelf to what a document of a watched folder holds.

    Raises:
        CorpusError.
    """
    from assistant.company.publishing.preview import doubts_of
    from assistant.surfaces.cli.shelf_text import doubts_said
    from corpus.shelf.catalogue import catalogue, policy_of
    from corpus.shelf.duplicates import same_text
    from corpus.shelf.suggested_ids import suggest_id_by_name
    from corpus.shelf.writer import IdTaken, Incoming
    from corpus.shelf.writer import add as put
    from corpus.shelf.writer import replace as put_next

    incoming = Incoming.load(path, within=folder)
    id_ = suggest_id_by_name(incoming.origin)
    entry = catalogue(shelf)[0].get(id_) if shelf.is_dir() else None
    if entry is None:
        alike = same_text(shelf, incoming)
        done = put(shelf, id_, incoming)
        policy = policy_of(id_, incoming.text.decode(), done.metadata, incoming.origin)
        return Taken(id_, "added", tuple(doubts_said(doubts_of(policy, incoming, alike))))
    last = entry.metadata.versions[-1] if entry.metadata.versions else None
    if last is not None and last.origin != incoming.origin:
        raise IdTaken(f'policy id "{id_}" is taken by a policy from "{last.origin}"; rename the document')
    done = put_next(shelf, id_, incoming)
    if not done.changed:
        return Taken(id_, "unchanged")
    policy = policy_of(id_, incoming.text.decode(), done.metadata, incoming.origin)
    return Taken(id_, "replaced", tuple(doubts_said(doubts_of(policy, incoming))))


def changes(folder: Path) -> Iterator[list[Path]]:
    """The documents of a folder: first all of them, then those that changed or went, as they do. A folder that goes away is
    waited for; then all its documents count again."""
    from watchfiles import watch

    while True:
        fresh = True  # until the watch is on: what changes while all are read must not be missed
        try:
            for batch in watch(folder, yield_on_timeout=True, rust_timeout=_LOOK, raise_interrupt=True):
                named = {Path(path) for _, path in batch}
                # Of a folder that is moved here, the folder alone is named, and none of what is in it.
                named |= {within for path in named if path.is_dir() for within in documents_in(path)}
                documents = {
                    path for path in named if path.is_relative_to(folder) and is_document(path.relative_to(folder))
                }
                if not folder.is_dir():
                    break
                if fresh or documents:
                    yield documents_in(folder) if fresh else sorted(documents)
                fresh = False
        except FileNotFoundError:
            pass
        click.echo(f'folder "{folder}" is gone; waiting for it', err=True)
        while not folder.is_dir():
            time.sleep(_AWAY)


def settled(paths: list[Path]) -> Iterator[Path]:
    """Those of some files that nobody writes to now; the others change again, and come then."""
    if not paths:
        return
    before = {path: _stamp(path) for path in paths}
    time.sleep(_SETTLING)
    yield from (path for path in paths if before[path] is not None and _stamp(path) == before[path])


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
