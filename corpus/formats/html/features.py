"""What speaks for a part of a web page being text to read, and what for furniture: figures of its nodes, judged elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from corpus.formats.html.dom import Node

HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
TEXT_TAGS: Final = frozenset("p li dd dt td th address blockquote pre figcaption caption summary".split())
INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span strike "
    "strong sub sup time tt u var wbr".split()
)
_CONTROLS: Final = frozenset(["input", "select", "textarea", "button"])
_PRESSED: Final = frozenset("option menuitem menuitemradio menuitemcheckbox treeitem tab switch radio checkbox".split())
_ENDS: Final = re.compile(r"[.!?:;。！？：；…।؟۔።](?:[\s\"'”’»)\]）」』]|\[\d+\])*$")
_CONTACT: Final = re.compile(r"\w@\w|\(at\)|\+\d[\d ()./-]{6,}|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b")
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|(?:19|20)\d\d ?[年년]")
_OWNED: Final = re.compile(
    r"©|\(c\) ?(?:19|20)\d\d|\bcopyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|"
    r"tutti i diritti|alle rechten|版权所有|版權所有|無断転載",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(r"<\w+[^<>]*>")  # of a page, shown by mistake
_BUTTON: Final = re.compile(r"\b(?:btn|button)\b|[_-](?:btn|button)\b", re.IGNORECASE)
_SHORTEST_SENTENCE, _PLAIN_PROSE = 5, 12  # words of a block that ends like a sentence; of one that does not
_LONGEST_NOTICE = 30  # words of a block that says who owns the page and nothing else


@dataclass(slots=True)
class Evidence:
    """Figures of every part of a page, whatever of it is dropped. Each list is summed up from the page's start, so that
    `figure[node.end] - figure[at]` is what the node at `at` holds.

    `said` counts words of blocks that read as prose, `controls` what one presses or fills in (titles of folded parts aside),
    `pressed` the words that one presses, links to other pages and mailboxes aside,
    `headings`, `contacts` and `notices` blocks that are headings, that hold an e-mail address or a telephone number, and that say
    whose the page is; `blocks` all that hold text, `lines` those that are no heading. `reads`, `dated` and `owned` name the
    blocks that read as prose, hold a year, or say whose the page is.
    """

    said: list[int]
    controls: list[int]
    headings: list[int]
    contacts: list[int]
    notices: list[int]
    blocks: list[int]
    lines: list[int]
    pressed: list[int]
    reads: set[int] = field(default_factory=set)
    dated: set[int] = field(default_factory=set)
    owned: set[int] = field(default_factory=set)
    block: list[int] = field(default_factory=list)  # for every node, the block that its text stands in

    @classmethod
    def of(cls, nodes: list[Node]) -> Evidence:
        """The figures of a page whose words are counted."""
        found = cls([], [], [], [], [], [], [], [])
        said, controls, headings, contacts, notices, blocks, lines = ([0] * len(nodes) for _ in range(7))
        texts: dict[int, list[str]] = {}
        words: dict[int, int] = {}
        linked: list[bool] = []
        titled = inside(nodes, lambda node: node.tag in HEADINGS or node.tag in ("summary", "dt"))
        pressable = inside(nodes, _is_pressed)
        pressed = [node.own * (pressable[at] and not titled[at]) for at, node in enumerate(nodes)]
        for at, node in enumerate(nodes):
            parent = node.parent
            found.block.append(found.block[parent] if parent >= 0 and (not node.tag or node.tag in INLINE) else at)
            linked.append((parent >= 0 and linked[parent]) or bool(node.links and node.tag == "a"))
            if node.tag in _CONTROLS or (node.tag == "a" and _is_button(node)):
                controls[at] = not (
                    titled[at] or "aria-expanded" in node.attributes or "aria-controls" in node.attributes
                )
            if node.tag in HEADINGS and node.words:
                headings[at] = 1
            if not node.tag and node.words:
                block = found.block[at]
                texts.setdefault(block, []).append(node.text)
                words[block] = words.get(block, 0) + (0 if linked[at] else node.words)
        for block, pieces in texts.items():
            text = "".join(pieces).strip()
            unlinked = words[block]
            blocks[block] = 1
            lines[block] = int(unlinked > 0 and nodes[block].tag in TEXT_TAGS)
            ends = bool(_ENDS.search(text[-20:]))
            if (
                unlinked >= (_SHORTEST_SENTENCE if ends else _PLAIN_PROSE)
                and nodes[block].tag not in _CONTROLS
                and not _SOURCE.match(text)
            ):
                if unlinked <= _LONGEST_NOTICE and _OWNED.search(text):
                    found.owned.add(block)
                else:
                    said[block] = unlinked
                    found.reads.add(block)
            elif unlinked <= _LONGEST_NOTICE and _OWNED.search(text):
                found.owned.add(block)
            if len(text) <= 2_000 and _CONTACT.search(text):
                contacts[block] = 1
            if len(text) <= 200 and _DATED.search(text):
                found.dated.add(block)
            notices[block] = block in found.owned
        (
            found.said,
            found.controls,
            found.headings,
            found.contacts,
            found.notices,
            found.blocks,
            found.lines,
            found.pressed,
        ) = (
            [0, *accumulate(figures)]
            for figures in (said, controls, headings, contacts, notices, blocks, lines, pressed)
        )
        return found


def _is_pressed(node: Node) -> bool:
    """Whether the words of an element are there to be pressed, and lead to no other page."""
    if node.tag == "a":
        return node.attributes.get("href", "").lower().startswith(("#", "javascript:"))
    return node.tag in ("button", "label") or node.attributes.get("role") in _PRESSED


def _is_button(node: Node) -> bool:
    """Whether a link goes nowhere and looks like a button: "Accept"."""
    attributes, href = node.attributes, node.attributes.get("href", "").lower()
    looks = attributes.get("role") == "button" or bool(_BUTTON.search(attributes.get("class", "")[:300]))
    return looks and (not href or href.startswith(("#", "javascript:")))


def inside(nodes: list[Node], test: Callable[[Node], bool]) -> list[bool]:
    """For every node whether it, or one above it, passes the test."""
    found: list[bool] = []
    for node in nodes:
        found.append((node.parent >= 0 and found[node.parent]) or test(node))
    return found
