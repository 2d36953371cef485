"""Words whose loss would change what a sentence says: negations, restrictions, conditions, exceptions, "may".

Closed classes of English words. They only forbid cuts: where one stands in what a cut would drop, the cut is not made.
"""

from __future__ import annotations

from assistant.verdict.answer_line.grammar import pattern

_NEGATION = (
    r"not|never|cannot|no|nor|neither|none|nobody|nothing|nowhere|without|refus\w+|declin\w+|prohibit\w*|forbid\w*|"
    r"refrain\w*|free of|rather than|instead of|hardly|rarely|fails?|denie[sd]|deny|cease[sd]?|unable|unwilling"
)
_RESTRICTION = r"only|solely|exclusively|strictly|merely|limited to|restricted to|at most|no more than|up to"
_CONDITION = (
    r"unless|except\w*|exclud\w+|other than|apart from|aside from|provided(?! by| to| with| in| on| at| for| as)|providing that|"
    r"subject to|if|until|till|in case|in the event|so long as|as long as|to the extent|insofar|inasmuch|depending|depends?|"
    r"conditional|contingent|on condition|save (?:as|for|where|that)|whether|lest|notwithstanding|regardless|but|however|"
    r"although|though|despite|nevertheless|nonetheless|otherwise|once|while|"
    r"(?:as|where|when|whenever|wherever|if) (?:\w+ )?(?:necessary|required|needed|permitted|allowed|applicable|appropriate|"
    r"possible|relevant|available|you|we|they|it|he|she|the|an?|this|that|these|such|your|our|there|any|someone|another)|"
    r"(?:in|under|for|to) (?:some|certain|limited|exceptional|specific|particular|rare|most) \w+|"
    r"(?:with|upon|after|on|by|given|obtaining|requires?|require[sd]?) (?:\w+ ){0,4}(?:consent|permission|approval|agreement|"
    r"authori[sz]ation|request)|"
    r"(?:require[sd]?|permit\w*|allow\w*|authori[sz]ed) (?:or \w+ )?(?:by|under|to by) (?:\w+ ){0,2}(?:laws?|regulations?|courts?)|"
    r"in accordance with (?:\w+ )?(?:applicable|your|the law)"
)
_RESERVE = (
    r"may|might|could|can|should|would|reserves?|sometimes|occasionally|from time to time|generally|typically|usually|normally|"
    r"as a rule|in principle|endeavou?r\w*|try|tries|attempts?|strives?|intends?|some|certain|limited|partly|partially|"
    r"possib\w+|perhaps|discretion"
)
# What looks like a reserve and is none.
_NO_RESERVE = pattern(
    r"\b(?:(?:but|and) )?(?:is |are )?not (?:be )?(?:necessarily )?limited to\b|\bwithout limitation\b|\bwhether or not\b|\bif any\b|\bnot only\b|"
    r"\bno later than\b|\bin no particular order\b|\bnot just\b|\bup to date\b|\bhow(?:ever)? (?:long|often|much|many)\b|\bnot least\b|"
    r"\bwithout undue delay\b|\bas if\b"
)
_WEIGHTY = pattern(rf"\b(?:{_NEGATION}|{_RESTRICTION}|{_CONDITION})\b|n['’]t\b")
_ANY = pattern(rf"\b(?:{_NEGATION}|{_RESTRICTION}|{_CONDITION}|{_RESERVE})\b|n['’]t\b")
_NEGATED = pattern(rf"\b(?:{_NEGATION}|only|solely|exclusively|limited to)\b|n['’]t\b")
_RESERVED = pattern(rf"\b(?:{_CONDITION}|{_RESERVE}|{_RESTRICTION})\b")

# How a sentence opens that takes something out of what the one before it says.
_TAKES_BACK = pattern(
    r"^\W*(?:however|but|nevertheless|nonetheless|notwithstanding|that said|unless|except\w*|otherwise|only|although|though|"
    r"provided that|subject to|other than|save (?:as|for)|(?:this|these|that|those|it) (?:does|do|will|shall|may) not\b|"
    r"(?:the|an?|one) (?:only |sole )?exceptions?\b|exceptions?\b|even (?:if|so)\b|in each case\b)"
)


def weighs(text: str) -> bool:
    """Whether a stretch holds a negation, a restriction, a condition or an exception."""
    return _WEIGHTY.search(_NO_RESERVE.sub(" ", text)) is not None


def reserves(text: str) -> bool:
    """Whether a stretch holds any of these, or a "may", "some", "usually": what its verb would lose without it."""
    return _ANY.search(_NO_RESERVE.sub(" ", text)) is not None


def negates(text: str) -> bool:
    """Whether a stretch says "not", "never", "only"."""
    return _NEGATED.search(_NO_RESERVE.sub(" ", text)) is not None


def makes_depend(text: str) -> bool:
    """Whether a stretch names a condition, an exception or a "may"."""
    return _RESERVED.search(_NO_RESERVE.sub(" ", text)) is not None


def takes_back(text: str) -> bool:
    """Whether a text opens as an exception to what stands before it ("However, ...", "This does not apply to ...")."""
    return _TAKES_BACK.search(text) is not None
