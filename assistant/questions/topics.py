"""What an earlier question was about: its clause, the data and the people in it, and what can be put in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from assistant.practices.lexicon import Lexicon, Mention
from assistant.questions import word_classes as classes
from assistant.questions.clause_reader import asking_text, clause_of
from assistant.questions.clauses import Clause, Role, asks_again, split_verb, stranded
from assistant.questions.inflection import base_of_third, is_gerund
from assistant.questions.noun_phrases import NounPhrase, noun_phrases, phrase_at_start

_PARTS = ("subject", "predicate", "after")
_RECIPIENT = frozenset("with to from by for".split())
_TOLD_OF = frozenset({"about", "of"})  # "do you collect data about children"
# How a verb that has no recipient yet takes one.
TAKES = {
    "share": "with", "sell": "to", "give": "to", "disclose": "to", "send": "to", "forward": "to", "transfer": "to", "pass": "to",
    "show": "to", "reveal": "to", "rent": "to", "release": "to", "provide": "to", "hand": "to", "report": "to", "leak": "to",
    "transmit": "to", "supply": "to", "export": "to", "collect": "from", "get": "from", "obtain": "from", "receive": "from",
    "shared": "with", "sold": "to", "given": "to", "disclosed": "to", "sent": "to", "forwarded": "to", "transferred": "to",
    "passed": "to", "shown": "to", "revealed": "to", "rented": "to", "released": "to", "provided": "to", "handed": "to",
    "reported": "to", "transmitted": "to", "collected": "from", "obtained": "from", "exported": "to",
}  # fmt: skip
# What a preposition may bring that is neither people nor data: "without your consent".
ABSTRACT = frozenset(
    "consent permission notice approval agreement knowledge authorization authorisation warning warrant order reason law "
    "contract".split()
)
TIMES = frozenset(
    "day days week weeks month months year years time times moment hour hours minute minutes case cases way".split()
)
# Nouns for data that don't say which, and the verbs whose circumstances tell which they are.
_IN_GENERAL = re.compile(r"(?:personal )?(?:data|information|info|infos|details)", re.IGNORECASE)
_HAVING = frozenset(
    "collect get receive obtain gather take have hold keep store record log process use need request buy acquire".split()
)
_ASKING = frozenset("what which how many much else exactly kind kinds sort sorts type types of".split())
_CONTRACTED = re.compile(r"(?:i|you|we|they|he|she|it|that|there)['’](?:d|ll|ve|re|m|s)\b", re.IGNORECASE)
# Asks whether what was just said is so, and so is no part of it: "you sell my data, is that right?".
_CONFIRMED = re.compile(
    r"(?<=\w)[\s,;:.?!–—-]+(?:(?:and|but|so) )?(?:is|isn['’]t) "
    r"(?:(?:that|this)(?: really| actually)? (?:right|correct|true|so|the case)|it(?: really| actually)? (?:true|so|the case))\W*$",
    re.IGNORECASE,
)


class Slot(NamedTuple):
    """A noun phrase and the part of the clause that it stands in."""

    part: str
    phrase: NounPhrase


@dataclass(frozen=True, slots=True)
class Topic:
    """An earlier question. `text` is the question without greetings and stories, `clause` its parts where it has them."""

    text: str
    clause: Clause | None
    lexicon: Lexicon

    @classmethod
    def of(cls, earlier: str, lexicon: Lexicon) -> Topic:
        """The topic of an earlier question; `lexicon` names kinds of data."""
        earlier = _unconfirmed(earlier)
        clause = clause_of(earlier)
        if clause is not None and _CONTRACTED.match(clause.subject):
            clause = None  # the verb that "you'd" holds is missing then
        if clause is not None:
            clause = _filled(clause, earlier, lexicon)
        return cls(clause.question() if clause else asking_text(earlier), clause, lexicon)

    def slots(self) -> Iterator[Slot]:
        """The noun phrases of the clause."""
        if self.clause is None:
            for phrase in noun_phrases(self.text):
                yield Slot("text", phrase)
            return
        for part in _PARTS:
            text: str = getattr(self.clause, part)
            first = text.split(" ", 1)[0].lower()
            listed = first in classes.PREPOSITIONS | classes.DETERMINERS or self.clause.subject.lower() == "there"
            verb_first = part == "predicate" and not listed
            for phrase in noun_phrases(text, verb_first=verb_first):
                yield Slot(part, phrase)

    def kinds(self, text: str) -> frozenset[str]:
        """The kinds of data that a text names, apart from data in general."""
        return self.lexicon.names(text) - {"any"}

    def data_slot(self, kinds: frozenset[str] = frozenset()) -> Slot | None:
        """The data that the question is about; of several those of these kinds."""
        scored = [(self._score(slot, kinds), slot) for slot in self.slots()]
        best = max((score for score, _ in scored), default=0)
        return next((slot for score, slot in scored if score == best), None) if best > 0 else None

    def _score(self, slot: Slot, kinds: frozenset[str]) -> float:
        """How likely a noun phrase is what the question is about; 0 where it is not."""
        phrase, clause = slot.phrase, self.clause
        named = frozenset(mention.name for mention in self._names(phrase))
        if (
            phrase.head in TIMES
            or classes.is_place(phrase.head)
            or (classes.is_person(phrase.head) and not classes.is_data(phrase.head))
        ):
            return 0
        theirs = phrase.text.lower().startswith(("your ", "ur "))  # the company's
        score = 3.0 * bool(named - {"any"}) + 2.0 * ("any" in named or classes.is_data(phrase.head))
        score += 1.5 * (phrase.possessed and not theirs) + 3.0 * bool(named & kinds)
        score -= 4.0 * self.is_aside(slot) + 1.0 * (phrase.before in _RECIPIENT)
        if " of " in phrase.text and not phrase.text.lower().startswith(("any of", "all of", "some of")):
            score -= 1.0  # of "a copy of my data" the data
        is_done = clause is not None and (
            clause.auxiliary in classes.BE or clause.predicate.startswith(("be ", "been ", "get "))
        )
        of_what_is = slot.part == "subject" and is_done
        if phrase.before == "of" and not (named or classes.is_data(phrase.head)):
            score -= 1.4  # of "a map of my flat" the map
        if slot.part == "subject":
            score -= 0.0 if of_what_is else 2.0
            score -= 3.0 * (phrase.before not in {"", "of"})  # "my profile" in "the photos on my profile"
        told = phrase.head in classes.INTERROGATIVES  # "what I say"
        direct = slot.part == "predicate" and (not phrase.before or told) and not self.is_aside(slot)
        at_all = 0.2 if not (theirs or self.is_aside(slot) or phrase.possessed) and self.clause is not None else 0.0
        score += 2.0 * (direct and bool(named))
        return max(score, 0.5 if direct or (of_what_is and not phrase.before) else at_all)

    def is_aside(self, slot: Slot) -> bool:
        """Whether a noun phrase stands in a condition or the like: "my card" in "what do you save when I use my card"."""
        if slot.part == "after":
            return True
        before = self.clause.predicate[: slot.phrase.start] if self.clause and slot.part == "predicate" else ""
        return any(word.low in classes.SUBORDINATORS - {"whether"} for word in classes.tokens(before))

    def _names(self, phrase: NounPhrase) -> list[Mention]:
        """The data that a phrase's own noun names: "my staff card" is a card."""
        return [
            mention
            for mention in self.lexicon.mentions(phrase.text)
            if phrase.text.lower().find(phrase.head) < mention.span.end
        ]

    def known_data(self, phrase: NounPhrase) -> bool:
        """Whether a phrase is known to stand for data."""
        return phrase.possessed or classes.is_data(phrase.head) or bool(self.lexicon.names(phrase.text))

    def actor(self) -> str | None:
        """The thing that the clause says does something: "the app", "the toy"; None where somebody does."""
        clause = self.clause
        if clause is None or clause.auxiliary not in classes.DO | classes.MODALS:
            return None
        phrase = phrase_at_start(clause.subject)
        if (
            phrase is None
            or phrase.plural
            or clause.subject.lower() in classes.PRONOUNS
            or classes.is_protected(phrase.head)
        ):
            return None
        return None if clause.subject.lower().startswith("my ") else clause.subject

    def stands_for_people(self, phrase: NounPhrase) -> bool:
        """Whether a phrase stands for people: by its noun, or since the verb takes its recipient so ("share it with ...")."""
        if classes.is_person(phrase.head):
            return True
        known = self.known_data(phrase) or phrase.head in ABSTRACT or classes.is_place(phrase.head)
        return not known and bool(phrase.before) and self.recipient_preposition() == phrase.before

    def person_slot(self) -> Slot | None:
        """Who gets the data, as the clause names them; None where it names nobody."""
        people = [slot for slot in self.slots() if self.stands_for_people(slot.phrase) and not self.is_aside(slot)]
        predicate = [slot for slot in people if slot.part == "predicate"]
        subject = [slot for slot in people if slot.part == "subject" and not self._names(slot.phrase)]
        for wanted in (
            [slot for slot in predicate if slot.phrase.before in _RECIPIENT],
            [slot for slot in subject if not slot.phrase.before],
            [slot for slot in predicate if not slot.phrase.before and not slot.phrase.possessed],
            [slot for slot in subject if classes.is_person(slot.phrase.head)],
            [] if self.recipient_preposition() in {"with", "to"} else list(filter(_is_told_of, predicate)),
        ):
            if wanted:
                return wanted[-1]
        return None

    def place_slot(self) -> Slot | None:
        """The country that the clause names."""
        return next((slot for slot in self.slots() if classes.is_place(slot.phrase.head) and slot.phrase.before), None)

    def owner_slot(self) -> Slot | None:
        """What the clause says is somebody's: "my email", "my wife's data"."""
        return next(
            (
                slot
                for slot in self.slots()
                if slot.phrase.possessed
                and not slot.phrase.text.lower().startswith(("your ", "ur "))
                and not classes.is_person(slot.phrase.head)
            ),
            None,
        )

    def put(self, slot: Slot, phrase: str) -> Clause | None:
        """The clause with another phrase in a slot, its auxiliary verb agreeing."""
        if self.clause is None or slot.part == "text":
            return None
        text: str = getattr(self.clause, slot.part)
        rest = text[slot.phrase.end :]
        if slot.part == "subject" and slot.phrase.start == 0 and re.match(r" (?!of\b|and\b|or\b)", rest):
            rest = ""  # "on my profile" after "the photos" goes with them
        changed = f"{text[: slot.phrase.start]}{phrase}{rest}"
        if slot.part == "subject":
            return self.clause.with_subject(changed)
        if slot.part == "after":
            return replace(self.clause, after=changed)
        return replace(self.clause, predicate=changed)

    def without(self, slot: Slot, *, preposition: bool) -> Clause | None:
        """The clause without a slot of its predicate; `preposition`: and without the preposition before it."""
        if self.clause is None or slot.part != "predicate":
            return None
        text = self.clause.predicate
        before, after = text[: slot.phrase.start].rstrip(), text[slot.phrase.end :].strip()
        if preposition and slot.phrase.before:
            before = before[: -len(slot.phrase.before)].rstrip()
        return replace(self.clause, predicate=" ".join(part for part in (before, after) if part))

    def noun(self) -> str | None:
        """The data that "it" and "them" stand for; None where the question names none."""
        asked, slot = self._asked_for(), self.data_slot()
        if slot is None or self.clause is None:
            return asked or (slot.phrase.text if slot else None)
        if asked and (self.is_aside(slot) or not self.kinds(slot.phrase.text)):
            return asked
        whole = slot.part == "subject" and slot.phrase.start == 0 and not slot.phrase.before
        return self.clause.subject if whole else self._told_which(slot) or slot.phrase.text

    def _told_which(self, slot: Slot) -> str | None:
        """Data in general, with what the question tells of them: "do you collect data about children" -> the data you collect
        about children. None where their own words tell which, or nothing does."""
        clause = self.clause
        if clause is None or slot.part != "predicate" or not _IN_GENERAL.fullmatch(slot.phrase.text):
            return None
        adverbs, verb, rest = split_verb(clause.predicate)
        behind = clause.predicate[slot.phrase.end :].strip()
        about = behind.lower().startswith("about ")
        if not rest.startswith(slot.phrase.text) or not (behind or clause.after):
            return None
        theirs = clause.role in {Role.NONE, Role.ADVERB} and not clause.by_first_person
        if theirs and (about or verb.lower() in _HAVING):
            done = " ".join([*(word for word in adverbs.split() if word.lower() not in {"not", "never"}), verb, behind])
            told = replace(clause, wh="", role=Role.NONE, aux=clause.auxiliary, predicate=done).statement()
            return f"the {slot.phrase.text} {told}" if told else None
        return f"the {slot.phrase.text} {behind}" if about else None

    def _asked_for(self) -> str | None:
        """What the question asks for, as a noun: "what data do you collect" -> the data you collect."""
        clause = self.clause
        if (
            clause is None
            or clause.wh.lower().startswith(("who", "how"))
            or clause.role not in {Role.OBJECT, Role.SUBJECT}
        ):
            return None
        if split_verb(clause.predicate).verb.lower() in {"do", "happens", "happen", "becomes"}:
            return None
        noun = _noun_of(clause.wh)
        if noun and classes.is_person(noun.split()[-1]):
            return None
        if clause.role is Role.SUBJECT:
            return f"{_the(noun)} that {clause.aux} {clause.predicate}" if noun and clause.aux else None
        if stranded(clause.predicate) or not clause.predicate or clause.auxiliary in classes.BE:
            return None
        second = asks_again(clause.predicate)
        first = clause.predicate[: second.start()] if second else clause.predicate
        told = replace(clause, wh="", role=Role.NONE, predicate=first).statement()
        if told is None:
            return None
        return f"{_the(noun)} {told}" if noun else f"what {told}"

    def people(self) -> str | None:
        """The people that "they" stand for; None where the question is about none."""
        clause = self.clause
        if clause is not None and _asks_for_people(clause):
            return _asked_people(clause)
        slot = self.person_slot()
        if slot is None or slot.phrase.head in classes.SOMEBODY or _is_told_of(slot):
            return None
        return slot.phrase.text

    def recipient_preposition(self) -> str | None:
        """How the clause's verb takes a recipient: "with" for "share", "to" for "sell"."""
        if self.clause is None:
            return None
        verb = split_verb(self.clause.predicate).verb.lower().rstrip(",")
        return TAKES.get(verb) or TAKES.get(base_of_third(verb) or "")


