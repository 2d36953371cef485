"""A follow-up, the turns before it and a scope -> one stand-alone question.

"and what about my phone number?" takes the place of the data in the question before it, "is it encrypted?" gets its "it"
filled, "why?" is asked of the question before, "at VPS6?" moves the same question to another policy. A message that can
stand alone is left alone: old context never makes a new subject answerable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from assistant.errors import BadQuestion
from assistant.model import MAX_HISTORY, Turn, checked
from assistant.practices.lexicon import Lexicon
from assistant.questions import word_classes as classes
from assistant.questions.follow_ups import FollowUps
from assistant.questions.fragments import asks_nothing
from assistant.questions.policy_names import Mention, PolicyNames
from assistant.questions.spelling import Speller
from corpus.model import Described

_JOINT = re.compile(r"\s*(?:,?\s*(?:and/or|and|or|nor|&|vs\.?|versus)|[,/&+])\s*(?:both\s+)?", re.IGNORECASE)
_OF_SEVERAL = re.compile(r"(?:\b(?P<verb>do|are|have|were)\s+)?(?:\b(?:both|either|neither)\s+)?$", re.IGNORECASE)
_NONE_OF = re.compile(rf"\b(?:{'|'.join(sorted(classes.AUXILIARIES))})\s+neither\s+$", re.IGNORECASE)
_OF_ONE = {"do": "does", "are": "is", "have": "has", "were": "was"}
# What stands before a company's name, by how likely the company is then the one that is asked.
_SUBJECT = re.compile(
    rf"\b(?:{'|'.join(sorted(classes.AUXILIARIES))})(?:n['’]t)?\s+(?:(?:not|both|either|neither|the)\s+)*$",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:at|by|on|in|inside|within|of|for|about)\s+(?:(?:the|my|your|both|either)\s+)*$", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:with|to|from|via|through|into|onto|than|like|unlike|outside|between|among|against)\s+(?:(?:the|my|your|both|either)\s+)*$",
    re.IGNORECASE,
)
# Who is asked gives something to another company, or gets it there: "do you share my data with X", "is my data sold to X".
_DEALS = (
    r"(?:share|sell|resell|rent|lease|give|pass|hand|send|forward|transfer|disclose|reveal|release|leak|provide|exchange|trade|swap|sync"
    r"|get|receive|buy|purchase|acquire|obtain|collect|gather|work|partner|cooperate|collaborate)"
)
_DEALT = r"(?:shared|sold|resold|rented|leased|given|passed|handed|sent|forwarded|transferred|disclosed|revealed|released|leaked|provided|exchanged|traded)"
_NOT_ASKERS = rf"(?!.*\b(?:i|we|{'|'.join(sorted(classes.SUBORDINATORS | classes.INTERROGATIVES))})\b)"
_WITH_NAME = r"(?:with|to|from|via|through)\s+(?:(?:the|both|either)\s+)*$"
_WITH_OTHERS = re.compile(
    rf"\b(?:you|u|your (?:company|firm|team|staff))\b{_NOT_ASKERS}[^.?!;:,]*\b{_DEALS}\b[^.?!;:,]*\b{_WITH_NAME}"
    rf"|^{_NOT_ASKERS}.*\b{_DEALT}\b(?:\s+(?:on|over|out|along|away))?\s+{_WITH_NAME}",
    re.IGNORECASE,
)
_SHARED_BETWEEN = re.compile(r"\b(?:between|among)\s+(?:both\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that stands alone, where to ask it, and what it was before.

    `text` is what is searched; `asked` the message as typed; `topic` the question it follows, if it is a follow-up; `among`
    the policies of the companies that it names, where these are several: then `scope` is None.
    """

    text: str
    asked: str
    scope: str | None
    topic: str | None = None
    among: tuple[str, ...] = ()

    @property
    def understood(self) -> str | None:
        """The stand-alone question, where it differs from the message."""
        return None if self.topic is None else self.text


