"""The commands that publish: drafts, what they would change, going live now or at a time, going back. Heavy parts are imported
inside the commands, as in `commands`."""

from __future__ import annotations

import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import (
    assistant_of,
    cli,
    explained,
    settings_of,
    text_of_option,
    with_settings,
    write_line,
    write_lines,
)
from assistant.surfaces.cli.documents import gathered
from assistant.surfaces.cli.shelf_commands import facts_of, with_facts
from assistant.surfaces.cli.taking_up import agreed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.company.publishing.drafts import Draft, Published
    from assistant.company.publishing.publisher import Publisher
    from assistant.model import Question

_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_YES = click.option("--yes", "-y", is_flag=True, help="Do it without asking.")


def _name(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The name of a person, as drafts keep it."""
    from pydantic import TypeAdapter, ValidationError

    from assistant.company.publishing.drafts import Who

    try:
        return TypeAdapter[str](Who).validate_python(text_of_option(context, option, value)) if value else None
    except ValidationError:
        raise click.BadParameter(
            "write a name of up to 200 characters, on one line, without spaces around it", param=option
        ) from None


_BY = click.option("--by", callback=_name, metavar="NAME", help="Who does it; without it, the user of this machine.")


@cli.command()
@click.argument("document", metavar="FILE|URL")
@click.option("--policy", "policy_id", required=True, metavar="ID", help="The policy it is for, new or on the shelf.")
@with_facts
@_BY
@click.option(
    "--allow-urls", is_flag=True, envvar="PLAINCLAUSE_ALLOW_URLS", help="Fetch addresses. [env: PLAINCLAUSE_ALLOW_URLS]"
)
@_JSON
@with_settings
def draft(document: str, policy_id: str, by: str | None, allow_urls: bool, as_json: bool, **options: Any) -> None:
    """Keep a document as a draft of the policy ID: read, but not answered from until it is published."""
    from assistant.bootstrap.factory import open_publisher

    stated, settings = facts_of(options), settings_of(options)
    [named] = gathered((document,), allow_urls=allow_urls, folders=False)
    _drafted(open_publisher(settings).draft(policy_id, named.read(), by or _user(), stated), as_json=as_json)


@cli.command()
@click.option("--all", "everything", is_flag=True, help="List those that were published, too.")
@_JSON
@with_settings
def drafts(everything: bool, as_json: bool, **options: Any) -> None:
    """List the drafts, oldest first, and when they are to be published."""
    from assistant.bootstrap.factory import open_publisher
    from assistant.surfaces.render.drafts import draft_json, draft_line

    settings = settings_of(options)
    listed = [each for each in open_publisher(settings).drafts.all() if everything or each.published is None]
    if as_json:
        write_line(json.dumps([draft_json(each) for each in listed], ensure_ascii=False, indent=2))
    else:
        write_lines(draft_line(each, settings.time_zone) for each in listed)
        if not listed:
            click.echo("there is no draft; make one: plainclause draft FILE --policy ID")


@cli.command()
@click.argument("draft_ids", nargs=-1, required=True, metavar="DRAFT...")
@_BY
@with_settings
def discard(draft_ids: tuple[str, ...], by: str | None, **options: Any) -> None:
    """Take drafts away. What was published of them stays."""
    from assistant.bootstrap.factory import open_publisher

    publisher = open_publisher(settings_of(options))
    for draft_id in draft_ids:
        publisher.discard(draft_id, by or _user())
        click.echo(f"discarded: {draft_id}")


@cli.command()
@click.argument("draft_id", metavar="DRAFT")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    help="File of what customers asked, one question a line: put to both texts beside the practice bank's.",
)
@click.option("--all", "everything", is_flag=True, help="List the clauses and questions that did not change, too.")
@_JSON
@with_settings
def preview(draft_id: str, questions: Path | None, everything: bool, as_json: bool, **folders: Any) -> None:
    """Show a draft before it goes live: what was read, what was left out, and what it changes of the answers."""
    from assistant.bootstrap.company_data import open_database
    from assistant.bootstrap.factory import archive_of, open_policies, open_publisher
    from assistant.company.approved.store import ApprovedAnswers, State
    from assistant.company.publishing.preview import approved_then, impact
    from assistant.surfaces.render.drafts import preview_json
    from corpus.shelf.catalogue import Shelf

    asked = _lines(questions) if questions else []
    settings = settings_of(folders)
    database = open_database(settings)
    found = open_publisher(settings, database).preview(draft_id)
    effect, policies = None, Shelf(settings.policies, {})
    if found.current is not None:
        assistant = assistant_of(folders)
        effect = impact(assistant, found.current, found.policy, asked, told=_with_bar)
        policies = assistant.policies
    elif settings.policies.is_dir():
        policies = open_policies(settings, lenient=True)
    answers = ApprovedAnswers(database).all(State.APPROVED)
    approved = approved_then(answers, found, policies, archive_of(settings))
    if as_json:
        shown = preview_json(found, effect, approved, policies, settings.time_zone, everything=everything)
        write_line(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    from assistant.surfaces.cli.shelf_text import clause_lines, doubts_said, incoming_lines, left_out_lines
    from assistant.surfaces.render.drafts import approved_lines, preview_doubts
    from assistant.surfaces.render.versions import changes_text

    doubts = [*doubts_said(found.doubts), *preview_doubts(found, settings.time_zone)]
    write_lines(incoming_lines(found.draft.origin, found.policy, found.draft.media, found.known, doubts))
    write_lines(left_out_lines(found.draft.media, found.left_out))
    if found.current is None or everything:
        write_lines(clause_lines(found.policy))
    if found.current is None or effect is None:
        click.echo(f"\n{found.draft.policy_id} is new on the shelf: nothing is answered from it yet")
    else:
        click.echo()
        write_line(changes_text(found.current, found.policy, policies, effect.replayed, everything=everything))
    if approved:
        click.echo()
        write_lines(approved_lines(approved))
    if effect and effect.unread:
        click.echo(f"left out: {effect.unread} of the questions, which cannot be read", err=True)


@cli.command()
@click.argument("draft_id", required=False, metavar="[DRAFT]")
@click.option("--at", "when", metavar="TIME", help='Publish it then: 2027-01-31, or "2027-01-31 09:00".')
@click.option("--unschedule", is_flag=True, help="Take its time back; the draft stays.")
@click.option("--due", is_flag=True, help="Publish every draft whose time has come, without asking.")
@click.option("--time-zone", metavar="ZONE", help="Zone of --at, such as Europe/Berlin. [env: PLAINCLAUSE_TIME_ZONE]")
@_BY
@_YES
@_JSON
@with_settings
def publish(
    draft_id: str | None,
    when: str | None,
    unschedule: bool,
    due: bool,
    by: str | None,
    yes: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Publish DRAFT: answers are given from its text from then on. A running server takes it up by itself.

    The text before stays among the policy's versions (plainclause rollback). What was set for a time is published by the server,
    or by plainclause publish --due where a timer runs that; either way once, and late where nothing ran at that time.
    """
    from assistant.bootstrap.factory import open_publisher
    from assistant.company.publishing.times import moment, said

    if due == bool(draft_id) or sum((when is not None, unschedule, due)) > 1:
        raise click.UsageError("give a draft, with --at or --unschedule or neither, or --due alone")
    settings = settings_of(options)
    publisher = open_publisher(settings)
    if draft_id is None:
        _publish_due(by or "plainclause publish --due", publisher, as_json=as_json)
        return
    if when is not None or unschedule:
        at = None if when is None else moment(when, settings.time_zone)
        changed = publisher.schedule(draft_id, at, by or _user())
        if as_json:
            from assistant.surfaces.render.drafts import draft_json

            write_line(json.dumps(draft_json(changed), ensure_ascii=False, indent=2))
        elif at is None:
            click.echo(f"not scheduled any more: {draft_id}")
        else:
            in_utc = "" if settings.time_zone == "UTC" else f" ({said(at, 'UTC')})"
            click.echo(f"scheduled: {draft_id}, for {said(at, settings.time_zone)}{in_utc}")
        return
    kept = publisher.drafts.get(draft_id)
    _ask(
        f"publish draft {draft_id} as the text of {kept.policy_id}?",
        yes=yes or kept.published is not None,
        as_json=as_json,
    )
    _told(publisher.publish(draft_id, by or _user()), as_json=as_json)


@cli.command()
@click.argument("policy_id", metavar="ID")
@click.argument("version")
@click.option("--draft", "only_draft", is_flag=True, help="Only make a draft of it, to see what it would change.")
@_BY
@_YES
@_JSON
@with_settings
def rollback(
    policy_id: str, version: str, only_draft: bool, by: str | None, yes: bool, as_json: bool, **options: Any
) -> None:
    """Make an earlier text of the policy ID the one in use again, as its newest version; nothing is erased.

    VERSION is its number, as plainclause show ID prints it, or 12 to 64 digits of the text's SHA-256, as a permalink has them.
    """
    from assistant.bootstrap.factory import open_publisher

    publisher = open_publisher(settings_of(options))
    if only_draft:
        _drafted(publisher.draft_of_version(policy_id, version, by or _user()), as_json=as_json)
        return
    _ask(f"publish version {version} of {policy_id} again?", yes=yes, as_json=as_json)
    _told(publisher.roll_back(policy_id, version, by or _user()), as_json=as_json)


def _publish_due(by: str, publisher: Publisher, *, as_json: bool) -> None:
    failed, shown = 0, list[dict[str, Any]]()
    for each, outcome in publisher.publish_due(by):
        if isinstance(outcome, Exception):
            failed = max(failed, explained(outcome).exit_code)
            click.echo(f"plainclause: draft {each.id} is due and not published: {explained(outcome).message}", err=True)
        else:
            shown.append({"draft": each.id, **outcome.model_dump(mode="json")})
            if not as_json:
                click.echo(f"published: draft {each.id}, as version {outcome.version} of {outcome.policy_id}")
    if as_json:
        write_line(json.dumps(shown, ensure_ascii=False, indent=2))
    elif not shown and not failed:
        click.echo("nothing is due")
    click.get_current_context().exit(failed)


def _drafted(made: Draft, *, as_json: bool) -> None:
    from assistant.surfaces.render.drafts import draft_json

    if as_json:
        write_line(json.dumps(draft_json(made), ensure_ascii=False, indent=2))
        return
    click.echo(f"draft: {made.id}, for {made.policy_id}, {made.clauses} clauses")
    click.echo(f"  see it      plainclause preview {made.id}")
    click.echo(f"  publish it  plainclause publish {made.id}")


def _told(done: Published, *, as_json: bool) -> None:
    if as_json:
        write_line(json.dumps(done.model_dump(mode="json"), ensure_ascii=False, indent=2))
    elif done.changed:
        click.echo(f"published: version {done.version} of {done.policy_id}, text {done.sha256[:12]}")
    else:
        click.echo(f"unchanged: this is the text of {done.policy_id} (version {done.version})")


def _ask(question: str, *, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json:
        raise click.UsageError("--json asks nothing; give --yes with it")
    if not agreed(question):
        click.echo("not published")
        click.get_current_context().exit(0)


def _with_bar(questions: Sequence[Question]) -> Iterable[Question]:
    from tqdm import tqdm

    bar: Iterable[Question] = tqdm(questions, unit="question", disable=not sys.stderr.isatty(), leave=False)
    return bar


def _lines(path: Path) -> list[str]:
    from assistant.surfaces.cli.version_commands import text_of

    return [line.strip() for line in text_of(path).splitlines() if line.strip()]


def _user() -> str:
    """The name of the user of this machine; of one without a name, the number."""
    try:
        return getpass.getuser().strip() or "unknown"
    except (KeyError, OSError):
        return f"user {os.getuid()}"
