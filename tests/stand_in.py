"""An assistant that answers every question with the same clause."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from assistant.errors import BadQuestion
from assistant.model import Answer, Found, Outcome, Question, Searched, SearchedPolicy, Turn
from assistant.practices.bank import Bank, Vocabulary
from corpus.errors import UnknownPolicy
from corpus.model import Clause, Heading, OffsetMap, Policy, Span
from corpus.shelf.catalogue import Shelf

TEXT = "Cards\n\nWe keep:\nyour card number\nWe never share it."


def policy_of(policy_id: str, supersedes: str | None = None) -> Policy:
    lead = Span(7, 15)
    path = ("Cards",)
    clauses = (
        Clause(policy_id, lead, path),
        Clause(policy_id, Span(16, 32), path, lead, "item"),
        Clause(policy_id, Span(33, len(TEXT)), path),
    )
    return Policy(
        id=policy_id, provider="ACME", title=f"ACME {policy_id}", source_url="https://acme.example/privacy",
        snapshot_date=date(2010, 5, 16), effective_date=None, supersedes=supersedes, licence=None, text=TEXT,
        clauses=clauses, headings=(Heading(Span(0, 5), 0, ()),), offsets=OffsetMap(()), source=TEXT,
    )  # fmt: skip


class StandIn:
    """Answers every question with the same clause; fails on demand."""

    def __init__(self) -> None:
        self.policies = Shelf(Path("policies"), {"new": policy_of("new", "old"), "old": policy_of("old")})
        self.current = ("new",)
        self.bank = Bank(Vocabulary(actions={}, data={}), (), ())  # it has no practices: nothing is suggested
        self.searcher = SimpleNamespace(generation="g1", encoder=SimpleNamespace(name="none"), warm=lambda: None)
        self.seen: list[tuple[str, str | None, Sequence[Turn]]] = []

    def ask(
        self,
        question: str,
        policy: str | None = None,
        history: Sequence[Turn] = (),
        *,
        explain: bool = False,
        language: str = "en",
    ) -> Answer:
        self._check(question, policy)
        self.seen.append((question, policy, history))
        return self._answer(question, self.policies[policy or "new"])

    def ask_all(self, questions: Sequence[Question]) -> list[Answer]:
        return [self.ask(each.question, each.policy) for each in questions]

    def search(self, words: str, policy: str | None = None, limit: int = 10) -> list[Found]:
        self._check(words, policy)
        asked = self.policies[policy or "new"]
        cited = [asked.cite(clause.span) for clause in asked.clauses][:limit]
        return [
            Found(policy_id=c.policy_id, quote=c.quote, start=c.start, end=c.end, path=c.path, score=1 / (1 + c.start))
            for c in cited
        ]

    def _answer(self, question: str, policy: Policy) -> Answer:
        named = SearchedPolicy(id=policy.id, title=policy.title, snapshot_date=policy.snapshot_date, clauses=3)
        return Answer(
            question=question, outcome=Outcome.NO, text="No: it is not.",
            citations=(policy.cite(policy.clauses[2].span),), searched=Searched(policies=(named,), clauses=3),
            confidence=0.9,
        )  # fmt: skip

    def _check(self, question: str, policy: str | None) -> None:
        if "explode" in question:
            raise RuntimeError("the secret of the stand-in")
        if not question.strip() or not question.isprintable():
            raise BadQuestion("the question is empty or holds a control character; type what you want to know")
        if policy is not None and policy not in self.policies:
            raise UnknownPolicy(f'unknown policy "{policy}": known are new, old')
