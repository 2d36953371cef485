"""The commands that show what is on the shelf, and check that it is as it should be.

Heavy parts are imported inside the commands, as in `commands`."""

from __future__ import annotations

import json
from typing import Any

import click

from assistant.surfaces.cli.app import cli, settings_of, with_settings, write_lines


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def list_(as_json: bool, **options: Any) -> None:
    """List what the shelf holds."""
    from assistant.surfaces.cli.shelf_text import entry_json, entry_line
    from corpus.shelf.catalogue import as_read, catalogue, to_be_added

    folder = settings_of(options).policies
    listed, problems = catalogue(folder)
    entries = {id_: entry._replace(metadata=as_read(entry, folder)) for id_, entry in listed.items()}
    if as_json:
        click.echo(json.dumps([entry_json(entry) for entry in entries.values()], ensure_ascii=False, indent=2))
    else:
        for entry in entries.values():
            click.echo(entry_line(entry))
        if not entries:
            click.echo("the shelf is empty; add a policy: plainclause add FILE")
    for problem in (*problems, *to_be_added(folder)):
        click.echo(f"left out: {problem}", err=True)


@cli.command()
@click.argument("policy_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_settings
def show(policy_id: str, as_json: bool, **options: Any) -> None:
    """Show what is known of the policy ID, its versions and its clauses."""
    from assistant.surfaces.cli.shelf_text import clause_lines, entry_json, facts_lines, line
    from assistant.surfaces.render.names import policy_json
    from assistant.surfaces.render.policy_text import text_json
    from corpus.shelf.catalogue import catalogue, open_shelf

    folder = settings_of(options).policies
    shelf = open_shelf(folder)
    names = (f'policy "{policy_id}"', f"/{policy_id}.")
    wrong = next((problem for problem in shelf.problems if any(name in str(problem) for name in names)), None)
    if policy_id not in shelf and wrong is not None:
        raise wrong
    policy, entry = shelf[policy_id], catalogue(folder)[0][policy_id]
    if as_json:
        found = (
            policy_json(policy, shelf.successor(policy_id))
            | {"versions": entry_json(entry)["versions"]}
            | text_json(policy)
        )
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(f"{policy.id}: {len(policy.clauses)} clauses")
    stated = {"title": policy.title, "source_url": policy.source_url, "snapshot_date": policy.snapshot_date}
    write_lines(facts_lines(entry.metadata.model_copy(update=stated)))
    newer = shelf.successor(policy_id)
    if newer:
        click.echo(f"  replaced by {newer.id}")
    click.echo(f"  text        sha256 {policy.sha256}")
    for number, version in enumerate(entry.metadata.versions, start=1):
        click.echo(
            f"  version {number}   added {version.added}, {version.media}, {line(version.origin)}, {version.text}"
        )
    write_lines(clause_lines(policy))


@cli.command()
@with_settings
def check(**options: Any) -> None:
    """Check that every policy of the shelf and every text of it is as it should be, and the index current."""
    from assistant.bootstrap.factory import check_index
    from assistant.surfaces.cli.shelf_text import number_of
    from corpus.errors import CorpusError
    from corpus.shelf.catalogue import catalogue, open_shelf
    from corpus.shelf.shelf_files import stored_text
    from index.errors import IndexFloorError

    settings = settings_of(options)
    shelf, (entries, _) = open_shelf(settings.policies), catalogue(settings.policies)
    wrong = [str(problem) for problem in shelf.problems]
    texts = {version.text for entry in entries.values() for version in entry.metadata.versions}
    current = {entry.metadata.text for entry in entries.values()}
    for name in sorted(texts - current):
        try:
            stored_text(settings.policies, name)
        except CorpusError as error:
            wrong.append(f"earlier version: {error}")
    wrong += [
        f'policy "{entry.id}" supersedes "{entry.metadata.supersedes}", which is not on the shelf; mend "{entry.id}.json"'
        for entry in entries.values()
        if entry.metadata.supersedes and entry.metadata.supersedes not in entries
    ]
    if not shelf.problems:
        try:
            check_index(settings)
        except IndexFloorError as error:
            wrong.append(str(error))
    for each in wrong:
        click.echo(f"wrong: {each}")
    if wrong:
        click.get_current_context().exit(1)
    policies, kept = number_of(len(shelf), "policy", "policies"), number_of(len(texts), "text")
    click.echo(f"sound: {policies}, {kept} of added ones, index current")
