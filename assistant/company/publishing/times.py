"""Moments as people write them, in a time zone, and as they are kept: in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.errors import AssistantError

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?")
_FORM = 'write 2027-01-31 (its first minute), "2027-01-31 09:00", or with an offset 2027-01-31T09:00+01:00'


class BadTime(AssistantError):
    """A date, time or time zone that cannot be used."""

    http_status = 422
    http_title = "Bad time"


def zone(name: str) -> tzinfo:
    """The time zone of a name such as Europe/Berlin.

    Raises:
        BadTime: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as "Europe"
        raise BadTime(f'time zone "{name[:60]}" is unknown; write one such as UTC or Europe/Berlin') from None


def moment(written: str, zone_name: str) -> datetime:
    """The moment that a person wrote, in UTC: a day begins at midnight, or where clocks are put forward over that; what has no offset of
    its own is meant in the zone. Where clocks are put back a time comes twice in a night: the first is taken.

    Raises:
        BadTime: it cannot be read, is on no calendar, or is skipped where clocks are put forward.
    """
    text = written.strip()
    try:
        if not _WRITTEN.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        there = zone(zone_name)
        meant = found.replace(tzinfo=there).astimezone(UTC)
        again = meant.astimezone(there).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise BadTime(f'"{text[:60]}" is no time; {_FORM}') from None
    of_day = len(text) == len("2027-01-31") and again.date() == found.date()
    if again != found and not of_day:
        raise BadTime(f'"{text}" does not exist in {zone_name}: clocks are put forward over it; take {again:%H:%M}')
    return meant


def day_of(at: datetime, zone_name: str) -> date:
    """The day that a moment is on in a zone."""
    return at.astimezone(zone(zone_name)).date()


def said(at: datetime, zone_name: str) -> str:
    """A moment for people: in the zone, with its name, to the minute."""
    return f"{at.astimezone(zone(zone_name)):%Y-%m-%d %H:%M} {zone_name}"
