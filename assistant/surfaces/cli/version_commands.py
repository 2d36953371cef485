"""The commands about versions of policies: what changed and what it means, whether citations stand, what a policy speaks of.
Heavy parts are imported inside the commands, as in `cli`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import assistant_of, cli, settings_of, with_settings, write_line

if TYPE_CHECKING:
    from assistant.model import Question
    from corpus.model import Policy


def _form_of(what: str, *more: str) -> Callable[[Any], Any]:
    """The option `--format` of a command that writes text, JSON, or one of some more forms."""
    forms = click.Choice(["text", "json", *more])
    return click.option("--format", "form", type=forms, default="text", show_default=True, help=f"Form of the {what}.")


@cli.command()
@click.argument("versions", nargs=-1, required=True, metavar="[OLD] NEW")
@_form_of("report", "html")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    help="File of questions to put to both, golden JSON lines or one question a line; without it the practice bank's.",
)
@click.option("--all", "everything", is_flag=True, help="List what did not change, too.")
@with_settings
def diff(versions: tuple[str, ...], form: str, questions: Path | None, everything: bool, **folders: Any) -> None:
    """Show what changed between two versions of a policy, and which questions it answers otherwise.

    OLD and NEW are ids of policies, or ID@SHA (12 digits of the text's SHA-256) for a text that was kept from earlier. NEW
    alone is compared with what it supersedes.
    """
    if len(versions) > 2:
        raise click.UsageError(f"{len(versions)} versions given; name two, OLD NEW, or one that supersedes another")
    from tqdm import tqdm

    from assistant.bootstrap.factory import archive_of
    from assistant.review.impact import bank_questions, replay, superseded_by, version
    from assistant.surfaces.render.versions import changes_html, changes_json, changes_text

    assistant = assistant_of(folders)
    policies, archive = assistant.policies, archive_of(settings_of(folders))
    new = version(versions[-1], policies, archive)
    old = version(versions[0], policies, archive) if len(versions) == 2 else superseded_by(new, policies, archive)
    asked = bank_questions(assistant.bank) if questions is None else _questions(questions, old, new)
    replayed = list(
        replay(assistant, old, new, tqdm(asked, unit="question", disable=not sys.stderr.isatty(), leave=False))
    )
    if form == "json":
        fields = changes_json(old, new, policies, replayed, everything=everything)
        write_line(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        written = changes_html if form == "html" else changes_text
        write_line(written(old, new, policies, replayed, everything=everything).rstrip("\n"))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_form_of("report")
@with_settings
def verify(file: Path, form: str, **folders: Any) -> None:
    """Check that the quotes of FILE stand where they say, and where they have gone since.

    FILE (- for standard input) holds a citation, an answer as ask --json prints it, or one of these a line. Exit code 0: each
    stands in the version that it names; 1: one does not.
    """
    from assistant.bootstrap.factory import archive_of, open_policies
    from assistant.surfaces.render.versions import verified_text
    from corpus.versions.verify import citations_of
    from corpus.versions.verify import verify as verified

    citations = citations_of(text_of(file))
    settings = settings_of(folders)
    shelf, archive = open_policies(settings, lenient=True), archive_of(settings)
    verdicts = [verified(citation, shelf, archive) for citation in citations]
    if form == "json":
        write_line(json.dumps([each.model_dump(mode="json") for each in verdicts], ensure_ascii=False, indent=2))
    else:
        write_line(verified_text(verdicts))
    if not all(each.stands for each in verdicts):
        click.get_current_context().exit(1)


@cli.command()
@click.argument("policy", metavar="ID")
@_form_of("outline")
@with_settings
def outline(policy: str, form: str, **folders: Any) -> None:
    """Show the clauses of a policy by what they do and to which data, and what it does not speak of."""
    from assistant.review.outline import Outlines
    from assistant.surfaces.render.versions import outline_text

    assistant = assistant_of(folders)
    of_policy = Outlines(assistant).of(policy)
    if form == "json":
        write_line(json.dumps(of_policy.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        write_line(outline_text(of_policy, assistant.policies[policy]))


def _questions(path: Path, old: Policy, new: Policy) -> list[Question]:
    """The questions of a file, each once: golden ones (JSON lines) that are of these policies or of none, or one a line."""
    from assistant.errors import BadGolden, BadQuestion
    from assistant.evaluation.golden import read
    from assistant.model import Question, checked

    lines = text_of(path).splitlines()
    filled = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    if filled and filled[0][1].startswith("{"):
        of_these = [each for each in read(path) if each.answered_by in (None, old.id, new.id)]
        asked = [Question(question=each.question, history=each.history) for each in of_these]
        what = f'of policy "{old.id}" or "{new.id}"' if old.id != new.id else f'of policy "{new.id}"'
    else:
        asked, what = [], "in it"
        for number, line in filled:
            try:
                asked.append(Question(question=checked(line)))
            except BadQuestion as error:
                raise BadGolden(f'file "{path}" line {number}: {error}') from None
    if not asked:
        raise BadGolden(f'file of questions "{path}" holds no question {what}; give one a line')
    return list({(each.question, each.history): each for each in asked}.values())


def text_of(path: Path) -> str:
    """The text of a file, or of standard input for "-".

    Raises:
        AssistantError: it is not there, or not UTF-8.
    """
    from assistant.errors import AssistantError

    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise AssistantError(
            f'file "{path}" does not exist; give the path of a file, or - for standard input'
        ) from None
    except IsADirectoryError:
        raise AssistantError(f'"{path}" is a folder; give the path of a file in it') from None
    except UnicodeDecodeError as error:
        raise AssistantError(
            f'file "{path}" is not UTF-8 (byte 0x{error.object[error.start]:02x} at {error.start}); convert it'
        ) from None
