"""What kind of follow-up a message is, told from the message alone: "and my phone?", "why?", "even after I leave?"."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from assistant.questions import phrases
from assistant.questions import word_classes as classes
from assistant.questions.clause_reader import spelt_out
from assistant.questions.form import focus_of
from assistant.questions.inflection import NOUN_TOO, base_of_gerund, is_base, is_finite, is_gerund, is_participle
from assistant.questions.inversion import question_word
from assistant.questions.noun_phrases import noun_phrases
from assistant.questions.word_classes import Token, auxiliary

_LONGEST = 12  # words; no fragment is longer


class Kind(StrEnum):
    """What a message leaves out."""

    NOTHING = "nothing"  # it stands alone, or asks nothing
    AGAIN = "again"  # "are you sure?": the whole question
    WORD = "word"  # "why?", "with whom?": all but the question word
    NOUN = "noun"  # "and my phone?": all but a noun
    OWNER = "owner"  # "and my wife's?"
    PLACED = "placed"  # "in the US?", "even after I leave?", "to train AI?", "forever?": what it is said of
    VERB = "verb"  # "and sell it?"
    DOING = "doing"  # "what about selling it?"
    STATE = "state"  # "and sold?", "encrypted?"
    SENTENCE = "sentence"  # a whole sentence, in which words may point back


class Fragment(NamedTuple):
    """A message read by itself. `text` is what it says, without what leads to it and ends it; `led`: "and", "what about"
    or the like says that it goes on with the question before; `asks`: it is typed as a question; `denied`: "if not" leads to it."""

    kind: Kind
    text: str
    led: bool
    asks: bool
    denied: bool = False


_ASIDE = frozenset(
    "thanks question questions answer answers news thing things way moment thank thx ok hello hi cool".split()
)
_WHEREABOUTS = frozenset(
    "forever abroad overseas online offline worldwide always everywhere anywhere indefinitely".split()
)
_NO_MANNER = frozenset(
    "really actually probably seriously honestly exactly hopefully certainly possibly obviously definitely "
    "especially lovely friendly only early likely surely truly basically apparently sadly unfortunately luckily "
    "frankly absolutely totally".split()
)
_COMMENT = re.compile(
    r"(?:^|(?<=[.!?…]))\s*(?:and |but |well |so |oh )?(?:that|this|it)(?:['’]?s)? [^.!?…]{1,60}[.!?…]", re.IGNORECASE
)
_STRANDED = frozenset("with to from for by about in".split())
_FOCUS = frozenset("even only just not especially".split())
# Nouns that an -ing form tells the kind of, and the verbs whose -ing form before them says what is done to them.
_TOLD_BY_DOING = frozenset(
    "data details information info history histories records record number numbers address addresses list lists licence license habit "
    "habits pattern patterns preferences provider providers partner partners network networks agency agencies company companies firm "
    "firms technology technologies tool tools software script scripts pixel pixels beacon beacons "
    "tag tags cookie cookies id ids identifier identifiers".split()
)
_DONE_TO_THESE = frozenset(
    "accept access add allow analyse analyze anonymise anonymize block buy change check choose clear close collect combine contact "
    "copy correct create decrypt delete destroy disable disclose download drop edit enable encrypt enter erase exchange export expose "
    "find gather get give handle hash have hide hold import inform intercept keep leak link log lose make manage match merge mine "
    "modify monitor move need obtain open pass place print protect provide publish receive record recover rectify refuse reject "
    "release remove rent request require resell restore retain retrieve reveal review save scan scrape search secure see seek sell "
    "send set share show steal store submit sync trade transfer trust update upload use verify wipe withdraw".split()
)
_POINTING = frozenset("it them that this those these".split())


def read(message: str, *, was_scoped: bool = False) -> Fragment:
    """Read a message by itself.

    `was_scoped`: a company was named in it and taken out ("and at ACME?" -> "and?"), so that nothing left is a question.
    """
    asking = _asking(message)
    sentence = phrases.FILLER.sub("", asking)
    asks = any(text.rstrip(" \"'”’)!.").endswith("?") for text in (message, asking))
    bare = sentence.strip(' \t\n?!.,;:…"“”*-–—')
    typed = spelt_out(bare)
    bare, led = _unled(typed)
    denied = phrases.IF_NOT.search(typed.removesuffix(bare)) is not None
    ended = _unended(bare)
    led = led or bare.lower().startswith(("even ", "not even "))
    led, bare = led or phrases.AS_WELL.search(bare[len(ended) :]) is not None, ended
    told = tells(message[: max(0, message.find(asking))])
    if was_scoped and phrases.AS_WELL.fullmatch(bare):
        bare = ""
    words = classes.tokens(bare)
    if phrases.AGAIN.match(typed):
        return Fragment(Kind.NOTHING if told else Kind.AGAIN, typed, led, asks)
    kind = _kind(bare, words, led=led, asks=asks) if words else (Kind.AGAIN if was_scoped else Kind.NOTHING)
    if not was_scoped and kind is not Kind.NOTHING and asks_nothing(message):
        kind = Kind.NOTHING
    if told and not (led and kind is Kind.NOUN and words[0].low in classes.POSSESSIVES):
        kind = Kind.NOTHING  # it goes on with its own story
    return Fragment(kind, bare, led, asks, denied)


def _asking(message: str) -> str:
    """The sentence of a message that asks, also where no capital tells that it begins."""
    sentence = focus_of(message)
    for stop in re.finditer(r"[.!?…]+\s+(?=\S)", sentence):
        rest = sentence[stop.end() :]
        words = classes.tokens(rest)
        if words and (
            auxiliary(words[0].low) or words[0].low in classes.INTERROGATIVES | {"and", "what", "also", "or"}
        ):
            return rest
    return without_remark(sentence)


def without_remark(text: str) -> str:
    """A text without what is said behind its last question mark, where that asks nothing and names nothing: "is it sold? i hope
    not"."""
    asked, mark, remark = text.rpartition("?")
    words = classes.tokens(remark)
    if not words or not asked.strip() or not _is_remark(words):
        return text
    return f"{asked}{mark}"


