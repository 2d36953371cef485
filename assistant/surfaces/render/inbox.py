"""The inbox as people read it: groups filtered, and as CSV. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.company.insight.inbox import Group, State
from assistant.surfaces.render.csv import csv_table

FIELDS = ("group", "asked", "state", "since", "question", "policies", "why", "first", "last", "weeks", "wordings")
OPEN, ALL = "open", "all"
STATES = (OPEN, ALL, *State)
"""Which groups are wanted: those of which nothing was said yet, all, or those of a state."""


def in_state(groups: Iterable[Group], wanted: str) -> list[Group]:
    """The groups of a state; what is none of `STATES` means the open ones."""
    if wanted == ALL:
        return list(groups)
    if wanted in list(State):
        return [group for group in groups if group.state == wanted]
    return [group for group in groups if group.state is None]


def inbox_csv(groups: Iterable[Group]) -> str:
    """A row for each group, without the final line break."""

    def row(group: Group) -> Iterable[object]:
        yield from (group.number, len(group.asked), group.state or OPEN, group.since, group.question)
        yield " ".join(sorted({each.policy for each in group.asked if each.policy}))
        yield " ".join(sorted({each.why for each in group.asked}))
        yield group.asked[-1].at.isoformat(timespec="minutes")
        yield group.asked[0].at.isoformat(timespec="minutes")
        yield "; ".join(f"{week.isoformat()}: {number}" for week, number in group.weeks.items())
        yield " / ".join(dict.fromkeys(each.question for each in group.asked))

    return csv_table(FIELDS, (row(group) for group in groups))
