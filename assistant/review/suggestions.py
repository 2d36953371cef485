"""What a policy answers of the practice bank's questions: where suggestions come from, so that each leads somewhere."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic

from pydantic import TypeAdapter, ValidationError

from assistant.ask import MOST_POLICIES, Assistant
from assistant.model import Answer, Outcome
from assistant.practices.bank import Practice
from corpus.atomic_files import locked, write_whole
from corpus.errors import PlainclauseError
from corpus.model import Citation, Policy, corpus_sha256

SURE = 0.81  # least confidence of an answer, for its question to be suggested
_CONTACT = "contact-privacy"
_LOOK_AGAIN = 0.5  # seconds between two looks whether another process is done, or this is to end
_PATIENCE = 300.0  # seconds; slow processors take 20 for a policy
_FEW = 4  # passages that tell whether a question is worth asking
_ANSWERS = TypeAdapter(dict[str, Answer])
# What most people want to know first, in this order; other actions follow.
_FIRST = ("share", "sell", "track", "retain", "delete", "protect", "encrypt", "opt-out", "access", "disclose-legal")


class _Busy(Exception):
    """Another process is finding out the same."""


class _Ended(Exception):
    """No more is to be found out: what has been of a policy is not kept."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A practice, a question about it as people ask it, and the policy's answer, which cites a clause."""

    practice: Practice
    question: str
    answer: Answer

    @property
    def first(self) -> Citation:
        """The clause cited first."""
        return self.answer.citations[0]


