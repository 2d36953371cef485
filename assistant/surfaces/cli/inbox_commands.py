"""The commands about what customers asked and the policy does not answer. Heavy parts are imported inside the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import assistant_of, cli, settings_of, with_settings, write_line
from assistant.surfaces.cli.database_commands import database_of
from assistant.surfaces.cli.people_commands import by

if TYPE_CHECKING:
    from assistant.company.insight.inbox import Group, Inbox

MARKS = ("policy_to_be_mended", "answer_approved", "not_ours", "open")
_STATE = click.option(
    "--state", type=click.Choice(["all", *MARKS]), default="open", show_default=True, help="Only groups in this state."
)


@cli.group()
def inbox() -> None:
    """Read what customers asked and the policy does not answer.

    Kept where PLAINCLAUSE_INBOX is true, masked, for PLAINCLAUSE_INBOX_DAYS days.
    """


@inbox.command("list")
@_STATE
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_settings
def list_inbox(state: str, form: str, **folders: Any) -> None:
    """Show the questions grouped by meaning, the most asked first."""
    from assistant.surfaces.render.inbox import in_state

    for group in in_state(_groups(folders), state):
        weeks = {week.isoformat(): number for week, number in group.weeks.items()}
        if form == "json":
            wordings = list(dict.fromkeys(each.question for each in group.asked))
            shown = {"group": group.number, "question": group.question, "asked": len(group.asked)}
            shown |= {"state": group.state or "open", "since": group.since, "weeks": weeks, "wordings": wordings}
            write_line(json.dumps(shown, ensure_ascii=False))
        else:
            counted = ", ".join(f"{week}: {number}" for week, number in weeks.items())
            write_line(
                f"{group.number}  {len(group.asked)} x  {group.state or 'open'}  {' '.join(group.question.split())}"
            )
            write_line(f"    by week: {counted}")


@inbox.command()
@_STATE
@with_settings
def export(state: str, **folders: Any) -> None:
    """Write the groups as CSV to standard output."""
    from assistant.surfaces.render.inbox import in_state, inbox_csv

    write_line(inbox_csv(in_state(_groups(folders), state)))


@inbox.command()
@click.argument("group", type=int)
@click.argument("state", type=click.Choice(MARKS))
@with_settings
def mark(group: int, state: str, **folders: Any) -> None:
    """Say what was made of GROUP, by the number that list shows; "open" takes back what was said."""
    from assistant.company.insight.inbox import State

    marked = next((each for each in _groups(folders) if group in {asked.number for asked in each.asked}), None)
    if marked is None:
        raise click.BadParameter(f'there is no group {group}; "plainclause inbox list" shows them', param_hint="GROUP")
    numbers = [each.number for each in marked.asked]
    done = _inbox(folders).mark(numbers, None if state == "open" else State(state), by=by())
    click.echo(f"{state}: {done} question{'' if done == 1 else 's'}")


def _inbox(folders: dict[str, Any]) -> Inbox:
    from assistant.company.insight.inbox import Inbox

    return Inbox(database_of(folders))


def _groups(folders: dict[str, Any]) -> list[Group]:
    """The groups of what is not too old; what is, is deleted first."""
    import numpy as np

    from assistant.company.insight.grouping import Grouping

    inbox = _inbox(folders)
    inbox.forget(settings_of(folders).inbox_days)
    if not inbox.asked():
        return []
    encoder = assistant_of(folders).searcher.encoder
    return inbox.groups(Grouping(lambda texts: np.stack([each.vector for each in encoder.encode_questions(texts)])))