def _is_told_of(slot: Slot) -> bool:
    """Whether a noun phrase names those whom data are about: "data about children", "the age of users"."""
    return slot.part == "predicate" and slot.phrase.before in _TOLD_OF and classes.is_protected(slot.phrase.head)


def _asks_for_people(clause: Clause) -> bool:
    """Whether people are what a question asks for: "who can see it", "whose data do you sell", "which firms do you use"."""
    noun = _noun_of(clause.wh)
    return clause.wh.lower().startswith("who") or (bool(noun) and classes.is_person(noun.split()[-1]))


def _asked_people(clause: Clause) -> str | None:
    """The people that a question asks for, as a noun: "who can see it" -> those who can see it, "who is your DPO" -> your DPO."""
    whom = clause.wh.split()[0].lower()
    if clause.role is Role.SUBJECT and whom in {"who", "whom"}:
        verb = split_verb(clause.predicate)
        base = base_of_third(verb.verb)
        does = f"{base} {verb.rest}" if base and not clause.aux else clause.predicate
        aux = {"is": "are", "has": "have"}.get(clause.aux.lower(), clause.aux)
        return " ".join(part for part in ("those who", aux, does) if part)
    if whom in {"who", "whom"}:
        those = "those"
    elif whom == "whose":
        those = f"those {clause.wh[0].lower()}{clause.wh[1:]}"
    else:
        those = _the(_noun_of(clause.wh))
    if clause.role is Role.SUBJECT:
        return " ".join(
            part for part in (those, "" if whom == "whose" else "that", clause.aux, clause.predicate) if part
        )
    if clause.role is not Role.OBJECT:
        return None
    # "who is my data sold to", "who are you suing" leave open whom; where nothing does, the noun after "be" names them.
    left_open = stranded(clause.predicate) or is_gerund(clause.predicate)
    if clause.auxiliary in classes.BE and not left_open:
        if clause.negated or whom == "whose" or clause.subject.lower() in classes.PRONOUNS:
            return None
        named = phrase_at_start(clause.subject)
        whole = named is not None and named.end == len(clause.subject)
        return f"{clause.subject} {clause.predicate}".strip() if whole else None
    told = replace(clause, wh="", role=Role.NONE).statement()
    return f"{those} {told}" if told else None