class Coverage:
    """What each policy of one assistant covers: some seconds a policy, once; then kept, on disk where the assistant has a
    folder for it. Nobody waits for it who only wants suggestions: they come from what is known by then. Whom to ask is no suggestion:
    it is found out for whoever needs it, if it is not known yet."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._kept: dict[str, tuple[Covered, ...]] = {}
        self._contacts: dict[str, Citation | None] = {}
        self._alone, self._asking = Lock(), Lock()
        self._finding: list[Thread] = []
        self._ended = Event()

    def of(self, policy_id: str) -> tuple[Covered, ...]:
        """The practices that a policy answers, in order of the bank.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        covered = self._kept.get(policy_id)
        if covered is None:
            policy = self.assistant.policies[policy_id]
            with self._alone:  # two that ask at once would only get in each other's way
                covered = self._kept.get(policy_id) or self._read(policy)
            self._kept[policy_id] = covered
        return covered

    def warm(self, policy_ids: Sequence[str] | None = None) -> Thread:
        """Find out, in a thread, what the current policies, or some, cover; what was kept on disk is known at once."""
        chosen = (self.assistant.current if policy_ids is None else policy_ids)[:MOST_POLICIES]
        for policy_id in chosen:
            stored = self._stored(self.assistant.policies[policy_id])
            if stored is not None:
                self._kept.setdefault(policy_id, stored)

        def find_out() -> None:
            with contextlib.suppress(_Ended):
                for each in chosen:
                    self.of(each)

        thread = Thread(target=find_out, name="coverage", daemon=True)
        self._finding.append(thread)
        thread.start()
        return thread

    def end(self) -> None:
        """Find out no more, and wait for the question that is being read: Python aborts a program that ends while a thread
        is within compiled code."""
        self._ended.set()
        for thread in self._finding:
            thread.join()

    def _known(self, policy_id: str) -> tuple[Covered, ...]:
        return self._kept.get(policy_id, ())

    def starters(self, policy_ids: Sequence[str], most: int = 4) -> list[str]:
        """Questions to begin with, of different kinds, each answered by the policy or by most of several."""
        answered: dict[str, int] = {}
        practices: dict[str, Practice] = {}
        for covered in (each for policy_id in policy_ids[:MOST_POLICIES] for each in self._known(policy_id)):
            answered[covered.question] = answered.get(covered.question, 0) + 1
            practices[covered.question] = covered.practice
        chosen: dict[str, str] = {}
        for question in sorted(answered, key=lambda question: -answered[question]):
            chosen.setdefault(practices[question].action, question)
        ranked = [chosen[action] for action in (*_FIRST, *(a for a in chosen if a not in _FIRST)) if action in chosen]
        return ranked[:most]

    def next(self, answer: Answer, asked: Sequence[str], most: int = 3) -> list[str]:
        """Questions that lead on from an answer: about the same section or the same data, citing what has not been cited.

        Args:
            asked: what the conversation has asked already.
        """
        if not answer.citations:
            policies = [policy.id for policy in answer.searched.policies]
            return [each for each in self.starters(policies, most + len(asked)) if each not in asked][:most]
        seen = answer.citations[0]
        cited = {citation.span for citation in answer.citations}
        covered = self._known(seen.policy_id)
        data = {name for each in covered if each.first.span == seen.span for name in each.practice.data} - {"any"}
        ranked: list[tuple[int, int, Covered]] = []
        for place, each in enumerate(covered):
            near = 2 * (each.first.path == seen.path) + len(data & set(each.practice.data))
            if near and each.first.span not in cited and each.question not in asked:
                ranked.append((-near, place, each))
        questions: dict[tuple[int, int], str] = {}
        for _, _, each in sorted(ranked, key=lambda entry: entry[:2]):
            questions.setdefault(each.first.span, each.question)
        others = [each for each in self.starters([seen.policy_id], 2 * most) if each not in asked]
        return list(dict.fromkeys([*questions.values(), *others]))[:most]

    def contact(self, policy_id: str) -> Citation | None:
        """The clause in which a policy says whom to ask about privacy, if it does. Where that cannot be found out now there is none: the
        answer that it would stand beside is said all the same."""
        with self._asking, contextlib.suppress(_Ended, PlainclauseError):
            if policy_id not in self._kept and policy_id not in self._contacts:
                policy = self.assistant.policies[policy_id]
                stored = self._stored(policy)
                if stored is not None:
                    self._kept[policy_id] = stored
                else:
                    practices = [practice for practice in self._practices if practice.id == _CONTACT]
                    self._contacts[policy_id] = _contact_of(self._asked(policy, practices))
        return self._contacts.get(policy_id) or _contact_of(self._known(policy_id))

    def _read(self, policy: Policy) -> tuple[Covered, ...]:
        """What was kept of this version, if this reader found it out of these questions; else found out now, and kept. Of several
        processes one finds it out, the others wait for it."""
        practices = self._practices
        path = self._path(policy, practices)
        with self._turn(path) if path is not None else contextlib.nullcontext():
            stored = self._stored(policy)
            if stored is not None:
                return stored
            covered = tuple(self._asked(policy, practices))
            if path is not None:
                with contextlib.suppress(OSError):  # it is found out again at the next start
                    write_whole(path, _ANSWERS.dump_json({each.practice.id: each.answer for each in covered}).decode())
        return covered

    @contextlib.contextmanager
    def _turn(self, path: Path) -> Iterator[None]:
        """Wait until no other process finds out what is to be kept at a path, but not for ever: one may hang. Where nothing can be
        written there nobody waits."""
        patience, lock = monotonic() + _PATIENCE, path.with_suffix(".lock")
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                waiting = True
                while waiting and monotonic() < patience and not self._ended.is_set():
                    try:
                        held.enter_context(locked(lock, "finding out what a policy covers", 0, _Busy))
                        waiting = False
                    except _Busy:
                        self._ended.wait(_LOOK_AGAIN)
            yield

    def _stored(self, policy: Policy) -> tuple[Covered, ...] | None:
        """What was kept of this version on disk; None where nothing was, or nothing that can be read."""
        practices = self._practices
        path = self._path(policy, practices)
        if path is not None and path.is_file():
            with contextlib.suppress(ValidationError, OSError):
                kept = _ANSWERS.validate_json(path.read_bytes())
                return tuple(Covered(each, each.suggests, kept[each.id]) for each in practices if each.id in kept)
        return None

    @property
    def _practices(self) -> list[Practice]:
        return [practice for practice in self.assistant.bank.practices if practice.suggests]

    def _path(self, policy: Policy, practices: Sequence[Practice]) -> Path | None:
        assistant = self.assistant
        if not practices or assistant.memory is None:
            return None
        digest = hashlib.sha256(
            f"{corpus_sha256([policy])}\0{assistant.reader.name}\0{assistant.bounds!r}\0{SURE}".encode()
        )
        digest.update(repr((policy.title, policy.source_url, policy.snapshot_date)).encode())  # citations say these
        for practice in practices:
            digest.update(f"{practice.id}\0{practice.suggests}\0".encode())
        return assistant.memory / "coverage" / f"{digest.hexdigest()[:32]}.json"

    def _asked(self, policy: Policy, practices: Sequence[Practice]) -> Iterator[Covered]:
        for practice in practices:
            if self._ended.is_set():
                raise _Ended
            asked = self.assistant.read(practice.suggests, policy.id)
            # Most questions are not answered, which a few passages tell as well.
            if self.assistant.verdict(asked, policy, most=_FEW).strength < SURE / 2:
                continue
            answer = self.assistant.ask(practice.suggests, policy.id)
            if answer.citations and answer.outcome is not Outcome.UNCLEAR and answer.confidence >= SURE:
                yield Covered(practice, practice.suggests, answer)


def _contact_of(covered: Iterable[Covered]) -> Citation | None:
    return next((each.first for each in covered if each.practice.id == _CONTACT), None)
