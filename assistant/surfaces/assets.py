"""The files that pages are made of and load: templates, style sheets, scripts."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


@cache  # a server goes on under the version that it began with, whatever becomes of the files
def static_version() -> str:
    """What changes with every byte that a page loads, so that no browser shows an old one; alike on all machines that serve the same
    files, since what one of them sent a page for, another may be asked for."""
    found = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        found.update(f"{file.name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:12]
