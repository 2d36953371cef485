"""Questions, each with the passages that it is trained on: those that answer, those that only seem to, and what the search
finds beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.model import Outcome
from assistant.reading.passages import Passage, opens, passage
from benchmarks.training.reader.data import Asked
from corpus.atomic_files import write_whole
from corpus.model import Policy


@dataclass(frozen=True, slots=True)
class Use:
    """How a source is used.

    share, late: of its questions, how many an epoch takes, and one of the last part; each twice where it is 2, and so on.
    labelled: the weight of passages that a writer labelled. beside, silent: the weight of passages that the search found and
    nobody labelled, where the policy answers and where it does not. found, found_silent: how many of those an epoch takes
    for each question. far: for what share of the questions it takes the passage that is least like the question.
    """

    share: float = 1.0
    late: float = 1.0
    labelled: float = 1.0
    beside: float = 0.8
    silent: float = 1.0
    found: int = 2
    found_silent: int = 3
    far: float = 0.2


# What is learned last counts most: there the questions about real policies do.
USES = {
    "contrast": Use(beside=0.4, found=1),  # other clauses of the policy may answer as well: nobody looked
    "sides": Use(beside=0.4),
    "narrow": Use(beside=0.4),
    "turns": Use(beside=0.4),
    "crossed": Use(),
    "quotes": Use(),
    "passages": Use(),
    "policies": Use(),
    "cases": Use(late=0.5),
    "sentences": Use(share=0.45, late=0.1, labelled=0.7, beside=0.5, silent=0.5, found_silent=2),
    "bundled": Use(late=8.0),
    "messages": Use(share=0.25, late=0.25, silent=0.7),
    "bank": Use(share=0.7, late=0.5),
    "contract_nli": Use(share=0.4, late=0.15, labelled=0.5),
    "condaqa": Use(share=0.3, late=0.1, labelled=0.5),
}


class Row(BaseModel):
    """A passage beside a question: what it says (nothing: it does not answer), and what that is worth. `rank` is its place
    among what the search found if nobody labelled it, 0 first; PASSAGES is the passage that is least like the question."""

    model_config = ConfigDict(frozen=True)

    context: str
    text: str
    outcomes: tuple[Outcome, ...]
    weight: float
    rank: int | None = None

    @property
    def passage(self) -> Passage:
        """The passage, as a reader is given it."""
        return Passage(self.context, self.text)


class Group(BaseModel):
    """A question with its passages. `held`: to measure on, never to learn from."""

    model_config = ConfigDict(frozen=True)

    source: str
    policy: str | None
    question: str
    outcomes: tuple[Outcome, ...]
    held: bool
    rows: tuple[Row, ...]


def groups(asked: Iterable[Asked], nearest: Iterable[Sequence[int]]) -> Iterator[Group]:
    """The groups of some questions; `nearest` has for each question that is `searched` the clauses that the search finds."""
    searches = iter(nearest)
    for each in asked:
        yield Group(
            source=each.source,
            policy=each.policy.id if each.policy else None,
            question=each.question,
            outcomes=each.outcomes,
            held=each.held,
            rows=tuple(_rows(each, next(searches) if each.searched else ())),
        )


def learned(every: Iterable[Group]) -> list[Group]:
    """Those that are learned from."""
    return [group for group in every if not group.held]


def held(every: Iterable[Group]) -> list[Group]:
    """Those that are only measured on."""
    return [group for group in every if group.held]


def keep(path: Path, every: Iterable[Group]) -> None:
    """Write groups to a file, so that a training that goes on has the same."""
    write_whole(path, "".join(group.model_dump_json() + "\n" for group in every))


def kept(path: Path) -> list[Group]:
    """The groups of a file."""
    with path.open(encoding="utf-8") as file:
        return [Group.model_validate_json(line) for line in file]


def _rows(asked: Asked, nearest: Sequence[int]) -> Iterator[Row]:
    use = USES[asked.source]
    if asked.passage is not None:
        yield _row(asked.passage, asked.outcomes, use.labelled)
    if asked.policy is None:
        return
    neither = _neither(asked.policy, asked.clauses)
    near = [number for number in asked.near if number not in neither]
    for number in asked.clauses:
        yield _row(passage(asked.policy, number), asked.outcomes, use.labelled)
    for number in near:
        yield _row(passage(asked.policy, number), (), use.labelled)
    weight = use.beside if asked.clauses else use.silent
    for rank, number in enumerate(nearest):
        if number not in {*asked.clauses, *near, *neither}:
            yield _row(passage(asked.policy, number), (), weight, rank)


def _row(read: Passage, outcomes: tuple[Outcome, ...], weight: float, rank: int | None = None) -> Row:
    return Row(context=read.context, text=read.text, outcomes=outcomes, weight=weight, rank=rank)


def _neither(policy: Policy, answering: Sequence[int]) -> set[int]:
    """What is neither right nor wrong beside the clauses that answer: items of the lists that these open, the openers of those
    that they stand in, and clauses of the very same words."""
    kindred: set[int] = set()
    for number in answering:
        clause, words = policy.clauses[number], policy.clauses[number].span.of(policy.text)
        kindred |= set(opens(policy, number))
        kindred |= {at for at, other in enumerate(policy.clauses) if other.span == clause.lead_in}
        kindred |= {at for at, other in enumerate(policy.clauses) if other.span.of(policy.text) == words}
    return kindred - set(answering)
