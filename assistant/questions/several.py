"""A message that asks several things -> its questions, each a sentence that stands alone.

"which cookies do you use, and can I switch them off?" asks "Which cookies do you use?" and "Can I switch cookies off?". A
message is parted only where each part is sure to ask: one question that is answered is better than two halves of one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.practices.lexicon import Lexicon
from assistant.questions import word_classes as classes
from assistant.questions.clause_reader import clause_of
from assistant.questions.follow_ups import FollowUps, reads_well
from assistant.questions.inflection import is_gerund
from assistant.questions.noun_phrases import NounPhrase, noun_phrases
from assistant.questions.pieces import Piece, has_verb, is_adverbial, may_part, pieces, put_as_question
from assistant.questions.word_classes import auxiliary

_LONGEST = 700  # characters; longer messages tell a story, and what they ask is found otherwise
_MOST = 4
_PERSONAL = frozenset("i you u we he she they it".split())
# Nouns that look like what is done.
_DOINGS = frozenset(
    "marketing advertising profiling processing tracking hosting billing banking recording training".split()
)
# What no question that stands alone ends with; and question words within one, which a noun put in must not bring.
_CUT_SHORT = re.compile(
    r"(?:n['’]t(?: (?:you|it|they|i|we))?|\bone|\bones|\bnot)$|^(?:yours|mine|both|either|neither)\b", re.IGNORECASE
)
_ASKS_WITHIN = re.compile(
    r"(?<=\w )(?:which|what(?! you (?:collect|gather|know|store|keep|have|hold|record|log|get|see|share|sell|take|receive|track)\b)|"
    r"how many|how much|whose|that)\b",
    re.IGNORECASE,
)
_PARTITIVE = re.compile(r"^which (?:is|are|of|ones?|do|does)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those)\b", re.IGNORECASE)
# An "it" that stands for nothing: "is it legal that you sell it".
_FOR_NOTHING = re.compile(
    r"\bit (?:really |still |even |always )?(?:legal|illegal|lawful|possible|necessary|allowed|ok|okay|fair|normal|true|right|"
    r"mandatory|compulsory|hard|easy) (?:that|to|if|when|for)\b",
    re.IGNORECASE,
)
_THE_LOT = re.compile(r"\b(?:the (?:whole )?lot|it all|all of it)\b", re.IGNORECASE)


class _Question(NamedTuple):
    """A question that stands alone, and the case and the story that it is asked in."""

    asked: str
    case: str
    story: str

    @property
    def cased(self) -> str:
        """The question in its case, as a sentence."""
        return _sentence(f"{self.case}{_uncapitalised(self.asked) if self.case else self.asked}")

    @property
    def whole(self) -> str:
        """The question after its story."""
        return f"{self.story} {self.cased}".lstrip()


class Parting:
    """Parts messages. `data`: the kinds of data that questions name."""

    def __init__(self, data: Lexicon) -> None:
        self._follow_ups = FollowUps(data)

    def parts(self, message: str) -> tuple[str, ...]:
        """The questions of a message, each standing alone, in order; empty where it asks one thing or none."""
        if len(message) > _LONGEST or not may_part(message):
            return ()
        questions: list[_Question] = []
        for piece in pieces(message):
            question = self._standing(piece, questions)
            if question is not None and question.cased.lower() not in {each.cased.lower() for each in questions}:
                questions.append(question)
        return tuple(question.whole for question in questions) if 1 < len(questions) <= _MOST else ()

    def _standing(self, piece: Piece, before: list[_Question]) -> _Question | None:
        """A piece as a question that stands alone; None where it is none or none can be made."""
        if piece.asked.count("(") != piece.asked.count(")"):
            return None
        said = put_as_question(_THE_LOT.sub("it", piece.asked) if before else piece.asked)
        bare = said.rstrip(" ?.!")
        if _CUT_SHORT.search(bare):
            return None
        for earlier in reversed(before):
            if (question := self._made(said, piece, earlier)) is not None:
                return question
        if is_adverbial(bare) or (before and self._leans(f"{piece.case}{bare}")):
            return None
        return _Question(said, piece.case, piece.story)

    def _made(self, said: str, piece: Piece, earlier: _Question) -> _Question | None:
        """A piece with what it leaves open taken from a question before it; None where that cannot be."""
        # In the same case, a word that points back does so to the question before, and not into the case.
        tries = [(said, earlier.asked, piece.case)] if piece.case and piece.case == earlier.case else []
        for text, before, case in (*tries, (f"{piece.case}{said}", earlier.cased, "")):
            made = self._follow_ups.completed(text, before)
            if made is None and (case or not piece.case):  # else the noun may be the case's own
                made = _filled(text, before)
            if made is None and not case and earlier.story:
                made = self._follow_ups.completed(text, earlier.whole)
            if made is not None and len(_ASKS_WITHIN.findall(made)) <= len(_ASKS_WITHIN.findall(text)):
                return _Question(made, case, piece.story)
        return None

    def _leans(self, bare: str) -> bool:
        """Whether a piece says nothing without the one before: "and why", "the retention period"."""
        if is_adverbial(bare) or _PARTITIVE.match(bare) or not has_verb(bare):
            return True
        return _POINTS.search(bare) is not None and self._follow_ups.may_be(f"{bare}?")


def _filled(said: str, earlier: str) -> str | None:
    """A question whose "it" or "they" is the only thing left open, with the noun of the question before for it; else None."""
    pronouns = [word for word in classes.tokens(said) if word.low in {"it", "they", "them"}]
    if len(pronouns) != 1 or _FOR_NOTHING.search(said):
        return None
    (pronoun,) = pronouns
    phrases = [
        phrase
        for phrase in _named(earlier)
        if phrase.plural == (pronoun.low != "it") and phrase.head not in _PERSONAL and _is_thing(phrase.head)
    ]
    if not phrases:
        return None
    subject = pronoun.low == "they" or auxiliary(said[: pronoun.start].split()[-1] if pronoun.start else "") is not None
    noun = phrases[0 if subject else -1].text
    made = (
        f"{said[: pronoun.start]}{noun[:1].lower() if noun[1:2].islower() else noun[:1]}{noun[1:]}{said[pronoun.end :]}"
    )
    return made if reads_well(made, said, earlier) else None


def _named(question: str) -> list[NounPhrase]:
    """The noun phrases of a question; its verb is none, even one that may be a noun: "use" in "do you use AI"."""
    clause = clause_of(question)
    at = (
        question.lower().rfind(clause.predicate.lower())
        if clause and clause.auxiliary in classes.DO | classes.MODALS
        else 0
    )
    if at <= 0:
        return noun_phrases(question)
    return noun_phrases(question[:at]) + noun_phrases(question[at:], verb_first=True)


def _is_thing(head: str) -> bool:
    """Whether a phrase's noun is one, and not what is done or how something is: "logging in", "possible"."""
    if is_gerund(head):
        return head in _DOINGS
    return head not in classes.PREDICATIVE | classes.ADJECTIVES


def _uncapitalised(text: str) -> str:
    first = text.split(" ", 1)[0].lower()
    begins = auxiliary(first) or first in classes.INTERROGATIVES | classes.PREPOSITIONS | classes.DETERMINERS
    return f"{text[:1].lower()}{text[1:]}" if begins else text


def _sentence(text: str) -> str:
    """A sentence with a capital and its mark."""
    bare = " ".join(text.split()).rstrip(" ,;:")
    bare = re.sub(r"\bi(?=\b(?!\.))", "I", bare)
    return f"{bare[:1].upper()}{bare[1:]}" + ("" if bare.endswith(("?", ".", "!")) else "?")
