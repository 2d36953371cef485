"""The network that tells what a message is, learned in a few seconds with nothing but numpy.

One hidden layer over the meaning and a table of hashed features (assistant/questions/message_model.py), several members with
a table in common, Adam (Kingma and Ba, 2015) with decoupled weight decay. Some messages are only known not to be about
privacy: for these the outputs that may be right share what is asked of them as they share it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.questions.message_model import BUCKETS, KINDS, Weights, features

Floats = NDArray[np.float32]

HIDDEN, MEMBERS = 64, 2
EPOCHS, BATCH = 12, 256
RATE, WARM_UP = 4e-3, 0.1
DECAY, TABLE_DECAY = 2e-2, 1e-2
FORGOTTEN = 0.4  # of the hashed features, in training; half as many of the hidden units
SCALE = 8.0  # centred meanings are of unit length over hundreds of numbers: as they are, each would move too little
SPREAD = 0.12  # of the noise added to a meaning of unit length, over its whole length


@dataclass(frozen=True, slots=True)
class Messages:
    """What is learned from: `rows` the hashed features of each, `vectors` (n, dim) their centred meanings, `allowed` (n, kinds) 1 for each kind that
    it may be, `weight` (n,)."""

    rows: list[NDArray[np.int64]]
    vectors: Floats
    allowed: Floats
    weight: Floats


class _Adam:
    """One array's steps."""

    def __init__(self, values: Floats, decay: float) -> None:
        self.values, self._decay = values, decay
        self._mean, self._square = np.zeros_like(values), np.zeros_like(values)
        self._steps = 0

    def step(self, slope: Floats, rate: float) -> None:
        self._steps += 1
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.001 * (slope * slope - self._square)
        mean = self._mean / (1 - 0.9**self._steps)
        square = self._square / (1 - 0.999**self._steps)
        self.values -= rate * (mean / (np.sqrt(square) + 1e-8) + self._decay * self.values)


def rows_of(texts: Sequence[str]) -> list[NDArray[np.int64]]:
    """The hashed features of each text."""
    return [features(text) for text in texts]


def learned(messages: Messages, seed: int = 0) -> Weights:
    """The weights learned from some messages; the same for the same seed, on one machine."""
    members = [_member(messages, seed * MEMBERS + number) for number in range(MEMBERS)]
    return Weights(
        np.mean([each.table for each in members], axis=0),
        np.concatenate([each.inner for each in members]),
        np.concatenate([each.bias for each in members]),
        np.concatenate([each.outer for each in members]),
        np.mean([each.base for each in members], axis=0),
        members[0].centre,
    )


def _member(messages: Messages, seed: int) -> Weights:
    drawn = np.random.default_rng(seed)
    count, dim = messages.vectors.shape
    inner = _Adam((drawn.standard_normal((dim, HIDDEN)) * np.sqrt(1.0 / dim)).astype(np.float32), DECAY)
    bias = _Adam(np.zeros(HIDDEN, dtype=np.float32), 0.0)
    outer = _Adam((drawn.standard_normal((HIDDEN, len(KINDS))) * np.sqrt(1.0 / HIDDEN)).astype(np.float32), DECAY)
    table = _Adam(np.zeros((BUCKETS, len(KINDS)), dtype=np.float32), TABLE_DECAY)
    base = _Adam(np.zeros(len(KINDS), dtype=np.float32), 0.0)
    batches = count // BATCH
    steps, done = EPOCHS * batches, 0
    weight = messages.weight / messages.weight.mean()
    for _ in range(EPOCHS):
        order = drawn.permutation(count)
        for at in range(batches):
            chosen = order[at * BATCH : (at + 1) * BATCH]
            rate = RATE * min(1.0, (done + 1) / (WARM_UP * steps)) * (1 + np.cos(np.pi * done / steps)) / 2
            done += 1
            noise = drawn.standard_normal((BATCH, dim), dtype=np.float32) * np.float32(SPREAD / np.sqrt(dim))
            read = (messages.vectors[chosen] + noise) * np.float32(SCALE)
            lengths = np.array([len(messages.rows[number]) for number in chosen])
            flat = np.concatenate([messages.rows[number] for number in chosen])
            owner = np.repeat(np.arange(BATCH), lengths)
            kept = drawn.random(len(flat)) >= FORGOTTEN
            flat, owner = flat[kept], owner[kept]
            share = (1.0 / ((1 - FORGOTTEN) * np.sqrt(lengths))).astype(np.float32)

            before = read @ inner.values + bias.values
            passed = (before > 0) * (drawn.random(before.shape) >= FORGOTTEN / 2) / np.float32(1 - FORGOTTEN / 2)
            hidden = (before * passed).astype(np.float32)
            words = _summed(table.values[flat], owner)
            probabilities = _softmax(hidden @ outer.values + base.values + words * share[:, None])
            allowed = messages.allowed[chosen]
            wanted = probabilities * allowed
            wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-9)
            slope = ((probabilities - wanted) * weight[chosen, None] / BATCH).astype(np.float32)

            back = (slope @ outer.values.T) * passed
            of_words = (slope * share[:, None])[owner]
            spread = np.stack([np.bincount(flat, of_words[:, kind], BUCKETS) for kind in range(len(KINDS))], axis=1)
            inner.step((read.T @ back).astype(np.float32), rate)
            bias.step(back.sum(axis=0).astype(np.float32), rate)
            outer.step(hidden.T @ slope, rate)
            table.step(spread.astype(np.float32), rate * 4)
            base.step(slope.sum(axis=0), rate)
    return Weights(
        table.values,
        inner.values[None] * np.float32(SCALE),
        bias.values[None],
        outer.values[None],
        base.values,
        np.zeros(dim, dtype=np.float32),
    )


def _summed(values: Floats, owner: NDArray[np.int64]) -> Floats:
    """The sum of the values of each message of a batch: (BATCH, kinds)."""
    columns = [np.bincount(owner, values[:, kind], BATCH) for kind in range(values.shape[1])]
    return np.stack(columns, axis=1).astype(np.float32)


def _softmax(logits: Floats) -> Floats:
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True), dtype=np.float32)
