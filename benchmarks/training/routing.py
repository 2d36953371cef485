"""The routing of messages: learned, measured on messages kept aside, and written where the program reads it.

python -m benchmarks.training.routing [--data FOLDER] [--dry-run]

Learned from the practice bank, the golden questions, the cases of the companies that are learned from, `messages.jsonl`
beside this file and, where the data folder holds them, `reading/messages.jsonl` and `reading/contrast.jsonl`. A fifth of
`reading/messages.jsonl`, drawn once by a seed, is kept aside: what is printed is measured on it by weights that were learned
without it and whose thresholds were set without it; the weights that are written are learned from all.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.model import Outcome, Route
from assistant.practices import bank as practice_bank
from assistant.practices.lexicon import Lexicon
from assistant.questions import companies, message_model
from assistant.questions.companies import Companies, Named, around, word_hash
from assistant.questions.message_model import KINDS, MessageModel, Weights, centred
from assistant.questions.routing import WEIGHTS, Router, Thresholds
from assistant.questions.several import Parting
from assistant.settings import ROOT, Settings
from benchmarks.golden import load
from benchmarks.opened import reader_served
from benchmarks.training import cases
from benchmarks.training.message_network import Messages, learned, rows_of

Vectors = NDArray[np.float32]
Meaning = Callable[[str], Vectors]

OWN = Path(__file__).with_name("messages.jsonl")
SHARED = {
    "privacy": Route.PRIVACY,
    "smalltalk": Route.SMALL_TALK,
    "human": Route.PERSON,
    "other": Route.OTHER,
    "two": Route.SEVERAL,
    "company": Route.COMPANY,
}
SEED = 7
KEPT_ASIDE, FOLDS = 5, 5  # one in so many
CONTRAST, SENTENCES = 3000, 3000  # questions of the large sets that are drawn
HEAVY = {"messages": 5.0, "own": 3.0}  # how much a message of a source counts; of any other source, one
COMPANY_WEIGHT = 0.5
# Of the questions about privacy, at most so many. Those that are hardest to tell from questions about another company name the very
# company whose policy they are about, which the shelf tells, or ask what its supplier does: to be told who is known misleads nobody.
LOST, LOST_TO_COMPANIES = 0.002, 0.005
# Sources whose questions about privacy are none that were written to be missed.
AS_ASKED = ("messages", "golden", "golden_tune", "contrast")
MEANT = 4.0  # how far the meaning moves the odds beside the words around a name


class Example(NamedTuple):
    """A message and what it is: `routes` it may be, `company` the name in it; `known_as` the company that it is asked of."""

    text: str
    routes: tuple[Route, ...]
    source: str
    company: str | None = None
    known_as: str = ""
    parts: tuple[str, ...] = ()


_OFF = (Route.SMALL_TALK, Route.PERSON, Route.OTHER)


def examples(data: Path | None) -> list[Example]:
    """All messages that are learned from; `data` None leaves out those of the data folder."""
    learned_from = [*_bank(), *_golden(), *_cases(), *_own()]
    return learned_from + ([] if data is None else [*_shared(data), *_contrast(data)])


def _bank() -> Iterator[Example]:
    bank = practice_bank.load()
    for practice in bank.practices:
        for question in practice.questions:
            yield Example(question, (Route.PRIVACY,), "bank")
    for message in bank.off_topic:
        yield Example(message, _OFF, "bank")


def _golden() -> Iterator[Example]:
    for name in ("golden", "golden_tune"):
        for golden in load(name):
            if not golden.history:
                yield Example(golden.question, _OFF if golden.outcome is Outcome.OFF_TOPIC else (Route.PRIVACY,), name)


def _cases() -> Iterator[Example]:
    asked: list[Example] = []
    for name in cases.split().learn:
        for golden in cases.questions(name):
            if golden.outcome is Outcome.OFF_TOPIC:
                yield Example(golden.question, (Route.OTHER, Route.SMALL_TALK), "cases", known_as=name)
            else:
                asked.append(Example(golden.question, (Route.PRIVACY,), "cases", known_as=name))
    yield from random.Random(SEED).sample(asked, SENTENCES)


def _own() -> Iterator[Example]:
    for line in OWN.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        yield Example(
            told["message"], (Route(told["route"]),), "own", told.get("company"), parts=tuple(told.get("parts", ()))
        )


def _shared(data: Path) -> Iterator[Example]:
    for line in (data / "reading" / "messages.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        yield Example(
            told["m"], (SHARED[told["k"]],), "messages", told.get("company"), parts=tuple(told.get("parts", ()))
        )


def _contrast(data: Path) -> Iterator[Example]:
    lines = (data / "reading" / "contrast.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [(told["policy"], question["q"]) for told in map(json.loads, lines) for question in told["questions"]]
    for policy, question in random.Random(SEED).sample(asked, min(CONTRAST, len(asked))):
        yield Example(question, (Route.PRIVACY,), "contrast", known_as=policy)


def kept_aside(learned_from: Sequence[Example]) -> frozenset[str]:
    """The messages that are only measured: of each kind one in `KEPT_ASIDE`, drawn by a seed."""
    drawn = random.Random(SEED)
    by_route: dict[Route, list[str]] = {}
    for example in learned_from:
        if example.source == "messages":
            by_route.setdefault(example.routes[0], []).append(example.text)
    return frozenset(
        text
        for route in sorted(by_route)
        for text in drawn.sample(sorted(by_route[route]), len(by_route[route]) // KEPT_ASIDE)
    )


# ---- learning --------------------------------------------------------------------------------------------------------


class Learner:
    """Learns from messages whose meanings are known."""

    def __init__(self, learned_from: Sequence[Example], meaning: Meaning) -> None:
        self.examples = list(learned_from)
        self.meanings = {example.text: meaning(example.text) for example in learned_from}
        meanings = np.stack([self.meanings[example.text] for example in learned_from])
        self._centre = meanings.mean(axis=0)
        self.own = centred(meanings, self._centre)
        self._rows = rows_of([example.text for example in learned_from])
        self._allowed = np.array([_allowed(example) for example in learned_from], dtype=np.float32)
        self._weight = np.array([_weight(example) for example in learned_from], dtype=np.float32)
        self.words = vocabulary(learned_from)

    def model(self, chosen: NDArray[np.int64], seed: int = 0) -> Weights:
        """What a message is, learned from the examples of these numbers; both sides of the question count alike."""
        allowed, weight = self._allowed[chosen], self._weight[chosen].copy()
        private = allowed[:, 0] > 0
        weight[private] *= weight[~private].sum() / weight[private].sum()
        rows = [self._rows[number] for number in chosen]
        return learned(Messages(rows, self.own[chosen], allowed, weight), seed)._replace(centre=self._centre)

    def likely(self, weights: Weights, chosen: Iterable[int]) -> Vectors:
        """How probable each kind is for the examples of these numbers."""
        model = MessageModel(weights)
        return np.array([model.probabilities(self.examples[at].text, self.own[at]) for at in chosen])

    def named(self) -> dict[int, Named]:
        """The examples that name a company, and the name that is found in each."""
        nowhere, nothing = np.zeros(companies.BUCKETS + 1, dtype=np.float32), np.zeros(0, dtype=np.float32)
        by_shelf: dict[str, Companies] = {}
        names: dict[int, Named] = {}
        for number, example in enumerate(self.examples):
            known = by_shelf.setdefault(
                example.known_as,
                Companies(nowhere, nothing, self.words.tolist(), [example.known_as] if example.known_as else []),
            )
            if (named := known.named(example.text)) is not None:
                names[number] = named
        return names

    def companies(self, named: dict[int, Named]) -> tuple[Vectors, Vectors]:
        """Who is asked about, learned from examples that name a company: the table of words and what the meaning adds."""
        around_ = np.zeros((len(named), companies.BUCKETS), dtype=np.float32)
        for at, (number, name) in enumerate(named.items()):
            around_[at, around(self.examples[number].text, name)] = 1.0
        seen = np.hstack([around_, MEANT * self.own[list(named)]])
        asked = np.array([self.examples[number].routes == (Route.COMPANY,) for number in named])
        model = LogisticRegression(C=0.3, max_iter=500, class_weight="balanced").fit(seen, asked)
        table, meant = model.coef_[0][: companies.BUCKETS], MEANT * model.coef_[0][companies.BUCKETS :]
        return np.append(table, model.intercept_[0]).astype(np.float32), meant.astype(np.float32)


def _allowed(example: Example) -> list[float]:
    routes = {Route.PRIVACY if route in (Route.SEVERAL, Route.COMPANY) else route for route in example.routes}
    return [float(kind in routes) for kind in KINDS]


def _weight(example: Example) -> float:
    return HEAVY.get(example.source, 1.0) * (COMPANY_WEIGHT if example.routes == (Route.COMPANY,) else 1.0)


def vocabulary(learned_from: Iterable[Example]) -> NDArray[np.uint32]:
    """Hashes of the words that are no names: those written small in two messages."""
    count = Counter(
        word
        for example in learned_from
        for word in {token for token in companies.words_of(example.text) if token[:1].islower()}
    )
    names = {
        name for example in learned_from if example.company for name in companies.words_of(example.company.lower())
    }
    kept = {word for word, times in count.items() if times > 1 and word not in names}
    return np.array(sorted({word_hash(word) for word in kept}), dtype=np.uint32)


# ---- measuring -------------------------------------------------------------------------------------------------------


def thresholds(learner: Learner, chosen: NDArray[np.int64]) -> Thresholds:
    """Thresholds by which so few questions about privacy are lost, each told by weights learned without it."""
    order = np.random.default_rng(SEED).permutation(len(chosen))
    probability = np.zeros(len(chosen))
    for fold in range(FOLDS):
        without = order % FOLDS != fold
        weights = learner.model(chosen[without])
        probability[~without] = learner.likely(weights, chosen[~without])[:, 0]
    asks = np.array(
        [learner.examples[at].routes == (Route.PRIVACY,) and learner.examples[at].source in AS_ASKED for at in chosen]
    )
    return Thresholds(float(np.quantile(probability[asks], LOST)), *_company_thresholds(learner, chosen))


def _company_thresholds(learner: Learner, chosen: NDArray[np.int64]) -> tuple[float, float]:
    among = set(chosen.tolist())
    named = {number: name for number, name in learner.named().items() if number in among}
    numbers = list(named)
    odds: dict[int, float] = {}
    for fold in range(FOLDS):
        learned_ = learner.companies({number: named[number] for at, number in enumerate(numbers) if at % FOLDS != fold})
        told = Companies(*learned_, learner.words.tolist(), [])
        for number in numbers[fold::FOLDS]:
            odds[number] = told.odds(learner.examples[number].text, named[number], learner.own[number])
    asks = sum(Route.PRIVACY in learner.examples[number].routes for number in among)
    bounds = []
    for sure in (True, False):
        others = sorted(
            (
                odds[number]
                for number in numbers
                if named[number].sure == sure and learner.examples[number].company is None
            ),
            reverse=True,
        )
        bounds.append(max(others[min(int(LOST_TO_COMPANIES * asks / 2), len(others) - 1)] if others else 0.0, 0.0))
    return bounds[0], bounds[1]


def router(learner: Learner, chosen: NDArray[np.int64], limits: Thresholds, data: Lexicon) -> Router:
    """A router that has learned from the examples of these numbers."""
    named = {number: name for number, name in learner.named().items() if number in set(chosen.tolist())}
    model = MessageModel(learner.model(chosen))
    companies_ = Companies(*learner.companies(named), learner.words.tolist(), [])
    return Router(model, companies_, Parting(data), limits, learner.meanings.__getitem__)


def measured(told: Router, asked: Sequence[Example]) -> dict[str, Any]:
    """How messages were taken: per kind how many were told right, the questions about privacy that were lost, the other
    messages that were seen to be none, and, of those with several questions, how many were parted into as many."""
    confusion: dict[str, Counter[str]] = {}
    companies_right, parted = 0, 0
    for example in asked:
        routed = told.route(example.text)
        confusion.setdefault("off" if len(example.routes) > 1 else example.routes[0], Counter())[routed.route] += 1
        companies_right += example.company is not None and routed.company is not None
        parted += bool(example.parts) and len(routed.parts) == len(example.parts)
    asks = confusion.get(Route.PRIVACY, Counter())
    off = sum((confusion.get(kind, Counter()) for kind in (*_OFF, "off")), Counter[str]())
    kept = (Route.PRIVACY, Route.SEVERAL)
    return {
        "messages": len(asked),
        "told_right": {kind: f"{row[kind]}/{row.total()}" for kind, row in sorted(confusion.items()) if kind != "off"},
        "privacy_lost": f"{asks.total() - sum(asks[kind] for kind in kept)}/{asks.total()}",
        "privacy_parted": f"{asks[Route.SEVERAL]}/{asks.total()}",
        "off_topic_recognised": f"{off.total() - sum(off[kind] for kind in kept)}/{off.total()}",
        "parted_as_told": f"{parted}/{sum(bool(example.parts) for example in asked)}",
        "confusion": {kind: dict(row) for kind, row in sorted(confusion.items())},
    }


def train(data: Path | None, meaning: Meaning, out: Path | None = WEIGHTS) -> dict[str, Any]:
    """Learn, measure on what is kept aside, then learn from all and write it; the measures.

    Args:
        data: the folder that holds `reading/`; None where it is absent, and nothing is kept aside.
        meaning: of a message to the reader that serves.
        out: where the weights go; None writes none.
    """
    lexicon = Lexicon(practice_bank.load().vocabulary.data)
    learner = Learner(examples(data), meaning)
    aside = kept_aside(learner.examples)
    within = np.array([example.text not in aside for example in learner.examples])
    limits = thresholds(learner, np.flatnonzero(within))
    figures: dict[str, Any] = {"examples": len(within), "thresholds": _rounded(limits)}
    if aside:
        told = router(learner, np.flatnonzero(within), limits, lexicon)
        figures["kept_aside"] = measured(told, [learner.examples[at] for at in np.flatnonzero(~within)])
    if out is not None:
        table, meant = learner.companies(learner.named())
        message_model.save(
            learner.model(np.arange(len(within))),
            out,
            companies=table.astype(np.float16),
            companies_meant=meant.astype(np.float16),
            words=learner.words,
            thresholds=np.array(list(_rounded(limits).values()), dtype=np.float64),
        )
        figures["bytes"] = out.stat().st_size
    return figures


def _rounded(limits: Thresholds) -> dict[str, float]:
    return {
        "privacy": round(limits.privacy, 4),
        "company": round(limits.company, 3),
        "guessed": round(limits.guessed, 3),
    }


def main() -> None:
    """Learn, print the figures, write the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.routing", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder that holds reading/messages.jsonl"
    )
    parser.add_argument("--dry-run", action="store_true", help="write no weights")
    options = parser.parse_args()
    data: Path | None = options.data
    if data is not None and not (data / "reading" / "messages.jsonl").exists():
        print(
            f"no reading/messages.jsonl in {data}: learned from the project's own messages alone, nothing is kept aside"
        )
        data = None
    print(json.dumps(train(data, reader_served(Settings()).meaning, None if options.dry_run else WEIGHTS), indent=2))


if __name__ == "__main__":
    main()
