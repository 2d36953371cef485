"""What a question says that its asker must do or give, and what is said of not doing it: "what if I don't?", "can I refuse?"."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.questions import word_classes as classes
from assistant.questions.clauses import Clause, agreed, as_question, asks_again, plural_of, split_verb
from assistant.questions.inflection import is_base
from assistant.questions.noun_phrases import phrase_at_start
from assistant.questions.topics import Topic

_NOT = r"(?:do not|don['’]t|did not|didn['’]t|will not|won['’]t|would not|wouldn['’]t|can['’]t|cannot|refuse to)"
# A condition without what is done: "I don't", "you can't", "it isn't", "I don't want to".
_LEFT_OUT = re.compile(
    r"^(?P<who>i|we|you|u|they|it)(?P<helps>(?: (?:do|does|did|can|could|will|would|may|might|must|should|is|are|was|were|am)"
    r"(?:n['’]t| not)?| (?:can['’]t|cannot|won['’]t))(?: (?:want|wish|like) to)?|(?: would|['’]d) rather not| refuse to)"
    r"(?: do (?:it|that|this|so))?$",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(r"^(?:you|u|they) refuse$", re.IGNORECASE)
# Not doing what must be done: "I refuse", "I say no", "I don't give it".
_REFUSED = re.compile(
    r"^(?P<who>i|we) (?:refused?|declined?|object(?:ed)?|disagreed?|sa(?:y|id) no|"
    rf"(?P<not>{_NOT}) (?P<verb>\w+)(?: (?:to|with))?(?: (?:it|them|that|this|those|these|you))?)$",
    re.IGNORECASE,
)
_GIVING = frozenset("give provide share tell enter supply submit disclose".split())
_AGREEING = frozenset("agree consent comply".split())
_DUTY = re.compile(
    r"^(?:(?:have|need|got|obliged|forced|supposed|expected)|(?:mandatory|compulsory|obligatory|necessary|required)(?: for me)?) to "
    r"(?P<what>\S.*)$",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"^(?:need|require|demand|want|ask (?:(?:me|us) )?for|obtain|seek) (?P<what>\S.*)$", re.IGNORECASE
)
_REQUIRED = re.compile(r"^(?:mandatory|compulsory|obligatory|necessary|required|needed)(?! to)\b", re.IGNORECASE)
CONSENT = frozenset("consent permission approval agreement".split())


def demanded(clause: Clause) -> str | None:
    """What the asker must do, in the base form: "give my email" of "do I have to give my email" and "do you need my email"; None
    where a question speaks of no such thing."""
    plain = clause.whether()
    if plain is None or asks_again(plain.predicate):
        return None
    subject, said = plain.subject.lower(), " ".join(part for part in split_verb(plain.predicate)[1:] if part)
    asker = subject in {"i", "we"}
    if (asker or subject == "it") and (duty := _DUTY.match(said)):
        return duty["what"]
    if asker and plain.auxiliary in {"must", "should"}:
        return said
    if subject in classes.COMPANY and (asked := _ASKED_FOR.match(said)):
        return _given(asked["what"])
    return _given(plain.subject) if plain.auxiliary in classes.BE and _REQUIRED.match(said) else None


def _given(noun: str) -> str | None:
    """A noun that the asker may give or keep: their own, or their consent."""
    phrase = phrase_at_start(noun)
    if phrase is None or phrase.joined or "'s " in phrase.text.replace("’", "'"):
        return None
    mine = phrase.text.lower().startswith(("my ", "our ")) and not classes.is_person(phrase.head)
    return f"give {phrase.text}" if mine or phrase.head in CONSENT else None


def if_not(condition: str, topic: Topic) -> str | None:
    """What is asked with "what if" where what follows is the contrary of what the question before speaks of: "what if I don't?" of
    "do I have to give my email?" is "what happens if I don't give my email?".

    Returns:
        None where the condition is another ("I leave"); "" where it leaves out what nothing says.
    """
    clause = topic.clause
    plain = clause.whether() if clause else None
    must = demanded(clause) if clause else None
    left_out = _LEFT_OUT.match(_OF_OTHERS.sub(r"\g<0> to", condition))
    if left_out is None:
        refused = _REFUSED.match(condition)
        if refused is None or must is None:
            return None
        said, verb = (refused["verb"] or "").lower(), must.split(" ")[0].lower()
        same = said in _AGREEING | {"", verb} or {said, verb} <= _GIVING
        not_done = refused["not"] or "don't"
        return _what_happens(f"{refused['who']} {not_done} {must}") if same else None
    if clause is None:
        return ""
    who, helps = left_out["who"], left_out["helps"]
    if (again := _of_condition(clause, who, helps)) is not None:
        return again
    if plain is None or asks_again(plain.predicate):
        return ""
    if who.lower() in {"i", "we"} and must is not None:
        return _what_happens(f"{who}{helps} {must}")
    if not _is_same(who.lower(), plain.subject):
        return ""
    helper = classes.auxiliary(helps.split()[0]) or "do"
    if (helper in classes.BE) != (plain.auxiliary in classes.BE):
        return ""
    done = f"{plain.predicate} {plain.after}".strip() if helper in classes.BE else plain.verb_phrase
    if not done or (plain.negated and helper in classes.BE) or re.match(r"(?:need|want) (?!to\b)", done, re.IGNORECASE):
        return ""
    if who.lower() in {"they", "it"}:
        first, _, rest = helps.strip().partition(" ")
        who, helps = plain.subject, f" {agreed(first, who, plain.subject)} {rest}".rstrip()
    return _what_happens(f"{who}{helps} {done}")


def _what_happens(condition: str) -> str:
    """What happens in a case; "" where that holds a condition of its own."""
    return "" if re.search(r"\b(?:if|unless)\b", condition, re.IGNORECASE) else f"what happens if {condition}?"


def _of_condition(clause: Clause, who: str, helps: str) -> str | None:
    """The question with its own condition turned round: "do you sell it if I opt out" - "what if I don't?"; None without one."""
    for part, said in (("after", clause.after), ("predicate", clause.predicate)):
        stood = re.search(rf"\bif {re.escape(who)} (?P<done>\w.*)$", said, re.IGNORECASE)
        if stood is None or not is_base(stood["done"].split()[0]):
            continue
        turned = f"{said[: stood.start()]}if {who}{helps} {stood['done']}"
        return as_question(replace(clause, after=turned) if part == "after" else replace(clause, predicate=turned))
    return None


def _is_same(who: str, subject: str) -> bool:
    """Whether a pronoun of a condition stands for whom or what a question speaks of."""
    low = subject.lower()
    if who in {"i", "we"}:
        return low in {"i", "we"}
    if who in {"you", "u"}:
        return low in {"you", "u", "the company"}
    return low == who or (low not in classes.PRONOUNS and plural_of(subject) is not (who == "it"))
