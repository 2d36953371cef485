"""`make bench`: take every measure and write it to JSON, with the machine and the commit.

python -m benchmarks [--data FOLDER] [--out FILE] [--misses]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.ask import Assistant
from assistant.bootstrap.factory import check_index, open_assistant
from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged, confusion, judge, measures, misses
from assistant.settings import ROOT, Settings
from benchmarks import figures, messages, performance, privacyqa, real_policies, sharing, shelves
from benchmarks.calibration import claimed, confidence, draw
from benchmarks.documents import __main__ as documents
from benchmarks.golden import load
from benchmarks.machine import provenance
from benchmarks.opened import opened
from benchmarks.training import cases
from benchmarks.web import measuring as web
from corpus.atomic_files import write_whole

RESULT = Path(__file__).parent / "results" / "bench.json"
SETS = ("golden", "golden_tune", "golden_report")  # the last is for reporting only: never look at its single misses


class Asked(NamedTuple):
    """Questions that were asked: as the program is served, and of one that claims yes and no however unsure it is."""

    served: list[Judged]
    claimed: list[Judged]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of measuring data; skipped where absent",
    )
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file to write")
    parser.add_argument(
        "--misses",
        action="store_true",
        help="print the misses (not of the questions that are for reporting only)",
    )
    options = parser.parse_args()
    kept = options.out.resolve() == RESULT.resolve()
    if kept and (problem := unclean(ROOT)):
        sys.exit(f"error: {problem}; commit what is to be measured, or name another file with --out")

    result: dict[str, Any] = provenance()
    settings = Settings()
    assistant = open_assistant(settings, mend=True)
    result["index"] = check_index(settings).model_dump(
        mode="json", include={"corpus_sha256", "encoder", "count", "built_with"}
    )
    result |= measured(assistant, settings, options.data, misses_too=options.misses)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(f"written: {options.out}")
    if kept:
        performance.write(assistant, settings)
        web.write()
        for part in (documents, shelves):
            part.main(["--data", str(options.data)])
        figures.update()
        draw(result["confidence"], ROOT / "docs" / "calibration.svg")


def measured(assistant: Assistant, settings: Settings, data: Path, *, misses_too: bool) -> dict[str, Any]:
    """Every measure of answers, JSON-ready; None for each that needs data which is absent.

    Args:
        assistant: over the bundled policies.
        data: the folder of measuring data.
        misses_too: whether misses are printed, too: of the sets that are not for reporting only.
    """
    result: dict[str, Any] = {}
    sure: dict[str, Any] = {}
    claims_from = assistant.bounds.claims
    bundled = {name: _asked(assistant, load(name)) for name in SETS}
    for name, asked in bundled.items():
        result[name] = _result(name, asked.served, misses_too=misses_too and name != "golden_report")
    sure["bundled policies"] = confidence([j for asked in bundled.values() for j in asked.claimed], claims_from)
    denied = judge(assistant, sharing.questions())
    result["denied"] = _shown("denied", sharing.measures(denied))
    _print_misses(denied, wanted=misses_too)
    kept_aside = [golden for name in cases.split().report for golden in cases.questions(name)]
    with opened(cases.FOLDER, settings) as invented:
        asked = _asked(invented, kept_aside)
    result["invented_report"] = _result("invented_report", asked.served)
    sure["invented companies"] = confidence(asked.claimed, claims_from)
    halves = _real(data, settings)
    if halves is None:
        result["real_policies"] = _given("real policies", None, data / real_policies.FOLDER)
    else:
        served = {name: asked.served for name, asked in halves.items()}
        served["together"] = [j for each in halves.values() for j in each.served]
        result["real_policies"] = {
            name: _result(f"real policies, {name}", judged, misses_too=misses_too and name == "tuning")
            for name, judged in served.items()
        }
        sure |= {f"real policies, {name}": confidence(each.claimed, claims_from) for name, each in halves.items()}
    taken = messages.taken(assistant, data)
    result["messages"] = _given("messages", messages.measures(taken) if taken else None, data / messages.FILE)
    result["privacyqa"] = _given("privacyqa", privacyqa.measure(data, settings), data / privacyqa.FOLDER)
    for name, each in sure.items():
        error = each["expected_calibration_error"]
        print(
            f"confidence, {name}: expected error {error['value']} [{error['low']}, {error['high']}] n={error['count']}"
        )
    return {**result, "confidence": sure}


def unclean(root: Path) -> str:
    """What makes figures that are measured in a working tree unfit to be kept; empty where nothing does.

    A figure in the documents belongs to a commit that anybody can check out and measure again.
    """
    status = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=False)
    if status.returncode:
        return f'"{root}" is no repository of git, so that the figures would belong to no commit'
    changed = [line[3:] for line in status.stdout.splitlines()]
    if not changed:
        return ""
    named = ", ".join(changed[:3]) + (", ..." if len(changed) > 3 else "")
    return (
        f"{len(changed)} files are not as they were committed ({named}), so that the figures would belong to no commit"
    )


def _asked(assistant: Assistant, questions: Sequence[Golden]) -> Asked:
    return Asked(judge(assistant, questions), claimed(assistant, questions))


def _real(data: Path, settings: Settings) -> dict[str, Asked] | None:
    """The questions about the real policies, asked, for each half; None where the data is absent."""
    folder = data / real_policies.FOLDER
    if not folder.is_dir():
        return None
    with opened(folder, settings) as real:
        return {
            half: _asked(real, real_policies.questions(folder, real.policies, companies))
            for half, companies in real_policies.HALVES.items()
        }


def _result(name: str, judged: Sequence[Judged], *, misses_too: bool = False) -> dict[str, Any]:
    """The measures and the confusion matrix of a set; the measures are printed, and its misses if wanted."""
    result = {"measures": _shown(name, measures(judged)), "confusion": confusion(judged)}
    _print_misses(judged, wanted=misses_too)
    return result


def _print_misses(judged: Sequence[Judged], *, wanted: bool) -> None:
    for miss in misses(judged) if wanted else ():
        print(json.dumps(miss, ensure_ascii=False))


def _shown(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """The measures, printed."""
    print(name)
    for key, value in figures.items():
        if isinstance(value, dict) and value.get("value") is not None:
            print(f"  {key:<28} {value['value']:>8} [{value['low']}, {value['high']}] n={value['count']}")
    return figures


def _given(name: str, figures: dict[str, Any] | None, missing: Path) -> dict[str, Any] | None:
    """Measures that are printed; where there are none since their data is absent, that is said."""
    if figures is None:
        print(f'{name}: skipped, "{missing}" is absent; name the folder of measuring data with --data')
        return None
    return _shown(name, figures)


if __name__ == "__main__":
    main()
