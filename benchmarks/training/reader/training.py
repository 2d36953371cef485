"""Train the reader: its questions, then as many minutes of steps as are given, in pieces that go on after a stop. From the base on, or, on
what the committed reader reads wrong, from that on.

Seeds are fixed, but how many steps fit into the minutes depends on the machine: a second run gives the same measures within
their intervals, not the same bits.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import load_file

from assistant.practices import bank
from assistant.reading.compiling import base, merged
from assistant.reading.weights import LEARNED
from assistant.settings import Settings
from benchmarks.opened import reader_served
from benchmarks.training import cases
from benchmarks.training.reader import data as sources
from benchmarks.training.reader import finish, groups, hard_examples, held_out, policies
from benchmarks.training.reader.batches import batch, epoch
from benchmarks.training.reader.candidates import best, searching
from benchmarks.training.reader.groups import Group
from benchmarks.training.reader.learner import RATE, Learner
from benchmarks.training.reader.network import ReaderNetwork
from benchmarks.training.reader.pairs import Pairs
from corpus.shelf.catalogue import open_shelf

MINUTES = 110.0
FURTHER = 1.5e-4  # the learning rate from hard examples, which go on from what was learned
SEED = 0
LATE_FROM, LATE_RATE = 0.83, 0.5  # share of the time after which the last part comes; its share of the learning rate
WARM_UP, LEAST_RATE = 0.03, 0.02  # share of a part in which the rate rises; the least share of the rate
DOUBTING_FROM = 0.03  # share of the time after which unverified passages are doubted (losses.loss)
POSITION = ("epoch", "batch", "step", "late", "spent")  # where a training stands; spent in seconds
CHECKPOINT_EVERY = 600.0  # seconds
_SHOWN_EVERY = 50  # steps
_GROUPS, _CHECKPOINT = "groups.jsonl", "checkpoint.pt"


def train(
    data: Path, minutes: float = MINUTES, *, hard: bool = False, resume: bool = False, out: Path = LEARNED
) -> dict[str, Any]:
    """Train and write what was learned; how much it was trained on, and how well it reads what was held out.

    Args:
        data: the folder of training data, with `policies/`, `reading/` and `tosdr/`.
        minutes: how long steps are taken, those before a stop included; preparing takes some minutes more.
        hard: go on from the committed weights with what the reader reads wrong (`hard_examples`).
        resume: go on from the last checkpoint, with the same questions.

    Raises:
        BadTrainingData: a file of `data` is missing or another, or there is no checkpoint to go on from.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it a GPU's products are not deterministic
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(SEED)
    settings = Settings()
    work = settings.data / "training" / ("reader-hard" if hard else "reader")
    if resume and not (work / _CHECKPOINT).is_file():
        raise policies.BadTrainingData(
            f'"{work / _CHECKPOINT}" is missing: no training to go on with; leave --resume out'
        )
    if not resume:
        work.mkdir(parents=True, exist_ok=True)
        (work / _CHECKPOINT).unlink(missing_ok=True)
        groups.keep(work / _GROUPS, prepare(data, settings, hard=hard))
    every = groups.kept(work / _GROUPS)
    published, tokenizer = base()
    pairs = Pairs(tokenizer, work / "tokenizer")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    learner = Learner(ReaderNetwork.of(merged(published, {})), device, rate=FURTHER if hard else RATE)
    if hard:
        learner.take({name: torch.from_numpy(weight) for name, weight in load_file(LEARNED).items()})
    steps = learn(learner, groups.learned(every), pairs, minutes, work / _CHECKPOINT)
    finish.write(learner.weights(), published, pairs, out)
    return {
        "questions": len(groups.learned(every)),
        "passages": sum(len(group.rows) for group in groups.learned(every)),
        "steps": steps,
        "minutes": minutes,
        "held_out": held_out.measures(learner, groups.held(every), pairs),
    }


def prepare(data: Path, settings: Settings, *, hard: bool = False) -> list[Group]:
    """The questions of all sources with their passages.

    Args:
        hard: what is learned from is only what is worth going on with (`hard_examples`).

    Raises:
        BadTrainingData: a file of `data` is missing or another.
    """
    real, invented, bundled = policies.shelf(data), cases.shelf(), open_shelf(settings.policies)
    asked = sources.everything(data, real, policies.split(), invented, bundled, bank.load())
    searches = [(each.question, each.policy.id) for each in asked if each.searched and each.policy is not None]
    with searching([*real.values(), *invented.values(), *bundled.values()], settings) as searcher:
        every = list(groups.groups(asked, best(searcher, searches)))
    if not hard:
        return every
    return [*groups.held(every), *hard_examples.mined(groups.learned(every), reader_served(settings))]


def learn(
    learner: Learner,
    every: Sequence[Group],
    pairs: Pairs,
    minutes: float,
    checkpoint: Path,
    *,
    checkpoint_every: float = CHECKPOINT_EVERY,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Take steps for some minutes; from the checkpoint on, if there is one. The number of steps taken in all.

    Args:
        checkpoint: where the state is written, every `checkpoint_every` seconds and at the end.
        clock: seconds.
    """
    at = learner.load(checkpoint) if checkpoint.is_file() else dict.fromkeys(POSITION, 0.0)
    number, first, step, late = int(at["epoch"]), int(at["batch"]), int(at["step"]), bool(at["late"])
    now = clock()
    began, saved = now - at["spent"], now
    costs: deque[float] = deque(maxlen=_SHOWN_EVERY)
    while True:
        batches = epoch(every, pairs, f"{SEED} {number}", late=late)
        for place in range(first, len(batches)):
            now = clock()
            done = (now - began) / 60 / minutes
            if done >= 1 or now - saved >= checkpoint_every:
                position = (number, place, step, late, now - began)
                learner.save(checkpoint, dict(zip(POSITION, map(float, position), strict=True)))
                saved = now
            if done >= 1:
                return step
            if done >= LATE_FROM and not late:
                late = True
                break
            read = batch(batches[place], pairs, learner.device)
            costs.append(learner.step(read, rate(done), doubting=done > DOUBTING_FROM))
            step += 1
            if step % _SHOWN_EVERY == 0:
                shown = f"step {step}: loss {sum(costs) / len(costs):.3f}, {done * minutes:.1f} of {minutes:g} minutes"
                print(shown, flush=True)
        number, first = number + 1, 0


def rate(done: float) -> float:
    """The share of the learning rate when a share of the time is done: in each part it rises quickly, then falls to nothing."""
    begins, ends, most = (LATE_FROM, 1.0, LATE_RATE) if done >= LATE_FROM else (0.0, LATE_FROM, 1.0)
    within = (done - begins) / (ends - begins)
    return most * max(LEAST_RATE, min(within / WARM_UP, 1 - within))
