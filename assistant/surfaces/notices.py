"""What the floors below tell of their work, on standard error: what is built, what is left out, what is amiss."""

from __future__ import annotations

import logging
import sys

_FLOORS = ("corpus", "index", "assistant")


class _Notices(logging.Handler):
    """Messages alone, a line each. Standard error is looked up at each of them: it may be another by then."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


def show_notices() -> None:
    """Have notices shown from now on; to say so again changes nothing."""
    for floor in _FLOORS:
        logger = logging.getLogger(floor)
        if not any(isinstance(handler, _Notices) for handler in logger.handlers):
            logger.addHandler(_Notices())
            logger.setLevel(logging.INFO)
