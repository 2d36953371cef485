"""Words of a sentence that point back to the question before, filled in: data, people, and what is done."""

from __future__ import annotations

import re

from assistant.questions import word_classes as classes
from assistant.questions.acts import act_in_place, leaves_out_an_act, whole_act
from assistant.questions.clauses import agreed, plural_of
from assistant.questions.inflection import (
    NOUN_TOO,
    is_base,
    is_finite,
    is_gerund,
    is_participle,
    participle,
    third_person,
)
from assistant.questions.noun_phrases import NounPhrase, noun_phrases
from assistant.questions.pointers import DATA_ACTS, REFERRING, Pointer, is_question, is_request, pointers_of
from assistant.questions.topics import Topic
from assistant.questions.word_classes import Token, auxiliary

_NOUNS = "(?:information|data|details|info|infos|stuff|things|kinds? of (?:information|data)|personal (?:data|information)|items?|records?)"
_DEMONSTRATED = re.compile(rf"(?<!all )\b(?:this|that|these|those|such|the same|said)\s+{_NOUNS}\b", re.IGNORECASE)
# Where "that personal data" ends a question for yes or no, the pointer is "that" alone: "is that personal data?".
_SAID_OF_IT = re.compile(
    r"^(?P<front>(?:(?:and|so|but|why|how|since when|according to whom) )*(?:is|are|was|were)(?:n['’]t)? )"
    rf"(?:this|that|these|those) {_NOUNS}(?= (?:too|also|then|or not|as well|at all|anyway|under|according to|by law|for you|to you|"
    r"in your (?:view|opinion|eyes))\b|$)",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"\b(?:of|see|read|delete|keep|store|share|sell|encrypt|about|with|get|want|have|find) (?P<mine>mine)(?: too| as well)?(?= back$|$)",
    re.IGNORECASE,
)
_ACCESS = re.compile(r"^who (?:else )?has access$", re.IGNORECASE)
_ANY = re.compile(
    r"\b(?:buy|sell|have|keep|share|collect|store|get|use|need|take|give|see|delete|send|set) (?:any|some)$",
    re.IGNORECASE,
)
_UNDETERMINED = re.compile(r"^(?:(?:the|any|all|my|your|our|people's) )+", re.IGNORECASE)
_COOKIES_DO = frozenset(
    "track identify do contain collect store follow remember know record read see send work".split()
)
_OF_PEOPLE = frozenset(
    "audited insured screened supervised informed told licensed regulated accredited contracted liable reliable "
    "sued fined able allowed bound based trained located registered certified vetted checked compliant obliged "
    "required trustworthy paid".split()
)
_MET = frozenset("contact ask trust reach tell know are stop from to by with pay audit vet sue".split())
# The same, unless what "them" may stand for is surely several things: "can you name them" of photos or of partners.
_MET_OR_SEEN = frozenset("check name list own control choose".split())
_GIVEN = frozenset("give send show hand offer".split())  # with something else: "do you give them my number"
_WHERE_THEY_ARE = frozenset("in your based".split())
# What is done to data and how data are, never people: who says "them" of one thing means that, also where people are named.
_DONE_TO_DATA = frozenset(
    "delete erase remove wipe encrypt decrypt download export copy edit correct rectify update store save keep retain share sell "
    "resell rent disclose collect gather process use log record anonymise anonymize pseudonymise pseudonymize hash back hide get "
    "has have send transfer forward publish read scan".split()
)
_LIKE_DATA = frozenset(map(participle, _DONE_TO_DATA)) | frozenset(
    "personal sensitive anonymous public private visible confidential optional mandatory necessary identifiable unencrypted".split()
)
_CONSENT = frozenset("consent permission approval agreement authorization authorisation".split())
_TAKE_BACK = frozenset("withdraw revoke retract rescind refuse".split())
_TAKEN_BACK = frozenset(map(participle, _TAKE_BACK))
_THEIR = re.compile(
    r"\b(?P<whose>its|their) (?P<noun>(?!an?\b|the\b|any\b|own\b|[a-z]+ing\b)[a-z]+(?: (?:period|date|time|purpose|policy|policies))?)\b",
    re.IGNORECASE,
)


def is_verb_after_to(word: str) -> bool:
    """Whether a word after "to" is a verb rather than a noun: "to train AI", not "to insurers"."""
    return is_base(word) and not (word in NOUN_TOO and word.endswith("s"))


def points_back(text: str, *, asks: bool) -> bool:
    """Whether a sentence may hold a word that points back beyond it."""
    if not asks and not is_question(text) and not is_request(text):
        return False
    if leaves_out_an_act(text):
        return True
    return bool(
        _DEMONSTRATED.search(text)
        or _ANY.search(text)
        or _ACCESS.match(text)
        or _MINE.search(text)
        or _THEIR.search(text)
        or pointers_of(text, asks=asks)
    )


