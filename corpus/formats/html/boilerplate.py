"""What of a web page is the policy, and what is furniture: navigation, banners, forms, footers, hidden menus.

Inside the part that holds the policy everything is kept but what is furniture by what it says as well as by its name. Beside
that part what reads as prose is kept unless its name says furniture. Whatever is dropped says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from corpus.formats.html import attributes as names
from corpus.formats.html import phrases as speech
from corpus.formats.html.dom import Node
from corpus.formats.html.features import HEADINGS, inside
from corpus.formats.html.folded_parts import FEWEST_HIDDEN, folds, is_folded, move_tabs, tell_tabs
from corpus.formats.html.layout_tables import cells_of, is_menu
from corpus.formats.html.pruning import (
    BUTTON,
    FORM,
    LABEL,
    MOST_SHARE,
    REPEATED,
    View,
    drop,
    is_hidden,
    prose,
    restore,
    settle,
)
from corpus.formats.html.secondary_content import judge_beside
from corpus.formats.html.table_detection import names_columns_of

_REPEATED = 80  # words from which a part that stands there again is left out (one for phones, one for screens)
_CORE_SHARE = 0.75  # of the words, that a part must hold to be taken for the policy
_STRAY = 5  # words beside the text of a page's own "main" that are none of it
_WHOLE_LINKS = 0.7  # of the words of a block at the policy's beginning or end: from there on it is a menu
_LONG_LINK = 6  # words from which a link that stands alone is a sentence
_MOST_OF_CONTROLS = 8  # words of a block that only unfolds another
_DEEPEST_CELL = 6  # elements from what stands in a cell up to its table
_LIST_TAGS: Final = frozenset("table tbody ul ol p dl a".split()) | HEADINGS


def keep_policy(nodes: list[Node], styles: Mapping[str, str]) -> View:
    """Mark as dropped what is not the policy; the topmost node of each dropped part says why. The page as it was judged.

    `styles` is what its style sheets lay out as tables.
    """
    view = View(nodes)
    move_tabs(view)
    _drop_controls(view)
    core = _core(view)
    judge_beside(view, core)
    _judge_within(view, core)
    _drop_repeated(nodes)
    _trim(view, core, styles)
    tell_tabs(view)
    return view


def _drop_controls(view: View) -> None:
    """Drop forms, unless one is wrapped round the whole page, buttons that fold nothing, and what is marked as furniture."""
    nodes = view.nodes
    headed = inside(nodes, lambda node: node.tag in HEADINGS or node.tag in ("summary", "dt"))
    in_form = inside(nodes, lambda node: node.tag == "form")
    for at, node in enumerate(nodes):
        if not node.tag or node.dropped or not at:
            continue
        if node.tag == "form" and node.words < MOST_SHARE * view.total:
            drop(node, FORM)
        elif node.tag == "button" and node.words < 12 and not headed[at]:
            if not (node.words and ("aria-expanded" in node.attributes or folds(view, at))):
                drop(node, BUTTON)
        elif node.tag == "label" and node.words < 12 and not headed[at]:
            if in_form[at] or not folds(view, at):
                drop(node, LABEL)
        elif (why := names.always(node)) and view.small(at):
            drop(node, why)
        elif node.tag in ("div", "p") and node.words <= _MOST_OF_CONTROLS and not headed[at]:
            if node.words and speech.CONTROLS.fullmatch(view.text(at)):
                drop(node, BUTTON)
        elif is_hidden(node) and node.linked > node.words / 2:
            drop(node, "hidden")
    settle(nodes)


def _core(view: View) -> int:
    """The innermost element that holds most of the prose; of a page's own "main" or "article", all of it."""
    nodes = view.nodes
    whole = [node.words for node in nodes]
    aside = [at for at, node in enumerate(nodes) if at and not node.dropped and _may_be_aside(view, at)]
    for at in aside:
        nodes[at].dropped = True
    settle(nodes)
    at, total, within = 0, prose(nodes[0]), False
    while True:
        within = within or names.is_main(nodes[at])
        least = prose(nodes[at]) - _STRAY if within else _CORE_SHARE * total
        inner = next((c for c in view.children(at) if nodes[c].tag and prose(nodes[c]) >= max(least, 1)), -1)
        if inner >= 0 and nodes[inner].lays_out:
            inner = next((c for c in cells_of(nodes, inner) if prose(nodes[c]) >= max(least, 1)), -1)
        if inner < 0 or nodes[inner].tag in _LIST_TAGS:
            break
        at = inner
    while at and whole[nodes[at].parent] == whole[at] and not names.is_main(nodes[at]):
        at = nodes[at].parent
    for each in aside:
        restore(nodes, each)
    settle(nodes)
    return at


