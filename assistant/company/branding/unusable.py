"""What makes a value of a branding file unusable: in words for the command line, and by its kind for pages in other languages."""

from __future__ import annotations


class Unusable(ValueError):
    """A value that a branding file cannot hold. The words go on from "which ..."; `kind` is a key of the pages' texts."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind
