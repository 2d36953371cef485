"""A sentence is approved for what the policy says to the question now: its outcome, and the clause that it cites."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.ask import Assistant
from assistant.company.approved.store import ApprovedAnswer, ApprovedAnswers, Clause, now
from assistant.errors import BadApproval
from assistant.model import APPROVABLE, Answer, Route
from corpus.model import Policy


def answer_now(assistant: Assistant, question: str, policy: str) -> Answer:
    """What the policy says to a question, if a sentence can be approved for that.

    Raises:
        BadApproval: the answer claims nothing, or the policy is superseded.
        BadQuestion (assistant.errors), UnknownPolicy (corpus.errors).
    """
    _current(assistant.policies, policy, assistant)
    answer = assistant.ask(question, policy)
    if answer.route is not Route.PRIVACY or answer.outcome not in APPROVABLE:
        raise BadApproval(
            f'the policy\'s own answer is "{answer.outcome.value}", which claims nothing; a sentence is approved only beside a clause '
            "that answers: mend the policy, or ask one question at a time",
            "claims_nothing",
        )
    return answer


def approve(
    assistant: Assistant,
    store: ApprovedAnswers,
    question: str,
    policy: str,
    english: str,
    german: str | None = None,
    *,
    by: str,
    number: int = 0,
) -> int:
    """Approve a sentence for a question, in place of that with a number where one is given; its number.

    Raises:
        BadApproval, BadQuestion, DatabaseUnusable (assistant.errors), UnknownPolicy (corpus.errors).
    """
    answer = answer_now(assistant, question, policy)
    cited = answer.citations[0]
    clause = Clause(cited.policy_sha256, cited.start, cited.end, cited.quote)
    words = " ".join(question.split())
    return store.keep(
        ApprovedAnswer(
            words, cited.policy_id, english, german or None, answer.outcome, clause, by, now(), number=number
        )
    )


def _current(policies: Mapping[str, Policy], policy: str, assistant: Assistant) -> None:
    if policies[policy].id not in assistant.current:
        raise BadApproval(
            f'policy "{policy}" is superseded; approve the sentence for the one that holds today', "superseded"
        )
