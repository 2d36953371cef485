"""The values of the assistant floor: what is asked and what is answered."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corpus.model import Citation

MAX_QUESTION = 2_000  # code points; longer than any question a person types, short enough to stay fast
MAX_HISTORY = 50  # earlier turns
MAX_CITATIONS = 3


class Outcome(StrEnum):
    """What the cited clause says to the question; see docs/how-it-answers.md."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    STATED = "stated"
    SILENT = "silent"
    OFF_TOPIC = "off_topic"

    @property
    def has_evidence(self) -> bool:
        """Whether an answer with this outcome must cite a clause."""
        return self not in (Outcome.SILENT, Outcome.OFF_TOPIC)


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


class ReadAs(BaseModel):
    """What was read in a question or a clause: the practices it is most like, the actions and the data it names."""

    model_config = ConfigDict(frozen=True)

    practices: tuple[str, ...] = Field(description="Titles of entries of the practice bank, the most alike first.")
    actions: tuple[str, ...]
    data: tuple[str, ...]


class Part(BaseModel):
    """One part of a clause's weight: `adds` is `value` times `weight`."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float
    weight: float
    adds: float


class WeighedClause(BaseModel):
    """A clause that was weighed for a question, and what made up its weight."""

    model_config = ConfigDict(frozen=True)

    quote: str
    start: int
    end: int
    path: tuple[str, ...]
    read_as: ReadAs
    weight: float
    parts: tuple[Part, ...] = Field(description="What adds most comes first.")


class Explanation(BaseModel):
    """Why this clause, why this outcome."""

    model_config = ConfigDict(frozen=True)

    form: str = Field(description='"whether" for a question that wants yes or no, "open" for one that wants more.')
    read_as: ReadAs
    answered: float = Field(description="Probability that the best clause answers the question.")
    answered_needed: float = Field(description="Below this the outcome is silent.")
    outcome_probability: float | None = Field(description="Of the outcome given, where a clause answers.")
    outcome_signs: tuple[str, ...] = Field(description="What spoke for the outcome, the strongest first.")
    clauses: tuple[WeighedClause, ...] = Field(description="The clauses that weighed most, best first.")


class Answer(BaseModel):
    """An answer that proves itself: no outcome but silent and off_topic without a citation."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    text: str = Field(description="One plain sentence that says what was read, and no more than the clause says.")
    citations: tuple[Citation, ...] = Field(default=(), max_length=MAX_CITATIONS, description="Best first.")
    searched: Searched
    understood: str | None = Field(default=None, description="The stand-alone question a follow-up was read as.")
    closest: Citation | None = Field(
        default=None, description="Where the policy is silent, a related clause. It does not answer the question."
    )
    explanation: Explanation | None = Field(default=None, description="Why, where it was asked for.")
    by_policy: dict[str, Answer] | None = Field(default=None, description="One answer a policy, when all were asked.")

    @model_validator(mode="after")
    def _proved(self) -> Self:
        if self.outcome.has_evidence and not self.citations:
            raise ValueError(f'outcome "{self.outcome}" needs a citation')
        if not self.outcome.has_evidence and self.citations:
            raise ValueError(f'outcome "{self.outcome}" cannot cite: it says that nothing was found')
        if self.closest is not None and self.outcome is not Outcome.SILENT:
            raise ValueError(f'outcome "{self.outcome}" has no closest clause: only silence has')
        return self

    def as_json(self) -> dict[str, Any]:
        """JSON-ready fields; optional ones only where they have a value."""
        optional = {"by_policy", "understood", "closest", "explanation"}
        fields = self.model_dump(mode="json", exclude=optional)
        given = self.model_dump(mode="json", include=optional - {"by_policy"})
        fields |= {name: value for name, value in given.items() if value is not None}
        if self.by_policy is not None:
            fields["by_policy"] = {key: answer.as_json() for key, answer in self.by_policy.items()}
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
