"""The golden questions: what was asked, which clauses answer it, and the outcome a careful reader gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.model import Outcome, Turn
from corpus.model import Policy, Span

FOLDER = Path(__file__).parent


class BadGolden(Exception):
    """A golden question that contradicts its policy or the format."""


class Golden(BaseModel):
    """One golden question.

    `gold` holds the clauses that answer it by themselves, each by the words of the policy; none for silent and
    off_topic. `policy` is None where the question names the company; `expect_policy` then says which.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    policy: str | None = None
    outcome: Outcome
    gold: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    tags: tuple[str, ...] = ()
    expect_policy: str | None = None

    @property
    def answered_by(self) -> str | None:
        """The policy that the answer must come from."""
        return self.expect_policy or self.policy


def load(name: str) -> list[Golden]:
    """The golden questions of a file in this folder, such as "golden_tune".

    Raises:
        BadGolden: a line does not follow the format.
    """
    questions = []
    for number, line in enumerate((FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(), start=1):
        try:
            questions.append(Golden.model_validate_json(line))
        except ValidationError as error:
            raise BadGolden(f"{name}.jsonl line {number}: {error.errors()[0]['msg']}") from error
    return questions


def gold_spans(golden: Golden, policies: Mapping[str, Policy]) -> list[Span]:
    """Where the gold clauses stand in the policy's canonical text.

    Raises:
        BadGolden: a gold quote is not in the policy.
    """
    spans = []
    for quote in golden.gold:
        policy = policies[golden.answered_by or ""]
        parts = [(clause.span, clause.span.of(policy.text)) for clause in policy.clauses]
        whole = [span for span, text in parts if text == quote]  # "IP addresses" is a clause, and words of others
        within = [
            Span(span.start + text.find(quote), span.start + text.find(quote) + len(quote))
            for span, text in parts
            if quote in text
        ]
        if not within:
            raise BadGolden(f'{golden.id}: "{quote[:60]}" stands in no clause of {golden.answered_by}')
        spans.extend(whole or within)
    return spans
