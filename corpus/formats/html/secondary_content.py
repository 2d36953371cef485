"""What of a web page stands beside the part that holds the policy, and belongs to it: introductions, contact addresses, tabs.

What reads as prose is kept, unless its tag, role or names say furniture, and what it holds does not speak against them.
"""

from __future__ import annotations

from typing import Final

from corpus.formats.html import attributes as names
from corpus.formats.html import phrases as speech
from corpus.formats.html.features import HEADINGS, TEXT_TAGS
from corpus.formats.html.folded_parts import is_folded
from corpus.formats.html.layout_tables import CELLS
from corpus.formats.html.pruning import OWNER, PROSE_OF_A_CONTROL, TEXT, View, drop, is_hidden, restore, settle

_FEWEST_WORDS = 12  # of something hidden, or of a list that nothing announces
_TEXTS: Final = frozenset("p ul ol dl table blockquote pre address main article".split()) | HEADINGS | {""}
_LINKS_OF_A_MENU = 0.5  # of the words: from there on it is a menu
_LONGEST_BANNER = 90  # words that a cookie banner without a name has at most
_LONGEST_TITLE = 80  # characters of a title that is no heading
_LONGEST_SPEECH = 30  # words of what a page says of itself


def judge_beside(view: View, core: int) -> None:
    """Keep what reads as prose beside the policy; drop the rest."""
    nodes = view.nodes
    first_heading = next(
        (at for at in range(core, nodes[core].end) if nodes[at].tag in HEADINGS and nodes[at].words), None
    )
    titled = first_heading is not None and bool(
        any(n.tag == "h1" and n.words for n in nodes[core : nodes[core].end])
        or speech.TITLE.search(view.text(first_heading))
    )
    if not view.in_main[core]:
        pivot, ends = _ends(view, core)
        titled = _judge(view, ends, pivot, near=True, titled=titled)
    inner = core
    while inner:
        parent = nodes[inner].parent
        near = view.in_main[parent] or (inner == core and not names.is_main(nodes[core]))
        siblings = [child for child in view.children(parent) if child != inner]
        titled = _judge(view, siblings, inner, near=near, titled=titled)
        inner = parent
    settle(nodes)


def _ends(view: View, core: int) -> tuple[int, list[int]]:
    """What stands before the first and after the last text right below an element that holds the policy in several parts, so that
    the head and the foot of the page may be among them; and where that text begins."""
    nodes = view.nodes
    children = [child for child in view.children(core) if nodes[child].words and not nodes[child].dropped]
    named = [bool(names.often(nodes[child]) or names.beside(nodes[child])) for child in children]
    texts = [
        at
        for at, child in enumerate(children)
        if nodes[child].tag in _TEXTS or (_is_text(view, child) and not (named[at] and view.small(child)))
    ]
    if not texts:
        return core, []
    ends = [*range(texts[0]), *range(texts[-1] + 1, len(children))]
    ends = [children[at] for at in ends if not core or named[at] or names.is_head(nodes[children[at]])]
    return children[texts[0]], ends


def _judge(view: View, parts: list[int], inner: int, *, near: bool, titled: bool) -> bool:
    """Judge the parts round one part, and what is inside them; headings wait for what stands below them.

    Whether the policy has a title now.
    """
    nodes = view.nodes
    pending: list[int] = []  # headings with nothing kept below yet
    kept_before = False
    todo = [(part, near) for part in reversed(parts)]
    while todo:
        at, near = todo.pop()
        node = nodes[at]
        if node.dropped or not node.words:
            continue
        if at > inner and pending and pending[-1] < inner:
            titled, pending = _restore_title(view, pending, titled=titled), []
        if node.tag in HEADINGS and node.linked <= node.words / 2:
            if node.tag == "h1" and at < inner and (not titled or speech.TITLE.search(view.text(at))):
                titled = kept_before = True
            else:
                pending.append(at)
                drop(node, "a heading beside the policy, with no text below it")
            continue
        why = _beside(view, at, near=near, follows=kept_before or bool(pending), before=at < inner)
        if why == "":
            for heading in pending[-2:]:
                restore(nodes, heading)
            pending, kept_before = [], True
        elif why is None:
            near = near or names.is_main(node) or _is_text(view, at)
            todo.extend((child, near) for child in reversed(view.children(at)))
        else:
            drop(node, why)
            kept_before = kept_before and node.words < _FEWEST_WORDS
    return _restore_title(view, [heading for heading in pending if heading < inner], titled=titled)


