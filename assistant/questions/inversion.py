"""Where a question's parts begin: how far its interrogative reaches, and where its subject ends and its predicate starts."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.questions import word_classes as classes
from assistant.questions.clauses import Role
from assistant.questions.inflection import NOUN_TOO, is_base, is_finite, is_gerund, is_participle, is_plural
from assistant.questions.word_classes import Token, auxiliary

_SPEAKERS = frozenset("i you u we they".split())
_DEMONSTRATIVES = frozenset("this that these those".split())


def question_word(words: Sequence[Token]) -> int:
    """The number of words that an interrogative takes at the start of a question: "with whom", "how many of my photos"."""
    at = int(
        len(words) > 1
        and (
            words[0].low in classes.PREPOSITIONS - {"than", "like", "as"}
            or words[0].low in {"since", "until", "till", "after", "before"}
        )
    )
    if at >= len(words) or words[at].low not in classes.INTERROGATIVES:
        return 0
    low = words[at].low
    at += 1
    if low in {"what", "which", "whose"} or (low == "how" and at < len(words) and words[at].low in {"many", "much"}):
        return _noun_asked(words, at)
    if low == "how" and at < len(words) and not auxiliary(words[at].low) and words[at].low not in classes.SUBJECTS:
        at += classes.is_open(words[at].low) or classes.is_adverb(words[at].low) or words[at].low == "come"
    while at < len(words) and words[at].low in {"else", "exactly", "precisely"}:
        at += 1
    if (
        low in {"who", "whom"}
        and at + 2 < len(words)
        and words[at].low in {"at", "in", "within", "inside", "outside", "among", "of"}
    ):
        # "who at your company can see it"
        return next(
            (n for n in range(at + 2, min(len(words), at + 7)) if auxiliary(words[n].low) or _verb(words, n)), at
        )
    return at


def _verb(words: Sequence[Token], at: int) -> bool:
    return is_finite(words[at].low) and (words[at].low not in NOUN_TOO or words[at - 1].low not in classes.DETERMINERS)


def _noun_asked(words: Sequence[Token], at: int) -> int:
    noun = False
    while at < len(words):
        low = words[at].low
        following = words[at + 1].low if at + 1 < len(words) else ""
        if auxiliary(low) or (low in classes.SUBJECTS - _DEMONSTRATIVES and words[at - 1].low != "of"):
            break
        things = low.removesuffix("s") in NOUN_TOO and is_plural(low) and words[at - 1].low == "of"
        if (
            noun
            and not things
            and is_finite(low)
            and (low not in NOUN_TOO or not following or not classes.is_open(following))
        ):
            break
        if not noun and is_finite(low) and low not in NOUN_TOO and low.removesuffix("s") not in NOUN_TOO:
            break
        if low in classes.PREPOSITIONS - {"of"} or low in classes.SUBORDINATORS:
            break
        noun = noun or classes.is_open(low)
        at += 1
    return at


def role_of(words: Sequence[Token], after_wh: int) -> Role:
    """What the interrogative stands for that takes the first `after_wh` words, as far as it tells itself."""
    first = words[0].low
    if first in {"who", "whom", "what", "which", "whose"}:
        return Role.OBJECT
    if (
        first == "how"
        and words[1].low in {"many", "much"}
        and words[after_wh - 1].low not in {"time", "days", "weeks", "months", "years", "times"}
    ):
        return Role.OBJECT
    return Role.ADVERB


def asks_for_subject(words: Sequence[Token], at: int) -> bool:
    """Whether the interrogative before an auxiliary verb is the subject: "who can see it", "which data is sold"."""
    aux = auxiliary(words[at].low) or ""
    following = [word.low for word in words[at + 1 : at + 3]]
    while following and classes.is_adverb(following[0]) and following[0] != "there":
        following = [word.low for word in words[at + 2 : at + 4]] if len(following) > 1 else []
        break
    if not following or following[0] in classes.SUBJECTS or following[0] in classes.DETERMINERS:
        return False
    first, second = following[0], following[1] if len(following) > 1 else ""
    if aux in classes.BE:
        return is_participle(first) or is_gerund(first) or first in classes.PREDICATIVE or first in classes.PREPOSITIONS
    if aux in classes.HAVE:
        return is_participle(first)
    return aux in classes.MODALS and is_base(first) and not (first in NOUN_TOO and is_base(second))


def has_object(words: Sequence[Token], at: int) -> bool:
    """Whether "who has", "who does" is followed by its object rather than by a subject."""
    following = words[at + 1].low if at + 1 < len(words) else ""
    if words[at].low in classes.DO:
        return False
    return following not in classes.SUBJECTS and not any(is_participle(word.low) for word in words[at + 1 : at + 5])


def subject_end(words: Sequence[Token], first: int, aux: str) -> int | None:
    """The word after the subject that begins with a word; None where no subject can be told from its predicate."""
    low = words[first].low
    following = words[first + 1].low if first + 1 < len(words) else ""
    demonstrative = (
        low in _DEMONSTRATIVES
        and following != ""  # "is that": nothing tells what
        and classes.is_noun(following)
        and not _predicate_starts(words, first + 1, aux)
    )
    if low in {"everything", "anything", "what", "whatever", "all"} and following in _SPEAKERS:  # "everything I type"
        return next((at for at in range(first + 3, len(words)) if _predicate_starts(words, at, aux)), None)
    if low in classes.SUBJECTS and not demonstrative:
        return _after_pronoun(words, first + 1, aux)
    return after_nouns(words, first, aux)


def _after_pronoun(words: Sequence[Token], at: int, aux: str) -> int:
    while at < len(words) and words[at].low in {"else", "guys", "all", "people", "folks"}:
        at += 1
    if at + 1 < len(words) and words[at].low in {"or", "and"} and words[at + 1].low in classes.DETERMINERS:
        return after_nouns(words, at + 1, aux) or at
    somebody = words[at - 1].low in classes.SOMEBODY or words[at - 1].low == "else"
    if somebody and at + 1 < len(words) and words[at].low in classes.PREPOSITIONS:
        return after_nouns(words, at + 1, aux) or at
    return at


def after_nouns(words: Sequence[Token], first: int, aux: str) -> int | None:
    """The word after a subject of nouns that begins with a word; None where it can't be told from what follows."""
    at, noun = first, False
    unknown: int | None = None  # where a verb that is not known may be
    while at < len(words):
        low = words[at].low
        following = words[at + 1].low if at + 1 < len(words) else ""
        if noun and _predicate_starts(words, at, aux):
            return at
        if low in classes.SUBORDINATORS or low in {"to", "what"}:
            break
        if low in classes.PREPOSITIONS and noun and aux in classes.BE and low != "of":
            end = after_nouns(words, at + 1, aux) if at + 1 < len(words) else None
            return end if end is not None and end < len(words) else at
        if low in classes.PREPOSITIONS or low in classes.CONJUNCTIONS:
            noun = False
        elif low in _SPEAKERS and noun:
            at += 1
            while at < len(words) - 1 and auxiliary(words[at].low):
                at += 1
            at += at + 1 < len(words) and words[at + 1].low in {"me", "you", "us"}
            ends = at + 2 < len(words) and words[at + 1].low in classes.PREPOSITIONS and is_base(words[at + 2].low)
            at += ends and words[at + 2].low not in NOUN_TOO  # "hotels you work with see ..."
        elif low in classes.PRONOUNS and noun and low not in _DEMONSTRATIVES and aux not in classes.BE:
            break
        elif classes.is_open(low):
            taken = (
                following in classes.DETERMINERS
                or following in classes.PREPOSITIONS - {"of"}
                or following in classes.PRONOUNS
            )
            if noun and unknown is None and taken and not is_plural(low):
                unknown = at
            noun = True
        at += 1
    at = min(at, len(words))  # "the clip you": the message ends before its clause
    return at if noun and aux in classes.BE else unknown if aux in classes.DO | classes.MODALS else None


def _predicate_starts(words: Sequence[Token], at: int, aux: str) -> bool:
    """Whether, a subject's noun being there, a predicate can start with a word."""
    low = words[at].low
    following = words[at + 1].low if at + 1 < len(words) else ""
    if classes.is_adverb(low):
        return True
    if aux in classes.BE:
        done = is_participle(following) or following in classes.PREDICATIVE
        doing = is_gerund(low) and not is_plural(low) and not done
        return is_participle(low) or doing or low in classes.PREDICATIVE or low in {"a", "an", "the", "your", "my"}
    if aux in classes.HAVE:
        return is_participle(low) or low in {"a", "an", "the", "any", "access"}
    if not is_base(low):
        return False
    if low not in NOUN_TOO:
        return True
    for later in words[at + 1 :]:
        if later.low in classes.CONJUNCTIONS | classes.PREPOSITIONS | classes.SUBORDINATORS | classes.PRONOUNS:
            break
        if is_base(later.low) and later.low not in NOUN_TOO:
            return False
    return not is_base(following) or following in NOUN_TOO
