"""What the policies on a shelf and their companies are called in messages: "rackspace", "Acme" for "Acme, Inc.".

A company's name means its policy that is asked anyhow, or else its current ones; a policy's id means that policy alone. A
name that is also ordinary words ("Target", "Next") is one only where it is written or stands as a name: a word torn out of
a question, and the question put to another company, is worse than a name that is missed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.questions import inflection
from assistant.questions import word_classes as classes
from assistant.questions.companies import NAMES
from assistant.questions.spelling import english
from corpus.formats.metadata.legal_forms import FORMS, said_name
from corpus.model import Described

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_RUN = re.compile(r"\w+")
_TLD = r"\.(?:com|net|org|io|de|co\.uk)"
_DOMAIN = re.compile(rf"{_TLD}$")
_BEFORE_NAME = (
    r"(?:(?<!\w)(?:(?P<at>at|by|with|for|from|in|of|to|on|via|through|inside|within|into|onto)"
    r"|(?P<whose>an?|the|my|your|our|his|her|their|this|that|these|those|any|some|every|each|no)"
    r"|(?P<using>use|uses|using|used|join|joins|joining|joined|install|installing|installed|download|downloading|downloaded))\s+)?"
)
_AFTER_NAME = rf"(?P<firm>{_TLD}|(?-i:(?:,? )(?:& )?{FORMS}))?(?P<own>['’]s)?(?![\w@])(?=(?:\s+(?P<then>\w+))?)"
# Of a mailbox or a page: "joe@acme.com", "https://acme.com/privacy"; "acme.com" and "www.acme.com" are names.
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*|\b\w+://\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_NO_NAME = frozenset(
    "privacy policy policies terms notice statement cookie cookies data legal index readme the and of my text test".split()
)
_ORDINARY = 15_000  # rank among English words up to which one is ordinary; beyond it, names are as many as words
_LONG = 6  # letters of a name from which on one slip in it is overlooked
_TYPED = re.compile(rf"(?<![\w@.])[^\W\d_]{{{_LONG},}}(?![\w@])")
_AUXILIARY = re.compile(r"\b(does|did|is|was|has|can|could|will|would)\s+$", re.IGNORECASE)
_DATA = frozenset("data info information".split())


def called(policies: Iterable[Described]) -> list[str]:
    """What some policies and their companies are called, as they say it themselves."""
    return [name for each in policies for name in (each.provider, each.title, each.id) if name]


class _Named(NamedTuple):
    """A name as it is written, and the ids of the policies that it is of. `is_id`: it is that of one, letter for letter."""

    written: str
    policies: tuple[str, ...]
    is_id: bool = False


class PolicyName:
    """One name, and the policies that it is of; `current`, those that no other supersedes."""

    def __init__(self, named: _Named, current: tuple[str, ...]) -> None:
        self.name, self._written, self._is_id = named.written.lower(), named.written, named.is_id
        self.policies, self._current = named.policies, current or named.policies

    def of(self, chosen: str | None) -> tuple[str, ...]:
        """The policies that the name means where one is chosen: that one if it is among its own, or else its current ones."""
        return (chosen,) if chosen is not None and chosen in self.policies else self._current

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Where a message holds the name (`name`): with "at" or its like before it (`at`), with an article or "my" (`whose`), as
        what is used (`using`); with ".com" or "Inc." (`firm`), "'s" (`own`) or another word (`then`) behind it."""
        return re.compile(
            rf"{_BEFORE_NAME}(?<![\w@])(?<!\w[.-])(?P<name>(?:www\.|@)?{re.escape(self.name)}){_AFTER_NAME}",
            re.IGNORECASE,
        )

    @cached_property
    def _is_words(self) -> bool:
        if self._is_id or self.name in _companies()[0]:
            return False
        return all(_ordinary(word) for word in re.split(r"[ -]+", self.name))

    def found(self, message: str) -> Iterator[re.Match[str]]:
        """Where the name stands in a message, and is meant as a name."""
        return (match for match in self.pattern.finditer(message) if not self._is_words or self._meant(message, match))

    def _meant(self, message: str, match: re.Match[str]) -> bool:
        """Whether ordinary words are meant as the name."""
        firm = match["firm"] or ""
        if firm.startswith("."):
            return True
        after = [token.low for token in classes.tokens(message[match.end() :])]
        if self._as_written(match["name"]) and not _is_titled(message, match):
            return not _begins(message, match) or bool(firm or match["own"]) or tells_of(after)
        if match["whose"] or inflection.is_plural(self.name) or classes.is_person(self.name):
            return False  # "my visa's number", "is people's data sold?", "can friends see my data?"
        if match["own"]:
            return classes.is_open(self.name) and not classes.is_adverb(self.name)
        before = _AUXILIARY.search(message[: match.start("name")])
        return before is not None and _acts(before[1].lower(), after)

    def _as_written(self, typed: str) -> bool:
        """Whether the name has the capitals that it is written with; where that is none, one at each word."""
        small = self._written.islower()
        return all(
            (one == other and not small) or (one[:1].isupper() and (len(one) == 1 or not one.isupper()))
            for one, other in zip(_RUN.findall(typed), _RUN.findall(self._written), strict=False)
            if small or not other.islower()
        )


