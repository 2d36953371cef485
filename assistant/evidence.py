"""Hits -> outcome and the clauses that prove it.

A clause is evidence if it does what is asked to the data that is asked about. Its weight adds up similarity (dense and
lexical), what the practice bank says of question and clause, and the words of the vocabulary that both name. The outcome
is read from the best clause's own words (`modality`); too little weight is silence, never "no".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant import learned
from assistant.known import Flags, Known, KnownClauses
from assistant.modality import Assertion, assertion_of, names_duration, takes_exception
from assistant.model import MAX_CITATIONS, Outcome
from assistant.outcome import OutcomeReader, OutcomeReading, part_asked, words_of
from assistant.practices.bank import Bank
from assistant.practices.lexicon import Lexicon
from assistant.practices.reader import Floats, PracticeReader, Reading
from assistant.query import Query
from assistant.question import Form, asks_duration, form_of
from corpus.model import Policy, Span
from index.encoders.base import Embedding
from index.search import Searcher

_LONGEST_LIST = 900  # code points; a longer list is cited by its items
RELATED = 3.0  # log-odds that the best clause may lack and still be offered as the closest to an unanswered question
FURTHER = 4.0  # a further citation weighs at most this much less than the best one: e^-4 as probable


def probability(log_odds: float) -> float:
    """The probability that log-odds stand for."""
    return 1.0 / (1.0 + math.exp(-log_odds))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as evidence needs it: its embedding and practices, its form, the data and actions it names."""

    query: Query
    embedding: Embedding
    reading: Reading
    form: Form
    data: frozenset[str]
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One clause for one question: its number in the policy, its weight, and what made it up."""

    number: int
    weight: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one policy, the cited spans (best first), and how strong the evidence is.

    `strength` is the log-odds that the best clause answers, less those that an answer needs; `assertion` is what that
    clause asserts where it speaks of what is asked, and `reading` how the outcome was read. Where the policy is silent,
    `closest` is a clause that is related; it does not answer. `excepted`: the second cited clause takes exception to it.
    """

    outcome: Outcome
    spans: tuple[Span, ...]
    strength: float
    ranked: tuple[Weighed, ...]
    assertion: Assertion | None = None
    reading: OutcomeReading | None = None
    closest: Span | None = None
    excepted: bool = False