def filled(text: str, topic: Topic, *, asks: bool) -> str | None:
    """The sentence with what its words point back to; None where they point to nothing there."""
    if not points_back(text, asks=asks):
        return None
    for way in (whole_act, act_in_place):
        made = way(text, topic)
        if made is not None:
            return made or None
    made = with_data(text, topic)
    words = classes.tokens(text)
    sentence = (
        words[0].low in classes.SUBJECTS | classes.SUBORDINATORS | classes.POSSESSIVES
        or is_question(text)
        or is_request(text)
    )
    return made if sentence else None


def with_data(text: str, topic: Topic) -> str | None:
    """The text with its "it" and "them" filled in; as it is where there is none; None where the topic names nothing."""
    if mine := _MINE.search(text):
        slot = topic.data_slot()
        bare = _UNDETERMINED.sub("", slot.phrase.text) if slot else ""
        return f"{text[: mine.start('mine')]}my {bare}{text[mine.end() :]}" if bare else None
    if _ACCESS.match(text):
        noun = topic.noun()
        return f"{text} to {noun}" if noun else None
    if anything := _ANY.search(text):
        slot = topic.data_slot()
        bare = _UNDETERMINED.sub("", slot.phrase.text) if slot else ""
        return f"{text[: anything.end()]} {bare}" if bare else None
    if said := _SAID_OF_IT.match(text):
        at = len(classes.tokens(said["front"]))
        return _with_pointers(text, [Pointer(at, subject=True, acting=False)], topic)
    demonstrated = _DEMONSTRATED.search(text)
    if demonstrated:
        noun = topic.noun()
        if noun and noun.split()[0].lower() in classes.INTERROGATIVES:
            return None  # "this data" is no "what I watch"
        return _spliced(text, classes.tokens(text), demonstrated.span(), noun, subject=True) if noun else None
    theirs = _THEIR.search(text)
    pointers = pointers_of(text, asks=True)
    if theirs and not pointers:
        return _with_owner(text, theirs, topic)
    if not pointers:
        return text
    return _with_pointers(text, pointers, topic)


def _with_pointers(text: str, pointers: list[Pointer], topic: Topic) -> str | None:
    words = classes.tokens(text)
    taken: dict[str, str] = {}
    made, shift, changed = text, 0, False
    for pointer in pointers:
        word = words[pointer.at]
        if word.low in taken:
            continue
        noun = _meant(words, pointer, topic, set(taken.values()))
        if noun is None:
            if word.low == "they":
                continue
            return None
        noun = re.sub(r"^an? ", "the ", noun)
        taken[word.low] = noun
        now = classes.tokens(made)
        longer = _spliced(made, now, (word.start + shift, word.end + shift), noun, subject=pointer.subject)
        shift += len(longer) - len(made)
        made, changed = longer, True
    return made if changed else None


def _meant(words: list[Token], pointer: Pointer, topic: Topic, taken: set[str]) -> str | None:
    """The people or data that a pronoun stands for."""
    low = words[pointer.at].low
    following = [word.low for word in words[pointer.at + 1 :]]
    people, slot = topic.people(), topic.data_slot()
    if pointer.at == 2 and not following and words[0].low in {"who", "what"} and auxiliary(words[1].low) in classes.BE:
        who = words[0].low == "who"  # "who are they", "what is that"
        return (
            people
            if who or slot is None or (topic.known_data(slot.phrase) and "cookies" not in topic.kinds(slot.phrase.text))
            else topic.noun()
        )
    several = slot is not None and slot.phrase.plural and not slot.phrase.before
    if people is not None and pointer.subject and several and plural_of(people) is False:
        people = None  # "they" are the things then
    if (
        low in {"they", "them"}
        and people is not None
        and people not in taken
        and (slot is None or not topic.known_data(slot.phrase) or _are_people(words, pointer, slot.phrase, people))
    ):
        return people
    if low in {"it", "that", "this"} and (consent := _consent(words, pointer.at, topic)) is not None:
        return consent
    cookies = slot is not None and "cookies" in topic.kinds(slot.phrase.text)
    if low == "they" and pointer.subject:
        verb = next((word for word in following if not classes.is_adverb(word)), "")
        passive = verb == "get" and any(map(is_participle, following))
        does = is_base(verb) and verb not in DATA_ACTS and not passive and not (cookies and verb in _COOKIES_DO)
        if does or (topic.clause is not None and topic.clause.subject.lower() == "they"):
            return None  # the company does
    noun = topic.noun()
    if low in {"that", "this"} and slot is not None and slot.part == "subject" and not topic.known_data(slot.phrase):
        passive = topic.clause is not None and topic.clause.auxiliary in classes.BE
        noun = noun if passive else None
    if pointer.acting and low == "it" and topic.actor() is not None:
        return topic.actor()
    if pointer.acting and (slot is None or (topic.known_data(slot.phrase) and not cookies)):
        return None
    if noun is None and low == "it":
        noun = topic.actor()
    bare = slot.phrase.text if slot is not None else ""
    if noun is not None and noun.startswith(f"the {bare} ") and any(f" {other}" in noun for other in taken):
        noun = bare  # "do brokers sell data", not "the data you get from brokers"
    return noun if noun not in taken else None


