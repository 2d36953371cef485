"""The company that a document speaks for, as it calls itself. A wrong one is worse than none: what only looks like one is left.

First counts who says "we" in the text, then what the page says of its site, then the owner of the copyright.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from corpus.formats.metadata.legal_forms import FORMS, without_form
from corpus.formats.metadata.not_companies import ANY, HOSTS, PAGES, PHRASES, PLACES

LONGEST: Final = 120  # characters of a name
_BEGINNING = 12_000  # characters in which a document says who "we" are
_BEFORE = 200  # characters before "("we")" in which the name may stand

_WORD = r"(?:[A-ZÀ-ÖØ-Þ0-9](?:[\w&'’+!./-]{0,40}[\w!+])?|[A-Z]\.|[a-z]{1,3}[A-Z][\w-]{0,40})"
_JOIN = r"(?: | & | \+ | and | und | of | of the | for | für | de | van | von | - | – )"
_LEGAL: Final = re.compile(
    rf"(?<![\w&@./-])(?P<name>{_WORD}(?:{_JOIN}{_WORD}){{0,7}}?(?: \([A-Z][\w. ]{{1,20}}\))?,? (?:& )?{FORMS})"
)
_SMALL: Final = re.compile(rf"(?<![\w&@./-])(?P<name>[a-z][a-z0-9]{{2,}},? {FORMS})")  # "adidas AG"
_NAMED = rf"{_WORD}(?:(?: | & | of | of the |\s?\+\s?){_WORD}){{0,4}}"
_QUOTE = r"[“”„‟\"'‘’‚«»‹›]"
_WE: Final = re.compile(
    rf"{_QUOTE}\s?(?:we|us|our|ours|wir|uns|unser\w*)\s?[,.]?\s?{_QUOTE}|"
    r"^(?:(?:hereinafter|hereafter|collectively|together|also|or|nachfolgend|im folgenden)\W+)*(?:referred to as\W+)?"
    r"(?:we|us|our|wir|uns)(?:\W+(?:or |and |oder |und )?(?:we|us|our|ours|wir|uns|unser\w*))*$|"
    rf"\b(?:nachfolgend|nachstehend|folgenden)\W+(?:auch )?{_QUOTE}?wir\b",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\(([^()]{2,200})\)")
_QUOTED: Final = re.compile(rf"{_QUOTE}([^“”„\"‘’«»]{{2,40}}?){_QUOTE}")
_ITS = r"(?:,? (?:and|along with|together with|und) (?:its|their|our|ihre|seine)(?: [\w-]+,?){1,6})?"
_BEFORE_BRACKETS: Final = re.compile(rf"(?:^|[^\w&@./-])(?P<name>{_NAMED}){_ITS},?\s*(?:\([^()]{{1,80}}\),?\s*)?$")
_NOW_ANOTHER: Final = re.compile(
    r"\b(?:operated by|run by|provided by|on behalf of|published by|betrieben von|im auftrag)\b", re.IGNORECASE
)
_BEGIN = r"(?:^|(?<=[\n.:!?•“\"]) ?)"  # of a sentence
_THIS_SITE = (
    r"(?P<which>This|The|Our|Diese\w*|Die|Der|Das|Unsere?)(?P<kind>(?: [\w’'-]+){0,3}?) (?P<what>(?P<app>(?i:apps?|games?))|"
    r"(?P<site>(?i:(?:web ?)?sites?|store|(?:web)?shop|(?:web|internet)seiten?|online-?shop))|"
    r"(?i:applications?|services?|platform|portal|software|dienste?|angebot|plattform))(?![\w-])"
    r"(?: \([^()]{1,60}\)| at \S+| located at \S+| \S+\.\w+)?"
)
_RUN = r"(?:operated|run|owned|provided|published|offered|brought to you)"
_RUN_IN_GERMAN = r"(?:betrieben|bereitgestellt|angeboten|herausgegeben)"
# Who hosts a site, built it or keeps it up is somebody else; who developed an app is not.
_RUN_BY: Final = re.compile(
    rf"{_BEGIN}{_THIS_SITE} (?:(?:is|are)(?: \w+ly)?(?: \w+ed,?(?: and| &)?){{0,2}}? (?(app)(?:{_RUN}|developed)|{_RUN})"
    rf"(?:,? (?:and |& )?\w+ed){{0,2}} by|(?:wird|werden) (?:{_RUN_IN_GERMAN} (?:von|durch)|"
    rf"(?:von|durch)(?=(?:(?! gehostet| und von )[^.\n]|\.(?! [A-ZÄÖÜ]\w)){{3,250}}? {_RUN_IN_GERMAN}\b))):? ?(?:the |die |der |dem )?(?=\w)",
    re.MULTILINE,
)
_RUN_BY_ENDS: Final = rf"(?=,|\.|\n|$| \(| and\b| at no cost\b| {_RUN_IN_GERMAN}\b)"
_ANY_SITE: Final = frozenset({"online", "web", "mobile", "website", "web-based"})
_THIS_POLICY = (
    r"(?:This|The|Our|Diese)(?: [\w’'-]+){0,4}? (?:Policy|policy|Notice|notice|Statement|statement|Datenschutz\w+)"
)
_TELLS = (
    r"(?:describes?|explains?|sets out|outlines|details|discloses|governs|covers|applies to|"
    r"informs you (?:about|of)|tells you|summari[sz]es|beschreibt|erläutert)"
)
_DOES = r"(?:collects?|uses?|process(?:es)?|handles?|treats?|gathers?|manages?|protects?|shares?|stores?|respects|values|takes|erhebt|verarbeitet|nutzt)"
# Sentences in which a document names its company; the name follows, with or without its kind.
_WE_ARE: Final = (
    (r"(?:We|Wir)(?:, ?(?:are|at|sind)?| (?:are|at|sind|the|die|der)\b)\s?(?:the |die |der )?", r"(?=,|\.|\n|$| \()"),
    (r"(?:We|Wir) ", None),
)
_POLICY_OF: Final = (
    (rf"{_THIS_POLICY} (?:of|from|der|von)", rf"(?= (?:{_TELLS})| \(|\.|,|\n|$)"),
    (rf"{_THIS_POLICY}(?: \([^()]{{1,60}}\))? {_TELLS}(?: (?:how|the way|why|what|when|in which|that|wie|and|practices|of|for|information))*",
     rf"(?= {_DOES}\b| and (?:its|our)\b| \(|, (?:its|and)\b|’s|'s)"),
    (r"(?:Here )?(?:At|Bei)", r"(?:\s\([^()]{1,80}\))?(?=, (?:we|our|your|privacy|the|protecting|wir)\b| we\b)"),
)  # fmt: skip
# A sentence that begins with a name: "Acme is committed to protecting your privacy".
_BEGUN: Final = re.compile(
    rf"^(?P<name>{_NAMED}(?:,? {FORMS})?)(?:,? \([^()]{{1,80}}\)|{_ITS})? "
    r"(?:(?:is|are) (?:strongly |fully |deeply )?committed to|(?:respects?|values?|takes?|cares? (?:about|for)) (?:your|the|its|user)\b)",
    re.MULTILINE,
)
_CONTROLLER: Final = re.compile(
    r"(?:controller|Verantwortliche[rn]?(?: Stelle)?|verantwortliche Stelle|Diensteanbieter)\b[^.\n]{0,120}?(?:\bis\b|\bist\b|:|\n)[:\s]*(?:the |die |der )?",
    re.IGNORECASE,
)
_IS_CONTROLLER: Final = re.compile(
    r"[^.\n]{0,60}?\b(?:is|acts as|ist) (?:the |a |der |die )?(?:data )?(?:controller|verantwortliche)", re.IGNORECASE
)
_MEANS: Final = re.compile(
    r"[^.\n]{0,60}?\b(?:means?|refers?(?: only| collectively)? to|references? to|are references to|shall mean|is|are|bezeichne[nt]|meinen|stehen für)"
    r"\s(?:the company |the |die |der )?",
)
_DEFINED: Final = re.compile(r"\) refers to\s+(?:the )?$")
_AFTER_DEFINED: Final = r"(?=\.(?:\s|$)|,|\n|$)"
_HOST_AS_NAME: Final = re.compile(r"[\w-]+-(?:com|org|net|io|co|eu|de|fr|uk)")  # a folder of a site: "acme-com"
_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright)(?: ?(?:©|\(c\)))?(?:[ ,]*(?:19|20)\d\d(?: ?[-–—,/] ?(?:(?:19|20)?\d\d|present|today|now|heute))?)?[ ,|]*(?:by |of |der )?",
    re.IGNORECASE,
)
# The full stop of "Med." ends no name.
_COPYRIGHT_ENDS: Final = re.compile(
    r"(?=\s*(?:$|(?<!\W[A-Z][a-z])(?<!\W[A-Z][a-z]{2})\.|\. ?(?:$|All\b|Alle\b)|[,|–—•·\n©]| - | All\b| Alle\b|,? (?:19|20)\d\d))"
)
_SENTENCE_END: Final = re.compile(
    r"[\n;:!?]|(?<=[a-zß-ÿ)])(?<!\bPte)(?<!\bPty)(?<!\bPvt)(?<!\bCo)(?<!\bCie)(?<!\bSt)(?<!\bDr)\.\s(?=[A-Z“\"])"
)
# What stands before a name and is no part of it.
_LEAD: Final = re.compile(
    r"^(?:(?:and|und|or|oder|of|by|&|Copyright|©|\(c\)|\d+(?:\.\d+)+\.?|\d+[.)]|(?:19|20)\d\d|"
    r"(?:[\w’'-]+ )*?(?:Policy|Notice|Statement|Terms|Agreement|Declaration|Datenschutz\w+)(?: (?:of|for|by|from|der|von))?|"
    r"At|We|This|Welcome(?: to)?|By|In|Our|Us|Here|For|With|From|On|And|Or|Both|If|When|While|Between|Please|Thanks?|To|You|Your|As|Because|"
    r"Company|Provider|Operator|Controller|Owner|Seller|Wir|Bei|Im|Diese[rs]?|Unsere?|Willkommen(?: bei)?|Anbieter|Betreiber|Firma)[ ,]+)+"
)
_LEAD_OF_GERMAN: Final = re.compile(r"^(?:The|Die|Der|Das) (?=.*(?:GmbH|AG|KG|KGaA|OHG|UG|GbR|e\. ?V\.|e\. ?K\.)$)")
POLICY: Final = re.compile(
    r"\b(?:privacy|policy|policies|notices?|statements?|terms|conditions|agreement|disclaimer|cookies?|data protection|gdpr|legal|imprint|impressum|"
    r"datenschutz\w*|agb|nutzungsbedingungen|rechtliche\w*)\b",
    re.IGNORECASE,
)
_BESIDE_POLICY: Final = re.compile(
    r"(?P<before>.+?)(?:[’']s?)? (?:online |website |web |mobile |global |general |customer |user )?(?:privacy|cookies?|data protection|datenschutz)\b.*|"
    r"(?:.* )?(?:policy|notice|statement|datenschutz\w*) (?:of|for|von|der) (?P<behind>.+)",
    re.IGNORECASE,
)
_PARTED: Final = re.compile(r"\s+[|–—·•»:>/-]+\s+|\s*[|»]\s*|:\s+")


def company_of(
    text: str, site: str | None = None, title: str | None = None, address: str | None = None, owners: Iterable[str] = ()
) -> str | None:
    """The company of a document, None where it does not say.

    Args:
        text: the document's.
        site: what a page calls its site.
        title: of a page, a file's properties, or the first heading.
        address: where it was published.
        owners: lines of a page that claim a copyright.
    """
    beginning, title = text[:_BEGINNING], (title or "")[: 2 * LONGEST]
    owned = {name for line in (*owners, *_copyright_lines(text)) if (name := _owner(line))}
    called = site_name(site, text) or _of_title(title, text, address)
    beside = owned | {called} if called else owned
    return (
        _who_is_we(beginning)
        or _named_after(_WE_ARE, beginning)
        or _controller(beginning[: _BEGINNING // 4])
        or _who_runs_it(beginning, beside, (*beside, site or "", title))
        or _named_after(_POLICY_OF, beginning)
        or _who_cares(beginning)
        or called
        or (owned.pop() if len(owned) == 1 else None)
    )


def site_name(text: str | None, mentioned_in: str = "") -> str | None:
    """A site's name where it may be its company's: "Acme Privacy Policy", "Help Center", "Canada" and slogans are not."""
    name = " ".join((text or "").split())
    pieces = [piece for piece in _PARTED.split(name) if piece]
    if len(pieces) > 1:
        told = [piece for piece in pieces if site_name(piece) and _mentions(mentioned_in, piece) > 1]
        return told[0] if len(told) == 1 else None
    words = name.split()
    if not 0 < len(name) <= LONGEST or len(words) > 6 or POLICY.search(name) or _is_general(name, of_page=True):
        return None
    if _HOST_AS_NAME.fullmatch(name):
        return None
    if len(words) > 1 and any(
        word[0].islower() for word in words if word not in _SMALL_WORDS and not word[1:2].isupper()
    ):
        return None  # "Cheap crossings"
    return None if name.casefold() in HOSTS and _mentions(mentioned_in, name) < 3 else name


_SMALL_WORDS: Final = frozenset("of and the for & für und der die das de van von + - in".split())


def _mentions(text: str, name: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text)) if text else 0


def _is_general(name: str, *, of_page: bool = False) -> bool:
    """Whether a name is nobody's: of a country or a language, or made of words that any company has; or `of_page`, and of a kind
    of page."""
    plain = re.sub(r"[^\w& ]", " ", name.casefold()).split()
    whole = " ".join(plain)
    return (
        not plain
        or whole in PLACES
        or all(word in ANY or word in PAGES or word in _SMALL_WORDS for word in plain)
        or (of_page and any(word in PAGES for word in plain))
        or (of_page and any(f" {phrase} " in f" {whole} " for phrase in PHRASES))
        or not re.search(r"[^\W\d_]", whole)
    )


# --- the text ----------------------------------------------------------------------------------------------------------


def _who_is_we(text: str) -> str | None:
    """The company in `Acme, Inc. ("Acme", "we")`, in `"we" means Acme, Inc.`"""
    for found in _BRACKETS.finditer(text):
        if _WE.search(found[1].strip()) and (name := _before(text, found.start(), _called(found[1]))):
            return name
    for found in _WE.finditer(text):
        means = _MEANS.match(text, found.end())
        # '... "Us" or "Our" in this Agreement) refers to Acme.': what so many generators of policies write, leaves no doubt.
        sure = _AFTER_DEFINED if means and _DEFINED.search(means.group()) else None
        if means and (name := _at(text, means.end(), sure)):
            return name
    return None


def _called(words: str) -> str | None:
    """The short name that brackets give a company beside "we"."""
    names = (
        _bare(found[1].strip(" ,.")) for found in _QUOTED.finditer(words) if re.match(_WORD, found[1].strip(" ,."))
    )
    return next((name for name in names if name and not _WE.search(f'"{name}"')), None)


def _before(text: str, end: int, called: str | None) -> str | None:
    """The company that a sentence names before a place, the first that it names where it names several; without its kind,
    what stands right before the place, if that agrees with what the company is `called`."""
    sentence = _SENTENCE_END.split(text[max(0, end - _BEFORE) : end])[-1]
    named = [found for pattern in (_LEGAL, _SMALL) for found in pattern.finditer(sentence)]
    named = [found for found in named if len(sentence) - found.end() <= _BEFORE // 2 and _bare(found["name"])]
    named.sort(key=lambda found: found.start())
    if named:
        chosen = named[0]
        for before, after in pairwise(named):
            if _NOW_ANOTHER.search(sentence, before.end(), after.start()):
                chosen = after
        return _bare(chosen["name"])
    alone = _BEFORE_BRACKETS.search(sentence)
    name = _bare(alone["name"]) if alone else None
    return name if name and (called is None or called.casefold()[:3] in name.casefold()) else called


def _named_after(sentences: Iterable[tuple[str, str | None]], text: str) -> str | None:
    """The company in "We are Acme Ltd", "At Acme, we"."""
    for before, after in sentences:
        for found in _begun(before).finditer(text):
            if name := _at(text, found.end(), after):
                return name
    return None


@cache
def _begun(before: str) -> re.Pattern[str]:
    return re.compile(rf"{_BEGIN}{before}\s?(?:the |die |der )?(?=\w)", re.MULTILINE)


def _controller(text: str) -> str | None:
    """The company in "The controller is Acme GmbH", "Acme GmbH is the controller"."""
    for found in _CONTROLLER.finditer(text):
        if name := _at(text, found.end()):
            return name
    for found in _LEGAL.finditer(text):
        if _IS_CONTROLLER.match(text, found.end()) and (name := _bare(found["name"])):
            return name
    return None


def _who_cares(text: str) -> str | None:
    """The company in "Acme is committed to protecting your privacy"."""
    return next((name for found in _BEGUN.finditer(text) if (name := _bare(found["name"]))), None)


def _who_runs_it(text: str, beside: Collection[str], told: Collection[str]) -> str | None:
    """The company in "This site is run by Acme Ltd".

    So do others speak whom a site makes use of: "We use Globex Maps. This service is provided by Globex Ltd". A name that agrees
    with what is `told` of the site counts anywhere; any other one where the sentence speaks of the site itself, and not far from
    the beginning if the name of a company stands `beside` the text; or else where a paragraph at the beginning starts with it.
    """
    for found in _RUN_BY.finditer(text):
        name = _at(text, found.end(), _RUN_BY_ENDS)
        if name is None or (_agrees(name, HOSTS) and not _agrees(name, told)):
            continue
        at = found.start()
        if _speaks_of_the_site(found, told):
            counts = not beside or at < _BEGINNING // 4
        else:
            counts = not beside and at < _BEGINNING // 8 and text[:at].rstrip(" ")[-1:] in ("", "\n")
        if counts or _agrees(name, told):
            return name
    return None


def _speaks_of_the_site(found: re.Match[str], told: Iterable[str]) -> bool:
    """Whether a sentence speaks of the whole site or app: of "The Service", of which it said what it means, or of "the Acme
    service" where the site is called so, but not of "this service" or "our careers site"."""
    kind = set(found["kind"].casefold().split()) - _ANY_SITE
    defined = found["what"].isupper() or (found["which"] in ("The", "Our") and found["what"][0].isupper())
    return kind <= set(" ".join(told).casefold().split()) if kind else bool(found["site"] or found["app"] or defined)


