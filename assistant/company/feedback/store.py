"""What people say of answers: a thumb and a comment, kept in the database.

Beside the words stands nothing that tells who said them: no address, no browser, the time to the minute only; and the
words are masked before they are written.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import ColumnElement, RowMapping, func, insert, or_, select, update

from assistant.company.database.engine import Database
from assistant.company.database.tables import feedback as TABLE  # noqa: N812
from assistant.company.feedback.masking import LONGEST_TAG, language_tag, masked
from assistant.errors import DatabaseUnusable
from assistant.model import MAX_CITATIONS, MAX_QUESTION, Outcome

MAX_COMMENT = 2_000  # code points
MAX_POLICY = 200  # code points of a policy id
MAX_PLACE = 100_000_000  # code points; longer than any policy

_AT_ONCE = 500  # rows fetched together

Surface = Literal["chat", "widget", "desk", "api"]


class Cited(BaseModel):
    """A clause that the answer cited: a half-open place in the text of one version of a policy, in code points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_id: str = Field(min_length=1, max_length=MAX_POLICY)
    policy_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="As the citation gave it.")
    start: int = Field(ge=0, le=MAX_PLACE)
    end: int = Field(ge=1, le=MAX_PLACE)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a clause ends after it starts, not at {self.end} after {self.start}")
        return self


class Feedback(BaseModel):
    """What a person says of one answer: the body of `POST /api/feedback`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "is my card number shared?",
                    "policy": "rackspace",
                    "outcome": "silent",
                    "helpful": False,
                    "comment": "It is under Cookies.",
                    "surface": "api",
                    "language": "en",
                }
            ]
        },
    )

    question: str = Field(max_length=MAX_QUESTION, description="Masked before it is kept.")
    policy: str | None = Field(default=None, max_length=MAX_POLICY, description="The policy asked; null for all.")
    outcome: Outcome = Field(description="Of the answer.")
    helpful: bool
    comment: str | None = Field(default=None, max_length=MAX_COMMENT, description="Masked before it is kept.")
    citations: tuple[Cited, ...] = Field(default=(), max_length=MAX_CITATIONS, description="Of the answer.")
    surface: Surface
    language: str | None = Field(
        default=None,
        max_length=LONGEST_TAG,
        pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
        description='Of the surface, as a BCP 47 tag: "en", "de-AT".',
    )


class Kept(Feedback):
    """Feedback as it was kept: masked, with the minute. Tags may have made a text longer than it was sent."""

    at: datetime = Field(description="When it was first given; UTC, to the minute.")
    question: str
    policy: str | None
    comment: str | None


_FIELDS = ("question", "policy", "outcome", "helpful", "comment", "citations", "surface", "language")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which feedback is looked for; None: any. `words` stand in the question or the comment, in any case."""

    helpful: bool | None = None
    outcome: Outcome | None = None
    policy: str | None = None
    words: str | None = None


class FeedbackStore:
    """The feedback in a database, for any number of threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, feedback: Feedback, key: str | None = None) -> str:
        """Keep feedback, masked, and return the key with which whoever gave it may give it again: 16 random characters.

        With the `key` of a row this replaces the row but for its time, and returns the same key. A key that no row has
        (the database was begun anew) is not taken up: the feedback gets a row and a key of its own.

        Raises:
            DatabaseUnusable (assistant.errors).
        """
        row = _row(feedback)
        with self._database.writing() as connection:
            if key is None or not connection.execute(update(TABLE).where(TABLE.c.key == key).values(row)).rowcount:
                key = secrets.token_urlsafe(12)
                connection.execute(insert(TABLE).values(row | {"key": key, "at": datetime.now(UTC)}))
        return key

    def helpful(self, key: str) -> bool | None:
        """What was said under a key: whether the answer helped; None where nothing was.

        Raises:
            DatabaseUnusable (assistant.errors).
        """
        with self._database.reading() as connection:
            return connection.execute(select(TABLE.c.helpful).where(TABLE.c.key == key)).scalar()

    def entries(self) -> Iterator[Kept]:
        """All that was kept, oldest first, as it stood when the first was read.

        Raises:
            DatabaseUnusable (assistant.errors): also where a row is not as `record` writes it.
        """
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(TABLE).order_by(TABLE.c.id))
            for row in rows.mappings():
                yield self._kept(row)

    def find(
        self, wanted: Wanted | None = None, most: int | None = None, *, before: int | None = None
    ) -> list[tuple[int, Kept]]:
        """What is wanted, with its numbers, newest first: at most `most`, and only what is older than the number `before`.

        Raises:
            DatabaseUnusable (assistant.errors).
        """
        conditions = _conditions(wanted) + ([TABLE.c.id < before] if before is not None else [])
        chosen = select(TABLE).where(*conditions).order_by(TABLE.c.id.desc()).limit(most)
        with self._database.reading() as connection:
            return [(row["id"], self._kept(row)) for row in connection.execute(chosen).mappings()]

    def count(self, wanted: Wanted | None = None) -> int:
        """How many were kept, of what is wanted.

        Raises:
            DatabaseUnusable (assistant.errors).
        """
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(TABLE).where(*_conditions(wanted))
            return connection.execute(counted).scalar_one()

    def _kept(self, row: RowMapping) -> Kept:
        try:
            return Kept.model_validate({name: row[name] for name in ("at", *_FIELDS)})
        except ValidationError as error:
            raise DatabaseUnusable(
                f'database "{self._database.where}": row {row["id"]} is not feedback: {error}; put a sound copy in its place, '
                "or delete the row"
            ) from error


def _conditions(wanted: Wanted | None) -> list[ColumnElement[bool]]:
    if wanted is None:
        return []
    conditions: list[ColumnElement[bool]] = []
    if wanted.helpful is not None:
        conditions.append(TABLE.c.helpful == wanted.helpful)
    if wanted.outcome is not None:
        conditions.append(TABLE.c.outcome == wanted.outcome.value)
    if wanted.policy is not None:
        conditions.append(TABLE.c.policy == wanted.policy)
    if wanted.words is not None:
        words = [TABLE.c.question.icontains(wanted.words, autoescape=True)]
        conditions.append(or_(*words, TABLE.c.comment.icontains(wanted.words, autoescape=True)))
    return conditions


def _row(feedback: Feedback) -> dict[str, Any]:
    """The columns of feedback, masked: all that a caller may write freely, ids too."""
    citations = [
        cited.model_dump() | {"policy_id": masked(cited.policy_id)[:MAX_POLICY]} for cited in feedback.citations
    ]
    return {
        "question": masked(feedback.question),
        "policy": feedback.policy and masked(feedback.policy),
        "outcome": feedback.outcome.value,
        "helpful": feedback.helpful,
        "comment": feedback.comment and masked(feedback.comment),
        "citations": citations,
        "surface": feedback.surface,
        "language": language_tag(feedback.language),
    }
