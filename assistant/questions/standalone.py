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
from itertools import dropwhile
from typing import NamedTuple

from assistant.errors import BadQuestion
from assistant.model import MAX_HISTORY, Turn, checked
from assistant.practices.lexicon import Lexicon
from assistant.questions import inflection
from assistant.questions import word_classes as classes
from assistant.questions.follow_ups import FollowUps
from assistant.questions.fragments import asks_nothing
from assistant.questions.named_companies import DEALS, DEALT, Group, side_by_side, those_asked
from assistant.questions.policy_names import PolicyNames, tells_of
from assistant.questions.several import Parting
from assistant.questions.spelling import Speller
from assistant.questions.topics import Topic
from corpus.model import Described

_OF_SEVERAL = re.compile(r"(?:\b(?P<verb>do|are|have|were)\s+)?(?:\b(?:both|either|neither)\s+)?$", re.IGNORECASE)
_NONE_OF = re.compile(rf"\b(?:{'|'.join(sorted(classes.AUXILIARIES))})\s+neither\s+$", re.IGNORECASE)
_OF_ONE = {"do": "does", "are": "is", "have": "has", "were": "was"}
# What says nothing without the company behind "at" or "by": "does it go to X", "are you owned by X".
_NEEDS_AT = re.compile(
    r"\b(?:go|goes|going|went|gone|belongs?|part|one|owned|hosted|run|operated|managed|powered|provided|acquired|bought|affiliated|"
    r"deal|head|owner|apart|aside|other|compared|different|than|unlike|as|except|end(?:s|ed)? up|servers?)\s+$",
    re.IGNORECASE,
)
# Of these "at NAME" says no more than which company is asked; the others tell which way data go, too.
_OF_SERVICE = frozenset("at on in inside within with by for of".split())
_TAKEN_FROM = re.compile(r"\b(?:delet|eras|remov|wip|cancel|unsubscrib|deregist)\w*\b[^.?!;:,]*$", re.IGNORECASE)
_CLAUSE_BEFORE = re.compile(r"[^.?!;:,]*$")
_ALONE_BEFORE = re.compile(r"\W*(?:(?:and|or|but|also|even|what about|how about)\s+)*", re.IGNORECASE)
_ALONE_BEHIND = re.compile(r"(?:\s+(?:too|as well|also))?\W*", re.IGNORECASE)
_NO_NOUNS = frozenset("thanks thank thx pls plz yesterday tomorrow tonight anymore nowadays right huh sir".split())
_TO_WHOM = re.compile(r"(?:(?:and|or|also|but|even|not|only)\s+)*(?:to|with|from)\b", re.IGNORECASE)
_WHAT_I = re.compile(rf"(?:\w+ ){{0,3}}?(?:{'|'.join(sorted(classes.AUXILIARIES))})(?:n['’]t)? i\b", re.IGNORECASE)
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
        self._follow_ups, self._parting, self._speller = FollowUps(data), Parting(data), speller
        self._names, self._data = PolicyNames(policies), data

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
        if earlier is None:
            return alone
        if named and self._goes_to(asked, earlier.query.text) and not {policy, earlier.query.scope} & set(named):
            named, scope, among, scoped = (), policy, (), False
            corrected = self._speller.correct(self._names.spelt(asked))
            alone = Query(corrected, asked, scope)
        if not named and policy in (None, earlier.chosen):  # the company that the earlier one named is still meant
            scope, among = earlier.query.scope, earlier.query.among
        said = earlier.query.text
        whole = self._follow_ups.completed(corrected, said, scoped=scoped)
        if whole is None or not said.lower().startswith(
            whole.rstrip("?.! ").lower()
        ):  # what asks it all again is of no one part
            for topic in self._topics(said, corrected):
                made = self._follow_ups.completed(corrected, topic, scoped=scoped)
                if made is not None:
                    return Query(made, asked, scope, topic, among)
        return alone if whole is None else Query(whole, asked, scope, said, among)

    def _topics(self, earlier: str, message: str) -> list[str]:
        """The questions of a message that asks several, in the order in which one that follows may go on with them: the last first, but
        those of what "I" can do last of all; for "to advertisers?" those that give first."""
        parts = list(reversed(self._parting.parts(earlier)))
        if not earlier[:1].isupper():
            parts = [f"{part[:1].lower()}{part[1:]}" if part[1:2].islower() else part for part in parts]
        deals = _TO_WHOM.match(message) is not None
        parts.sort(key=lambda part: (deals and not DEALS.search(part), _WHAT_I.match(part) is not None))
        return parts

    def _goes_to(self, message: str, earlier: str) -> bool:
        """Whether a message that names companies and asks nothing more adds them to those whom the question before it tells of: "and
        with NAME?" after "do you share my data?", not after "do you keep my data?" or "do I have to share my data?"."""
        message = self._names.spelt(message)
        groups = side_by_side(message, self._names.mentions(message))
        first, last = groups[0][0].match, groups[0][-1].match
        before, behind = message[: first.start()], message[last.end() :]
        if (
            len(groups) > 1
            or not first["at"]
            or not (_ALONE_BEFORE.fullmatch(before) and _ALONE_BEHIND.fullmatch(behind))
        ):
            return False
        topics = [Topic.of(text, self._data) for text in self._topics(earlier, message) or [earlier]]
        return any(
            topic.recipient_preposition() == first["at"].lower()
            and topic.clause
            and topic.clause.subject.lower() not in {"i", "we"}
            for topic in topics
        )

    def _scope(self, message: str, chosen: str | None) -> tuple[tuple[str, ...], str]:
        """The policies of the companies that a message asks, none where it asks no one by name; and the message with "the
        company" for them (or nothing, for "at NAME"). Companies that it only speaks of stay in it."""
        message = self._names.spelt(message)
        groups = side_by_side(message, self._names.mentions(message))
        those = those_asked(message, groups, chosen, self._names.policies)
        if not those:
            return (), message
        policies = dict.fromkeys(id_ for group in those for name, _ in group for id_ in name.of(chosen))
        if _SHARED_BETWEEN.search(message[: those[0][0].match.start("name")]):
            return tuple(policies), message  # of two that share, both stay: no one company does it
        own = {id_ for group in those for name, _ in group for id_ in name.policies}
        text = message
        for group in reversed(groups):
            if all(own.issuperset(name.policies) for name, _ in group):
                text = _without(text, group)
        return tuple(policies), _tidied(text)


