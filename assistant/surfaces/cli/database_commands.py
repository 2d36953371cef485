"""The commands about the database of what a company keeps. Heavy parts are imported inside the commands, as in `cli`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import cli, settings_of, with_data

if TYPE_CHECKING:
    from assistant.company.database.engine import Database


def database_of(folders: dict[str, Any]) -> Database:
    """The database that options and settings name.

    Raises:
        BadSetting (assistant.errors).
    """
    from assistant.bootstrap.company_data import open_database

    return open_database(settings_of(folders))


@cli.group()
def database() -> None:
    """Bring the database of what a company keeps to the state of this program."""


@database.command()
@with_data
def upgrade(**folders: Any) -> None:
    """Make the database, or bring one of an earlier version to the state of this program.

    A server does this when it starts. PLAINCLAUSE_DATABASE names the database; without it, it is a file in the data folder.
    """
    from assistant.company.database.migrations import HEAD

    opened = database_of(folders)
    before = opened.upgrade()
    done = {None: f"made, in version {int(HEAD)}", HEAD: f"is in version {int(HEAD)}"}
    click.echo(f"{opened.where}: {done.get(before) or f'brought from version {int(before or 0)} to {int(HEAD)}'}")
