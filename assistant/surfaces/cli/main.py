"""The command line. Heavy parts are imported inside the commands, so that `--help` does not wait for them."""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from assistant.surfaces.cli import (  # noqa: F401  (their commands join the group when they are imported)
    answers_commands,
    backup_commands,
    branding_commands,
    commands,
    database_commands,
    feedback_commands,
    inbox_commands,
    inspect_commands,
    people_commands,
    publish_commands,
    shelf_commands,
    version_commands,
)
from assistant.surfaces.cli.app import cli, explained

__all__ = ["cli", "main"]


def main() -> NoReturn:
    """Run the command line. Exit codes: 0 answered, 2 bad usage or input, 1 anything else."""
    try:
        code = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        # A group named without a command: its help says which there are.
        print(error.format_message(), file=sys.stderr)
        sys.exit(2)
    except click.ClickException as error:
        _fail(error.format_message().rstrip("."), 2, getattr(error, "ctx", None))
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", 130)
    except BrokenPipeError:  # the reader of our output went away: not our error
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        failure = explained(error)
        _fail(failure.message, failure.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int, context: click.Context | None = None) -> NoReturn:
    hint = f"; see {context.command_path} --help" if context else ""
    print(f"plainclause: {' '.join(message.split())}{hint}", file=sys.stderr)
    sys.exit(code)
