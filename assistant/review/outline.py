"""A policy at a glance: its clauses by what they do and to which data, and what it does not speak of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from assistant.ask import Assistant
from assistant.model import Outcome
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import Flags, PolicyTables
from assistant.review.suggestions import Coverage, Covered
from corpus.model import Policy

_SHA256 = "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d"
_CLAUSE = '"quote": "We do not sell your data.", "start": 120, "end": 145, "path": ["Sharing"]'
_EXAMPLE = f"""{{"policy_id": "vps6-2017", "policy_sha256": "{_SHA256}",
    "clauses": [{{"number": 14, {_CLAUSE}}}],
    "practices": [{{"action": "sell", "clauses": [14], "cells": [{{"data": "any", "clauses": [14]}}],
        "answers": [{{"question": "Do you sell my data?", "outcome": "no", "clause": 14}}], "unanswered": []}}],
    "without_action": [], "silent_on": ["breach"], "data_silent_on": ["health"]}}"""


class OutlinedClause(BaseModel):
    """A clause and its place; `quote` is `text[start:end]` of the policy, in Unicode code points."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="Place among the policy's clauses, from 0.")
    quote: str
    start: int
    end: int
    path: tuple[str, ...] = Field(description="The headings above it, outermost first.")


class Cell(BaseModel):
    """The clauses that name one action and one kind of data, by number."""

    model_config = ConfigDict(frozen=True)

    data: str = Field(description='A kind of data of the vocabulary; "" for clauses that name none.')
    clauses: tuple[int, ...]


class BankAnswer(BaseModel):
    """A question of the practice bank that the policy answers, with the clause that it cites first."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    clause: int = Field(description="Number of the clause.")


class OutlinedPractice(BaseModel):
    """What a policy says of one action: the clauses that name it, and what it answers of the bank's questions about it."""

    model_config = ConfigDict(frozen=True)

    action: str = Field(description="An action of the vocabulary.")
    clauses: tuple[int, ...] = Field(description="Numbers of the clauses that name it, in order.")
    cells: tuple[Cell, ...] = Field(description="The same by kind of data: a clause may name several.")
    answers: tuple[BankAnswer, ...]
    unanswered: tuple[str, ...] = Field(description="Questions of the bank for which no clause was found.")


class Outline(BaseModel):
    """A policy's clauses by action and data. What it does not speak of has no clause that names it and no question of the
    practice bank that is answered; that is not a "no"."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [json.loads(_EXAMPLE)]})

    policy_id: str
    policy_sha256: str
    clauses: tuple[OutlinedClause, ...] = Field(description="Every clause of the policy, by number.")
    practices: tuple[OutlinedPractice, ...] = Field(description="In order of the vocabulary; those it speaks of.")
    without_action: tuple[int, ...] = Field(description="Clauses that name no action.")
    silent_on: tuple[str, ...] = Field(description="Actions that it does not speak of.")
    data_silent_on: tuple[str, ...] = Field(description="Kinds of data that no clause names.")

    def practice(self, action: str) -> OutlinedPractice | None:
        """What it says of one action; None where it does not speak of it."""
        return next((each for each in self.practices if each.action == action), None)


class Outlines:
    """The outlines of one assistant's policies, each made at first need and kept."""

    def __init__(self, assistant: Assistant, coverage: Coverage | None = None) -> None:
        self.assistant = assistant
        self._coverage = coverage or Coverage(assistant)
        self._kept: dict[str, Outline] = {}

    def of(self, policy_id: str) -> Outline:
        """The outline of a policy.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        kept = self._kept.get(policy_id)
        if kept is None:
            policy = self.assistant.policies[policy_id]
            known, bank = self.assistant.known(policy.id), self.assistant.bank
            kept = self._kept[policy_id] = outline(known, bank, self._coverage.of(policy.id))
        return kept


def outline(known: PolicyTables, bank: Bank, covered: Sequence[Covered]) -> Outline:
    """The outline of a policy, of what is known of its clauses and what it answers of the bank's questions."""
    policy = known.policy
    practices = [_practice(at, action, known, bank, covered) for at, action in enumerate(bank.vocabulary.actions)]
    spoken_of = [each for each in practices if each.clauses or each.answers]
    return Outline(
        policy_id=policy.id,
        policy_sha256=policy.sha256,
        clauses=tuple(
            OutlinedClause(
                number=number,
                quote=clause.span.of(policy.text),
                start=clause.span.start,
                end=clause.span.end,
                path=clause.path,
            )
            for number, clause in enumerate(policy.clauses)
        ),
        practices=tuple(spoken_of),
        without_action=_numbers(~np.any(known.actions, axis=1)),
        silent_on=tuple(each.action for each in practices if each not in spoken_of),
        data_silent_on=tuple(name for name, holds in _data(known, bank) if name and not holds.any()),
    )


def _practice(at: int, action: str, known: PolicyTables, bank: Bank, covered: Sequence[Covered]) -> OutlinedPractice:
    named: Flags = known.actions[:, at]
    its = [each for each in covered if each.practice.action == action]
    answered = {each.question for each in its}
    asked = [each.suggests for each in bank.practices if each.action == action and each.suggests]
    return OutlinedPractice(
        action=action,
        clauses=_numbers(named),
        cells=tuple(
            Cell(data=name, clauses=_numbers(named & holds))
            for name, holds in _data(known, bank)
            if (named & holds).any()
        ),
        answers=tuple(
            BankAnswer(question=each.question, outcome=each.answer.outcome, clause=_number(known.policy, each))
            for each in its
        ),
        unanswered=tuple(dict.fromkeys(question for question in asked if question not in answered)),
    )


def _data(known: PolicyTables, bank: Bank) -> Iterator[tuple[str, Flags]]:
    """Each kind of data and which clauses name it, (clauses,); "" for those that name none."""
    for column, name in enumerate(bank.vocabulary.data):
        yield name, known.data[:, column]
    yield "", ~np.any(known.data, axis=1)


def _numbers(flags: Flags) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())


def _number(policy: Policy, covered: Covered) -> int:
    """The number of the clause that an answer cites first."""
    return policy.clauses_at(covered.first.span)[0]
