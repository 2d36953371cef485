"""The commands that put policies onto the shelf and take them off it. Heavy parts are imported inside the
commands, as in `cli`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import cli, explained, settings_of, with_settings, write_lines
from assistant.surfaces.cli.documents import gathered, tell_others
from assistant.surfaces.cli.watch import changes, documents_in, settled, taken

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.shelf.catalogue import Metadata
    from corpus.shelf.writer import Incoming

_FACTS = [
    click.option("--provider", help="The company, as it calls itself; without it, what the document says."),
    click.option("--title", help="The document's title; without it, what the document says."),
    click.option(
        "--effective-date",
        type=click.DateTime(["%Y-%m-%d"]),
        help="The day from which it holds; without it, what the document says.",
    ),
    click.option("--supersedes", metavar="ID", help="The policy that it takes the place of."),
    click.option("--source-url", help="Where it was published; without it, what the document says."),
    click.option("--licence", help="Under which terms the text may be copied."),
]
_YES = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")
_URLS = click.option(
    "--allow-urls", is_flag=True, envvar="PLAINCLAUSE_ALLOW_URLS", help="Fetch addresses. [env: PLAINCLAUSE_ALLOW_URLS]"
)
_VERBOSE = click.option(
    "--verbose", is_flag=True, help="Show what of a web page was left out, as menus, banners and the like, and why."
)
_NO_INDEX = click.option(
    "--no-index", is_flag=True, help="Leave the index; build it later with plainclause index build."
)


def with_facts(command: Any) -> Any:
    """The options by which a person says something of a policy, which `facts_of` reads."""
    for option in reversed(_FACTS):
        command = option(command)
    return command


@cli.command()
@click.argument("documents", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
@click.option("--id", "policy_id", help="Id to give it; without it one is suggested.")
@with_facts
@_YES
@_VERBOSE
@_URLS
@_NO_INDEX
@with_settings
def add(
    documents: tuple[str, ...],
    policy_id: str | None,
    yes: bool,
    verbose: bool,
    allow_urls: bool,
    no_index: bool,
    **options: Any,
) -> None:
    """Put policies onto the shelf: HTML, PDF, DOCX, Markdown or plain text.

    Shows what was read and what the document says of itself, and asks. Of several each is taken by itself; the exit code is 2
    where one of them was not added. The ids of a folder's documents are their names in it. A text that the shelf has already
    is added once more only where you say so, with --yes only under an --id of your own.
    """
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.duplicates import refusal, same_text
    from corpus.shelf.writer import add as put
    from corpus.shelf.writer import check_id, described, suggest_id, suggest_id_by_name

    stated = facts_of(options)
    settings = _own_shelf(options)
    named = list(gathered(documents, allow_urls=allow_urls))
    if len(named) != 1 and (
        policy_id or stated.title or stated.effective_date or stated.source_url or stated.supersedes
    ):
        raise click.UsageError(
            f"--id, --title, --effective-date, --supersedes and --source-url are one document's; {len(named)} are named"
        )
    if policy_id is not None:
        check_id(policy_id)
    changed, failed = 0, list[str]()
    for each in named:
        with _by_itself(each.name, failed):
            incoming = each.read()
            known = described(incoming, stated)
            entries = catalogue(settings.policies)[0] if settings.policies.is_dir() else {}
            alike = same_text(settings.policies, incoming)
            if each.by_name:
                id_ = suggest_id_by_name(each.by_name)
                if id_ in alike:
                    click.echo(f"{each.name}: is on the shelf already, as {id_}")
                    continue
            else:
                id_ = policy_id or suggest_id(incoming, entries, provider=stated.provider)
            if alike and yes and policy_id is None:
                raise refusal(each.name, alike[0])
            _show(each.name, id_, incoming, known, alike, verbose=verbose)
            again = f", though it is there as {alike[0]}" if alike else ""
            if yes or agreed(f'add it to "{settings.policies}" as {id_}{again}?'):
                put(settings.policies, id_, incoming, stated)
                changed += 1
                click.echo(f"added: {id_}")
            else:
                click.echo(f"not added: {each.name}")
    _finish(settings, changed, no_index=no_index)
    click.get_current_context().exit(2 if failed else 0)


@cli.command()
@click.argument("policy_id", metavar="ID")
@click.argument("document", metavar="FILE|URL")
@with_facts
@_YES
@_VERBOSE
@_URLS
@_NO_INDEX
@with_settings
def replace(
    policy_id: str,
    document: str,
    yes: bool,
    verbose: bool,
    allow_urls: bool,
    no_index: bool,
    **options: Any,
) -> None:
    """Give the policy ID its next version. The texts of its earlier versions are kept."""
    from assistant.bootstrap.factory import archive_of
    from assistant.publishing.publisher import put_next
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.writer import described

    stated, settings = facts_of(options), _own_shelf(options)
    [named] = gathered((document,), allow_urls=allow_urls, folders=False)
    incoming = named.read()
    entry = catalogue(settings.policies)[0].get(policy_id)
    known = described(incoming, stated, entry.metadata if entry else None)
    if entry is not None and entry.tended is None:  # else it is refused below
        _show(named.name, policy_id, incoming, known, verbose=verbose)
        if not yes and not agreed(f"make it version {len(known.versions)} of {policy_id}?"):
            click.echo(f"not replaced: {policy_id}")
            return
    done = put_next(settings.policies, archive_of(settings), policy_id, incoming, stated)
    if done.changed:
        click.echo(f"replaced: {policy_id} has {len(done.metadata.versions)} versions")
    else:
        click.echo(f"unchanged: this is the text of {policy_id}")
    _finish(settings, int(done.changed), no_index=no_index)


@cli.command()
@click.argument("policy_ids", nargs=-1, required=True, metavar="ID...")
@_YES
@_NO_INDEX
@with_settings
def remove(policy_ids: tuple[str, ...], yes: bool, no_index: bool, **options: Any) -> None:
    """Take policies off the shelf. Their texts stay in its folder."""
    from corpus.shelf.writer import remove as take

    settings = _own_shelf(options)
    changed, failed = 0, list[str]()
    for policy_id in policy_ids:
        with _by_itself(policy_id, failed):
            if yes or agreed(f'remove {policy_id} from "{settings.policies}"?'):
                take(settings.policies, policy_id)
                changed += 1
                click.echo(f"removed: {policy_id}")
            else:
                click.echo(f"not removed: {policy_id}")
    _finish(settings, changed, no_index=no_index)
    click.get_current_context().exit(2 if failed else 0)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--once", is_flag=True, help="Read what changed since the last time, then end.")
@_NO_INDEX
@with_settings
def watch(folder: Path, once: bool, no_index: bool, **options: Any) -> None:
    """Keep the shelf as the documents in FOLDER are: reads what is new or changed, until Ctrl-C.

    The ids are the documents' names in the folder. A policy whose document is gone stays; remove it by its id.
    """
    from assistant.surfaces.cli.shelf_text import doubt_lines

    settings = _own_shelf(options)
    folder, shelf = folder.resolve(), settings.policies.resolve()
    if not folder.is_dir():
        raise click.UsageError(f'folder "{folder}" does not exist; name a folder of documents')
    if folder.is_relative_to(shelf):
        raise click.UsageError(f'"{folder}" lies in the shelf itself; watch the folder that the documents come from')

    pending = 0  # changes that the index does not have yet

    def take(paths: Iterable[Path]) -> list[str]:
        nonlocal pending
        failed = list[str]()
        for path in paths:
            with _by_itself(str(path), failed):
                document = taken(path, folder, shelf)
                if document.done != "unchanged":
                    pending += 1
                    write_lines([f"{document.done}: {document.policy_id}", *doubt_lines(document.doubts)])
        with _by_itself("index", failed):  # where it fails, the next change tries again
            _finish(settings, pending, no_index=no_index)
            pending = 0
        return failed

    def own(paths: Iterable[Path]) -> list[Path]:
        return [path for path in paths if not path.is_relative_to(shelf)]

    tell_others(folder)
    if once:
        click.get_current_context().exit(2 if take(own(documents_in(folder))) else 0)
    click.echo(f'watching "{folder}"; Ctrl-C ends', err=True)
    try:
        for paths in changes(folder):
            for path in paths:
                if not path.exists() and not path.is_symlink():
                    click.echo(f"{path}: is gone; its policy stays until you remove it")
            take(settled(own(paths)))
    except KeyboardInterrupt:
        click.echo("ended", err=True)


def _own_shelf(options: dict[str, Any]) -> Settings:
    """The settings, if they name a shelf that is the user's to change."""
    from assistant.publishing.publisher import own_shelf

    settings = settings_of(options)
    own_shelf(settings.policies)
    return settings


