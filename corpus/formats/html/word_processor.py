"""What a page of a word processor writes in its own way: items of lists that are paragraphs, and marks that are no words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from corpus.formats.html.dom import Node
from corpus.formats.markdown_writer import Words
from corpus.text.marks import is_link_mark, is_note_mark

_LISTED: Final = re.compile(r"mso-list\s*:\s*(?!none|ignore)[^;]*?\blevel\s*(\d)", re.IGNORECASE)
_IGNORED: Final = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_LIST_NAME: Final = re.compile(r"(?:^|\s)Mso(?:List|ListBullet|ListNumber|ListParagraph)\w*", re.IGNORECASE)
_DEPTH_NAME: Final = re.compile(r"(?:^|\s)lst-kix_\w+-(\d)(?:\s|$)")  # Google Docs: each depth a list of its own
_LEFT: Final = re.compile(
    r"margin(?:-left\s*:|\s*:(?:\s*[\d.]+(?:in|cm|pt|px|mm)?){3})\s*([\d.]+)\s*(in|cm|pt|px|mm)", re.IGNORECASE
)
_INCHES: Final = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72, "px": 1 / 96}
_INDENT = 0.5  # inches from one depth of a list to the next
_DEEPEST = 8
# Bullets are letters of symbol fonts: "·", "o", "§", "Ø", "ü".
_SIGN: Final = r"(?:[^\w\s(\[\"“'‘«„]|[oØüvqà§Ÿ\uf000-\uf0ff])"
_TYPED: Final = r"[-–—•·●▪]\s+(?=\S)"  # a second bullet, as people type it into an item
_BULLET: Final = re.compile(rf"\s*{_SIGN}\s*(?:{_TYPED})?")
_TYPED_BULLET: Final = re.compile(rf"\s*{_TYPED}")
_WIDE_BULLET: Final = re.compile(rf"\s*{_SIGN}[\s\xa0]*[\xa0\t\n][\s\xa0]*|\s*[·•▪●○■◦\uf000-\uf0ff][\s\xa0]*")
_NUMBER: Final = re.compile(r"\s*(\d{1,4})[.)][\s\xa0]*")
_WIDE_NUMBER: Final = re.compile(r"\s*(\d{1,4})[.)][\s\xa0]*[\xa0\t][\s\xa0]*")
_WIDE_MARK: Final = re.compile(
    r"\s*(?:\(?(?:[a-zA-Z]|[ivxIVX]{1,5}|\d{1,3})[.)]|\d{1,3}(?:\.\d{1,3})+\.?)[\s\xa0]*[\xa0\t]"
)
_DEPTH_OF: Final = {"o": 2, "§": 3, "\uf0a7": 3, "▪": 3, "○": 2, "◦": 2}
_RAISED: Final = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_NOTE_NAME: Final = re.compile(
    r"(?:^|\s)(?:Mso(?:Footnote|Endnote)Reference|(?:foot|end)?note-?ref(?:erence)?|noteref)(?:\s|$)", re.IGNORECASE
)
_LINK_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:anchor|anchorjs|header-?link|heading-?link|perma-?link|hash-?link|direct-?link|copy-?link|toclink)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_MARK = 30  # nodes


class Item(NamedTuple):
    """A paragraph that is an item of a list: how deep, and the mark that the page writes before it."""

    level: int
    mark: str

    def of(self, words: Sequence[Words]) -> tuple[tuple[Words, ...], int | None]:
        """The words without their bullet or number, and the number; a letter or a number of several parts stays."""
        text = "".join(word.text for word in words)
        number = _NUMBER.match(text) if _NUMBER.fullmatch(self.mark) else None
        found = number or (_BULLET.match(text) if _BULLET.fullmatch(self.mark) else None)
        return _after(words, found.end() if found else 0), int(number[1]) if number else None


def without_bullet(words: Sequence[Words]) -> tuple[Words, ...]:
    """The words of an item without the bullet that is typed before them, too."""
    found = _TYPED_BULLET.match("".join(word.text for word in words))
    return _after(words, found.end() if found else 0)


def item_of(nodes: Sequence[Node], at: int) -> Item | None:
    """The item that a paragraph of Word is; None where it is none, or an item without a mark."""
    node = nodes[at]
    if node.tag not in ("p", "div") or not node.words:
        return None
    style = node.attributes.get("style", "")
    listed = _LISTED.search(style)
    named = _LIST_NAME.search(node.attributes.get("class", ""))
    if not listed and not named:
        return None
    ignored = next(
        (n for n in range(at + 1, min(node.end, at + 60)) if _IGNORED.search(nodes[n].attributes.get("style", ""))),
        None,
    )
    text = _text(nodes, at if ignored is None else ignored)
    if ignored is None:
        found = _WIDE_BULLET.match(text) or _WIDE_NUMBER.match(text) or _WIDE_MARK.match(text)
        text = found.group() if found else ""
    mark = text.strip()
    if not mark and not listed:
        return None
    return Item(min(int(listed[1]) if listed else _level(style, mark), _DEEPEST), mark)


def _level(style: str, mark: str) -> int:
    """How deep an item is that no style says it of: by its bullet, else by its margin."""
    if mark in _DEPTH_OF:
        return _DEPTH_OF[mark]
    left = _LEFT.search(style)
    return (
        max(round(float(left[1].strip(".") or 0) * _INCHES[left[2].lower()] / _INDENT), 1)
        if left and left[1].count(".") < 2
        else 1
    )


def level_of_list(node: Node) -> int:
    """How deep a list is, where its name says so; 0 where it does not."""
    found = _DEPTH_NAME.search(node.attributes.get("class", ""))
    return int(found[1]) + 1 if found else 0


def is_mark(nodes: Sequence[Node], at: int, before: str, *, heading: bool) -> bool:
    """Whether an element is the mark of a note, or a link that says nothing but that there is one, and no words.

    Args:
        before: what stands before it in its line.
        heading: whether it stands in a heading.
    """
    node = nodes[at]
    if node.tag not in ("a", "sup", "span", "button") or node.end - at > _LONGEST_MARK:
        return False
    names = node.attributes.get("class", "")
    if node.tag == "a":
        aside = heading or bool(_LINK_NAME.search(names))
        address = node.attributes.get("href", "")
        noted = _NOTE_NAME.search(names) or node.attributes.get("role") in ("doc-noteref", "doc-backlink")
        text = _text(nodes, at)
        return bool(text.strip()) and (
            is_link_mark(text, address, heading=aside) or (bool(noted) and is_note_mark(text))
        )
    if node.tag == "button":
        return heading and is_link_mark(_text(nodes, at), "#", heading=True)
    raised = node.tag == "sup" or _RAISED.search(node.attributes.get("style", "")) or _NOTE_NAME.search(names)
    return bool(raised) and is_note_mark(_text(nodes, at), before)


def _text(nodes: Sequence[Node], at: int) -> str:
    return "".join(node.text for node in nodes[at : min(nodes[at].end, at + 60)] if not node.tag and not node.dropped)


def _after(words: Sequence[Words], count: int) -> tuple[Words, ...]:
    """The words without their first `count` characters."""
    kept = []
    for word in words:
        kept.append(word._replace(text=word.text[count:]))
        count = max(0, count - len(word.text))
    return tuple(word for word in kept if word.text)
