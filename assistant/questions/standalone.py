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

from assistant.errors import BadQuestion
from assistant.model import MAX_HISTORY, Turn, checked
from assistant.practices.lexicon import Lexicon
from assistant.questions.follow_ups import FollowUps
from assistant.questions.fragments import asks_nothing
from assistant.questions.policy_names import PolicyNames
from assistant.questions.spelling import Speller
from corpus.model import Described

_SIDE_BY_SIDE = re.compile(
    r"(?:\b(?P<verb>do|are|have|were) (?:both )?)?the company(?:(?:,? (?:and|or|and/or)|[,/&+]) ?(?:both )?the company)+",
    re.IGNORECASE,
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
        def before(at: int) -> Query | None:
            """The last of the first `at` turns that is about a privacy practice, as it was read."""
            if at == 0:
                return None
            said, scope = turns[at - 1]
            if asks_nothing(said):
                return before(at - 1)
            query = self._read(said, scope, lambda: before(at - 1))
            return query if query.topic is not None or not is_off_topic(query.text) else before(at - 1)

        return self._read(asked, policy, lambda: before(len(turns)))

    def alone(self, message: str, policy: str) -> Query:
        """A message that was found readable before, with no turns before it."""
        return self._read(message, policy, lambda: None)

    def unscoped(self, question: str) -> Query:
        """A message that stands alone, to be asked of whichever policy: companies that it names are "the company".

        Raises:
            BadQuestion: the message cannot be read.
        """
        asked = self._without_names(checked(question))
        return Query(self._speller.correct(asked), asked, None)

    def _read(self, asked: str, policy: str | None, before: Callable[[], Query | None]) -> Query:
        """A message in the light of the one before it, which is looked for only where the message may lean on it."""
        named, rest = self._scope(asked)
        corrected = self._speller.correct(rest)
        alone = Query(corrected or asked, asked, named or policy)
        scoped = named is not None
        if not self._follow_ups.may_be(corrected, scoped=scoped):
            return alone
        previous = before()
        whole = None if previous is None else self._follow_ups.completed(corrected, previous.text, scoped=scoped)
        if previous is None or whole is None:
            return alone
        return Query(whole, asked, alone.scope or previous.scope, previous.text)

    def _scope(self, message: str) -> tuple[str | None, str]:
        """The policy a message names, and the message with "the company" for the name (or nothing, for "at NAME")."""
        for name in self._names.perhaps_in(message):
            if name.pattern.search(message):
                return name.policy_id, self._without_names(message)
        return None, message

    def _without_names(self, message: str) -> str:
        """The message with "the company" for each company's name, once for several side by side."""
        unnamed = message
        for name in self._names.perhaps_in(message):
            unnamed = name.pattern.sub(_unnamed, unnamed)
        return message if unnamed == message else _SIDE_BY_SIDE.sub(_as_one, _tidied(unnamed))


def _tidied(text: str) -> str:
    """The text with single spaces and none before a mark."""
    return re.sub(r" +(?=[?!.,;:])", "", " ".join(text.split()))


def _unnamed(match: re.Match[str]) -> str:
    """What stands for a company's name: nothing for "at NAME", "my" for "my NAME account", "use the service" for "use NAME"."""
    own = match["own"] or ""
    if match["at"]:
        return " "
    if match["whose"] and match["then"] and not own:
        whose = match["whose"]
        vowel = match["then"].strip()[:1].lower() in "aeio"
        return f" {'an' if vowel else 'a'} " if whose.lower() in ("a", "an") else f" {whose} "
    if match["using"]:
        return f" {match['using']} the service{own} "
    return f" the company{own} "


_OF_ONE = {"do": "does", "are": "is", "have": "has", "were": "was"}


def _as_one(match: re.Match[str]) -> str:
    """What stands for several companies side by side, and the verb before them, which is now that of one."""
    verb = match["verb"]
    return f"{_OF_ONE[verb.lower()]} the company" if verb else "the company"
