"""What of a web page is the policy, and what is furniture: navigation, banners, forms, footers, hidden menus.

Inside the part that holds the policy everything is kept but what is furniture by what it says as well as by its name. Beside
that part what reads as prose is kept unless its name says furniture. Whatever is dropped says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from corpus.formats.html import attributes as names
from corpus.formats.html import phrases as speech
from corpus.formats.html.dom import Node
from corpus.formats.html.features import HEADINGS, INLINE, inside
from corpus.formats.html.folded_parts import FEWEST_HIDDEN, folds, is_folded, move_tabs, tell_tabs
from corpus.formats.html.layout_tables import CELLS, cells_of, is_menu
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
# Of a button or label amid a sentence ("click on [Cookie Settings] at the foot of the page"), and the words on either side.
_CONTROLS: Final = frozenset(["button", "label"])
_LONGEST_CONTROL = 12  # words; what says more is kept wherever it stands
_AMID: Final = (INLINE | _CONTROLS) - {"br"}  # what parts no line
_FILLED: Final = frozenset("input select textarea".split())
_LOOKED = 40  # nodes on either side of a control in which its neighbours are looked for
_FEWEST_BEFORE = 5  # words that a control ends without a full stop: fewer are a label ("Sort by")
_FEWEST_AFTER = 3  # words that a control begins
_SAYS: Final = re.compile(r"[^\W\d_]{2}|[^\W\d_\x00-\u2fff]")  # a sign of help ("i") says nothing; one of Chinese may
_ENDED: Final = re.compile(r"[.!?…。！？]['\"”’»)\]]*$")
_GOES_ON: Final = re.compile(r"[\w.,;:!?)\]”’»。，；：！？]")
_OPEN: Final = re.compile(r"[\w,:，：]$")


def keep_policy(nodes: list[Node], styles: Mapping[str, str]) -> View:
    """Mark as dropped what is not the policy; the topmost node of each dropped part says why. The page as it was judged.

    `styles` is what its style sheets lay out as tables.
    """
    view = View(nodes)
    move_tabs(view)
    _read_as_words(view)
    _drop_controls(view)
    core = _core(view)
    judge_beside(view, core)
    _judge_within(view, core)
    _drop_repeated(nodes)
    _trim(view, core, styles)
    tell_tabs(view)
    return view


def _read_as_words(view: View) -> None:
    """Make every button and label that stands amid a sentence a part of it, as its other words are."""
    small = (at for at, node in enumerate(view.nodes) if node.tag in _CONTROLS and 0 < node.words < _LONGEST_CONTROL)
    for at in [at for at in small if _in_sentence(view, at)]:
        view.nodes[at].tag = "span"


def _in_sentence(view: View, at: int) -> bool:
    """Whether a control goes on with the words before it, or the words behind it go on with it."""
    node, said = view.nodes[at], view.text(at)
    if not _SAYS.search(said) or speech.CONTROLS.fullmatch(said):
        return False
    before, after = _beside(view, at, back=True), _beside(view, at, back=False)
    begun = bool(_SAYS.search(before)) and not _ENDED.search(before)
    if begun and after:
        return bool(_GOES_ON.match(after))
    if "aria-expanded" in node.attributes or "aria-controls" in node.attributes:  # it may unfold what it titles
        return False
    if after:
        return after[0].islower() and len(after.split()) >= _FEWEST_AFTER
    return begun and bool(_OPEN.search(before)) and len(before.split()) >= _FEWEST_BEFORE


def _beside(view: View, at: int, *, back: bool) -> str:
    """The words right before or behind a control in its line, up to the next element; none where these are a link."""
    nodes, blocks = view.nodes, view.evidence.block
    block, end = blocks[nodes[at].parent], nodes[at].end
    places = range(at - 1, max(block, at - _LOOKED), -1) if back else range(end, min(nodes[block].end, end + _LOOKED))
    for place in places:
        node = nodes[place]
        if not node.tag and node.text.strip() and not node.dropped:
            if blocks[place] == block:
                return "" if _is_linked(nodes, place, block) else node.text.strip()
            if nodes[blocks[place]].tag not in _CONTROLS:
                return ""
        elif node.tag in _FILLED or (node.tag and node.tag not in _AMID and not node.dropped):
            return ""
    return ""


def _is_linked(nodes: list[Node], at: int, block: int) -> bool:
    for _ in range(_LOOKED):
        at = nodes[at].parent
        if at <= block:
            break
        if nodes[at].tag == "a":
            return True
    return False


def _drop_controls(view: View) -> None:
    """Drop forms, unless one is wrapped round the whole page, buttons that fold nothing, and what is marked as furniture.

    A button or label amid a sentence is none any more.
    """
    nodes = view.nodes
    headed = inside(nodes, lambda node: node.tag in HEADINGS or node.tag in ("summary", "dt"))
    in_form = inside(nodes, lambda node: node.tag == "form")
    for at, node in enumerate(nodes):
        if not node.tag or node.dropped or not at:
            continue
        if node.tag == "form" and node.words < MOST_SHARE * view.total:
            drop(node, FORM)
        elif node.tag == "button" and node.words < _LONGEST_CONTROL and not headed[at]:
            if not (node.words and ("aria-expanded" in node.attributes or folds(view, at))):
                drop(node, BUTTON)
        elif node.tag == "label" and node.words < _LONGEST_CONTROL and not headed[at]:
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
            names.is_unseen(node)
            and node.tag not in HEADINGS
            and prose(node) < FEWEST_HIDDEN
            and not _is_all_of_a_cell(nodes, at)
        ):
            drop(node, "hidden")
    settle(nodes)


def _is_all_of_a_cell(nodes: list[Node], at: int) -> bool:
    """Whether no other words stand in the cell of a table of data: what a sign there means, to whom does not see it ("Yes")."""
    cell = at
    for _ in range(_DEEPEST_CELL):
        cell = nodes[cell].parent
        if cell < 0 or nodes[cell].words > nodes[at].words:
            return False
        if nodes[cell].tag in CELLS:
            break
    table = cell
    while table > 0 and nodes[table].tag != "table":
        table = nodes[table].parent
    return nodes[cell].tag in CELLS and table > 0 and not nodes[table].lays_out


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