class QueryReader:
    """Reads messages in the light of the turns before them."""

    def __init__(self, policies: Iterable[Described], data: Lexicon, speller: Speller) -> None:
        self._follow_ups, self._speller = FollowUps(data), speller
        self._names = PolicyNames(policies)

    def standalone(
        self,
        question: str,
        policy: str | None,
        history: Sequence[Turn],
        is_off_topic: Callable[[str], bool],
    ) -> Query:
        """The stand-alone form of a message.

        Args:
            policy: the scope chosen by the caller; None for all policies. A company named in the message goes before it.
            history: earlier turns, oldest first.
            is_off_topic: whether a message is about no privacy practice; such turns are passed over. Asked only of turns
                that a follow-up may go back to.

        Raises:
            BadQuestion: the message or the history cannot be read.
        """
        if len(history) > MAX_HISTORY:
            raise BadQuestion(f"history has {len(history)} turns, at most {MAX_HISTORY} are read; send the last ones")
        asked = checked(question)
        turns = [(checked(turn.question), turn.policy) for turn in history if turn.question.strip()]

        @cache
        def before(at: int) -> _Earlier | None:
            """The last of the first `at` turns that is about a privacy practice, as it was read."""
            if at == 0:
                return None
            said, chosen = turns[at - 1]
            if asks_nothing(said):
                return before(at - 1)
            query = self._read(said, chosen, lambda: before(at - 1))
            if query.topic is not None or not is_off_topic(query.text):
                return _Earlier(query, chosen)
            return before(at - 1)

        return self._read(asked, policy, lambda: before(len(turns)))

    def alone(self, message: str, policy: str) -> Query:
        """A message that was found readable before, with no turns before it."""
        return self._read(message, policy, lambda: None)

    def unscoped(self, question: str) -> Query:
        """A message that stands alone, to be asked of whichever policy: the company that it asks is "the company".

        Raises:
            BadQuestion: the message cannot be read.
        """
        _, asked = self._scope(checked(question), None)
        return Query(self._speller.correct(asked), asked, None)

    def _read(self, asked: str, policy: str | None, before: Callable[[], _Earlier | None]) -> Query:
        """A message in the light of the one before it, which is looked for only where the message may lean on it."""
        named, rest = self._scope(asked, policy)
        corrected = self._speller.correct(rest)
        scope, among = (policy, ()) if not named else (named[0], ()) if len(named) == 1 else (None, named)
        alone = Query(corrected or asked, asked, scope, among=among)
        scoped = bool(named)
        if not self._follow_ups.may_be(corrected, scoped=scoped):
            return alone
        earlier = before()
        whole = None if earlier is None else self._follow_ups.completed(corrected, earlier.query.text, scoped=scoped)
        if earlier is None or whole is None:
            return alone
        if not named and policy in (None, earlier.chosen):  # the company that the earlier one named is still meant
            scope, among = earlier.query.scope, earlier.query.among
        return Query(whole, asked, scope, earlier.query.text, among)

    def _scope(self, message: str, chosen: str | None) -> tuple[tuple[str, ...], str]:
        """The policies of the companies that a message asks, none where it asks no one by name; and the message with "the
        company" for them (or nothing, for "at NAME"). Companies that it only speaks of stay in it."""
        message = self._names.spelt(message)
        groups = _side_by_side(message, self._names.mentions(message))
        asked = [group for group in _asked(message, groups) if not self._is_other(message, group, chosen)]
        if not asked:
            return (), message
        policies = dict.fromkeys(id_ for group in asked for name, _ in group for id_ in name.of(chosen))
        if _SHARED_BETWEEN.search(message[: asked[0][0].match.start("name")]):
            return tuple(policies), message  # of two that share, both stay: no one company does it
        own = {id_ for group in asked for name, _ in group for id_ in name.policies}
        text = message
        for group in reversed(groups):
            if all(own.issuperset(name.policies) for name, _ in group):
                text = _without(text, group)
        return tuple(policies), _tidied(text)

    def _is_other(self, message: str, group: _Group, chosen: str | None) -> bool:
        """Whether companies are those with whom the one that is asked has to do: "do you share my data with NAME?"."""
        policies = {id_ for name, _ in group for id_ in name.policies}
        if all(chosen in name.policies for name, _ in group) or policies >= self._names.policies:
            return False  # who asks Acme says "do you sell to Acme?" of Acme itself
        before = re.split(r"[.?!;]\s", message[: group[0].match.start("name")])[-1]
        return _WITH_OTHERS.search(before) is not None


_Group: TypeAlias = list[Mention]


class _Earlier(NamedTuple):
    """An earlier turn as it was read, and the policy that was chosen then."""

    query: Query
    chosen: str | None


def _side_by_side(message: str, mentions: Sequence[Mention]) -> list[_Group]:
    """The names in a message, those side by side together: "Rackspace, QualiSpace and VPS6"."""
    groups: list[_Group] = []
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


def _asked(message: str, groups: Sequence[_Group]) -> list[_Group]:
    """Of the companies that a message names those that it asks: all that are subjects of its verbs, or else the one that is
    most likely to be, the first of such."""
    ranks = [_rank(message[: group[0].match.start("name")]) for group in groups]
    first = min(ranks, default=0)
    likeliest = [group for group, rank in zip(groups, ranks, strict=True) if rank == first]
    return likeliest if first == 0 else likeliest[:1]


def _rank(before: str) -> int:
    """How likely a company is the one that is asked, by what stands before its name; 0 is the likeliest."""
    if _SUBJECT.search(before):
        return 0
    return 3 if _OTHER.search(before) else 2 if _PLACED.search(before) else 1


def _tidied(text: str) -> str:
    """The text with single spaces and none before a mark."""
    return re.sub(r" +(?=[?!.,;:])", "", " ".join(text.split()))


def _without(text: str, group: _Group) -> str:
    """The text with what stands for companies side by side in their place, and the verb before several that of one."""
    start, end = group[0].match.start(), group[-1].match.end()
    before, behind = text[:start], text[end:]
    if len(group) > 1:
        if _NONE_OF.search(before):  # "does neither A nor B sell it": does each of them not
            behind = f"not {behind.lstrip()}"
        before = _OF_SEVERAL.sub(lambda found: f"{_OF_ONE[found['verb'].lower()]} " if found["verb"] else "", before)
    return f"{before}{_unnamed(group[0].match, group[-1].match)}{behind}"


def _unnamed(first: re.Match[str], last: re.Match[str]) -> str:
    """What stands for a company's name, or several from the first to the last: nothing for "at NAME", "my" for "my NAME
    account", "use the service" for "use NAME"."""
    own = last["own"] or ""
    if first["at"]:
        return " "
    if first["whose"] and last["then"] and not own:
        whose = first["whose"]
        vowel = last["then"].strip()[:1].lower() in "aeio"
        return f" {'an' if vowel else 'a'} " if whose.lower() in ("a", "an") else f" {whose} "
    if first["using"]:
        return f" {first['using']} the service{own} "
    return f" the company{own} "
