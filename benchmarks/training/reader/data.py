"""What the reader learns from: fifteen sources of questions, each with what is known to answer it and what is known not to.

`contrast`, `messages`, `contract_nli` and `condaqa` come from the folder of training data and are no part of this project; `policies`,
`sides`, `narrow`, `turns`, `crossed`, `quotes` and `passages` (questions/), `cases` and `sentences` (../cases), `bundled` (../../golden*.jsonl)
and `bank` (the practices) are its own.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.evaluation.golden import Golden, gold_spans, read
from assistant.model import Outcome
from assistant.practices.bank import Bank
from assistant.reading.base import OUTCOMES
from assistant.reading.passages import Passage
from benchmarks.golden import load
from benchmarks.training import cases, tosdr
from benchmarks.training.reader.policies import FOLDER, BadTrainingData, Split, clauses_at, given
from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf

_Line = TypeVar("_Line", bound=BaseModel)

READING = Path("reading")  # in the folder of training data
BUNDLED = ("golden", "golden_tune")  # never golden_report
LONGEST = {"contract_nli": 60, "condaqa": 85}  # words of a passage: more is not read
MOST = {"yes": 900, "none": 1100}  # of ContractNLI, which has few of "no": all of these are taken
MOST_NEGATED = 1500  # passages of CondaQA


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a source, and what is known of its answer.

    outcomes: what a careful reader accepts, best first; empty where nothing answers.
    policy, clauses, near: the policy it was asked of, the numbers of the clauses that answer it, and of those that only seem
        to. passage: in place of these, one passage that stands by itself and has the outcomes.
    searched: whether all that answers is known, so that whatever else the search finds in the policy does not.
    held: to measure on, never to learn from.
    """

    source: str
    question: str
    outcomes: tuple[Outcome, ...]
    policy: Policy | None = None
    clauses: tuple[int, ...] = ()
    near: tuple[int, ...] = ()
    passage: Passage | None = None
    searched: bool = True
    held: bool = False


class Written(BaseModel):
    """A question about a real policy as `questions/` keeps it: accepted outcomes, best first, and the places in the policy's
    canonical text that answer it, and that only seem to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    outcome: tuple[Outcome, ...]
    clauses: tuple[Span, ...]
    near: tuple[Span, ...]


OF_CLAUSES = ("sides", "narrow", "turns", "crossed")
"""The kinds of questions about single clauses, each a folder. sides: the same asked from opposite sides, so that what the clause
says decides and not its words. narrow: plain and short, most of them about another kind of data, recipient, act or person than
"this information" of the clause. turns: asked from the other side of a "not", "unless" or "only"; about who has to do something; with the
clause's condition and without it; or about a neighbour of what it says. crossed: asked of another policy first, and of this one a
reader took the clause for an answer, or nearly."""
LABELLED_ALONE = ("crossed",)  # of these several clauses of a policy may answer, each with outcomes of its own
QUOTES = FOLDER / "quotes" / "tosdr.jsonl"
INVENTED = FOLDER / "passages"


UNSEEN = FOLDER / "unseen"
"""Plain questions about the held policies, on which nothing is set either: to see what the bounds give."""


class OfClause(BaseModel):
    """A question about one clause of a real policy as the folders of `OF_CLAUSES` keep it: accepted outcomes, best first, none where the
    clause does not answer; and the clause's place in the policy's canonical text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    outcome: tuple[Outcome, ...]
    clause: Span


class OfQuote(BaseModel):
    """A question about a clause that stands by itself, a quotation of ToS;DR's by its number; `outcome` as in `OfClause`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quote: str
    question: str
    outcome: tuple[Outcome, ...]


class OfPassage(BaseModel):
    """A question about a passage of an invented company's policy, as the program gives the reader passages; `outcome` as in `OfClause`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    context: str
    text: str
    question: str
    outcome: tuple[Outcome, ...]


def everything(data: Path, real: Shelf, split: Split, invented: Shelf, bundled: Shelf, bank: Bank) -> list[Asked]:
    """The questions of all sources.

    Raises:
        BadTrainingData: a file of the folder of training data is missing, or a question does not fit its policy.
    """
    asked = [*contrast(data, real, split), *about_policies(real, split), *about_clauses(real, split)]
    asked += about_invented(invented)
    asked += [*about_bundled(bundled), *about_something_else(data, real, split)]
    asked += [*about_quotes(data), *about_passages()]
    return [*asked, *practices(bank), *confidentiality(data), *negation(data)]


def written(folder: Path = FOLDER) -> dict[str, list[Written]]:
    """The project's questions about real policies, by the policy's id.

    Raises:
        BadTrainingData: a line does not follow the format.
    """
    return _written(folder, Written)


def written_about_clauses(kind: str, folder: Path = FOLDER) -> dict[str, list[OfClause]]:
    """The project's questions about single clauses of one kind of `OF_CLAUSES`, by the policy's id.

    Raises:
        BadTrainingData: a line does not follow the format.
    """
    return _written(folder / kind, OfClause)


