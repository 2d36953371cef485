"""The commands for the branding file: check it, see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assistant.surfaces.cli.app import assistant_of, cli, settings_of, with_settings

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@cli.group()
def branding() -> None:
    """Check and preview a company's branding: name, logo, colours, words, ways to a person, policies shown."""


@branding.command("check")
@_FILE
@with_settings
def check_branding(file: Path, **folders: Any) -> None:
    """Check FILE: its keys, colours and logo, that the policies it names are here, and that these answer its starters.

    What is wrong is printed a line each, and ends with exit code 2; a starter that is not answered is only warned of.
    """
    from assistant.branding.loading import read_brand
    from assistant.branding.shown import limited, unanswered
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
    from assistant.branding.loading import read_brand
    from assistant.surfaces.web import serve

    read_brand(file)  # what is wrong is said before the index is opened
    serve(settings_of({**folders, "host": "127.0.0.1", "port": port, "branding": file}))
