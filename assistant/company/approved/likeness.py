"""Whether two questions ask the same: the words that tell them apart must be the same, in the same parts, and their vectors near.

Vectors alone cannot say so: "is my data not sent outside the EU?" is nearer to "is my data sent outside the EU?" than most
paraphrases are. So every word that may change what is asked, a "not" above all, must stand in both; only words that change nothing,
and a few that mean the same, may differ. Nor can the words without their order: who does it, from whom and to whom, and what
is only the case in which, must be the same too. Active and passive are. What cannot be told is taken for different: a sentence
that is not said for a rewording costs little, one that is said for another question is wrong. docs/operations.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import Stemmer

from index.stores.base import Vectors

BOUND = 0.75  # least cosine of two questions whose telling words are the same

_SAME = (
    "keep kept store retain hold held save",
    "delete erase remove",
    "sell sold",
    "send sent transfer",
    "tell told inform notify",
    "employee staff",
    "phone telephone",
    "child children kid",
    "collect gather",
)
_NEUTRAL = frozenset(
    "a an the this that these do does did done is are am was were be been being will would can could may might have has had get got "
    "getting able possible it its there if ever please by with from of to on in at for about i me my mine we us our ours you your "
    "yours company site website data datum information personal make so and hello hi".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|,")
_STEMMER = Stemmer.Stemmer("english")
_STEMS: dict[str, str] = {
    _STEMMER.stemWord(word): _STEMMER.stemWord(group.split()[0]) for group in _SAME for word in group.split()
}

# The country; in small letters, or where all are capitals, "us" alone is ourselves.
_AMERICA = re.compile(
    r"\bU\.S\.(?:A\.)?|\bUSA\b|(?i:\bthe (?:us|u\.s\.)(?!\w)|\bunited states(?: of america)?\b)|"
    r"(?-i:(?<=[a-z] )US\b|\bUS(?= [a-z]))"
)
_EXISTS = re.compile(r"\bif there (?:is|are|was|were)\b")  # "if there is a breach": of a breach
_NEGATIONS = frozenset("not never".split())
_ASKING = frozenset("how long often soon much many why who whom whose when where which what".split())
_BE = frozenset("is are am was were".split())
_GET = frozenset("get gets got getting".split())
_AUXILIARIES = _BE | frozenset("do does did will would can could may might must shall should has have had".split())
_PAST = frozenset("did was were had has have".split())
_CASES = frozenset("if when whenever where unless while after before because until once although since".split())
_ASKER, _COMPANY = frozenset("i we me us".split()), frozenset("you u company site website".split())
_DATA = frozenset("data datum information".split())
_DETERMINERS = frozenset("a an the this that these my our your any".split())
_OWNERS = {"my": "asker", "our": "asker", "your": "company"}
# "To" and "with" name the one who gets it.
_DIRECTIONS = {"from": "from", "by": "by", "to": "to", "with": "to", "into": "to"}
_PREPOSITIONS = frozenset(_DIRECTIONS) | frozenset("of in on at for about outside inside without under".split())
_BEFORE_VERB = frozenset("able possible going allowed permitted".split())  # "able to read"
_GIVING = frozenset("give send sell show tell pass offer hand".split())  # "give advertisers my data"
_NO_RELATIVE = _AUXILIARIES | _NEGATIONS | _PREPOSITIONS | {""}
_MEANS = frozenset("email mail post phone fax sms text law default".split())  # "sent by email": nobody who acts
# Dealings have two sides: "calls with you" are calls.
_DEALINGS = frozenset("call chat conversation correspondence contract agreement account".split())
_PARTICIPLES = frozenset(
    "sold sent kept given shown held told seen known taken read made lost stolen found put bought hidden heard shut leaked".split()
)


class Part(NamedTuple):
    """A question without its cases, or one of these: which word opens it, who acts, its telling words in the order of an active
    sentence, and beside some of them what they are: whom it comes from, who gets it, what is not done."""

    opened_by: str
    acts: str
    words: tuple[str, ...]
    roles: frozenset[tuple[str, str]]


class Telling(NamedTuple):
    """What of a question's words tells it from others: what kind of thing it wants, whether the person asking acts in it, whether it
    asks about what has happened, and its parts; and whose the things are that it names."""

    asks: frozenset[str]
    asker_acts: bool
    past: bool
    main: Part
    cases: frozenset[Part]
    owners: dict[str, str]


def telling(question: str) -> Telling:
    """What tells a question from others."""
    plain = _AMERICA.sub("usa", question).lower().replace("’", "'")
    plain = (
        plain.replace("can't", "can not")
        .replace("n't", " not")
        .replace("cannot", "can not")
        .replace("ca not", "can not")
    )
    tokens = [word.removesuffix("'s") for word in _WORD.findall(_EXISTS.sub("of", plain))]
    main, cases = _parted(tokens)
    asks = frozenset(word for word in main if word in _ASKING)
    asker_acts = any(one in _AUXILIARIES and other == "i" for one, other in pairwise(tokens))
    owners = {
        _stem(owned): owner
        for at, word in enumerate(tokens)
        if (owner := _OWNERS.get(word)) and (owned := _named(tokens[at + 1 :]))
    }
    whole = _main([word for word in main if word not in _ASKING])
    past = next((word for word in main if word in _AUXILIARIES), "") in _PAST
    return Telling(asks, asker_acts, past, whole, frozenset(_case(case) for case in cases), owners)


def alike(one: str, other: str) -> bool:
    """Whether the words of two questions allow them to ask the same."""
    first, second = telling(one), telling(other)
    owned = first.owners.keys() & second.owners.keys()
    return first[:-1] == second[:-1] and all(first.owners[word] == second.owners[word] for word in owned)


def near(one: Vectors, other: Vectors) -> bool:
    """Whether the vectors of two questions do."""
    return float(one @ other) >= BOUND


def _stem(word: str) -> str:
    stem: str = _STEMMER.stemWord("data" if word in _DATA else word)
    return _STEMS.get(stem, stem)


def _tells(word: str) -> bool:
    return word not in _NEUTRAL and word not in ("", ",")


def _parted(tokens: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The words of a question itself, and those of each case it is asked for. A case ends with a comma, or where a question begins:
    "if I leave do you delete it?"."""
    main: list[str] = []
    cases: list[list[str]] = []
    within = False
    for at, word in enumerate(tokens):
        inverts = word in _AUXILIARIES and _may_act(tokens, at + 1)
        if word in _CASES and not (at + 1 < len(tokens) and tokens[at + 1] in _AUXILIARIES):
            cases.append([word])
            within = True
        elif within and (word == "," or (inverts and not _may_act(tokens, at - 1))):
            within = False
            main.append(word)
        else:
            (cases[-1] if within else main).append(word)
    return [word for word in main if word != ","], cases