def questions_of_quotes(path: Path = QUOTES) -> Iterator[OfQuote]:
    """The project's questions about quotations.

    Raises:
        BadTrainingData: a line does not follow the format.
    """
    return _read(path, OfQuote)


def _written(folder: Path, kind: type[_Line]) -> dict[str, list[_Line]]:
    lines: dict[str, list[_Line]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        lines.setdefault(path.stem.removesuffix(".plain"), []).extend(_read(path, kind))
    return lines


def _read(path: Path, kind: type[_Line]) -> Iterator[_Line]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            raise BadTrainingData(f'"{path}", line {number}: {error.errors()[0]["msg"]}') from error


def about_policies(real: Shelf, split: Split, folder: Path = FOLDER) -> Iterator[Asked]:
    """The project's questions about real policies, with all clauses that answer each and some that only seem to."""
    for policy_id, questions in written(folder).items():
        if policy_id in split.left_out:
            continue
        policy = real[policy_id]
        for each in questions:
            clauses = clauses_at(policy, each.clauses)
            near = tuple(number for number in clauses_at(policy, each.near) if number not in clauses)
            outcomes = () if each.outcome[0] is Outcome.SILENT else each.outcome
            held = policy_id in split.held
            yield Asked("policies", each.question, outcomes, policy, clauses, near, held=held)


def about_clauses(real: Shelf, split: Split, folder: Path = FOLDER) -> Iterator[Asked]:
    """Questions about single clauses. Whether another clause answers those that this one does not is not known."""
    for kind in OF_CLAUSES:
        for policy_id, questions in written_about_clauses(kind, folder).items():
            if policy_id in split.left_out:
                continue
            policy, held = real[policy_id], policy_id in split.held
            for each in questions:
                clauses = clauses_at(policy, [each.clause])
                if each.outcome:
                    searched = kind not in LABELLED_ALONE
                    yield Asked(kind, each.question, each.outcome, policy, clauses, searched=searched, held=held)
                else:
                    yield Asked(kind, each.question, (), policy, near=clauses, searched=False, held=held)


def about_quotes(data: Path, path: Path = QUOTES) -> Iterator[Asked]:
    """Questions about quotations of ToS;DR's, from some hundred services.

    Raises:
        BadTrainingData: the file of quotations is missing or another, or has no such quotation; a line does not follow the format.
    """
    file = given(data / tosdr.FILE, tosdr.SHA256)
    quotes = tosdr.quotes(data)
    for each in questions_of_quotes(path):
        if each.quote not in quotes:
            raise BadTrainingData(f'"{path}" asks about quotation {each.quote}, which "{file}" has not')
        yield Asked("quotes", each.question, each.outcome, passage=Passage("", quotes[each.quote]), searched=False)


def about_passages(folder: Path = INVENTED) -> Iterator[Asked]:
    """Questions about invented passages of forms that are easily misread: rows of tables, answers below questions, labels ...

    Raises:
        BadTrainingData: a line does not follow the format.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for each in _read(path, OfPassage):
            passage = Passage(each.context, each.text)
            yield Asked("passages", each.question, each.outcome, passage=passage, searched=False)


def held_golden(real: Mapping[str, Policy], split: Split, folder: Path = FOLDER) -> list[Golden]:
    """The project's questions about the real policies that are held, as golden questions; those in `UNSEEN`, if that is the folder."""
    held = []
    for policy_id, questions in written(folder).items():
        if policy_id in split.held:
            policy = real[policy_id]
            for number, each in enumerate(questions, start=1):
                clauses = [policy.clauses[at].span.of(policy.text) for at in clauses_at(policy, each.clauses)]
                told = {"id": f"{policy_id}:{number}", "question": each.question, "policy": policy_id}
                held.append(Golden.model_validate({**told, "outcome": each.outcome, "gold": clauses}))
    return held


def contrast(data: Path, real: Shelf, split: Split) -> Iterator[Asked]:
    """Questions about single clauses of real policies, half of which the clause does not answer. Whether another clause of the
    policy does is not known of these. A clause that is none any more, the text being parted otherwise, is left out: what was
    said of a piece need not hold of the whole."""
    named: dict[str, list[Policy]] = {}
    for policy_id, policy in real.items():
        named.setdefault(policy_id.split("-", 1)[1], []).append(policy)
    words: dict[str, dict[str, list[int]]] = {}
    for line in _lines(data / READING / "contrast.jsonl"):
        place = _place(line, named.get(line["policy"], []), words)
        if place is None or place[0].id in split.left_out:
            continue
        policy, number = place
        held = policy.id in split.held
        for each in line["questions"]:
            if each["a"] == "none":
                yield Asked("contrast", each["q"], (), policy, near=(number,), searched=False, held=held)
            else:
                yield Asked("contrast", each["q"], (Outcome(each["a"]),), policy, (number,), held=held)


def about_invented(invented: Shelf) -> Iterator[Asked]:
    """The cases: questions about the invented companies that are learned from, and, held, about those to weigh by."""
    parts = cases.split()
    for name in (*parts.learn, *parts.weigh):
        for source, suffix in (("cases", ""), ("sentences", ".more")):
            path = cases.FOLDER / f"{name}{suffix}.jsonl"
            if path.exists():
                questions = (golden.model_copy(update={"policy": name}) for golden in read(path))
                yield from _of_golden(source, questions, invented, held=name in parts.weigh)


def about_bundled(bundled: Shelf) -> Iterator[Asked]:
    """The golden questions about the bundled policies that are kept for tuning."""
    for name in BUNDLED:
        yield from _of_golden("bundled", load(name), bundled)


def about_something_else(data: Path, real: Mapping[str, Policy], split: Split) -> Iterator[Asked]:
    """Messages that are not about privacy, each asked of a real policy, which does not answer it: a reader that has only seen
    questions about privacy guesses at others."""
    policies = [policy for name, policy in real.items() if name not in split.held | split.left_out]
    drawn = random.Random(0)
    for line in _lines(data / READING / "messages.jsonl"):
        if line["k"] == "other":
            yield Asked("messages", line["m"], (), drawn.choice(policies))


def practices(bank: Bank) -> Iterator[Asked]:
    """The practice bank's questions, each with a clause that says yes, one that says no and one that says it depends."""
    for practice in bank.practices:
        said = {Outcome.YES: practice.says_yes, Outcome.NO: practice.says_no, Outcome.DEPENDS: practice.says_depends}
        for number, question in enumerate(practice.asks_whether):
            for outcome, clauses in said.items():
                if clauses:
                    yield _alone("bank", question, outcome, clauses[number % len(clauses)])


def confidentiality(data: Path) -> Iterator[Asked]:
    """ContractNLI: statements and clauses of confidentiality agreements; those clauses of which a reader takes in all."""
    lines = [line for line in _lines(data / READING / "contract_nli.jsonl") if _short("contract_nli", line["clause"])]
    random.Random(0).shuffle(lines)
    taken: dict[str, int] = {}
    for line in lines:
        taken[line["answer"]] = taken.get(line["answer"], 0) + 1
        if taken[line["answer"]] <= MOST.get(line["answer"], len(lines)):
            yield _alone("contract_nli", line["statement"], line["answer"], line["clause"])


def negation(data: Path) -> Iterator[Asked]:
    """CondaQA: questions about what a negation in a passage means."""
    lines = [line for line in _lines(data / READING / "condaqa.jsonl") if _short("condaqa", line["passage"])]
    random.Random(0).shuffle(lines)
    for line in lines[:MOST_NEGATED]:
        yield _alone("condaqa", line["question"], line["answer"], line["passage"])


def _of_golden(source: str, questions: Iterable[Golden], shelf: Shelf, *, held: bool = False) -> Iterator[Asked]:
    """Golden questions that stand alone, name one policy and are about privacy."""
    for golden in questions:
        if golden.history or golden.answered_by is None or golden.outcome is Outcome.OFF_TOPIC:
            continue
        policy = shelf[golden.answered_by]
        clauses = clauses_at(policy, gold_spans(golden, shelf))
        outcomes = tuple(outcome for outcome in golden.outcomes if outcome in OUTCOMES) if clauses else ()
        yield Asked(source, golden.question, outcomes, policy, clauses, held=held)


def _alone(source: str, question: str, answer: str, text: str) -> Asked:
    outcomes = () if answer == "none" else (Outcome(answer),)
    return Asked(source, question, outcomes, passage=Passage("", " ".join(text.split())), searched=False)


def _place(
    line: dict[str, Any], policies: Sequence[Policy], words: dict[str, dict[str, list[int]]]
) -> tuple[Policy, int] | None:
    """The clause that a line of `contrast.jsonl` gives by its words; of several equal ones that which stands after its `before`."""
    for policy in policies:
        if policy.id not in words:
            numbers_of = words[policy.id] = dict[str, list[int]]()
            for number in range(len(policy.clauses)):
                numbers_of.setdefault(_words(policy, number), []).append(number)
        numbers = words[policy.id].get(" ".join(line["clause"].split()), [])
        before = " ".join(line["before"].split())
        after = [number for number in numbers if number and _words(policy, number - 1) == before]
        if numbers:
            return policy, (after or numbers)[0]
    return None


def _words(policy: Policy, number: int) -> str:
    return " ".join(policy.clauses[number].span.of(policy.text).split())


def _short(source: str, text: str) -> bool:
    return len(text.split()) < LONGEST[source]


def _lines(path: Path) -> Iterator[Any]:
    """The lines of a file of training data.

    Raises:
        BadTrainingData: it is missing.
    """
    for line in given(path).read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
