"""Counts of each day: answers by outcome, and how long they took. They hold no word of anybody and are kept."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import insert, select, update

from assistant.company.database.engine import Database
from assistant.company.database.tables import day_counts
from assistant.model import Outcome

BOUNDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Seconds: an answer counts under the least of these that it did not exceed; slower ones under "more"."""

_MORE = "more"
_OUTCOME, _SECONDS = "outcome", "seconds"
Key = tuple[str, str, str]  # (day, kind, name)


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted on one day (UTC): answers by outcome, and by the bound of the time that they took."""

    day: date
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    seconds: Mapping[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many answers were given."""
        return sum(self.outcomes.values())

    @property
    def silence(self) -> float | None:
        """Which part of the questions about privacy the policy was silent on; None where there were none."""
        asked = self.answers - self.outcomes.get(Outcome.OFF_TOPIC, 0)
        return self.outcomes.get(Outcome.SILENT, 0) / asked if asked else None

    def within(self, part: float) -> float | None:
        """In how many seconds at most that part of the answers came; None where there were none. Beyond the last bound: that."""
        left = part * sum(self.seconds.values())
        for bound in BOUNDS:
            left -= self.seconds.get(str(bound), 0)
            if left <= 0 and self.seconds:
                return bound
        return BOUNDS[-1] if self.seconds else None


class DayCounts:
    """The counts in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counted: Mapping[Key, int]) -> None:
        """Add what was counted.

        Raises:
            DatabaseUnusable (assistant.errors), here and below.
        """
        table = day_counts.c
        with self._database.writing(alone=True) as connection:
            for (day, kind, name), number in counted.items():
                which = (table.day == day, table.kind == kind, table.name == name)
                added = update(day_counts).where(*which).values(number=table.number + number)
                if not connection.execute(added).rowcount:
                    connection.execute(insert(day_counts).values(day=day, kind=kind, name=name, number=number))

    def days(self, first: date) -> list[Day]:
        """Every day on which something was counted, from the first on."""
        wanted = select(day_counts).where(day_counts.c.day >= first.isoformat()).order_by(day_counts.c.day)
        found: dict[str, tuple[Counter[Outcome], Counter[str]]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                outcomes, seconds = found.setdefault(row.day, (Counter(), Counter()))
                if row.kind == _OUTCOME and row.name in list(Outcome):
                    outcomes[Outcome(row.name)] += row.number
                elif row.kind == _SECONDS:
                    seconds[row.name] += row.number
        return [Day(date.fromisoformat(day), *counted) for day, counted in found.items()]


def counted(outcome: Outcome, seconds: float, now: datetime | None = None) -> tuple[Key, Key]:
    """Under what an answer counts."""
    day = (now or datetime.now(UTC)).date().isoformat()
    place = bisect_left(BOUNDS, seconds)
    return (day, _OUTCOME, outcome.value), (day, _SECONDS, str(BOUNDS[place]) if place < len(BOUNDS) else _MORE)