def facts_of(options: dict[str, Any]) -> Metadata:
    """What a person says of a policy, taken out of the options."""
    from corpus.shelf.catalogue import Metadata

    names = ("provider", "title", "effective_date", "supersedes", "source_url", "licence")
    said = {name: options.pop(name) for name in names}
    day: datetime | None = said["effective_date"]
    return Metadata(**{**said, "effective_date": day.date() if day else None})


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
def _by_itself(name: str, failed: list[str]) -> Iterator[None]:
    """Do something that may go wrong and stop nothing else: one line says what, and the name is noted."""
    try:
        yield
    except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001  one document that no reader foresaw must not stop the others
        from assistant.surfaces.cli.shelf_text import line

        failed.append(name)
        click.echo(f"plainclause: {line(name)}: {line(explained(error).message)}", err=True)


def _finish(settings: Settings, changed: int, *, no_index: bool) -> None:
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


def _show(
    name: str, policy_id: str, incoming: Incoming, known: Metadata, alike: Sequence[str] = (), *, verbose: bool
) -> None:
    from assistant.publishing.preview import doubts_of
    from assistant.surfaces.cli.shelf_text import doubts_said, incoming_lines, left_out_lines
    from corpus.shelf.catalogue import policy_of

    policy = policy_of(policy_id, incoming.text.decode(), known, name)
    doubts = doubts_said(doubts_of(policy, incoming, alike))
    document = incoming.document
    write_lines(incoming_lines(name, policy, document.media, known, doubts, document.updated_date))
    if verbose:
        write_lines(left_out_lines(document.media, document.left_out))
