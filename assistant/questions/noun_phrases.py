"""Noun phrases in a stretch of a question: "my name and e-mail address", "the files I upload", "a copy of my data"."""

from __future__ import annotations

from typing import NamedTuple

from assistant.questions import word_classes as classes
from assistant.questions.inflection import (
    NOUN_TOO,
    is_base,
    is_finite,
    is_gerund,
    is_participle,
    is_plural,
    is_verb,
    takes_either,
)
from assistant.questions.word_classes import Token

_SPEAKERS = frozenset("i you u we they".split())
_JOINS = frozenset("and or & plus nor".split())


class NounPhrase(NamedTuple):
    """A noun phrase and where it stands in its text (code points, half open).

    `head` is its noun, `before` the preposition it follows ("" where none). `plural`: what "are" is said of. `joined`:
    several nouns with "and" or "or".
    """

    text: str
    start: int
    end: int
    head: str
    before: str
    plural: bool
    joined: bool = False

    @property
    def either(self) -> bool:
        """Whether "is" and "are" are both said of it."""
        return not self.joined and takes_either(self.head)

    @property
    def possessed(self) -> bool:
        """Whether somebody's: "my email", "kids' data"."""
        words = classes.tokens(self.text)
        return any(word.low in classes.POSSESSIVES for word in words[:3]) or any(
            word.low.endswith(("'s", "s'")) for word in words[:3]
        )


class _Read(NamedTuple):
    """A phrase that was read: the word after it, its noun, whether it is joined."""

    after: int
    head: int
    joined: bool


def noun_phrases(text: str, *, verb_first: bool = False) -> list[NounPhrase]:
    """The noun phrases of a text, in order; one within another ("my data" in "a copy of my data") follows that one.

    `verb_first`: the text begins with its verb ("share my email with partners"), adverbs before it aside.
    """
    words = classes.tokens(text)
    at = _after_verb(words) if verb_first else 0
    phrases: list[NounPhrase] = []
    before = ""
    while at < len(words):
        low = words[at].low
        if low in classes.PREPOSITIONS:
            before, at = low, at + 1
            if low == "to" and _infinitive(words, at):
                before, at = "", at + 1
            continue
        asked = low in {"what", "everything", "anything", "whatever", "all"} or (
            at > 0 and low in {"where", "who", "how"}
        )
        told = at + 2 if low == "how" and at + 2 < len(words) and classes.is_open(words[at + 1].low) else at + 1
        if low == "how" and at + 2 < len(words) and words[at + 1].low in {"much", "many", "long", "often"}:
            told = at + 2
        if (
            asked
            and told < len(words)
            and (words[told].low in _SPEAKERS or (low == "what" and words[told].low == "my"))
        ):
            end = next((n for n in range(at + 1, len(words)) if words[n].low in classes.SUBORDINATORS), len(words))
            phrases.append(_made(text, words, at, _Read(end, at, joined=False), before))
            before, at = "", end
            continue
        if low in classes.SOMEBODY:
            end = at + 1 + (at + 1 < len(words) and words[at + 1].low == "else")
            phrases.append(_made(text, words, at, _Read(end, at, joined=False), before))
            before, at = "", end
            continue
        read = _phrase(text, words, at)
        if read is None:
            before = before if classes.is_adverb(low) else ""
            at += 1
            continue
        inner = _after_of(text, words, read.after)
        if inner is not None:
            phrases.append(_made(text, words, at, read._replace(after=inner.after), before))
            before, at = "of", read.after + 1
            continue
        phrases.append(_made(text, words, at, read, before))
        said = next((n for n in range(read.head, read.after) if words[n].low in {"who", "that", "which"}), None)
        before, at = "", read.after if said is None or words[said + 1].low in _SPEAKERS else said + 1
        at += said is None and at < len(words) and _verb_of_several(words, at)
    return phrases


def phrase_at_start(text: str) -> NounPhrase | None:
    """The noun phrase that a text begins with; None if it begins with none."""
    words = classes.tokens(text)
    read = _phrase(text, words, 0) if words else None
    if read is None:
        return None
    inner = _after_of(text, words, read.after)
    return _made(text, words, 0, read._replace(after=inner.after) if inner else read, "")


def _made(text: str, words: list[Token], first: int, read: _Read, before: str) -> NounPhrase:
    start, end = words[first].start, words[read.after - 1].end
    head = words[read.head].low
    joined = read.joined and any(word.low in {"and", "&", "plus"} for word in words[first : read.after])
    named = sum(word.text[0].isupper() for word in words[first : read.head + 1]) > 1  # "Google Maps" is one
    plural = joined or (is_plural(head) and not named and words[first].low not in {"a", "an", "every", "each"})
    return NounPhrase(text[start:end], start, end, head, before, plural, read.joined)


def _after_verb(words: list[Token]) -> int:
    at = 0
    while at < len(words) and classes.is_adverb(words[at].low):
        at += 1
    at += 1
    return at + (at < len(words) and words[at].low in classes.PARTICLES)


