"""Companies that a message names, and whether it asks about one of them: "Does GoDaddy sell my email?".

Third parties that a policy may speak of are no such companies: "do you share my email with Facebook?" asks the policy's own
company. Which it is, a small table of weights tells from the words around the name, and others from the message's meaning.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

NAMES = Path(__file__).with_name("companies.json")
BUCKETS = 1 << 11  # rows of the table that tells who is asked about
_NAME = "xnamex"  # stands for the name in the message
_LONGEST = 3  # words of a name
_FUZZY, _LONG = 5, 8  # letters from which on one slip in a name is overlooked, and two
_TOKEN = re.compile(r"[^\W_]+(?:[.&+@-][^\W_]+|\+)*(?:['’][^\W_]+)?|\+")
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_DOMAIN = re.compile(
    r"[a-z0-9-]{2,}\.(?:com|net|org|io|app|ai|de|fr|co|eu|shop|store|me|tv)(?:\.[a-z]{2})?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?:]")
# Before or after a word of no language, these make it a company's name.
_BEFORE = frozenset(
    "does do did is are was has have will would can could may "
    "might must should at with by about of ask app company site firm shop from".split()
)
_PLACES = frozenset("in from near to".split())
_NOT_IN_NAMES = frozenset(
    "privacy policy policies statement notice terms cookie cookies data protection the of and for your our use service services inc ltd llc gmbh co company "
    "www com net org legal index readme text test global website site app online".split()
)
# Names of days, months, languages, peoples and places are written with a capital and are no companies.
_CAPITALS = frozenset(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december christmas easter english german french spanish italian dutch polish irish british american canadian "
    "australian chinese indian european california californian texas texan virginia nevada colorado utah connecticut oregon florida ohio "
    "illinois york jersey london paris berlin dublin madrid rome vienna zurich geneva amsterdam brussels europe america africa asia "
    "china india germany france spain italy ireland britain england scotland wales uk usa us eu eea canada australia brazil mexico "
    "japan korea russia turkey switzerland austria poland sweden norway denmark finland netherlands belgium portugal greece israel "
    "singapore gdpr ccpa cpra dpo ip ai id faq pdf cv gps sms url api vpn ssl tls dna ssn vat ceo hr it ok mr mrs ms dr "
    "wi-fi wifi bluetooth android iphone ipad mac windows linux firefox safari chrome edge internet web".split()
)
# What stands before the question itself and says "you" to the one who answers.
_TO_READER = re.compile(
    r"\b(?:(?:can|could|will|would) (?:you|u) (?:please )?(?:tell|check|show|look|find|explain|compare|say|open|read|give)\b"
    r"|(?:do|did) (?:you|u) (?:know|have|cover|think|keep|offer)\b(?= (?:if|whether|how|what|why|anything|something|about|the|a|any|xnamex|of|polic))"
    r"|not (?:you|yours|your (?:site|policy|company))|your (?:rival|competitor)s?|"
    r"than (?:you|yours)|you know|unlike you|compare (?:you|yours(?:elf)?) (?:with|to))",
    re.IGNORECASE,
)


class Named(NamedTuple):
    """A company's name in a message, as typed, and where (code points). `sure`: it is known and no word besides."""

    name: str
    start: int
    end: int
    sure: bool


