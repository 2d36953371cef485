"""Of the companies that a message names, those that it asks: "Does Rackspace sell my data?" asks Rackspace.

A company that is only spoken of is asked nothing: one that the asked one is compared with ("unlike Rackspace, do you ..."), gives
data to, runs on or belongs to, or that stands in a story before the question ("I left Rackspace. Do you ..."). Where a policy
is chosen, it is asked of that one then; where none is, what is only told may still say who is meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from assistant.questions import inflection
from assistant.questions import word_classes as classes
from assistant.questions.form import asks, starts_question
from assistant.questions.policy_names import Mention, tells_of

Group: TypeAlias = list[Mention]
"""Names that stand side by side: "Rackspace, QualiSpace and VPS6"."""


def _forms(verbs: str) -> str:
    """Some verbs in every form that a question has of them."""
    forms = ((inflection.third_person(verb), *inflection.behind_auxiliary(verb)) for verb in verbs.split())
    return "|".join(itertools.chain.from_iterable(forms))


_NEAR = 240  # characters of its sentence around a name that tell what the name is there for
_JOINT = re.compile(r"\s*(?:,?\s*(?:and/or|and|or|nor|&|vs\.?|versus)|[,/&+])\s*(?:both\s+)?", re.IGNORECASE)
_AUX = rf"(?:{'|'.join(sorted(classes.AUXILIARIES))})(?:n['’]t)?"
# What stands before a company's name, by how likely the company is then the one that is asked.
_SUBJECT = re.compile(rf"\b{_AUX}\s+(?:(?:not|both|either|neither|the)\s+)*$", re.IGNORECASE)
_WHOSE = r"(?:(?:the|my|your|both|either)\s+)*$"
_PLACED = re.compile(rf"\b(?:at|by|on|in|inside|within|of|for|about)\s+{_WHOSE}", re.IGNORECASE)
_OTHER = re.compile(
    rf"\b(?:with|to|from|via|through|into|onto|than|like|unlike|outside|between|among|against)\s+{_WHOSE}",
    re.IGNORECASE,
)
_YOU = r"(?:you|u|your(?: \w+){1,2})"
_NOT_ASKERS = rf"(?!.*\b(?:i|we|{'|'.join(sorted(classes.SUBORDINATORS | classes.INTERROGATIVES))})\b)"
_BEGINS = rf"^(?:(?:why|when|where|how(?: \w+)?|(?:what|which|whose)(?: \w+){{0,2}})\s+(?={_AUX}\s))?{_NOT_ASKERS}"  # "why is ..."
_CLAUSE = r"[^.?!;:,]*"
_THE = r"(?:(?:the|both|either)\s+)*$"
_STILL = r"(?:(?:also|still|really|ever|even|now|not)\s+)?"
# Who is asked gives something to another company, or gets it there: "do you share my data with X", "is my data sold to X".
_GIVES = "share sell resell rent lease give pass hand send forward transfer disclose reveal release leak provide exchange trade"
_DEALS = _forms(
    f"{_GIVES} swap sync get receive buy purchase acquire obtain collect gather work partner cooperate collaborate deal integrate "
    "connect link import export upload outsource pull load fetch scrape take report submit"
)
DEALS = re.compile(rf"\b(?:{_DEALS})\b", re.IGNORECASE)
"""What is done with others: shared with them, sold to them, got from them."""
DEALT = re.compile(rf"{DEALS.pattern}{_NOT_ASKERS}", re.IGNORECASE)
"""The same, where no other act comes behind: "do they share it", not "do they share it if I log in"."""
_DEALT = "|".join(map(inflection.participle, f"{_GIVES} export outsource".split()))
# Who is asked runs on it, is part of it or knows it: "are you owned by X", "do you use X".
_RUN = (
    r"(?:(?:owned|operated|powered|managed|controlled|supplied|provided|acquired|bought|purchased|received|obtained|audited|certified"
    r"|funded|taken over) (?:by|via|through)|(?:hosted|housed|located|run|backed(?: up)?) (?:by|at|on|in|with|via|through))"
)
_KIN = (
    r"(?:part|one|subsidiary|brand|division|daughter|unit|member|customer|client|partner|branch|affiliate|reseller|owner|parent"
    r"|affiliated|associated|connected|related|allied|the same)"
)
_SPOKEN_OF = re.compile(
    rf"\b{_YOU}\b{_NOT_ASKERS}{_CLAUSE}\b(?:{_DEALS})\b{_CLAUSE}\b(?:with|to|from|via|through)\s+{_THE}"
    rf"|{_BEGINS}.*\b(?:{_DEALT})\b(?:\s+(?:on|over|out|along|away))?\s+(?:with|to|from|via|through)\s+{_THE}"
    rf"|{_BEGINS}.*\b(?:(?:{_forms('go belong get')})\s+(?:with|to|via|through)|(?:{_forms('end')}) up (?:with|to|at|in))\s+{_THE}"
    rf"|\b{_AUX}\s+{_YOU}\b{_NOT_ASKERS}{_CLAUSE}\b(?:{_RUN}|{_KIN}\s+(?:with|to|of|from|as))\s+{_THE}"
    rf"|\b{_AUX}\s+(?:you|u)\s+{_STILL}(?:using|used)\s+{_THE}"
    rf"|\b{_AUX}\s+your (?!(?:personal )?(?:data|info|information)\b)(?:\w+ ){{1,2}}(?:\w+ed|sent|sold|made|built|set|kept|read)\s+(?:by|via|through)\s+{_THE}"
    rf"|\b(?:you|u)\s+(?:and|or)\s+{_THE}"
    rf"|\b{_YOU}\b{_NOT_ASKERS}{_CLAUSE}\b(?:host|rely|depend)\b{_CLAUSE}\b(?:at|on|with|in)\s+{_THE}"
    rf"|\b{_AUX}\s+your (?:\w+ )?servers?\s+(?:at|on|with|in|from)\s+{_THE}"
    rf"|\b(?:are|were)\s+(?:you|u)\s+{_STILL}{_THE}",
    re.IGNORECASE,
)
# Who is asked may also be "they", "the company" or left out: "do they share it with X", "and give it to X".
_DEALT_WITH = re.compile(rf"\b(?P<how>with|to|from)\s+{_THE}", re.IGNORECASE)
_PEOPLE = classes.SOMEBODY | frozenset("i we one people".split())  # who gives to a company as its customer
_THE_ASKED = frozenset("they them it company firm business provider service site website app platform".split())
_DONE_TO_IT = re.compile(rf"\b{_AUX}\s+(?:you|u)\s+{_STILL}(?P<verb>\w+)\s+{_THE}", re.IGNORECASE)
_SHOWN = frozenset("mean say show check search compare open read find see know have think cover like look".split())
# What another company holds is still that of the chosen one, where one is: "is my data stored on X servers".
_HELD = re.compile(
    rf"\b(?:{_RUN}|(?:stored|kept|saved|held|processed|placed)\s+(?:on|via|through)"
    rf"|(?:log|sign|logg|sign)(?:ing|ed)?[ -]?in\s+(?:with|via|through|using)|pay(?:ing)? (?:with|by|via|through))\s+{_THE}",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:than|unlike|except(?:ing)?(?: for)?|besides|(?:apart|aside) from|excluding|instead of|opposed to|versus|vs\.?"
    r"|(?:compared|comparison|contrast|similar) (?:to|with)|different (?:from|to)|(?:such|same|just) as|as (?!well\b)\w+ as"
    r"|(?<!\bi )(?<!\bwe )(?<!would )(?<!would you )(?<!['’]d )like|(?:don['’]?t|not) mean|(?<=, )not|(?:and|but) not"
    r"|(?:every\w*|any\w*|no(?:body|thing| one)?|none|all|who|others?|companies) but)\s+"
    rf"(?:(?:what|that of|those of|at|with|of|by|for|in|on|to|about|from)\s+)*{_WHOSE}|(?<!why )\bnot\s+$",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?:is|are|was|were)(?:n['’]t)?\s+(?:(?:not|both|either|neither|the)\s+)*$", re.IGNORECASE)
# What stands behind the name of one that "you" is not: "is X one of your partners", "does X own you", "does X get my data from
# you", "is X on your site".
_OF_YOURS = re.compile(
    r"^(?:\s+\w+){0,4}?\s+your\s+(?:\w+\s+)?(?:partner|supplier|provider|host|owner|parent|customer|client|competitor|(?:sub-?)?processor"
    r"|subsidiary|affiliate|contractor|vendor)s?\b",
    re.IGNORECASE,
)
_DOES_TO_YOU = re.compile(
    rf"^\s+{_STILL}(?:{_forms('own host run operate supply audit fund acquire buy')})\s+(?:you\b|your (?:company|site|servers?|business))"
    rf"|^(?={_CLAUSE}\b(?:i|me|my)\b){_CLAUSE}(?:\b(?:from|through|via|by|for|on|in|at|of)\s+your?\b|(?<!\bi )\b(?:tell|send|give|show|sell|pass)s? you\b)"
    rf"|^(?={_CLAUSE}\bmy\b)(?!{_CLAUSE}\bi\b){_CLAUSE}\b(?:to|with)\s+your?\b"
    r"|^\s+(?:and|or)\s+(?:you|u)\b",
    re.IGNORECASE,
)
_ON_YOUR_SITE = re.compile(
    rf"^(?!{_CLAUSE}\b(?:{'|'.join(sorted(classes.INTERROGATIVES - {'which', 'that'}))}|do|does|did)\b){_CLAUSE}\b(?:on|in|at|from)\s+(?:your (?:\w+ )?(?:site|website|pages?|app|shop|store|checkout|forms?|servers?|side)|this (?:site|page|website))\b",
    re.IGNORECASE,
)
_SAYS_OF_YOU = re.compile(
    rf"^{_CLAUSE}\b(?:{_forms('say tell claim think swear')}|told)\b{_CLAUSE}\byour?\b", re.IGNORECASE
)
# Where a message goes on with something else: a sentence, or a clause that asks "you" ("X uses cookies, do you?").
_STOP = re.compile(
    rf"(?<=[.?!…;])[\"'”’)]*\s+(?=\S)|\n+|(?:[,:]\s+|\s+[–—-]\s+|\s+(?=and |but |so ))(?=(?:(?:and|but|so|then)\s+)?(?:\w+\s+){{0,3}}?{_AUX}\s+(?:you|u|your)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|there|so)\b", re.IGNORECASE)
_TO_YOU = re.compile(r"\b(?:you|u|your|yours)\b", re.IGNORECASE)
_CASE = re.compile(rf"(?:when|where|if|while|once|as|after|before|since|unless)\s+(?!{_AUX}\s)", re.IGNORECASE)
_CASES = frozenset("if when whenever once while after before unless as suppose for at in with".split())
_ABOUT = re.compile(
    rf"\b(?:(?:questions?|ask(?:ing)?|talking|know|is|it['’]s|that['’]s)\s+(?:about|for|on|regarding|concerning|of|to)|asking|mean|meant)\s+{_WHOSE}",
    re.IGNORECASE,
)
_FORMER = frozenset("former formerly previously ex".split())


class _Stretch(NamedTuple):
    """A sentence or clause of a message that can ask (code points), and whether it belongs to what the message asks."""

    start: int
    end: int
    asks: bool


def side_by_side(message: str, mentions: Sequence[Mention]) -> list[Group]:
    """The names in a message, those side by side together."""
    groups: list[Group] = []
    for mention in mentions:
        match = mention.match
        last = groups[-1][-1].match if groups else None
        joined = last is not None and _JOINT.fullmatch(message[last.end() : match.start()])
        prefixed = match["whose"] or match["using"] or (match["at"] and match["at"] != (last and last["at"]))
        if joined and not prefixed:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def those_asked(message: str, groups: Sequence[Group], chosen: str | None, every: frozenset[str]) -> list[Group]:
    """Of the companies that a message names those that it asks: all that are subjects of its verbs, or else the one that is
    most likely to be, the first of such.

    Args:
        chosen: the policy that is asked where no company is.
        every: all policies.
    """
    if not groups:
        return []
    stretches = _stretches(message, groups)
    asked: list[Group] = []
    told: list[Group] = []
    own: list[Group] = []  # who asks Acme says "do you sell to Acme?" of Acme itself
    for group in groups:
        at = _name_at(group)
        stretch = next((each for each in reversed(stretches) if each.start <= at), stretches[0])
        named = group[-1].match.end("name")
        before, behind = message[max(stretch.start, at - _NEAR) : at], message[named : min(stretch.end, named + _NEAR)]
        if all(chosen in name.policies for name, _ in group) or every <= {
            id_ for name, _ in group for id_ in name.policies
        }:
            own.append(group)
        if not _is_spoken_of(before, behind, is_chosen=chosen is not None):
            (asked if stretch.asks or not _tells(before, behind) else told).append(group)
    kept = asked or own or (told if chosen is None else [])
    ranks = [_rank(message[: _name_at(group)]) for group in kept]
    first = min(ranks, default=0)
    likeliest = [group for group, rank in zip(kept, ranks, strict=True) if rank == first]
    return likeliest if first == 0 else likeliest[:1]


def _is_spoken_of(before: str, behind: str, *, is_chosen: bool) -> bool:
    """Whether a company is one that the asked one is compared or has to do with, by what stands before and behind its name in
    its sentence. `is_chosen`: there is a policy that is asked where no company is."""
    if _SUBJECT.search(before):
        ours = (
            _DOES_TO_YOU.search(behind),
            _ON_YOUR_SITE.search(behind),
            _IS.search(before) and _OF_YOURS.search(behind),
        )
        return is_chosen and any(ours)
    done = _DONE_TO_IT.search(before)
    if done and inflection.is_base(done["verb"]) and done["verb"].lower() not in _SHOWN:
        return True
    if _COMPARED.search(before) or _SPOKEN_OF.search(before) or _is_dealt_with(before, is_chosen=is_chosen):
        return True
    return is_chosen and any((_HELD.search(before), _SAYS_OF_YOU.search(behind), _ON_YOUR_SITE.search(behind)))


def _is_dealt_with(before: str, *, is_chosen: bool) -> bool:
    """Whether who is asked gives something to a company or gets it there, by what stands before its name: "do they share it with
    X". Not where people do: "what do I have to send to X", "who gets it from X"."""
    dealt = _DEALT_WITH.search(before)
    if dealt is None:
        return False
    clauses = re.split(r"[,;:]", before[: dealt.start()])
    while len(clauses) > 1 and not DEALS.search(clauses[-1]):  # "do they share my name, email and age with X"
        clauses[-2:] = [" ".join(clauses[-2:])]
    if not DEALT.search(clauses[-1]):
        return False
    words = [word.low for word in classes.tokens(clauses[-1])]
    verbs = [at for at, word in enumerate(words) if DEALS.fullmatch(word) and not _is_determined(words[:at])]
    doers = [_doer(words, at) for at in verbs]
    if not doers or any(doer is None or doer in _PEOPLE or classes.is_protected(doer) for doer in doers):
        return False
    is_told = not doers[-1] and inflection.is_base(words[verbs[-1]])  # "give it to X" is said to "you"
    return doers[-1] in _THE_ASKED or (dealt["how"].lower() != "from" and (is_chosen or is_told))


