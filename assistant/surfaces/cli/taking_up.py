"""What the commands do with one document between reading it and the shelf: its id, what is doubtful of it, and the question whether
it is to be added."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from assistant.surfaces.cli.app import explained, write_lines

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.surfaces.cli.documents import Named
    from corpus.shelf.catalogue import Entry, Metadata
    from corpus.shelf.writer import Incoming


class Wishes(NamedTuple):
    """What a person says of all documents of a command: facts, an id, whether they are asked, whether they see what was left out."""

    given: Metadata
    policy_id: str | None
    yes: bool
    verbose: bool


def is_there(each: Named, alike: Sequence[str], wishes: Wishes) -> bool:
    """Whether the shelf has a document already under the id that is kept for it, which is told.

    Args:
        alike: the ids of the policies that are this document.

    Raises:
        AlreadyShelved: nobody is to be asked, and the shelf has it under another.
    """
    from corpus.shelf.duplicates import refusal

    if each.kept_id is not None and each.kept_id in alike:
        click.echo(f"{each.name}: is on the shelf already, as {each.kept_id}")
        return True
    if alike and wishes.yes and not _has_own_id(each, wishes):
        raise refusal(each.name, alike[0])
    return False


def taken_up(
    folder: Path,
    each: Named,
    incoming: Incoming,
    wishes: Wishes,
    entries: Mapping[str, Entry],
    alike: Sequence[str],
) -> str | None:
    """Show a document, and ask; the id under which it is to be added, None where it is not.

    Args:
        entries: what the shelf in `folder` holds.
        alike: the ids of the policies that are this document.

    Raises:
        AlreadyShelved: nobody is to be asked, and the shelf has it.
    """
    from corpus.shelf.suggested_ids import suggest_id
    from corpus.shelf.writer import described

    given = each.given(wishes.given)
    if is_there(each, alike, wishes):
        return None
    id_ = each.kept_id or wishes.policy_id or suggest_id(incoming, entries, provider=given.provider)
    show(each.name, id_, incoming, described(incoming, given), alike, verbose=wishes.verbose)
    again = f", though it is there as {alike[0]}" if alike else ""
    if wishes.yes or agreed(f'add it to "{folder}" as {id_}{again}?'):
        return id_
    click.echo(f"not added: {each.name}")
    return None


def _has_own_id(each: Named, wishes: Wishes) -> bool:
    """Whether a person gave the document an id."""
    return bool(wishes.policy_id or each.own_id)


def agreed(question: str) -> bool:
    """Whether a person agrees.

    Raises:
        UsageError: nobody is there.
    """
    try:
        return click.confirm(question)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError("nobody is there to answer; give --yes to do it without asking") from None


@contextlib.contextmanager
def by_itself(name: str, failed: list[str]) -> Iterator[None]:
    """Do something that may go wrong and stop nothing else: one line says what, and the name is noted."""
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001  one document that no reader foresaw must not stop the others
        from assistant.surfaces.cli.shelf_text import line

        failed.append(name)
        click.echo(f"plainclause: {line(name)}: {line(explained(error).message)}", err=True)


def show(
    name: str, policy_id: str, incoming: Incoming, known: Metadata, alike: Sequence[str] = (), *, verbose: bool
) -> None:
    """Show a document as read, and what is doubtful of it."""
    from assistant.company.publishing.preview import doubts_of
    from assistant.surfaces.cli.shelf_text import doubts_said, incoming_lines, left_out_lines
    from corpus.shelf.catalogue import policy_of

    policy = policy_of(policy_id, incoming.text.decode(), known, name)
    doubts = doubts_said(doubts_of(policy, incoming, alike))
    document = incoming.document
    write_lines(incoming_lines(name, policy, document.media, known, doubts))
    if verbose:
        write_lines(left_out_lines(document.media, document.left_out))


def finish(settings: Settings, changed: int, *, no_index: bool) -> None:
    """Build the index where the shelf changed."""
    if not changed:
        return
    if no_index:
        click.echo('the index is as it was; build it with "plainclause index build"')
        return
    from assistant.bootstrap.factory import build_index
    from corpus.shelf.catalogue import catalogue

    if catalogue(settings.policies) == ({}, ()):
        click.echo("the shelf is empty now; the index is as it was")
        return
    card = build_index(settings)
    click.echo(f"built: {card.count} clauses, corpus {card.corpus_sha256[:8]}")
