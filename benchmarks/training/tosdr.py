"""ToS;DR's approved points: a plain statement about a service, and the words of its document that prove it.

The data (CC BY-SA 3.0, tosdr.org) is for training and is not part of this project.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path("tosdr") / "quotes.jsonl"
SHA256 = "a489152def09dbc2231f6cd8ac7e18478c1fa074218116833a2eeed3bf980a90"  # of the file, which questions name quotations of
_SHORTEST_QUOTE, _SHORTEST_STATEMENT, _LONGEST_QUOTE = 25, 8, 700  # code points
_TAG = re.compile(r"<[^>]+>")


class Statement(NamedTuple):
    """What is said of a document, the words that prove it, and the kind of thing it is (the same for many documents)."""

    said: str
    quote: str
    kind: str


def statements(data: Path) -> list[Statement]:
    """All statements, two for a point whose title says it in other words.

    Raises:
        FileNotFoundError: the data folder holds no such file.
    """
    made: list[Statement] = []
    for point in _points(data):
        quote = _plain(point["quote"])
        case, title = _plain(point["case"]), _plain(point["title"] or "")
        if len(quote) < _SHORTEST_QUOTE or len(case) < _SHORTEST_STATEMENT:
            continue
        said = [case] + [title] * (len(title) > _SHORTEST_STATEMENT and title.lower() != case.lower())
        made += [Statement(each, quote[:_LONGEST_QUOTE], case) for each in said]
    return made


def quotes(data: Path) -> dict[str, str]:
    """The quotations by the number of their point, without markup.

    Raises:
        FileNotFoundError: the data folder holds no such file.
    """
    return {point["id"]: _plain(point["quote"]) for point in _points(data)}


def _points(data: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, (data / FILE).read_text(encoding="utf-8").splitlines())


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
