"""`make bench`: take every measure and write it to JSON, with the machine and the commit.

python -m benchmarks [--data FOLDER] [--out FILE] [--misses] [--ablation]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import confusion, judge, measures, misses
from assistant.opening import check_index, open_assistant
from assistant.settings import ROOT, Settings
from benchmarks import ingestion, performance, privacyqa, shelves
from benchmarks.ablation import ablation
from benchmarks.calibration import calibration, draw, predictions
from benchmarks.golden import load
from benchmarks.machine import commit, machine
from benchmarks.opened import opened
from benchmarks.precision import precision
from benchmarks.training import cases
from benchmarks.web import measuring as web
from index.files import write_whole

RESULTS = Path(__file__).parent / "results"
SETS = ("golden", "golden_tune", "golden_report")  # the last is for reporting only: never look at its single misses


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of measuring data; skipped where absent",
    )
    parser.add_argument("--out", type=Path, default=RESULTS / "bench.json", help="JSON file to write")
    parser.add_argument(
        "--misses",
        action="store_true",
        help="print the misses",
    )
    parser.add_argument("--ablation", action="store_true", help="measure without each part, too (some minutes more)")
    options = parser.parse_args()

    settings = Settings()
    assistant = open_assistant(settings, mend=True)
    result: dict[str, Any] = {
        "machine": machine(),
        "commit": commit(),
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
    }
    result["index"] = check_index(settings).model_dump(
        mode="json", include={"corpus_sha256", "encoder", "count", "built_with"}
    )
    for name in SETS:
        result[name] = _judged(name, assistant, load(name), misses_too=options.misses and name != "golden_report")
    kept_aside = [golden for name in cases.split().report for golden in cases.questions(name)]
    with opened(cases.FOLDER, settings) as invented:
        result["invented_report"] = _judged("invented_report", invented, kept_aside)
        result["calibration"] = {
            "bundled policies": calibration([p for name in SETS for p in predictions(assistant, load(name))]),
            "invented companies": calibration(predictions(invented, kept_aside)),
        }
        for name, found in result["calibration"].items():
            print(f"calibration, {name}: expected error {found['expected_calibration_error']} n={found['count']}")
        bundled = [golden for name in SETS for golden in load(name)]
        result["precision"] = precision(
            {"bundled policies": (assistant, bundled), "invented companies": (invented, kept_aside)}
        )
        print(json.dumps(result["precision"], indent=1))
        if options.ablation:
            result["ablation"] = ablation(
                {"bundled policies": (assistant, bundled), "invented companies": (invented, kept_aside)}
            )
            for part, figures in result["ablation"].items():
                print(f"{part:<28} {figures}")
    result["privacyqa"] = privacyqa.measure(options.data, settings)
    if result["privacyqa"] is None:
        print(f'privacyqa: skipped, "{options.data / privacyqa.FOLDER}" is absent; name the folder with --data')
    else:
        _print("privacyqa", result["privacyqa"])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(f"written: {options.out}")
    if options.out.resolve() == (RESULTS / "bench.json").resolve():
        performance.write(assistant, settings)
        web.write()
        for part in (ingestion, shelves):
            part.main(["--data", str(options.data)])
        figures.update()
        draw(result["calibration"], ROOT / "docs" / "calibration.svg")


def _judged(
    name: str, assistant: Assistant, questions: Sequence[Golden], *, misses_too: bool = False
) -> dict[str, Any]:
    """Ask the questions of a set; its measures and confusion matrix, which are printed, and its misses if wanted."""
    judged = judge(assistant, questions)
    found = {"measures": measures(judged), "confusion": confusion(judged)}
    _print(name, found["measures"])
    if misses_too:
        for miss in misses(judged):
            print(json.dumps(miss, ensure_ascii=False))
    return found


def _print(name: str, found: dict[str, Any]) -> None:
    print(name)
    for key, value in found.items():
        if value["value"] is not None:
            print(f"  {key:<28} {value['value']:>8} [{value['low']}, {value['high']}] n={value['count']}")


if __name__ == "__main__":
    main()
