"""What tests need of the machine that they run on."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

Needed = TypeVar("Needed")


def required(found: Needed | None, missing: str) -> Needed:
    """What was looked for; where it is not there the test is skipped, or in CI, which installs it, fails."""
    if found is not None:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{missing}; with CI set this is required")
    pytest.skip(missing)