def _agrees(name: str, others: Iterable[str]) -> bool:
    """Whether a name shares a word of its own with another, however that parts its words."""
    words, joined = _own_words(name), _joined(name)
    for other in others:
        theirs, (shorter, longer) = _own_words(other), sorted((joined, _joined(other)), key=len)
        if words & theirs or (words and theirs and len(shorter) > 3 and shorter in longer):
            return True
    return False


def _own_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others."""
    return (
        frozenset(re.findall(r"\w{3,}", without_form(name).casefold())) - ANY - PAGES - PLACES - {"com", "org", "net"}
    )


def _joined(name: str) -> str:
    return re.sub(r"[\W_]", "", without_form(name).casefold())


def _at(text: str, start: int, after: str | None = None) -> str | None:
    """The company named at a place: by its full name, or, where the words `after` it leave no doubt, by a short one."""
    for pattern in (_LEGAL, _SMALL):
        full = pattern.match(text, start)
        if full is not None and (name := _bare(full["name"])):
            return name
    if after is None:
        return None
    short = _short(after).match(text, start)
    return _bare(short["name"]) if short else None


@cache
def _short(after: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<name>{_NAMED}){after}")


def _bare(name: str) -> str | None:
    """A name without what stands before it; None where nothing is left of it but its kind."""
    name = " ".join(name.split())
    name = _LEAD_OF_GERMAN.sub("", _LEAD.sub("", name)).strip(" ,")
    if re.search(
        r"(?:LLC|LLP|PLC|plc|Limited|LIMITED|Corporation|Company|GmbH|AG|KG|KGaA|SE|SARL|SA|SAS|AB|ApS|Oy)\.$", name
    ):
        name = name[:-1]
    own = without_form(name)
    if not own or re.fullmatch(FORMS, name) or len(name) > LONGEST or re.match(r"\d{4,} ", name):
        return None
    return None if POLICY.search(name) or _is_general(own) else name


# --- what stands beside the text ---------------------------------------------------------------------------------------


def _of_title(title: str, text: str, address: str | None) -> str | None:
    """The company in "Privacy Policy | Acme" and "Acme Privacy Policy". More than one word, and a word that stands beside the
    policy's name without a mark, must come up in the text or the address."""
    pieces = _PARTED.split(title)
    others = [name for piece in pieces if not POLICY.search(piece) and (name := site_name(piece, text))]
    if len(others) == 1 and len(pieces) > 1 and (" " not in others[0] or _known(others[0], text, address)):
        return others[0]
    beside = (_BESIDE_POLICY.fullmatch(piece.strip()) for piece in pieces)
    others += [found["before"] or found["behind"] for found in beside if found]
    sure = {name for name in others if site_name(name) and (_known(name, text, address))}
    return sure.pop() if len(sure) == 1 else None


