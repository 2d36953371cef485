"""The commands about who may sign in, and the log of what they changed. Heavy parts are imported inside the commands."""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import MOST, cli, with_data, write_line
from assistant.surfaces.cli.database_commands import database_of

if TYPE_CHECKING:
    from assistant.company.accounts.people import People

ROLES = ("agent", "editor", "admin")
_NAME = click.argument("name", callback=lambda _context, _argument, name: name.strip().lower())  # as it is kept
_FORM = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_ROLE = click.Choice(ROLES)
_FROM_INPUT = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, a line, instead of asking for it."
)


def by() -> str:
    """Who works at the command line, for the audit log."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):  # a user that the machine has no name for
        return "command line"


@cli.group()
def people() -> None:
    """Say who may sign in at /admin and the desk, and what they may do."""


@people.command()
@_NAME
@click.option("--role", type=_ROLE, default="agent", show_default=True, help="The first person must be an admin.")
@_FROM_INPUT
@with_data
def add(name: str, role: str, password_stdin: bool, **folders: Any) -> None:
    """Let NAME sign in. An agent reads, an editor changes what customers are told, an admin also says who may do so."""
    from assistant.company.accounts.roles import Role

    person = _people(folders).add(name, Role(role), _password(name, from_input=password_stdin), by=by())
    click.echo(f"added: {person.name}, {person.role}")


@people.command("list")
@_FORM
@with_data
def list_people(form: str, **folders: Any) -> None:
    """Show everybody who may sign in."""
    found = _people(folders).all()
    if form == "json":
        listed = [
            {
                "name": each.name,
                "role": each.role,
                "added": each.added.isoformat(),
                "disabled": each.disabled,
                "signed_in": each.signed_in.isoformat() if each.signed_in else None,
            }
            for each in found
        ]
        write_line(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in found:
        last = f"last signed in {each.signed_in:%Y-%m-%d %H:%M} UTC" if each.signed_in else "never signed in"
        line = [each.name, each.role, f"since {each.added:%Y-%m-%d}", last, *(["disabled"] if each.disabled else [])]
        write_line("  ".join(line))
    if not found:
        click.echo('nobody may sign in; "plainclause people add NAME --role admin" lets somebody', err=True)


@people.command()
@_NAME
@click.argument("role", type=_ROLE)
@with_data
def role(name: str, role: str, **folders: Any) -> None:
    """Give NAME another role."""
    from assistant.company.accounts.roles import Role

    _people(folders).set_role(name, Role(role), by=by())
    click.echo(f"{name} is {role}")


@people.command()
@_NAME
@_FROM_INPUT
@with_data
def password(name: str, password_stdin: bool, **folders: Any) -> None:
    """Give NAME another password, and end their sessions."""
    _people(folders).set_password(name, _password(name, from_input=password_stdin), by=by())
    click.echo(f"the password of {name} is changed")


@people.command()
@_NAME
@with_data
def disable(name: str, **folders: Any) -> None:
    """Shut signing in to NAME, and end their sessions; the account stays."""
    _people(folders).set_disabled(name, True, by=by())
    click.echo(f"disabled: {name}")


@people.command()
@_NAME
@with_data
def enable(name: str, **folders: Any) -> None:
    """Let NAME, who is disabled, sign in again."""
    _people(folders).set_disabled(name, False, by=by())
    click.echo(f"enabled: {name}")


@people.command("sign-out")
@_NAME
@with_data
def sign_out(name: str, **folders: Any) -> None:
    """End all sessions of NAME."""
    _people(folders).sign_out(name, by=by())
    click.echo(f"signed out everywhere: {name}")


@people.command()
@_NAME
@with_data
def remove(name: str, **folders: Any) -> None:
    """Let NAME sign in no more."""
    _people(folders).remove(name, by=by())
    click.echo(f"removed: {name}")


@cli.command()
@click.option("--most", type=MOST, default=100, show_default=True, help="How many at most, the newest.")
@_FORM
@with_data
def audit(most: int, form: str, **folders: Any) -> None:
    """Show who changed what and when, the newest first."""
    from assistant.company.accounts.audit import entries

    for number, entry in entries(database_of(folders), most):
        if form == "json":
            shown = {"number": number, "at": entry.at.isoformat(), "who": entry.who, "what": entry.what}
            shown |= {"about": entry.about, "before": entry.before, "after": entry.after}
            write_line(json.dumps(shown, ensure_ascii=False))
        else:
            change = " -> ".join(_values(each) for each in (entry.before, entry.after) if each is not None)
            write_line(
                "  ".join(filter(None, [f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.who, entry.what, entry.about, change]))
            )


def _values(values: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _people(folders: dict[str, Any]) -> People:
    from assistant.company.accounts.people import People

    return People(database_of(folders))


def _password(name: str, *, from_input: bool) -> str:
    if from_input:
        try:
            return sys.stdin.buffer.readline().decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise click.UsageError(
                "the password on standard input is not UTF-8, which browsers send; write it so"
            ) from None
    if not sys.stdin.isatty():
        raise click.UsageError(
            "nobody is there to be asked for a password; give --password-stdin and the password as a line"
        )
    asked: str = click.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    return asked