class _Earlier(NamedTuple):
    """An earlier turn as it was read, and the policy that was chosen then."""

    query: Query
    chosen: str | None


def _tidied(text: str) -> str:
    """The text with single spaces, none before a mark and no mark where it begins."""
    return re.sub(r" +(?=[?!.,;:])", "", " ".join(text.split())).lstrip(",;: ")


def _without(text: str, group: Group) -> str:
    """The text with what stands for companies side by side in their place, and the verb before several that of one."""
    start, end = group[0].match.start(), group[-1].match.end()
    before, behind = text[:start], text[end:]
    if len(group) > 1:
        if _NONE_OF.search(before):  # "does neither A nor B sell it": does each of them not
            behind = f"not {behind.lstrip()}"
        before = _OF_SEVERAL.sub(lambda found: f"{_OF_ONE[found['verb'].lower()]} " if found["verb"] else "", before)
    return f"{before}{_unnamed(group[0].match, group[-1].match, before, behind)}{behind}"


def _unnamed(first: re.Match[str], last: re.Match[str], before: str, behind: str) -> str:
    """What stands for a company's name, or several from the first to the last: nothing for "at NAME", "my" for "my NAME
    account", "use the service" for "use NAME"; "on the company's" for "on NAME servers", where nothing would leave a gap."""
    own = last["own"] or ""
    after = [word.low for word in classes.tokens(behind)]
    of_noun = last["then"] is not None and (bool(own) or _is_of_noun(after))
    if first["at"]:
        if not (of_noun or _NEEDS_AT.search(before) or _leads_somewhere(first["at"], before, last["then"], after)):
            return " "
        whose = "the company's" if of_noun else "the company"
        return f" {first['at']} {whose} "
    whose = first["whose"] or ""
    if whose.lower() == "that" and (own or not last["then"] or _is_told(after, several=first is not last)):
        return f" {whose} the company{own} "  # "is it true that NAME sells it"
    is_told = whose.lower() in ("the", "this") and (tells_of(after) or classes.auxiliary(after[0] if after else ""))
    if whose and last["then"] and not own and not is_told:
        vowel = last["then"][:1].lower() in "aeio"
        return f" {'an' if vowel else 'a'} " if whose.lower() in ("a", "an") else f" {whose} "
    if first["using"] and of_noun and not own:
        return f" {first['using']} the company's "
    if first["using"]:
        return f" {first['using']} the service{own} "
    return f" the company{own} "


def _leads_somewhere(at: str, before: str, then: str | None, after: list[str]) -> bool:
    """Whether a question means something else without "at NAME": "who sells it to NAME", "by NAME or its partners", "consent to NAME
    selling it"."""
    low, clause = at.lower(), _CLAUSE_BEFORE.findall(before)[0]
    if then and inflection.is_gerund(then):
        return True
    if then and then.lower() in ("and", "or") and (low == "by" or _is_another(after[1:])):
        return True
    if low == "from" and _TAKEN_FROM.search(before):
        return False
    if low == "with":
        return DEALT.search(clause) is not None
    return low not in _OF_SERVICE and any(classes.is_open(word.low) for word in classes.tokens(clause))


def _is_another(words: list[str]) -> bool:
    """Whether words behind "at NAME or" go on with another like it: "its partners", "at others", "elsewhere"."""
    word = next(iter(words), "")
    return (
        word in classes.PREPOSITIONS
        or word in classes.DETERMINERS - {"my", "our"} - classes.INTERROGATIVES
        or word in {"elsewhere", "others"}
    )


def _is_told(after: list[str], *, several: bool) -> bool:
    """Whether the words behind a name, or several, tell what it does: "sells my data", "never sells it", "has sold it"."""
    after = list(dropwhile(classes.is_adverb, after))
    verb, then = [*after, "", ""][:2]
    if classes.auxiliary(verb) or tells_of(after) or (several and inflection.is_base(verb)):
        return True
    is_finite = inflection.base_of_third(verb) is not None or inflection.is_participle(verb)
    return is_finite and then not in classes.CONJUNCTIONS and classes.auxiliary(then) is None


def _is_of_noun(after: list[str]) -> bool:
    """Whether the word behind a name is a noun that the name describes: "on NAME servers", not "safe at NAME tonight"."""
    noun = next(iter(after), "")
    return (
        bool(noun)
        and classes.is_noun(noun)
        and noun not in classes.ADJECTIVES | classes.PREDICATIVE | _NO_NOUNS
        and not (inflection.is_adjective(noun) or classes.is_place(noun) or tells_of(after))
        and (len(after) == 1 or inflection.base_of_third(noun) is None)
    )