def _unconfirmed(text: str) -> str:
    """A message without "is that right?" at its end, unless hardly anything is left then ("how is that so")."""
    said = _CONFIRMED.sub("", text)
    return said if len(classes.tokens(said)) > 2 else text


def _noun_of(wh: str) -> str:
    """The noun of a question word: "what kind of data" -> data."""
    words = wh.split()
    while words and words[0].lower() in _ASKING:
        words.pop(0)
    return " ".join(words)


def _filled(clause: Clause, message: str, lexicon: Lexicon) -> Clause:
    """A clause with what its own message says before it for its "it": "my phone number - do you have it"."""
    at = message.lower().find(f"{clause.subject} {clause.predicate}".lower())
    before = message[: max(0, at)]
    if not before:
        return clause
    phrases = [phrase for phrase in noun_phrases(before) if not classes.is_place(phrase.head)]
    if clause.subject.lower() in {"it", "they"}:
        things = [phrase.text for phrase in phrases if not classes.is_person(phrase.head)]
        return clause.with_subject(things[-1]) if things else clause
    pronoun = re.search(r"\b(?:it|them)\b", clause.predicate)
    named = [phrase.text for phrase in phrases if lexicon.names(phrase.text) or classes.is_data(phrase.head)]
    if pronoun is None or not named:
        return clause
    return replace(
        clause, predicate=f"{clause.predicate[: pronoun.start()]}{named[-1]}{clause.predicate[pronoun.end() :]}"
    )


def _the(noun: str) -> str:
    """A noun as one that is known: "the data", "my details"."""
    return noun if noun.split()[0].lower() in classes.DETERMINERS else f"the {noun}"
