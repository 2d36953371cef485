"""What a person should see of a draft before it goes live: what was read, what was left out, what to doubt, what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.company.approved.following import Fate, fates
from assistant.company.publishing.drafts import Draft
from assistant.errors import BadQuestion
from assistant.model import Question, checked
from assistant.review.impact import Replayed, bank_questions, replay
from corpus.formats.html.left_out import LeftOut
from corpus.model import Policy
from corpus.shelf.catalogue import Metadata, Shelf
from corpus.shelf.writer import Incoming
from corpus.text.instructions import instructs_machine
from corpus.versions.archive import Archive

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.company.approved.store import ApprovedAnswer


Told = Callable[[Sequence[Question]], Iterable[Question]]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a person should know of a document that is taken up: what its reader warns of (English sentences), under which other
    ids the shelf has its text, what of it speaks to machines, in order."""

    warnings: tuple[str, ...] = ()
    doubles: tuple[str, ...] = ()
    to_machines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft as it would stand on the shelf, beside the text in use, if the policy has one."""

    draft: Draft
    policy: Policy
    known: Metadata
    left_out: tuple[LeftOut, ...]
    doubts: Doubts
    current: Policy | None

    @property
    def moved_on(self) -> bool:
        """Whether another text is in use than when the draft came."""
        return self.draft.replaces != (self.current.sha256 if self.current else None)

    def begins_after(self, day: date) -> bool:
        """Whether the document says of itself that it holds only after a day."""
        return self.known.effective_date is not None and self.known.effective_date > day


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does to answers: each question put to both texts; those of them that customers asked; how many of theirs
    could not be read."""

    replayed: tuple[Replayed, ...]
    customers: frozenset[str]
    unread: int


def doubts_of(policy: Policy, incoming: Incoming, alike: Sequence[str] = ()) -> Doubts:
    """What is to doubt of a document; `alike` are the ids of the policies that have its text already."""
    return Doubts(incoming.document.warnings, tuple(alike), tuple(to_machines(policy)))


def to_machines(policy: Policy) -> Iterator[str]:
    """What of a policy's clauses and headings tells machines what to answer."""
    spans = sorted([*(clause.span for clause in policy.clauses), *(heading.span for heading in policy.headings)])
    return (text for text in (span.of(policy.text) for span in spans) if instructs_machine(text))


def questions_of(assistant: Assistant, asked: Iterable[str]) -> tuple[list[Question], frozenset[str], int]:
    """What customers asked, each once, then the practice bank's questions; those of customers; how many could not be read."""
    customers, unread = dict[str, Question](), 0
    for words in asked:
        try:
            text = checked(words)
        except BadQuestion:  # one that cannot be answered stops none of the others
            unread += 1
            continue
        customers.setdefault(text.casefold(), Question(question=text))
    ours = [each for each in bank_questions(assistant.bank) if each.question.casefold() not in customers]
    return [*customers.values(), *ours], frozenset(each.question for each in customers.values()), unread


def approved_then(
    answers: Iterable[ApprovedAnswer], preview: Preview, policies: Shelf, archive: Archive
) -> tuple[Fate, ...]:
    """What publishing a draft does to approved answers: those that follow their clause into its text or lapse; of the others nothing.

    Args:
        answers: those that are in use.
        policies: the shelf as it is.
        archive: has the texts that the answers rest on.

    Raises:
        DamagedVersion (corpus.versions.archive).
    """
    return tuple(fates(answers, policies.having(preview.policy), archive, whole=False))


def impact(
    assistant: Assistant, current: Policy, policy: Policy, asked: Iterable[str] = (), *, told: Told | None = None
) -> Impact:
    """The same questions put to the text in use and to a draft: what customers asked and the practice bank's.

    Args:
        asked: what customers asked, in their words.
        told: wraps the questions, so that somebody sees how far it is.

    Raises:
        ReaderFailed (assistant.errors).
    """
    questions, customers, unread = questions_of(assistant, asked)
    return Impact(tuple(replay(assistant, current, policy, told(questions) if told else questions)), customers, unread)