class Mention(NamedTuple):
    """A name in a message, and the match of its pattern."""

    name: PolicyName
    match: re.Match[str]


class PolicyNames:
    """The names of some policies. A message is compared with those alone of which it holds the longest word: there may be
    ten thousand."""

    def __init__(self, policies: Iterable[Described]) -> None:
        by_id: dict[str, Described] = {policy.id: policy for policy in policies}
        superseded = {policy.supersedes for policy in by_id.values()}
        self.policies = frozenset(by_id)
        names = _names(by_id)
        self._by_word: dict[str, list[tuple[int, PolicyName]]] = {}
        for rank, low in enumerate(sorted(names, key=len, reverse=True)):
            if len(low) >= 3 and not set(_WORD.findall(low)) <= _NO_NAME:
                word = max(_RUN.findall(low), key=len)
                current = tuple(id_ for id_ in names[low].policies if id_ not in superseded)
                self._by_word.setdefault(word, []).append((rank, PolicyName(names[low], current)))
        self._names = names.keys()

    def spelt(self, message: str) -> str:
        """The message with names put right in which one letter is wrong. Only what is no word and no known company is taken for such
        a slip: who asks VPS6 whether "Rackspce" sells data must not be told of VPS6."""
        return _TYPED.sub(lambda typed: self._meant(typed.group()), message)

    def _meant(self, typed: str) -> str:
        low = typed.lower()
        if _is_word(low) or low in self._words:
            return typed
        near = process.extract(low, self._words, scorer=OSA.distance, score_cutoff=1, limit=2)
        if len(near) != 1 or near[0][0][0] != low[0]:
            return typed
        meant: str = near[0][0]
        return meant.capitalize() if typed[0].isupper() else meant

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of names that can be told when one letter is wrong."""
        words = {word for low in self._names for word in _RUN.findall(low)}
        return frozenset(word for word in words if len(word) >= _LONG and word.isalpha() and not _ordinary(word))

    def perhaps_in(self, message: str) -> Iterator[PolicyName]:
        """The names that may stand in a message, the longest first: "Rackspace Managed Hosting" before "Rackspace"."""
        words = dict.fromkeys(_RUN.findall(message.lower()))
        ranked = sorted((each for word in words for each in self._by_word.get(word, ())), key=lambda each: each[0])
        return (name for _, name in ranked)

    def mentions(self, message: str) -> list[Mention]:
        """The names that stand in a message, in their order; of two in one place, the longer. A mail or web address names no one."""
        found: list[Mention] = []
        taken = [address.span() for address in _ADDRESS.finditer(message)]
        for name in self.perhaps_in(message):
            for match in name.found(message):
                if all(match.end() <= start or end <= match.start() for start, end in taken):
                    taken.append(match.span())
                    found.append(Mention(name, match))
        return sorted(found, key=lambda mention: mention.match.start())


class _Company:
    """A company of the shelf: its name with nothing around it (`bare`), all that it is called, as it is written, and the ids of its
    policies with the versions before them."""

    def __init__(self, bare: str) -> None:
        self.bare = bare
        self.written: dict[str, str] = {}
        self.policies: dict[str, None] = {}

    def add(self, policy: Described, name: str, by_id: Mapping[str, Described]) -> None:
        """Take in one policy, the versions before it (which may have another name) and what it calls the company."""
        version: Described | None = policy
        while version is not None and version.id not in self.policies:
            self.policies[version.id] = None
            version = by_id.get(version.supersedes or "")
        for written in _forms(name):
            self.written.setdefault(written.lower(), written)


def _names(by_id: Mapping[str, Described]) -> dict[str, _Named]:
    """What messages call the policies, by how it is written in lower case."""
    companies: dict[str, _Company] = {}
    of_policy: dict[str, _Company] = {}
    for policy in by_id.values():
        if policy.provider or not _is_common(policy.id):
            called_by = policy.provider or policy.id
            company = companies.setdefault(low := _bare(called_by), _Company(low))
            company.add(policy, called_by, by_id)
            of_policy[policy.id] = company
    names: dict[str, _Named] = {}
    for company in companies.values():
        for low, written in company.written.items():
            others = names[low].policies if low in names else ()
            names[low] = _Named(written, tuple(dict.fromkeys((*others, *company.policies))))
    of_ids: dict[str, _Named] = {}
    for id_, company in of_policy.items():
        for named in _of_id(id_, company):
            of_ids.setdefault(named.written.lower(), named)
    return of_ids | names  # "acme" is the company Acme, of whose policies one may have that id


def _of_id(id_: str, company: _Company) -> Iterator[_Named]:
    """What a policy's id says that it is called: with its hyphens as typed, and with spaces as people say it."""
    goes_on = id_.lower().startswith(f"{company.bare.replace(' ', '-')}-")  # "target-careers": nobody writes words so
    if not goes_on and _is_common(id_):
        return
    said = id_.replace("-", " ")
    if said != id_:
        yield _Named(id_, (id_,), is_id=True)
    if goes_on and (written := company.written.get(company.bare)):
        said = written + said[len(written) :]
    if set(_RUN.findall(said.lower())) - _NO_NAME <= set(_RUN.findall(company.bare)):
        yield _Named(said, tuple(company.policies))  # "larkspur" of Larkspur Toys, "acme privacy" of Acme
    else:
        yield _Named(said, (id_,))


