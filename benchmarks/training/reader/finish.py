"""What was learned -> the file that the program reads: in half precision, with what the reader should say to fixed pairs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.reading.compiling import merged
from assistant.reading.known_readings import CHECKED, EXPECTED
from benchmarks.training.reader.network import ReaderNetwork
from benchmarks.training.reader.pairs import Pairs

Weights = Mapping[str, NDArray[np.float32]]


def write(learned: Weights, published: Weights, pairs: Pairs, out: Path) -> None:
    """Write what was learned, and the probabilities that the network in float32 gives the fixed pairs: the compiled reader is
    checked against them wherever it is made."""
    halves = {name: weight.astype(np.float16) for name, weight in learned.items()}
    save_file({**halves, EXPECTED: expected(ReaderNetwork.of(merged(published, halves)), pairs)}, out)


@torch.inference_mode()
def expected(network: ReaderNetwork, pairs: Pairs) -> NDArray[np.float32]:
    """The probability that each of the fixed pairs answers: (pairs,)."""
    read = [network(*pairs.batch([pairs.tokens(question, passage)])) for question, passage in CHECKED]
    return torch.sigmoid(torch.cat([judgement.answers for judgement in read])).numpy()
