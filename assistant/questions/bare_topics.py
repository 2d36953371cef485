"""Messages that name a topic and ask nothing of it: "cookies?", "what does the policy say about my location?"."""

from __future__ import annotations

import re

from assistant.questions import word_classes as classes
from assistant.questions.inflection import is_gerund
from assistant.questions.noun_phrases import phrase_at_start
from assistant.questions.personal_data import as_personal_data

_LONGEST = 5  # words of a topic that stands alone
_ON = r"(?:about|on|regarding|concerning|as to|with regard to|when it comes to)"
_WHO = r"(?:(?:the|your|this|their|its) )?(?:\w+ )?(?:policy|notice|statement|document|company|text)|it|you|they|this"
_SAYS = r"(?:say|says|state|states|tell|tells|mention|mentions|have to say|got to say)(?: (?:me|us))?"
_LED = re.compile(
    r"(?:(?:hi|hello|hey|so|ok|okay|and|please)[,!.]? )*(?:(?:can|could|would) (?:you|u) )?"
    rf"(?:what (?:does|do|did|has|have|would|will) (?:{_WHO}) {_SAYS} {_ON}|what(?:['’]?s| is) (?:said|stated|written|there) {_ON}"
    rf"|what(?:['’]?s| is| are) (?:the|your|their|its|this company['’]s) (?:\w+ )?(?:policy|policies|position|rules?|stance|approach|terms) {_ON}"
    rf"|(?:please )?(?:tell|inform|show|give) (?:me|us) (?:(?:more|something|everything|all|anything|what you have|what it says) )?(?:about|on|regarding)"
    rf"|(?:any(?:thing)?|some(?:thing)?|more) ?(?:info|information|details|clauses?|said|stated|written)? {_ON}|(?:info|information|details|clauses?|section) {_ON}"
    r"|(?P<more>(?:what|how) about)) ",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:(?:my|our|the|all|any|your|people's|of) )*(?:(?:personal|private) )?(?:data|info|information|details|stuff)",
    re.IGNORECASE,
)
_DOING = frozenset(  # what is done to something: "selling data?" wants a yes or a no
    "selling sharing renting giving passing sending collecting gathering using keeping storing holding deleting erasing reading transferring "
    "disclosing processing".split()
)
_ASKED = frozenset("what which who whom whose how when where why whether if".split())


def topic_of(message: str) -> str | None:
    """The topic as the message names it; None where it asks something of its topic, or names none."""
    text = " ".join(message.split()).strip(" .?!…")
    led = _LED.match(text)
    topic = text[led.end() :] if led else text
    words = topic.lower().split()
    if not words or words[0] in _ASKED | classes.PRONOUNS or "," in topic:
        return None
    if led:
        return None if led["more"] and words[0] in _DOING else topic
    if len(words) > _LONGEST or any(word in classes.PRONOUNS or word in classes.AUXILIARIES for word in words):
        return None
    if words[:2] == ["right", "to"] or (is_gerund(words[0]) and (len(words) == 1 or words[1] in classes.PARTICLES)):
        return topic
    if words[0] in _DOING:
        return None
    phrase = phrase_at_start(topic)
    return topic if phrase is not None and phrase.end == len(topic) else None


def as_question(message: str) -> str:
    """The message, and a bare topic as a question, which is what the reader learned: "what about cookies?", "what do you do with my data?"."""
    topic = topic_of(message)
    if topic is None:
        return message
    return (
        f"what do you do with {topic}?" if _ALL.fullmatch(as_personal_data(topic) or topic) else f"what about {topic}?"
    )
