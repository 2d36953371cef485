"""LegalBench-RAG's PrivacyQA part: how much of the gold text the ranked clauses hold, within a budget of characters.

Character-level measures after Pipitone and Houir Alami, "LegalBench-RAG" (2024). The data is for measuring only and is
not part of this project; without it the measure is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.measures import mean_of
from assistant.settings import Settings
from benchmarks.opened import opened
from corpus.model import Span

FOLDER = "legalbenchrag_privacyqa"
BUDGETS = (1000, 2000)  # cited characters


def measure(data: Path, settings: Settings) -> dict[str, Any] | None:
    """The measures on the questions of a data folder; None where the folder is absent."""
    source = data / FOLDER
    if not source.is_dir():
        return None
    with opened(source / "docs", settings) as assistant:
        rows = [json.loads(line) for line in (source / "queries_dev.jsonl").read_text(encoding="utf-8").splitlines()]
        first, cited, answered = [], [], []
        recalled: dict[int, list[float]] = {budget: [] for budget in BUDGETS}
        for row in rows:
            policy = assistant.policies[row["doc"]]
            gold = [Span(span["start"], span["end"]) for span in row["spans"]]
            hits = assistant.search(row["question"], row["doc"], 60)
            ranked = [policy.offsets.to_source(Span(hit.start, hit.end)) for hit in hits]
            first.append(float(any(ranked[0].overlap(span) for span in gold)))
            answer = assistant.ask(row["question"], row["doc"])
            answered.append(float(answer.outcome.has_evidence))
            places = [policy.offsets.to_source(citation.span) for citation in answer.citations[:1]]
            cited.append(float(any(place.overlap(each) for place in places for each in gold)))
            for budget in BUDGETS:
                recalled[budget].append(_recall(ranked, gold, budget))
    return {
        "first_clause_touches_gold": mean_of(first),
        "first_citation_touches_gold": mean_of(cited),
        **{f"gold_recalled_within_{budget}": mean_of(values) for budget, values in recalled.items()},
        "answered_at_all": mean_of(answered),
    }


def _recall(ranked: Sequence[Span], gold: Sequence[Span], budget: int) -> float:
    """Share of the gold characters inside the first `budget` cited ones; the last clause is cut where the budget ends."""
    cited: list[Span] = []
    for span in ranked:
        if budget <= 0:
            break
        cited.append(Span(span.start, min(span.end, span.start + budget)))
        budget -= span.end - span.start
    wanted = {at for span in gold for at in range(span.start, span.end)}
    covered = {at for span in cited for at in range(span.start, span.end)}
    return len(wanted & covered) / len(wanted)
