"""Words whose loss would change what a sentence says: negations, restrictions, conditions, exceptions, "may".

Closed classes of English words. They only forbid cuts: where one stands in what a cut would drop, the cut is not made. "When" and
"where" open a condition whatever follows them, unless what stands beside them shows that they name a time or a place.
"""

from __future__ import annotations

from assistant.verdict.answer_line.grammar import one_of, pattern

_NEGATION = (
    r"not|never|cannot|no|nor|neither|none|nobody|nothing|nowhere|without|refus\w+|declin\w+|prohibit\w*|forbid\w*|"
    r"refrain\w*|free of|rather than|instead of|hardly|rarely|fails?|denie[sd]|deny|cease[sd]?|unable|unwilling"
)
_RESTRICTION = r"only|solely|exclusively|strictly|merely|limited to|restricted to|at most|no more than|up to"
_CONDITION = (
    r"where|when|wherever|whenever|unless|except\w*|exclud\w+|other than|apart from|aside from|provided(?! by| to| with| in| on| at| for| as)|providing that|"
    r"subject to|if|until|till|in cases?|in the events?|assuming|so long as|as long as|to the extent|insofar|inasmuch|depending|depends?|"
    r"conditional|contingent|on condition|save (?:as|for|where|that)|whether|lest|notwithstanding|regardless|but|however|"
    r"although|though|despite|nevertheless|nonetheless|otherwise|once|while|"
    r"as (?:\w+ )?(?:necessary|required|needed|permitted|allowed|applicable|appropriate|"
    r"possible|relevant|available|you|we|they|it|he|she|the|an?|this|that|these|such|your|our|there|any|someone|another)|"
    r"(?:in|under|for|to) (?:some|certain|limited|exceptional|specific|particular|rare|most) \w+|"
    r"(?:with|upon|after|on|by|given|obtaining|requires?|require[sd]?) (?:\w+ ){0,4}(?:consent|permission|approval|agreement|"
    r"authori[sz]ation|request)|"
    r"(?:require[sd]?|permit\w*|allow\w*|authori[sz]ed) (?:or \w+ )?(?:by|under|to by) (?:\w+ ){0,2}(?:laws?|regulations?|courts?)|"
    r"in accordance with (?:\w+ )?(?:applicable|your|the law)|at your (?:\w+ )?(?:direction|request|option|choice|instructions?)"
)
# In what form: "we share your data, in aggregated form" is not "we share your data".
_FORM = r"anonym\w+|pseudonym\w+|aggregated?|de-?identif\w+|non-?identif\w+|hashed"
_CHANCE = (
    r"may|might|could|reserves?|sometimes|occasionally|from time to time|generally|typically|usually|normally|as a rule|"
    r"in principle|possib\w+|perhaps|discretion"
)
_RESERVE = rf"{_CHANCE}|can|should|would|endeavou?r\w*|try|tries|attempts?|strives?|intends?|some|certain|limited|partly|partially"
# "The country where you live", "when and how often", "the date when": these name a place or a time and state no case. Only what
# cannot be a case is told so: "in states where the law allows it" is one, and so may be all that stands after a comma.
_PLACES = one_of("countr(?:y|ies) states? regions? places? locations? jurisdictions? territor(?:y|ies) cit(?:y|ies)")
_IS_THERE = one_of(
    "operates? lives? resides? works? (?:is|are)_(?:located|based|established|situated|hosted) (?:has|have)_(?:offices|servers)"
)
_INTERROGATIVE = one_of("how what which who why where when")
_NO_CASE = (
    rf"(?:to|from|outside(?: of)?) (?:(?:an?|the|other|another|any|all) )*{_PLACES} where (?:(?:the|our|your|their) )?"
    rf"[\w’'-]+ {_IS_THERE}|"
    rf"{_INTERROGATIVE}(?:, | and | or |, and ){_INTERROGATIVE}(?:,? (?:and|or) {_INTERROGATIVE})?|"
    r"(?<!\bat )(?<!\bby )the (?:dates?|times?)(?: and (?:dates?|times?))? when"
)
# What looks like a reserve and is none.
_NO_RESERVE = pattern(
    rf"\b(?:{_NO_CASE})\b|"
    r"\b(?:(?:but|and) )?(?:is |are )?not (?:be )?(?:necessarily )?limited to\b|\bwithout limitation\b|\bwhether or not\b|\bif any\b|\bnot only\b|"
    r"\bno later than\b|\bin no particular order\b|\bnot just\b|\bup to date\b|\bhow(?:ever)? (?:long|often|much|many)\b|\bnot least\b|"
    r"\bwithout undue delay\b|\bas if\b"
)
_WEIGHTY = pattern(rf"\b(?:{_NEGATION}|{_RESTRICTION}|{_CONDITION}|{_FORM})\b|n['’]t\b")
_ANY = pattern(rf"\b(?:{_NEGATION}|{_RESTRICTION}|{_CONDITION}|{_FORM}|{_RESERVE})\b|n['’]t\b")
_NEGATED = pattern(rf"\b(?:{_NEGATION}|only|solely|exclusively|limited to)\b|n['’]t\b")
_RESERVED = pattern(rf"\b(?:{_CONDITION}|{_RESERVE}|{_RESTRICTION})\b")
_CONTRASTED = pattern(
    rf"\b(?:{_NEGATION}|{_RESTRICTION}|{_CHANCE}|unless|except\w*|but|however|although|though|despite|nevertheless|nonetheless|"
    r"notwithstanding|otherwise)\b|n['’]t\b"
)
_DECIDED = pattern(rf"\b(?:{_CONDITION}|{_CHANCE}|{_RESTRICTION})\b")
# What makes a length of time another one: "and may keep it longer", "this may be extended by two further months".
_LENGTHENS = pattern(
    r"\b(?:longer|shorter|sooner|earlier|extend(?:s|ed|ing)?|extensions?|prolong\w*|shorten\w*|thereafter|indefinitely|"
    r"(?:further|additional|another|extra|more|beyond) (?:[\w-]+ ){0,2}(?:time|periods?|terms?|hours?|days?|weeks?|months?|years?))\b"
)

# How a sentence opens that takes something out of what the one before it says.
_TAKES_BACK = pattern(
    r"^\W*(?:however|but|nevertheless|nonetheless|notwithstanding|that said|unless|except\w*|otherwise|only|although|though|"
    r"provided that|subject to|other than|save (?:as|for)|(?:this|these|that|those|it) (?:does|do|will|shall|may) not\b|"
    r"(?:the|an?|one) (?:only |sole )?exceptions?\b|exceptions?\b|even (?:if|so)\b|in each case\b)"
)


def weighs(text: str) -> bool:
    """Whether a stretch holds a negation, a restriction, a condition, an exception, or that names are taken out of what it speaks of."""
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


def decides(text: str) -> bool:
    """The same without the words that seldom decide it ("can", "some", "certain")."""
    return _DECIDED.search(_NO_RESERVE.sub(" ", text)) is not None


def contrasts(text: str) -> bool:
    """Whether a statement may say other than the one beside it: it holds a negation, a restriction, an exception, a "may", a
    "however". A case alone does not ("they delete it when the work is done")."""
    return _CONTRASTED.search(_NO_RESERVE.sub(" ", text)) is not None


def lengthens(text: str) -> bool:
    """Whether a stretch says that something lasts longer, or less long, than was said."""
    return _LENGTHENS.search(text) is not None


def takes_back(text: str) -> bool:
    """Whether a text opens as an exception to what stands before it ("However, ...", "This does not apply to ...")."""
    return _TAKES_BACK.search(text) is not None
