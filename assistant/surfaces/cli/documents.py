"""What a person names on the command line -> documents to be read: files, the documents of a folder, addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from assistant.surfaces.cli.watch import READ, documents_in, others_in

if TYPE_CHECKING:
    from corpus.shelf.writer import Incoming

LARGE = 1_000_000  # bytes of a document, from which on a person is told that it is being read
_MOST_NAMED = 5


class Named(NamedTuple):
    """A document that a person named: how it is shown, how it is read, and the id that its place in a folder gives it."""

    name: str
    read: Callable[[], Incoming]
    by_name: str | None = None


def gathered(documents: tuple[str, ...], *, allow_urls: bool, folders: bool = True) -> Iterator[Named]:
    """The documents that a person named, those of folders one by one; what of a folder is none is said.

    Raises:
        UsageError: an address where none is allowed, a folder where one document is wanted, or one that holds none.
    """
    from corpus.shelf.fetch import is_url

    for named in documents:
        path = Path(named)
        if is_url(named) and not path.exists():
            if not allow_urls:
                raise click.UsageError(
                    f'"{named}" is an address, and nothing is fetched unless you say so; give --allow-urls'
                )
            yield Named(named, lambda url=named: _fetched(url))  # type: ignore[misc]
        elif path.is_dir():
            if not folders:
                raise click.UsageError(f'"{named}" is a folder; name one document')
            tell_others(path)
            paths = documents_in(path)
            if not paths:
                raise click.UsageError(f'folder "{named}" holds no document ({", ".join(READ)})')
            for each in paths:
                within = each.relative_to(path).as_posix()
                yield Named(str(each), lambda each=each, path=path: _loaded(each, path), within)  # type: ignore[misc]
        else:
            yield Named(named, lambda path=path: _loaded(path))  # type: ignore[misc]


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