def _may_act(tokens: Sequence[str], at: int) -> bool:
    return 0 <= at < len(tokens) and (tokens[at] in _ASKER or tokens[at] in _COMPANY)


def _main(tokens: Sequence[str]) -> Part:
    """A question itself, as one part."""
    at = next((at for at, word in enumerate(tokens) if word in _AUXILIARIES), None)
    if at is None:
        return _part("", "company" if tokens[:1] in (["you"], ["u"]) else "", tokens, None, None)
    rest = range(at + 1 + (tokens[at + 1 : at + 2] == ["not"]), len(tokens))
    done = _participle(tokens, rest)
    if tokens[at] not in _BE and not any(tokens[each] in ("be", "been", "being") for each in rest):
        caused = len(rest) > 1 and tokens[rest[1]] in ("have", "get")  # "can I have it deleted?"
        done = done if caused and _may_act(tokens, rest[0]) else None
        return _part("", _subject(tokens, rest), tokens, done, None)
    if done is None or any(tokens[each] in ("able", "allowed", "permitted") for each in rest):
        return _part("", _subject(tokens, rest), tokens, None, None)
    if _may_act(tokens, rest[0]):  # "are you sold?", "will I be told?"
        return _part("", f"not {_subject(tokens, rest)}", tokens, done, None)
    by = next((each for each in rest if tokens[each] == "by"), None)
    agent = _named(tokens[by + 1 :]) if by is not None else ""
    if not agent or agent in _COMPANY:
        return _part("", "company", tokens, done, None)
    return _part("", "company" if agent in _MEANS else _stem(agent), tokens, done, None if agent in _MEANS else by)


def _case(tokens: Sequence[str]) -> Part:
    """A case, as one part."""
    word, *rest = tokens
    return _part("" if word == "if" else word, _one_of_us(rest[0]) if rest else "", rest, None, None)


