"""What a policy answers of the practice bank's questions: where suggestions come from, so that each leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Thread

from assistant.ask import MOST_POLICIES, Assistant
from assistant.model import Answer, Question
from assistant.practices.bank import Practice
from corpus.model import Citation

SURE = 0.6  # least probability that the cited clause answers, for a question to be suggested
_CONTACT = "contact-privacy"
# What most people want to know first, in this order; other actions follow.
_FIRST = ("share", "sell", "track", "retain", "delete", "protect", "encrypt", "opt-out", "access", "disclose-legal")


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
    """What each policy of one assistant covers: asked at first need (a tenth of a second or so a policy), then kept."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._kept: dict[str, tuple[Covered, ...]] = {}

    def of(self, policy_id: str) -> tuple[Covered, ...]:
        """The practices that a policy answers, in order of the bank.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        found = self._kept.get(policy_id)
        if found is None:  # two that ask at once both find it out: no one waits for another
            found = self._kept[policy_id] = tuple(self._asked(policy_id))
        return found

    def warm(self) -> None:
        """Ask, in a thread, what the first visitor would wait for."""
        Thread(target=self.starters, args=[self.assistant.current], name="coverage", daemon=True).start()

    def starters(self, policy_ids: Sequence[str], most: int = 4) -> list[str]:
        """Questions to begin with, of different kinds, each answered by the policy or by most of several."""
        answered: dict[str, int] = {}
        practices: dict[str, Practice] = {}
        for covered in (each for policy_id in policy_ids[:MOST_POLICIES] for each in self.of(policy_id)):
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
        covered = self.of(seen.policy_id)
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
        """The clause in which a policy says whom to ask about privacy, if it does."""
        return next((each.first for each in self.of(policy_id) if each.practice.id == _CONTACT), None)

    def _asked(self, policy_id: str) -> Iterator[Covered]:
        practices = [practice for practice in self.assistant.bank.practices if practice.suggests]
        questions = [Question(question=each.suggests, policy=policy_id, explain=True) for each in practices]
        for practice, question, answer in zip(practices, questions, self.assistant.ask_all(questions), strict=True):
            if isinstance(answer, Exception):  # the policy is unknown
                raise answer
            sure = answer.explanation is not None and answer.explanation.answered >= SURE
            if answer.citations and sure:
                yield Covered(practice, question.question, answer)
