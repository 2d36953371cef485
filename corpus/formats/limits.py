"""How much of a document is read at most: real policies stay far below, and what is above would keep the reader busy."""

from __future__ import annotations

from typing import Final

from corpus.errors import UnreadablePolicy

MOST_BYTES: Final = 20_000_000  # of a file, pictures and all
MOST_CHARACTERS: Final = (
    2_000_000  # code points of text, of which none took over eight seconds; the longest policy measured has 250,000
)
MOST_LINES: Final = 30_000  # that hold something; the longest policy measured has 2,500
MOST_TAGS: Final = 200_000  # of a page; the largest one measured has 12,000
MOST_PAGES: Final = 500  # of a PDF
MOST_SECONDS: Final = 4  # of processor time for the letters of a PDF; a hundred pages take one
MOST_MEMORY: Final = 2_000_000_000  # bytes, for the same
MOST_UNPACKED: Final = 40_000_000  # bytes of a DOCX, unpacked
MOST_RATIO: Final = 200  # unpacked to packed bytes of one part of a DOCX; plain XML packs to a tenth or a twentieth
MOST_PARTS: Final = 2_000  # of a DOCX


def too_large(name: str, found: str, most: str) -> UnreadablePolicy:
    """The refusal of a document that is larger than any policy; `found` and `most` say of what ("30 MB", "20 MB")."""
    return UnreadablePolicy(
        f'document "{name}" holds {found}, at most {most} are read; save the policy alone in a file'
    )


def check_characters(count: int, name: str) -> None:
    """Refuse a text that is longer than any policy.

    Raises:
        UnreadablePolicy: more than `MOST_CHARACTERS` code points.
    """
    if count > MOST_CHARACTERS:
        raise too_large(name, f"{count:,} characters of text", f"{MOST_CHARACTERS:,}")


def check_text(text: str, name: str) -> None:
    """Refuse a text that is longer, or has more lines, than any policy.

    Raises:
        UnreadablePolicy: more than `MOST_CHARACTERS` code points or `MOST_LINES` lines that are not blank.
    """
    check_characters(len(text), name)
    lines = sum(1 for line in text.splitlines() if line.strip())
    if lines > MOST_LINES:
        raise too_large(name, f"{lines:,} lines", f"{MOST_LINES:,}")
