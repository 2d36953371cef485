"""Low-rank updates of linear layers (Hu et al., "LoRA", 2021): what is learned of the base, its own weights staying as they are."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.training.reader.network import ReaderNetwork

PROJECTIONS = ("qkv", "out", "inner", "outer")  # of each layer
HEADS = ("hidden", "answers", "outcome")  # of the network: learned whole


class LowRank(nn.Module):
    """A linear layer W that stays, with an update that is learned: W + up @ down; `down` (rank, in), `up` (out, rank)."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, states: Tensor) -> Tensor:
        """As the linear layer, with the update added."""
        weight, bias = self.linear.weight, self.linear.bias
        if torch.is_grad_enabled():
            updated: Tensor = _Merged.apply(states, weight, bias, self.down, self.up)  # type: ignore[no-untyped-call]
            return updated
        return functional.linear(states, _updated(weight, self.down, self.up), bias)


class _Merged(torch.autograd.Function):
    """The update merged into the weight once a step rather than applied to every token: of a batch's thousands of tokens the two
    thin products, forward and backward, cost more than their size says, and their results would be kept for the gradient."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, weight: Tensor, bias: Tensor, down: Tensor, up: Tensor) -> Tensor:
        merged = _updated(weight, down, up)
        ctx.save_for_backward(states, merged, down, up)
        return functional.linear(states, merged, bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        states, merged, down, up = ctx.saved_tensors
        given = gradients[0].reshape(-1, gradients[0].shape[-1])
        taken = states.reshape(-1, states.shape[-1])
        of_states = (given @ merged).view_as(states) if ctx.needs_input_grad[0] else None
        of_up = given.t() @ (taken @ down.to(states.dtype).t())
        of_down = (given @ up.to(states.dtype)).t() @ taken
        return of_states, None, None, of_down.float(), of_up.float()


def adapt(network: ReaderNetwork, untouched: int, rank: int, kept_in: torch.dtype) -> dict[str, nn.Parameter]:
    """Freeze a network, in the precision `kept_in`, and give it what is learned, in float32: low-rank updates of all its layers but the
    first `untouched`, and the heads.

    Returns:
        what is learned, by the names that `assistant.reading.compiling.merged` merges.
    """
    network.to(kept_in).requires_grad_(requires_grad=False)
    for name in HEADS:
        getattr(network, name).float().requires_grad_(requires_grad=True)
    for layer in list(network.layers)[untouched:]:
        for name in PROJECTIONS:
            setattr(layer, name, LowRank(getattr(layer, name), rank))
    return {name: weight for name, weight in network.named_parameters() if weight.requires_grad}


def _updated(weight: Tensor, down: Tensor, up: Tensor) -> Tensor:
    return weight + up.to(weight.dtype) @ down.to(weight.dtype)