def _restore_title(view: View, headings: list[int], *, titled: bool) -> bool:
    """Keep the last of some headings before the policy, if it is its title; whether it has one now."""
    if not titled and headings and speech.TITLE.search(view.text(headings[-1])):
        restore(view.nodes, headings[-1])
        return True
    return titled


def _is_text(view: View, at: int) -> bool:
    """Whether a part beside the policy has as much prose, and as little besides, as a part of the policy."""
    node, said = view.nodes[at], view.said(at)
    return said >= max(TEXT, node.words / 2) and node.linked < 0.3 * node.words


def _beside(view: View, at: int, *, near: bool, follows: bool, before: bool) -> str | None:
    """Why a part beside the policy is dropped; "" where it is kept, None where its parts are judged one by one."""
    node, evidence = view.nodes[at], view.evidence
    block = evidence.block[at]
    if not node.tag or block != at:  # a word of the text round about
        reads = block in evidence.reads and block not in evidence.owned
        return "" if reads else "some words beside the policy"
    furniture = _beside_by_name(view, at, near=near, before=before)
    if furniture:
        return furniture
    little = view.said(at) < max(_FEWEST_WORDS, PROSE_OF_A_CONTROL * view.controls(at))
    if is_hidden(node) and little and not (near and view.said(at) < _FEWEST_WORDS and is_folded(view, at)):
        return "hidden"
    if node.linked > _LINKS_OF_A_MENU * node.words:
        return "links beside the policy"
    if _speaks_of_the_page(view, at, near=near, follows=follows):
        return "what the page says of itself"
    whole = node.tag in ("table", "ul", "ol", "dl") and not node.lays_out and (near or view.said(at))
    if whole and (follows or view.said(at) or node.words >= _FEWEST_WORDS):
        return ""
    if view.has_parts(at):
        return None
    if block in evidence.owned:
        return OWNER
    if block in evidence.reads or view.contacts(at):
        return ""
    if (near or node.tag in CELLS) and len(view.text(at)) <= _LONGEST_TITLE and speech.TITLE.search(view.text(at)):
        return ""
    line = node.tag in TEXT_TAGS and node.tag not in CELLS  # the words that a cell begins with may be a menu
    if near and (at in evidence.dated or (line and (follows or node.words >= 3))):
        return ""
    return "" if at in evidence.dated and follows else "a few words beside the policy"


def _beside_by_name(view: View, at: int, *, near: bool, before: bool) -> str | None:
    """What a part beside the policy is by its tag, role and names; None where they say nothing, or it speaks against them."""
    node = view.nodes[at]
    if not view.small(at):
        return None
    head = before and names.is_head(node) and not view.in_main[at]
    if head and not view.headings(at) and (not near or names.is_structure(node)):
        return "the head of the page"
    marked, topic = names.often(node), names.topic(node)
    if before and _holds_title(view, at):
        return None
    if head and view.headings(at) and not names.beside(node):
        return None
    if topic or (marked and not names.is_structure(node)):
        return None if view.speaks(at) and (near or view.headings(at)) else topic or marked
    if node.tag == "header" and view.in_main[at]:
        return None
    named = marked or names.beside(node)
    if near and not names.is_overlay(node) and view.nodes[node.parent].tag != "body" and view.speaks(at):
        return None
    return named


def _holds_title(view: View, at: int) -> bool:
    """Whether the title of the policy stands in a part."""
    first = (
        next((h for h in range(at, view.nodes[at].end) if view.nodes[h].tag == "h1"), None)
        if view.headings(at)
        else None
    )
    return first is not None and not view.nodes[first].linked and bool(speech.TITLE.search(view.text(first)))


def _speaks_of_the_page(view: View, at: int, *, near: bool, follows: bool) -> bool:
    """Whether a part is a cookie banner without a name, or tells how to use the page."""
    words = view.nodes[at].words
    if words > _LONGEST_BANNER:
        return False
    text = view.text(at)
    if speech.BANNER.search(text):
        asks = bool(view.controls(at) or (speech.AGREES.search(text) and not (near and follows)))
        if asks or not (near or view.headings(at)):
            return True
    if view.headings(at):
        return False
    if words <= _LONGEST_SPEECH and speech.OF_THE_PAGE.search(text):
        return True
    return not near and words <= _LONGEST_SPEECH and bool(speech.CALL.match(text))
