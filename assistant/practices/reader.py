"""Which practices a text is about: its profile over the bank's entries and the posterior of each action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.practices.bank import Bank

Floats = NDArray[np.float32]
_TEMPERATURE = 0.05


@dataclass(frozen=True, slots=True)
class Reading:
    """For n texts: how well each practice fits them, and the posteriors that follow from it.

    best: (n, practices), the similarity to the nearest sentence of each practice.
    profile: (n, practices), the same as unit vectors around their mean; the inner product of two is their correlation.
    actions: (n, actions), each row a distribution.
    """

    best: Floats
    profile: Floats
    actions: Floats


class PracticeReader:
    """Reads texts by their vectors. The posterior of a practice is the softmax of the best similarity to its sentences;
    that of an action is the sum over its practices."""

    def __init__(self, bank: Bank, vectors: Mapping[str, Floats]) -> None:
        self.bank = bank
        self.actions = tuple(bank.vocabulary.actions)
        self._questions, self._clauses = vectors["practice-questions"], vectors["practice-clauses"]
        self._off_topic = vectors["off-topic"]
        self._question_starts = _starts([len(practice.questions) for practice in bank.practices])
        self._clause_starts = _starts([len(practice.clauses) for practice in bank.practices])
        self._to_action = np.zeros((len(bank.practices), len(self.actions)), np.float32)
        for row, practice in enumerate(bank.practices):
            self._to_action[row, self.actions.index(practice.action)] = 1.0

    def questions(self, vectors: Floats) -> Reading:
        """Read questions: vectors float32, (n, dim), unit length."""
        return self._read(vectors @ self._questions.T, self._question_starts)

    def clauses(self, vectors: Floats) -> Reading:
        """Read clauses: vectors float32, (n, dim), unit length."""
        return self._read(vectors @ self._clauses.T, self._clause_starts)

    def off_topic(self, vector: Floats) -> float:
        """The similarity of a message to the nearest one that is about no practice."""
        return float((self._off_topic @ vector).max())

    def _read(self, similarities: Floats, starts: NDArray[np.int64]) -> Reading:
        best = np.maximum.reduceat(similarities, starts, axis=1)
        weights = np.exp((best - best.max(axis=1, keepdims=True)) / _TEMPERATURE)
        practices = weights / weights.sum(axis=1, keepdims=True)
        centred = best - best.mean(axis=1, keepdims=True)
        profile = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
        return Reading(best, profile, practices @ self._to_action)


def _starts(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *counts[:-1]]).astype(np.int64)