def _is_determined(before: list[str]) -> bool:
    """Whether the words before another make it a noun: "my report"."""
    return bool(before) and before[-1] in classes.DETERMINERS - classes.SUBJECTS


def _doer(words: list[str], verb: int) -> str | None:
    """Who does what a verb tells, by the words before it: "they", "i", "" for one that is left out, as in "and give it to X". None
    where it may be anybody: "is it safe to give it to X"."""
    for at in range(verb - 1, -1, -1):
        word = words[at]
        if word in classes.CONJUNCTIONS:
            before = set(words[:at])
            return "i" if not before.isdisjoint(("i", "we")) else next(filter(classes.is_open, words[:at]), "")
        if not _leads_on(word):
            anybody = words[verb - 1] == "to" and (word == "it" or word in classes.INTERROGATIVES)
            return None if anybody else word.split("'")[0]
    return None if words[:verb] == ["to"] else ""


def _leads_on(word: str) -> bool:
    """Whether a word may stand between a verb and who does it: "they [are never allowed to] share it"."""
    return (
        word in {"to", "please"}
        or word in classes.PARTICLES | classes.ADJECTIVES | classes.PREDICATIVE
        or classes.is_adverb(word)
        or classes.auxiliary(word) is not None
        or inflection.is_participle(word)
        or (classes.is_open(word) and not classes.is_noun(word))
    )


