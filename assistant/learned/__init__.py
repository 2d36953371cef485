"""What was learned from questions with known clauses and outcomes (`make train`): tables of weights, readable and small.

README.md beside this file is their card: data, licence, figures, limits.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent
EVIDENCE, OUTCOME = FOLDER / "evidence.json", FOLDER / "outcome.tsv"


class Weights(BaseModel):
    """What each feature of a question and a clause adds to the clause's weight; docs/how-it-answers.md names them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    similarity: float
    practice: float
    action: float
    data: float
    named_action: float
    other_list: float
    section: float
    no_statement: float


class LogOdds(BaseModel):
    """A logistic model: a base, and a weight for each feature by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: float

    def given(self, features: Mapping[str, float]) -> float:
        """The log-odds for some features."""
        return float(self.base + sum(getattr(self, name) * value for name, value in features.items()))


class Answerability(LogOdds):
    """Log-odds that the best clause answers at all, from what it and the question agree in; below those `needed` the
    policy is silent: similar is not the same as answered.
    """

    weight: float
    action: float
    no_duration: float
    needed: float


class OffTopic(LogOdds):
    """Log-odds that a message is about no practice: how much nearer it is to messages about nothing here (`margin`), how
    strong the best evidence for it is, and whether it names data or an action; from 0 on it is off topic."""

    margin: float
    strength: float
    named: float


class Learned(BaseModel):
    """The weights of the evidence, of silence and of what is off topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: Weights
    answerability: Answerability
    off_topic: OffTopic


@cache
def evidence() -> Learned:
    """The weights that rank clauses and tell silence."""
    return Learned.model_validate_json(EVIDENCE.read_bytes())


@cache
def outcome() -> dict[str, tuple[float, ...]]:
    """For each sign (assistant.outcome), what it adds to the log-odds of each outcome, in the order of the columns."""
    with OUTCOME.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return {sign: tuple(map(float, weights)) for sign, *weights in rows}
