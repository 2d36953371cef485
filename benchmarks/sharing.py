"""Plain questions whether the bundled policies do what they nowhere say they do: share, sell, train machines, follow where
people are, keep health data, collect from children.

None of the policies affirms any of them (`denied.jsonl`, read against the whole texts): a yes is always wrong, and so is a no where the
policy does not speak of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged, mean_of
from assistant.model import Outcome
from benchmarks.golden import load

TOPICS = ("sharing", "selling", "ai", "location", "health", "children")
"""What the questions are about: the first tag of each."""


def questions() -> list[Golden]:
    """The questions of the table.

    Raises:
        BadGolden (assistant.errors): a line does not follow the format.
    """
    return load("denied")


def measures(judged: Sequence[Judged]) -> dict[str, Any]:
    """The shares of questions answered yes, and yes or no where no careful reader would; how many of each topic are."""
    return {
        "affirmed_wrongly": mean_of([j.answer.outcome is Outcome.YES and not j.outcome_right for j in judged]),
        "misled": mean_of([j.misled for j in judged]),
        "unclear": mean_of([j.answer.outcome is Outcome.UNCLEAR for j in judged]),
        "outcome_right": mean_of([j.outcome_right for j in judged]),
        "misled_by_topic": {
            topic: f"{sum(j.misled for j in judged if topic in j.golden.tags)} of {sum(topic in j.golden.tags for j in judged)}"
            for topic in TOPICS
        },
    }