def _bare(name: str) -> str:
    """What tells a company from others: "acme" for "ACME, Inc." and "Acme.com"."""
    return _DOMAIN.sub("", said_name(name).lower())


def _forms(name: str) -> Iterator[str]:
    """A company's name, without its domain, and without its legal form."""
    for form in (name, said_name(name)):
        yield form
        if domain := _DOMAIN.search(form.lower()):
            yield form[: domain.start()]


def _is_common(id_: str) -> bool:
    """Whether an id is made of words and numbers that stand in any question."""
    names = _companies()[0]
    return id_.lower() not in names and all(
        word.isdigit()
        or (word not in names and (word in english() or word.removesuffix("s") in english() or classes.is_person(word)))
        for word in _RUN.findall(id_.lower())
    )


@cache
def _companies() -> tuple[frozenset[str], frozenset[str]]:
    """Names of known companies in lower case: those that are nothing else, and those that are words too."""
    listed = json.loads(NAMES.read_text(encoding="utf-8"))
    names, also_words = (frozenset(name.lower() for name in listed[kind]) for kind in ("names", "also_words"))
    return names, also_words


def _is_word(low: str) -> bool:
    """Whether a word is one that is known to be something: English, or a company's name."""
    names, also_words = _companies()
    return low in english() or low.removesuffix("s") in english() or low in names or low in also_words


def _ordinary(word: str) -> bool:
    names, also_words = _companies()
    return word in also_words or (word not in names and english().get(word, _ORDINARY) < _ORDINARY)


def _begins(message: str, match: re.Match[str]) -> bool:
    """Whether a name begins a sentence, which gives any word its capital."""
    before = message[: match.start("name")].rstrip(" \"'“‘(")
    return not before or before[-1] in ".?!:\n"


def _is_titled(message: str, match: re.Match[str]) -> bool:
    """Whether a message gives every word of weight a capital, or is all capitals, so that they show no names."""
    others = [
        token.text
        for token in classes.tokens(f"{message[: match.start('name')]} {message[match.end() :]}")[1:]
        if classes.is_open(token.text) and not token.text.isupper()
    ]
    return message.isupper() or (len(others) > 1 and all(other[0].isupper() for other in others))


def tells_of(after: list[str]) -> bool:
    """Whether the words behind a name tell what it does: "Target will sell ...", "Target sells my data"."""
    if after and after[0] in classes.AUXILIARIES:
        return _acts(after[0], after[1:])
    return bool(after) and inflection.base_of_third(after[0]) is not None and _has_object(after[1:])


def _acts(auxiliary: str, after: list[str]) -> bool:
    """Whether an auxiliary's verb is among the words behind a name, and no noun that the name would describe: "does target
    sell ...", not "can target ads ...", "when does next change come"."""
    while after and (classes.is_adverb(after[0]) or after[0] == "not"):
        after = after[1:]
    if not after:
        return False
    verb, behind = after[0], after[1:]
    if auxiliary in classes.BE:
        return inflection.base_of_gerund(verb) is not None and _has_object(behind)
    if auxiliary in classes.HAVE:
        return inflection.is_participle(verb) and _has_object(behind)
    return inflection.is_base(verb) and (verb not in inflection.NOUN_TOO or _has_object(behind))


def _has_object(behind: list[str]) -> bool:
    """Whether words behind a verb are what it is done to, as far as they show it."""
    return bool(behind) and (
        behind[0] in classes.DETERMINERS
        or behind[0] in classes.PRONOUNS
        or behind[0] in _DATA
        or inflection.is_plural(behind[0])
    )
