"""The commands for the branding file: check it, see it, go back to an earlier one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import assistant_of, cli, settings_of, with_data, with_settings, write_line
from assistant.surfaces.cli.database_commands import database_of
from assistant.surfaces.cli.people_commands import by

if TYPE_CHECKING:
    from assistant.company.branding.store import BrandingStore

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@cli.group()
def branding() -> None:
    """Check, preview and take back a company's branding: name, logo, colours, words, ways to a person, policies shown."""


@branding.command("check")
@_FILE
@with_settings
def check_branding(file: Path, **folders: Any) -> None:
    """Check FILE: its keys, colours and logo, that the policies it names are here, and that these answer its starters.

    What is wrong is printed a line each, and ends with exit code 2; a starter that is not answered is only warned of.
    """
    from assistant.company.branding.loading import read_brand
    from assistant.company.branding.shown import limited, unanswered
    from assistant.errors import BadBranding

    try:
        brand = read_brand(file)
        assistant = assistant_of(folders)
        named = brand.branding.policy
        shown = limited(assistant, named) if named is not None else assistant
    except BadBranding as error:
        for each in error.problems or (str(error),):
            click.echo(f"wrong: {each}")
        click.get_current_context().exit(2)
    warnings = [*unanswered(shown, brand.branding.starters)]
    for policy_id in named or ():
        newer = assistant.policies.successor(policy_id)
        if newer is not None:
            warnings.append(
                f'policy "{policy_id}" has been replaced by "{newer.id}", which is not shown; name that one'
            )
    for each in warnings:
        click.echo(f"warning: {each}")
    policies = ", ".join(shown.current) if named is not None else f"all {len(shown.current)}"
    click.echo(f'sound: "{brand.name}", version {brand.version}, policies shown: {policies}')


@branding.command("preview")
@_FILE
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on; without it a free one.")
@with_settings
def preview_branding(file: Path, port: int, **folders: Any) -> None:
    """Serve the chat with FILE on this machine. What changes in FILE is taken up at once: load the page again."""
    from assistant.company.branding.loading import read_brand
    from assistant.surfaces.web import serve

    read_brand(file)  # what is wrong is said before the index is opened
    serve(settings_of({**folders, "host": "127.0.0.1", "port": port, "branding": file}))


@branding.command("earlier")
@with_data
def list_earlier(**folders: Any) -> None:
    """List the branding files that were replaced at /admin/branding, the newest first."""
    found = _store(folders).earlier()
    for number, file in found.items():
        write_line(f"{number}  {file.at:%Y-%m-%d %H:%M} UTC  replaced by {file.by}  {file.name}")
    if not found:
        click.echo("no branding file was replaced yet", err=True)


@branding.command("restore")
@click.argument("number", type=click.IntRange(1))
@with_data
def restore_branding(number: int, **folders: Any) -> None:
    """Put the earlier branding file NUMBER in the place of the present one, which is kept itself."""
    store = _store(folders)
    changed = store.restore(number, by=by())
    click.echo(f"restored: {store.path}" if changed else f"unchanged: {store.path} is the same already")


def _store(folders: dict[str, Any]) -> BrandingStore:
    from assistant.company.branding.store import BrandingStore

    return BrandingStore(settings_of(folders), database_of(folders))
