"""The commands that put policies onto the shelf and take them off it. Heavy parts are imported inside the
commands, as in `cli`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import cli, settings_of, text_of_option, with_settings, write_lines
from assistant.surfaces.cli.documents import gathered, tell_others
from assistant.surfaces.cli.on_cluster import add_on_cluster
from assistant.surfaces.cli.taking_up import Wishes, agreed, by_itself, finish, show, taken_up
from assistant.surfaces.cli.watch import changes, documents_in, settled, taken

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.shelf.catalogue import Metadata

_FACTS = [
    click.option(
        "--provider",
        callback=text_of_option,
        help="The company, as it calls itself; without it, what the document says.",
    ),
    click.option("--title", callback=text_of_option, help="The document's title; without it, what the document says."),
    click.option(
        "--effective-date",
        type=click.DateTime(["%Y-%m-%d"]),
        help="The day from which it holds; without it, what the document says.",
    ),
    click.option(
        "--updated-date",
        type=click.DateTime(["%Y-%m-%d"]),
        help="The day on which it was last changed; without it, what the document says.",
    ),
    click.option("--supersedes", callback=text_of_option, metavar="ID", help="The policy that it takes the place of."),
    click.option(
        "--source-url", callback=text_of_option, help="Where it was published; without it, what the document says."
    ),
    click.option("--licence", callback=text_of_option, help="Under which terms the text may be copied."),
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
@click.argument("documents", nargs=-1, required=True, metavar="FILE|FOLDER|LIST|URL...")
@click.option("--id", "policy_id", help="Id to give it; without it one is suggested.")
@click.option(
    "--on",
    "address",
    metavar="ADDRESS",
    help="Read and encode on a Ray cluster: ray://HOST:10001, HOST:6379 on one of its nodes, or local.",
)
@with_facts
@_YES
@_VERBOSE
@_URLS
@_NO_INDEX
@with_settings
def add(
    documents: tuple[str, ...],
    policy_id: str | None,
    address: str | None,
    yes: bool,
    verbose: bool,
    allow_urls: bool,
    no_index: bool,
    **options: Any,
) -> None:
    """Put policies onto the shelf: HTML, PDF, DOCX, Markdown or plain text.

    Shows what was read and what the document says of itself, and asks. Of several each is taken by itself; the exit code is 2
    where one of them was not added. The ids of a folder's documents are their names in it. A LIST is a file of documents: of paths or
    addresses a line (.list), or of JSON lines that give ids, companies and dates too (.jsonl). A text that the shelf has already
    is added once more only where you say so, with --yes only under an --id of your own.

    With --on, many machines do the work, and what is finished is kept: ended at any moment, the same command goes on from there.
    """
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.duplicates import same_text
    from corpus.shelf.writer import add as put
    from corpus.shelf.writer import check_id

    stated = facts_of(options)
    settings = _own_shelf(options)
    named = list(gathered(documents, allow_urls=allow_urls))
    of_one = stated.title, stated.effective_date, stated.updated_date, stated.source_url, stated.supersedes
    if len(named) != 1 and (policy_id or any(of_one)):
        raise click.UsageError(
            "--id, --title, --effective-date, --updated-date, --supersedes and --source-url are one document's; "
            f"{len(named)} are named"
        )
    if policy_id is not None:
        check_id(policy_id)
    failed, wishes = list[str](), Wishes(stated, policy_id, yes=yes, verbose=verbose)
    if address is not None:
        add_on_cluster(settings, address, named, wishes, failed, no_index=no_index)
        click.get_current_context().exit(2 if failed else 0)
    changed = 0
    for each in named:
        with by_itself(each.name, failed):
            incoming = each.read()
            entries = catalogue(settings.policies)[0] if settings.policies.is_dir() else {}
            alike = same_text(settings.policies, incoming)
            id_ = taken_up(settings.policies, each, incoming, wishes, entries, alike)
            if id_ is not None:
                put(settings.policies, id_, incoming, each.given(stated))
                changed += 1
                click.echo(f"added: {id_}")
    finish(settings, changed, no_index=no_index)
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
    from assistant.company.publishing.publisher import put_next
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.writer import described

    stated, settings = facts_of(options), _own_shelf(options)
    [named] = gathered((document,), allow_urls=allow_urls, folders=False)
    incoming = named.read()
    entry = catalogue(settings.policies)[0].get(policy_id)
    known = described(incoming, stated, entry.metadata if entry else None)
    if entry is not None and entry.tended is None:  # else it is refused below
        show(named.name, policy_id, incoming, known, verbose=verbose)
        if not yes and not agreed(f"make it version {len(known.versions)} of {policy_id}?"):
            click.echo(f"not replaced: {policy_id}")
            return
    done = put_next(settings.policies, archive_of(settings), policy_id, incoming, stated)
    if done.changed:
        click.echo(f"replaced: {policy_id} has {len(done.metadata.versions)} versions")
    else:
        click.echo(f"unchanged: this is the text of {policy_id}")
    finish(settings, int(done.changed), no_index=no_index)


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
        with by_itself(policy_id, failed):
            if yes or agreed(f'remove {policy_id} from "{settings.policies}"?'):
                take(settings.policies, policy_id)
                changed += 1
                click.echo(f"removed: {policy_id}")
            else:
                click.echo(f"not removed: {policy_id}")
    finish(settings, changed, no_index=no_index)
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
            with by_itself(str(path), failed):
                document = taken(path, folder, shelf)
                if document.done != "unchanged":
                    pending += 1
                    write_lines([f"{document.done}: {document.policy_id}", *doubt_lines(document.doubts)])
        with by_itself("index", failed):  # where it fails, the next change tries again
            finish(settings, pending, no_index=no_index)
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
    from assistant.company.publishing.publisher import own_shelf

    settings = settings_of(options)
    own_shelf(settings.policies)
    return settings


def facts_of(options: dict[str, Any]) -> Metadata:
    """What a person says of a policy, taken out of the options."""
    from corpus.shelf.catalogue import Metadata

    days: dict[str, datetime | None] = {name: options.pop(name) for name in ("effective_date", "updated_date")}
    said = {name: options.pop(name) for name in ("provider", "title", "supersedes", "source_url", "licence")}
    return Metadata(**said, **{name: day.date() if day else None for name, day in days.items()})
