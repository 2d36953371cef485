"""`make train`: learn everything that is learned, and write it where the program reads it.

python -m benchmarks.training [encoder] [outcome] [evidence] [--data FOLDER]

Without a name all three are learned, in this order: the weights of the evidence depend on the encoder. Deterministic on
one machine; processors of other kinds round otherwise.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from assistant.opening import open_policies
from assistant.practices import bank
from assistant.settings import ROOT, Settings
from benchmarks.golden import load
from benchmarks.opened import opened
from benchmarks.training import cases, encoder, evidence, outcome

PARTS = ("encoder", "outcome", "evidence")
TUNING = ("golden", "golden_tune")


def main() -> None:
    """Learn the parts named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=(*PARTS, []), help="what to learn; by default everything")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder that holds tosdr/quotes.jsonl"
    )
    options = parser.parse_args()
    for part in options.parts or PARTS:
        begun = time.monotonic()
        print(part, json.dumps(_learn(part, options.data)), f"{time.monotonic() - begun:.0f} s", flush=True)


def _learn(part: str, data: Path) -> dict[str, object]:
    if part == "encoder":
        return encoder.train(data, bank.load())
    if part == "outcome":
        return outcome.train(open_policies(Settings()))
    settings = Settings()
    with opened(settings.policies, settings) as bundled, opened(cases.FOLDER, settings) as invented:
        asked = [golden for name in TUNING for golden in load(name)]
        told = [golden for name in cases.split().weigh for golden in cases.questions(name)]
        return evidence.train([(bundled, asked), (invented, told)])


if __name__ == "__main__":
    main()