def _is_remark(words: list[Token]) -> bool:
    """Whether words say something of the asker or the asking: they begin as nothing does that asks, and name no thing."""
    lows = [word.low for word in words]
    brought = classes.DETERMINERS - {"that", "this"}
    named = any(low in brought and not classes.is_person(after) for low, after in pairwise(lows))
    meant = any(low in {"mean", "meant"} or classes.is_data(low) for low in lows)
    return not (_begins(words) or named or meant or lows[-1] in classes.INTERROGATIVES)


def questions(message: str) -> list[str]:
    """The questions of a message that stand one behind the other ("is it sold? is it encrypted?"), or as question words that "and"
    joins; the message itself where that is not how it is made."""
    sentences = re.split(r"(?<=\?)\s+(?=\S)", without_remark(message))
    found: list[str] = []
    for sentence in sentences:
        bare = sentence.strip(" ?!.,;:")
        if asks_nothing(sentence) or phrases.AGAIN.match(bare) or phrases.EXCLAIMED.match(bare):
            continue
        parts = re.split(r"\s*,?\s+(?:and|&)\s+|\s*,\s*", bare)
        words = len(parts) > 1 and all(part and _is_word(part, classes.tokens(part)) for part in parts)
        found += [f"{part}?" for part in parts] if words else [sentence]
    typed = sentences[-1].endswith("?") or _begins(classes.tokens(sentences[-1]))
    return found if found and (typed or len(sentences) == 1) else [message]


def _begins(words: list[Token]) -> bool:
    """Whether words begin as what asks does: with an auxiliary verb, a question word, "and" or "with"."""
    first = words[0].low if words else ""
    asking = classes.INTERROGATIVES | classes.CONJUNCTIONS | classes.PREPOSITIONS | {"also"}
    return auxiliary(first) is not None or first in asking


def tells(text: str) -> bool:
    """Whether the sentences before the one that asks name things that it may be about."""
    if not text.strip() or asks_nothing(text):
        return False
    text = phrases.INTRODUCTION.sub(" ", _COMMENT.sub(" ", text))
    return any(
        not (classes.is_person(phrase.head) or classes.is_place(phrase.head))
        for phrase in noun_phrases(text)
        if phrase.head not in _ASIDE and not classes.is_adverb(phrase.head)
    )


def asks_nothing(message: str) -> bool:
    """Whether a message is a thank-you, a greeting or the like, made of nothing else: after it nothing is asked again."""
    words = [word.low for word in classes.tokens(message)]
    if not words:
        return True
    if phrases.AGAIN.match(message.strip(" ?!.,;:")):
        return False
    if phrases.DROPPED.match(message.strip()):
        return True
    return all(word in phrases.SMALL_TALK for word in words) and not (
        auxiliary(words[0]) and (len(words) < 3 or "?" in message)
    )


