"""The times that people write for a publication: days and times in a company's zone, through summer time and winter time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.company.publishing.times import BadTime, moment, said, zone
from assistant.settings import Settings

BERLIN, NEW_YORK, KATHMANDU = "Europe/Berlin", "America/New_York", "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("written", "name", "meant"),
    [
        ("2027-01-31", "UTC", "2027-01-31T00:00"),
        ("2027-01-31", BERLIN, "2027-01-30T23:00"),
        ("2027-07-31", BERLIN, "2027-07-30T22:00"),
        (" 2027-01-31 09:00 ", NEW_YORK, "2027-01-31T14:00"),
        ("2027-01-31T09:00:30", KATHMANDU, "2027-01-31T03:15:30"),
        ("2027-01-31T09:00Z", BERLIN, "2027-01-31T09:00"),
        ("2027-01-31T09:00+05:30", BERLIN, "2027-01-31T03:30"),
        ("2027-03-28T01:59", BERLIN, "2027-03-28T00:59"),
        ("2027-03-28T03:00", BERLIN, "2027-03-28T01:00"),
        ("2027-10-31T02:30", BERLIN, "2027-10-31T00:30"),  # it comes twice: the first
        ("2027-10-31T02:30+01:00", BERLIN, "2027-10-31T01:30"),  # the second, said by its offset
        ("2027-04-30", "Africa/Cairo", "2027-04-29T22:00"),  # clocks go from 24:00 to 1:00
        ("2027-03-14", "America/Havana", "2027-03-14T05:00"),
    ],
)
def test_a_time_is_meant_in_its_zone(written, name, meant):
    assert moment(written, name) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


def test_a_time_that_clocks_skip_is_refused_with_the_next_that_there_is():
    with pytest.raises(BadTime, match=r"does not exist in Europe/Berlin.*03:30"):
        moment("2027-03-28 02:30", BERLIN)
    with pytest.raises(BadTime, match=r"does not exist in Africa/Cairo.*01:00"):
        moment("2027-04-30 00:00", "Africa/Cairo")


@pytest.mark.parametrize(
    "written",
    [
        *("", "tomorrow", "31.01.2027", "2027-1-31", "2027-02-29", "2027-01-31 24:01", "2027-01-31T9:00", "2027-W01-1"),
        *("2027-01-31T09:00+99:00", "9999-12-31T23:59-12:00", "2027-01-31 09:00 CET", "\u0662\u0660\u0662\u0667-01-31"),
    ],
)
def test_what_is_no_time_is_refused_with_how_to_write_one(written):
    with pytest.raises(BadTime, match="write 2027-01-31"):
        moment(written, "UTC")


@pytest.mark.parametrize(
    "name", ["", "Berlin", "Europe", "../../etc/passwd", "/etc/passwd", "Europe/Berlin\0", "x" * 999]
)
def test_a_zone_that_is_unknown_is_refused(name):
    with pytest.raises(BadTime, match="Europe/Berlin"):
        zone(name)
    with pytest.raises(ValidationError, match="time_zone"):
        Settings(time_zone=name)


@given(
    st.integers(600_000_000, 2_800_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from([BERLIN, NEW_YORK, KATHMANDU, "UTC", "Australia/Lord_Howe"]),
)
def test_every_moment_can_be_written_by_its_offset_and_is_said_in_its_zone(at, name):
    at = at.replace(second=0, microsecond=0)
    here = at.astimezone(zone(name))
    assert moment(f"{here:%Y-%m-%dT%H:%M}{here:%z}"[:-2] + ":" + f"{here:%z}"[3:5], "UTC") == at
    assert said(at, name) == f"{here:%Y-%m-%d %H:%M} {name}"
