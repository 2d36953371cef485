"""What a person names on the command line -> documents to be read: files, the documents of a
folder or of a list, addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.surfaces.cli.watch import READ, documents_in, others_in

if TYPE_CHECKING:
    from assistant.ingestion.manifest import Listed
    from corpus.shelf.catalogue import Metadata
    from corpus.shelf.writer import Incoming

LARGE = 1_000_000  # bytes of a document, from which on a person is told that it is being read
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a person named: how it is shown, its file or its address; the folder that was named and that it is of; the id
    and the facts that a list gives it."""

    name: str
    path: Path | None = None
    folder: Path | None = None
    url: str = ""
    listed: Listed | None = None

    @property
    def origin(self) -> str:
        """What it is known by on the shelf: its address, its path in its folder, else its name."""
        if self.path is None:
            return self.url
        return self.path.relative_to(self.folder).as_posix() if self.folder else self.path.name

    @property
    def own_id(self) -> str | None:
        """The id that a list gives it."""
        return self.listed.id if self.listed else None

    @property
    def kept_id(self) -> str | None:
        """The id that stays when its text changes: a list's, or that of its place in a folder."""
        from corpus.shelf.suggested_ids import suggest_id_by_name

        return suggest_id_by_name(self.origin) if self.folder else self.own_id

    def given(self, besides: Metadata) -> Metadata:
        """What a person says of it: a list of this one goes before what is said of all."""
        said = self.listed.given.model_dump(exclude_none=True) if self.listed else {}
        return besides.model_copy(update=said)

    def data(self) -> bytes:
        """The bytes of a file; no link out of the folder that was named is followed.

        Raises:
            UnreadablePolicy.
        """
        from corpus.shelf.shelf_files import file_bytes

        path = self.path or Path(self.name)
        return file_bytes(path, (self.folder or Path(path.anchor or "/")).resolve(), "document")

    def read(self) -> Incoming:
        """The document as read here.

        Raises:
            UnreadablePolicy, NotFetched.
        """
        return _fetched(self.url) if self.path is None else _loaded(self.path, self.folder)


def gathered(documents: tuple[str, ...], *, allow_urls: bool, folders: bool = True) -> Iterator[Named]:
    """The documents that a person named, those of folders and lists one by one; what of a folder is none is said.

    Raises:
        UsageError: an address where none is allowed, a folder or list where one document is wanted, or a folder that holds none.
        BadManifest.
    """
    from assistant.ingestion.manifest import is_manifest, read_manifest

    for named in documents:
        path = Path(named)
        if path.is_dir():
            if not folders:
                raise click.UsageError(f'"{named}" is a folder; name one document')
            tell_others(path)
            paths = documents_in(path)
            if not paths:
                raise click.UsageError(f'folder "{named}" holds no document ({", ".join(READ)})')
            yield from (Named(str(each), each, path) for each in paths)
        elif is_manifest(path):
            if not folders:
                raise click.UsageError(f'"{named}" is a list of documents; name one document')
            for each in read_manifest(path):
                yield _named(each.document, path.parent / each.document, each, allow_urls=allow_urls)
        else:
            yield _named(named, path, allow_urls=allow_urls)


def _named(named: str, path: Path, listed: Listed | None = None, *, allow_urls: bool) -> Named:
    from corpus.shelf.fetch import is_url

    if not is_url(named) or path.exists():
        return Named(str(path), path, listed=listed)
    if not allow_urls:
        raise click.UsageError(f'"{named}" is an address, and nothing is fetched unless you say so; give --allow-urls')
    return Named(named, url=named, listed=listed)


def tell_others(folder: Path) -> None:
    """Say which files of a folder are left out because they are no documents."""
    from assistant.surfaces.cli.shelf_text import line

    others = others_in(folder)
    if others:
        shown = [line(path.relative_to(folder).as_posix()) for path in others[:_MOST_NAMED]]
        more = [f"and {len(others) - _MOST_NAMED} more"] if len(others) > _MOST_NAMED else []
        files = "1 file that is no document" if len(others) == 1 else f"{len(others)} files that are no documents"
        click.echo(f"left out: {files}: {', '.join([*shown, *more])} (read are {', '.join(READ)})", err=True)


def _loaded(path: Path, within: Path | None = None) -> Incoming:
    from corpus.shelf.shelf_files import MOST_BYTES
    from corpus.shelf.writer import Incoming

    size = path.stat().st_size if path.is_file() else 0
    told = LARGE <= size <= MOST_BYTES
    if told:
        click.echo(f'reading "{path}" ({size / 1e6:,.1f} MB) ...', err=True)
    incoming = Incoming.load(path, within=within)
    if told:
        click.echo(f"read: {len(incoming.document.markdown):,} characters; finding its clauses ...", err=True)
    return incoming


def _fetched(url: str) -> Incoming:
    from corpus.shelf.fetch import fetch
    from corpus.shelf.writer import Incoming

    document = fetch(url)
    return Incoming.read(document.data, document.name, origin=document.url, captured=datetime.now(UTC).date())