def _unled(text: str) -> tuple[str, bool]:
    """The text without what leads to it, and whether that goes on with the question before."""
    led = False
    while lead := phrases.LEAD.match(text):
        if not text[lead.end() :].strip():
            return ("", led) if lead["led"] is None else ("", True)
        low = lead.group().strip(" ,.:;!–—-").lower()
        if low in {"so", "then", "now"} and _needs(low, text[lead.end() :]):
            break
        if low in {"or", "but"} and led:
            break
        led = led or lead["led"] is not None
        text = text[lead.end() :]
    return text, led


def _needs(low: str, rest: str) -> bool:
    """Whether a word belongs to what follows: "no one", "so long"."""
    first = classes.tokens(rest)[:1]
    return bool(first) and (low, first[0].low) in {("so", "long"), ("so", "that"), ("so", "nosy")}


def _unended(text: str) -> str:
    while ending := phrases.END.search(text):
        text = text[: ending.start()].rstrip(" ,")
    return text


def _kind(text: str, words: list[Token], *, led: bool, asks: bool) -> Kind:
    if phrases.AGAIN.match(text):
        return Kind.AGAIN
    if _is_word(text, words):
        return Kind.WORD
    if phrases.ALL_THE_TIME.match(text) or phrases.OFTEN.match(text):
        return Kind.PLACED if led or asks or len(words) <= 3 else Kind.NOTHING
    if phrases.HOW_MANY_OF.match(text) and (led or asks):
        return Kind.NOUN
    if phrases.WHAT_WE_DO.match(text) and led:
        return Kind.NOUN
    if phrases.THOSE_OF.match(text) and led:
        return Kind.OWNER
    if phrases.THOSE_THAT.match(text) and (led or asks) and len(words) <= _LONGEST:
        return Kind.NOUN
    if text.lower() == "with one":
        return Kind.PLACED
    if phrases.OTHER_ONES.match(text) and words[0].low not in classes.PREPOSITIONS and (led or asks):
        return Kind.NOUN
    if len(words) <= _LONGEST and not re.search(r":|\s[-–—]\s", text) and not _has_clause(text, words):
        kind = _fragment(words, led=led, asks=asks)
        if kind is not None:
            return kind
    return Kind.SENTENCE


def _is_word(text: str, words: list[Token]) -> bool:
    """Whether there is a question word, and nothing that it asks about."""
    whole = (phrases.WHY, phrases.WHY_SO, phrases.FOR_EXAMPLE, phrases.WHICH_ONES, phrases.BASED_ON)
    if any(way.match(text) for way in whole):
        return True
    parts = re.split(r"\s+and\s+", text)
    if len(parts) == 2 and all(parts) and all(_is_word(part, classes.tokens(part)) for part in parts):
        return True
    after = question_word(words)
    if after > 4 or (any(word.text[0].isupper() for word in words[2:after]) and words[0].low in {"which", "what"}):
        return False
    if after == 0:
        return len(words) == 2 and words[0].low == "why" and words[1].low == "not"
    rest = [word.low for word in words[after:]]
    if rest == ["not"] and words[0].low == "why":
        return True
    return not rest or (len(rest) == 1 and rest[0] in _STRANDED)


def _has_clause(text: str, words: list[Token]) -> bool:
    """Whether a text has a main clause: a question's inversion, a verb after its subject."""
    first = words[0].low
    if auxiliary(first) or (first in classes.INTERROGATIVES and not _condition(words)):
        return True
    if _condition(words):
        # A condition is half a sentence; after a comma or an inversion comes the other half.
        inner = [
            at
            for at in range(2, len(words) - 1)
            if auxiliary(words[at].low) and words[at + 1].low in classes.SUBJECTS | classes.POSSESSIVES
        ]
        after = next(
            at for at, word in enumerate(words) if word.low in classes.SUBORDINATORS or word.low in {"as", "what"}
        )
        asks = any(word.low in classes.INTERROGATIVES - {"what"} for word in words[after + 1 :])
        return "," in text or bool(inner) or asks
    if first in classes.SUBJECTS:
        return True
    if first in classes.PREPOSITIONS and len(words) > 1 and words[1].low in classes.INTERROGATIVES:
        return True
    return any(auxiliary(this.low) and following.low in classes.SUBJECTS for this, following in pairwise(words))


