"""What a change of a policy means: the same questions put to two of its versions, and whose answer or clause changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from assistant.ask import Asked, Assistant
from assistant.errors import BadQuestion
from assistant.model import MAX_CITATIONS, Outcome, Question, Route
from corpus.errors import UnknownPolicy
from corpus.model import Citation, Policy
from corpus.versions.archive import Archive
from corpus.versions.diff import Differences, differences
from index.build import embedded_text
from index.late_interaction import TokenIndex
from index.lexical import LexicalIndex
from index.search import Searcher
from index.stores.exact import ExactStore

if TYPE_CHECKING:
    from assistant.practices.bank import Bank

Effect: TypeAlias = Literal["outcome", "clause", "wording", "same"]
"""What the change of a policy did to the answer: another outcome; the same, but proved by another clause; by the same
clause in other words; nothing."""
EFFECTS: tuple[Effect, ...] = ("outcome", "clause", "wording", "same")

_FEWEST_DIGITS = 12  # of a SHA-256 that names a version, as in a permalink


class Said(BaseModel):
    """What one version says to a question."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    citations: tuple[Citation, ...] = Field(max_length=MAX_CITATIONS, description="Best first.")


class Replayed(BaseModel):
    """A question, what both versions say to it, and what became of the answer."""

    model_config = ConfigDict(frozen=True)

    question: str
    effect: Effect
    old: Said
    new: Said


def version(name: str, policies: Mapping[str, Policy], archive: Archive) -> Policy:
    """The version that a name means: `ID` for a policy on the shelf, `ID@SHA` (12 to 64 digits of the text's SHA-256) for
    the text of that hash, on the shelf or kept from earlier.

    Raises:
        UnknownPolicy (corpus.errors): there is none; the message names those that are kept.
        DamagedVersion (corpus.versions.archive).
    """
    if name in policies:
        return policies[name]
    policy_id, at, digits = name.rpartition("@")
    if not at:
        return policies[name]  # unknown; a shelf's own error names the nearest
    if policy_id in policies and len(digits) >= _FEWEST_DIGITS and policies[policy_id].sha256.startswith(digits):
        return policies[policy_id]
    policy = archive.find(policy_id, digits)
    if policy is None:
        kept = archive.versions(policy_id)
        listed = ", ".join(f"{policy_id}@{sha256[:_FEWEST_DIGITS]}" for sha256 in kept[:10])
        raise UnknownPolicy(
            f'no text of policy "{policy_id[:80]}" whose hash begins with "{digits[:64]}" is kept; '
            f"kept are {listed or 'none'} (give 12 to 64 digits)"
        )
    return policy


def superseded_by(new: Policy, policies: Mapping[str, Policy], archive: Archive) -> Policy:
    """The version before a policy: the one on the shelf that it says it supersedes.

    Raises:
        BadQuestion: it supersedes none, or one that is not on the shelf; the message names what may be compared with it.
    """
    if new.supersedes is not None and new.supersedes in policies:
        return policies[new.supersedes]
    earlier = [f"{new.id}@{sha[:_FEWEST_DIGITS]}" for sha in archive.versions(new.id) if sha != new.sha256]
    said = f'supersedes "{new.supersedes}", which is not on the shelf' if new.supersedes else "supersedes none"
    hint = f"; earlier texts of it are {', '.join(earlier[:10])}" if earlier else ""
    raise BadQuestion(f'policy "{new.id}" {said}; name both versions to compare: OLD NEW{hint}')


def bank_questions(bank: Bank) -> list[Question]:
    """The questions of the practice bank that are put well enough to be suggested, in its order, each once."""
    return [Question(question=text) for text in dict.fromkeys(each.suggests for each in bank.practices) if text]


def replay(assistant: Assistant, old: Policy, new: Policy, questions: Iterable[Question]) -> Iterator[Replayed]:
    """Put questions to two versions of a policy, on the shelf or not.

    A question is off topic for both or for neither; a company that it names does not choose among them.

    Raises:
        BadQuestion (assistant.errors): a question that cannot be read.
    """
    between = differences(old, new)
    sides = [(policy, _searcher(assistant, policy)) for policy in (old, new)]
    scope = new.id if new.id in assistant.policies else None
    for question in questions:
        asked = assistant.read(question.question, scope, question.history)
        is_read = asked.routed.route in (Route.PRIVACY, Route.SEVERAL)
        before, after = (_said(assistant, asked, *side) if is_read else _OFF_TOPIC for side in sides)
        effect = _effect(before, after, old, new, between)
        yield Replayed(question=question.question, effect=effect, old=before, new=after)


_OFF_TOPIC = Said(outcome=Outcome.OFF_TOPIC, citations=())


def _said(assistant: Assistant, asked: Asked, policy: Policy, searcher: Searcher) -> Said:
    verdict = assistant.verdict(asked, policy, searcher)
    return Said(outcome=verdict.outcome, citations=tuple(policy.cite(span) for span in verdict.spans))


def _effect(before: Said, after: Said, old: Policy, new: Policy, between: Differences) -> Effect:
    if before.outcome is not after.outcome:
        return "outcome"
    if not before.citations:
        return "same"
    was, now = set(old.clauses_at(before.citations[0].span)), set(new.clauses_at(after.citations[0].span))
    changes = [between.now_at(number) for number in was]
    became = {change.new for change in changes} - {None}
    if not became & now:
        return "clause"
    # A list may be cited whole: then what joined it counts as well as what left it. And what opens a list is said with each item.
    if now - became or any(change.kind in ("reworded", "removed") for change in changes):
        return "wording"
    return "same" if _opened(old, was) == _opened(new, now) else "wording"


def _opened(policy: Policy, numbers: Iterable[int]) -> set[str]:
    """The words that open the lists that some clauses are items of, white space made even."""
    openings = {policy.lead_in_of(policy.clauses[number]) for number in numbers}
    return {" ".join(opening.split()) for opening in openings if opening}


def _searcher(assistant: Assistant, policy: Policy) -> Searcher:
    """What searches the clauses of a version: the assistant's own searcher where it is on the shelf; else one over that text
    alone, encoded now and kept in memory."""
    searcher = assistant.searcher
    if policy.id in assistant.policies and assistant.policies[policy.id] == policy:
        return searcher
    texts = [embedded_text(policy, clause) for clause in policy.clauses]
    embeddings = searcher.encoder.encode(texts)
    second = (
        TokenIndex.build([each.tokens for each in embeddings if each.tokens is not None])
        if isinstance(searcher.second, TokenIndex)
        else LexicalIndex.build(texts)
    )
    vectors = np.stack([embedding.vector for embedding in embeddings])
    counts = {policy.id: len(policy.clauses)}
    return Searcher(searcher.generation, counts, searcher.encoder, ExactStore.build(vectors), second)


def changed(replayed: Sequence[Replayed]) -> list[Replayed]:
    """Those whose answer changed: another outcome first, then another clause, then other words; each in the order asked."""
    return sorted((each for each in replayed if each.effect != "same"), key=lambda each: EFFECTS.index(each.effect))