def _stretches(message: str, groups: Sequence[Group]) -> list[_Stretch]:
    """The sentences of a message and its clauses that ask "you", those parted that end with a name's "Inc." only where a question
    follows. Where none asks, all may; what asks "is that so?" asks of the one before too."""
    dots = {mention.match.end() for group in groups for mention in group if mention.match.group().endswith(".")}
    stops = [
        stop for stop in _STOP.finditer(message) if stop.start() not in dots or starts_question(message[stop.end() :])
    ]
    starts = [0, *(stop.end() for stop in stops)]
    ends = [*(stop.end() for stop in stops), len(message)]
    texts = [message[start:end] for start, end in zip(starts, ends, strict=True)]
    asking = [asks(text) and not (_CASE.match(text) and "?" not in text) for text in texts]
    if not any(asking):
        asking = [True] * len(texts)
    for at in range(len(texts) - 1, 0, -1):
        leans = len(texts[at].split()) < 3 or _POINTS.search(texts[at]) is not None
        asking[at - 1] |= asking[at] and leans and not _TO_YOU.search(texts[at])
    return [_Stretch(*each) for each in zip(starts, ends, asking, strict=True)]


def _tells(before: str, behind: str) -> bool:
    """Whether a stretch that asks nothing tells something, and does not say who or what is asked: "hello X", "if I use X"."""
    words, after = [word.low for word in classes.tokens(before)], [word.low for word in classes.tokens(behind)]
    if tells_of(after) or (after and classes.auxiliary(after[0])) or (len(after) > 1 and _is_deed(*after[:2])):
        return True
    if _ABOUT.search(before) or (len(words) > 1 and words[0] in _CASES):
        return False
    return any(
        word in classes.SUBJECTS
        or word in _FORMER
        or classes.auxiliary(word)
        or (word not in classes.PREPOSITIONS and inflection.is_gerund(word))
        for word in words
    )


def _is_deed(verb: str, then: str) -> bool:
    """Whether the two words behind a name tell what it does or did, as far as they show it: "X asks for", "X lost my"."""
    if inflection.base_of_third(verb) is not None:
        return then not in classes.CONJUNCTIONS  # "X emails and calls"
    return inflection.is_participle(verb) or (verb.endswith("s") and classes.is_open(then))


def _rank(before: str) -> int:
    """How likely a company is the one that is asked, by what stands before its name; 0 is the likeliest."""
    if _SUBJECT.search(before):
        return 0
    return 3 if _OTHER.search(before) else 2 if _PLACED.search(before) else 1


def _name_at(group: Group) -> int:
    return group[0].match.start("name")
