"""The network while it learns: one step at a time, and all of its state to a file and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.training.precision import quickest
from benchmarks.training.reader.losses import Batch, loss
from benchmarks.training.reader.low_rank import adapt
from benchmarks.training.reader.network import Judgement, ReaderNetwork

UNTOUCHED, RANK = 2, 32  # layers without updates, whose gradients need not be computed; rank of the others' updates
RATE, WEIGHT_DECAY, LARGEST_GRADIENT = 4e-4, 0.01, 1.0


class Learner:
    """A network with what is learned of it, and the optimiser's state.

    Args:
        network: in float32; it is moved to `device`, its own weights to what is quick there (`quickest`).
    """

    def __init__(
        self,
        network: ReaderNetwork,
        device: torch.device,
        untouched: int = UNTOUCHED,
        rank: int = RANK,
        rate: float = RATE,
    ) -> None:
        self.device, self._untouched, self._rate = device, untouched, rate
        self.learned = adapt(network, untouched, rank, quickest(device))
        self._network = network.to(device)
        self._optimizer = torch.optim.AdamW(self.learned.values(), lr=rate, weight_decay=WEIGHT_DECAY)

    def step(self, batch: Batch, share: float, *, doubting: bool) -> float:
        """Learn from a batch, with a share of the learning rate; what it had cost before."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate * share
        cost = loss(self.judge(batch.ids, batch.mask), batch, doubting=doubting)
        cost.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.learned.values(), LARGEST_GRADIENT)
        self._optimizer.step()
        self._optimizer.zero_grad()
        return float(cost.detach())

    def judge(self, ids: Tensor, mask: Tensor) -> Judgement:
        """As the network's own `forward`; no gradients are kept for the layers that nothing is learned of."""
        layers = list(self._network.layers)
        with torch.no_grad():
            states, bias = self._network.embedded(ids, mask)
            for layer in layers[: self._untouched]:
                states = layer(states, bias)
        for layer in layers[self._untouched :]:
            states = layer(states, bias)
        return self._network.judged(states, mask)

    def take(self, learned: Mapping[str, Tensor]) -> None:
        """Go on from what was learned before, by the same names."""
        with torch.no_grad():
            for name, weight in self.learned.items():
                weight.copy_(learned[name])

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """What was learned, by name."""
        return {name: weight.detach().cpu().numpy().copy() for name, weight in self.learned.items()}

    def save(self, path: Path, position: Mapping[str, float]) -> None:
        """Write everything that a training needs to go on, whole or not at all; `position` is handed back by `load`."""
        state = {"learned": dict(self.learned), "optimizer": self._optimizer.state_dict(), "position": dict(position)}
        beside = path.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(path)

    def load(self, path: Path) -> dict[str, float]:
        """Take up what was saved; the position."""
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        self.take(state["learned"])
        self._optimizer.load_state_dict(state["optimizer"])
        position: dict[str, float] = state["position"]
        return position
