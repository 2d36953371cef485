"""Whether a document is on the shelf already, under whatever name it comes."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
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


class ShelvedTexts:
    """The texts of a shelf: of each policy the last one that came in, by its bytes and by its words, however they were set and called."""

    def __init__(self, folder: Path, entries: Iterable[Entry]) -> None:
        self._folder = folder
        self._came: dict[str, list[str]] = defaultdict(list)
        self._said: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take in a policy that was added."""
        if entry.metadata.versions:
            self._came[entry.metadata.versions[-1].sha256].append(entry.id)
        with contextlib.suppress(CorpusError):  # what cannot be read is nobody's double
            self._said[_words_of(self._folder, entry)].append(entry.id)

    def of_bytes(self, sha256: str) -> list[str]:
        """The ids of the policies that came in as a document of this hash."""
        return list(self._came.get(sha256, ()))

    def of(self, incoming: Incoming) -> list[str]:
        """The ids of the policies that are this document, in order."""
        said = self._said.get(_words(incoming.document.markdown), ())
        return sorted({*self._came.get(incoming.sha256, ()), *said})


def same_text(folder: Path, incoming: Incoming) -> list[str]:
    """The ids of the policies that are this document, in order."""
    if not folder.is_dir():
        return []
    return ShelvedTexts(folder, catalogue(folder)[0].values()).of(incoming)


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


@lru_cache(
    maxsize=100_000
)  # 20 MB; a stored text never changes, and each document of a folder is compared with all of them
def _words_of_stored(folder: Path, name: str) -> str:
    return _words(decode(stored_text(folder, name), name))
