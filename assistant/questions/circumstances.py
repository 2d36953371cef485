"""Under what the question before is asked again: a place, a time, a condition, a purpose, a recipient ("even after I leave?")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from assistant.questions import references
from assistant.questions import word_classes as classes
from assistant.questions.clauses import Clause, Role, appended, as_question, stranded
from assistant.questions.fragments import Fragment
from assistant.questions.inflection import is_gerund
from assistant.questions.noun_phrases import noun_phrases, phrase_at_start
from assistant.questions.phrases import OFTEN
from assistant.questions.refusals import if_not
from assistant.questions.topics import ABSTRACT, TIMES, Slot, Topic
from assistant.questions.word_classes import Token

_CONDITIONS = frozenset("if when whenever once after before while".split())
_HOW_OFTEN = re.compile(
    r"\s(?:every (?:\w+ )?\w+|(?:once|twice|\w+ times) (?:a|an|per) \w+|daily|weekly|monthly|hourly|all the time)$",
    re.IGNORECASE,
)
_ABLE_TO = re.compile(
    r"\b(right|able|allowed|possible|how|way|option|need|want|have|ability|permitted) to \w+\b.*$", re.IGNORECASE
)
_WHERE = frozenset({"in", "on", "at", "inside", "within"})
_LED_TO = re.compile(r"^\w+ (?:the|your|this) [\w-]+$", re.IGNORECASE)
_ASIDE = re.compile(r"\s(?:if|when|while|unless|once|before|after|because)\s(?!it comes)(?=\S+ \S+).*$", re.IGNORECASE)
_OF_PEOPLE = frozenset("with to by from on for about against through".split())
_OF_OBJECTS = frozenset("with to from of about into".split())
_LEADING = frozenset({"even", "only", "just", "not", "especially"})
# Prepositions that exclude one another: what one brings takes the place of what another brought.
_CONTRARY = tuple(
    frozenset(words.split()) for words in ("with without", "before after during until till", "inside outside within")
)
# The same, only where they bring the same noun or numbers: "over 16" for "under 13", not "in the app" for "within a month".
_CONTRARY_OF_ONE = tuple(
    frozenset(words.split())
    for words in (
        "over under above below",
        "within in after before",
        "in on at inside outside within",
        "without before after",
    )
)
# States of data that exclude one another: "in transit", "at rest".
_MOVING = frozenset("transit transmission transfer motion".split())
_RESTING = frozenset("rest storage".split())
_HOW_SOON = ("how soon", "how fast", "how quick", "how rapid")
_OR_SO = re.compile(
    r"^(?:(?:more|less|longer|fewer|other) than|at (?:least|most)|up to|about|around|over|under|almost|only) ",
    re.IGNORECASE,
)
# Said after "for" of how long, and after "on" and "at" of when.
_LASTING = re.compile(
    r"(?:ever|forever|life|good|(?:(?:much|no|any|so|that) )?long(?:er)?)(?= than\b| after\b|$)", re.IGNORECASE
)
_SPANS = (TIMES - {"case", "cases", "way"}) | frozenset("decade decades period term duration lifetime life".split())
_POINTS_IN_TIME = frozenset(
    "request demand end start beginning expiry closure cancellation termination midnight night noon then monday mondays tuesday "
    "tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays weekend weekends january "
    "february march april may june july august september october november december".split()
)
_NUMBER = re.compile(
    r"(?:(?:the )?age of |(?:more|less|fewer) than |at (?:least|most) )?"
    r"(?:\d+(?:[.,]\d+)*s?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirteen|fourteen|sixteen|eighteen|twenty|thirty|sixty|ninety)"
    r"(?: (?:years?|months?|weeks?|days?|hours?|minutes?))?(?: old| of age)?(?![\w-])",
    re.IGNORECASE,
)


def placed(fragment: Fragment, topic: Topic) -> str | None:
    """The same question of another place, time, condition, purpose or recipient."""
    clause = topic.clause
    if clause is None:
        return None
    text = re.sub(r"^what if\b", "if", fragment.text, flags=re.IGNORECASE)
    if text.lower().startswith("if ") and (made := if_not(text[3:], topic)) is not None:
        return made or None
    words = classes.tokens(text)
    first = next((word.low for word in words if word.low not in _LEADING), words[0].low)
    text = text if text[:2].lower() == "i " else text[0].lower() + text[1:]
    if text.lower() == "with one" and (
        lacking := re.search(r"\bwithout (an?|the|any) ([\w-]+)$", clause.predicate, re.IGNORECASE)
    ):
        return as_question(replace(clause, predicate=f"{clause.predicate[: lacking.start()]}with a {lacking[2]}"))
    if words[0].low == "not":
        if not clause.negated and not text.startswith("not even "):
            return None
        text = text.removeprefix("not ")
    if OFTEN.match(text):
        base = replace(clause, predicate=_HOW_OFTEN.sub("", clause.predicate))
        return as_question(appended(base.without_question_word() if clause.wh.lower() == "how often" else base, text))
    if (changed := _in_place_of_contrary(first, text, topic)) is not None:
        return as_question(changed)
    if first in _CONDITIONS:
        base = clause.without_question_word() if _says_when(first, text, fragment, topic) else clause
        return as_question(_with_condition(text, words, base, topic))
    if all(classes.is_adverb(word.low) for word in words) or first in {"all", "every", "each"}:
        answered = clause.wh.lower().startswith(("how long", "when", "where", "how"))
        return as_question(appended(clause.without_question_word() if answered else clause, text))
    if first == "to" and _infinitive(words):
        base = replace(clause, predicate=without_purpose(clause.predicate))
        gone = topic.data_slot()
        if gone is not None and gone.part == "predicate" and gone.phrase.text not in base.predicate:
            text = references.with_data(text, topic) or text  # what its "it" stood for goes with the purpose
        if (
            fragment.led and base == clause and (able := _ABLE_TO.search(clause.predicate))
        ):  # "the right to see it" - "and to change it?"
            base, text = (
                replace(clause, predicate=clause.predicate[: able.end(1)]),
                references.with_data(text, topic) or text,
            )
        answered = clause.wh.lower().startswith(("why", "what for"))
        return as_question(appended(base.without_question_word() if answered else base, text))
    return as_question(_with_preposition(first, text, words, topic))


class _Brought(NamedTuple):
    """What a preposition brings: where it ends in its text, its noun, and of what kind it is."""

    end: int
    head: str
    kind: str  # "number", "manner" ("my consent", "asking first", "the sale"); else "data", "people", "place", "thing"


def _in_place_of_contrary(first: str, text: str, topic: Topic) -> Clause | None:
    """The question with a circumstance in the place of the one that it excludes: "with my consent" for "without my consent".

    None where the question names none that it excludes.
    """
    clause, words = topic.clause, classes.tokens(text)
    brings = text[next((word.end for word in words if word.low == first), len(text)) :].lstrip()
    brought = _brought(first, brings, topic)
    if clause is None or brought is None or brought.end < len(brings):
        return None
    plain = clause.without_question_word() if words[0].low == "even" else clause
    for part, said in (("predicate", plain.predicate), ("subject", plain.subject)):
        for word in reversed(classes.tokens(said)):
            rest = said[word.end :].lstrip()
            stood = (
                _brought(word.low, rest, topic) if word.low in classes.PREPOSITIONS | classes.SUBORDINATORS else None
            )
            if stood is not None and _excludes(first, brought, word.low, stood):
                changed = f"{said[: word.start]}{text}{rest[stood.end :]}"
                return replace(plain, predicate=changed) if part == "predicate" else replace(plain, subject=changed)
    return None


def _brought(preposition: str, rest: str, topic: Topic) -> _Brought | None:
    """What a preposition brings at the start of a text; None for a clause ("after I leave") and whatever else is no noun."""
    number = _NUMBER.match(rest)
    following = classes.tokens(rest[number.end() :])[:1] if number else []
    if number and not (following and classes.is_noun(following[0].low)):
        return _Brought(number.end(), "", "number")
    phrase, begins = phrase_at_start(rest), classes.tokens(rest)[:1]
    doing = bool(begins) and is_gerund(begins[0].low)
    if doing and (phrase is None or is_gerund(phrase.head) or preposition != "with"):  # but "with marketing partners"
        return _Brought(len(rest), begins[0].low, "manner")
    if phrase is None:
        return None
    if preposition in classes.SUBORDINATORS and phrase.end < len(rest):
        return None  # "after my contract ends"
    if phrase.head in TIMES and rest[:1].isdigit():
        return _Brought(phrase.end, phrase.head, "number")
    if topic.stands_for_people(phrase._replace(before=preposition)):
        kind = "people"
    elif classes.is_place(phrase.head):
        kind = "place"
    elif classes.is_data(phrase.head) or topic.lexicon.names(phrase.text):
        kind = "data"
    elif preposition == "with" and phrase.head not in ABSTRACT:
        kind = "thing"  # "what do you do with my stuff" is no manner
    else:
        kind = "manner"
    return _Brought(phrase.end, phrase.head, kind)


def _excludes(first: str, brought: _Brought, other: str, stood: _Brought) -> bool:
    """Whether what a preposition brings cannot be said along with what another brought."""
    heads = {brought.head, stood.head}
    if heads & _MOVING and heads & _RESTING and {first, other} <= {"in", "at", "during"}:
        return True
    contrary = any({first, other} <= words for words in _CONTRARY)
    of_one = contrary or any({first, other} <= words for words in _CONTRARY_OF_ONE)
    if brought.kind == stood.kind == "number":
        return of_one or first == other
    if brought.kind == stood.kind == "manner" and contrary:
        return True
    return of_one and first != other and brought.head == stood.head


def _infinitive(words: list[Token]) -> bool:
    lows = [word.low for word in words if word.low not in _LEADING]
    return (
        len(lows) > 1
        and lows[0] == "to"
        and not (classes.is_person(lows[1]) or lows[1] in classes.DETERMINERS or classes.is_place(lows[1]))
        and (
            references.is_verb_after_to(lows[1])
            or (len(lows) > 2 and lows[2] in {"me", "us", "it", "them", "my", "you"})
        )
    )


def _with_condition(text: str, words: list[Token], clause: Clause, topic: Topic) -> Clause:
    leads_even = words[0].low == "even"
    plain = clause.without_question_word() if leads_even else clause
    if plain.after.split(" ")[0].lower() in _CONDITIONS:
        return replace(plain, after=text)
    cut = re.sub(
        r",?\s\b(?:even )?(?:if|when|once|after|before|while)\s(?!it comes)(?=\S+ \S+).*$",
        "",
        plain.predicate,
        flags=re.IGNORECASE,
    )
    gone = [phrase for phrase in noun_phrases(plain.predicate[len(cut) :]) if topic.known_data(phrase)]
    if gone and topic.data_slot() is None:  # what its "it" stood for goes with the condition
        text = re.sub(r"\b(?:it|them)\b", gone[0].text, text, count=1)
    return appended(replace(plain, predicate=cut), text)


def _with_preposition(first: str, text: str, words: list[Token], topic: Topic) -> Clause | None:
    clause = topic.clause
    if clause is None:
        return None
    again = re.compile(rf"(?:^|\s){re.escape(first)} \w+ing\b.*$", re.IGNORECASE)
    if words[0].low not in _LEADING:
        text = (again.match(text) and references.with_data(text, topic)) or text
        if found_again := again.search(clause.predicate):
            return replace(clause, predicate=f"{clause.predicate[: found_again.start()]} {text}".strip())
        if not clause.predicate and (found_again := again.search(clause.subject)):
            return replace(clause, subject=f"{clause.subject[: found_again.start()]} {text}")
    phrases = [phrase for phrase in noun_phrases(text) if phrase.before == first]
    head = phrases[0].head if phrases else ""
    person, place = classes.is_person(head) and first in _OF_PEOPLE, classes.is_place(head)
    person = person or (not phrases and len(words) == 2 and words[1].low in {"me", "us"} and first in _OF_PEOPLE)
    unknown = bool(phrases) and not topic.known_data(phrases[0]) and head not in ABSTRACT
    if unknown and not person and first in _OF_PEOPLE and not place:
        somebody = topic.person_slot()
        person = somebody is not None and somebody.phrase.before == first
    if person and clause.wh.lower().startswith("who") and clause.role is Role.OBJECT:
        whole = clause.whether()
        return appended(whole, text) if whole else None
    plain = clause
    low = clause.wh.lower()
    answers = (
        (low.startswith("how long") and _says_how_long(first, text, topic))
        or (low == "when" and _is_when(first, text, topic, named=person or place))
        or (low.startswith(_HOW_SOON) and first in {"within", "in", "after"} and _is_time(first, text, topic))
        or (low.startswith("where") and (place or first in {"in", "on", "outside"}))
        or (low.startswith("why") and first in {"because", "for"})
        or (low == "how" and first in {"by", "via", "with", "through"})
        or words[0].low == "even"
        or (low.split(" ")[0] == first)
    )
    if answers:
        plain = clause.without_question_word()
    if clause.role is Role.OBJECT and first == "for" and stranded(clause.predicate) == "for":
        plain = clause.whether() or clause
    among = _WHERE if first in _WHERE and _LED_TO.match(text) else {first}
    slot = (topic.place_slot() if place else None) or next(
        (
            each
            for each in topic.slots()
            if each.part == "predicate"
            and each.phrase.before in among
            and (topic.stands_for_people(each.phrase), classes.is_place(each.phrase.head)) == (person, place)
        ),
        None,
    )
    if slot is not None and plain.predicate == clause.predicate and words[0].low != "even":
        taken = topic.without(slot, preposition=True)
        alike = slot.phrase.possessed == (bool(phrases) and phrases[0].possessed) or first in _OF_OBJECTS
        if taken is not None and (person or place or alike):
            if slot.phrase.before == first and plain is clause and phrases and text == f"{first} {phrases[0].text}":
                return topic.put(slot, phrases[0].text)
            plain = replace(plain, predicate=taken.predicate)
    if slot is None and words[0].low not in _LEADING:  # "by you" - "or by a partner?"
        plain = replace(plain, predicate=re.sub(rf"\s{first} (?:me|us|you|them|him|her)\b", "", plain.predicate))
    aside = _ASIDE.search(plain.predicate)
    if aside and not plain.after:
        return replace(plain, predicate=f"{plain.predicate[: aside.start()]} {text}{aside.group()}")
    return appended(plain, text)


def _is_time(preposition: str, text: str, topic: Topic) -> bool:
    """Whether a text, or what a preposition in it brings, is a time or how long something lasts: "for 30 days", "for ever"; not
    "for job applicants"."""
    at = next((word.end for word in classes.tokens(text) if word.low == preposition), 0)
    rest = _OR_SO.sub("", text[at:].lstrip())
    brought, begins = _brought(preposition, rest, topic), phrase_at_start(rest)
    if (brought is not None and brought.kind == "number") or _LASTING.match(rest):
        return True
    return begins is not None and begins.head in _SPANS


def _says_how_long(first: str, text: str, topic: Topic) -> bool:
    """Whether a circumstance is put forward as the answer to "how long": "for 30 days", "at least a year", "until I leave"."""
    if first in {"until", "till"}:
        return True
    return (first == "for" and _is_time(first, text, topic)) or (
        _OR_SO.match(text) is not None and _is_time("", text, topic)
    )


def _says_when(first: str, text: str, fragment: Fragment, topic: Topic) -> bool:
    """Whether a condition or time is put forward as the answer to "when": "when I leave?", "after 30 days?"; not "and after I leave?"."""
    wh = topic.clause.wh.lower() if topic.clause else ""
    times = (
        {"when", "whenever", "once", "after", "before"} if wh == "when" else {wh.split(" ")[0]} & {"after", "before"}
    )
    return first in times and (not fragment.led or _is_time(first, text, topic))


def _is_when(preposition: str, text: str, topic: Topic, *, named: bool) -> bool:
    """Whether a preposition brings when something is done: "after 30 days", "on request"; not "on your servers".

    `named`: it brings people or a place.
    """
    if preposition in {"until", "till", "upon"}:
        return not named
    return preposition in {"within", "by", "on", "at", "in"} and (
        _is_time(preposition, text, topic) or (not named and not _POINTS_IN_TIME.isdisjoint(text.lower().split()))
    )


def slot_after(preposition: str, topic: Topic, *, person: bool) -> Slot | None:
    """The phrase of the predicate after a preposition."""
    slots = [slot for slot in topic.slots() if slot.part == "predicate" and slot.phrase.before == preposition]
    if person:
        slots = [slot for slot in slots if classes.is_person(slot.phrase.head)]
    return slots[-1] if slots else None


def without_purpose(predicate: str) -> str:
    """A predicate without "to train AI" at its end."""
    purpose = re.search(
        r"(?<!\bhave)(?<!\bneed)(?<!\bwant)(?<!\bable)(?<!\baccess)(?<!\bright)\sto\s(?P<verb>\w+)\b.*$",
        predicate,
        re.IGNORECASE,
    )
    return (
        predicate[: purpose.start()] if purpose and references.is_verb_after_to(purpose["verb"].lower()) else predicate
    )
