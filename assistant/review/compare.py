"""The same question asked of several policies, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from assistant.ask import Assistant
from assistant.errors import BadQuestion
from assistant.languages import CODES
from assistant.model import MAX_CITATIONS, MAX_QUESTION, Answer, Outcome, Route, checked
from assistant.questions.form import AUXILIARY
from corpus.model import Citation, Policy

_SHA256 = "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d"


class ComparisonRequest(BaseModel):
    """What a caller sends: the body of `POST /api/compare`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "which of these companies tells me 30 days before the policy changes?",
                    "policies": ["rackspace", "vps6"],
                    "language": "en",
                }
            ]
        },
    )

    question: str = Field(max_length=MAX_QUESTION)
    policies: tuple[str, ...] | None = Field(
        default=None, description="Policy ids, each once; null compares every policy and version."
    )
    language: str = Field(
        default="en", max_length=35, description="Of the answers' sentences: en or de. Quotes stay as they are."
    )


class Row(BaseModel):
    """What one version of one policy says to the question; null is what its document does not state."""

    model_config = ConfigDict(frozen=True)

    policy_id: str
    provider: str | None
    title: str
    source_url: str | None
    snapshot_date: date | None
    effective_date: date | None
    updated_date: date | None
    superseded_by: str | None = Field(description="Id of the later version that replaces this one.")
    sha256: str = Field(description="SHA-256 of the canonical text, UTF-8 encoded.")
    clauses: int = Field(description="Clauses looked at.")
    outcome: Outcome
    text: str = Field(description="One plain sentence that says what was read, and no more than the clause says.")
    citations: tuple[Citation, ...] = Field(max_length=MAX_CITATIONS, description="Best first.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that the outcome is right.")
    route: Route = Field(default=Route.PRIVACY, description="What the message was taken for.")

    @classmethod
    def of(cls, policy: Policy, superseded_by: str | None, answer: Answer) -> Self:
        """The row of a policy and its own answer."""
        return cls(
            policy_id=policy.id,
            provider=policy.provider,
            title=policy.title,
            source_url=policy.source_url,
            snapshot_date=policy.snapshot_date,
            effective_date=policy.effective_date,
            updated_date=policy.updated_date,
            superseded_by=superseded_by,
            sha256=policy.sha256,
            clauses=answer.searched.clauses,
            outcome=answer.outcome,
            text=answer.text,
            citations=answer.citations,
            confidence=answer.confidence,
            route=answer.route,
        )


