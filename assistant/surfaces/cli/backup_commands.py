"""The commands that keep what a company would miss in one file, and put it back. Heavy parts are imported inside the commands, as in
`cli`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import cli, settings_of, with_settings

if TYPE_CHECKING:
    from assistant.company.backup.archive import Manifest


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a file of that name.")
@with_settings
def backup(file: Path, replace: bool, **options: Any) -> None:
    """Write policies, kept versions, the database and the branding file to FILE, a .tar.gz; a server may run meanwhile.

    What is built (index, compiled encoders) is left out: it is made anew.
    """
    from assistant.company.backup.gathering import back_up

    if not file.absolute().parent.is_dir():
        raise click.UsageError(f'folder "{file.absolute().parent}" does not exist; make it first')
    if file.exists() and not (replace and file.is_file()):
        raise click.UsageError(f'"{file}" is there already; name another file, or give --replace')
    manifest = back_up(settings_of(options), file)
    click.echo(f"written: {file}, {_held(manifest)}")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of what is there.")
@click.option("--no-index", is_flag=True, help="Build no index; the next start of a server does.")
@with_settings
def restore(file: Path, replace: bool, no_index: bool, **options: Any) -> None:
    """Put what "plainclause backup" wrote to FILE where the settings say, all of it or nothing. End the server first."""
    from assistant.company.backup.restoring import restore as put_back

    settings = settings_of(options)
    manifest = put_back(settings, file, replace=replace)
    click.echo(f"restored: {_held(manifest)}, backed up {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    if no_index:
        return
    from assistant.bootstrap.factory import build_index

    card = build_index(settings)
    click.echo(f"built: {card.count} clauses, corpus {card.corpus_sha256[:8]}")


def _held(manifest: Manifest) -> str:
    size = sum(member.size for member in manifest.files.values())
    kinds = {"sqlite": "", "postgresql": ", PostgreSQL's database"}
    own = "" if manifest.policies else " (the bundled policies are not in it)"
    return f"{len(manifest.files)} files, {size / 1e6:.1f} MB{kinds[manifest.database]}{own}"
