"""What of a web page is the policy, and what is furniture: navigation, banners, forms, footers, hidden menus."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from corpus.formats.tree import Node, count

_NEVER: Final = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video map select textarea input datalist "
    "progress meter head title link meta base picture img applet frameset".split()
)
_FURNITURE: Final = frozenset(["nav", "footer", "aside", "dialog", "menu", "search"])
_FURNITURE_ROLES: Final = frozenset(
    "navigation banner contentinfo search dialog alertdialog alert menu menubar toolbar tooltip complementary status".split()
)
# Names (classes and ids) that their makers give to furniture; whole names, so that "cookie-policy" is no banner.
_BANNER_NAMES: Final = re.compile(
    r"(?:^|\s)(?:(?:\w+[_-])?(?:cookie|consent|gdpr|ccpa)s?[_-]?(?:law[_-]?)?(?:banner|bar|notice|popup|pop-up|modal|overlay|"
    r"dialog|consent|preferences|message|alert)[\w-]*|onetrust-(?:banner|consent|pc)[\w-]*|ot-sdk-cookie[\w-]*|cky-[\w-]+|"
    r"cmplz-[\w-]+|cookiebot[\w-]*|cybotcookie[\w-]*|didomi[\w-]*|usercentrics[\w-]*|osano-cm[\w-]*|truste_[\w-]*|iubenda-cs[\w-]*)"
    r"(?:$|\s)",
    re.IGNORECASE,
)
_FURNITURE_NAMES: Final = re.compile(
    r"(?:^|\s)(?:breadcrumbs?|(?:social[_-]?)?share(?:[_-](?:bar|buttons?|links?))?|social[_-]?(?:links|media|icons|buttons|share|sharing)|"
    r"addtoany[\w-]*|newsletter(?:[_-]\w+)?|subscribe|sidebar|side-bar|(?:site|page|main|global)[_-]?(?:header|footer|nav)|footer|navbar|nav-?bar|"
    r"navigation|(?:main|mobile|site)[_-]?(?:menu|navigation)|menu|skip(?:[_-](?:link|to|nav)[\w-]*)|related(?:[_-]\w+)?|pagination|comments?|"
    r"(?:language|lang|locale)[_-]?(?:switcher|selector|picker|menu)|back-?to-?top|print-?(?:button|link)|"
    r"sr-only|visually-?hidden|screen-reader-text)(?:$|\s)",
    re.IGNORECASE,
)
_NAMED: Final = frozenset("div section ul ol p form header span a button table figure".split())
_MUCH_PROSE = 60  # words from which a part inside the page's main part is text, whatever it is called
_REPEATED = 80  # words from which a part that stands there again is left out (one for phones, one for screens)
_UNSEEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MOST_SHARE = 0.35  # of the page's words, above which it is no furniture, whatever it is called
_FEWEST_HIDDEN = 12  # words of prose below which something hidden is a menu or a label
_STRAY = 5  # words beside the text of a page's own "main" that are none of it
_MAIN_SHARE = 0.9  # of the words, that a part must hold to be taken for the whole


def keep_policy(nodes: list[Node]) -> int:
    """Mark as dropped what is not the policy; the position of the element that holds the policy."""
    for node in nodes:
        node.dropped = node.tag in _NEVER or node.tag == "#"
    count(nodes)
    _drop_forms(nodes)
    total = prose(nodes[0])
    in_main = _inside(nodes, _is_main)
    for at, node in enumerate(nodes):
        if not node.tag or node.dropped or not at:
            continue
        furniture = _is_furniture(node, within=in_main[at]) and prose(node) <= _MOST_SHARE * total
        unseen = is_hidden(node) and (prose(node) < _FEWEST_HIDDEN or node.linked > node.words / 2)
        node.dropped = furniture or unseen
    _drop_below(nodes)
    count(nodes)
    _drop_repeated(nodes)
    main = _main(nodes)
    _trim(nodes, main)
    return main


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


def _is_furniture(node: Node, *, within: bool) -> bool:
    role = node.attributes.get("role", "").lower()
    if node.tag in _FURNITURE or role in _FURNITURE_ROLES:
        return True
    if node.tag == "header":
        return not within
    names = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}".strip()
    if not names or node.tag not in _NAMED:
        return False
    if _BANNER_NAMES.search(names):
        return True
    return bool(_FURNITURE_NAMES.search(names)) and not (within and prose(node) >= _MUCH_PROSE > 3 * node.linked)


def _drop_forms(nodes: list[Node]) -> None:
    """Forms go, unless one is wrapped round the whole page; buttons too, unless they are the titles of folded parts."""
    total = prose(nodes[0])
    headed = _inside(nodes, lambda node: node.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"))
    for at, node in enumerate(nodes):
        if node.tag == "form" and node.words < _MOST_SHARE * total:
            node.dropped = True
        elif node.tag == "button" or (node.tag == "label" and not headed[at]):
            folds = "aria-expanded" in node.attributes or "aria-controls" in node.attributes
            node.dropped = not (headed[at] or (folds and node.words > 0)) and node.words < 12
    _drop_below(nodes)
    count(nodes)


def _inside(nodes: list[Node], test: Callable[[Node], bool]) -> list[bool]:
    """For every node whether it, or one above it, passes the test."""
    inside: list[bool] = []
    for node in nodes:
        inside.append((node.parent >= 0 and inside[node.parent]) or test(node))
    return inside


def _drop_below(nodes: list[Node]) -> None:
    for node in nodes:
        if node.parent >= 0 and nodes[node.parent].dropped:
            node.dropped = True


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
            node.dropped = True
            at = node.end
            continue
        if node.words >= _REPEATED and len(keys[at]) > 1:
            seen.add(whole[at])
        at += 1
    _drop_below(nodes)
    count(nodes)


def _main(nodes: list[Node]) -> int:
    """The innermost element that holds nearly all prose; inside a page's own "main" or "article", all of it."""
    at, total, inside = 0, prose(nodes[0]), False
    while True:
        inside = inside or _is_main(nodes[at])
        least = prose(nodes[at]) - _STRAY if inside else _MAIN_SHARE * total
        child, inner = at + 1, -1
        while child < nodes[at].end:
            if nodes[child].tag and prose(nodes[child]) >= max(least, 1):
                inner = child
                break
            child = nodes[child].end
        if inner < 0 or nodes[inner].tag in ("table", "tbody", "ul", "ol", "p", "dl", "h1", "h2", "a"):
            return at
        at = inner


def _is_main(node: Node) -> bool:
    return node.tag in ("main", "article") or node.attributes.get("role") == "main"


def _trim(nodes: list[Node], main: int) -> None:
    """Drop what stands before the first and after the last prose and consists of links: menus without a name."""
    blocks = [
        at
        for at in range(main + 1, nodes[main].end)
        if nodes[at].tag in ("ul", "ol", "div", "section", "p", "table") and not nodes[at].dropped
    ]
    for order in (blocks, list(reversed(blocks))):
        for at in order:
            node = nodes[at]
            if node.words == 0:
                continue
            if node.linked > 0.7 * node.words:
                node.dropped = True
            elif prose(node) >= 8 and node.linked < 0.5 * node.words and node.tag != "div":
                break
    _drop_below(nodes)
    count(nodes)
