"""What of a web page was taken for furniture, so that a person can check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.formats.html import attributes as names
from corpus.formats.html.pruning import BUTTON, FORM, LABEL, MOVED, OWNER, REPEATED, STRUCK, View

_LONGEST = 20_000  # characters of a part that are kept
_MOST = 1_000  # parts of a page that are told; what comes after is counted with the last
_DOUBTFUL = 0.05  # of the prose: what is left out above this should be looked at
_FEWEST = 40  # words of prose below which nobody need look
_SURELY: Final = (FORM, BUTTON, LABEL, REPEATED, OWNER, STRUCK)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a page that was left out: its text, its words, how many of them read as prose that might be the
    policy's, and why it was taken for furniture."""

    text: str
    words: int
    prose: int
    why: str


def left_out(view: View) -> tuple[LeftOut, ...]:
    """The parts that were left out of a page, in its order; neighbours that were left out for one reason are one."""
    nodes, found, at = view.nodes, list[LeftOut](), 0
    last: tuple[str, int] | None = None  # the last one's reason and parent; None: text is kept since
    while at < len(nodes):
        node = nodes[at]
        if not node.dropped:
            last = None if node.own else last
            at += 1
            continue
        if node.why not in ("", MOVED) and view.whole[at]:
            new = LeftOut(view.text(at, _LONGEST), view.whole[at], _prose(view, at), node.why)
            if last == (node.why, node.parent) or len(found) >= _MOST:
                before = found[-1]
                text = f"{before.text} {new.text}"[:_LONGEST] if len(before.text) < _LONGEST else before.text
                found[-1] = LeftOut(text, before.words + new.words, before.prose + new.prose, before.why)
            else:
                found.append(new)
            last = (node.why, node.parent)
        at = node.end
    return tuple(found)


def doubt(left: Sequence[LeftOut], kept: int) -> list[str]:
    """What a person should know of what was left out of a page of which so many words were kept: that words of it are struck out,
    and that it is much prose."""
    struck = ["struck-out words are left out"] if any(part.why == STRUCK for part in left) else []
    prose = sum(part.prose for part in left)
    share = prose / max(prose + kept, 1)
    if prose < _FEWEST or share <= _DOUBTFUL:
        return struck
    return [
        *struck,
        f"{share:.0%} of the text on the page ({prose:,} words) was taken for furniture and left out: look at it (--verbose)",
    ]


def _prose(view: View, at: int) -> int:
    """The words of a part that might be a policy's."""
    node = view.nodes[at]
    surely = node.why in _SURELY or names.always(node) is not None or names.is_banner(node)
    return 0 if surely else min(view.said(at), view.whole[at])
