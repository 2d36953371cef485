"""What all commands share: the group they join, their options, settings, output, and the line for an error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from assistant.surfaces.notices import show_notices

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.company.branding.loading import Brand
    from assistant.model import Question
    from assistant.settings import Settings
    from assistant.surfaces.cli.json_lines import Respond

_OPTIONS = [
    click.option(
        "--policies",
        "policies_folder",
        type=click.Path(path_type=Path),
        help="Folder of policies (.md, .txt). [env: PLAINCLAUSE_POLICIES]",
    ),
    click.option(
        "--data",
        "data_folder",
        type=click.Path(path_type=Path),
        help="Folder for what is built and what is kept. [env: PLAINCLAUSE_DATA]",
    ),
    click.option("--encoder", help="sentence-transformers model, by name or path. [env: PLAINCLAUSE_ENCODER]"),
]


NUMBER = click.IntRange(max=2**31 - 1)
"""The number of a row, as far as a database counts."""

MOST = click.IntRange(1, 2**31 - 1)
"""How many rows at most."""


def text_of_option(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """What a person says, if it is text that can be kept: a terminal of another encoding gives bytes that are none.

    Raises:
        BadParameter.
    """
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it is not UTF-8; write it so", param=option) from None
    return value


def with_settings(command: Any) -> Any:
    """The options that name folders and encoder, which `settings_of` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def with_data(command: Any) -> Any:
    """The option that names the data folder alone, for commands about what a company keeps."""
    return _OPTIONS[1](command)


def with_settings_but_ids(command: Any) -> Any:
    """The same where `--policies` takes ids: the folder of policies has another name."""
    folder = click.option(
        "--policies-folder",
        type=click.Path(path_type=Path),
        help="Folder of policies (.md, .txt). [env: PLAINCLAUSE_POLICIES]",
    )
    for option in reversed([folder, *_OPTIONS[1:]]):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="plainclause", prog_name="plainclause")
def cli() -> None:
    """Answers a question about a privacy policy with the clause that answers it, quoted exactly."""
    show_notices()


class Explained(NamedTuple):
    """The line for an error; the exit code, 2 where the input is at fault, 1 where the state of things is; whether this kind
    of error was foreseen."""

    message: str
    exit_code: int
    foreseen: bool = True


def explained(error: Exception) -> Explained:
    """What to say of an error."""
    from pydantic import ValidationError

    from corpus.errors import PlainclauseError

    if isinstance(error, PlainclauseError):
        return Explained(str(error), error.exit_code)
    if isinstance(error, ValidationError) and error.title == "Settings":
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        complaint = f'setting "{name}" has the value {first["input"]!r}: {first["msg"]}'
        return Explained(f"{complaint}; mend PLAINCLAUSE_{name.upper()}", 2)
    if isinstance(error, OSError):
        return Explained(f'{error.strerror or error} ("{error.filename}"); check the folder and its permissions', 1)
    return Explained(f"unexpected {type(error).__name__}: {error}; please report it", 1, foreseen=False)


def settings_of(options: dict[str, Any]) -> Settings:
    """The settings, of the environment where no option was given.

    Raises:
        pydantic.ValidationError: a value that cannot be used.
    """
    from assistant.settings import Settings

    names = {"policies_folder": "policies", "data_folder": "data"}
    return Settings(**{names.get(name, name): value for name, value in options.items() if value is not None})


def assistant_of(folders: dict[str, Any]) -> Assistant:
    """The assistant over what the options name. Where no index has been built yet, it is built first, and standard error tells
    of it; an index of other policies is left alone, since it may be wanted for those.

    Raises:
        PlainclauseError (corpus.errors): something is not as it should be.
    """
    from assistant.bootstrap.factory import build_index, open_assistant
    from index.errors import MissingIndex

    settings = settings_of(folders)
    try:
        return open_assistant(settings)
    except MissingIndex as error:
        click.echo(f"building the index, once ({error.reason})", err=True)
        build_index(settings)
        return open_assistant(settings)


def brand_of(folders: dict[str, Any]) -> Brand:
    """What the settings' branding file says now.

    Raises:
        BadBranding (assistant.errors).
    """
    from assistant.company.branding.loading import brand_now

    return brand_now(settings_of(folders))


def each_line(respond: Callable[[Question], dict[str, Any]], all_at_once: Respond | None = None) -> None:
    """Answer the questions on standard input, a line each: `all_at_once` some together, where it can; else `respond` each."""
    from tqdm import tqdm

    from assistant.surfaces.cli.json_lines import answered

    def attempted(question: Question) -> dict[str, Any] | Exception:
        try:
            return respond(question)
        except Exception as error:
            return error

    def each(questions: Sequence[Question]) -> Sequence[dict[str, Any] | Exception]:
        if all_at_once is not None:
            try:
                return all_at_once(questions)
            except Exception:  # one of them goes wrong in a way that nobody foresaw: the others are still answered
                pass
        return [attempted(question) for question in questions]

    def described(error: Exception) -> dict[str, Any]:
        said = explained(error)
        return {"type": type(error).__name__ if said.foreseen else "InternalError", "message": said.message}

    lines = tqdm(sys.stdin.buffer, unit="line", disable=not sys.stderr.isatty() or sys.stdin.isatty())
    for line in answered(lines, each, described):
        write_line(line)


def write_line(text: str) -> None:
    """A line to standard output in UTF-8, whatever the terminal's encoding."""
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def write_lines(lines: Iterable[str]) -> None:
    """Lines of text to standard output."""
    for each in lines:
        click.echo(each)
