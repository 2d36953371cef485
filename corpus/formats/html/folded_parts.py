"""What a page shows only when its title is pressed: which of it are parts to read, and which title belongs to which part.

A tab stands beside other tabs, apart from its panel: its words are the title of the panel, and none where the tab stands.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final, NamedTuple

from corpus.formats.html import attributes as names
from corpus.formats.html.dom import Node
from corpus.formats.html.features import HEADINGS, inside
from corpus.formats.html.pruning import BUTTON, MOVED, View, drop, is_hidden, prose, settle

FEWEST_HIDDEN = 12  # words of prose below which something hidden may be a menu or a label
_FOLDING: Final = frozenset(["summary", "dt", "button", "label"]) | HEADINGS
_LONGEST_TITLE = 200  # nodes
_PANELS: Final = frozenset("div section ul ol p dd".split())


def is_folded(view: View, at: int) -> bool:
    """Whether something hidden is a part to read: it says much, or it stands behind a title, however little it says.

    No part to read is what somebody presses or fills in: menus, searches, windows that ask for something.
    """
    node = view.nodes[at]
    if node.linked > node.words / 2 or not node.words:
        return False
    if prose(node) >= FEWEST_HIDDEN:
        return True
    if at not in view.tabs and not _is_titled(view, at):
        return False
    if view.said(at):
        return True
    furniture = view.controls(at) or names.is_overlay(node) or view.evidence.block[at] != at
    return not furniture and view.pressed(at) <= node.words / 2


def _is_titled(view: View, at: int) -> bool:
    """Whether a part stands right behind a title: a heading, a button, or what else says that it unfolds something."""
    before = view.block_before(at, 0)
    if before is None or view.nodes[before].end > at:  # it stands in that, as a sign of a title does
        return False
    title = view.nodes[before:at]
    unfolds = ("aria-expanded" in node.attributes or "aria-controls" in node.attributes for node in title)
    return title[0].tag in _FOLDING or any(unfolds)


def folds(view: View, at: int) -> bool:
    """Whether a button or label shows a text."""
    if "aria-controls" in view.nodes[at].attributes and not names.is_tab(view.nodes[at]):
        return True
    panel = panel_behind(view.nodes, at)
    return panel is not None and (view.said(panel) > 0 or (is_hidden(view.nodes[panel]) and is_folded(view, panel)))


def panel_behind(nodes: list[Node], at: int) -> int | None:
    """The element that follows right behind a button or label, if that may show it."""
    after, parent = nodes[at].end, nodes[at].parent
    while after < nodes[parent].end:
        node = nodes[after]
        if node.tag and node.tag != "#":
            return after if node.tag in _PANELS else None
        if node.own:
            return None
        after = node.end
    return None


def move_tabs(view: View) -> None:
    """Take every tab from where it stands, and note of which panel it is the title.

    One that holds or is a heading right above its panel stays, as in an accordion.
    """
    nodes = view.nodes
    headed = inside(nodes, lambda node: node.tag in HEADINGS)
    words = _words_before(nodes)
    for panel, tab in controllers(nodes).items():
        if not names.is_tab(nodes[tab]) or not nodes[panel].words or not nodes[tab].words:
            continue
        above = tab < panel and words[nodes[tab].end] == words[panel]
        if not (above and (headed[tab] or view.headings(tab))):
            view.tabs[panel] = tab
            drop(nodes[tab], MOVED)
    settle(nodes)


def tell_tabs(view: View) -> None:
    """Drop the tabs whose panels are no part of the policy."""
    for panel, tab in list(view.tabs.items()):
        if view.nodes[panel].dropped or not view.nodes[panel].words:
            drop(view.nodes[tab], BUTTON)
            del view.tabs[panel]


class Section(NamedTuple):
    """A part of a page with which the titles in it end, or the title right before it (`follows`).

    `title` is its own, where that stands elsewhere. `over`: the level of headings that stays at its end, where its title is a
    heading; else that of the heading before it.
    """

    title: str = ""
    over: int | None = None
    follows: bool = False


def sections_of(view: View) -> dict[int, Section]:
    """Where the titles of a page end that was judged: folded parts, lists of terms, tables with a caption, panels of tabs."""
    nodes = view.nodes
    found = {at: Section() for at, node in enumerate(nodes) if node.tag in ("details", "dl")}
    found |= {node.parent: Section() for node in nodes if node.tag == "caption" and node.parent >= 0}
    shown = {panel: title for panel, title in controllers(nodes).items() if title < panel}
    for at, node in enumerate(nodes):
        panel = panel_behind(nodes, at) if node.tag == "button" else None
        if panel is not None:
            shown.setdefault(panel, at)
    words, levels = _words_before(nodes), _levels(nodes)
    for panel, title in shown.items():
        if not nodes[title].dropped and words[nodes[title].end] == words[panel]:
            level = max(levels[title : min(nodes[title].end, title + _LONGEST_TITLE)])
            found[panel] = Section(over=level - 1 if level else None, follows=True)
    for panel, tab in view.tabs.items():
        start = range(panel, min(nodes[panel].end, panel + _LONGEST_TITLE))
        first = next((at for at in start if nodes[at].own and not nodes[at].dropped), panel)
        said = view.text(view.evidence.block[first]) == view.text(tab)
        found[panel] = Section("" if said else view.text(tab))
    return found


def _words_before(nodes: list[Node]) -> list[int]:
    """For every node how many words of the page stand before it that are not dropped."""
    return [0, *accumulate(0 if node.dropped else node.own for node in nodes)]


def _levels(nodes: list[Node]) -> list[int]:
    """For every node the level of the heading that it is or stands in; 0 where it stands in none."""
    found: list[int] = []
    for node in nodes:
        above = found[node.parent] if node.parent >= 0 else 0
        found.append(int(node.tag[1]) if node.tag in HEADINGS else above)
    return found


def controllers(nodes: list[Node]) -> dict[int, int]:
    """Parts of a page that others say they show -> the first that says so."""
    places: dict[str, int] = {}
    for at, node in enumerate(nodes):
        if node.attributes.get("id"):
            places.setdefault(node.attributes["id"], at)
    found: dict[int, int] = {}
    for at, node in enumerate(nodes):
        tab, attributes = names.is_tab(node), node.attributes
        shown = attributes.get("aria-controls", "").split()
        if tab and attributes.get("href", "").startswith("#"):
            shown.append(attributes["href"][1:])
        panel = next((places[name] for name in shown if name in places), at)
        if not panel <= at < nodes[panel].end:
            found.setdefault(panel, at)
        if names.is_panel(node):
            labels = (places[name] for name in attributes.get("aria-labelledby", "").split() if name in places)
            title = next(labels, at)
            if not at <= title < node.end and not title <= at < nodes[title].end:
                found.setdefault(at, title)
    return found
