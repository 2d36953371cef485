"""Approved answers in the database; each change is noted in the log of changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from assistant.company.accounts.audit import note
from assistant.company.database.engine import Database
from assistant.company.database.tables import approved_answers as TABLE  # noqa: N812
from assistant.errors import BadApproval
from assistant.model import Outcome

LONGEST = 600  # code points of a sentence


class State(StrEnum):
    """Whether a sentence is used: approved ones alone are. A lapsed one's clause has changed or is gone."""

    APPROVED = "approved"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause that a sentence rests on, as a citation names it."""

    policy_sha256: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """A sentence for a question to a policy, with the outcome and the clause that it was approved with. `number` is 0 until it is
    kept."""

    question: str
    policy: str
    english: str
    german: str | None
    outcome: Outcome
    clause: Clause
    by: str
    at: datetime
    state: State = State.APPROVED
    number: int = 0


class ApprovedAnswers:
    """The approved answers in a database.

    Every method raises DatabaseUnusable (assistant.errors).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, state: State | None = None) -> list[ApprovedAnswer]:
        """All answers, or those in a state, newest first."""
        wanted = select(TABLE).order_by(TABLE.c.id.desc())
        if state is not None:
            wanted = wanted.where(TABLE.c.state == state.value)
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def get(self, number: int) -> ApprovedAnswer:
        """The answer with a number.

        Raises:
            BadApproval: there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(TABLE).where(TABLE.c.id == number)).one_or_none()
        if row is None:
            raise _unknown(number)
        return _read(row)

    def keep(self, answer: ApprovedAnswer) -> int:
        """Keep an answer, in place of the one with its number where it has one; its number.

        Raises:
            BadApproval: a sentence is empty, too long or no text; there is none with that number.
        """
        checked = replace(
            answer, english=_sentence(answer.english), german=_sentence(answer.german) if answer.german else None
        )
        with self._database.writing() as connection:
            if not checked.number:
                (number,) = connection.execute(insert(TABLE).values(_row(checked))).inserted_primary_key or (0,)
                note(connection, answer.by, "answer approved", _named(number), after=_told(checked))
                return int(number)
            row = connection.execute(select(TABLE).where(TABLE.c.id == checked.number)).one_or_none()
            if row is None:
                raise _unknown(checked.number)
            connection.execute(update(TABLE).where(TABLE.c.id == checked.number).values(_row(checked)))
            note(
                connection, answer.by, "approved answer changed", _named(checked.number),
                before=_told(_read(row)), after=_told(checked),
            )  # fmt: skip
        return checked.number

    def withdraw(self, number: int, *, by: str) -> ApprovedAnswer:
        """Have an answer used no more.

        Raises:
            BadApproval: there is none with that number.
        """
        return self._settled(self.get(number), {"state": State.WITHDRAWN}, "approved answer withdrawn", by)

    def lapse(self, answer: ApprovedAnswer, *, by: str) -> ApprovedAnswer:
        """Say of an answer that its clause has changed or is gone. One that somebody has changed meanwhile stays as it is."""
        return self._settled(answer, {"state": State.LAPSED}, "approved answer lapsed", by)

    def follow(self, answer: ApprovedAnswer, policy: str, clause: Clause, *, by: str) -> ApprovedAnswer:
        """Say where an answer's clause stands now, its words unchanged. One that somebody has changed meanwhile stays as it is."""
        return self._settled(answer, {"policy": policy, "clause": clause}, "approved answer follows its clause", by)

    def _settled(self, answer: ApprovedAnswer, changed: dict[str, Any], what: str, by: str) -> ApprovedAnswer:
        with self._database.writing(alone=True) as connection:
            before = _read(connection.execute(select(TABLE).where(TABLE.c.id == answer.number)).one())
            after = replace(before, **changed)
            if before != answer or after == before:
                return before
            connection.execute(update(TABLE).where(TABLE.c.id == before.number).values(_row(after)))
            note(connection, by, what, _named(before.number), before=_told(before), after=_told(after))
        return after


def _read(row: Row[Any]) -> ApprovedAnswer:
    return ApprovedAnswer(
        row.question, row.policy, row.english, row.german, Outcome(row.outcome),
        Clause(row.policy_sha256, row.start, row.end, row.quote), row.by, row.at, State(row.state), row.id,
    )  # fmt: skip


def _row(answer: ApprovedAnswer) -> dict[str, Any]:
    fields = {name: getattr(answer, name) for name in ("question", "policy", "english", "german", "by", "at")}
    states = {"outcome": answer.outcome.value, "state": answer.state.value}
    return fields | states | asdict(answer.clause)


def _named(number: int) -> str:
    """As the log of changes names it: without the question, which may be a customer's words, and the log keeps for ever."""
    return f"answer {number}"


def _told(answer: ApprovedAnswer) -> dict[str, str | int | None]:
    place = f"{answer.policy}@{answer.clause.policy_sha256[:12]} {answer.clause.start}-{answer.clause.end}"
    said = {"english": answer.english, "german": answer.german}
    return {**said, "outcome": answer.outcome.value, "clause": place, "state": answer.state.value}


def _unknown(number: int) -> BadApproval:
    return BadApproval(f'there is no approved answer {number}; "plainclause answers list" shows them', "unknown")


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise BadApproval("the sentence is empty; write what is to be said, or withdraw the answer", "empty")
    if len(plain) > LONGEST:
        raise BadApproval(f"the sentence has {len(plain):,} characters, at most {LONGEST} are kept; shorten it", "long")
    if not plain.isprintable():
        raise BadApproval("the sentence holds characters that are no text; type it anew", "unreadable")
    return plain


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
