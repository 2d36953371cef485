"""What a clause asserts: negation, modality, conditions.

Read from closed classes of English words (negators, modal verbs, conjunctions), within the part of the clause that
speaks of what is asked. No score decides here; every reading can be shown by the words it rests on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.model import Span


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NEGATION = _words(
    r"\b(?:not|never|cannot|no|neither|nor|none|nobody|nothing|refrains?|prohibit(?:s|ed)?|forbid(?:s|den)?|"
    r"decline[sd]? to|refuse[sd]? to|without|free of|rather than)\b|n['’]t\b"
)
_MODAL = _words(
    r"\b(?:may|might|could|reserves? the right|from time to time|at (?:our|its|their) (?:sole )?discretion|sometimes|"
    r"occasionally|in (?:some|certain|limited|exceptional) (?:cases|circumstances|instances|situations)|"
    r"under certain (?:conditions|circumstances)|where (?:applicable|appropriate|permitted|possible|required)|"
    r"generally|typically|usually)\b"
)
# "You may change ..." grants; "we may change ..." reserves.
_PERMISSION = _words(
    r"\b(?:you|users?|customers?|visitors?|individuals?|members?|subscribers?|clients?|data subjects?|residents?|"
    r"applicants?|everyone|anyone|parents?|guardians?)"
    r"(?:\s+(?:also|always|who[^,.;]{0,60}|of [^,.;]{0,30}))?\s+(?:may|can|could|might)\b"
    r"(?!\s+(?:not|be (?:asked|required|shared|contacted|recorded|monitored)))"
)
_WHOSE = (
    r"(?:your|the user['’]s|their|his or her|the customer['’]s|the visitor['’]s|prior|express|explicit|written|our|"
    r"obtaining|first)"
)
_AGREEMENT = r"(?:consent|permission|approval|agreement|authori[sz]ation|request|knowledge)"
_CONDITION = _words(
    r"\b(?:unless|except(?:ing)?(?: (?:as|for|where|when|that|to|in|with))?|other than|provided that|provided (?=you\b|we\b|the\b)|"
    r"providing that|subject to|only (?:if|when|where|with|after|to the extent|in|for|as|on|upon)|"
    r"if (?:necessary|required|needed|applicable|appropriate|and when|permitted|possible|you|we|a|an|the|it|they|such|"
    r"this|so)|(?:as|where|when|to the extent) (?:necessary|required|permitted|needed|allowed|applicable)|until|"
    r"save (?:as|for|where)|in (?:case|the event)|so long as|as long as|depending on|"
    rf"(?:with|without|upon|after|on) {_WHOSE}[^,.;]{{0,30}}?\b{_AGREEMENT})\b"
)
_CONSENT = _words(rf"\b(?:{_AGREEMENT}|asking)\b")
# A condition that opens a sentence says when it applies ("If we change this policy, we will tell you"), not that it may not.
_OPENING_IF = _words(
    r"^(?:if|when|whenever|once|where|should|in the event that|for (?:certain|some)|by|unless otherwise)\b[^,]*,"
)
_VERB = r"(?:will|do|does|did|may|might|can|could|shall|should|is|are|was|were|has|have|would|must|cannot|never|not)"
_PART = _words(
    r"(?:;\s+|,?\s+(?=(?:and|but|while|whereas|although|though|yet)\s+"
    rf"(?:(?:we|it|they|you|[\w’']+(?: [\w’']+){{0,3}}?)\s+)?{_VERB}\b)"
    r"|,?\s+(?=and to\s)"
    rf"|,\s+(?=(?:our|we|it|you|they|this|these|such)\s+(?:[\w’']+\s+){{0,3}}?{_VERB}\b))"
)
_SUBORDINATE_PART = _words(
    r"^(?:if|when|whenever|once|where|unless|except|other than|while|although|though|as|because|since|in order|to|by|"
    r"for|should|before|after|upon|in the event)\b"
)
_SHORTEST_PART = 12  # code points; less is no statement of its own
# "not" that belongs to a description, not to the statement: "anyone not involved", "whether or not", "so you don't need".
_DESCRIBES = _words(
    r"\b(?:anyone|anybody|those|persons?|people|parties|party|companies|whether or|or|if you do|you do|so you do)\s*$"
)

_ONLY_INSIDE = _words(
    r"\bonly (?:to|by|for)\b[^,.;]{0,40}\b(?:employees|staff|personnel|persons|people|those|us|users|members)\b|"
    r"\b(?:for )?internal use only\b"
)
_DURATION = _words(
    r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|decades?|indefinite(?:ly)?|permanent(?:ly)?|forever|immediately|"
    r"prompt(?:ly)?|as long as|no longer than|until|period|for the (?:duration|life|term)|at any time)\b"
)


# How a sentence opens that takes something out of what the one before it says.
_EXCEPTS = _words(
    r"^(?:however|but|nevertheless|nonetheless|notwithstanding|that said|(?:this|these|that) (?:does|do) not (?:apply|mean|"
    r"affect|cover|include|extend|prevent)|(?:the|an?|one) (?:only |sole )?exceptions?\b|exceptions?\b)"
)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What (a part of) a clause asserts: done or not, with what reserve.

    `part` is the stretch of the clause that was read, `words` those the reading rests on.
    """

    negated: bool
    modal: bool
    conditions: tuple[str, ...]
    part: Span
    words: tuple[str, ...]

    @property
    def reserved(self) -> bool:
        """Whether the clause says "may", or names a condition or an exception."""
        return self.modal or bool(self.conditions)

    @property
    def only_consent(self) -> bool:
        """Whether the one reserve is that somebody agrees first."""
        return not self.modal and any(_CONSENT.search(condition) for condition in self.conditions)


