"""Ids that are free for a new policy: from what its document says, or from its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from corpus.shelf.writer import Incoming

_PLAIN = re.compile(  # words that tell no policy from another
    r"\b(?:privacy|cookies?|data|policy|policies|notice|statement|protection|legal|index|www|the|our|and|of|for|html?|com)\b"
)


def suggest_id(incoming: Incoming, taken: Collection[str] = (), *, provider: str | None = None) -> str:
    """An id that is free: from the company, else from what the title has of its own, else from the file's name."""
    document = incoming.document
    company = _slug(provider or document.provider or "")
    address = urlsplit(incoming.origin)
    stem = (address.hostname or "").removeprefix("www.") or Path(incoming.origin).stem
    by_title = _slug(_PLAIN.sub(" ", (document.title or "").casefold()))
    both = f"{company}-{_slug(document.title or '')}" if company else ""
    candidates = [company, both, by_title, _slug(stem), "policy"]
    return _free([candidate for candidate in candidates if candidate], taken)


def suggest_id_by_name(name: str, taken: Collection[str] = ()) -> str:
    """An id that is free, from a file's name alone (with the folders above it): one that stays when the text changes."""
    return _free([_slug(Path(name).with_suffix("").as_posix()) or "policy"], taken)


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:60].strip("-")


def _free(candidates: list[str], taken: Collection[str]) -> str:
    used = {id_.casefold() for id_ in taken}
    numbered = (f"{candidates[0]}-{number}" for number in range(2, len(used) + 3))
    return next(candidate for candidate in [*candidates, *numbered] if candidate not in used)
