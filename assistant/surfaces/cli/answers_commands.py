"""The commands about a company's own sentences for answers. Heavy parts are imported inside the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import NUMBER, assistant_of, cli, with_data, with_settings, write_line
from assistant.surfaces.cli.database_commands import database_of
from assistant.surfaces.cli.people_commands import by

if TYPE_CHECKING:
    from assistant.company.approved.store import ApprovedAnswers


@cli.group()
def answers() -> None:
    """Approve the sentence that is said to a question; quote and outcome stay the policy's."""


@answers.command("list")
@click.option(
    "--state", type=click.Choice(["all", "approved", "lapsed", "withdrawn"]), default="all", show_default=True
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_data
def list_answers(state: str, form: str, **folders: Any) -> None:
    """Show the approved answers, newest first. A lapsed one's clause has changed; it is not used."""
    from assistant.company.approved.store import State

    for each in _store(folders).all(None if state == "all" else State(state)):
        if form == "json":
            clause = {"policy_sha256": each.clause.policy_sha256, "start": each.clause.start, "end": each.clause.end}
            shown = {"number": each.number, "state": each.state, "question": each.question, "policy": each.policy}
            shown |= {"english": each.english, "german": each.german, "outcome": each.outcome, "by": each.by}
            shown |= {"at": each.at.isoformat(), "clause": clause | {"quote": each.clause.quote}}
            write_line(json.dumps(shown, ensure_ascii=False))
        else:
            write_line(f"{each.number}  {each.state}  {each.policy}  {each.question}")
            write_line(f"    {each.outcome}: {each.english}")
            write_line(f'    rests on "{" ".join(each.clause.quote.split())}"')


@answers.command()
@click.argument("question")
@click.option("--policy", required=True, help="Id of the policy that answers it.")
@click.option("--say", "english", required=True, help="The sentence, in English.")
@click.option("--german", help="The sentence in German; without it a German page says the policy's own.")
@click.option("--number", type=NUMBER, default=0, help="Of the approved answer that this one takes the place of.")
@with_settings
def approve(question: str, policy: str, english: str, german: str | None, number: int, **folders: Any) -> None:
    """Approve a sentence for QUESTION, with the outcome and the clause that the policy answers it with now."""
    from assistant.company.approved.approving import approve as approved

    store = _store(folders)
    kept = store.get(approved(assistant_of(folders), store, question, policy, english, german, by=by(), number=number))
    write_line(f"approved: {kept.number}, {kept.outcome}")
    write_line(f'    rests on "{" ".join(kept.clause.quote.split())}"')


@answers.command()
@click.argument("number", type=NUMBER)
@with_data
def withdraw(number: int, **folders: Any) -> None:
    """Have the answer with NUMBER used no more."""
    write_line(f"withdrawn: {_store(folders).withdraw(number, by=by()).number}")


def _store(folders: dict[str, Any]) -> ApprovedAnswers:
    from assistant.company.approved.store import ApprovedAnswers

    return ApprovedAnswers(database_of(folders))
