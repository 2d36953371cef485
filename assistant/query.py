"""A follow-up, the turns before it and a scope -> one stand-alone question.

"and what about my phone number?" takes the place of the data in the question before it, "is it encrypted?" gets its "it"
filled, "why?" is asked of the question before, "at VPS6?" moves the same question to another policy. A message that can
stand alone is left alone: old context never makes a new subject answerable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import BadQuestion
from assistant.model import MAX_HISTORY, MAX_QUESTION, Turn
from assistant.practices.lexicon import Lexicon, Mention
from assistant.question import starts_question
from assistant.spelling import Speller
from corpus.model import Policy, Span

_LEAD = re.compile(
    r"^(?:(?:and|also|but|so|ok(?:ay)?|or|then|well|right|thanks?(?: you)?|what about|how about|what of|same (?:question )?for|same (?:question )?(?:with|at)|"
    r"(?:and )?(?:at|for|with|in|by|from|on))\b[\s,.:;-]*)+",
    re.IGNORECASE,
)
_ONLY_ASKS = re.compile(
    r"^(?:why(?: (?:not|so|is that|do (?:you|they)(?: do (?:that|it|this))?|would (?:you|they)))?|how(?: (?:so|come|long|often|much|exactly))?|"
    r"(?:and )?(?:for )?(?:how long|what(?: for| purpose| reason)?|since when)|who|whom|(?:with|by|to) whom|who (?:with|by|to)|when|where|which(?: ones?)?|"
    r"are you sure|really|is that (?:so|right|true)|seriously|does it say (?:so|why|that)|what does (?:it|the policy) say|can you explain|explain|"
    r"(?:under|on) what (?:condition|circumstance)s?|in which cases?)(?: then| exactly| though)?$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?P<word>(?:this|that|these|those|such|the same) (?:information|data|details|info|stuff|things?|kind of "
    r"(?:information|data)|number|records?|ones?)|it|them|they|those|these|that|this|one of them|any of (?:it|that|this))"
    r"\b(?!['’])(?! (?:policy|company|site|website|document|service|possible|true|ok|safe|legal|allowed|clear|privacy|"
    r"case|point|moment|page|statement|provider)\b)",
    re.IGNORECASE,
)
_FILLER = frozenset(
    "a an the and also but so ok okay or then well right thanks please about of same question for with at in by from on too "
    "as do does did is are you your they their there here i me my it this that one instead though again now tell know company policy".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_DOMAIN = re.compile(r"\.(?:com|net|org|io|de|co\.uk)$")
_NAMED = r"(?P<at>(?<!\w)(?:at|by|with|for|from|in|of|to)\s+)?(?<!\w){name}(?P<own>['’]s)?(?![\w@])"
_NO_NAME = frozenset(
    "privacy policy policies terms notice statement cookie cookies data legal index readme the and of my text test".split()
)
_PARTICIPLES = ("ed", "sold", "kept", "given", "sent", "held", "shown", "safe", "secure", "private")
_DETERMINERS = frozenset(
    "my our your the his her their a an any all some such this that these those credit debit home postal personal private e-mail "
    "email phone mobile telephone full real bank customer account live".split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that stands alone, where to ask it, and what it was before.

    `text` is what is searched; `asked` the message as typed; `topic` the question it follows, if it is a follow-up.
    """

    text: str
    asked: str
    scope: str | None
    topic: str | None = None

    @property
    def understood(self) -> str | None:
        """The stand-alone question, where it differs from the message."""
        return None if self.topic is None else self.text


def checked(question: str) -> str:
    """The question without white space around it and invisible marks in it.

    Raises:
        BadQuestion: it is empty, too long, or holds characters that are no text.
    """
    if len(question) > MAX_QUESTION:
        raise BadQuestion(f"question has {len(question):,} characters, at most {MAX_QUESTION:,} are read; shorten it")
    for at, letter in enumerate(question):
        kind = unicodedata.category(letter)
        if kind == "Cs":
            raise BadQuestion(
                f"question holds a lone surrogate (U+{ord(letter):04X}) at character {at + 1}; send it as valid Unicode"
            )
        if kind == "Cc" and letter not in "\t\n\r":
            raise BadQuestion(
                f"question holds a control character (U+{ord(letter):04X}) at character {at + 1}; remove it"
            )
    text = " ".join("".join(letter for letter in question if unicodedata.category(letter) != "Cf").split())
    if not text:
        raise BadQuestion("question is empty; type a question about a privacy policy")
    return text


