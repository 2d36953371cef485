"""The result of `python -m benchmarks.peers` as a Markdown table."""

from __future__ import annotations

from collections.abc import Callable
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


def table(result: dict[str, Any]) -> str:
    """A row a measure, a column a system; below it the machine."""
    systems, machine = result["systems"], result["machine"]
    lines = [f"| | {' | '.join(system['name'] for system in systems.values())} |", f"|---|{'---|' * len(systems)}"]
    lines += [f"| {title} | {' | '.join(cell(system) for system in systems.values())} |" for title, cell in _ROWS]
    return "\n".join(lines) + f"\n\nMachine: {machine['cpu']}, {machine['cores']} cores; commit {result['commit']}.\n"


def _share(found: dict[str, Any]) -> str:
    return f"{percent(found['value'])} ({percent(found['low'])} to {percent(found['high'])})"
