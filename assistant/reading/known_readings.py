"""Pairs of question and clause whose readings are known from training: what the compiled network makes of them tells whether this
machine's processor computes it rightly. Checked where it is compiled, and again where it serves, which may be another machine."""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ReaderUnavailable
from assistant.reading.passages import Passage
from assistant.reading.weights import LEARNED

if TYPE_CHECKING:
    from assistant.reading.base import Reader

EXPECTED = (
    "expected"  # in the learned file: the probability that each of these pairs answers, as the weights were trained
)
APART = (
    0.1  # by how much, on average, the compiled network may differ from that; single pairs on the edge differ by more
)
CHECKED = (
    ("do you sell my data?", Passage("Sharing:", "We never sell your personal data to anyone.")),
    ("do you sell my data?", Passage("", "We may share personal data with companies that process it for us.")),
    ("how long are call recordings kept?", Passage("Calls:", "Calls are recorded and kept for ninety days.")),
    ("is my email shared with advertisers?", Passage("", "We collect your name, e-mail address and telephone number.")),
    ("can I delete my account?", Passage("Your choices:", "You can close your account in the settings at any time.")),
    ("is it encrypted", Passage("", "Cookies.")),
)


def check(reader: Reader, learned: Path = LEARNED) -> float:
    """By how much the probabilities that the pairs answer are off, on average.

    Raises:
        ReaderUnavailable: by more than may be.
    """
    from safetensors import safe_open

    with safe_open(learned, "numpy") as kept:
        expected = kept.get_tensor(EXPECTED).tolist()
    answers = [reader.read(question, [passage])[0].answers for question, passage in CHECKED]
    apart = sum(abs(one - right) for one, right in zip(answers, expected, strict=True)) / len(expected)
    if apart > APART:
        raise ReaderUnavailable(
            f"the compiled reader's probabilities are off by {apart:.2f}, at most {APART} is accepted: "
            "ONNX Runtime computes otherwise on this machine; run it on another kind of processor, and please report this one"
        )
    return float(apart)


@cache
def processor() -> str:
    """What this machine's processor calls itself, or its architecture where it says no more."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
