"""The figures in README.md and the docs, written from the results so that no number there is typed by hand."""

from __future__ import annotations

import re
from typing import Any

from assistant.evaluation.report import percent
from assistant.settings import ROOT

README = ROOT / "README.md"
HOW_IT_ANSWERS = ROOT / "docs" / "how-it-answers.md"
_ABLATION = re.compile(r"(<!-- ablation: [^>]*-->\n).*?(<!-- /ablation -->)", re.DOTALL)
_MARKED = re.compile(r"(<!-- figures: [^>]*-->\n).*?(<!-- /figures -->)", re.DOTALL)
_ROWS = (
    ("right clause among the citations (three at most)", "golden", "right_among_three"),
    ("first citation is the right clause", "golden", "first_citation_right"),
    ("outcome right, answerable questions", "golden", "outcome_right_answerable"),
    ("silent questions answered “silent”", "golden", "silent_recognised"),
    ("answerable questions wrongly “silent”", "golden", "wrongly_silent"),
    ("off-topic messages recognised", "golden", "off_topic_recognised"),
    ("privacy questions called off topic", "golden", "wrongly_off_topic"),
    ("follow-ups: clause and outcome right", "golden", "followups_right"),
    ("kept aside: right clause among the citations", "golden_report", "right_among_three"),
    ("kept aside: first citation is the right clause", "golden_report", "first_citation_right"),
    ("kept aside: outcome right, answerable questions", "golden_report", "outcome_right_answerable"),
    ("kept aside: silent questions answered “silent”", "golden_report", "silent_recognised"),
    ("invented companies, hard: right clause among the citations", "invented_report", "right_among_three"),
    ("invented companies, hard: first citation is the right clause", "invented_report", "first_citation_right"),
    ("invented companies, hard: outcome right, answerable questions", "invented_report", "outcome_right_answerable"),
    ("invented companies, hard: silent questions answered “silent”", "invented_report", "silent_recognised"),
    ("invented companies, hard: answerable questions wrongly “silent”", "invented_report", "wrongly_silent"),
    ("PrivacyQA: first citation touches the gold", "privacyqa", "first_citation_touches_gold"),
    ("PrivacyQA: gold within 1,000 cited characters", "privacyqa", "gold_recalled_within_1000"),
    ("PrivacyQA: gold within 2,000 cited characters", "privacyqa", "gold_recalled_within_2000"),
)


def table(result: dict[str, Any]) -> str:
    """The figures of a result as a Markdown table."""
    lines = ["| measure | value | 95 % interval | questions |", "|---|---|---|---|"]
    for title, part, name in _ROWS:
        measures = (result[part] or {}) if part == "privacyqa" else result[part]["measures"]
        found = measures.get(name)
        if found and found["value"] is not None:
            low, high = percent(found["low"]), percent(found["high"])
            lines.append(f"| {title} | {percent(found['value'])} | {low} to {high} | {found['count']} |")
    speed, machine = result["speed"], result["machine"]
    lines.append(
        f"| time per question, median | {speed['p50_ms']} ms | 95th percentile {speed['p95_ms']} ms | {speed['count']} |"
    )
    return "\n".join(lines) + f"\n\nMachine: {machine['cpu']}, {machine['cores']} cores; commit {result['commit']}.\n"


def ablation_table(result: dict[str, Any]) -> str:
    """The worth of each part as a Markdown table."""
    sets = list(result["ablation"]["everything"])
    lines = [f"| | {' | '.join(sets)} |", f"|---|{'---|' * len(sets)}"]
    for part, found in result["ablation"].items():
        cells = [
            f"{percent(found[name]['first_citation_right'])}, {percent(found[name]['right_among_three'])}"
            for name in sets
        ]
        lines.append(f"| {part} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def update(result: dict[str, Any]) -> None:
    """Write the figures of a result between the marks in README.md, and in the docs where it has those."""
    if "ablation" in result:
        text = HOW_IT_ANSWERS.read_text(encoding="utf-8")
        text = _ABLATION.sub(lambda found: found[1] + ablation_table(result) + found[2], text)
        HOW_IT_ANSWERS.write_text(text, encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    README.write_text(_MARKED.sub(lambda found: found[1] + table(result) + found[2], text), encoding="utf-8")
