"""The command line in tests: commands run within the test's own process, on folders of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from assistant.surfaces.cli.main import cli

POLICY = """# Acme Privacy Policy

Effective date: May 1, 2024

## Sharing

We never share your data with third parties. We tell you first if that changes.

## Keeping

We keep your data for ten days.
"""


def runner(folder: Path) -> Callable[..., Result]:
    """`run(argument, ..., answers="")` runs a command on `shelf` and `data` in a folder, with the hashing encoder."""
    environment = {
        "PLAINCLAUSE_ENCODER": "hashing",
        "PLAINCLAUSE_STORE": "exact",
        "PLAINCLAUSE_DATA": str(folder / "data"),
        "PLAINCLAUSE_POLICIES": str(folder / "shelf"),
    }

    def run(*arguments: object, answers: str = "") -> Result:
        return CliRunner(env=environment).invoke(cli, [str(each) for each in arguments], input=answers)

    return run


def bad(result: Result, *words: str) -> None:
    """That a command failed, and said these words."""
    said = result.stderr + str(result.exception or "")
    assert result.exit_code != 0, result.output
    for word in words:
        assert word in said
