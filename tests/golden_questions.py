"""A company's own questions and their answers, prepared: what is measured can be counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import judge
from assistant.model import Answer, Outcome, Searched

CARD = "is my card number shared?"
DAYS = "how many days are call recordings kept?"
FRANCE = "what is the capital of France?"
RELEASE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
ELSEWHERE = (
    "We collect this information on a transaction-by-transaction basis and will never authorize the release of this "
    "information with anyone not directly involved in processing the transaction."
)
LINKED = "We are not responsible for the privacy practices or the content of these web sites."
RECORDED = (
    "We may record and/or monitor telephone conversations to ensure compliance with procedures, to resolve complaints and to "
    "improve our service standards."
)
OVERHEARD = "Conversations may also be monitored for quality control and staff training purposes."
ENCRYPTED = "is it encrypted?"
CALLS = "are calls recorded?"
MONITORED = "is anybody listening in?"
# What is answered, and the clause that is cited. Nothing here asks the real assistant: its answers change, the measures don't.
ANSWERS: dict[tuple[str, str], tuple[Outcome, str]] = {
    (CARD, "rackspace"): (Outcome.NO, RELEASE),
    (CARD, "qualispace"): (Outcome.NO, ELSEWHERE),
    (DAYS, "rackspace"): (Outcome.SILENT, ""),
    (FRANCE, "vps6"): (Outcome.OFF_TOPIC, ""),
    (ENCRYPTED, "rackspace"): (Outcome.YES, RELEASE),
    (CALLS, "rackspace"): (Outcome.YES, RECORDED),
    (MONITORED, "rackspace"): (Outcome.UNCLEAR, OVERHEARD),
}
# Half of these expect on purpose what no careful reader would, so that every measure has a figure of its own.
QUESTIONS: list[dict] = [
    {"id": "right", "question": CARD, "policy": "rackspace", "outcome": "no", "gold": [RELEASE]},
    {"id": "not-yes", "question": CARD, "policy": "qualispace", "outcome": "yes", "gold": [ELSEWHERE]},
    {"id": "silent", "question": DAYS, "policy": "rackspace", "outcome": "silent"},
    {"id": "not-silent", "question": CARD, "policy": "rackspace", "outcome": "silent"},
    {"id": "France", "question": FRANCE, "policy": "vps6", "outcome": "off_topic"},
    {"id": "not-France", "question": FRANCE, "policy": "vps6", "outcome": "silent"},
    {
        "id": "follow-up",
        "question": ENCRYPTED,
        "policy": "rackspace",
        "outcome": "yes",
        "gold": [LINKED],
        "history": [{"question": CARD, "policy": "rackspace"}],
    },
    {"question": DAYS, "policy": "rackspace", "outcome": "stated", "gold": [RELEASE]},
    {"id": "either", "question": CALLS, "policy": "rackspace", "outcome": ["depends", "yes"], "gold": [RECORDED]},
    {"id": "unsure", "question": MONITORED, "policy": "rackspace", "outcome": ["no", "depends"], "gold": [OVERHEARD]},
]


def lines(path: Path, *questions: object) -> Path:
    """A file of questions, each as it stands or as JSON, a line each."""
    path.write_text("".join(f"{q if isinstance(q, str) else json.dumps(q)}\n" for q in questions), encoding="utf-8")
    return path


class Answering:
    """Answers as ANSWERS has them."""

    def __init__(self, policies) -> None:
        self.policies = policies

    def ask(self, question, policy, history):
        outcome, cited = ANSWERS[question, policy]
        found = self.policies[policy]
        spans = [clause.span for clause in found.clauses if clause.span.of(found.text) == cited]
        return Answer(
            question=question,
            outcome=outcome,
            text=".",
            citations=tuple(found.cite(span) for span in spans),
            searched=Searched(policies=(), clauses=len(found.clauses)),
            understood="is my card number encrypted?" if history else None,
        )


class Prepared:
    """Answers as prepared: for each question the outcome and the numbers of the clauses of VPS6 that are cited."""

    def __init__(self, policies, answers: dict[str, tuple[Outcome, list[int]]]) -> None:
        self.policies, self.answers = policies, answers

    def ask(self, question, policy, history):
        outcome, cited = self.answers[question]
        vps6 = self.policies["vps6"]
        citations = tuple(vps6.cite(vps6.clauses[number].span) for number in cited)
        searched = Searched(policies=(), clauses=len(vps6.clauses))
        return Answer(question=question, outcome=outcome, text=".", citations=citations, searched=searched)


def prepared(shelf, *cases: tuple[str, Outcome, list[int]]):
    """Judged questions whose gold is clause 5 of VPS6, always expected "stated"."""
    quote = shelf["vps6"].clauses[5].span.of(shelf["vps6"].text)
    questions = [
        Golden(id=str(n), question=question, policy="vps6", outcome=Outcome.STATED, gold=(quote,))
        for n, (question, _, _) in enumerate(cases)
    ]
    answering: Any = Prepared(shelf, {question: (outcome, cited) for question, outcome, cited in cases})
    return judge(answering, questions)
