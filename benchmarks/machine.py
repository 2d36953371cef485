"""Where and of what a measure was taken: the machine, and the commit of the working tree."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from assistant.settings import ROOT


def machine() -> dict[str, Any]:
    """Processor, number of cores, system and Python, JSON-ready."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


@cache  # what is measured is the tree that a run began with; its parts write their results into it one after the other
def commit() -> str:
    """The commit, "-dirty" where files differ from it, or "unknown" outside a repository."""
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
