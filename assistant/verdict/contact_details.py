"""A question for the company's address or number is answered only by a clause that holds one, and one for how to reach it by a clause that
sends one somewhere: a clause on the addresses that customers give is like it in every word, and says nothing."""

from __future__ import annotations

import re

from assistant.reading.base import Reading
from assistant.reading.passages import Passage

EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\[email[ \xa0]protected\]|\w ?[\[(] ?at ?[\])] ?\w"
PHONE = r"(?:\+|\b)\d[\d ()./-]{6,}\d"
SITE = r"(?:https?://|www\.)[^\s)\]>\"”]+"
POSTAL = r"\b(?:attn|p\.?o\.? box|floor|suite|street|avenue|road|postcode|zip)\b"
_HOUSE = r"\b\d+\w?,? [A-Z]\w|[A-Z]\w+\.?,? \d"  # "5 Main Square", "Skelstraße 4", "Dublin 15"
_SHORT = r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\w"  # where a link leads, as a passage has it

_OWNER = r"(?:your|the|ur|their|its|\w+['’]s)"
_EMAIL = r"e-?mails?(?: add?ress(?:es)?)?"
_PHONE = r"(?:(?:tele)?phone|fax|hotline|support|contact|customer service) numbers?"
_POSTAL = r"(?:(?:postal|mailing|street|office|business|physical|contact|registered) |(?<!\bip )(?<!\bmac )(?<!\bweb ))add?ress(?:es)?"
_ANY = r"contact (?:details|info(?:rmation)?)"
_DETAIL = rf"(?:{_EMAIL}|{_PHONE}|{_POSTAL}|{_ANY})"
_ASKS = re.compile(
    rf"(?:(?:what|which)(?:['’]?s|['’]re| is| are| was)?|(?:can|could|may) (?:i|we) (?:please )?(?:have|get)|"
    rf"(?:please )?(?:give|tell|send) me|i (?:need|want|would like))(?: {_OWNER}(?: [\w'’-]+){{0,3}}?)? (?P<whose>{_DETAIL})"
    r"(?= ?(?:$|[?.!,]|for\b(?! (?:me|us|my|our)\b)|of\b|to (?:which|whom|write|contact|use|reach|send|complain|ask|get)\b|i\b|"
    r"(?:do|can|could|should|must|may) (?:i|we)\b|where\b|at which\b))"
    rf"|{_OWNER}(?: (?!e-?mail\b)[\w'’-]+)? (?P<alone>{_DETAIL})\W*$",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"how (?:do|can|could|should|would|may) (?:i|we) (?:\w+ )?(?:contact|reach|e-?mail|call|phone|ring|message|write to|get in touch with|"
    r"get (?:a )?hold of|speak to|talk to) (?:you|u|them|the company|your|support|customer|some(?:one|body)|an?)\b",
    re.IGNORECASE,
)
_KINDS = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in (("email", _EMAIL), ("phone", _PHONE), ("any", _ANY), ("postal", _POSTAL))
}
_HELD = {
    "email": re.compile(EMAIL),
    "phone": re.compile(PHONE),
    "postal": re.compile("|".join((EMAIL, _HOUSE, POSTAL))),
    "any": re.compile("|".join((EMAIL, PHONE, SITE, _HOUSE, POSTAL, _SHORT))),
}
_HELD["way"] = re.compile(
    rf"{_HELD['any'].pattern}|(?i:\b(?:contact|write to|call|e-?mail|message|reach|ask|(?:speak|talk) (?:to|with)|(?:in touch|hold) (?:with|of)|visit|consult) "
    r"(?:us|our|the|support|customer)\b)"
)
_NOTHING = Reading(1.0, 0.0, 0.0, 0.0, 0.0)


def asked_for(question: str) -> str | None:
    """Which of the company's details a question wants: "email", "phone", "postal", "any" of them, or a "way" to reach it; None where it
    wants none."""
    if _REACH.match(question.strip()):
        return "way"
    found = _ASKS.match(question.strip())
    if not found:
        return None
    named = found["whose"] or found["alone"]
    return next(kind for kind, pattern in _KINDS.items() if pattern.fullmatch(named))


def with_details(question: str, passages: list[Passage], readings: list[Reading]) -> list[Reading]:
    """The readings, where a passage that has no such detail says nothing to a question that wants one; in the same order."""
    detail = asked_for(question)
    if detail is None:
        return readings
    return [
        reading if _HELD[detail].search(passage.text) else _NOTHING
        for passage, reading in zip(passages, readings, strict=True)
    ]
