"""Where, when and of what a measure was taken: the machine, the time, and the commit of the working tree."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from typing import Any

from assistant.reading.known_readings import processor
from assistant.settings import ROOT


def provenance() -> dict[str, Any]:
    """What every result begins with, JSON-ready: machine, commit and the time, in UTC, to the minute."""
    return {"machine": machine(), "commit": commit(), "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}"}


def machine() -> dict[str, Any]:
    """Processor, number of cores, system and Python, JSON-ready."""
    return {
        "cpu": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


@cache  # what is measured is the tree that a run began with; its parts write their results into it one after the other
def commit() -> str:
    """The commit, "-dirty" where files differ from it, or "unknown" outside a repository."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"
