"""Where the part of a title ends and no heading follows: a sign in the Markdown that a reader of documents writes there.

A page may fold a part of its text below a title; what follows the part stands below the heading before it again. Markdown has
no way to say so, since there a heading holds until the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from corpus.text.canonical import Reading

# "## ⁂": a heading that says nothing, of the level that goes on. No rule ("---"), which people set where they like.
BACK: Final = "⁂"
_BACK: Final = re.compile(rf"^(#{{1,6}})[ \t]+{BACK}[ \t\r]*$", re.MULTILINE)


class End(NamedTuple):
    """From which place of a canonical text on no heading below a level holds."""

    at: int
    level: int


def ends_of(reading: Reading) -> list[End]:
    """The signs of a text, in order; one with nothing behind it ends nothing."""
    found = list(_BACK.finditer(reading.source))
    runs = reading.offsets.runs if found else ()
    starts = [run.source_start for run in runs]
    places = [(bisect_left(starts, one.start()), len(one[1])) for one in found]
    return [End(runs[at].text_start, level) for at, level in places if at < len(runs)]
