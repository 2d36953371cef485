"""The network of the cross-encoder: MPNet (Song et al., "MPNet", 2020) with a mean over the tokens and two heads.

Written out here, rather than taken from transformers, so that training can put low-rank updates on its fused projections. Only
training runs it; `graph` is the same network as it is served.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

LAYERS, WIDTH, VOCABULARY = 12, 768, 30527
HEADS, BUCKETS, FAR, POSITIONS, EPSILON = 12, 32, 128, 514, 1e-5
INNER = 4  # the inner layer's width, in widths
FIRST_POSITION = 2  # MPNet counts positions from there


class Judgement(NamedTuple):
    """For n pairs: `answers` (n,), the log-odds that the passage answers; `outcome` (n, 4), the logits of yes, no, depends,
    stated if it does."""

    answers: Tensor
    outcome: Tensor


class Layer(nn.Module):
    """One layer: attention with a bias by distance, then the inner layer; each with a residual and a norm after it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, EPSILON)
        self.inner = nn.Linear(width, INNER * width)
        self.outer = nn.Linear(INNER * width, width)
        self.last_norm = nn.LayerNorm(width, EPSILON)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """States (n, tokens, width), bias (n, HEADS, tokens, tokens) -> states."""
        n, tokens, width = states.shape
        size = width // HEADS
        query, key, value = self.qkv(states).view(n, tokens, 3, HEADS, size).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(query @ key.transpose(-1, -2) * (1 / math.sqrt(size)) + bias, dim=-1)
        mixed = (weights @ value).transpose(1, 2).reshape(n, tokens, width)
        states = self.norm(self.out(mixed) + states)
        last: Tensor = self.last_norm(self.outer(functional.gelu(self.inner(states))) + states)
        return last


class ReaderNetwork(nn.Module):
    """Question and passage in one pass -> whether the passage answers, and with what outcome.

    Args:
        layers, width, vocabulary: those of the base, if not given; a test takes fewer. The width is a multiple of HEADS.
    """

    def __init__(self, layers: int = LAYERS, width: int = WIDTH, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(POSITIONS, width)
        self.norm = nn.LayerNorm(width, EPSILON)
        self.distance = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer(width) for _ in range(layers))
        self.hidden = nn.Linear(width, width)
        self.answers = nn.Linear(width, 1)
        self.outcome = nn.Linear(width, 4)

    @classmethod
    def of(cls, weights: Mapping[str, NDArray[np.float32]]) -> ReaderNetwork:
        """A network with these weights, as many layers as they have and as wide; heads that are not among them start from chance."""
        layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
        vocabulary, width = weights["words.weight"].shape
        network = cls(layers, width, vocabulary)
        given = {name: torch.tensor(weight) for name, weight in weights.items()}
        network.load_state_dict({**network.state_dict(), **given})
        return network

    def forward(self, ids: Tensor, mask: Tensor) -> Judgement:
        """Ids and mask (n, tokens), int64; 1 in the mask where a token is, the tokens first."""
        states, bias = self.embedded(ids, mask)
        for layer in self.layers:
            states = layer(states, bias)
        return self.judged(states, mask)

    def embedded(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """What the first layer is given: states and bias."""
        tokens = ids.shape[1]
        at = torch.arange(tokens, device=ids.device)
        states = self.norm(self.words(ids) + self.positions(at + FIRST_POSITION)[None])
        bias = self.distance(_bucket(at[None, :] - at[:, None])).permute(2, 0, 1)[None]
        hidden = (1 - mask[:, None, None, :]).to(bias.dtype) * -10_000.0
        return states, bias + hidden

    def judged(self, states: Tensor, mask: Tensor) -> Judgement:
        """The heads, over the mean of the tokens' last states; in float32."""
        kept = mask[:, :, None].float()
        mean = (states.float() * kept).sum(dim=1) / kept.sum(dim=1)
        hidden = torch.tanh(self.hidden(mean))
        return Judgement(self.answers(hidden)[:, 0], self.outcome(hidden))


def _bucket(distance: Tensor) -> Tensor:
    """The bucket of a distance between two tokens: exact near by, logarithmic further off."""
    half = BUCKETS // 2
    exact = half // 2
    back, far = -distance, distance.abs()
    log = exact + (torch.log(far.clamp(min=1).float() / exact) / math.log(FAR / exact) * (half - exact)).long()
    return (back < 0).long() * half + torch.where(far < exact, far, log.clamp(max=half - 1))
