"""What the tags, roles and names (classes and ids) of a web page's parts say about them. No name proves anything by itself:
policies name their own sections "newsletter" and "cookie-notice" too."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from corpus.formats.html.dom import Node

# Furniture wherever it stands.
_ALWAYS: Final = frozenset(["nav", "dialog", "search"])
_ALWAYS_ROLES: Final = frozenset("navigation search dialog alertdialog menu menubar toolbar".split())
# Furniture beside the policy; inside it these may be a summary, a date, a word of explanation.
_OFTEN: Final = frozenset(["footer", "aside", "header", "menu"])
_OFTEN_ROLES: Final = frozenset("banner contentinfo alert tooltip complementary status".split())
_VENDORS: Final = re.compile(  # of cookie banners
    r"(?:^|\s)(?:onetrust-(?:banner|consent|pc)[\w-]*|ot-sdk-cookie[\w-]*|cky-[\w-]+|cmplz-[\w-]+|cookiebot[\w-]*|cybotcookie[\w-]*|"
    r"didomi-(?:host|notice|popup)[\w-]*|usercentrics[\w-]*|osano-cm[\w-]*|truste_[\w-]*|iubenda-cs[\w-]*|coi(?:-|overlay|consent|control|page)[\w-]*)(?:$|\s)",
    re.IGNORECASE,
)
_BANNER: Final = re.compile(
    r"(?:^|\s)(?:\w+[_-])?(?:cookie|consent|gdpr|ccpa)s?[_-]?(?:law[_-]?)?(?:banner|bar|notice|popup|pop-up|modal|overlay|dialog|"
    r"consent|preferences|message|alert)[\w-]*(?:$|\s)",
    re.IGNORECASE,
)
# Whole names, so that "cookie-policy" is no banner.
_FURNITURE: Final = re.compile(
    r"(?:^|\s)(?:breadcrumbs?|(?:social[_-]?)?share(?:[_-](?:bar|buttons?|links?))?|social[_-]?(?:links|media|icons|buttons|share|sharing)|"
    r"addtoany[\w-]*|newsletter(?:[_-]\w+)?|subscribe|sidebar|side-bar|(?:site|page|main|global)[_-]?(?:header|footer|nav)|footer|navbar|nav-?bar|"
    r"navigation|(?:main|mobile|site)[_-]?(?:menu|navigation)|menu|skip(?:[_-](?:link|to|nav)[\w-]*)|related(?:[_-]\w+)?|pagination|comments?|"
    r"article-(?:author|avatar|meta|votes?|more-questions|subscribe|relatives|return-to-top|comments)|"
    r"(?:language|lang|locale)[_-]?(?:switcher|selector|picker|menu)|back-?to-?top|print-?(?:button|link))(?:$|\s)",
    re.IGNORECASE,
)
_UNSEEN_NAMES: Final = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text)(?:$|\s)", re.IGNORECASE)
# Parts of a name that say furniture where it stands beside the policy ("c-footer__legal", "SiteFooter").
_BESIDE: Final = re.compile(
    r"foot(?:er)?|nav(?:bar|igation)?|menu|side-?bar|breadcrumbs?|share|sharing|pop-?ups?|modals?|overlay|drawer|off-?canvas|flyout|mega|"
    r"pagination|search|log-?in|sign-?in|sign-?up|mini-?cart|cart|basket|checkout|copyright|top-?bar|toolbar|promos?|promotion|advert\w*|"
    r"ads|chat|toast|snackbar|loader|loading|spinner|skip|announcement|ticker|newsbar|"
    r"(?:country|locale|lang|language)-(?:\w+er|list|dropdown|select|menu)|recaptcha|app-?download|cta|store-notice|browser-warning",
    re.IGNORECASE,
)
# The same of what a policy speaks about as well.
_TOPICS: Final = re.compile(
    r"newsletter|subscribe|subscription|social|related|comments?|cookies?|consent|feedback|tooltip", re.IGNORECASE
)
_STRUCTURE: Final = re.compile(
    r"foot(?:er)?|head(?:er)?|side-?bar|nav(?:bar|igation)?|menu|breadcrumbs?|pagination", re.IGNORECASE
)
_OVERLAY: Final = re.compile(r"pop-?ups?|modals?|overlay|drawer|toast|snackbar|flyout|off-?canvas", re.IGNORECASE)
_HEADS: Final = re.compile(r"head(?:er)?|banner|hero|mast(?:head)?|jumbotron|top", re.IGNORECASE)
_NAMED: Final = frozenset("div section ul ol p form header span a button table figure footer aside".split())
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONGEST_NAMES = 300  # characters of the names of one element that are looked at


def always(node: Node) -> str | None:
    """What a part is that is furniture wherever it stands; else None."""
    role = _role(node)
    if node.tag in _ALWAYS or role in _ALWAYS_ROLES:
        return f'marked as "{role if role in _ALWAYS_ROLES else node.tag}"'
    return "a cookie banner" if node.tag in _NAMED and _VENDORS.search(names(node)) else None


def often(node: Node) -> str | None:
    """What a part is, by its tag, role or whole name, that may be furniture; else None."""
    role = _role(node)
    if node.tag in _OFTEN or role in _OFTEN_ROLES:
        return f'marked as "{role if role in _OFTEN_ROLES else node.tag}"'
    if node.tag not in _NAMED:
        return None
    named = _BANNER.search(names(node)) or _FURNITURE.search(names(node))
    return f'named "{named.group().strip()}"' if named else None


def beside(node: Node) -> str | None:
    """What a part is, by a word of its names, that is furniture where it stands beside the policy; else None."""
    return _named(node, _BESIDE)


def topic(node: Node) -> str | None:
    """What a part is, by a word of its names, that may be furniture beside the policy, or speak of just that; else None."""
    return _named(node, _TOPICS)


def _named(node: Node, pattern: re.Pattern[str]) -> str | None:
    if node.tag not in _NAMED:
        return None
    words = _WORDS.findall(names(node))
    pairs = [f"{a}-{b}" for a, b in pairwise(words)]
    named = next((word for word in [*words, *pairs] if pattern.fullmatch(word)), None)
    return f'named "{named}"' if named else None


def is_banner(node: Node) -> bool:
    """Whether a part is named as cookie banners are."""
    return bool(_BANNER.search(names(node)))


def is_head(node: Node) -> bool:
    """Whether a part is the head of its page: where its title stands, and what the site wants to say besides."""
    if node.tag == "header" or _role(node) == "banner":
        return True
    return node.tag in _NAMED and any(_HEADS.fullmatch(word) for word in _WORDS.findall(names(node)))


def is_structure(node: Node) -> bool:
    """Whether the tag, role or names of a part say head, foot or side of a page, not what it is about."""
    return node.tag in _OFTEN or _role(node) in _OFTEN_ROLES or bool(_named(node, _STRUCTURE))


def is_overlay(node: Node) -> bool:
    """Whether a part is named as what lies over a page for a moment."""
    return bool(_named(node, _OVERLAY))


def is_main(node: Node) -> bool:
    """Whether a page calls this its main part."""
    return node.tag in ("main", "article") or _role(node) == "main"


def is_unseen(node: Node) -> bool:
    """Whether a part is named as what only readers of screens say ("Skip to content")."""
    return bool(_UNSEEN_NAMES.search(names(node)))


def is_tab(node: Node) -> bool:
    """Whether a part shows one of several panels that stand in one place."""
    return _role(node) == "tab"


def is_panel(node: Node) -> bool:
    """Whether a part is what a tab shows."""
    return _role(node) == "tabpanel"


def names(node: Node) -> str:
    """The classes and the id of an element."""
    return (
        f"{node.attributes.get('class', '')[:_LONGEST_NAMES]} {node.attributes.get('id', '')[:_LONGEST_NAMES]}".strip()
    )


def _role(node: Node) -> str:
    return node.attributes.get("role", "").strip().lower()
