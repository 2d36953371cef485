"""A web page -> a flat list of its nodes, in order, each with the figures that tell policy from furniture.

The parser is lexbor (through selectolax), which reads what browsers read. A flat list, since a page may be nested
ten thousand levels deep on purpose; no function here calls itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from corpus.errors import UnreadablePolicy
from corpus.formats.limits import MOST_TAGS, too_large
from corpus.text.words import count_words

# A start or end tag as browsers cut it out; possessive, so that no page makes it go back.
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)"
    r"(?:[\s/]++|[^\s/>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?+)*+>?"
)
_FORMATTING: Final = frozenset("b big code em font i nobr s small strike strong tt u a".split())
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr th dd dt option".split()
)
# lexbor's time grows with depth x tags, unclosed formatting x tags, and the square of a tag's attributes: at most
# about a second each.
_MOST_NESTED = 300_000_000
_MOST_UNCLOSED = 3_000_000
_LONG_TAG, _MOST_ATTRIBUTES = 4_000, 2_000
# What a tag holds after its name: white space, a name, or a value, which may be as long as it likes.
_IN_TAG: Final = re.compile(
    r"[\s/]++|(?P<name>[^\s/>=]++)|(?P<value>=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?+)|>"
)
_MOST_NODES = 500_000

_KEPT: Final = frozenset(
    "class id role style href hidden aria-hidden aria-expanded aria-controls aria-label aria-labelledby aria-level alt title colspan "
    "rowspan start value data-cfemail".split()
)


_NO_PAGE: Final = ("#", "mailto:", "tel:", "sms:")


@dataclass(slots=True)
class Node:
    """An element, or some text (tag "").

    `end` is the position after its last descendant. `own` counts the words of a text, `words` all words below that are not
    dropped, `linked` those of them in links to other pages, `links` these links; a link to an e-mail address or a telephone is no
    such link. `why` says what a node was dropped for. `lays_out` says of a table that it holds no data.
    """

    tag: str
    text: str
    attributes: dict[str, str]
    parent: int
    end: int = 0
    own: int = 0
    words: int = 0
    linked: int = 0
    links: int = 0
    dropped: bool = False
    why: str = ""
    lays_out: bool = False


def flat(html: str, name: str) -> tuple[list[Node], LexborHTMLParser]:
    """The nodes below `body` in order (the first is `body` itself), and the parsed page for what its head says.

    Raises:
        UnreadablePolicy: the page is larger, deeper or more broken than any policy.
    """
    _check(html, name)
    page = LexborHTMLParser(html)
    root = page.body
    if root is None:
        return [Node("body", "", {}, -1, 1)], page
    nodes: list[Node] = []
    open_: list[int] = []
    current: Any = root
    while current is not None:
        parent = open_[-1] if open_ else -1
        if current.is_text_node:
            text = current.text_content or ""
            nodes.append(Node("", text, {}, parent, own=count_words(text)))
        elif current.is_element_node:
            kept = {key: value or "" for key, value in current.attributes.items() if key in _KEPT}
            nodes.append(Node(current.tag or "", "", kept, parent))
        else:
            nodes.append(Node("#", "", {}, parent))
        if len(nodes) > _MOST_NODES:
            raise too_large(name, f"more than {_MOST_NODES:,} elements", f"{_MOST_NODES:,}")
        below = current.child
        if below is not None and current.is_element_node:
            open_.append(len(nodes) - 1)
            current = below
            continue
        nodes[-1].end = len(nodes)
        while current.next is None and open_:
            current = current.parent
            nodes[open_.pop()].end = len(nodes)
        current = current.next if open_ else None
    return nodes, page


def count(nodes: list[Node]) -> None:
    """Fill in `words`, `linked` and `links` of every node, leaving out what is dropped."""
    for node in nodes:
        node.words = node.linked = node.links = 0
    for at in range(len(nodes) - 1, -1, -1):
        node = nodes[at]
        if node.dropped:
            node.words = node.linked = node.links = 0
            continue
        if not node.tag:
            node.words = node.own
        href = node.attributes.get("href", "")
        if node.tag == "a" and node.words and href and not href.lower().startswith(_NO_PAGE):
            node.linked, node.links = node.words, 1
        if node.parent >= 0:
            above = nodes[node.parent]
            above.words += node.words
            above.linked += node.linked
            above.links += node.links


def _check(html: str, name: str) -> None:
    """Refuse a page that would keep the parser busy."""
    tags = html.count("<")
    if tags > MOST_TAGS:
        raise too_large(name, f"{tags:,} tags", f"{MOST_TAGS:,}")
    depth = deepest = unclosed = most_unclosed = 0
    for found in _TAG.finditer(html):
        tag = found["name"].lower()
        if (
            found.end() - found.start() > _LONG_TAG
            and _attributes(html[found.end("name") : found.end()]) > _MOST_ATTRIBUTES
        ):
            raise UnreadablePolicy(
                f'document "{name}" is no page: a tag <{tag[:20]}> has more than {_MOST_ATTRIBUTES:,} attributes; '
                "save the policy alone"
            )
        step = -1 if found["end"] else 1
        if tag in _FORMATTING:
            unclosed = max(0, unclosed + step)
            most_unclosed = max(most_unclosed, unclosed)
        if tag not in _VOID:
            depth = max(0, depth + step)
            deepest = max(deepest, depth)
    if deepest * tags > _MOST_NESTED or most_unclosed * tags > _MOST_UNCLOSED:
        raise UnreadablePolicy(
            f'document "{name}" is nested {deepest:,} levels deep over {tags:,} tags ({most_unclosed:,} unclosed); '
            "save the policy as plain text"
        )


def _attributes(tag: str) -> int:
    """How many attributes a browser finds in what follows a tag's name."""
    count, named = 0, False
    for found in _IN_TAG.finditer(tag):
        if found["name"]:
            count, named = count + 1, True
        elif found["value"]:
            count, named = count + (not named), False  # "=" where a name is due begins one
    return count
