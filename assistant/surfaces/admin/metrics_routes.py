"""Counts of the days as plots: answers by outcome, how often the policy is silent, how long answers take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from fastapi import Response

from assistant.company.accounts.roles import Role
from assistant.company.insight.counts import BOUNDS, Day, DayCounts
from assistant.languages import Language
from assistant.model import Outcome
from assistant.surfaces.admin.guard import Guarded, Visit
from assistant.surfaces.pages import Pages
from assistant.surfaces.render.names import number
from assistant.surfaces.render.plots import HEIGHT, WIDTH, Series, days_between, lines, stacked

SPANS = (30, 90, 365)  # days that may be looked at


def serve_metrics(guarded: Guarded, counts: DayCounts, pages: Pages) -> None:
    """Add the route."""

    @guarded.get("/admin/metrics", Role.AGENT)
    def metrics(visit: Visit) -> Response:
        wanted = visit.asked("days")
        span = int(wanted) if wanted in map(str, SPANS) else SPANS[0]
        last = datetime.now(UTC).date()
        days = days_between(last - timedelta(days=span - 1), last)
        known = {each.day: each for each in counts.days(days[0])}
        each_day = [known.get(day, Day(day)) for day in days]
        say = visit.texts.say
        answered = [
            Series(outcome.value, say(f"outcome.{outcome}"), [day.outcomes.get(outcome, 0) for day in each_day])
            for outcome in Outcome
        ]
        silence = Series("silent", say("admin.metrics.silence"), [day.silence for day in each_day])
        time = [
            Series(kind, say(f"admin.metrics.{kind}"), [day.within(part) for day in each_day])
            for kind, part in (("median", 0.5), ("slow", 0.95))
        ]
        totals = {outcome: sum(day.outcomes.get(outcome, 0) for day in each_day) for outcome in Outcome}
        return visit.page(
            pages,
            "metrics",
            span=span,
            spans=SPANS,
            width=WIDTH,
            height=HEIGHT,
            series=answered,
            total=sum(totals.values()),
            totals=totals,
            answers=stacked(days, answered, partial(_written, visit.texts, "{:,.0f}")),
            silence=lines(days, [silence], lambda part: f"{part:.0%}".replace("%", " %"), 1.0),
            time=lines(days, time, partial(_written, visit.texts, "{:.3g} s")),
            rows=[day for day in reversed(each_day) if day.answers],
            within=lambda day, part: _within(day, part, visit.texts),
        )


def _written(texts: Language, form: str, value: float) -> str:
    return number(form.format(value), texts)


def _within(day: Day, part: float, texts: Language) -> str:
    """In what time that part of a day's answers came; of those that took longer than any bound, that they did."""
    bound = day.within(part)
    if bound is None:
        return "–"
    bounded = sum(day.seconds.get(str(each), 0) for each in BOUNDS)
    sign = "≤" if bounded >= part * sum(day.seconds.values()) else ">"
    return f"{sign} {_written(texts, '{:g} s', bound)}"
