"""Answers are counted by day, outcome and time, by many at once; the plots draw what was counted."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from assistant.company.insight.counts import BOUNDS, Day, DayCounts, counted
from assistant.model import Outcome
from assistant.surfaces.render.plots import HEIGHT, WIDTH, Series, days_between, lines, stacked

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
DAY = date(2026, 5, 6)
COUNT = "{:,.0f}".format


def test_what_is_added_is_summed_by_day(database):
    counts = DayCounts(database)
    later = NOON.replace(day=8)
    counts.add(Counter(counted(Outcome.SILENT, 0.07, NOON) + counted(Outcome.NO, 0.07, NOON)))
    counts.add(Counter(counted(Outcome.SILENT, 40.0, NOON)))
    counts.add(Counter(counted(Outcome.YES, 0.1, later)))
    assert counts.days(DAY) == [
        Day(DAY, {Outcome.SILENT: 2, Outcome.NO: 1}, {"0.1": 2, "more": 1}),
        Day(later.date(), {Outcome.YES: 1}, {"0.1": 1}),
    ]
    assert [day.day for day in counts.days(later.date())] == [later.date()]


def test_many_who_count_at_once_lose_nothing(database):
    counts = DayCounts(database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: counts.add(Counter(counted(Outcome.YES, 0.1, NOON))), range(12)))
    assert counts.days(DAY)[0].outcomes == {Outcome.YES: 12}


@pytest.mark.parametrize(
    ("seconds", "name"), [(0.0, "0.02"), (0.02, "0.02"), (0.021, "0.05"), (30.0, "30.0"), (31.0, "more")]
)
def test_an_answer_counts_under_the_least_bound_that_it_did_not_exceed(seconds, name):
    assert counted(Outcome.YES, seconds, NOON)[1] == ("2026-05-06", "seconds", name)


def test_a_day_tells_its_silence_and_its_times():
    day = Day(DAY, {Outcome.SILENT: 1, Outcome.YES: 3, Outcome.OFF_TOPIC: 6}, {"0.05": 6, "0.3": 3, "more": 1})
    assert (day.answers, day.silence) == (10, 0.25)
    assert [day.within(part) for part in (0.5, 0.6, 0.9, 0.95)] == [0.05, 0.05, 0.3, BOUNDS[-1]]
    assert (Day(DAY).silence, Day(DAY).within(0.5), Day(DAY, {Outcome.OFF_TOPIC: 1}).silence) == (None, None, None)


def test_bars_stand_on_one_another_within_the_drawing():
    days = days_between(date(2026, 4, 7), DAY)
    assert len(days) == 30
    plot = stacked(days, [Series("yes", "Yes", [2.0] * 29 + [0.0]), Series("no", "No", [1.0] * 30)], COUNT)
    assert len(plot.bars) == 29 + 30
    below, above = plot.bars[:2]
    assert (below.kind, above.kind, below.x) == ("yes", "no", above.x)
    assert above.y + above.height == pytest.approx(below.y, abs=0.2)
    assert below.height == pytest.approx(2 * above.height, abs=0.2)
    assert [mark.label for mark in plot.marks] == ["0", "2", "4"]
    assert all(
        0 <= bar.x <= bar.x + bar.width <= WIDTH and 0 <= bar.y <= bar.y + bar.height <= HEIGHT for bar in plot.bars
    )


def test_a_line_stops_where_nothing_was_counted():
    days = days_between(date(2026, 5, 1), DAY)
    [line] = lines(days, [Series("silent", "Silence", [0.0, 1.0, None, 0.5, None, None])], "{:.0%}".format, 1.0).lines
    assert len(line.pieces) == 1
    assert len(line.pieces[0].split()) == 2
    assert len(line.dots) == 1
    assert lines(days, [Series("x", "X", [None] * 6)], "{:.2g} s".format).lines[0].pieces == []
    assert stacked(days, [], COUNT).bars == []


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (0, "0 1 2"),
        (1, "0 1 2"),
        (3, "0 2 4"),
        (5, "0 5 10"),
        (17, "0 10 20"),
        (30, "0 20 40"),
        (1999, "0 1,000 2,000"),
    ],
)
def test_the_marks_beside_bars_are_the_counts_that_they_stand_at(most, said):
    plot = stacked([DAY], [Series("yes", "Yes", [most])], COUNT)
    assert [mark.label for mark in plot.marks] == said.split()
    heights = [plot.marks[0].y - mark.y for mark in plot.marks]
    counts = [int(mark.label.replace(",", "")) for mark in plot.marks]
    assert heights[1] / heights[2] == counts[1] / counts[2]
