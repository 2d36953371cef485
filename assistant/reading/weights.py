"""The files that `make train` writes for the reader, beside this module: what was learned, and the bounds set with it."""

from __future__ import annotations

from pathlib import Path

from assistant.reading.bounds import Bounds
from index.stored_files import file_sha256

LEARNED = Path(__file__).parent / "plainclause-reader.safetensors"
BOUNDS = Path(__file__).parent / "plainclause-reader.json"


def sha256(learned: Path = LEARNED) -> str:
    """The hash that names a reader: of what was learned (the base is named by the code that merges it)."""
    return file_sha256(learned)


def bounds() -> Bounds:
    """What turns this reader's readings into a verdict."""
    return Bounds.model_validate_json(BOUNDS.read_bytes())
