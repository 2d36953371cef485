"""Typing errors in questions, put right towards English words and those that policies and the practice bank use.

A word that is typed wrong is one that nobody knows: neither English nor the texts have it, it is no name, and no word with an ending
or a beginning, nor two in one. What was meant is the word for which its frequency and the cost of the slip (`slips`) speak most,
if they speak loudly enough; what nobody knows and nothing is near to is left alone, since it may be a company's name.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.questions import slips
from assistant.questions.inflection import is_adjective, is_participle
from assistant.questions.word_classes import ADJECTIVES

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 3
_ABBREVIATED = 8  # capitals alone, up to here, are an abbreviation
_KEEPS_COMING = 3
ENGLISH = Path(__file__).parent / "english.txt"

_Words: TypeAlias = Mapping[tuple[str, int], Sequence[str]]  # by their first letter and length

# A name follows: "my name is Anke", "hi Joost", "im Thijs," - where nothing else can ("im wondering").
_INTRODUCED = re.compile(
    r"\b(?:(?:my name(?:['’]?s| is)|name(?:['’]?s| is)|call me|mr|mrs|ms|dr|dear|yours|regards)\.?\s+(?P<any>[^\W\d_]+)"
    r"|(?:i['’]?m|i am|this is|hi|hello|hey|thanks|thank you|cheers)\s+(?P<last>[^\W\d_]+)(?=\s*(?:[,.!;:–—-]|$|(?:here|from)\b)))",
    re.IGNORECASE,
)
# Words without their apostrophe, none of them another word: "dont", "youve", "whos".
_CONTRACTED = re.compile(
    r"((?:do|does|did|have|has|had|is|are|was|were|would|could|should|must|need|might|ought|ai|ca|wo)n)(t)"
    r"|(you|they|we|i|who)(ve|re|ll|d)"
    r"|(that|there|what|who|how|where|here|let|it|he|she|else|(?:every|some|any|no)(?:one|body))(s)",
    re.IGNORECASE,
)

_NEGATED = (
    "do does did have has had is are was were would could should must need might ought may dare ca wo sha ai".split()
)
_OPTS = re.compile(r"(opt(?:s|ed|ing)?)(ins?|outs?)", re.IGNORECASE)  # "optin" is no "option"
_NEGATIVE = ("un", "in", "im", "il", "ir")  # how a word may begin that was typed with "un"

# Log probabilities, set by hand on benchmarks/spelling.jsonl and on names that must be left alone.
_LEAST = {3: -11.0, 4: -14.0}  # of what was meant and was mistyped so; by the letters typed
_LEAST_OF_LONGER = -18.0
_DEAREST = {3: 3.6, 4: 4.6, 5: 5.0, 6: 6.0, 7: 7.6, 8: 8.6}  # the cost of a slip, by the letters typed
_DEAREST_OF_LONGER = 9.6
_DERIVED = -4.0  # of an ending or a beginning, beside the word's own
_COMPOUND = 2.0  # of two words written as one, beside their own
_UNKNOWN = -30.0
_NEGATION = -8.0  # of "don't" and its like: in what is typed far commoner than in policies
_COMMON, _COMMONEST = 30_000, 15_000  # ranks up to which a word takes endings, and stands in compounds
_BEFORE = frozenset("a all any as at if in is me my no of the to".split())  # "alot", "aswell", "anyinformation"
_SMALL = _BEFORE | frozenset("an and be by do it not on or so up we you your".split())
_MOST = 60  # words whose slips are weighed

_STARTS = ("un", "non", "re", "de", "dis", "mis", "pre", "sub", "over", "anti")
_ENDINGS = ("s", "es", "d", "ed", "er", "ers", "ing", "ly", "able", "less", "ness", "like", "ish", "id")  # "bankid"
_VOWEL_DROPS_E = ("ing", "able", "ish")
_OTHER_FIRST = {
    "f": "p",
    "r": "w",
    "n": "k",
    "k": "cq",
    "c": "ks",
    "s": "cz",
    "z": "s",
    "g": "j",
    "j": "g",
    "t": "d",
    "d": "t",
}


@cache
def english() -> Mapping[str, int]:
    """English words and well-known names in lower case, each with its rank: 0 the commonest."""
    return {word: rank for rank, word in enumerate(ENGLISH.read_text(encoding="utf-8").split())}


class Speller:
    """Puts words right that nobody knows. Names are left alone: what is introduced as one, and a word with a capital within a
    sentence."""

    def __init__(self, count: Mapping[str, int]) -> None:
        """How often each known word stands in the known texts (`counted`)."""
        self._count = count
        self._total = max(1, sum(count.values()))

    def correct(self, text: str) -> str:
        """The text with its misspelt words put right; everything else as it was."""
        names = {introduction.start(group) for introduction in _INTRODUCED.finditer(text) for group in ("any", "last")}
        capitals = text.istitle() or text.isupper()
        return _WORD.sub(
            lambda word: (
                word.group()
                if word.start() in names or (not capitals and _named(text, word))
                else self._word(word.group())
            ),
            text,
        )

    def _word(self, word: str) -> str:
        stem, apostrophe, ending = word.partition("’" if "’" in word else "'")
        lower = stem.lower()
        if not lower.isascii() or (stem.isupper() and len(stem) < _ABBREVIATED) or self._known(word.lower()):
            return word
        if ending.lower() in ("t", "nt"):  # "does'nt": whatever the verb is, it is denied
            denied = max(_negations(lower + ending.lower(), apostrophe), default=None)
            return _as_begun(denied[1], stem) if denied else word
        if len(lower) < _SHORTEST or self._known(lower):
            return word
        if contracted := _CONTRACTED.fullmatch(stem + ending):
            return word if ending else "'".join(part for part in contracted.groups() if part)
        if opts := _OPTS.fullmatch(word):
            return " ".join(opts.groups())
        meant = self._meant(lower)
        if meant is None:
            return word
        return _as_begun(meant, stem) + apostrophe + ending

    def _meant(self, typed: str) -> str | None:
        """The word, or the two, that were meant; None where it may stand as typed."""
        dearest = _DEAREST.get(len(typed), _DEAREST_OF_LONGER)
        found = [
            (self._two(first, second), f"{first} {second}")
            for first, second in _parted(typed)
            if first in _BEFORE
            and not (first == "in" and self._may_be_denied(second))  # "insecured" is not "in secured"
        ]
        weighed = ((slips.cost(typed, word), word) for word in self._near(typed))
        found += [(self._probability(word) - cost, word) for cost, word in weighed if cost <= dearest]
        found += _negations(typed)
        probability, meant = max((each for each in found if not self._undone(typed, each[1])), default=(_UNKNOWN, ""))
        return meant if probability > self._as_typed(typed) else None

    def _undone(self, typed: str, meant: str) -> bool:
        """Whether a word would lose the "un-", "dis-" or the like that was typed, or half typed: "uncrypted" is not "encrypted", and
        "nauthorised" not "authorised"."""
        if typed.startswith("un"):
            return not meant.startswith(_NEGATIVE)
        if typed == f"n{meant}" and self._may_be_denied(meant):
            return True
        return typed.endswith(meant.split()[-1]) and any(self._known(f"{letter}{typed}") for letter in "uidm")

    def _may_be_denied(self, word: str) -> bool:
        """Whether "in-" or "un-" before a word may make it its contrary."""
        return word in ADJECTIVES or is_participle(word) or is_adjective(word) or self._known(f"un{word}")

    def _near(self, typed: str) -> list[str]:
        """Known words a slip or two away, the likeliest first."""
        most = 1 if len(typed) == _SHORTEST else 2
        near = [word for words in (_by_beginning(), self._own) for word in _perhaps(typed, words, most)]
        matches = process.extract(typed, near, scorer=OSA.distance, score_cutoff=most, limit=None)
        likely = sorted(matches, key=lambda match: (4 * match[1] - self._probability(match[0]), match[0]))
        return list(dict.fromkeys(match[0] for match in likely[:_MOST]))

    def _as_typed(self, typed: str) -> float:
        """The log probability of a word that nobody knows, as what it may be made of has it; a least one for what nothing is known of."""
        least = _LEAST.get(len(typed), _LEAST_OF_LONGER)
        derived = [self._probability(stem) + _DERIVED for stem in _stems(typed) if self._common(stem, _COMMON)]
        compound = [
            self._two(first, second) + _COMPOUND
            for first, second in _parted(typed)
            if len(second) >= _SHORTEST and not {first, second} & _SMALL
        ]
        return max([least, *derived, *compound])

    def _two(self, first: str, second: str) -> float:
        """The log probability of two common words, one after the other."""
        if not (self._common(first, _COMMONEST) and self._common(second, _COMMONEST)):
            return _UNKNOWN
        return self._probability(first) + self._probability(second)

    def _probability(self, word: str) -> float:
        """The log probability of a known word: half as the texts have it, half as English does (Zipf's law)."""
        rank = english().get(word)
        probability = 0.5 * self._count.get(word, 0) / self._total + (0.0 if rank is None else 0.04 / (rank + 5))
        return math.log(probability) if probability else _UNKNOWN

    def _common(self, word: str, rank: int) -> bool:
        return word in self._count or english().get(word, rank) < rank

    def _known(self, word: str) -> bool:
        return word in self._count or word in english()

    @cached_property
    def _own(self) -> _Words:
        return _grouped(word for word in self._count if word not in english())


@cache
def _by_beginning() -> _Words:
    return _grouped(english())


def _grouped(words: Iterable[str]) -> _Words:
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in words:
        if len(word) > 1:
            groups[word[0], len(word)].append(word)
    return groups


def _perhaps(typed: str, words: _Words, most: int) -> Iterator[str]:
    """Words of about the same length that begin as what was typed may have been meant to: with the same letter, the second one, another
    vowel, or a letter of the same sound."""
    vowels = slips.VOWELS if typed[0] in slips.VOWELS else ()
    for first in {typed[0], typed[1], *vowels, *_OTHER_FIRST.get(typed[0], "")}:
        for length in range(len(typed) - most, len(typed) + most + 1):
            yield from words.get((first, length), ())


def _parted(word: str) -> Iterator[tuple[str, str]]:
    """A word in two."""
    return ((word[:at], word[at:]) for at in range(1, len(word) - 1))


def _negations(typed: str, apostrophe: str = "") -> Iterator[tuple[float, str]]:
    """What denies that may have been meant, each with its log probability: "don't" and its like. `apostrophe`: the one typed, by which
    it is sure to deny."""
    dearest = _DEAREST[6] if apostrophe else _DEAREST.get(len(typed), _DEAREST_OF_LONGER)
    if "n" not in typed or not typed.endswith("t"):
        return
    for verb in _NEGATED:
        cost = slips.cost(typed, f"{verb}nt")
        if cost <= dearest and (apostrophe or len(typed) > len(verb) + 2 or len(verb) > 2):
            yield _NEGATION - cost, f"{verb}n{apostrophe or chr(39)}t"


def _as_begun(meant: str, typed: str) -> str:
    """What was meant, with a capital where the typed word has one."""
    return meant.capitalize() if typed[0].isupper() else meant


def _stems(word: str) -> Iterator[str]:
    """A word without an ending or a beginning, where it has them as English words do: "blockers" and "uninstall", but not "shareing",
    "geting" and "companys"."""
    for start in _STARTS:
        if word.startswith(start) and len(word) - len(start) > _SHORTEST:
            yield word.removeprefix(start)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if word.endswith(ending) and len(stem) >= _SHORTEST and _takes(stem, ending):
            yield stem


def _takes(stem: str, ending: str) -> bool:
    """Whether a word takes an ending without changing."""
    last = stem[-1]
    if ending == "s":
        return last != "s" and not (last == "y" and stem[-2] not in slips.VOWELS)
    if ending == "es":
        return stem.endswith(("s", "x", "z", "ch", "sh", "o"))
    if ending == "d":
        return last == "e"
    if ending in ("ed", "er", "ers") and last == "e":
        return False
    if ending in _VOWEL_DROPS_E and last == "e":
        return stem.endswith(("ee", "ye", "oe"))
    doubles = len(stem) <= 4 and last not in slips.VOWELS | {"w", "x"} and stem[-2] in slips.VOWELS  # "getting"
    return not (ending in ("ed", "er", "ers", "ing") and doubles and stem[-3] not in slips.VOWELS)


def _named(text: str, word: re.Match[str]) -> bool:
    """Whether a word has a capital that no sentence gives it."""
    before = text[: word.start()].rstrip(" \"'“‘(")
    return word.group()[0].isupper() and bool(before) and before[-1] not in ".?!:\n"


class WordCount:
    """Counts the words of edited texts, one text after the other."""

    def __init__(self, before: Mapping[str, int] | None = None) -> None:
        """Args:
        before: what was counted earlier, to be gone on with.
        """
        self._count: Counter[str] = Counter(before)

    @property
    def counted(self) -> dict[str, int]:
        """How often each word stands in the texts so far."""
        return dict(+self._count)

    def take_back(self, text: str) -> None:
        """Count the words of a text no more."""
        self._count.subtract(_count([text]))

    def add(self, text: str) -> None:
        """Count the words of the next text."""
        self._count.update(_count([text]))

    def with_typed(self, typed: Iterable[str]) -> dict[str, int]:
        """How often each word stands there; of typed texts (which hold slips themselves) with those that keep coming and are no slip
        for a word of the edited ones."""
        count = self.counted
        speller = Speller(count)
        count.update(
            {word: n for word, n in _count(typed).items() if n >= _KEEPS_COMING and speller.correct(word) == word}
        )
        return count


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word.group().lower() for text in texts for word in _WORD.finditer(text))
