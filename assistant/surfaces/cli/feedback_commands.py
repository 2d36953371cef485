"""The commands about what people said of answers. Heavy parts are imported inside the commands, as in `cli`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import MOST, cli, settings_of, with_data, with_settings, write_line
from assistant.surfaces.cli.database_commands import database_of

if TYPE_CHECKING:
    from assistant.company.feedback.store import Wanted


def _which(command: Any) -> Any:
    options: list[Callable[[Any], Any]] = [
        click.option("--helpful/--unhelpful", "helpful", default=None, help="Only of answers that helped, or did not."),
        click.option("--outcome", help="Only of answers with this outcome: yes, no, silent, ..."),
        click.option("--policy", metavar="ID", help="Only of questions to this policy."),
        click.option("--words", help="Only with these words in question or comment."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@cli.group()
def feedback() -> None:
    """Read what people said of answers."""


@feedback.command("list")
@_which
@click.option("--most", type=MOST, default=50, show_default=True, help="How many at most, the newest.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_data
def list_feedback(
    helpful: bool | None,
    outcome: str | None,
    policy: str | None,
    words: str | None,
    most: int,
    form: str,
    **folders: Any,
) -> None:
    """Show the newest feedback, masked as it was kept."""
    from assistant.company.feedback.store import FeedbackStore

    for number, kept in FeedbackStore(database_of(folders)).find(_wanted(helpful, outcome, policy, words), most):
        if form == "json":
            write_line(json.dumps({"number": number} | kept.model_dump(mode="json"), ensure_ascii=False))
            continue
        thumb = "helpful" if kept.helpful else "not helpful"
        write_line(f"{kept.at:%Y-%m-%d %H:%M}  {kept.outcome}  {thumb}  {kept.policy or 'all policies'}")
        write_line(f"  {' '.join(kept.question.split())}")
        if kept.comment:
            write_line(f"  said: {' '.join(kept.comment.split())}")


@feedback.command()
@_which
@with_settings
def export(helpful: bool | None, outcome: str | None, policy: str | None, words: str | None, **folders: Any) -> None:
    """Write feedback as CSV to standard output, the newest first, with the clauses that the answers cited."""
    from assistant.bootstrap.factory import archive_of, open_policies
    from assistant.company.feedback.store import FeedbackStore
    from assistant.surfaces.render.feedback import Clauses, feedback_csv

    records = FeedbackStore(database_of(folders)).find(_wanted(helpful, outcome, policy, words))
    settings = settings_of(folders)
    policies = open_policies(settings, lenient=True)
    write_line(feedback_csv((kept for _, kept in records), Clauses(archive_of(settings)), policies))


def _wanted(helpful: bool | None, outcome: str | None, policy: str | None, words: str | None) -> Wanted:
    from assistant.company.feedback.store import Wanted
    from assistant.model import Outcome

    if outcome is not None and outcome not in list(Outcome):
        raise click.BadParameter(
            f'there is no outcome "{outcome}"; there are {", ".join(Outcome)}', param_hint="--outcome"
        )
    return Wanted(helpful, Outcome(outcome) if outcome else None, policy, words)
