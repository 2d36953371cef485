"""What each part is worth: the measures without it, everything else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import judge, measures
from assistant.learned import Weights
from index.build import embedded_text
from index.lexical import LexicalIndex

SHOWN = ("first_citation_right", "right_among_three")


def ablation(sets: dict[str, tuple[Assistant, Sequence[Golden]]]) -> dict[str, Any]:
    """For the whole and without each part: the share of questions whose first, and whose first three, citations are
    right, in each set."""
    assistants = list({id(assistant): assistant for assistant, _ in sets.values()}.values())
    table = {"everything": _measured(sets)}
    for name in Weights.model_fields:
        with _without_weight(assistants, name):
            table[f"without {name}"] = _measured(sets)
    with _without_late(assistants):
        table["BM25 in place of late interaction"] = _measured(sets)
    return table


def _measured(sets: dict[str, tuple[Assistant, Sequence[Golden]]]) -> dict[str, dict[str, float]]:
    found = {}
    for name, (assistant, questions) in sets.items():
        all_measures = measures(judge(assistant, questions))
        found[name] = {measure: all_measures[measure]["value"] for measure in SHOWN}
    return found


@contextmanager
def _without_weight(assistants: Sequence[Assistant], name: str) -> Iterator[None]:
    kept = [assistant.evidence.learned for assistant in assistants]
    for assistant, learned in zip(assistants, kept, strict=True):
        weights = learned.weights.model_copy(update={name: 0.0})
        assistant.evidence.learned = learned.model_copy(update={"weights": weights})
    yield
    for assistant, learned in zip(assistants, kept, strict=True):
        assistant.evidence.learned = learned


@contextmanager
def _without_late(assistants: Sequence[Assistant]) -> Iterator[None]:
    kept = [assistant.searcher.second for assistant in assistants]
    for assistant in assistants:
        clauses = assistant.searcher.clauses
        texts = [embedded_text(assistant.policies[clause.policy_id], clause) for clause in clauses]
        assistant.searcher.second = LexicalIndex.build(texts)
    yield
    for assistant, second in zip(assistants, kept, strict=True):
        assistant.searcher.second = second
