"""The passages that the search would hand the reader: its best clauses of a policy for a question."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from assistant.settings import Settings
from corpus.model import Policy
from index.build import build, current
from index.encoders import compiled
from index.encoders.base import Encoder
from index.encoders.compiling import compile_encoder
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.search import Searcher, open_index
from index.stores.exact import ExactStore

PASSAGES = 12  # of each question
_TOGETHER = 256  # questions encoded at a time


@contextmanager
def searching(policies: Iterable[Policy], settings: Settings) -> Iterator[Searcher]:
    """The search over some policies, with the encoder that the settings name; its index lasts as long as the context.

    No assistant is opened: that would need a reader, which is what is to be trained.
    """
    every, encoder = sorted(policies, key=lambda policy: policy.id), _encoder(settings)
    counts = {policy.id: len(policy.clauses) for policy in every}
    with tempfile.TemporaryDirectory() as work:
        build(every, encoder, ExactStore, Path(work))
        yield open_index(*current(Path(work)), counts, encoder, ExactStore)


def best(searcher: Searcher, asked: Sequence[tuple[str, str]], most: int = PASSAGES) -> Iterator[list[int]]:
    """For each question and id of a policy the numbers of the policy's best clauses, best first; then, where the policy is long
    enough, one of the half that is least like the question, so that a reader also learns what is about nothing of the kind."""
    drawn = random.Random(0)
    for at in range(0, len(asked), _TOGETHER):
        some = asked[at : at + _TOGETHER]
        for (question, policy_id), embedding in zip(some, searcher.encode(*(each for each, _ in some)), strict=True):
            scores = searcher.scores(question, embedding, policy_id)
            order = [int(number) for number in np.argsort(-scores, kind="stable")]
            yield [*order[:most], *([drawn.choice(order[len(order) // 2 :])] if len(order) > 2 * most else [])]


def _encoder(settings: Settings) -> Encoder:
    name, folder = settings.encoder, settings.encoders_folder
    return compiled.find(folder, name) or compile_encoder(SentenceTransformerEncoder(name), folder)
