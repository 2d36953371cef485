"""A follow-up and the question before it -> one question that stands alone, as a sentence.

"and my phone number?" after "do you share my email with advertisers?" is "do you share my phone number with advertisers?".
Where no good sentence can be made the message is left as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from assistant.model import MAX_QUESTION
from assistant.practices.lexicon import Lexicon
from assistant.questions import fragments, references
from assistant.questions import word_classes as classes
from assistant.questions.circumstances import placed
from assistant.questions.clauses import asks_again, marked
from assistant.questions.fragments import Fragment, Kind
from assistant.questions.phrases import unadorned
from assistant.questions.question_words import asked_with
from assistant.questions.substitution import doing_instead, in_state, of_owner, what_about_doing, with_noun
from assistant.questions.topics import Topic

_COMPANY = re.compile(
    r"(?:the )?same(?: questions?| thing)?(?: for the company)?|"
    r"(?:with |at |for |by |in |does |do |is |has )*the company(?: do(?:es)?)?(?: so| that| it| this| the same)?",
    re.IGNORECASE,
)
_WHY = re.compile(r"^(?:and |but |so )?why\W*$", re.IGNORECASE)
_MAY_I = re.compile(r"^(?:can|could|may|might) (?:i|we)\b", re.IGNORECASE)
_STRICT = frozenset("with to from for at in of by about into on under without during between among regarding".split())


class FollowUps:
    """Makes follow-ups whole. `data`: the kinds of data that questions name."""

    def __init__(self, data: Lexicon) -> None:
        self._data = data
        self._ways: dict[Kind, Callable[[Fragment, Topic], str | None]] = {
            Kind.AGAIN: lambda _, topic: marked(topic.text),
            Kind.WORD: asked_with,
            Kind.NOUN: with_noun,
            Kind.OWNER: of_owner,
            Kind.PLACED: placed,
            Kind.VERB: doing_instead,
            Kind.DOING: what_about_doing,
            Kind.STATE: in_state,
            Kind.SENTENCE: lambda fragment, topic: references.filled(fragment.text, topic, asks=fragment.asks),
        }

    def may_be(self, message: str, *, scoped: bool = False) -> bool:
        """Whether a message may lean on the one before; where not, no history needs to be read.

        `scoped`: a company's name was taken out of the message.
        """
        return any(self._may_lean(each, scoped) for each in fragments.questions(unadorned(message)))

    def _may_lean(self, question: str, scoped: bool) -> bool:
        fragment = fragments.read(question, was_scoped=scoped)
        if fragment.kind is Kind.SENTENCE:
            company = scoped and _only_company(fragment.text)
            return company or references.points_back(fragment.text, asks=fragment.asks)
        return fragment.kind is not Kind.NOTHING

    def completed(self, message: str, earlier: str, *, scoped: bool = False) -> str | None:
        """The message as a question that stands alone; where it asks several things, each question so, one after the other.

        Args:
            earlier: the question before it, as it was read.
            scoped: a company's name was taken out of the message, or "the company" put for it.

        Returns:
            None where the message stands alone, asks nothing, or no good sentence can be made.
        """
        message, earlier = unadorned(message), fragments.without_remark(unadorned(earlier))
        questions = fragments.questions(message)
        if len(questions) == 1:
            return self._whole(questions[0], earlier, scoped)
        made: list[str] = []
        leans = told = False
        for at, question in enumerate(questions):
            own = [] if at and _is_beside(question, questions[at - 1]) else list(reversed(made))
            for before in own if told else [*own, earlier]:
                whole = self._whole(question, before, scoped) if _goes_on(question, before) else None
                if whole is not None:
                    leans = leans or before is earlier
                    break
            else:
                whole = question
                told = told or fragments.tells(question)  # it goes on with what it names itself
            made.append(whole)
        return " ".join(made) if leans else None

    def _whole(self, message: str, earlier: str, scoped: bool) -> str | None:
        """One question as one that stands alone; None as of `completed`."""
        fragment = fragments.read(message, was_scoped=scoped)
        if fragment.kind is Kind.NOTHING:
            return None
        topic = Topic.of(earlier, self._data)
        if not topic.text:
            return None
        if scoped and _only_company(fragment.text):
            made: str | None = marked(topic.text)
        else:
            made = self._ways[fragment.kind](fragment, topic)
        if made is None or (fragment.kind is not Kind.AGAIN and made.rstrip("? ").lower() == fragment.text.lower()):
            return None
        sentence = _tidied(made, capital=_capital(message) or _capital(earlier))
        if fragment.kind is not Kind.AGAIN and sentence.rstrip("?").lower() == message.strip(" ?.!").lower():
            return None
        return sentence if reads_well(sentence, message, earlier) else None


def _goes_on(question: str, before: str) -> bool:
    """Whether a question may go on from one before it: "why" asks of what is done, not of what the asker may do."""
    return not (_WHY.match(question) and _MAY_I.match(before))


def _is_beside(question: str, before: str) -> bool:
    """Whether a question goes on from what the one before it goes on from, and not from that one: "and on Sundays? and at night?"."""
    this, last = fragments.read(question), fragments.read(before)
    return this.led and this.kind is last.kind is Kind.PLACED


def reads_well(sentence: str, *sources: str) -> bool:
    """Whether a sentence that was put together has no seam that shows: no two prepositions in a row, no word twice, no comma
    adrift, no "-ing" behind a comma, no second question that goes on with the first, that its sources don't have themselves.

    `sources`: the message, then the question before it.
    """
    if not sentence.strip(" ?.!,") or len(sentence) > MAX_QUESTION:
        return False
    if re.search(r"\s[,?.!;:]|[,;:]\s*\?|,\s*,|\?.*\?|,ing\b", sentence):
        return False
    second = asks_again(sentence)
    if second is not None and not (sources and asks_again(sources[0])):
        # A second question of the one before stays only as it was: what is put into it or behind it would be asked of both.
        asked = sentence[second.start() :].rstrip(" ?.!").lower()
        if not any(source.rstrip(" ?.!").lower().endswith(asked) for source in sources[1:]):
            return False
    typed = {pair for source in sources for pair in _pairs(source)}
    return not any(
        (first in _STRICT and second in _STRICT) or first == second
        for first, second in _pairs(sentence)
        if (first, second) not in typed
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    lows = [word.low for word in classes.tokens(text)]
    return list(pairwise(lows))


def _capital(text: str) -> bool:
    first = text.strip()[:2]
    return first[:1].isupper() and first.lower() not in {"i", "i ", "i'", "i’"}


def _tidied(text: str, *, capital: bool) -> str:
    """The sentence with single spaces, a capital where the asker wrote one, and its mark at the end."""
    bare = " ".join(text.split())
    mark = "" if bare.endswith((".", "!")) else "?"
    bare = bare.rstrip("?,;: ")
    first = bare[:1].upper() if capital else bare[:1]
    return f"{first}{bare[1:]}{mark}"


def _only_company(text: str) -> bool:
    """Whether nothing but the name of a company, for which "the company" stands, was said: "does ACME do so?"."""
    return not text or _COMPANY.fullmatch(text) is not None