class QueryReader:
    """Reads messages in the light of the turns before them."""

    def __init__(self, policies: Mapping[str, Policy], data: Lexicon, actions: Lexicon, speller: Speller) -> None:
        self._data, self._actions, self._speller = data, actions, speller
        self._names = _names(policies.values())

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
            is_off_topic: whether a message is about no privacy practice; such turns are passed over.

        Raises:
            BadQuestion: the message or the history cannot be read.
        """
        if len(history) > MAX_HISTORY:
            raise BadQuestion(f"history has {len(history)} turns, at most {MAX_HISTORY} are read; send the last ones")
        previous: Query | None = None
        for turn in history:
            if not turn.question.strip():
                continue
            query = self._read(checked(turn.question), turn.policy, previous)
            if query.topic is not None or not is_off_topic(query.text):
                previous = query
        return self._read(checked(question), policy, previous)

    def unscoped(self, question: str) -> Query:
        """A message that stands alone, to be asked of whichever policy: companies that it names are "the company".

        Raises:
            BadQuestion: the message cannot be read.
        """
        message = asked = checked(question)
        for pattern, _ in self._names:
            asked = pattern.sub(_unnamed, asked)
        if asked != message:
            asked = re.sub(r" +(?=[?!.,;:])", "", " ".join(asked.split()))
        return Query(self._speller.correct(asked), asked, None)

    def _read(self, asked: str, policy: str | None, previous: Query | None) -> Query:
        named, rest = self._scope(asked)
        corrected = self._speller.correct(rest)
        scope = named or policy
        if previous is None:
            return Query(self._speller.correct(asked) if named is None else corrected, asked, scope)
        resolved = self._resolve(corrected, previous)
        if resolved is None:
            return Query(corrected, asked, scope)
        return Query(resolved, asked, scope or previous.scope, previous.text)

    def _resolve(self, message: str, previous: Query) -> str | None:
        """The message with what it leaves out filled in; None if it leaves nothing out."""
        bare = message.strip(" ?!.,;:")
        lead = _LEAD.match(bare + " ")
        rest = (bare + " ")[lead.end() :].strip(" ?!.,;:") if lead else bare
        words = [found.group().lower() for found in _WORD.finditer(rest)]
        if all(word in _FILLER for word in words):
            return previous.text
        if _ONLY_ASKS.match(rest):
            return f"{rest}: {previous.text}"
        mentions = [mention for mention in self._data.mentions(rest) if mention.name != "any"]
        pronoun = _PRONOUN.search(rest)
        if pronoun and not self._covers(mentions, pronoun.start("word")):
            topic = self._noun(previous.text)
            if topic is None:
                return f"{rest}? ({previous.text})"
            return f"{rest[: pronoun.start('word')]}{topic}{rest[pronoun.end('word') :]}?"
        if lead and mentions and not starts_question(rest) and not self._actions.names(rest) and len(words) <= 8:
            return self._substituted(previous.text, rest)
        if len(words) <= 3 and self._actions.names(rest) and not mentions and not pronoun:
            topic = self._noun(previous.text)
            if topic is None:
                return f"{rest}? ({previous.text})"
            return f"is {topic} {rest}?" if rest.lower().endswith(_PARTICIPLES) else f"{rest} {topic}?"
        return None

    def _covers(self, mentions: Iterable[Mention], at: int) -> bool:
        return any(mention.span.start <= at < mention.span.end for mention in mentions)

    def _noun(self, question: str) -> str | None:
        """The data a question is about, as it names them: "my card number"; None if it names none."""
        mentions = self._data.mentions(question)
        chosen = [mention for mention in mentions if mention.name != "any"] or mentions
        return self._phrase(question, chosen[-1].span).of(question) if chosen else None

    def _phrase(self, text: str, span: Span) -> Span:
        """A mention with the determiners and adjectives before it."""
        start = span.start
        before = list(_WORD.finditer(text[: span.start]))
        while before and before[-1].group().lower() in _DETERMINERS and not text[before[-1].end() : start].strip():
            start = before.pop().start()
        return Span(start, span.end)

    def _substituted(self, question: str, noun: str) -> str:
        """The question before with other data in it."""
        mentions = self._data.mentions(question)
        chosen = [mention for mention in mentions if mention.name != "any"] or mentions
        if not chosen:
            return f"{question.rstrip(' ?')} {noun}?"
        first = chosen[-1].span
        joined = [mention.span for mention in chosen if 0 <= first.start - mention.span.end <= 5]
        span = self._phrase(question, Span(min([first.start, *(s.start for s in joined)]), first.end))
        return f"{question[: span.start]}{noun}{question[span.end :]}"

    def _scope(self, message: str) -> tuple[str | None, str]:
        """The policy a message names, and the message with "the company" for the name (or nothing, for "at NAME")."""
        for pattern, policy_id in self._names:
            found = pattern.search(message)
            if found:
                return policy_id, " ".join(
                    f"{message[: found.start()]}{_unnamed(found)}{message[found.end() :]}".split()
                )
        return None, message


def _unnamed(found: re.Match[str]) -> str:
    """What stands for a company's name, or for "at NAME"."""
    return " " if found["at"] else f" the company{found['own'] or ''} "


def _names(policies: Iterable[Policy]) -> list[tuple[re.Pattern[str], str]]:
    """Patterns for the names of companies, the longest first: "Rackspace Managed Hosting" before "Rackspace"."""
    names: dict[str, str] = {}
    for policy in policies:
        for name in (policy.id, policy.id.replace("-", " "), policy.provider or policy.id):
            names.setdefault(name.lower(), policy.id)
            names.setdefault(_DOMAIN.sub("", name.lower()), policy.id)
    return [
        (re.compile(_NAMED.format(name=re.escape(name)), re.IGNORECASE), policy_id)
        for name, policy_id in sorted(names.items(), key=lambda item: -len(item[0]))
        if len(name) >= 3 and not set(_WORD.findall(name)) <= _NO_NAME
    ]
