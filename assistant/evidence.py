"""Hits -> outcome and the clauses that prove it.

A clause is evidence if it does what is asked to the data that is asked about. Its weight adds up similarity (dense and
lexical), what the practice bank says of question and clause, and the words of the vocabulary that both name. The outcome
is read from the best clause's own words (`modality`); too little weight is silence, never "no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.modality import Assertion, assertion_of, names_duration, parts_of, restricts_to_insiders
from assistant.model import MAX_CITATIONS, Outcome
from assistant.practices.bank import Bank
from assistant.practices.lexicon import Lexicon
from assistant.practices.reader import Floats, PracticeReader, Reading
from assistant.query import Query
from assistant.question import Form, asks_about_outsiders, asks_duration, asks_without_consent, form_of
from corpus.model import Clause, Policy, Span
from index.lexical import terms
from index.search import Searcher

_ANAPHOR = re.compile(
    r"\b(?:this|that|these|those|such|the|it|they|them|the same) ?(?:informational|information|data|details|statistics|records?|messages?)?\b",
    re.IGNORECASE,
)


# "any information about you", "all of your personal data": what holds of all data holds of the data that is asked about.
_UNIVERSAL = re.compile(r"\b(?:any|all|every|no)\b[^.;]{0,40}?\b(?:information|data|details)\b", re.IGNORECASE)


# "this information", "such data": says what it speaks of elsewhere, in its heading or the clause before.
_REFERS = re.compile(
    r"\b(?:this|that|these|those|such|the) (?:information(?:al)?|data|details|records?)\b", re.IGNORECASE
)

_WIDER = np.float32(0.7)  # what likeness to the question in general counts for, against likeness to the question itself


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature of a question and a clause adds; see docs/how-it-answers.md for what each is worth."""

    similarity: float = 1.5
    practice: float = 0.6
    action: float = 0.3
    data: float = 0.2
    named_action: float = 0.25
    neighbours: float = 0.05
    no_statement: float = -0.4


@dataclass(frozen=True, slots=True)
class Answerability:
    """Log-odds that the best clause answers at all, from what it and the question agree in.

    Below zero the policy is silent: similar is not the same as answered.
    """

    base: float = -8.2
    weight: float = 0.8
    similarity: float = 12.6
    action: float = 6.2
    named_action: float = 0.9
    no_duration: float = -4.7


OFF_TOPIC_MARGIN = 0.09  # from here on a message is off topic whatever it resembles; from its negative on it may be
_LONGEST_LIST = 900  # code points; a longer list is cited by its items
FURTHER = 0.6  # a further citation needs this share of the best one's weight


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as evidence needs it: its vector and practices, its form, the data and actions it names.

    `general` is the same question asked of information in general; the question itself where it names no other data.
    """

    query: Query
    vector: Floats
    reading: Reading
    general: Floats
    general_reading: Reading
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

    `assertion` is what the best clause asserts, where the question asks whether.
    """

    outcome: Outcome
    spans: tuple[Span, ...]
    strength: float
    ranked: tuple[Weighed, ...]
    assertion: Assertion | None = None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is known of a policy's clauses before any question."""

    policy: Policy
    reading: Reading
    data: tuple[frozenset[str], ...]
    actions: tuple[frozenset[str], ...]
    universal: NDArray[np.bool_]  # (clauses,): whether it speaks of all information
    refers: NDArray[np.bool_]  # (clauses,): whether it speaks of information named elsewhere
    states: Floats  # (clauses,): 0 for a clause that states nothing (a question, a bare lead-in), else 1


