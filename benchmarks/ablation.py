"""What each part of the path of a question is worth: the measures of the real policies without it.

python -m benchmarks.ablation [--data FOLDER] [--out FILE]

Parts are taken away by giving the assistant others in their place; nothing is trained anew, so that what a part of the training is
worth is not told here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.ask import Assistant
from assistant.evaluation.golden import Golden
from assistant.likeliest import PASSAGES
from assistant.reading.base import Read, Reading, TellingReader
from assistant.reading.bounds import Bounds
from assistant.reading.passages import Passage
from assistant.settings import ROOT, Settings
from benchmarks import figures, real_policies
from benchmarks.__main__ import unclean
from benchmarks.machine import provenance
from benchmarks.opened import opened
from benchmarks.training.reader.bounds import Example, examples, measured
from corpus.atomic_files import write_whole

RESULT = Path(__file__).parent / "results" / "ablation.json"
ALL = "all parts"
_EVERYTHING = 0.0  # probability from which on everything is said


class WithoutContext:
    """A reader that is given the clause's words alone."""

    def __init__(self, reader: TellingReader) -> None:
        self._reader = reader

    @property
    def name(self) -> str:
        """As of the reader itself."""
        return self._reader.name

    def meaning(self, message: str) -> NDArray[np.float32] | None:
        """As of the reader itself."""
        return self._reader.meaning(message)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """As `read_by`, without who read."""
        return self.read_by(question, passages).readings

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        """The readings of the passages' own words."""
        return self._reader.read_by(question, [Passage("", passage.text) for passage in passages])


def variants(bounds: Bounds) -> dict[str, Bounds]:
    """Bounds without one of the things that turn readings into a verdict."""
    return {
        ALL: bounds,
        "rank by the reader alone, not by likeness too": bounds.model_copy(update={"likeness": 0.0}),
        "the best clause alone decides": bounds.model_copy(update={"further": 1.1}),
        "yes and no however unsure": bounds.model_copy(update={"claims": _EVERYTHING, "stands": _EVERYTHING}),
        "an answer however improbable": bounds.model_copy(update={"answers": _EVERYTHING}),
    }


def taken(assistant: Assistant, questions: Sequence[Golden]) -> dict[str, dict[str, float]]:
    """The measures with all parts, and without each."""
    bounds, reader = assistant.bounds, assistant.reader
    read = examples(assistant, questions)
    measures = {name: measured(read, each) for name, each in variants(bounds).items()}
    measures["the search's order, nothing read"] = searched(read)
    for number in (PASSAGES // 2, PASSAGES * 2):
        measures[f"{number} passages read, not {PASSAGES}"] = measured(
            examples(assistant, questions, most=number), bounds
        )
    assistant.reader = WithoutContext(reader)
    measures["clauses without headings, lead-in and the sentence before"] = measured(
        examples(assistant, questions), bounds
    )
    assistant.reader = reader
    return measures


def searched(read: Sequence[Example]) -> dict[str, float]:
    """Of the clauses as the search has them in order: how often a right one is the first, and among three."""

    def held(most: int) -> float:
        answerable = [each for each in read if each.gold]
        right = [
            any(
                example.policy.clauses[judged.number].span.covers(gold)
                for judged in sorted(example.read, key=lambda one: -one.similarity)[:most]
                for gold in example.gold
            )
            for example in answerable
        ]
        return round(sum(right) / len(right), 4)

    return {"first": held(1), "among_three": held(3)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of measuring data")
    parser.add_argument("--out", type=Path, default=RESULT, help="JSON file to write")
    options = parser.parse_args(arguments)
    folder = options.data / real_policies.FOLDER
    if not folder.is_dir():
        sys.exit(f'error: "{folder}" is absent; name the folder of measuring data with --data')
    if options.out.resolve() == RESULT.resolve() and (problem := unclean(ROOT)):
        sys.exit(f"error: {problem}; commit what is to be measured, or name another file with --out")
    with opened(folder, Settings()) as assistant:
        questions = real_policies.questions(
            folder, assistant.policies, [*real_policies.TUNING, *real_policies.REPORTING]
        )
        variants_measured = taken(assistant, questions)
    result = {
        **provenance(),
        "questions": len(questions),
        "variants": variants_measured,
    }
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    print(figures.ablation_table(result))
    if options.out.resolve() == RESULT.resolve():
        figures.update()


if __name__ == "__main__":
    main()