def _after_of(text: str, words: list[Token], at: int) -> _Read | None:
    if at + 1 < len(words) and words[at].low == "of":
        return _phrase(text, words, at + 1)
    return None


def _phrase(text: str, words: list[Token], first: int) -> _Read | None:
    """The phrase that begins with a word."""
    at = _premodifiers(words, first)
    led = at > first and words[at - 1].low not in {"only", "just"}
    head = None
    while at < len(words) and _noun_here(words, at, after_noun=head is not None, led=led):
        if head is not None and "," in text[words[at - 1].end : words[at].start]:
            break
        head = at
        at += 1
    if head is None:
        return None
    at = _relative(words, at)
    another = _joined(text, words, at)
    return another._replace(joined=True) if another is not None else _Read(at, head, joined=False)


def _premodifiers(words: list[Token], at: int) -> int:
    """The word after articles, numbers and adjectives."""
    first = at
    while at < len(words):
        low = words[at].low
        following = words[at + 1].low if at + 1 < len(words) else ""
        led = following and classes.is_open(following) and not classes.is_adverb(following)
        if (
            low in classes.DETERMINERS
            or low.isdigit()
            or (low in {"only", "just"} and at == first and following)
            or (
                low == "of"
                and at > first
                and words[at - 1].low in classes.DETERMINERS
                and following in classes.DETERMINERS
            )
            or (
                led
                and (
                    low in classes.ADJECTIVES
                    or (is_participle(low) and low not in NOUN_TOO and (not is_verb(following) or is_plural(following)))
                )
            )
        ):
            at += 1
        else:
            break
    return at


def _noun_here(words: list[Token], at: int, *, after_noun: bool, led: bool) -> bool:
    """Whether a word carries a phrase on. `after_noun`: the phrase has a noun already; `led`: an article or the like."""
    low = words[at].low
    if not classes.is_open(low) or classes.is_adverb(low):
        return False
    following = words[at + 1].low if at + 1 < len(words) else ""
    takes_object = following in classes.DETERMINERS or following in classes.PRONOUNS
    if not is_verb(low) and not (is_gerund(low) and takes_object):
        return not (after_noun and (is_participle(low) or low in classes.PREDICATIVE))
    if led and not after_noun:
        return True
    if takes_object and is_finite(low):
        return False
    if is_gerund(low):
        return not takes_object
    if after_noun and _verb_of_several(words, at):
        return False
    if low in NOUN_TOO:
        return not (after_noun and following == "" and not is_plural(low) and words[at - 1].low in classes.SUBJECTS)
    return is_plural(low) and low.removesuffix("s") in NOUN_TOO


def _infinitive(words: list[Token], at: int) -> bool:
    """Whether a word after "to" is a verb with its object: "to post photos", "to see my file"."""
    if at + 1 >= len(words) or not is_base(words[at].low):
        return False
    following = words[at + 1].low
    return following in classes.DETERMINERS or following in classes.PRONOUNS or is_plural(following)


def _verb_of_several(words: list[Token], at: int) -> bool:
    """Whether a word that may be a noun is what several do: "set" in "third parties set cookies"."""
    low, following = words[at].low, words[at + 1].low if at + 1 < len(words) else ""
    takes = classes.is_open(following) and not classes.is_adverb(following) if following else False
    return takes and low in NOUN_TOO and not is_plural(low) and is_plural(words[at - 1].low)


def _relative(words: list[Token], at: int) -> int:
    """The word after a clause that tells which: "I upload", "that you have about me"."""
    start = at
    if at + 1 < len(words) and words[at].low in {"that", "which", "who"}:
        at += 1
        if words[at].low not in _SPEAKERS:
            return len(words) if classes.auxiliary(words[at].low) or is_finite(words[at].low) else start
    if at + 1 < len(words) and words[at].low in _SPEAKERS:
        at += 1
        while at < len(words) and (classes.auxiliary(words[at].low) or classes.is_adverb(words[at].low)):
            at += 1
        if at < len(words) and classes.is_open(words[at].low):
            at += 1
        if at < len(words) and words[at].low in {"me", "us", "you"}:
            at += 1
        return _about(words, at)
    return _about(words, start)


def _about(words: list[Token], at: int) -> int:
    """The word after "about me"."""
    if (
        at + 1 < len(words)
        and words[at].low in {"about", "on"}
        and words[at + 1].low in {"me", "us", "them", "her", "him"}
    ):
        return at + 2
    return at


def _joined(text: str, words: list[Token], at: int) -> _Read | None:
    """The phrase that "and", "or" or a comma joins on."""
    if at >= len(words) or at == 0:
        return None
    nexts = at + 1 if words[at].low in _JOINS else at
    if nexts == at and "," not in text[words[at - 1].end : words[at].start]:
        return None
    if nexts >= len(words) or (is_base(words[nexts].low) and words[nexts].low not in NOUN_TOO):
        return None
    return _phrase(text, words, nexts)
