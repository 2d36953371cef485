"""Whether a document is on the shelf already, under whatever name it comes."""

from __future__ import annotations

import contextlib
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusError
from corpus.shelf.catalogue import Entry, catalogue
from corpus.shelf.shelf_files import file_bytes, stored_text
from corpus.text.canonical import decode

if TYPE_CHECKING:
    from corpus.shelf.writer import Incoming


class AlreadyShelved(CorpusError):
    """A document that the shelf has under another id."""


def same_text(folder: Path, incoming: Incoming) -> list[str]:
    """The ids of the policies that are this document: of each the last text that came in has its bytes, or its words, however
    they were set and called."""
    if not folder.is_dir():
        return []
    words = _words(incoming.document.markdown)
    found = []
    for entry in catalogue(folder)[0].values():
        came = entry.metadata.versions[-1].sha256 if entry.metadata.versions else None
        with contextlib.suppress(CorpusError):  # what cannot be read is nobody's double
            if came == incoming.sha256 or _words_of(folder, entry) == words:
                found.append(entry.id)
    return found


def refusal(name: str, policy_id: str) -> AlreadyShelved:
    """What is said of a document that the shelf has as the policy of this id, where nobody is asked."""
    return AlreadyShelved(
        f'document "{name}" has the text of policy "{policy_id}", which is on the shelf; give --id to have it there twice, '
        f"or make it that policy's next version (plainclause replace {policy_id} FILE)"
    )


def _words(text: str) -> str:
    """A text by its words: the same for the same policy as Markdown, as plain text, and wrapped otherwise."""
    return hashlib.sha256(" ".join(re.findall(r"[^\W_]+", text.casefold())).encode("utf-8", "replace")).hexdigest()


def _words_of(folder: Path, entry: Entry) -> str:
    if entry.tended is not None:
        return _words(decode(file_bytes(entry.tended, folder.resolve()), str(entry.tended)))
    return _words_of_stored(folder, entry.metadata.text or "")


@lru_cache(maxsize=4_096)  # a stored text never changes, and each document of a folder is compared with all of them
def _words_of_stored(folder: Path, name: str) -> str:
    return _words(decode(stored_text(folder, name), name))
