"""One process that opens the index of its settings, asks one policy and searches all: prints a JSON object.

python -m benchmarks.scale.many_policies_child
"""

from __future__ import annotations

import json
from time import perf_counter

import numpy as np

from assistant.bootstrap.factory import open_assistant
from assistant.settings import Settings
from benchmarks.golden import load
from benchmarks.scale.child import memory

SCOPE = "rackspace"


def main() -> None:
    """Open, ask, search, print."""
    begun = perf_counter()
    assistant = open_assistant(Settings())
    opened = perf_counter() - begun
    assistant.warm()
    questions = [golden.question for golden in load("golden")]
    asked, searched, everywhere = [], [], []
    for number, question in enumerate(questions):
        begun = perf_counter()
        assistant.ask(question, SCOPE)
        if number >= len(questions) // 3:
            asked.append(1000 * (perf_counter() - begun))
    for question in questions:
        begun = perf_counter()
        assistant.search(question, SCOPE)
        searched.append(1000 * (perf_counter() - begun))
    within_one = memory("VmHWM")
    assistant.search(questions[0])
    for question in questions:
        begun = perf_counter()
        assistant.search(question)
        everywhere.append(1000 * (perf_counter() - begun))
    p50, p95 = np.percentile(asked, [50, 95])
    measures = {
        "open_s": round(opened, 2),
        "memory_mb": round(within_one, 1),
        "question_p50_ms": round(float(p50), 1),
        "question_p95_ms": round(float(p95), 1),
        "search_p50_ms": round(float(np.median(searched)), 2),
        "search_everywhere_p50_ms": round(float(np.median(everywhere)), 2),
        "memory_after_everywhere_mb": round(memory("VmHWM"), 1),
    }
    print(json.dumps(measures))


if __name__ == "__main__":
    main()
