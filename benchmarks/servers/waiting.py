"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 200.0  # seconds, on a busy machine


def until(seen: Callable[[], object], what: str = "it", patience: float = PATIENCE) -> None:
    """Wait until something is seen.

    Args:
        seen: whether it is; what it raises goes on to the caller.
        what: is waited for, as the error shall name it.
        patience: seconds.

    Raises:
        TimeoutError: it was not.
    """
    deadline = time.monotonic() + patience
    while not seen():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} was not seen within {patience:g} s")
        time.sleep(0.02)
