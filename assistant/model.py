"""The values of the assistant floor: what is asked and what is answered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import BadQuestion
from corpus.model import Citation, Policy

MAX_QUESTION = 2_000  # code points; longer than any question a person types, short enough to stay fast
MAX_HISTORY = 50  # earlier turns
MAX_CITATIONS = 3
_LIKE_AN_APOSTROPHE = re.compile(r"(?<=[^\W\d_])[´`‘‛′ʼʹ＇](?=[^\W\d_])")


class Outcome(StrEnum):
    """What the cited clause says to the question; see docs/how-it-answers.md."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    STATED = "stated"
    UNCLEAR = "unclear"
    SILENT = "silent"
    OFF_TOPIC = "off_topic"

    @property
    def has_evidence(self) -> bool:
        """Whether an answer with this outcome must cite a clause."""
        return self not in (Outcome.SILENT, Outcome.OFF_TOPIC)


APPROVABLE = (Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED)
"""The outcomes whose sentence a company may put in its own words: the others claim nothing."""


class Route(StrEnum):
    """What a message is, which is decided before it is read."""

    PRIVACY = "privacy"
    SEVERAL = "several"
    SMALL_TALK = "small_talk"
    PERSON = "person"
    COMPANY = "company"
    OTHER = "other"


class Turn(BaseModel):
    """An earlier question of the conversation and the policy it was asked of (None: all)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = Field(max_length=MAX_QUESTION)
    policy: str | None = None


class Question(BaseModel):
    """What a caller sends: one line of `ask --jsonl`, the body of `POST /api/ask`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"question": "is my card number shared?", "policy": "rackspace"}]},
    )

    id: Any = Field(default=None, description="Returned as it came.")
    question: str = Field(max_length=MAX_QUESTION)
    policy: str | None = Field(default=None, description="A policy id; null asks all current policies.")
    history: tuple[Turn, ...] = Field(default=(), max_length=MAX_HISTORY, description="Earlier turns, oldest first.")
    explain: bool = Field(default=False, description="Whether the answer says why this clause and this outcome.")
    language: str = Field(
        default="en", max_length=35, description="Of the answer's sentence: en or de. Quotes stay as they are."
    )


class SearchedPolicy(BaseModel):
    """A policy that was searched, and how many clauses of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    snapshot_date: date | None
    clauses: int


class Searched(BaseModel):
    """What was looked at before answering."""

    model_config = ConfigDict(frozen=True)

    policies: tuple[SearchedPolicy, ...]
    clauses: int = Field(description="Clauses looked at in all.")

    @classmethod
    def of(cls, policies: Sequence[Policy]) -> Searched:
        """All clauses of these policies."""
        return cls(
            policies=tuple(
                SearchedPolicy(id=p.id, title=p.title, snapshot_date=p.snapshot_date, clauses=len(p.clauses))
                for p in policies
            ),
            clauses=sum(len(policy.clauses) for policy in policies),
        )


class ReadClause(BaseModel):
    """A clause that was read for a question, and what the reader made of it: five probabilities that sum to one."""

    model_config = ConfigDict(frozen=True)

    quote: str
    start: int
    end: int
    path: tuple[str, ...]
    similarity: float = Field(description="How like the question it is, for the search.")
    answers: float = Field(description="Calibrated probability that it answers.")
    none: float = Field(description="As the reader gave them, from here on: that it does not answer.")
    yes: float
    no: float
    depends: float
    stated: float


class Explanation(BaseModel):
    """Why these clauses, why this outcome."""

    model_config = ConfigDict(frozen=True)

    read: str = Field(description="The question as it was read.")
    answered: float = Field(description="Probability that the best clause answers the question.")
    answered_needed: float = Field(description="Below this the outcome is silent.")
    claim_needed: float = Field(description="Below this confidence neither yes nor no is said: the outcome is unclear.")
    clauses: tuple[ReadClause, ...] = Field(description="The clauses that were read, best first.")


class Way(BaseModel):
    """A way to a person of the company: an address of https, mailto or tel. `chat` has none: a page that embeds the widget is
    told of it and opens its own."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["chat", "url", "mail", "form", "phone"]
    href: str | None = None