def _are_people(words: list[Token], pointer: Pointer, thing: NounPhrase, people: str) -> bool:
    """Whether "they" and "them" stand for the people of the question rather than for its data."""
    before = words[pointer.at - 1].low if pointer.at else ""
    following = [word.low for word in words[pointer.at + 1 :]]
    said = [word for word in following if not classes.is_adverb(word) and not auxiliary(word)]
    then, verb = next(iter(following), ""), next((word for word in said if word != "be"), "")
    one = not thing.plural and not thing.either and plural_of(people) is not False
    if before in {"who", "whom"}:
        return True
    if pointer.subject:
        if verb == "get" and not _LIKE_DATA.isdisjoint(following):
            return False
        if then in {"do", "have"} or is_base(verb) or is_gerund(verb) or verb in _OF_PEOPLE:
            return True
        placed = auxiliary(before) in classes.BE and then in _WHERE_THEY_ARE
        return (one and verb not in _LIKE_DATA) or (placed and not thing.plural)
    if before in _MET or (before in _GIVEN and then in classes.DETERMINERS):
        return True
    return (one and before not in _DONE_TO_DATA) or (before in _MET_OR_SEEN and thing.either)


def _consent(words: list[Token], at: int, topic: Topic) -> str | None:
    """The consent that the question names, where a pronoun stands for that by what is done: "how do I withdraw it"."""
    before = [word.low for word in words[:at]]
    following = [word.low for word in words[at + 1 :]]
    mine = not {"i", "we"}.isdisjoint(before)
    taken_back = not (_TAKE_BACK.isdisjoint(before[-1:]) and _TAKEN_BACK.isdisjoint(following[:2])) or (
        before[-1:] == ["take"] and following[:1] == ["back"]
    )
    given = mine and before[-1:] == ["give"] and following[:1] != ["back"]
    asked_for = not mine and before[-2:] == ["ask", "for"]
    if not (taken_back or given or asked_for):
        return None
    return next((slot.phrase.text for slot in topic.slots() if slot.phrase.head in _CONSENT), None)


def _spliced(text: str, words: list[Token], place: tuple[int, int], noun: str, *, subject: bool) -> str:
    """The text with a noun in a pronoun's place, the verbs about it agreeing."""
    start, end = place
    at = next((n for n, word in enumerate(words) if word.start == start), None) if subject else None
    before, after = text[:start], text[end:]
    if at is not None:
        previous, pronoun = (words[at - 1] if at else None), words[at].low
        last = next((n for n, word in enumerate(words) if word.end == end), at)
        following = words[last + 1] if last + 1 < len(words) else None
        said = pronoun if pronoun in REFERRING else "it"
        begins = previous is None or previous.low in classes.SUBORDINATORS
        if previous is not None and auxiliary(previous.low):
            before = f"{text[: previous.start]}{agreed(previous.text, said, noun)}{text[previous.end : start]}"
        elif following is not None and auxiliary(following.low) and begins:
            after = f"{text[end : following.start]}{agreed(following.text, said, noun)}{text[following.end :]}"
        elif following is not None and pronoun == "they" and is_finite(following.low) and not plural_of(noun):
            after = f"{text[end : following.start]}{third_person(following.low)}{text[following.end :]}"
    if not before.strip():
        noun = noun[0].upper() + noun[1:] if text[:1].isupper() else noun
    return f"{before}{noun}{after}"


def _with_owner(text: str, match: re.Match[str], topic: Topic) -> str | None:
    """ "what is their purpose" with whose it is: "what is the purpose of cookies"."""
    theirs = match["whose"].lower() == "their"
    people = topic.people() if theirs else None
    noun = re.sub(r"^an? ", "the ", people or topic.noun() or "")
    if not noun or noun_phrases(text[: match.start()]) or (theirs and not people and plural_of(noun) is not True):
        return None
    return f"{text[: match.start()]}the {match['noun']} of {noun}{text[match.end() :]}"