def _is_noun(gerund: str, then: list[str]) -> bool:
    """Whether an -ing form is, or tells of what kind, a noun: "marketing", "browsing history"; not "sharing", "sharing data"."""
    if gerund in {"marketing", "advertising", "profiling", "processing"}:
        return True
    named = bool(then) and then[-1] in _TOLD_BY_DOING and all(map(classes.is_open, then))
    return named and base_of_gerund(gerund) not in _DONE_TO_THESE


def _condition(words: list[Token]) -> bool:
    """Whether a text is a condition or a time: "if I leave", "even after my contract ends", "what if I die"."""
    lows = [word.low for word in words]
    while lows and lows[0] in _FOCUS:
        lows.pop(0)
    focused = len(lows) < len(words)
    if len(lows) == 2 and lows[0] in ({"if", "unless", "once"} | ({"when", "while"} if focused else set())):
        return is_participle(lows[1])  # "even if encrypted"; of "when encrypted" either half may be left out
    if lows[:2] == ["what", "if"] or lows[:2] == ["as", "long"] or lows[:2] == ["as", "soon"]:
        return len(lows) > 3
    if len(lows) < 3 or lows[0] not in classes.SUBORDINATORS or auxiliary(lows[1]) or lows[1] in classes.INTERROGATIVES:
        return False
    return not (
        lows[0] in {"when", "since", "until"}
        and (lows[1] == "exactly" or (classes.is_adverb(lows[1]) and auxiliary(lows[2])))
    )


def _fragment(words: list[Token], *, led: bool, asks: bool) -> Kind | None:
    lows = [word.low for word in words]
    first = next((low for low in lows if low not in _FOCUS), lows[0])
    if _condition(words):
        own = (
            lows[:2] == ["what", "if"]
            and lows[2] not in classes.SUBJECTS
            and any(low in classes.POSSESSIVES for low in lows)
        )
        alone = led or asks or lows[0] == "even" or lows[:2] == ["what", "if"] or len(lows) <= 5
        return Kind.PLACED if alone and not own else None
    at = lows.index(first)
    rest = lows[at + 1 :]
    if (
        first in classes.PREPOSITIONS
        or (first == "because" and rest[:1] == ["of"])
        or first in {"until", "till", "since", "after", "before"}
    ):
        names = any(map(classes.is_open, rest)) or not classes.SOMEBODY.isdisjoint(rest) or "me" in rest
        asks = asks or len(lows) <= 4 or lows[0] == "even"
        whole = any(auxiliary(low) or low in classes.INTERROGATIVES for low in rest)
        return Kind.PLACED if names and (led or asks) and not whole else None
    if first in {"based", "depending", "according"} and rest and rest[0] in {"on", "to"}:
        return Kind.PLACED
    if all(classes.is_adverb(low) for low in lows):
        manner = all(
            low in _WHEREABOUTS or (low.endswith("ly") and low not in _NO_MANNER) or low in {"not", "only", "even"}
            for low in lows
        )
        return Kind.PLACED if manner and lows[-1] not in {"not", "only", "even"} else None
    if lows in (["mine"], ["hers"], ["theirs"], ["ours"]) or lows[-1].endswith(("'s", "s'")):
        return Kind.OWNER if led or (asks and lows[0] in classes.POSSESSIVES) else None
    adverbs = next((n for n, low in enumerate(lows) if not classes.is_adverb(low)), 0)
    verb, then = lows[adverbs], lows[adverbs + 1 : adverbs + 2]
    taken = bool(then) and (then[0] in classes.PRONOUNS or then[0] in classes.DETERMINERS)
    if is_gerund(verb) and (
        (taken and (led or then[0] in {"it", "them", "that"}))
        or (led and len(lows) <= 3 and not _is_noun(verb, lows[adverbs + 1 :]))
    ):
        return Kind.DOING
    if is_base(verb) and (led or (taken and then[0] in _POINTING and asks)):
        noun = verb in NOUN_TOO and not taken
        return None if noun and not led else (Kind.NOUN if noun else Kind.VERB)
    if (is_participle(verb) or verb in classes.PREDICATIVE) and verb not in {"got", "had", "been"}:
        joined = bool(then) and (then[0] in classes.PREPOSITIONS | classes.CONJUNCTIONS or classes.is_adverb(then[0]))
        alone = (not then or joined) and classes.INTERROGATIVES.isdisjoint(lows)
        if alone and verb != "come":
            return Kind.STATE if led or asks else None
    if any(is_finite(low) and low not in NOUN_TOO and not is_participle(low) for low in lows[1:]) and not led:
        return None
    return Kind.NOUN if led or asks else None
