"""Words of a sentence that point beyond it: "it", "them", "that", where the sentence itself holds nothing that they stand for."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.questions import word_classes as classes
from assistant.questions.inflection import NOUN_TOO, is_adjective, is_base, is_gerund, is_participle
from assistant.questions.noun_phrases import noun_phrases
from assistant.questions.word_classes import Token, auxiliary

_REQUESTS = frozenset(
    "delete erase remove stop keep forget correct export download show send encrypt hide block change update tell "
    "wipe destroy disable unlink anonymise anonymize disconnect explain".split()
)
REFERRING = frozenset("it them they this that these those".split())
# An "it" that stands for nothing, for the policy, or for what is at hand.
_THAT = "(?:it|that|this)"
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|isn['’]t|would|will|might|could|can|['’]s) it (?:be )?(?:\w+ly )?"
    r"(?:(?!encrypted|stored|shared|sold|kept|used|deleted)\w+ ){0,3}?(?:to|that|if|when|for me|for you)\b|"
    rf"{_THAT} (?:ever |also |really )?(?:takes?|says?|states?|mentions?|applies|apply|covers?|matters?|depends?|comply|rains?|seems?|"
    r"comes to|turns out|is possible|was|knew|going|cost)\b|"
    rf"is {_THAT} (?:you|me|because|true|just me|my|your|a|an|the|possible|your job|worth|for free)\b|"
    r"(?:make|makes|making|think|say|forget|love|hate|beat|worth|told|that|as) it\b|"
    r"(?:that|this|these|those) (?:policy|site|website|company|page|document|way|time|case|long|much|far|year|month|week|chat|call|one)\b|"
    r"it['’]s|that['’]s|this is|what time is it|how is it that|what is it with|"
    r"(?:like|all|use|using|typing|under|read|reading|than|at|after|before|about) (?:this|that)\b|"
    r"(?:those|these|them|they) (?:who|that|which)\b)",
    re.IGNORECASE,
)
_OTHER_CLAUSE = re.compile(
    r"[,;:.!?–—]|\b(?:and|but|or|if|when|after|before|while|once|because|that|so|until|unless|without|who|which|what|whose|as|than|"
    r"somebody|someone|anyone|anybody)\b|\b(?:on|in|with|from) $"
)
_ABSTRACT = frozenset(
    "permission consent approval right rights reason law policy agreement way need choice duty".split()
)
# What data does by itself; of anything else that "it" does, it is no data.
DATA_ACTS = frozenset(
    "go goes end ends leave leaves stay stays include includes contain contains expire expires identify identifies "
    "show shows reveal disappear belong count land be last".split()
)
_PASSED_OVER = frozenset("way time moment case day days years law thing question else".split())
_HOW_DATA_IS = frozenset(
    "exact precise detailed recent reliable big sensitive valuable visible safe secure long old accurate anonymous "
    "private well often soon quickly public many much".split()
)
_NEVER_OF_A_NOUN = frozenset("not even also still just already never always".split())


class Pointer(NamedTuple):
    """A word that points back: its number among the words of the sentence, whether it is a subject, and of what kind."""

    at: int
    subject: bool
    acting: bool  # what is said of it no data do


def pointers_of(text: str, *, asks: bool) -> list[Pointer]:
    """The words that point back beyond the text, in order."""
    if not asks and not is_question(text) and not is_request(text):
        return []
    words = classes.tokens(text)
    expletive = [match.span() for match in _EXPLETIVE.finditer(text)]
    pointers = []
    for at, word in enumerate(words):
        if word.low not in REFERRING or any(start <= word.start < end for start, end in expletive):
            continue
        if word.low in {"this", "that", "these", "those"} and not _stands_alone(words, at):
            continue
        if (
            word.low in {"it", "that", "this"}
            and at + 1 == len(words)
            and auxiliary(words[at - 1].low)
            and words[0].low in {"whose", "which"}
        ):
            continue  # "whose idea is it"
        if answered_within(text, words, at) or _asked_before(text, words, at):
            continue
        before = words[at - 1].low if at else ""
        following = words[at + 1].low if at + 1 < len(words) else ""
        earlier = words[at - 2].low if at > 1 else ""
        has = before in classes.HAVE and earlier != "" and not (auxiliary(earlier) or earlier in classes.INTERROGATIVES)
        begins = at == 0 or before in classes.SUBORDINATORS or before in classes.INTERROGATIVES
        subject = begins or word.low == "they" or (auxiliary(before) is not None and not has)
        subject = subject and word.low != "them"
        if subject and word.low in {"that", "this"} and is_base(following) and not auxiliary(before):
            continue
        acting = subject and not _plausible(words, at)
        if acting and not _acts(words, at):
            continue
        pointers.append(Pointer(at, subject, acting))
    return pointers


def _plausible(words: list[Token], at: int) -> bool:
    """Whether a pronoun that is a subject may stand for data or people by what is said of it."""
    before = words[at - 1].low if at else ""
    helper = auxiliary(before) or ""
    following = [word.low for word in words[at + 1 :] if not classes.is_adverb(word.low)]
    said = following[0] if following else ""
    how = words[at - 2].low if at > 2 and words[at - 3].low == "how" and helper in classes.BE | classes.DO else None
    if how is not None and how not in _HOW_DATA_IS and not is_participle(said):
        return False  # "how hot is it"
    if helper in classes.BE:
        described = (
            is_participle(said)
            or is_gerund(said)
            or said in classes.ADJECTIVES | classes.PREDICATIVE
            or is_adjective(said)
        )
        return not said or not classes.is_open(said) or described or said[0].isdigit()
    if helper and words[at].low in {"it", "that", "this"}:
        return said in DATA_ACTS or (said == "get" and len(following) > 1 and is_participle(following[1]))
    return True


def _acts(words: list[Token], at: int) -> bool:
    """Whether a subject does something: "what does it collect"."""
    following = [word.low for word in words[at + 1 :] if not classes.is_adverb(word.low)]
    helper = auxiliary(words[at - 1].low) if at else None
    return helper in classes.DO | classes.MODALS and bool(following) and is_base(following[0])


def _stands_alone(words: list[Token], at: int) -> bool:
    """Whether a "that" or "this" is a pronoun, not an article or a conjunction."""
    following = words[at + 1].low if at + 1 < len(words) else ""
    before = words[at - 1].low if at else ""
    if following in classes.SUBJECTS or following in classes.DETERMINERS or following in classes.INTERROGATIVES:
        return False
    if not following or auxiliary(following) or following in classes.PREPOSITIONS or following in classes.CONJUNCTIONS:
        return not (auxiliary(following) and words[at].low == "that" and classes.is_open(before))
    inverted = auxiliary(before) is not None
    if inverted and following in _NEVER_OF_A_NOUN:
        return True  # "is that not personal data"
    if classes.is_adverb(following):
        after = words[at + 2].low if at + 2 < len(words) else ""
        then = words[at + 3].low if at + 3 < len(words) else ""
        return (
            not after or not classes.is_open(after) or (is_participle(after) and not (then and classes.is_noun(then)))
        )
    if following in classes.SUBORDINATORS or following in classes.PARTICLES:
        return True
    verb = is_base(following) and following not in NOUN_TOO
    return inverted and (is_participle(following) or is_gerund(following) or verb or following in classes.ADJECTIVES)


def answered_within(text: str, words: list[Token], at: int) -> bool:
    """Whether a pronoun may stand for a noun of its own sentence: "if I lose my phone, can you lock it?"."""
    pronoun, start = words[at].low, words[at].start
    many = pronoun in {"them", "they", "these", "those"}
    for phrase in noun_phrases(text[: words[at].end]):
        if phrase.start >= start:
            break
        if phrase.head in _PASSED_OVER or classes.is_place(phrase.head):
            continue
        between = text[phrase.end : start].lower() if phrase.end <= start else " who "
        person = classes.is_person(phrase.head)
        own = phrase.possessed and not person and phrase.head not in _ABSTRACT
        to = phrase.head not in _ABSTRACT and re.search(r"\bto \w+ $", between)
        if not (own or to or _OTHER_CLAUSE.search(between)):
            continue
        several = phrase.plural or phrase.joined or phrase.either or person
        one = not person and (not phrase.plural or phrase.either)
        if several if many else one:
            return True
    return False


def _asked_before(text: str, words: list[Token], at: int) -> bool:
    """Whether a question of its own, or the statement that a question follows, stands before a pronoun."""
    starts = [n for n in range(len(words) - 1) if auxiliary(words[n].low) and words[n + 1].low in classes.SUBJECTS]
    if words[0].low in {"i", "we", "my", "our"} and starts and at < starts[0]:
        return True
    return any(
        n + 1 < at and re.search(r"[,;:?–—]|\s-\s|\b(?:and|but)\b", text[words[n + 1].end : words[at].start])
        for n in starts
    )


def is_question(text: str) -> bool:
    """Whether a text begins as a question does."""
    words = classes.tokens(text)
    return bool(words) and (
        auxiliary(words[0].low) is not None
        or words[0].low in classes.INTERROGATIVES
        or (words[0].low in classes.PREPOSITIONS and len(words) > 1 and words[1].low in classes.INTERROGATIVES)
    )


def is_request(text: str) -> bool:
    """Whether a text begins with what is to be done: "delete it"."""
    words = classes.tokens(text)
    return bool(words) and words[0].low in _REQUESTS