def parts_of(clause: str) -> list[Span]:
    """The co-ordinate parts of a clause ("we collect this ..., and will never release it ..."), in order."""
    parts: list[Span] = []
    at = 0
    for found in _PART.finditer(clause):
        if _SUBORDINATE_PART.match(clause[at : found.start()]):
            continue
        if found.start() - at >= _SHORTEST_PART and len(clause) - found.end() >= _SHORTEST_PART:
            parts.append(Span(at, found.start()))
            at = found.end()
    parts.append(Span(at, len(clause)))
    return parts


def assertion_of(clause: str, part: Span | None = None) -> Assertion:
    """What a clause, or a part of it, asserts."""
    span = part or Span(0, len(clause))
    text = span.of(clause)
    opening = _OPENING_IF.match(text)
    body = text[opening.end() :] if opening else text
    conditions = list(_CONDITION.finditer(body))
    negation = next(
        (
            found
            for found in _NEGATION.finditer(body)
            if not any(c.start() <= found.start() < c.end() for c in conditions) and not _is_aside(found, body)
        ),
        None,
    )
    modal = _MODAL.search(_PERMISSION.sub(lambda found: " " * len(found.group()), body))
    if modal is not None and negation is not None and modal.group().lower() in ("may", "might", "could"):
        modal = None  # "may not" forbids
    words = [found.group() for found in (negation, modal, *conditions[:1]) if found]
    return Assertion(
        negated=negation is not None,
        modal=modal is not None,
        conditions=tuple(condition.group() for condition in conditions),
        part=span,
        words=tuple(words),
    )


def _is_aside(found: re.Match[str], text: str) -> bool:
    """Whether a negation does not negate what is asserted: "but not limited to", "anyone not directly involved"."""
    before, after = text[: found.start()], text[found.end() :].lstrip().lower()
    if after.startswith(("limited to", "only", "just", "merely", "more than", "later than", "less than")):
        return True
    return found.group().lower() in ("not", "n't", "n’t") and _DESCRIBES.search(before) is not None


def takes_exception(clause: str) -> bool:
    """Whether a clause opens as an exception to the one before it ("However, ...", "This does not apply to ...")."""
    return _EXCEPTS.search(clause) is not None


def names_duration(clause: str) -> bool:
    """Whether a clause speaks of a length of time."""
    return _DURATION.search(clause) is not None


def restricts_to_insiders(clause: str) -> bool:
    """Whether a clause keeps something to the company's own people ("accessible only to internal employees")."""
    return _ONLY_INSIDE.search(clause) is not None