class Companies:
    """Finds the company that a message asks about."""

    def __init__(
        self,
        table: NDArray[np.float32],
        meant: NDArray[np.float32],
        words: Iterable[int],
        on_shelf: Iterable[str],
    ) -> None:
        """
        Args:
            table: float32, (BUCKETS + 1,): what each word around a name adds to the log-odds that the company is asked
                about; the last is their base.
            meant: float32, (dim,): what the message's meaning adds to them.
            words: hashes (`word_hash`) of words that are no names, as they are in questions.
            on_shelf: what the policies on the shelf and their companies are called; these are never found.
        """
        self._table, self._towards, self._words = table, meant, frozenset(words)
        self._whole, self._parts = _shelf_names(on_shelf, self._words)
        self._longest = max((1 + name.count(" ") for name in self._whole), default=0)
        self._long_parts = [part for part in self._parts if len(part) >= _FUZZY]

    def of(self, on_shelf: Iterable[str]) -> Companies:
        """The same for a shelf whose policies and companies are called otherwise."""
        return Companies(self._table, self._towards, self._words, on_shelf)

    def named(self, message: str) -> Named | None:
        """The company that a message names, the surest and first; None where it names none, or one on the shelf."""
        tokens = [(match.group(), match.start()) for match in _TOKEN.finditer(message)]
        lows = [_POSSESSIVE.sub("", text).lower() for text, _ in tokens]
        if self._on_shelf(lows):
            return None
        candidates = [named for named in self._candidates(message, tokens, lows) if named is not None]
        return min(candidates, key=lambda each: (not each.sure, each.start)) if candidates else None

    def odds(self, message: str, named: Named, own: NDArray[np.float32] | None) -> float:
        """Log-odds that the message asks about the company it names, and not about another's dealings with it.

        Args:
            own: what the message's meaning has of its own, (dim,); None: the words around the name decide alone.
        """
        told = float(self._table[around(message, named)].sum() + self._table[-1])
        return told if own is None else told + float(own @ self._towards)

    def _on_shelf(self, lows: list[str]) -> bool:
        if not self._whole and not self._parts:
            return False
        stretches = (lows[at : at + length] for length in range(1, self._longest + 1) for at in range(len(lows)))
        if any(" ".join(stretch) in self._whole for stretch in stretches):
            return True
        return any(
            low in self._parts
            or (
                len(low) >= _FUZZY
                and word_hash(low) not in self._words
                and process.extractOne(low, self._long_parts, scorer=OSA.distance, score_cutoff=1) is not None
            )
            for low in lows
        )

    def _candidates(self, message: str, tokens: list[tuple[str, int]], lows: list[str]) -> Iterator[Named | None]:
        names, also_words = _known()
        at = 0
        while at < len(tokens):
            for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
                key = " ".join(lows[at : at + length])
                if key in names or (key in also_words and self._meant(message, tokens, lows, at)):
                    yield _made(message, tokens, at, length, sure=key in names)
                    at += length
                    break
            else:
                if self._unknown(lows[at]):
                    yield self._guessed(message, tokens, lows, at)
                at += 1

    def _unknown(self, low: str) -> bool:
        if len(low) < 3 or low in _CAPITALS or low.isdigit() or word_hash(low) in self._words:
            return False
        return not any(
            low.endswith(end) and word_hash(low.removesuffix(end)) in self._words
            for end in ("s", "es", "d", "ed", "ing", "ly", "er")
        )

    def _meant(self, message: str, tokens: list[tuple[str, int]], lows: list[str], at: int) -> bool:
        """Whether a word that is also a name is meant as one."""
        text, start = tokens[at]
        before = lows[at - 1] if at else ""
        begins = at == 0 or message[:start].rstrip()[-1:] in {".", "?", "!"}
        if text[:1].isupper() and not begins:
            return not _shouted(message)
        follows = message[start + len(text) :].lstrip()[:1]
        if begins and text[:1].isupper():
            return follows == ":" or _POSSESSIVE.search(text) is not None or len(tokens) <= 6
        return before in {"does", "at", "did", "about"} and len(text) > 3

    def _guessed(self, message: str, tokens: list[tuple[str, int]], lows: list[str], at: int) -> Named | None:
        """A word that nobody knows, as a name: misspelt, of a site, or by its capital and its place."""
        text, start = tokens[at]
        low = lows[at]
        if _DOMAIN.fullmatch(low):
            return _made(message, tokens, at, 1, sure=True)
        if len(low) >= _FUZZY and low.isalpha():
            near = process.extractOne(low, _single(), scorer=OSA.distance, score_cutoff=2 if len(low) >= _LONG else 1)
            if near is not None and near[0][0] == low[0]:
                return _made(message, tokens, at, 1, sure=False)
        if not text[:1].isupper() or _shouted(message):
            return None
        before = lows[at - 1] if at else ""
        if before in _PLACES:
            return None
        follows = message[start + len(text) :].lstrip()[:1]
        if before in _BEFORE or follows == ":" or _POSSESSIVE.search(text) or (at == 0 and len(tokens) > 1):
            length = 1
            while at + length < len(tokens) and tokens[at + length][0][:1].isupper() and length < _LONGEST:
                length += 1
            return _made(message, tokens, at, length, sure=False)
        return None


