"""What people write into a chat: whether a message that is no question to a policy is known as such, and no question is taken
for one.

The data is no part of this project; without it the measure is skipped. The router that is shipped is learned from these very
messages (benchmarks/training/routing.py, which also measures a fifth of them with a router that has not seen it): what is measured here
says how well it knows them. How it does on others, the messages among the questions about the real policies say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.ask import Assistant
from assistant.errors import BadQuestion
from assistant.evaluation.measures import mean_of
from assistant.model import Route

FILE = Path("reading", "messages.jsonl")  # in the folder of measuring data
ROUTES = {
    "privacy": Route.PRIVACY,
    "two": Route.SEVERAL,
    "smalltalk": Route.SMALL_TALK,
    "human": Route.PERSON,
    "company": Route.COMPANY,
    "other": Route.OTHER,
}
"""What a message of each kind should be taken for."""

ASKING = ("privacy", "two")
"""The kinds that ask the policy something."""

FRAGMENT = 2  # words that a message of this many at most is a fragment: "cookies?", "delete me"
ASKED = "rackspace"  # the policy that all are asked of; what a message is does not depend on it


class Taken(NamedTuple):
    """A message, its kind, and what it was taken for; None: it was refused, as one that is not in English is."""

    message: str
    kind: str
    route: Route | None

    @property
    def answered(self) -> bool:
        """Whether it was taken for a question to the policy."""
        return self.route in (Route.PRIVACY, Route.SEVERAL)


def taken(assistant: Assistant, data: Path) -> list[Taken] | None:
    """Every message as it is taken; None where the data folder does not hold the file."""
    if not (data / FILE).is_file():
        return None
    rows = [json.loads(line) for line in (data / FILE).read_text(encoding="utf-8").splitlines()]
    return [Taken(row["m"], row["k"], _route(assistant, row["m"])) for row in rows]


def measures(messages: Sequence[Taken]) -> dict[str, Any]:
    """Messages that ask nothing and are known as such, questions that are called off topic, and how each kind is taken.

    A question that is refused counts as called off topic: who asks it gets no answer.
    """
    kinds = [kind for kind in ROUTES if any(each.kind == kind for each in messages)]
    private = [each for each in messages if each.kind == "privacy"]
    return {
        "off_topic_recognised": mean_of([not each.answered for each in messages if each.kind not in ASKING]),
        "wrongly_off_topic": mean_of([not each.answered for each in private]),
        "fragments_wrongly_off_topic": mean_of(
            [not each.answered for each in private if len(each.message.split()) <= FRAGMENT]
        ),
        "several_wrongly_off_topic": mean_of([not each.answered for each in messages if each.kind == "two"]),
        "refused": mean_of([each.route is None for each in messages]),
        "by_kind": {kind: mean_of([_right(each) for each in messages if each.kind == kind]) for kind in kinds},
    }


def _right(each: Taken) -> bool:
    return each.route is ROUTES[each.kind]


def _route(assistant: Assistant, message: str) -> Route | None:
    try:
        return assistant.ask(message, ASKED).route
    except BadQuestion:
        return None