def _may_be_aside(view: View, at: int) -> bool:
    node = view.nodes[at]
    why = names.often(node)
    return why is not None and view.small(at) and not (node.tag == "header" and view.in_main[at])


def _judge_within(view: View, core: int) -> None:
    """Drop what is furniture inside the policy: by its name and by what it says."""
    nodes = view.nodes
    for at in range(core + 1, nodes[core].end):
        node = nodes[at]
        if not node.tag or node.dropped or (nodes[node.parent].dropped):
            node.dropped = node.dropped or nodes[node.parent].dropped
            continue
        if node.lays_out:
            for cell in cells_of(nodes, at):
                if is_menu(nodes[cell]) and not view.said(cell):
                    drop(nodes[cell], "a menu in a cell")
        inner = bool(core) or view.in_main[at]
        why = names.often(node) if view.small(at) and not (node.tag == "header" and inner) else None
        if why and not (view.speaks(at) and (inner or not names.is_structure(node))):
            drop(node, why)
        elif (is_hidden(node) and not is_folded(view, at)) or (
            names.is_unseen(node) and node.tag not in HEADINGS and prose(node) < FEWEST_HIDDEN
        ):
            drop(node, "hidden")
    settle(nodes)


def _trim(view: View, core: int, styles: Mapping[str, str]) -> None:
    """Drop what stands before the first and after the last prose and consists of links: menus without a name."""
    nodes = view.nodes
    data: dict[int, bool] = {}  # whether these parts are tables whose columns have names

    def of_data(at: int) -> bool:
        for _ in range(_DEEPEST_CELL):
            if at <= core:
                break
            if at not in data:
                data[at] = names_columns_of(nodes, at, styles)
            if data[at]:
                return True
            at = nodes[at].parent
        return False

    blocks = [
        at
        for at in range(core + 1, nodes[core].end)
        if nodes[at].tag in ("ul", "ol", "div", "section", "p", "table") and not nodes[at].dropped
    ]
    for order in (blocks, list(reversed(blocks))):
        for at in order:
            node = nodes[at]
            if node.words == 0 or node.dropped:
                continue
            if node.linked > _WHOLE_LINKS * node.words:
                if not _is_link_of_the_policy(view, at, core) and not of_data(at):
                    drop(node, "links at an end of the policy")
            elif prose(node) >= 8 and node.linked < 0.5 * node.words and node.tag != "div":
                break
    settle(nodes)


def _is_link_of_the_policy(view: View, at: int, core: int) -> bool:
    """Whether a block of links is what a heading or a sentence of the policy announces, or a choice that it offers."""
    node, text = view.nodes[at], view.text(at)
    if speech.CHOICE.search(text) or (node.links == 1 and node.words >= _LONG_LINK):
        return True
    before = view.block_before(at, core)
    if before is None:
        return False
    words = view.text(before)
    if view.nodes[before].tag in HEADINGS:
        return view.nodes[before].tag != "h1" and not speech.FURNISHED_HEADING.fullmatch(words)
    return words.endswith((":", "：")) and not view.nodes[before].linked


def _drop_repeated(nodes: list[Node]) -> None:
    """Leave out long parts that stood there before, word for word."""
    keys: list[list[int]] = [[] for _ in nodes]
    whole = [0] * len(nodes)
    for at in range(len(nodes) - 1, -1, -1):
        node = nodes[at]
        if node.dropped or not node.words:
            continue
        below = keys[at]
        whole[at] = (
            hash(tuple(node.text.split())) if not node.tag else below[0] if len(below) == 1 else hash(tuple(below))
        )
        if node.parent >= 0:
            keys[node.parent].append(whole[at])
    seen: set[int] = set()
    at = 0
    while at < len(nodes):
        node = nodes[at]
        if node.words >= _REPEATED and node.tag in ("div", "section", "article") and whole[at] in seen:
            drop(node, REPEATED)
            at = node.end
            continue
        if node.words >= _REPEATED and len(keys[at]) > 1:
            seen.add(whole[at])
        at += 1
    settle(nodes)
