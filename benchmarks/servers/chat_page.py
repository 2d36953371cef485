"""The chat, asked as its page asks: a request that begins an event, and a stream that ends with what it gave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Asking:
    """What a page says of the event behind its question box."""

    event: int
    box: int
    inputs: int

    @classmethod
    def on(cls, page: str) -> Asking:
        """Read from the page's HTML. Raises `StopIteration` where it has no question box."""
        config = json.loads(page.partition("window.gradio_config = ")[2].partition(";</script>")[0])
        box = next(each["id"] for each in config["components"] if each["props"].get("elem_id") == "question")
        event = next(each for each in config["dependencies"] if [box, "submit"] in each["targets"])
        return cls(event["id"], box, len(event["inputs"]))

    def body(self, question: str, policy_id: str, session: str) -> dict[str, Any]:
        """What the page posts: what a visitor chose and typed, and nothing for what the server itself keeps."""
        typed = [question, policy_id, json.dumps({"language": "en", "turns": []})]
        return {
            "data": typed + [None] * (self.inputs - len(typed)),
            "fn_index": self.event,
            "session_hash": session,
            "trigger_id": self.box,
        }


def completed(line: str) -> dict[str, Any] | None:
    """The message of a stream's line that ends the event, with `success` and `output`; None for every other line."""
    if not (line.startswith("data: ") and '"process_completed"' in line):
        return None
    told: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return told
