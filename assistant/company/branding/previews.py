"""Brands that are looked at and not in use: each is known by a token, which only who looks at it is told."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from threading import Lock

from assistant.company.branding.loading import Brand

MOST = 32  # kept at once
KEPT_FOR = 3600.0  # seconds after it was last looked at


class Previews:
    """Keeps them in memory: the same brand has the same token for as long as it is looked at."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._kept: dict[str, tuple[Brand, float]] = {}  # the one looked at last stands last

    def add(self, brand: Brand) -> str:
        """The token of a brand."""
        with self._lock:
            self._drop_old()
            token = next((each for each, (kept, _) in self._kept.items() if kept == brand), secrets.token_urlsafe(24))
            self._kept.pop(token, None)
            self._kept[token] = brand, self._now()
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return token

    def get(self, token: str) -> Brand | None:
        """The brand of a token; None where none has it, or not any more."""
        with self._lock:
            self._drop_old()
            found = self._kept.pop(token, None)
            if found is not None:
                self._kept[token] = found[0], self._now()
            return found[0] if found else None

    def of_version(self, version: str) -> Brand | None:
        """The brand of a version, for its colours and logo."""
        with self._lock:
            return next((brand for brand, _ in self._kept.values() if brand.version == version), None)

    def _drop_old(self) -> None:
        ended = self._now() - KEPT_FOR
        for token in [each for each, (_, seen) in self._kept.items() if seen < ended]:
            del self._kept[token]
