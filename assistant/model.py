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


class Answer(BaseModel):
    """An answer that proves itself: no outcome but silent and off_topic without a citation."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    text: str = Field(description="One plain sentence that says what was read, and no more than the clause says.")
    citations: tuple[Citation, ...] = Field(default=(), max_length=MAX_CITATIONS, description="Best first.")
    searched: Searched
    understood: str | None = Field(default=None, description="The stand-alone question a follow-up was read as.")
    by_policy: dict[str, Answer] | None = Field(default=None, description="One answer a policy, when all were asked.")

    @model_validator(mode="after")
    def _proved(self) -> Self:
        if self.outcome.has_evidence and not self.citations:
            raise ValueError(f'outcome "{self.outcome}" needs a citation')
        if not self.outcome.has_evidence and self.citations:
            raise ValueError(f'outcome "{self.outcome}" cannot cite: it says that nothing was found')
        return self

    def as_json(self) -> dict[str, Any]:
        """JSON-ready fields; optional ones only where they have a value."""
        fields = self.model_dump(mode="json", exclude={"by_policy", "understood"})
        if self.understood is not None:
            fields["understood"] = self.understood
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
