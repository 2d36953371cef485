"""E-mail addresses that a page hides from machines, as a person sees them."""

from __future__ import annotations

import re
from typing import Final

from corpus.formats.html.dom import Node
from corpus.text.words import count_words

_PATH: Final = "/cdn-cgi/l/email-protection"
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){2,200}")
_PLACEHOLDER: Final = re.compile(r"\[\s*e-?mail\s*protected\s*\]", re.IGNORECASE)
_IN_MARKDOWN: Final = re.compile(
    r"\[(?:\\?\[e-?mail\s{0,3}protected\\?\])\]\((?P<path>[^\s()#]{0,200}/cdn-cgi/l/email-protection)#(?P<hidden>[0-9a-fA-F]{4,400})\)",
    re.IGNORECASE,
)
_MOST_NODES = 20  # below an element that hides an address


def reveal(nodes: list[Node]) -> None:
    """Put the e-mail addresses that Cloudflare hides back into a page, as text and as links to them."""
    for at, node in enumerate(nodes):
        hidden = node.attributes.get("data-cfemail", "")
        href = node.attributes.get("href", "")
        if _PATH in href:
            linked = decoded(href.partition("#")[2]) or decoded(hidden)
            below = (n.attributes.get("data-cfemail", "") for n in nodes[at + 1 : min(node.end, at + _MOST_NODES)])
            linked = linked or next((address for address in map(decoded, below) if address), None)
            node.attributes["href"] = f"mailto:{linked or ''}"
            hidden = hidden or href.partition("#")[2]
        address = decoded(hidden)
        if address is not None:
            _write(nodes, at, address.partition("?")[0])


def reveal_markdown(text: str) -> str:
    """The same in the links of a Markdown text."""

    def shown(found: re.Match[str]) -> str:
        return (decoded(found["hidden"]) or found.group()).partition("?")[0]

    return _IN_MARKDOWN.sub(shown, text) if _PATH in text else text


def decoded(hidden: str) -> str | None:
    """The address in Cloudflare's form: its characters as hexadecimal bytes, each XOR the first; None where it is none."""
    if not _HEX.fullmatch(hidden):
        return None
    key, *letters = bytes.fromhex(hidden)
    try:
        address = bytes(letter ^ key for letter in letters).decode()
    except UnicodeDecodeError:
        return None
    return address if "@" in address and address.isprintable() else None


def _write(nodes: list[Node], at: int, address: str) -> None:
    """Put an address where its placeholder stands below a node."""
    if nodes[at].end - at > _MOST_NODES:
        return
    texts = [node for node in nodes[at + 1 : nodes[at].end] if not node.tag]
    whole = "".join(node.text for node in texts)
    if not _PLACEHOLDER.fullmatch(whole.strip()):
        return
    first = next(at for at, node in enumerate(texts) if node.text.strip())
    for at, node in enumerate(texts):
        node.text = address if at == first else ""
        node.own = count_words(node.text)