def _known(name: str, text: str, address: str | None) -> bool:
    """Whether a text or its address names something otherwise than as a title."""
    plain = re.sub(r"[^a-z0-9]", "", name.casefold())
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(address or "").hostname or "").casefold())
    acts = re.search(
        rf"(?<!\w){re.escape(name)}(?:[’']s?)? (?:{_DOES}|and its|may|will|is|does|has|provides|offers)\b", text
    )
    return bool(acts) or (len(plain) > 2 and plain in host)


def _copyright_lines(text: str) -> list[str]:
    edges = (text[:1_000], text[-3_000:]) if len(text) > 4_000 else (text,)
    return [line for edge in edges for line in edge.split("\n") if _COPYRIGHT.search(line)]


def _owner(line: str) -> str | None:
    """Whose the copyright is that a line claims."""
    found = next(
        (match for match in _COPYRIGHT.finditer(line) if re.search(r"©|\(c\)|\d{4}", match.group(), re.IGNORECASE)),
        None,
    )
    if found is None:
        return None
    full = _LEGAL.match(line, found.end())
    if full is not None:
        return _bare(full["name"])
    short = _short(_COPYRIGHT_ENDS.pattern).match(line, found.end())
    return site_name(re.sub(r" (?:19|20)\d\d$", "", _bare(short["name"]) or "")) if short else None