class Comparison(BaseModel):
    """A question and what each of several policies says to it, a row for each version."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "question": "which of these companies sell my data?",
                    "understood": "does the company sell my data?",
                    "rows": [
                        {
                            "policy_id": "vps6-2017",
                            "provider": "VPS6.NET",
                            "title": "Privacy Policy",
                            "source_url": "https://vps6.net/privacy.php",
                            "snapshot_date": "2017-12-12",
                            "effective_date": "2017-01-01",
                            "updated_date": "2016-11-30",
                            "superseded_by": "vps6-2019",
                            "sha256": _SHA256,
                            "clauses": 28,
                            "outcome": "no",
                            "text": "No: “We do not sell your data”.",
                            "confidence": 0.97,
                            "route": "privacy",
                            "citations": [
                                {
                                    "policy_id": "vps6-2017",
                                    "quote": "We do not sell your data.",
                                    "start": 120,
                                    "end": 145,
                                    "path": ["Sharing"],
                                    "source_url": "https://vps6.net/privacy.php",
                                    "snapshot_date": "2017-12-12",
                                    "policy_sha256": _SHA256,
                                }
                            ],
                        }
                    ],
                }
            ]
        },
    )

    question: str
    understood: str | None = Field(default=None, description="What each policy was asked, where it differs.")
    rows: tuple[Row, ...] = Field(min_length=1, description="In the order asked for, else in order of id.")

    @property
    def off_topic(self) -> bool:
        """Whether the question is about no privacy practice: then it is for every row."""
        return self.rows[0].outcome is Outcome.OFF_TOPIC


def compare(
    assistant: Assistant, question: str, policies: Sequence[str] | None = None, language: str = CODES[0]
) -> Comparison:
    """Ask several policies the same question, each for itself.

    Args:
        policies: ids of the policies to ask; None asks every policy on the shelf, superseded ones too. A company that
            the question names does not choose among them.
        language: the language of the answers' sentences.

    Raises:
        BadQuestion (assistant.errors): the question cannot be read, or policies are empty or repeated.
        UnknownPolicy (corpus.errors).
    """
    typed = checked(question)
    shelf = assistant.policies
    answers = assistant.ask_each(put_to_one(typed), _chosen(policies, tuple(shelf)), language)
    rows = tuple(
        Row.of(shelf[id_], newer.id if (newer := shelf.successor(id_)) else None, answer)
        for id_, answer in answers.items()
    )
    (asked,) = {answer.question for answer in answers.values()}
    return Comparison(question=typed, understood=asked if asked != typed else None, rows=rows)


def _chosen(policies: Sequence[str] | None, known: tuple[str, ...]) -> Sequence[str]:
    if policies is None:
        return known
    if not policies:
        raise BadQuestion("policies is an empty list; name the policies to compare, or leave it out to compare all")
    for place, policy_id in enumerate(policies):
        if not policy_id.strip():
            raise BadQuestion(f"policies has an empty id at place {place + 1} of {len(policies)}; remove it")
    seen: set[str] = set()
    for policy_id in policies:
        if policy_id in seen:
            raise BadQuestion(f'policies names "{policy_id[:80]}" twice; name each policy once')
        seen.add(policy_id)
    return policies


# --- "which of these companies ..." -----------------------------------------------------------------------------------

_COMPANY = r"compan(?:y|ies)|providers?|hosts?|firms?|businesses|services|sites|websites"
_PAPER = r"polic(?:y|ies)|versions?|documents?|statements?"
_SOME = r"(?:(?:two|three|four|five|six|\d+) )?"
# Only what chooses among those compared: "which companies get my data?" asks a policy for the recipients.
_WHICH = re.compile(
    r"(?:^|(?<=[.!?:;] ))(?:(?:please|so|and|ok|hi|hello|hey|(?:can|could) you|just|tell me|show me|do you know|"
    r"i (?:want|need|would like) to know|i['’]d like to know|i wonder|i am wondering|i['’]m wondering)\b[\s,]*)*"
    r"(?P<place>(?:at|with|in|under|by|for) )?which (?:(?:ones? )?of (?:all of )?"
    rf"(?:them(?: all)? |(?:all )?(?:the|these|those) {_SOME}(?:{_COMPANY}|(?P<paper>{_PAPER})) |(?:these|those) (?!{_COMPANY}))"
    r"|(?P<papers>polic(?:y|ies)|versions?) )",
    re.IGNORECASE,
)
_NOT = r"(?P<negated>n['’]t| not|not)?"
_ADVERB = (
    r"(?P<adverb>(?:also|ever|only|still|always|actually|explicitly|expressly|clearly|currently|really|regularly|"
    r"automatically) )?"
)
_DONE = r"(?:been|\w+[^e]ed|sold|kept|given|sent|told|held|lost|made)\b(?<!embed)"
_SUBJECT = r"(?:you|u|they|it|i|we|my|your|their|our|the|this|that|these|those|anyone|someone|people)\b"
_HAS_DONE = re.compile(rf"(?:(?:have|has|had){_NOT} )?(?:never )?{_ADVERB}(?={_DONE})", re.IGNORECASE)
_ASKS = re.compile(
    rf"(?P<auxiliary>(?:{AUXILIARY}|wo|ca)(?<!have)(?<!has)(?<!had)){_NOT} (?!{_SUBJECT})(?:never )?{_ADVERB}",
    re.IGNORECASE,
)
_DOES = re.compile(
    rf"(?:never )?{_ADVERB}(?P<verb>(?:has|have)(?! (?:you|u|they|we|i)\b)|(?!(?:{AUXILIARY})\b)[a-z]{{2,}})(?=\W)"
    rf"(?! (?:{AUXILIARY}|of|that)\b)",
    re.IGNORECASE,
)
_SINGULAR = {"are": "is", "were": "was", "do": "does", "wo": "will", "ca": "can"}
_PLAIN = {"has": "have", "goes": "go", "caches": "cache"}


def put_to_one(question: str) -> str:
    """A question that chooses ("which of these companies tell me ...?") as each is asked it ("does the company tell me
    ...?"); any other as it is.

    A negation is left out ("which of these do not sell my data?"): whether a policy says yes or no is then plain to read.
    """
    which = _WHICH.search(question)
    if which is None:
        return question
    before, rest = question[: which.start()], question[which.end() :]
    if which["place"]:  # "at which of these can I ...?": "can I ...?"
        return before + rest if re.match(rf"(?:{AUXILIARY})\b", rest, re.IGNORECASE) else question
    one = _of_one(rest, "the policy" if which["paper"] or which["papers"] else "the company")
    if one is None:
        return question
    return before + (one[0].upper() if which.group()[0].isupper() else one[0]) + one[1:]


def _of_one(predicate: str, subject: str) -> str | None:
    """The question whether one subject does what a predicate says; None where the deed is another's ("which of these
    companies do you share my data with?")."""
    if done := _HAS_DONE.match(predicate):
        return f"has {subject} {done['adverb'] or ''}{predicate[done.end() :]}"
    if asks := _ASKS.match(predicate):
        verb = asks["auxiliary"].lower()
        if verb in ("do", "does", "did") and not asks["negated"]:  # "which of these does Acme collect?"
            return None
        return f"{_SINGULAR.get(verb, verb)} {subject} {asks['adverb'] or ''}{predicate[asks.end() :]}"
    if does := _DOES.match(predicate):
        return f"does {subject} {does['adverb'] or ''}{_plain(does['verb'])}{predicate[does.end() :]}"
    return None


def _plain(verb: str) -> str:
    """The plain form of a verb in the present tense: tells, tell; notifies, notify; discloses, disclose."""
    word = verb.lower()
    if word in _PLAIN:
        return _PLAIN[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