class Evidence:
    """Weighs the clauses of policies for a question."""

    def __init__(self, policies: Mapping[str, Policy], searcher: Searcher, known: KnownClauses, bank: Bank) -> None:
        self.learned = learned.evidence()
        self._outcomes = OutcomeReader(learned.outcome())
        self._searcher = searcher
        self.practices = PracticeReader(bank, searcher.companions)
        self.data, self.actions = Lexicon(bank.vocabulary.data), Lexicon(bank.vocabulary.actions)
        self._policies, self._clauses = policies, known
        self._known: dict[str, Known] = {}

    def known(self, policy_id: str) -> Known:
        """What is known of a policy's clauses before any question."""
        found = self._known.get(policy_id)
        if found is None:
            found = self._clauses.of(self._policies[policy_id], self._searcher.rows[policy_id])
            self._known[policy_id] = found
        return found

    def asked(self, query: Query, embedding: Embedding) -> Asked:
        """Read a question once, for all policies, by its embedding."""
        return Asked(
            query=query,
            embedding=embedding,
            reading=self.practices.questions(embedding.vector[None, :]),
            form=form_of(query.text if query.topic else query.asked),
            data=self.data.names(query.text),
            actions=self.actions.names(query.text),
        )

    def features(self, asked: Asked, policy_id: str) -> dict[str, Floats]:
        """Each feature of every clause of a policy: float32, (clauses,)."""
        known = self.known(policy_id)
        similarity = self._searcher.scores(asked.query.text, asked.embedding, policy_id)
        practice, action = _likeness(asked.reading, known)
        data = _agreement(_flags(asked.data, self.data), known.data, self.data.terms.index("any"))
        named = _named(_flags(asked.actions, self.actions), known.actions)
        return {
            "similarity": similarity,
            "practice": practice,
            "action": action,
            "data": data,
            "named_action": named,
            "other_list": (known.items & (named < 0)).astype(np.float32),
            "section": _best_of_each(similarity, known.section),
            "no_statement": 1.0 - known.states,
        }

    def off_topic(self, asked: Asked, strength: float) -> bool:
        """Whether a message is about no practice and no policy answers it; `strength` is that of the best one's evidence."""
        if not re.search(r"[^\W_]", asked.query.asked):
            return True
        return self.learned.off_topic.given(self.off_topic_features(asked, strength)) >= 0

    def off_topic_features(self, asked: Asked, strength: float) -> dict[str, float]:
        """What decides whether a message is about a practice at all; `strength` is that of the best policy's evidence."""
        return {
            "margin": self.off_topic_margin(asked),
            "strength": strength,
            "named": float(bool(asked.data or asked.actions)),
        }

    def off_topic_margin(self, asked: Asked) -> float:
        """How much nearer a message is to messages about nothing here than to questions about practices."""
        known = float(asked.reading.best.max())
        return self.practices.off_topic(asked.embedding.vector) - known

    def rank(self, asked: Asked, policy_ids: Sequence[str], limit: int) -> list[tuple[str, int, float]]:
        """Policy, clause number and weight of the best clauses of some policies; equal ones in order of place."""
        weighed = [
            (policy_id, number, float(weight))
            for policy_id in policy_ids
            for number, weight in enumerate(self._weight(self.features(asked, policy_id)))
        ]
        return sorted(weighed, key=lambda item: -item[2])[:limit]

    def _weight(self, features: Mapping[str, Floats]) -> Floats:
        total = np.zeros(len(features["similarity"]), dtype=np.float32)
        for name, values in features.items():
            total += getattr(self.learned.weights, name) * values
        return total

    def ranked(self, asked: Asked, policy_id: str) -> tuple[Weighed, ...]:
        """The ten best clauses of a policy, best first; equal ones in order of place."""
        features = self.features(asked, policy_id)
        weight = self._weight(features)
        return tuple(
            Weighed(
                int(number), float(weight[number]), {name: float(values[number]) for name, values in features.items()}
            )
            for number in np.argsort(-weight, kind="stable")[:10]
        )

    def weigh(self, asked: Asked, policy_id: str) -> Verdict:
        """The outcome for one policy and the clauses that prove it."""
        policy = self.known(policy_id).policy
        ranked = self.ranked(asked, policy_id)
        best = ranked[0]
        strength = self.log_odds(asked, policy, best) - self.learned.answerability.needed
        if strength < 0:
            related = strength > -RELATED
            closest = policy.clauses[best.number].span if related else None
            return Verdict(Outcome.SILENT, (), strength, ranked, closest=closest)
        cited = [item.number for item in ranked if item.weight >= best.weight - FURTHER]
        counterpart = self._counterpart(policy_id, best.number)
        if counterpart is not None:
            cited = list(dict.fromkeys([best.number, counterpart, *cited]))
        spans = _cited(policy, cited[: 2 * MAX_CITATIONS], siblings=self._siblings_wanted(asked))
        clause, own = words_of(policy, policy.clauses[best.number])
        assertion = assertion_of(clause, part_asked(asked.query.text, clause, own))
        reading = self._outcomes.read(asked.query.text, clause, assertion)
        excepted = counterpart is not None and counterpart > best.number
        return Verdict(reading.outcome, spans, strength, ranked, assertion, reading, excepted=excepted)

    def _counterpart(self, policy_id: str, number: int) -> int | None:
        """The clause that takes exception to a clause, or the one that it takes exception to; None where neither is."""
        known = self.known(policy_id)
        clauses, text = known.policy.clauses, known.policy.text
        for later, other in ((number + 1, number + 1), (number, number - 1)):
            if later < len(clauses) and known.follows[later] and takes_exception(clauses[later].span.of(text)):
                return other
        return None

    def _siblings_wanted(self, asked: Asked) -> int:
        """How many items of a list among the best call for the list as a whole: the more the question wants one fact,
        the more. "What do you collect?" wants the list, "is my IP address collected?" its item."""
        if asked.form is Form.WHETHER:
            return MAX_CITATIONS + 1
        return 2 if asked.data - {"any"} else 1

    def answer_features(self, asked: Asked, policy: Policy, best: Weighed) -> dict[str, float]:
        """What decides whether the best clause answers at all."""
        clause = policy.clauses[best.number].span.of(policy.text)
        wanted = asks_duration(asked.query.text) and not names_duration(clause)
        return {"weight": best.weight, "action": best.parts["action"], "no_duration": float(wanted)}

    def log_odds(self, asked: Asked, policy: Policy, best: Weighed) -> float:
        """Log-odds that the best clause answers the question."""
        return self.learned.answerability.given(self.answer_features(asked, policy, best))


