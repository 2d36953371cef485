"""A question's clause taken apart, and the other sentences that can be made of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from assistant.questions import word_classes as classes
from assistant.questions.inflection import base_of_third, gerund, is_base, is_gerund, is_participle, third_person
from assistant.questions.noun_phrases import phrase_at_start

_SINGULAR = {"are": "is", "were": "was", "do": "does", "have": "has"}
_PLURAL = {singular: plural for plural, singular in _SINGULAR.items()}
_PERSONAL = frozenset("i you u we they he she it".split())
_OF_DATA = frozenset(
    "collect gather know store keep share record log have hold save use sell track process get receive need take obtain request "
    "transfer delete encrypt analyse analyze disclose retain capture pass give".split()
)
_OF_TELLING = frozenset("tell ask show send give offer".split())
PASSING = frozenset("ever still also even really actually already just".split())  # adverbs that may be left out
_NEGATION = re.compile(r"(?:n['’]t|not)$", re.IGNORECASE)
_WHICH = re.compile(
    r"^(?:what|which)\b(?: (?:else|exactly|other)\b)?(?: (?:kinds?|sorts?|types?|categories) of| of)?\s*", re.IGNORECASE
)
_STRANDED = frozenset("with to from for by about on in at of into".split())

_ASKER = "(?:i|you|u|we|they|he|she)"
_HELPS = "|".join(sorted(classes.AUXILIARIES - {"do", "have"}))  # never the verb of a phrase that "and" joins on
_SECOND_QUESTION = re.compile(
    rf",?\s(?:and|or|but) (?:(?:{'|'.join(sorted(classes.INTERROGATIVES))}) (?:(?!{_ASKER}\b)\w+ ){{0,2}})?"
    rf"(?:(?:{'|'.join(sorted(classes.AUXILIARIES))})(?:n['’]t)? {_ASKER}|"
    rf"(?:{_HELPS})(?:n['’]t)? (?:it|this|that|my|your|our|the))\b"
    rf"|,\s(?:and|or|but) (?:(?:{'|'.join(sorted(classes.INTERROGATIVES))}) (?:(?!{_ASKER}\b)\w+ ){{0,2}})?(?:{_HELPS})(?:n['’]t)? \w",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\b(?:i|we|they|he|she|who|that|which)\b", re.IGNORECASE)


class Role(StrEnum):
    """What a question's interrogative stands for."""

    NONE = "none"  # it asks yes or no
    ADVERB = "adverb"  # why, how long, with whom
    OBJECT = "object"  # what data do you collect, who do you share it with
    SUBJECT = "subject"  # who can see it, what happens