def _subject(tokens: Sequence[str], rest: range) -> str:
    """Who acts in an active sentence whose subject begins a stretch."""
    first = next((tokens[each] for each in rest if tokens[each] not in _DETERMINERS), "")
    return _one_of_us(first) or next((_stem(tokens[each]) for each in rest if _tells(tokens[each])), "")


def _participle(tokens: Sequence[str], rest: range) -> int | None:
    """Where the participle of a passive sentence stands: the last before what is said of where, to whom and by whom."""
    found = None
    for each in rest:
        if found is not None and tokens[each] in _PREPOSITIONS:
            break
        if _is_participle(tokens[each]):
            found = each
    return found


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in _PARTICIPLES


def _named(tokens: Sequence[str]) -> str:
    """The first word that names somebody or something; empty where another stretch begins before it."""
    for word in tokens:
        if word in _PREPOSITIONS or word == ",":
            return ""
        if word in _ASKER or word in _COMPANY or word in _DATA or _tells(word):
            return word
    return ""


def _part(opened_by: str, acts: str, tokens: Sequence[str], done: int | None, by: int | None) -> Part:
    """A part of a question.

    Args:
        done: where the participle of a passive sentence stands.
        by: where the "by" of the one who acts does.
    """
    actor = range(0)
    if by is not None:
        ends = (at for at in range(by + 1, len(tokens)) if tokens[at] in _PREPOSITIONS)
        actor = range(by + 1, next(ends, len(tokens)))
    first = [*actor, *([] if done is None else [done])]
    order = [*first, *(at for at in range(len(tokens)) if at not in first)]
    words = [_stem(tokens[at]) for at in order if _tells(tokens[at]) and tokens[at] not in _NEGATIONS]
    if acts in words:
        words.remove(acts)
    roles = {role for at in range(len(tokens)) if at != by and (role := _role(tokens, at))}
    return Part(opened_by, acts, tuple(words), frozenset(roles))


def _role(tokens: Sequence[str], at: int) -> tuple[str, str] | None:
    """What a word makes of one after it; None where it changes nothing."""
    word, before, after = tokens[at], tokens[at - 1] if at else "", tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in _NEGATIONS:
        return word, next((_stem(other) for other in tokens[at + 1 :] if _tells(other)), "")
    if word in _GET and _is_participle(after):  # "do they get told" is not "do they tell"
        return "get", _stem(after)
    if word in ("i", "we", "you") and before not in _NO_RELATIVE and _tells(after):  # "the photos that I send"
        return _one_of_us(word), _stem(after)
    if _stem(word) in _GIVING:
        return _given(tokens[at + 1 :])
    return _directed(tokens, at)


def _given(tokens: Sequence[str]) -> tuple[str, str] | None:
    """Who gets what is given, where no "to" says so: "advertisers my data"."""
    to, what, *_ = [*tokens[next((at for at, word in enumerate(tokens) if word not in _DETERMINERS), 0) :], "", ""]
    if what in _DETERMINERS and (_one_of_us(to) or _tells(to)) and to not in _DATA | _PREPOSITIONS:
        return "to", _one_of_us(to) or _stem(to)
    return ("to", _one_of_us(to)) if what in _DATA and _one_of_us(to) else None


def _directed(tokens: Sequence[str], at: int) -> tuple[str, str] | None:
    """What a preposition makes of the word after it."""
    word, before = tokens[at], tokens[at - 1] if at else ""
    direction = _DIRECTIONS.get(word)
    if word == "of" and before in _DATA and any(_stem(other) == "collect" for other in tokens):
        direction = "from"  # data of children are collected from children
    named = _named(tokens[at + 1 :])
    us = _one_of_us(named)
    if word == "about" and us and not any(other in _DATA for other in tokens[:at]):
        direction = "about"  # "tell my doctor about me" is not "tell me about my doctor"
    if not direction or not named or (word == "to" and before in _BEFORE_VERB):
        return None
    dealing = word == "with" and _stem(before) in {_stem(each) for each in _DEALINGS}
    if us == "company" and (word == "by" or dealing):
        return None
    return direction, us or _stem(named)


def _one_of_us(word: str) -> str:
    """The person asking, the company, or neither."""
    return "asker" if word in _ASKER else "company" if word in _COMPANY else ""