class Approved(BaseModel):
    """That an answer's sentence is the company's own. Outcome, quote and confidence are the policy's all the same."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="By which the company knows it.")
    on: date = Field(description="The day on which it was approved, in UTC.")
    instead_of: str = Field(description="What would have been said without it, in the clause's words.")


class Answer(BaseModel):
    """An answer that proves itself: no outcome but silent and off_topic without a citation."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    text: str = Field(description="One plain sentence that says what was read, and no more than the clause says.")
    citations: tuple[Citation, ...] = Field(default=(), max_length=MAX_CITATIONS, description="Best first.")
    searched: Searched
    confidence: float = Field(default=1.0, ge=0, le=1, description="Calibrated probability that the outcome is right.")
    reader: str | None = Field(default=None, description="Which reader read the clauses; null where none was asked.")
    route: Route = Field(default=Route.PRIVACY, description="What the message was taken for.")
    marked: Citation | None = Field(
        default=None, description="The words of the first citation that the sentence quotes, where it quotes any."
    )
    contact: Citation | None = Field(
        default=None, description="Where the message wants a person: the clause that says whom to ask."
    )
    handoff: tuple[Way, ...] | None = Field(
        default=None,
        description="Ways to a person, where the company has set any and the policy is silent, its clauses are unclear, or a "
        "person is wanted.",
    )
    approved: Approved | None = Field(
        default=None,
        description="Where the sentence is the company's own, approved for this question: which, and when.",
    )
    understood: str | None = Field(default=None, description="The stand-alone question a follow-up was read as.")
    closest: Citation | None = Field(
        default=None, description="Where the policy is silent, a related clause. It does not answer the question."
    )
    explanation: Explanation | None = Field(default=None, description="Why, where it was asked for.")
    by_policy: dict[str, Answer] | None = Field(default=None, description="One answer a policy, when all were asked.")
    parts: tuple[Answer, ...] = Field(default=(), description="One answer a question, when the message asks several.")

    @model_validator(mode="after")
    def _proved(self) -> Self:
        if self.outcome.has_evidence and not self.citations:
            raise ValueError(f'outcome "{self.outcome}" needs a citation')
        if not self.outcome.has_evidence and self.citations:
            raise ValueError(f'outcome "{self.outcome}" cannot cite: it says that nothing was found')
        if self.approved is not None and self.outcome not in APPROVABLE:
            raise ValueError(f'outcome "{self.outcome}" has no approved sentence: it claims nothing')
        if self.closest is not None and self.outcome is not Outcome.SILENT:
            raise ValueError(f'outcome "{self.outcome}" has no closest clause: only silence has')
        return self

    def as_json(self) -> dict[str, Any]:
        """JSON-ready fields; optional ones only where they have a value."""
        optional = {
            "by_policy",
            "parts",
            "understood",
            "closest",
            "contact",
            "handoff",
            "approved",
            "marked",
            "reader",
            "explanation",
        }
        fields = self.model_dump(mode="json", exclude=optional)
        with_value = self.model_dump(mode="json", include=optional - {"by_policy", "parts"})
        fields |= {name: value for name, value in with_value.items() if value is not None}
        if self.by_policy is not None:
            fields["by_policy"] = {key: answer.as_json() for key, answer in self.by_policy.items()}
        if self.parts:
            fields["parts"] = [part.as_json() for part in self.parts]
        return fields


class Found(BaseModel):
    """A clause that a search found."""

    model_config = ConfigDict(frozen=True)

    policy_id: str
    quote: str
    start: int
    end: int
    path: tuple[str, ...]
    score: float = Field(description="Higher is better; comparable within one search only.")


def checked(question: str) -> str:
    """The question without white space around it and invisible marks in it; what people type for an apostrophe ("don´t") is one.

    Raises:
        BadQuestion: it is empty, too long, or holds characters that are no text.
    """
    if len(question) > MAX_QUESTION:
        said = f"question has {len(question):,} characters, at most {MAX_QUESTION:,} are read; shorten it"
        raise BadQuestion(said, "long")
    for at, letter in enumerate(question):
        kind = unicodedata.category(letter)
        if kind == "Cs":
            raise BadQuestion(
                f"question holds a lone surrogate (U+{ord(letter):04X}) at character {at + 1}; send it as valid Unicode",
                "unreadable",
            )
        if kind == "Cc" and letter not in "\t\n\r":
            raise BadQuestion(
                f"question holds a control character (U+{ord(letter):04X}) at character {at + 1}; remove it",
                "unreadable",
            )
    text = " ".join("".join(letter for letter in question if unicodedata.category(letter) != "Cf").split())
    if not text:
        raise BadQuestion("question is empty; type a question about a privacy policy", "empty")
    return _LIKE_AN_APOSTROPHE.sub("’", text)
