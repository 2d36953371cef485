"""A web page while its policy is looked for: the figures of its parts, and how parts are dropped and taken back."""

from __future__ import annotations

import re
from typing import Final

from corpus.formats.html import attributes as names
from corpus.formats.html import phrases as speech
from corpus.formats.html.dom import Node, count
from corpus.formats.html.features import Evidence, inside
from corpus.formats.html.layout_tables import mark_layouts

NEVER: Final = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video map select textarea input datalist "
    "progress meter head title link meta base picture img applet frameset".split()
)
# A saved page keeps "visibility: hidden" of what an animation had not shown yet: that is no sign.
_UNSEEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_STRUCK: Final = re.compile(r"text-decoration(?:-line)?\s*:[^;]{0,80}\bline-through", re.IGNORECASE)
# Why a part is dropped that is no policy, however much it says; others say what they are marked or named as.
FORM, BUTTON, LABEL, REPEATED, OWNER, STRUCK, MOVED = (
    "a form",
    "a button",
    "a label",
    "stands on the page twice",
    "says whose the page is",
    "struck out",
    "stands as a title elsewhere",
)
MOST_SHARE = 0.35  # of the page's words, above which it is no furniture, whatever it is called
TEXT = 60  # words of prose, from which a part is text like the policy itself
PROSE_OF_A_CONTROL = 20  # words of prose that a part with something to press needs for each to be text
_LOOKED_BACK = 200  # nodes before a block in which the one before it is looked for


def prose(node: Node) -> int:
    """The words of a node that are not the text of links to other pages."""
    return node.words - node.linked


def is_hidden(node: Node) -> bool:
    """Whether a browser shows nothing of it, at least until somebody clicks."""
    attributes = node.attributes
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(_UNSEEN.search(attributes.get("style", "")))
    )


def is_struck(node: Node) -> bool:
    """Whether a page shows an element with a line through it: it does not hold any more."""
    return node.tag in ("del", "s", "strike") or bool(_STRUCK.search(node.attributes.get("style", "")))


class View:
    """A page, and what its parts hold; parts are named by the positions of their nodes."""

    def __init__(self, nodes: list[Node]) -> None:
        for node in nodes:
            node.dropped = node.tag in NEVER or node.tag == "#"
        settle(nodes)
        mark_layouts(nodes)
        self.nodes = nodes
        self.whole = [node.words for node in nodes]  # before anything is dropped
        self.tabs: dict[int, int] = {}  # panels -> their tabs
        for node in nodes:
            if is_struck(node):
                drop(node, STRUCK)
        settle(nodes)
        self.evidence = Evidence.of(nodes)
        self.total = prose(nodes[0])
        self.in_main = inside(nodes, names.is_main)

    def said(self, at: int) -> int:
        """The words of blocks that read as prose."""
        return self._of(self.evidence.said, at)

    def controls(self, at: int) -> int:
        """How many things to press or fill in."""
        return self._of(self.evidence.controls, at)

    def pressed(self, at: int) -> int:
        """The words that one presses, links to other pages aside."""
        return self._of(self.evidence.pressed, at)

    def headings(self, at: int) -> int:
        """How many headings."""
        return self._of(self.evidence.headings, at)

    def contacts(self, at: int) -> int:
        """How many blocks with an e-mail address or a telephone number."""
        return self._of(self.evidence.contacts, at)

    def has_parts(self, at: int) -> bool:
        """Whether a part has blocks of its own."""
        return self.evidence.blocks[self.nodes[at].end] > self.evidence.blocks[at + 1]

    def notices(self, at: int) -> int:
        """How many blocks that say whose the page is."""
        return self._of(self.evidence.notices, at)

    def _of(self, figure: list[int], at: int) -> int:
        return figure[self.nodes[at].end] - figure[at]

    def small(self, at: int) -> bool:
        """Whether a part is too small to be the policy itself."""
        return prose(self.nodes[at]) <= MOST_SHARE * self.total

    def text(self, at: int, most: int = 600) -> str:
        """The first characters of a part, white space made single spaces."""
        return text_of(self.nodes, at, most)

    def children(self, at: int) -> list[int]:
        """The nodes right below one."""
        found, child = [], at + 1
        while child < self.nodes[at].end:
            found.append(child)
            child = self.nodes[child].end
        return found

    def speaks(self, at: int) -> bool:
        """Whether a part that is named like furniture says something, as a section of a policy does."""
        node = self.nodes[at]
        said, controls = self.said(at), self.controls(at)
        if node.linked > node.words / 2 or not (said or (self.headings(at) and self._of(self.evidence.lines, at))):
            return False
        if controls and (not self.headings(at) or said < PROSE_OF_A_CONTROL * controls):
            return False
        if self.notices(at) and said < TEXT:
            return False
        return bool(self.headings(at)) or not (names.is_banner(node) and speech.BANNER.search(self.text(at)))

    def block_before(self, at: int, core: int) -> int | None:
        """The block that ends right before a part."""
        for before in range(at - 1, max(core, at - _LOOKED_BACK), -1):
            node = self.nodes[before]
            if not node.tag and node.words and not node.dropped:
                return self.evidence.block[before]
        return None


def text_of(nodes: list[Node], at: int, most: int) -> str:
    """The first characters of a part, dropped or not, white space made single spaces."""
    pieces, length, end = [], 0, min(nodes[at].end, at + most)
    while at < end and length <= 2 * most:
        node = nodes[at]
        if node.own and not node.tag:
            pieces.append(node.text)
            length += len(node.text)
        at = node.end if node.tag in NEVER else at + 1
    return " ".join(" ".join(pieces).split())[:most]


def drop(node: Node, why: str) -> None:
    """Mark a part as no policy."""
    node.dropped, node.why = True, why


def restore(nodes: list[Node], at: int) -> None:
    """Take back that a part is dropped, as far as nothing in it was by itself."""
    nodes[at].dropped, nodes[at].why = False, ""
    below = at + 1
    while below < nodes[at].end:
        node = nodes[below]
        if node.dropped and (node.why or node.tag in NEVER or node.tag == "#"):
            below = node.end
            continue
        node.dropped = False
        below += 1


def settle(nodes: list[Node]) -> None:
    """What is below something dropped is dropped; count anew."""
    for node in nodes:
        if node.parent >= 0 and nodes[node.parent].dropped:
            node.dropped = True
    count(nodes)
