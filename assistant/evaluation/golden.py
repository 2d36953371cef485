"""Golden questions: what was asked, which clauses answer it, and the outcome a careful reader gives; read and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.errors import BadGolden, BadQuestion
from assistant.model import MAX_HISTORY, Outcome, Turn, checked
from corpus.errors import UnknownPolicy
from corpus.model import Policy, Span

MOST_LISTED = 20  # problems of one file shown at once; who has more made one mistake many times
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXPECTED = 'expected {"question": str, "policy": id, "outcome": str, "gold": [words of the clause, ...]}'


def _listed_once(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Golden(BaseModel):
    """One golden question: one line of the file.

    `outcomes` holds the outcomes that a careful reader accepts, best first; a line has them as `outcome`, one or a list.
    `gold` holds the clauses that answer it by themselves, each by the words of the policy; none for silent and
    off_topic. `policy` is None where the question names the company; `expect_policy` then says which.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, coerce_numbers_to_str=True)
    question: str
    policy: str | None = None
    outcomes: Annotated[tuple[Outcome, ...], BeforeValidator(_listed_once)] = Field(
        validation_alias="outcome", min_length=1
    )
    gold: tuple[str, ...] = ()
    history: tuple[Turn, ...] = Field(default=(), max_length=MAX_HISTORY)
    tags: tuple[str, ...] = ()
    expect_policy: str | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome that a careful reader gives first."""
        return self.outcomes[0]

    @property
    def answered_by(self) -> str | None:
        """The policy that the answer must come from."""
        return self.expect_policy or self.policy


def read(path: Path, policies: Mapping[str, Policy] | None = None) -> list[Golden]:
    """The golden questions of a file, JSON lines; one without an id has the number of its line.

    Args:
        policies: the shelf that the questions are of; None checks the form alone.

    Raises:
        BadGolden: the file is not there, is empty, or holds a line that does not follow the format or contradicts the
            policies; all such lines are told at once.
    """
    questions: list[Golden] = []
    problems: list[tuple[int, str]] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(_bytes(path).removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            golden = _golden(line, number)
        except BadGolden as error:
            problems.append((number, f"line {number}: {error}"))
            continue
        questions.append(golden)
        contradictions = list(_contradictions(golden, policies))
        if (first := line_of.setdefault(golden.id, number)) != number:
            contradictions.append(f"line {first} has this id too; give each question its own")
        problems += [(number, f'line {number}, "{golden.id}": {problem}') for problem in contradictions]
    if problems:
        raise _listed(path, problems)
    if not questions:
        raise BadGolden(f'file "{path}" holds no question; give one JSON object a line, {_EXPECTED}')
    return questions


def gold_spans(golden: Golden, policies: Mapping[str, Policy]) -> list[Span]:
    """Where the gold clauses stand in the policy's canonical text.

    Raises:
        BadGolden: a gold quote is in no clause of the policy; the message names the nearest clause.
    """
    spans: list[Span] = []
    for quote in golden.gold:
        policy = policies[golden.answered_by or ""]
        places = _places(quote, policy)
        if not places:
            raise BadGolden(f"{golden.id}: {_nowhere(quote, policy)}")
        spans += places
    return spans


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        remedy = "give the path of a file with one JSON object a line"
        raise BadGolden(f'file of questions "{path}" does not exist; {remedy}') from None
    except IsADirectoryError:
        raise BadGolden(f'"{path}" is a folder; give the path of a file of questions in it') from None


def _golden(line: bytes, number: int) -> Golden:
    try:
        fields: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadGolden(f"not UTF-8 (byte 0x{line[error.start]:02x} at {error.start}); convert the file") from None
    except json.JSONDecodeError as error:
        raise BadGolden(f"not JSON ({error.msg} at column {error.colno}); {_EXPECTED}") from None
    except RecursionError:
        raise BadGolden(f"nested too deeply; {_EXPECTED}") from None
    if isinstance(fields, dict) and fields.get("id") is None:
        fields["id"] = str(number)
    try:
        return Golden.model_validate(fields)
    except ValidationError as error:
        faults = "; ".join(_fault(fault["loc"], fault["msg"], fault["input"]) for fault in error.errors()[:3])
        raise BadGolden(f"{faults}; {_EXPECTED}") from None


def _fault(place: tuple[int | str, ...], message: str, value: Any) -> str:
    where = ".".join(str(part) for part in place) or "the line"
    shown = "" if message == "Field required" else f" (found {json.dumps(value, ensure_ascii=False, default=str)[:60]})"
    return f'"{where}": {message}{shown}'


def _contradictions(golden: Golden, policies: Mapping[str, Policy] | None) -> Iterator[str]:
    """What is wrong with a question whose form is right, each with its remedy."""
    if not golden.id.isprintable():
        yield "the id holds characters that cannot be shown; use letters and digits"
    for question in (golden.question, *(turn.question for turn in golden.history if turn.question.strip())):
        try:
            checked(question)
        except BadQuestion as error:
            yield str(error)
    if golden.outcome.has_evidence and not golden.gold:
        yield f'outcome "{golden.outcome}" without gold; quote the clause that says it, or expect "silent"'
    if golden.gold and not any(outcome.has_evidence for outcome in golden.outcomes):
        yield f'outcome "{golden.outcome}" with gold; leave the gold out, or say what the clause answers'
    if any(not quote.strip() for quote in golden.gold):
        yield "a gold quote is empty; give the words of the clause"
        return
    if policies is None:
        return
    try:
        for policy_id in dict.fromkeys([golden.policy, golden.expect_policy, *(t.policy for t in golden.history)]):
            if policy_id is not None:
                policies[policy_id]
    except UnknownPolicy as error:
        yield str(error)
        return
    if golden.gold and golden.answered_by is None:
        yield 'gold without a policy; name it in "policy", or in "expect_policy" where the question names the company'
        return
    for quote in golden.gold:
        policy = policies[golden.answered_by or ""]
        if not _places(quote, policy):
            yield _nowhere(quote, policy)


def _places(quote: str, policy: Policy) -> list[Span]:
    """The clauses that are the quote, word for word; where none is, its place in each clause that holds it."""
    parts = [(clause.span, clause.span.of(policy.text)) for clause in policy.clauses]
    whole = [span for span, text in parts if text == quote]  # "IP addresses" is a clause, and words of others
    return whole or [
        Span(span.start + text.find(quote), span.start + text.find(quote) + len(quote))
        for span, text in parts
        if quote in text
    ]


def _nowhere(quote: str, policy: Policy) -> str:
    """That a quote stands in no clause, and the clause that was probably meant."""
    from rapidfuzz import process

    said = f'"{quote[:60]}{"..." if len(quote) > 60 else ""}" stands in no clause of {policy.id}'
    if quote in policy.text:
        return f"{said} but runs over several, or is a heading; quote each clause by itself"
    texts = [clause.span.of(policy.text) for clause in policy.clauses]
    nearest, _, _ = process.extractOne(quote, texts, scorer=_likeness)
    return f'{said}; the nearest is "{nearest}": quote the words of the policy exactly'


def _likeness(quote: str, clause: str, **_: Any) -> float:
    """How like a clause, or a part of it, a quote is, 0 to 100.

    A clause shorter than the quote is compared as a whole: every "and" would be a perfect part of a long quote.
    """
    from rapidfuzz import fuzz

    return fuzz.partial_ratio(quote, clause) if len(clause) >= len(quote) else fuzz.ratio(quote, clause)


def _listed(path: Path, problems: list[tuple[int, str]]) -> BadGolden:
    if len(problems) == 1:
        return BadGolden(f'file "{path}" {problems[0][1]}')
    shown = [problem for _, problem in problems[:MOST_LISTED]]
    if len(problems) > MOST_LISTED:
        shown.append(f"... and {len(problems) - MOST_LISTED} more")
    lines = len({number for number, _ in problems})
    amount = f"{lines} bad lines" if lines > 1 else f"{len(problems)} problems in one line"
    return BadGolden(f'file "{path}" has {amount}, listed above; mend them: nothing was measured', shown)
