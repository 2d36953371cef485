"""A shelf of many real policies: the time to build its index, to add one more, the memory, and what a question costs then.

python -m benchmarks.shelves [--data FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.settings import BUNDLED, ROOT, Settings
from benchmarks import figures
from benchmarks.golden import load
from benchmarks.machine import provenance
from benchmarks.peers.running import run
from corpus.atomic_files import write_whole
from corpus.errors import CorpusError

LAST = "vps6"  # the one that is added to all the others
SCOPE = "rackspace"  # the one that is asked


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write benchmarks/results/shelves.json; `arguments` in place of those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shelves", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of measuring data")
    folder = parser.parse_args(arguments).data / "policies"
    if not folder.is_dir():
        print(f'skipped, "{folder}" is absent; name the folder with --data')
        return
    result = provenance()
    text = json.dumps(result | measure(folder), indent=1) + "\n"
    write_whole(figures.RESULTS / "shelves.json", text)
    print(text)


def measure(folder: Path) -> dict[str, Any]:
    """Every measure of this module; seconds, milliseconds, MiB as the names say."""
    with TemporaryDirectory() as temporary:
        place = Path(temporary)
        policies = _shelf(folder, place / "shelf")
        settings = Settings(policies=place / "shelf", data=place / "data", encoders=Settings().encoders_folder)
        held = [path.rename(place / path.name) for path in (place / "shelf").glob(f"{LAST}.*")]
        begun = time.perf_counter()
        before = build_index(settings)
        building = time.perf_counter() - begun
        for path in held:
            path.rename(place / "shelf" / path.name)
        begun = time.perf_counter()
        after = build_index(settings)
        adding = time.perf_counter() - begun
        return {
            "load": round(os.getloadavg()[0], 2),
            "policies": policies,
            "clauses": after.count,
            "build_s": round(building, 1),
            "build_s_per_policy": round(building / (policies - 1), 3),
            "clauses_per_policy": round(before.count / (policies - 1)),
            "add_one_s": round(adding, 2),
            "add_one_share": round(adding / building, 4),
            "cold_ask": _cold(settings),
            "question_ms": {"with_all": _asked(settings), "with_four": _asked(Settings())},
        }


def _shelf(folder: Path, shelf: Path) -> int:
    """Put the bundled policies and all that can be read of the others, pages and Markdown, onto a shelf; how many."""
    from corpus.formats.convert import load as loaded

    shutil.copytree(BUNDLED, shelf)
    for path in sorted([*folder.glob("html_md/*.html"), *folder.glob("markdown/*.md")]):
        try:
            document = loaded(path)
        except CorpusError:  # a failed extraction
            continue
        (shelf / f"{path.stem}-{path.suffix[1:]}.md").write_text(document.markdown, encoding="utf-8")
    return len([path for path in shelf.iterdir() if path.suffix in (".md", ".txt")])


def _cold(settings: Settings) -> dict[str, float]:
    """A cold process to the first answer: seconds and memory."""
    with _environment(settings):
        command = [sys.executable, "-m", "assistant", "ask", "is my card number shared?", "--policy", SCOPE]
        runs = [run("ask", command) for _ in range(4)][1:]
    return {
        "seconds": round(median(each.seconds for each in runs), 2),
        "rss_mb": round(median(each.memory for each in runs), 1),
    }


def _asked(settings: Settings) -> dict[str, float]:
    """Golden questions asked of one policy, in process."""
    assistant = open_assistant(settings, mend=True)
    taken = []
    for _ in range(3):
        for golden in load("golden"):
            begun = time.perf_counter()
            assistant.ask(golden.question, SCOPE)
            taken.append(1000 * (time.perf_counter() - begun))
    p50, p95 = np.percentile(taken[len(taken) // 3 :], [50, 95])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(
        PLAINCLAUSE_POLICIES=str(settings.policies),
        PLAINCLAUSE_DATA=str(settings.data),
        PLAINCLAUSE_ENCODERS=str(settings.encoders),
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    main()
