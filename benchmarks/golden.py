"""The golden questions of this folder; their format and their checks are assistant/evaluation/golden.py."""

from __future__ import annotations

from pathlib import Path

from assistant.evaluation.golden import Golden, read

FOLDER = Path(__file__).parent


def load(name: str) -> list[Golden]:
    """The golden questions of a file in this folder, such as "golden_tune".

    Raises:
        BadGolden (assistant.errors): a line does not follow the format.
    """
    return read(FOLDER / f"{name}.jsonl")