class Verb(NamedTuple):
    """A predicate's adverbs, its verb and what comes after it; parts that are not there are empty."""

    adverbs: str
    verb: str
    rest: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The parts of one question, each as typed, empty where it has none.

    `after` is a clause that stood before the question ("if I leave") and is said after it.
    """

    wh: str
    role: Role
    aux: str
    subject: str
    predicate: str
    after: str = ""

    def question(self) -> str:
        """The question, without a question mark."""
        return _said(self.wh, self.aux, self.subject, self.predicate, self.after)

    @property
    def auxiliary(self) -> str:
        """The auxiliary verb without its negation; "" where there is none."""
        return classes.auxiliary(self.aux) or ""

    @property
    def negated(self) -> bool:
        """Whether it asks about something not being done."""
        first = self.predicate.split(" ", 1)[0].lower()
        return _NEGATION.search(self.aux) is not None or first in {"not", "never"}

    @property
    def by_first_person(self) -> bool:
        """Whether it is the asker who acts: "can I delete my account"."""
        return self.subject.lower() == "i" or (self.subject.lower() == "we" and self.auxiliary in classes.MODALS)

    @property
    def passive(self) -> bool:
        """Whether something is done to the subject: "is my data sold"."""
        first = classes.tokens(split_verb(self.predicate).verb)
        return self.auxiliary in classes.BE and bool(first) and is_participle(first[0].low)

    def with_subject(self, subject: str) -> Clause:
        """The clause said of another subject, its auxiliary agreeing with it."""
        return replace(self, subject=subject, aux=agreed(self.aux, self.subject, subject))

    def without_question_word(self) -> Clause:
        """The clause with its adverb ("how long") taken off; any other clause as it is."""
        if self.role is not Role.ADVERB:
            return self
        mine = self.subject.lower() in {"i", "we"} and self.auxiliary == "do" and self.wh.lower() in {"how", "where"}
        aux = "can" if mine else self.aux  # "how do I object" - "can I object by mail"
        return replace(self, wh="", role=Role.NONE, aux=aux, predicate=_unstranded(self.predicate))

    def whether(self, filler: str | None = None) -> Clause | None:
        """The clause as a question for yes or no, `filler` standing for what it asks; None where it makes none."""
        match self.role:
            case Role.NONE | Role.ADVERB:
                return self.without_question_word()
            case Role.SUBJECT:
                return self._of_subject(filler or _stand_in(self.wh, "anything"))
            case Role.OBJECT:
                return self._of_object(filler)

    def _of_subject(self, subject: str) -> Clause | None:
        if self.aux:
            aux = agreed(self.aux, None, subject)
            return replace(self, wh="", role=Role.NONE, aux=aux, subject=subject)
        adverbs, verb, rest = split_verb(self.predicate)
        base = base_of_third(verb) or (verb if is_base(verb) else None)
        if base is None:
            return None
        return Clause("", Role.NONE, agreed("does", None, subject), subject, _said(adverbs, base, rest), self.after)

    def _of_object(self, filler: str | None) -> Clause | None:
        if not self.predicate or (
            self.auxiliary in classes.BE and self.predicate.split()[0].lower() in classes.PREPOSITIONS
        ):
            return None
        plain = replace(self, wh="", role=Role.NONE)
        if stranded(self.predicate):
            return replace(plain, predicate=f"{self.predicate} {filler}" if filler else _unstranded(self.predicate))
        adverbs, verb, rest = split_verb(self.predicate)
        if infinitive := re.match(r"^to (?P<verb>\w+)\b ?(?P<rest>.*)$", rest, re.IGNORECASE):  # "have to give"
            verb, rest = f"{verb} to {infinitive['verb']}", infinitive["rest"]
        if verb.lower() in _OF_TELLING and (told := phrase_at_start(rest)) is not None:
            verb, rest = f"{verb} {told.text}", rest[told.end :].strip()  # "tell the landlord" what
        data = "data" if verb.lower().split()[-1] in _OF_DATA else "anything"
        return replace(plain, predicate=_said(adverbs, verb, filler or _stand_in(self.wh, data), rest))

    @property
    def verb_phrase(self) -> str | None:
        """What is done, in the base form: "share my email with partners"; None where it is no such clause."""
        plain = self.whether()
        if plain is None or plain.auxiliary not in classes.DO | classes.MODALS or not plain.predicate:
            return None
        adverbs, verb, rest = split_verb(plain.predicate)
        kept = [word for word in adverbs.split() if word.lower() not in PASSING | {"not", "never"}]
        return _said(*kept, verb, rest, self.after)

    def doing(self, *, subject: bool) -> str | None:
        """What is done, as a thing: "you sharing my email", "my card number being shared"; None where it makes none.

        `subject`: who does it is said too; that of a passive always is.
        """
        plain = self.whether()
        if plain is None or not plain.predicate or asks_again(plain.predicate):
            return None
        adverbs, verb, rest = split_verb(plain.predicate)
        before = [word for word in adverbs.split() if word.lower() not in PASSING]
        if _NEGATION.search(plain.aux):
            before.insert(0, "not")
        if plain.auxiliary in classes.BE:
            goes_on = is_gerund(verb.rstrip(","))
            done, subject = _said(verb if goes_on else f"being {verb}", rest), subject or not goes_on
        else:
            done = _in_form(verb, rest, gerund) or ""
        if not done or plain.auxiliary in classes.HAVE:
            return None
        who = {"i": "me", "we": "us", "they": "them", "he": "him", "she": "her"}.get(
            plain.subject.lower(), plain.subject
        )
        return _said(who if subject else "", *before, done, self.after)

    def statement(self) -> str | None:
        """The clause as somebody states it: "you track my location", "my data is sold"; None where it makes none."""
        plain = self.whether()
        if plain is None or not plain.predicate or asks_again(plain.predicate):
            return None
        adverbs, verb, rest = split_verb(plain.predicate)
        if plain.auxiliary in {"do", "does"} and not self.negated:
            said = _in_form(verb, rest, third_person) if plain.auxiliary == "does" else _said(verb, rest)
            kept = [word for word in adverbs.split() if word.lower() != "ever"]
            return _said(plain.subject, *kept, said, self.after) if said else None
        return _said(plain.subject, plain.aux, plain.predicate, self.after)


def split_verb(predicate: str) -> Verb:
    """A predicate's adverbs, verb and rest."""
    words = predicate.split()
    at = 0
    while at < len(words) - 1 and classes.is_adverb(words[at].strip(",")) and not is_participle(words[at]):
        at += 1
    return Verb(" ".join(words[:at]), " ".join(words[at : at + 1]), " ".join(words[at + 1 :]))


