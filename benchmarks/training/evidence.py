"""The weights of the evidence: which clause answers (a softmax over the clauses of a policy) and whether any does.

Both are set on questions that the encoder did not learn from: those about the bundled policies that are kept for tuning,
and those of the companies named `weigh`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from assistant import learned
from assistant.ask import Assistant
from assistant.evaluation.golden import Golden, gold_spans
from assistant.evidence import Asked
from assistant.learned import EVIDENCE, Answerability, OffTopic, Weights
from assistant.model import Outcome
from index.files import write_whole

# Not learned: questions and bare lead-ins are too few among the clauses; and the questions about the invented companies
# avoid the policies' words on purpose, by which they undervalue that question and clause name the same action.
FIXED = {"no_statement": -5.0, "named_action": 1.5}
PENALTY = 1e-4  # on the squares of the weights
# What a question about the bundled policies, the first group, counts: for the weights, and for silence.
BUNDLED, BUNDLED_SILENCE = 20.0, 5.0
LOST = 0.03  # share of answerable questions that may be called silent


@dataclass(frozen=True, slots=True)
class Example:
    """A question as the evidence reads it, its policy, and which of the policy's clauses answer it."""

    golden: Golden
    asked: Asked
    policy_id: str
    right: NDArray[np.bool_]


def examples(assistant: Assistant, questions: Iterable[Golden]) -> Iterator[Example]:
    """The questions that stand alone and name one policy."""
    for golden in questions:
        if golden.history or golden.answered_by is None:
            continue
        policy = assistant.policies[golden.answered_by]
        spans = gold_spans(golden, assistant.policies)
        right = [any(clause.span.covers(span) for span in spans) for clause in policy.clauses]
        yield Example(golden, assistant.read(golden.question, policy.id), policy.id, np.array(right))


def train(groups: Sequence[tuple[Assistant, Sequence[Golden]]]) -> dict[str, Any]:
    """Fit the weights and write them; how many examples they rest on."""
    found = [(assistant, list(examples(assistant, questions))) for assistant, questions in groups]
    about = [(assistant, [e for e in group if e.golden.outcome is not Outcome.OFF_TOPIC]) for assistant, group in found]
    # One after the other: silence is told by the weights, and what is off topic by both.
    known = learned.evidence()
    for name, fit, of in (
        ("weights", _weights, about),
        ("answerability", _answerability, about),
        ("off_topic", _off_topic, found),
    ):
        known = known.model_copy(update={name: fit(of)})
        for assistant, _ in found:
            assistant.evidence.learned = known
    write_whole(EVIDENCE, known.model_dump_json(indent=1) + "\n")
    return dict(Counter(e.golden.outcome.value for _, group in found for e in group))


def _weights(found: Sequence[tuple[Assistant, Sequence[Example]]]) -> Weights:
    names = [name for name in Weights.model_fields if name not in FIXED]
    tables = []
    for number, (assistant, group) in enumerate(found):
        for example in group:
            if example.right.any():
                features = assistant.evidence.features(example.asked, example.policy_id)
                table = torch.tensor(np.stack([features[name] for name in names], axis=1), dtype=torch.float64)
                fixed = torch.tensor(sum(w * features[name] for name, w in FIXED.items()), dtype=torch.float64)
                tables.append((table, fixed, torch.tensor(example.right), 1.0 if number else BUNDLED))
    counts = sum(count for *_, count in tables)
    weights = torch.ones(len(names), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        total = PENALTY * (weights**2).sum()
        for table, fixed, right, count in tables:
            scores = table @ weights + fixed
            total = total + count / counts * (scores.logsumexp(dim=0) - scores[right].logsumexp(dim=0))
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    fitted = {name: round(float(weight), 2) for name, weight in zip(names, weights.detach(), strict=True)}
    return Weights(**fitted, **FIXED)


def _answerability(found: Sequence[tuple[Assistant, Sequence[Example]]]) -> Answerability:
    rows, answered, counts = [], [], []
    for number, (assistant, group) in enumerate(found):
        for example in group:
            policy = assistant.policies[example.policy_id]
            best = assistant.evidence.ranked(example.asked, policy.id)[0]
            rows.append(assistant.evidence.answer_features(example.asked, policy, best))
            answered.append(bool(example.right.any()))
            counts.append(1.0 if number else BUNDLED_SILENCE)
    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(table, answered, sample_weight=counts)
    kept = np.array(answered)
    odds, weighed = model.decision_function(table)[kept], np.array(counts)[kept]
    order = np.argsort(odds)
    needed = odds[order][np.searchsorted(np.cumsum(weighed[order]), LOST * weighed.sum())]
    return Answerability(
        base=round(float(model.intercept_[0]), 3),
        **{name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)},
        needed=round(float(needed), 3),
    )


def _off_topic(found: Sequence[tuple[Assistant, Sequence[Example]]]) -> OffTopic:
    rows, off_topic = [], []
    for assistant, group in found:
        for example in group:
            strength = assistant.evidence.weigh(example.asked, example.policy_id).strength
            rows.append(assistant.evidence.off_topic_features(example.asked, strength))
            off_topic.append(example.golden.outcome is Outcome.OFF_TOPIC)
    names = list(rows[0])
    model = LogisticRegression(C=1000.0, max_iter=1000).fit([[row[name] for name in names] for row in rows], off_topic)
    fitted = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return OffTopic(base=round(float(model.intercept_[0]), 3), **fitted)
