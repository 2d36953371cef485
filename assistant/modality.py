"""What a question asks for and what a clause asserts: question form, negation, modality, conditions.

Read from closed classes of English words (auxiliaries, negators, modal verbs, conjunctions), within the part of the
clause that speaks of what is asked. No score decides here; every reading can be shown by the words it rests on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.model import Span

_AUX = r"(?:do|does|did|is|are|was|were|will|would|can|could|may|might|must|shall|should|has|have|had|am)"
_WH = r"(?:what|whats|which|who|whos|whom|whose|how|why|when|where|wheres)"
_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|dear \w+|excuse me|sorry|please|pls|quick question|question|ok|okay|so|and|but|also|well|now|then|just|um+|"
    r"(?:i(?:'m| am| was)? )?(?:just )?(?:wondering|curious|asking|like to know|want to know|need to know|would like to know|'d like to know)|"
    r"i'd like to know|i (?:want|need|would like) to (?:know|understand|find out)|caller (?:asks|wants to know|is asking)|customer (?:asks|wants to know)|"
    r"(?:can|could|would|will) (?:you|anyone|someone|u) (?:please |kindly )?(?:tell|explain|clarify|confirm|say|let|describe|show)(?: to)?(?: me| us)?(?: know)?|"
    r"(?:please |kindly )?(?:tell|explain to|let) (?:me|us)(?: know)?|(?:do|does) (?:you|they|the policy|it|this policy|the company|anyone) (?:say|state|specify|mention|explain|know|tell me|disclose|describe)|"
    r"is it (?:stated|specified|explained|written|clear)(?: anywhere)?|any idea|say|in plain words|roughly|exactly)\b[\s,.:;!–—-]*)+",
    re.IGNORECASE,
)
_WHETHER_START = re.compile(rf"^(?:{_AUX}(?:n['’]t)?\b|if\b|whether\b|any(?:one|body|thing)?\b|ever\b)", re.IGNORECASE)
_OPEN_START = re.compile(
    rf"^(?:(?:{_AUX} )?(?:\w+ ){{0,1}}?(?:for |to |with |by |from |at |on |in |of |under )?{_WH}(?:['’]s|['’]re|['’]d)?\b|list\b|show\b|describe\b|give me\b|explain\b)",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    rf"^(?:when|whenever|where|if|once|after|before|while|as|since|suppose|say|supposing|in case)\b(?!\s+{_AUX}\b)",
    re.IGNORECASE,
)
_INVERSION = re.compile(
    rf"(?:^|[\s,;]){_AUX}(?:n['’]t)?\s+(?:you|u|they|it|my|your|i|we|the|there|this|that|those|these|any|anyone|anybody|someone|somebody|people|staff|employees|others|all)\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    rf"(?:,\s*|\s)(?:right|correct|yes|no|yeah|(?:{_AUX}(?:n['’]t)?|don['’]t|doesn['’]t|won['’]t|isn['’]t|aren['’]t)\s+(?:you|they|it|i|we|he|she)|or not|ok|true)\s*\?*$",
    re.IGNORECASE,
)
_WH_INSIDE = re.compile(rf"\b{_WH}\b", re.IGNORECASE)
_DECLARATIVE = re.compile(
    r"^(?:i|you|u|my|it|they|your|this|that|these|the|we|is|staff|employees|nobody|no one|all|some(?:one|body))\b",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"\b(?:\w{3,}ed|sold|kept|given|shown|sent|held|seen|told|stolen|taken|hidden|allowed|ok|okay|safe|secure|private|confidential|anonymous)\b",
    re.IGNORECASE,
)

_NEGATION = re.compile(
    r"\b(?:not|never|cannot|no|neither|nor|none|nobody|nothing|refrains?|prohibit(?:s|ed)?|forbid(?:s|den)?|decline[sd]? to|refuse[sd]? to|without|free of|rather than)\b|n['’]t\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:may|might|could|reserves? the right|from time to time|at (?:our|its|their) (?:sole )?discretion|sometimes|occasionally|"
    r"in (?:some|certain|limited|exceptional) (?:cases|circumstances|instances|situations)|under certain (?:conditions|circumstances)|"
    r"where (?:applicable|appropriate|permitted|possible|required)|generally|typically|usually)\b",
    re.IGNORECASE,
)
_PERMISSION = re.compile(
    r"\b(?:you|users?|customers?|visitors?|individuals?|members?|subscribers?|clients?|data subjects?|residents?|applicants?|everyone|anyone|parents?|guardians?)"
    r"(?:\s+(?:also|always|who[^,.;]{0,60}|of [^,.;]{0,30}))?\s+(?:may|can|could|might)\b(?!\s+(?:not|be (?:asked|required|shared|contacted|recorded|monitored)))",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:unless|except(?:ing)?(?: (?:as|for|where|when|that|to|in|with))?|other than|provided(?: that)?|providing that|subject to|"
    r"only (?:if|when|where|with|after|to the extent|in|for|as|on|upon)|if (?:necessary|required|needed|applicable|appropriate|and when|permitted|possible|you|we|a|an|the|it|they|such|this|so)|"
    r"(?:as|where|when|to the extent) (?:necessary|required|permitted|needed|allowed|applicable)|until|save (?:as|for|where)|in (?:case|the event)|so long as|as long as|depending on|"
    r"(?:with|without|upon|after|on|unless we have) (?:your|the user['’]s|their|his or her|the customer['’]s|the visitor['’]s|prior|express|explicit|written|our|obtaining|first)[^,.;]{0,30}?\b(?:consent|permission|approval|agreement|authori[sz]ation|request|knowledge))\b",
    re.IGNORECASE,
)
_OPENING_IF = re.compile(
    r"^(?:if|when|whenever|once|where|should|in the event that|for (?:certain|some)|by|unless otherwise)\b[^,]*,",
    re.IGNORECASE,
)
_WISH = re.compile(r"^(?:if|should)\s+(?:you|a user|users|a visitor|visitors|customers?)\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:consent|permission|approval|agreement|authori[sz]ation|knowledge|asking|request)\b", re.IGNORECASE
)
_WITHOUT_ASKING = re.compile(
    r"\b(?:without|w/o|behind my back|before asking)\b(?:[^,.;?]{0,30}?\b(?:ask(?:ing|ed)?|permission|consent|ok(?:ay)?|knowledge|approval|say-?so|agree(?:ing|ment)?|telling|knowing)\b)?",
    re.IGNORECASE,
)
_VERB = r"(?:will|do|does|did|may|might|can|could|shall|should|is|are|was|were|has|have|would|must|cannot|never|not)"
_PART = re.compile(
    rf"(?:;\s+|,?\s+(?=(?:and|but|while|whereas|although|though|yet)\s+(?:(?:we|it|they|you|[\w’']+(?: [\w’']+){{0,3}}?)\s+)?{_VERB}\b)"
    rf"|,\s+(?=(?:our|we|it|you|they|this|these|such)\s+(?:[\w’']+\s+){{0,3}}?{_VERB}\b))",
    re.IGNORECASE,
)
_SUBORDINATE_PART = re.compile(
    r"^(?:if|when|whenever|once|where|unless|except|other than|while|although|though|as|because|since|in order|to|by|for|should|before|after|upon|in the event)\b",
    re.IGNORECASE,
)


class Form(StrEnum):
    """What kind of answer a question wants: yes or no, or who, what, why, how, when."""

    WHETHER = "whether"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Assertion:
    """What (a part of) a clause asserts: done or not, with what reserve.

    `part` is the stretch of the clause that was read, `words` those the reading rests on.
    """

    negated: bool
    modal: bool
    condition: str | None
    part: Span
    words: tuple[str, ...]

    @property
    def reserved(self) -> bool:
        """Whether the clause says "may", or names a condition or an exception."""
        return self.modal or self.condition is not None


def form_of(question: str) -> Form:
    """Whether a question wants yes or no."""
    text = " ".join(question.split()).strip(" ?!.\"'“”")
    polite = _POLITE.match(text)
    rest = text[polite.end() :] if polite and polite.end() < len(text) else text
    if _TAG.search(text) and not _OPEN_START.match(rest):
        return Form.WHETHER
    if _SUBORDINATE.match(rest):
        comma = rest.find(",")
        main = rest[comma + 1 :].strip() if comma >= 0 else rest
        if comma >= 0 and _OPEN_START.match(main):
            return Form.OPEN
        if _INVERSION.search(main):
            return Form.WHETHER
        if _WH_INSIDE.search(main, 4) or not re.match(r"if\b|whether\b", rest, re.IGNORECASE):
            return Form.OPEN
    if re.match(
        rf"^(?:for |to |with |by |from |at |on |in |of |under |and |or )?{_WH}(?:['’](?:s|re|d|ll))?\b",
        rest,
        re.IGNORECASE,
    ):
        return Form.OPEN
    if _WHETHER_START.match(rest):
        return Form.WHETHER
    if re.search(r"\bor not\b|\bwhether\b|\bis it true\b", rest, re.IGNORECASE):
        return Form.WHETHER
    if re.match(r"(?:list|show|describe|give me|explain|tell me about|details|info)\b", rest, re.IGNORECASE):
        return Form.OPEN
    inverted = _INVERSION.search(rest)
    wh = _WH_INSIDE.search(rest)
    if inverted and (wh is None or inverted.start() < wh.start()):
        return Form.WHETHER
    if wh is not None:
        return Form.OPEN
    if inverted or (_DECLARATIVE.match(rest) and len(rest.split()) >= 3) or _PARTICIPLE.search(rest):
        return Form.WHETHER
    return Form.OPEN


def asks_without_consent(question: str) -> bool:
    """Whether the question is about doing something without asking first."""
    return _WITHOUT_ASKING.search(question) is not None


def names_consent(condition: str | None) -> bool:
    """Whether a condition is that somebody agrees."""
    return condition is not None and _CONSENT.search(condition) is not None


def parts_of(clause: str) -> list[Span]:
    """The co-ordinate parts of a clause ("we collect this ..., and will never release it ..."), in order."""
    parts: list[Span] = []
    at = 0
    for found in _PART.finditer(clause):
        if _SUBORDINATE_PART.match(clause[at : found.start()]):
            continue
        if found.start() - at >= 12 and len(clause) - found.end() >= 12:
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
    conditions = [found for found in _CONDITION.finditer(body)]
    condition = conditions[0] if conditions else None
    permission = _PERMISSION.search(body)
    modal = _MODAL.search(_PERMISSION.sub(lambda found: " " * len(found.group()), body))
    negation = next(
        (found for found in _NEGATION.finditer(body) if not _inside(found, conditions) and not _is_aside(found, body)),
        None,
    )
    words = [found.group() for found in (negation, None if permission and not modal else modal, condition) if found]
    return Assertion(
        negated=negation is not None,
        modal=modal is not None and not (negation is not None and modal.group().lower() in ("may", "might", "could")),
        condition=condition.group() if condition else None,
        part=span,
        words=tuple(words),
    )


def _inside(found: re.Match[str], conditions: list[re.Match[str]]) -> bool:
    return any(condition.start() <= found.start() < condition.end() for condition in conditions)


def _is_aside(found: re.Match[str], text: str) -> bool:
    """Whether a negation does not negate what is asserted: "but not limited to", "anyone not directly involved", "so you
    don't need to log in", "no longer" and the like."""
    before, after = (
        text[max(0, found.start() - 40) : found.start()].lower(),
        text[found.end() : found.end() + 30].lower(),
    )
    return bool(
        after.lstrip().startswith(("limited to", "only", "just", "merely", "more than", "later than", "less than"))
        or re.search(
            r"\b(?:anyone|anybody|those|persons?|people|parties|party|companies|who are|who is|who do|which are|that are|whether or|or|if you do|you do|if we do|so you do|so that you do|are)\s*$",
            before,
        )
        and found.group().lower() in ("not", "n't", "n’t")
        and re.search(
            r"\b(?:anyone|anybody|those|persons?|people|parties|party|companies|whether or|or|if you do|you do|so you do)\s*$",
            before,
        )
    )