def _likeness(question: Reading, clauses: Known) -> tuple[Floats, Floats]:
    """How alike a question and each clause stand to the practices, and to the actions: float32, (clauses,) each."""
    actions: Floats = np.sqrt(clauses.posterior * question.actions).sum(axis=1)
    return clauses.profile @ question.profile[0], actions


def _flags(names: Iterable[str], lexicon: Lexicon) -> Flags:
    """Which terms of an axis are among some names: (terms,)."""
    return np.isin(lexicon.terms, list(names))


def _agreement(asked: Flags, said: Flags, any_data: int) -> Floats:
    """How the data a question names, (kinds,), agrees with the data each clause speaks of, (clauses, kinds): -0.5 (other
    data) to 1 (the same); `any_data` is the kind that stands for data in general."""
    wanted = asked.copy()
    wanted[any_data] = False
    general = said[:, any_data]
    if not wanted.any():
        return np.where(asked[any_data] & general, 0.3, 0.0).astype(np.float32)
    special = said.sum(axis=1) > general
    agrees = [said[:, wanted].any(axis=1), general & ~special, special]
    return np.select(agrees, [1.0, 0.6, -0.5], 0.0).astype(np.float32)


def _named(asked: Flags, said: Flags) -> Floats:
    """How the actions a question names, (actions,), agree with those each clause names, (clauses, actions): -0.5 (others
    only) to 1 (the same)."""
    if not asked.any():
        return np.zeros(len(said), dtype=np.float32)
    return np.select([said[:, asked].any(axis=1), said.any(axis=1)], [1.0, -0.5], 0.0).astype(np.float32)


def _best_of_each(scores: Floats, group: NDArray[np.int64]) -> Floats:
    """For each clause the best score in its group; groups are numbered from 0."""
    best = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.float32)
    np.maximum.at(best, group, scores)
    return best[group]


def _cited(policy: Policy, numbers: Sequence[int], *, siblings: int) -> tuple[Span, ...]:
    """The spans to cite for clauses in order of merit.

    The sentence that opens a list is cited with its items, which complete it; and so is a list of which at least
    `siblings` items stand among the best.
    """
    spans: list[Span] = []
    for number in numbers:
        clause = policy.clauses[number]
        opener = clause.span if clause.span.of(policy.text).endswith(":") else clause.lead_in
        items = [at for at, other in enumerate(policy.clauses) if opener is not None and other.lead_in == opener]
        among = sum(at in items for at in numbers[:MAX_CITATIONS])
        span = clause.span
        if items and (opener == span or among >= siblings):
            start = opener.start if opener in [c.span for c in policy.clauses] else policy.clauses[items[0]].span.start
            whole = Span(start, policy.clauses[items[-1]].span.end)
            span = whole if whole.end - whole.start <= _LONGEST_LIST else span
        if not any(span.overlap(other) for other in spans):
            spans.append(span)
    return tuple(spans[:MAX_CITATIONS])