class Evidence:
    """Weighs the clauses of policies for a question."""

    def __init__(self, policies: Mapping[str, Policy], searcher: Searcher, bank: Bank) -> None:
        self.weights, self.answerability = Weights(), Answerability()
        self._searcher = searcher
        self.practices = PracticeReader(bank, searcher.companions)
        self.data, self.actions = Lexicon(bank.vocabulary.data), Lexicon(bank.vocabulary.actions)
        self._shelves = {policy.id: self._prepared(policy) for policy in policies.values()}

    def generalised(self, text: str) -> str:
        """A question with "my information" for the data it names."""
        mentions = [mention for mention in self.data.mentions(text) if mention.name != "any"]
        for mention in reversed(list({mention.span: mention for mention in mentions}.values())):
            text = f"{text[: mention.span.start]}information{text[mention.span.end :]}"
        return text

    def asked(self, query: Query, vector: Floats, general: Floats) -> Asked:
        """Read a question once, for all policies, by its vector and that of its `generalised` text."""
        return Asked(
            query=query,
            vector=vector,
            reading=self.practices.questions(vector[None, :]),
            general=general,
            general_reading=self.practices.questions(general[None, :]),
            form=form_of(query.text if query.topic else query.asked),
            data=self.data.names(query.text),
            actions=self.actions.names(query.text),
        )

    def features(self, asked: Asked, policy_id: str) -> dict[str, Floats]:
        """Each feature of every clause of a policy: float32, (clauses,)."""
        shelf = self._shelves[policy_id]
        similarity = self._searcher.scores(asked.query.text, asked.vector, policy_id)
        practice, action = _likeness(asked.reading, shelf.reading)
        data = np.array([_agreement(asked.data, names) for names in shelf.data], dtype=np.float32)
        # Such a clause is compared with the question asked of information in general: it does not name the data itself.
        in_general = shelf.universal | (shelf.refers & (data > 0))
        if in_general.any() and asked.general is not asked.vector:
            general = self._searcher.scores(asked.query.text, asked.general, policy_id)
            of_all = (general, *_likeness(asked.general_reading, shelf.reading))
            similarity, practice, action = (
                np.where(in_general, np.maximum(own, _WIDER * wider), own)
                for own, wider in zip((similarity, practice, action), of_all, strict=True)
            )
        features = {
            "similarity": similarity,
            "practice": practice,
            "action": action,
            "data": data,
            "named_action": np.array(
                [float(bool(asked.actions & actions)) for actions in shelf.actions], dtype=np.float32
            ),
            "no_statement": 1.0 - shelf.states,
        }
        features["neighbours"] = _neighbours(similarity, shelf.policy.clauses)
        return features

    def off_topic(self, asked: Asked, policy_ids: Sequence[str]) -> bool:
        """Whether a message is about no practice and none of these policies answers it."""
        if not re.search(r"[^\W_]", asked.query.asked):
            return True
        margin = self.off_topic_margin(asked)
        if abs(margin) >= OFF_TOPIC_MARGIN:
            return margin > 0
        names_something = bool(asked.data or asked.actions)
        if margin <= 0 and names_something:
            return False
        return all(self.weigh(asked, policy_id).strength < 0 for policy_id in policy_ids)

    def off_topic_margin(self, asked: Asked) -> float:
        """How much nearer a message is to messages about nothing here than to questions about practices."""
        known = float(asked.reading.best.max())
        return self.practices.off_topic(asked.vector) - known

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
            total += getattr(self.weights, name) * values
        return total

    def weigh(self, asked: Asked, policy_id: str) -> Verdict:
        """The outcome for one policy and the clauses that prove it."""
        policy = self._shelves[policy_id].policy
        features = self.features(asked, policy_id)
        weight = self._weight(features)
        order = np.argsort(-weight, kind="stable")
        ranked = tuple(
            Weighed(
                int(number), float(weight[number]), {name: float(values[number]) for name, values in features.items()}
            )
            for number in order[:10]
        )
        best = ranked[0]
        strength = self.log_odds(asked, policy, best)
        if strength < 0:
            return Verdict(Outcome.SILENT, (), strength, ranked)
        cited = [item.number for item in ranked if item.weight >= FURTHER * best.weight]
        spans = _cited(policy, cited[: 2 * MAX_CITATIONS], siblings=self._siblings_wanted(asked))
        outcome, assertion = self._outcome(asked, policy, policy.clauses[best.number])
        return Verdict(outcome, spans, strength, ranked, assertion)

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
        kept = ("similarity", "action", "named_action")
        return {"weight": best.weight, **{name: best.parts[name] for name in kept}, "no_duration": float(wanted)}

    def log_odds(self, asked: Asked, policy: Policy, best: Weighed) -> float:
        """Log-odds that the best clause answers the question."""
        features = self.answer_features(asked, policy, best)
        log_odds: float = self.answerability.base + sum(
            getattr(self.answerability, name) * value for name, value in features.items()
        )
        return log_odds

    def _outcome(self, asked: Asked, policy: Policy, clause: Clause) -> tuple[Outcome, Assertion | None]:
        if asked.form is Form.OPEN:
            return Outcome.STATED, None
        text = clause.span.of(policy.text)
        part = max(parts_of(text), key=lambda span: self._shared(asked, span.of(text)))
        assertion = assertion_of(text, part)
        if assertion.reserved and not (asks_without_consent(asked.query.text) and assertion.only_consent):
            return Outcome.DEPENDS, assertion
        kept_inside = restricts_to_insiders(part.of(text)) and asks_about_outsiders(asked.query.text)
        return (Outcome.NO if assertion.negated or kept_inside else Outcome.YES), assertion

    def _shared(self, asked: Asked, part: str) -> tuple[int, int, int]:
        """How many actions, kinds of data and words a part of a clause shares with the question."""
        return (
            len(self.actions.names(part) & asked.actions),
            len(self.data.names(part) & asked.data),
            len(set(terms(part)) & set(terms(asked.query.text))),
        )

    def _prepared(self, policy: Policy) -> _Shelf:
        own = [self.data.names(clause.span.of(policy.text)) for clause in policy.clauses]
        data: list[frozenset[str]] = []
        for number, clause in enumerate(policy.clauses):
            text = clause.span.of(policy.text)
            names = set(own[number])
            if not names - {"any"} or _ANAPHOR.search(text):
                names |= {name for heading in clause.path[-1:] for name in self.data.names(heading)}
                if number and policy.clauses[number - 1].path == clause.path:
                    names |= data[-1]
            if clause.lead_in:
                names |= self.data.names(clause.lead_in.of(policy.text)) - {"any"}
            data.append(frozenset(names))
        actions = tuple(
            self.actions.names(clause.span.of(policy.text))
            | (self.actions.names(clause.lead_in.of(policy.text)) if clause.lead_in else frozenset())
            for clause in policy.clauses
        )
        opens = {clause.lead_in for clause in policy.clauses}
        states = [
            0.0
            if (text := clause.span.of(policy.text)).endswith("?") or (text.endswith(":") and clause.span not in opens)
            else 1.0
            for clause in policy.clauses
        ]
        universal, refers = (
            np.array([bool(pattern.search(clause.span.of(policy.text))) for clause in policy.clauses])
            for pattern in (_UNIVERSAL, _REFERS)
        )
        return _Shelf(
            policy,
            self.practices.clauses(self._searcher.vectors(policy.id)),
            tuple(data),
            actions,
            universal,
            refers,
            np.array(states, dtype=np.float32),
        )


def _likeness(question: Reading, clauses: Reading) -> tuple[Floats, Floats]:
    """How alike a question and each clause stand to the practices, and to the actions: float32, (clauses,) each."""
    actions: Floats = np.sqrt(clauses.actions * question.actions).sum(axis=1)
    return clauses.profile @ question.profile[0], actions


def _agreement(asked: frozenset[str], said: frozenset[str]) -> float:
    """How the data a question names agrees with the data a clause speaks of: -0.5 (other data) to 1 (the same)."""
    wanted = asked - {"any"}
    if not wanted:
        return 0.3 if "any" in asked and "any" in said else 0.0
    if wanted & said:
        return 1.0
    if "any" in said and not said - {"any"}:
        return 0.6
    return -0.5 if said - {"any"} else 0.0


def _neighbours(scores: Floats, clauses: tuple[Clause, ...]) -> Floats:
    """The mean score of the clauses right before and after, in the same section."""
    found = np.zeros_like(scores)
    for number, clause in enumerate(clauses):
        near = [at for at in (number - 1, number + 1) if 0 <= at < len(clauses) and clauses[at].path == clause.path]
        if near:
            found[number] = scores[near].mean()
    return found


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
