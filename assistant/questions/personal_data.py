"""Words for all that a company knows of a person: "my account info", "user data", "PII". Clauses say "personal data", and the
built-in reader takes what an account holds for one kind of it among others, of which a clause on all kinds says nothing."""

from __future__ import annotations

import re

from assistant.questions import word_classes as classes

_WHOSE = r"(?:account|profile|user|customer|client|member(?:ship)?|subscriber|registration|sign-?up)(?:['’]?s['’]?)?"
_ALL = re.compile(
    rf"\b(?:(?P<before>[\w’'-]+) )?\b(?P<all>{_WHOSE} (?:info|information|data|details|records?)|pii|personally identifiable (?:info|information|data|details))\b"
    r"(?! (?:page|form|screen|section|tab|settings?|field|breach|protection|officer|controller|processor|subject|policy|centers?|centres?)\b)",
    re.IGNORECASE,
)
_DOES = frozenset(
    "share sell rent give pass send trade disclose transfer use process analyse analyze collect gather get have need hold keep store save "
    "retain see view read access open protect secure encrypt guard delete erase remove wipe export download copy change update correct "
    "protecting keeping storing selling sharing using collecting deleting".split()
)
_BEFORE = (
    classes.DETERMINERS | classes.PREPOSITIONS | classes.AUXILIARIES | classes.CONJUNCTIONS | _DOES | {"own", "old"}
)


def as_personal_data(question: str) -> str | None:
    """The question asked of personal data, where it asks of an account's or of users'; None where it does not. "Bank
    account details" and "my Google account data" are something else, and stay what they are."""

    def put(match: re.Match[str]) -> str:
        before = match["before"] or ""
        if before and before.lower() not in _BEFORE and not before.lower().endswith(("'s", "’s", "s'", "s’")):
            return match[0]
        return f"{before} personal data".lstrip()  # "is" is said of it, and "are" too

    asked = _ALL.sub(put, question)
    return asked if asked != question else None