def stranded(predicate: str) -> str | None:
    """The preposition that a predicate ends with: "share my data with"; None where it ends with none."""
    last = predicate.rsplit(" ", 1)[-1].lower() if " " in predicate else ""
    return last if last in _STRANDED else None


def plural_of(phrase: str) -> bool | None:
    """Whether "are" is said of a phrase; None where either may be."""
    low = phrase.lower()
    if low.startswith(("those ", "these ")):
        return True
    if low.startswith(("what ", "where ", "how ", "everything ", "anything ", "all that ")):
        return False
    if low in _PERSONAL or low in classes.PRONOUNS:
        return low in {"you", "u", "we", "they", "these", "those", "others", "i"}
    noun = phrase_at_start(phrase)
    return None if noun is None or noun.either else noun.plural


def agreed(aux: str, before: str | None, subject: str) -> str:
    """An auxiliary verb as it is said of a subject; `before` is the one it was said of, as the asker did."""
    plural = plural_of(subject)
    if plural is None:
        if before is None or plural_of(before) is None:
            return aux
        plural = False
    if aux.lower() == "am":
        return "are" if plural else "is"
    bare = classes.auxiliary(aux) or aux
    other = (_PLURAL if plural else _SINGULAR).get(bare)
    return aux if other is None else other + aux[len(bare) :]


def _unstranded(predicate: str) -> str:
    if not stranded(predicate):
        return predicate
    bare = predicate.rsplit(" ", 1)[0]
    return re.sub(r" (?:abroad|overseas)$", "", bare)


def _stand_in(wh: str, data: str) -> str:
    """What stands for what a question word asks for: "who" -> "anyone", "which cookies" -> "cookies"."""
    low = wh.lower()
    if low.startswith("who"):
        return "anyone"
    return _WHICH.sub("", re.sub(r"^how (?:many|much)\b", "which", wh, flags=re.IGNORECASE)) or data


def asks_again(text: str) -> re.Match[str] | None:
    """Where "and" or "or" joins a second question on: ", and how long do you keep it"; None where it joins none."""
    return _SECOND_QUESTION.search(text)


def phrase_in_form(phrase: str, form: Callable[[str], str]) -> str | None:
    """A verb phrase with all its verbs in another form than the base: "sell or share it" -> sells or shares it."""
    verb, _, rest = phrase.partition(" ")
    return _in_form(verb, rest, form)


def _in_form(verb: str, rest: str, form: Callable[[str], str]) -> str | None:
    """A verb and what comes after it, with it and those that a comma, "and" or "or" joins on in another form.

    None where a comma parts it from what is no verb.
    """
    words, at, listed = [verb, *rest.split()], 0, True
    while at < len(words):
        bare = words[at].rstrip(",")
        if at and bare.lower() in {"and", "or"}:
            listed = True
        elif not listed:
            break
        elif at and not is_base(bare) and not (classes.is_adverb(bare) or bare.lower() == "otherwise"):
            if words[at - 1].endswith(","):
                return None
            break
        elif not at or is_base(bare):
            words[at] = form(bare.lower()) + words[at][len(bare) :]
            listed = words[at].endswith(",")
        at += 1
    behind = " ".join(words[at:])

    def changed(match: re.Match[str]) -> str:
        follows = behind[match.end() :].split()
        taken = bool(follows) and (follows[0].lower() in classes.DETERMINERS or follows[0].lower() in classes.PRONOUNS)
        within = _WITHIN.search(behind[: match.start()])  # "when I use or delete my account" stays
        return (
            f"{match['join']} {form(match['verb'])}"
            if is_base(match["verb"]) and taken and not within
            else match.group()
        )

    return _said(*words[:at], re.sub(r"(?P<join>\b(?:and|or)|,) (?P<verb>\w+)\b", changed, behind))


def _said(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def marked(text: str) -> str:
    """A text with a question mark."""
    return text.rstrip("?.! ") + "?"


def as_question(clause: Clause | None) -> str | None:
    """A clause as a question with its mark; None for none."""
    return None if clause is None else marked(clause.question())


def appended(clause: Clause, words: str) -> Clause:
    """A clause with words said at its end."""
    if clause.after or not clause.predicate:
        return replace(clause, after=f"{clause.after} {words}".strip())
    return replace(clause, predicate=f"{clause.predicate} {words}")
