"""The files that pages are made of and load: templates, style sheets, scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


@cache  # a server goes on under the version that it began with, whatever becomes of the files
def static_version() -> str:
    """What changes with every file that a page loads, so that no browser shows an old one."""
    return str(max(int(file.stat().st_mtime) for file in STATIC.iterdir()))
