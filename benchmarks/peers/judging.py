"""Which passages are right, by one rule for all systems.

A passage is right if it holds at least half of the characters of a clause that answers the question. Half, not all: a
splitter that counts words cuts clauses in two. Long passages have it easier, so their length stands beside, and one measure
gives every system the same room: whether half of such a clause is read within the first 500 characters shown.

A passage is looked for by its ASCII letters and digits alone: systems differ in what they make of white space, marks of
markup and wrongly decoded characters. It is looked for in the text that citations point into, then in the file as it is,
with and without the addresses of its links. Where its words stand several times, every such place counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from statistics import mean, median
from typing import Any, NamedTuple

from assistant.evaluation.golden import Golden, gold_spans
from assistant.evaluation.measures import mean_of
from benchmarks.peers.child import Passage
from corpus.model import Policy, Span

ROOM = 500  # characters
_LINK_ADDRESS = re.compile(r"\]\([^)]*\)")


class Place(NamedTuple):
    """A stretch of a policy's canonical text, or of its file."""

    span: Span
    in_file: bool


def quality(
    questions: Sequence[Golden], shown: Sequence[Sequence[Passage]], policies: Mapping[str, Policy]
) -> dict[str, Any]:
    """The measures over questions that have gold, given the passages shown for each.

    `passage_characters` is the mean and median length of the passages shown, `not_located` how many of them are not to be
    found in their policy, and so are not right.
    """
    first, among, within = [], [], []
    for golden, passages in zip(questions, shown, strict=True):
        right = [is_right(passage, golden, policies) for passage in passages]
        first.append(any(right[:1]))
        among.append(any(right))
        within.append(any(is_right(passage, golden, policies) for passage in _cut(passages, ROOM)))
    everything = [passage for passages in shown for passage in passages]
    lengths = [len(passage.text) for passage in everything]
    return {
        "first_passage_right": mean_of(first),
        "right_among_three": mean_of(among),
        f"right_within_{ROOM}_characters": mean_of(within),
        "passage_characters": {"mean": round(mean(lengths), 1), "median": median(lengths)} if lengths else None,
        "shown": len(everything),
        "not_located": sum(not located(passage, policies[passage.policy]) for passage in everything),
    }


def is_right(passage: Passage, golden: Golden, policies: Mapping[str, Policy]) -> bool:
    """Whether a passage holds at least half of a gold clause of the question.

    Raises:
        BadGolden (assistant.errors): a gold quote is in no clause of its policy.
    """
    if passage.policy != golden.answered_by:
        return False
    policy = policies[passage.policy]
    gold = gold_spans(golden, policies)
    places = located(passage, policy)
    if places and places[0].in_file:
        gold = [policy.offsets.to_source(span) for span in gold]
    return any(2 * place.span.overlap(span) >= span.end - span.start for place in places for span in gold)


def located(passage: Passage, policy: Policy) -> list[Place]:
    """Every place where a passage stands in a policy; none where its words are not the policy's."""
    for text in (policy.text, policy.source, _LINK_ADDRESS.sub(_blank, policy.source)):
        if spans := list(_spans(passage.text, text)):
            return [Place(span, in_file=text is not policy.text) for span in spans]
    return []


def _spans(words: str, text: str) -> Iterator[Span]:
    wanted, _ = _folded(words)
    folded, kept = _folded(text)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        yield Span(kept[at], kept[at + len(wanted) - 1] + 1)
        at = folded.find(wanted, at + 1)


@lru_cache(maxsize=256)  # of every policy's text, for the passages of all systems
def _folded(text: str) -> tuple[str, list[int]]:
    """The ASCII letters and digits of a text, and their places in it."""
    kept = [at for at, character in enumerate(text) if character.isascii() and character.isalnum()]
    return "".join(text[at] for at in kept), kept


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])  # what follows stays at its place


def _cut(passages: Sequence[Passage], room: int) -> Iterator[Passage]:
    """The passages, one after the other, as far as there is room for their characters."""
    for passage in passages:
        if room <= 0:
            return
        yield passage._replace(text=passage.text[:room])
        room -= len(passage.text)
