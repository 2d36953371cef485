"""The result of `python -m benchmarks.peers` as a Markdown table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.evaluation.report import percent

_ROWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("version", lambda s: str(next(iter(s["versions"].values())))),
    ("model", lambda s: str(s["model"])),
    ("first answer of a fresh process", lambda s: f"{s['cold_s']['median']:.2f} s"),
    ("time per question, median", lambda s: f"{s['question_ms']['p50']:.1f} ms"),
    ("time per question, 95th percentile", lambda s: f"{s['question_ms']['p95']:.1f} ms"),
    ("memory, largest", lambda s: f"{s['rss_mb']:.0f} MiB"),
    ("passages in the index", lambda s: str(s["passages"])),
    ("length of a passage shown, median", lambda s: f"{s['passage_characters']['median']:.0f} characters"),
    ("first passage right", lambda s: _share(s["first_passage_right"])),
    ("right among three", lambda s: _share(s["right_among_three"])),
    ("right within 500 characters", lambda s: _share(s["right_within_500_characters"])),
    ("kept aside: first passage right", lambda s: _share(s["kept_aside"]["first_passage_right"])),
    ("kept aside: right among three", lambda s: _share(s["kept_aside"]["right_among_three"])),
    ("kept aside: right within 500 characters", lambda s: _share(s["kept_aside"]["right_within_500_characters"])),
)
_OTHERS = {  # sets that are only measured where their data is there
    "real_tuning": "real policies, tuning half",
    "real_reporting": "real policies, kept aside",
}
_MEASURES = {
    "first_passage_right": "first passage right",
    "right_among_three": "right among three",
    "right_within_500_characters": "right within 500 characters",
}


def table(result: dict[str, Any]) -> str:
    """A row a measure, a column a system; below it the machine."""
    systems, machine = result["systems"], result["machine"]
    lines = [f"| | {' | '.join(system['name'] for system in systems.values())} |", f"|---|{'---|' * len(systems)}"]
    rows = [(title, [cell(system) for system in systems.values()]) for title, cell in _ROWS]
    rows += _quality_rows([{name: system.get(name) for name in _OTHERS} for system in systems.values()])
    if result.get("reranker"):
        again = [system.get("reranked") or {} for system in systems.values()]
        times = [f"{each['question_ms']['p50']:.1f} ms" if each else "" for each in again]
        rows.append((f"re-ranked with {result['reranker']}: time per question, median", times))
        sets = [{"": each or None, **{name: each.get(name) for name in ("kept_aside", *_OTHERS)}} for each in again]
        rows += [(f"re-ranked, {title}", cells) for title, cells in _quality_rows(sets)]
    lines += [f"| {title} | {' | '.join(cells)} |" for title, cells in rows]
    return "\n".join(lines) + f"\n\nMachine: {machine['cpu']}, {machine['cores']} cores; commit {result['commit']}.\n"


def _quality_rows(systems: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """A row a set and measure, for the sets that any system has."""
    titles = {"": "", "kept_aside": "kept aside: ", **{name: f"{title}: " for name, title in _OTHERS.items()}}
    return [
        (titles[name] + title, [_share(system[name][measure]) if system[name] else "" for system in systems])
        for name in systems[0]
        if any(system[name] for system in systems)
        for measure, title in _MEASURES.items()
    ]


def _share(measure: dict[str, Any]) -> str:
    return f"{percent(measure['value'])} ({percent(measure['low'])} to {percent(measure['high'])})"
