"""What reading questions in eight bits costs in answers: the measures with questions read as they are served, and in float32."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged, judge, measures
from index.encoders.base import Embedding, Encoder

SHOWN = ("first_citation_right", "right_among_three", "outcome_right", "silent_recognised", "wrongly_silent")


def precision(sets: dict[str, tuple[Assistant, Sequence[Golden]]]) -> dict[str, Any]:
    """For each set the measures either way, and the share of questions with the same outcome and the same first citation."""
    found = {}
    for name, (assistant, questions) in sets.items():
        served = list(judge(assistant, questions))
        with _in_float32(assistant):
            whole = list(judge(assistant, questions))
        same = sum(_said(one) == _said(other) for one, other in zip(served, whole, strict=True))
        found[name] = {
            "questions": len(questions),
            "same_answer": round(same / len(questions), 4),
            "int8": _shown(served),
            "float32": _shown(whole),
        }
    return found


class _Whole:
    """An encoder that reads questions as it reads clauses."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.sha256, self.form, self.dim = encoder.name, encoder.sha256, encoder.form, encoder.dim
        self.encode = encoder.encode

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        return self.encode(questions)


@contextmanager
def _in_float32(assistant: Assistant) -> Iterator[None]:
    kept = assistant.searcher.encoder
    assistant.searcher.encoder = _Whole(kept)
    yield
    assistant.searcher.encoder = kept


def _said(judged: Judged) -> tuple[Any, ...]:
    return judged.answer.outcome, judged.answer.citations[:1]


def _shown(judged: Sequence[Judged]) -> dict[str, float | None]:
    every = measures(judged)
    return {name: every[name]["value"] for name in SHOWN}
