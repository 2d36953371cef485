"""A PDF -> blocks: paragraphs put together again, headings by the size and weight of their letters, lists by their marks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Final

from corpus.errors import UnreadablePolicy
from corpus.formats.limits import MOST_CHARACTERS, MOST_PAGES, MOST_SECONDS, too_large
from corpus.formats.markdown_writer import Part, Words
from corpus.formats.metadata.extract import Head
from corpus.formats.pdf.letters import Letters
from corpus.formats.pdf.lines import Line, lines_of
from corpus.formats.pdf.paragraphs import blocks_of
from corpus.text.markdown_blocks import address_of

_MOST_WAITING: Final = 60  # seconds until it is given up on a machine that is busy with other things
_FILE_NAME: Final = re.compile(r"^Microsoft Word - |\.(?:docx?|odt|rtf|pages|indd|pdf|html?|pptx?)$", re.IGNORECASE)
_FEWEST_LETTERS = 25  # a page, on average: below, it is a scan
_MOST_NAMELESS, _SOME_NAMELESS = 0.2, 0.01  # of all letters: refused, warned of; below, they are bullets and signs
_MANY_LETTERS = 400  # that no scan has by chance


def parts_of(data: bytes, name: str) -> tuple[list[Part], Head, list[str]]:
    """The blocks of a PDF, its title, and warnings.

    Raises:
        UnreadablePolicy: encrypted, scanned, broken, larger than any policy, or too much work.
    """
    letters = _letters(data, name)
    refused, found = letters.get("refused"), letters.get("found", "")
    if refused == "encrypted":
        raise UnreadablePolicy(f'document "{name}" is encrypted; save it without a password')
    if refused == "pages":
        raise too_large(name, found, f"{MOST_PAGES:,}")
    if refused == "characters":
        raise too_large(name, found, f"{MOST_CHARACTERS:,}")
    if refused:
        raise _broken(name, found)
    lines = lines_of(
        (
            Line(
                tuple(Words(text, strong, address_of(link)) for text, strong, link in line["runs"]),
                line["size"],
                line["left"],
                line["right"],
                line["top"],
                line["bottom"],
                line["page"],
            ),
            line["goes_on"],
        )
        for line in letters["lines"]
    )
    pages = letters["pages"]
    count = sum(len(line.text) for line in lines)
    if count < min(_FEWEST_LETTERS * pages, _MANY_LETTERS):
        raise UnreadablePolicy(
            f'document "{name}" is scanned ({pages} page{"s" * (pages != 1)}, {count} letters of text); '
            "recognise its text (OCR) first, or take the policy as text"
        )
    nameless = letters["nameless"]
    if nameless > _MOST_NAMELESS * count:
        raise UnreadablePolicy(
            f'document "{name}" does not say which letters it shows ({nameless:,} of {count:,}); '
            "recognise its text (OCR) first, or take the policy as text"
        )
    empty = sorted(set(range(pages)) - {line.page for line in lines})
    warnings = []
    if nameless > _SOME_NAMELESS * count:
        warnings.append(f"of {nameless:,} letters the document does not say which they are: are their words right?")
    if empty:
        shown = ", ".join(str(page + 1) for page in empty[:5]) + (", ..." if len(empty) > 5 else "")
        warnings.append(f"no text on {len(empty)} of {pages} pages ({shown}): are they scanned?")
    blocks, beside = blocks_of(lines, letters["rules"])
    return list(blocks), Head(title=_title(letters["title"]), beside=beside), warnings


def _title(given: str) -> str | None:
    """The title that a file gives itself; its name, which word processors put there, is none."""
    return None if _FILE_NAME.search(given) else given or None


def _letters(data: bytes, name: str) -> Letters:
    """What `letters` says of the file, in a process of its own, with limits."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "corpus.formats.pdf.letters"],
            input=data,
            capture_output=True,
            timeout=_MOST_WAITING,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much_work(name) from error
    if done.returncode < 0:
        raise _too_much_work(name)
    try:
        letters: Letters = json.loads(done.stdout)
    except ValueError as error:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise _broken(name, last[0][:150]) from error
    return letters


def _too_much_work(name: str) -> UnreadablePolicy:
    return UnreadablePolicy(
        f'document "{name}" takes more than {MOST_SECONDS} seconds to read, or breaks the reader; '
        "print it to PDF again, or save it as text"
    )


def _broken(name: str, found: str) -> UnreadablePolicy:
    return UnreadablePolicy(
        f'document "{name}" is no PDF that can be read ({found.rstrip(".")}); print it to PDF again, or save it as text'
    )
