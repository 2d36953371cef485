"""What the policies on a shelf and their companies are called in messages: "rackspace", "Acme" for "Acme, Inc."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from corpus.formats.metadata.legal_forms import said_name
from corpus.model import Described

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_RUN = re.compile(r"\w+")
_DOMAIN = re.compile(r"\.(?:com|net|org|io|de|co\.uk)$")
_NAMED = (
    r"(?:(?<!\w)(?:(?P<at>at|by|with|for|from|in|of|to|on|via|through|inside|within|into|onto)"
    r"|(?P<whose>an?|the|my|your|our|his|her|their|this|that|these|those|any|some|every|each|no)"
    r"|(?P<using>use|uses|using|used|join|joins|joining|joined|install|installing|installed|download|downloading|downloaded))\s+)?"
    r"(?<!\w){name}(?P<own>['’]s)?(?![\w@])(?=(?P<then>\s+\w)?)"
)
_NO_NAME = frozenset(
    "privacy policy policies terms notice statement cookie cookies data legal index readme the and of my text test".split()
)


def called(policies: Iterable[Described]) -> list[str]:
    """What some policies and their companies are called, as they say it themselves."""
    return [name for each in policies for name in (each.provider, each.title, each.id) if name]


class PolicyName:
    """One name, and the policy that it is of."""

    def __init__(self, name: str, policy_id: str) -> None:
        self.name, self.policy_id = name, policy_id

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Where a message holds the name: with "at" or its like before it (`at`), with an article or "my" (`whose`), as what is used
        (`using`), with "'s" behind it (`own`) or another word (`then`)."""
        return re.compile(_NAMED.format(name=re.escape(self.name)), re.IGNORECASE)


class PolicyNames:
    """The names of some policies. A message is compared with those alone of which it holds the longest word: there may be
    ten thousand."""

    def __init__(self, policies: Iterable[Described]) -> None:
        names: dict[str, str] = {}
        for policy in policies:
            for name in (policy.id, policy.id.replace("-", " "), policy.provider or policy.id):
                names.setdefault(name.lower(), policy.id)
                names.setdefault(_DOMAIN.sub("", name.lower()), policy.id)
                names.setdefault(said_name(name).lower(), policy.id)
        self._by_word: dict[str, list[tuple[int, PolicyName]]] = {}
        ordered = sorted(names.items(), key=lambda item: -len(item[0]))
        for rank, (name, policy_id) in enumerate(ordered):
            if len(name) >= 3 and not set(_WORD.findall(name)) <= _NO_NAME:
                word = max(_RUN.findall(name), key=len)
                self._by_word.setdefault(word, []).append((rank, PolicyName(name, policy_id)))

    def perhaps_in(self, message: str) -> Iterator[PolicyName]:
        """The names that may stand in a message, the longest first: "Rackspace Managed Hosting" before "Rackspace"."""
        words = dict.fromkeys(_RUN.findall(message.lower()))
        ranked = sorted((each for word in words for each in self._by_word.get(word, ())), key=lambda each: each[0])
        return (name for _, name in ranked)
