"""`make bench-peers`: Plainclause and common frameworks, measured alike and one after the other.

python -m benchmarks.peers [--out FILE] [--peers-python PATH]

The frameworks are set up as their documentation does it, with all-MiniLM-L6-v2, and run by a Python of their own (made by
make bench-peers); Plainclause runs by this one. Time is taken over all golden questions. Quality is judged on those with gold
and without earlier turns, which the frameworks do not read; Plainclause was tuned on the golden questions, so that those kept
aside count for more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.golden import Golden
from assistant.settings import ROOT
from benchmarks.golden import load
from benchmarks.machine import commit, machine
from benchmarks.peers.child import MODEL, Asked, Passage
from benchmarks.peers.judging import quality
from benchmarks.peers.running import BrokenChild, child, child_command, cold
from benchmarks.peers.table import table
from corpus.shelf import SUFFIXES, Shelf, open_shelf
from index.files import write_whole

PLAINCLAUSE = "plainclause"
SYSTEMS = {  # by the name of the module that sets one up
    PLAINCLAUSE: "Plainclause",
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "txtai": "txtai",
}
FIRST = Asked("is my card number shared?", "rackspace", [])
RESULT = Path(__file__).parent.parent / "results" / "peers.json"
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
POLICIES = ROOT / "corpus" / "policies"
TURNS = 3  # through all questions; the calmest counts for the time of each system


def main() -> None:
    """Measure, write, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file to write")
    parser.add_argument(
        "--peers-python", type=Path, default=PEERS_PYTHON, help="Python of the environment that has the frameworks"
    )
    options = parser.parse_args()
    try:
        result = measure(options.peers_python.absolute())
    except BrokenChild as error:
        sys.exit(f"error: {error}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(table(result))
    print(f"written: {options.out}")


def measure(peers_python: Path) -> dict[str, Any]:
    """All measures of all systems, JSON-ready.

    Raises:
        BrokenChild: a system could not be measured.
    """
    golden, kept_aside, shelf = load("golden"), load("golden_report"), open_shelf(POLICIES)
    asked = [
        Asked(each.question, each.policy, [turn.model_dump() for turn in each.history])
        for each in (*golden, *kept_aside)
    ]
    python = dict.fromkeys(SYSTEMS, peers_python) | {PLAINCLAUSE: Path(sys.executable)}
    measured = commit()  # before anybody edits what is measured
    load_before = round(os.getloadavg()[0], 2)
    if load_before > 1:
        _say(f"this machine is busy (load {load_before}): every time will be too long")
    with tempfile.TemporaryDirectory() as work:
        systems: dict[str, Any] = {}
        for system, name in SYSTEMS.items():
            _say(f"{name}: building the index")
            systems[system] = {"name": name, **child(python[system], _job(system, "build", work))}
        systems[PLAINCLAUSE]["versions"] = {"commit": measured, **systems[PLAINCLAUSE]["versions"]}
        _say("fresh processes, in turns")
        for system, begun in cold({system: _first(system, python[system], work) for system in SYSTEMS}).items():
            systems[system] |= begun
        answers: dict[str, list[Any]] = {system: [] for system in SYSTEMS}  # of each turn
        for turn in range(TURNS):
            for system, name in SYSTEMS.items():
                _say(f"{name}: all questions ({turn + 1} of {TURNS})")
                answers[system].append(child(python[system], _job(system, "all", work, asked)))
    for system, turns in answers.items():
        times = [_percentiles([answer["ms"] for answer in turn[: len(golden)]]) for turn in turns]
        shown = [[Passage(*passage) for passage in answer["passages"]] for answer in turns[0]]
        systems[system] |= {
            "question_ms": min(times, key=lambda each: each["p50"]),
            **_quality(golden, shown[: len(golden)], shelf),
            "kept_aside": _quality(kept_aside, shown[len(golden) :], shelf),
        }
    return {
        "machine": {**machine(), "load_before": load_before},
        "commit": measured,
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "model": MODEL,
        "questions": len(golden),
        "systems": systems,
        "speedup_over_fastest_peer": {
            "cold": _speedup({system: found["cold_s"]["median"] for system, found in systems.items()}),
            "p50": _speedup({system: found["question_ms"]["p50"] for system, found in systems.items()}),
        },
    }


def _job(system: str, do: str, work: str, questions: Sequence[Asked] = ()) -> dict[str, Any]:
    # From the root on, where children run: LlamaIndex embeds the path with the text.
    paths = [path.relative_to(ROOT) for path in sorted(POLICIES.iterdir()) if path.suffix in SUFFIXES]
    policies = {path.stem: str(path) for path in paths}
    return {"system": system, "do": do, "policies": policies, "folder": f"{work}/{system}", "questions": questions}


def _first(system: str, python: Path, work: str) -> tuple[list[str], str]:
    """The command of a fresh process that answers one question, and its standard input."""
    if system != PLAINCLAUSE:
        return child_command(python), json.dumps(_job(system, "first", work, [FIRST]))
    command = [str(python), "-m", "assistant", "ask", FIRST.question, "--policy", str(FIRST.policy), "--json"]
    return [*command, "--policies", str(POLICIES.relative_to(ROOT)), "--data", f"{work}/{system}"], ""


def _percentiles(taken: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(taken, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "count": len(taken)}


def _quality(questions: Sequence[Golden], shown: Sequence[Sequence[Passage]], shelf: Shelf) -> dict[str, Any]:
    """Of the questions with gold and without earlier turns: the frameworks know nothing of a conversation."""
    pairs = [(each, found) for each, found in zip(questions, shown, strict=True) if each.gold and not each.history]
    return quality([each for each, _ in pairs], [found for _, found in pairs], shelf)


def _speedup(taken: dict[str, float]) -> float:
    """How many times faster Plainclause is than the fastest of the others."""
    return round(min(time for system, time in taken.items() if system != PLAINCLAUSE) / taken[PLAINCLAUSE], 2)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
