"""Plots of the counts of days as SVG that stands in the page itself: no script, no style of its own, numbers in a table beside it.
Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

WIDTH, HEIGHT = 720, 200  # units of the drawing; the page scales it
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 24
_ROUND, _HALVED = (1, 2, 5), (2, 4, 10)  # of the second, half is a whole number, too


class Series(NamedTuple):
    """Values by day, None where there is none; `kind` names its look in admin.css."""

    kind: str
    label: str
    values: Sequence[float | None]


class Mark(NamedTuple):
    """A line across the plot with the value that it stands for."""

    y: float
    label: str


class Bar(NamedTuple):
    """A part of a day's bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """A line through the days that have a value, each piece as the points of a polyline; dots where a day stands alone."""

    kind: str
    pieces: Sequence[str]
    dots: Sequence[tuple[float, float]]


class Plot(NamedTuple):
    """What a template draws."""

    bars: Sequence[Bar]
    lines: Sequence[Line]
    marks: Sequence[Mark]
    first: date
    last: date


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def stacked(days: Sequence[date], series: Sequence[Series], written: Callable[[float], str]) -> Plot:
    """A bar for each day, the series of counts on top of one another; `written` is how a count is written at the side."""
    totals = [sum(each.values[place] or 0 for each in series) for place in range(len(days))]
    top = _round_up(max(totals, default=0) or 1, _HALVED)
    step = (WIDTH - _LEFT - _RIGHT) / len(days)
    bars = []
    for place in range(len(days)):
        below = 0.0
        for each in series:
            value = each.values[place] or 0
            if value:
                upper, lower = _y(below + value, top), _y(below, top)
                bars.append(
                    Bar(each.kind, _r(_LEFT + place * step + step * 0.1), upper, _r(step * 0.8), _r(lower - upper))
                )
                below += value
    return Plot(bars, (), _marks(top, written), days[0], days[-1])


def lines(
    days: Sequence[date], series: Sequence[Series], written: Callable[[float], str], top: float | None = None
) -> Plot:
    """A line for each series; `written` is how a value is written at the side; `top`: the highest value shown."""
    most = max((value for each in series for value in each.values if value is not None), default=0)
    high = top if top is not None else _round_up(most or 1)
    step = (WIDTH - _LEFT - _RIGHT) / len(days)
    drawn = []
    for each in series:
        pieces: list[list[tuple[float, float]]] = [[]]
        for place, value in enumerate(each.values):
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append((_r(_LEFT + (place + 0.5) * step), _y(value, high)))
        joined = [" ".join(f"{x},{y}" for x, y in piece) for piece in pieces if len(piece) > 1]
        drawn.append(Line(each.kind, joined, [piece[0] for piece in pieces if len(piece) == 1]))
    return Plot((), drawn, _marks(high, written), days[0], days[-1])


def _marks(top: float, written: Callable[[float], str]) -> list[Mark]:
    return [Mark(_y(top * part, top), written(top * part)) for part in (0.0, 0.5, 1.0)]


def _y(value: float, top: float) -> float:
    return _r(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top)


def _r(value: float) -> float:
    return round(value, 1)


def _round_up(value: float, steps: Sequence[int] = _ROUND) -> float:
    """The next of 1, 2, 5, 10, 20, ... (and 0.1, 0.2, ...), or of other steps, that is not less."""
    scale = 1.0
    while scale >= value * 2:
        scale /= 10
    while True:
        for step in steps:
            if step * scale >= value:
                return step * scale
        scale *= 10
