"""Time per question, in one process, whole path."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.reading.cross_encoder import CrossEncoder

_WARM_UP = 10


def measure(assistant: Assistant, questions: Sequence[Golden]) -> dict[str, Any]:
    """Milliseconds per question (mean, p50, p95) over the golden questions, one after the other."""
    for golden in questions[:_WARM_UP]:
        assistant.ask(golden.question, golden.policy, golden.history)
    if isinstance(assistant.reader, CrossEncoder):
        assistant.reader.forget()  # it would know what it has read already
    taken = []
    for golden in questions:
        begun = time.perf_counter()
        assistant.ask(golden.question, golden.policy, golden.history)
        taken.append((time.perf_counter() - begun) * 1000)
    p50, p95 = np.percentile(taken, [50, 95])
    return {
        "mean_ms": round(float(np.mean(taken)), 2),
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
        "count": len(taken),
    }
