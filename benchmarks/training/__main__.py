"""`make train`: learn everything that is learned, and write it where the program reads it.

python -m benchmarks.training [encoder] [reader] [routing] [bounds] [--data FOLDER] [--minutes N] [--hard] [--resume]

Without a name all four are learned, in this order: each rests on those before it. The encoder, the routing and the bounds are
deterministic on one machine; how far the reader gets in its minutes depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from assistant.practices import bank
from assistant.settings import ROOT, Settings
from benchmarks import real_policies
from benchmarks.opened import opened, reader_served
from benchmarks.training import encoder, routing
from benchmarks.training.reader import bounds, data, policies, training

PARTS = ("encoder", "reader", "routing", "bounds")


def main() -> None:
    """Learn the parts named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=(*PARTS, []), help="what to learn; by default everything")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of training data")
    parser.add_argument("--minutes", type=float, default=training.MINUTES, help="how long the reader's steps are taken")
    parser.add_argument("--hard", action="store_true", help="go on from the reader as it is, with what it reads wrong")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the reader's training from its last checkpoint"
    )
    options = parser.parse_args()
    for part in options.parts or PARTS:
        begun = time.monotonic()
        learned = _learn(part, options.data, options.minutes, hard=options.hard, resume=options.resume)
        print(part, json.dumps(learned), f"{time.monotonic() - begun:.0f} s", flush=True)


def _learn(part: str, folder: Path, minutes: float, *, hard: bool, resume: bool) -> dict[str, object]:
    if part == "encoder":
        return encoder.train(folder, bank.load())
    if part == "routing":
        return routing.train(folder, reader_served(Settings()).meaning)
    if part == "reader":
        return training.train(folder, minutes, hard=hard, resume=resume)
    return _bounds(folder, Settings())


def _bounds(folder: Path, settings: Settings) -> dict[str, object]:
    """Set on questions that the reader was not trained on, and that are not kept for reporting."""
    split = policies.split()
    held = {policy_id: source for policy_id, source in policies.sources().items() if policy_id in split.held}
    today = folder / real_policies.FOLDER
    with (
        opened(today, settings) as real,
        policies.copied(folder, held) as copies,
        opened(copies, settings) as others,
    ):
        tuning = real_policies.questions(today, real.policies, real_policies.TUNING)
        setting, unseen = (data.held_golden(others.policies, split, each) for each in (policies.FOLDER, data.UNSEEN))
        return bounds.train([(real, tuning), (others, setting)], (others, unseen))


if __name__ == "__main__":
    main()
