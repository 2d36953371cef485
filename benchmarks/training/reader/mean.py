"""The mean of two readers that were trained one from the other: it often reads better than either (Wortsman et al., "Model soups:
averaging weights of multiple fine-tuned models improves accuracy without increasing inference time", 2022).

python -m benchmarks.training.reader.mean BEFORE AFTER [--share S]

BEFORE and AFTER are files as a training writes them (`plainclause-reader.safetensors`); the mean takes the place of the committed one.
S is how much AFTER counts in it: a half, or less where it was trained on hard examples alone and takes too much for an answer.
Routing and bounds rest on the reader: `make train ARGS="routing bounds"` afterwards.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from assistant.reading.compiling import base
from assistant.reading.known_readings import EXPECTED
from assistant.reading.weights import LEARNED
from assistant.settings import Settings
from benchmarks.training.reader import finish
from benchmarks.training.reader.finish import Weights
from benchmarks.training.reader.pairs import Pairs


def mean(before: Weights, after: Weights, share: float = 0.5) -> Weights:
    """The mean of each weight, in which `after` counts `share` of one; low-rank updates are averaged factor by factor, which is near to
    the mean of their products where one was trained from the other.

    Raises:
        ValueError: they are not of one network.
    """
    if {name: each.shape for name, each in before.items()} != {name: each.shape for name, each in after.items()}:
        raise ValueError("the two files do not hold the weights of one network")
    return {
        name: ((1 - share) * weight.astype(np.float32) + share * after[name].astype(np.float32)).astype(np.float32)
        for name, weight in before.items()
        if name != EXPECTED
    }


def main() -> None:
    """Write the mean where the program reads it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.reader.mean", description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="how much AFTER counts")
    options = parser.parse_args()
    published, tokenizer = base()
    pairs = Pairs(tokenizer, Settings().data / "training" / "reader" / "tokenizer")
    finish.write(mean(load_file(options.before), load_file(options.after), options.share), published, pairs, LEARNED)


if __name__ == "__main__":
    main()
