"""What customers asked and the policy does not answer: masked before it is written, grouped by meaning, deleted after some days.

Off unless `PLAINCLAUSE_INBOX` is set. Beside the words stands nothing that tells who asked: no address, no browser, the time to
the minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, update

from assistant.company.accounts.audit import note
from assistant.company.database.engine import Database
from assistant.company.database.tables import asked as TABLE  # noqa: N812
from assistant.company.feedback.masking import language_tag, masked
from assistant.company.insight.grouping import Grouping

_NAMED = 10_000  # numbers of rows in one statement: PostgreSQL takes 65,535 at most


class Why(StrEnum):
    """Why a question is in the inbox: what the answer was, or that a customer said it did not help."""

    SILENT = "silent"
    UNCLEAR = "unclear"
    UNHELPFUL = "unhelpful"


class State(StrEnum):
    """What the company made of a question."""

    POLICY = "policy_to_be_mended"
    ANSWERED = "answer_approved"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question as it comes; `policy` is None where all were asked."""

    question: str
    policy: str | None
    why: Why
    surface: str
    language: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was kept: masked, with the minute."""

    number: int
    at: datetime
    question: str
    policy: str | None
    why: Why
    surface: str
    language: str | None
    state: State | None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same. `question`: the one that says it best; `asked`: all, newest first."""

    question: str
    asked: tuple[Asked, ...]

    @property
    def number(self) -> int:
        """By which the group is named: the number of its first question."""
        return min(each.number for each in self.asked)

    @property
    def state(self) -> State | None:
        """What was said last of any of them."""
        return next((each.state for each in self.asked if each.state is not None), None)

    @property
    def since(self) -> int:
        """How many came after that, or are unmarked because nothing was said yet."""
        return sum(each.state is None for each in self.asked)

    @property
    def weeks(self) -> dict[date, int]:
        """How many were asked in each week, by its Monday in UTC, newest first."""
        days = Counter((each.at - timedelta(days=each.at.weekday())).date() for each in self.asked)
        return dict(sorted(days.items(), reverse=True))


class Inbox:
    """The inbox in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._to_erase = False  # what was deleted, and could not yet be overwritten

    def note(self, questions: Iterable[Unanswered]) -> None:
        """Keep questions, masked.

        Raises:
            DatabaseUnusable (assistant.errors), here and below.
        """
        rows = [
            {
                "at": each.at,
                "question": masked(each.question),
                "policy": each.policy and masked(each.policy),
                "why": each.why.value,
                "surface": each.surface,
                "language": language_tag(each.language),
            }
            for each in questions
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(TABLE), rows)

    def asked(self) -> list[Asked]:
        """All questions, newest first."""
        with self._database.reading() as connection:
            return [
                Asked(
                    row.id, row.at, row.question, row.policy, Why(row.why), row.surface, row.language,
                    State(row.state) if row.state else None,
                )
                for row in connection.execute(select(TABLE).order_by(TABLE.c.id.desc()))
            ]  # fmt: skip

    def since(self, moment: datetime) -> list[str]:
        """The questions since then, each once, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(TABLE.c.question).where(TABLE.c.at >= moment).order_by(TABLE.c.id.desc()))
            return list(dict.fromkeys(row.question for row in rows))

    def groups(self, grouping: Grouping) -> list[Group]:
        """The questions grouped by meaning, the most asked first."""
        rows = self.asked()
        found = []
        for places in grouping.groups([each.question for each in rows]):
            members = tuple(rows[place] for place in sorted(places))
            found.append(Group(rows[places[0]].question, members))
        return sorted(found, key=lambda group: (-len(group.asked), -group.asked[0].number))

    def mark(self, numbers: Sequence[int], state: State | None, *, by: str) -> int:
        """Say of some questions what was made of them; None: nothing yet. How many there are still."""
        with self._database.writing() as connection:
            before: dict[int, str | None] = {}
            for some in (numbers[at : at + _NAMED] for at in range(0, len(numbers), _NAMED)):
                named = TABLE.c.id.in_(some)
                there = select(TABLE.c.id, TABLE.c.state).where(named)
                before |= {row.id: row.state for row in connection.execute(there)}
                connection.execute(update(TABLE).where(named).values(state=state and state.value))
            if before:
                more = f" and {len(before) - 1} like it" if len(before) > 1 else ""
                was = sorted({each or "open" for each in before.values()})
                note(
                    connection, by, "inbox marked", f"question {min(before)}{more}",
                    before={"state": ", ".join(was)}, after={"state": state.value if state else "open"},
                )  # fmt: skip
        return len(before)

    def forget(self, days: int, now: datetime | None = None) -> int:
        """Delete what is older than some days, from the disk too; how many that were."""
        if not self._database.begun:
            return 0
        limit = (now or datetime.now(UTC)) - timedelta(days=days)
        old = TABLE.c.at < limit
        with self._database.reading() as connection:
            there = connection.execute(select(func.count()).select_from(TABLE).where(old)).scalar_one()
        gone = 0
        if there:
            with self._database.writing() as connection:
                gone = connection.execute(delete(TABLE).where(old)).rowcount
            self._to_erase = True
        if self._to_erase:
            self._to_erase = not self._database.erase(TABLE)
        return gone