def around(message: str, named: Named) -> NDArray[np.int64]:
    """The rows of the words around a name, and of what the message says besides."""
    text = f"{message[: named.start]} {_NAME} {message[named.end :]}".lower().replace("’", "'")
    text, to_reader = _TO_READER.subn(" ", text)
    words = ["^", *_WORD.findall(text), "$"]
    at = words.index(_NAME)
    features = {f"1 {word}" for word in words} | {f"2 {one} {other}" for one, other in pairwise(words)}
    features |= {f"< {word}" for word in words[max(at - 4, 0) : at]} | {f"> {word}" for word in words[at + 1 : at + 5]}
    features |= {f"3 {' '.join(words[max(at - 2, 0) : at + 2])}", f"# {min(len(words), 14)}", f"sure {named.sure}"}
    if {"you", "your", "yours", "u", "ur", "here", "we", "us", "company", "site", "app"} & set(words):
        features.add("second")
    if to_reader:
        features.add("to reader")
    return np.array(sorted({zlib.crc32(feature.encode()) % BUCKETS for feature in features}), dtype=np.int64)


def words_of(text: str) -> list[str]:
    """The words of a text, as typed, less a possessive's ending."""
    return [_POSSESSIVE.sub("", match.group()) for match in _TOKEN.finditer(text)]


def word_hash(word: str) -> int:
    """The hash by which a word is remembered."""
    return zlib.crc32(word.lower().replace("’", "'").encode())


def _made(message: str, tokens: list[tuple[str, int]], at: int, length: int, *, sure: bool) -> Named:
    start = tokens[at][1]
    last, last_start = tokens[at + length - 1]
    end = last_start + len(_POSSESSIVE.sub("", last) if last.lower() not in _known()[0] else last)
    return Named(message[start:end], start, end, sure)


def _shouted(message: str) -> bool:
    letters = [letter for letter in message if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > len(letters) / 2


def _shelf_names(on_shelf: Iterable[str], words: frozenset[int]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the shelf whole, less what they have in common with all policies' names, and the words that are only theirs."""
    whole: set[str] = set()
    parts: set[str] = set()
    for name in on_shelf:
        kept = [
            low for part in re.findall(r"[^\W_]+(?:[.&'’][^\W_]+)*", name) if (low := part.lower()) not in _NOT_IN_NAMES
        ]
        kept = [low for low in kept if not low.isdigit()]
        if kept:
            whole.add(" ".join(kept))
            parts |= {low for low in kept if len(low) >= 3 and word_hash(low) not in words}
            parts |= {
                domain["stem"] for low in kept if (domain := re.match(r"(?P<stem>[a-z0-9-]{3,})\.[a-z.]{2,6}$", low))
            }
    return frozenset(name for name in whole if len(name) >= 3), frozenset(parts)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Names of known companies in lower case: those that are nothing else, and those that are words too."""
    listed = json.loads(NAMES.read_text(encoding="utf-8"))
    return (
        frozenset(name.lower().removesuffix("'s") for name in listed["names"])
        | frozenset(name.lower() for name in listed["names"]),
        frozenset(name.lower() for name in listed["also_words"]),
    )


@cache
def _single() -> list[str]:
    return sorted(name for name in _known()[0] if name.isalpha() and len(name) >= _FUZZY)
