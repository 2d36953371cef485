"""Texts to put onto a shelf, and what a reader finds there."""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpus.errors import NoPolicies
from corpus.formats.convert import Document
from corpus.shelf.catalogue import catalogue, open_shelf
from corpus.shelf.shelf_files import stored_text
from corpus.shelf.writer import Incoming, add


def incoming(words: str, **stated) -> Incoming:
    text = f"# Privacy\n\n{words}\n"
    return Incoming(Document(text, "markdown", **stated), "acme.md", hashlib.sha256(text.encode()).hexdigest())


def state(folder: Path) -> dict[str, tuple[str, str, int]]:
    """What a reader finds on a shelf, all of it sound: id -> text, title, number of versions."""
    try:
        shelf = open_shelf(folder)
    except NoPolicies:
        assert not folder.exists() or catalogue(folder) == ({}, ())
        return {}
    assert shelf.problems == ()
    entries, problems = catalogue(folder)
    assert problems == ()
    for entry in entries.values():
        for version in entry.metadata.versions:
            stored_text(folder, version.text)
    return {p.id: (p.text, p.title, len(entries[p.id].metadata.versions)) for p in shelf.values()}


def new_shelf(folder: Path) -> Path:
    """A shelf with a policy that is tended by hand, and one that was added."""
    folder.mkdir()
    (folder / "tended.md").write_text("# Tended\n\nWe keep nothing.\n")
    add(folder, "acme", incoming("We sell nothing.", title="First"))
    return folder
