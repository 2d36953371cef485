"""The plain sentence of an answer: what was read, in words, and never more than the clause says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Asked, Verdict
from assistant.modality import Assertion
from assistant.model import Outcome
from assistant.practices.bank import Vocabulary
from assistant.question import asks_duration
from corpus.model import Policy

OFF_TOPIC = "This does not look like a question about privacy or about these policies, so nothing was searched for it."


def sentence(asked: Asked, verdict: Verdict, policy: Policy, vocabulary: Vocabulary) -> str:
    """One sentence for a verdict on one policy."""
    if verdict.outcome is Outcome.OFF_TOPIC:
        return OFF_TOPIC
    if verdict.outcome is Outcome.SILENT:
        return f"We found no clause about {topic(asked, vocabulary)} in {name_of(policy)}; this is not a “no”."
    under = next((c.path[-1] for c in policy.clauses if c.span.overlap(verdict.spans[0]) and c.path), None)
    place = f" under “{under}”" if under else ""
    place += ", with an exception in the clause cited next" if verdict.excepted else ""
    if verdict.outcome is Outcome.STATED or verdict.assertion is None:
        return f"The policy states this{place}."
    if verdict.outcome is Outcome.DEPENDS:
        return f"It depends: the policy {_reserve(verdict.assertion)}{place}."
    answer = "Yes" if verdict.outcome is Outcome.YES else "No"
    return f"{answer}: the policy says so{place}."


def nowhere(asked: Asked, policies: Sequence[Policy], vocabulary: Vocabulary, *, of: int) -> str:
    """One sentence for silence in all of several policies, which may be the nearest `of` more."""
    names = ", ".join(name_of(policy) for policy in policies)
    which = f"the {len(policies)} of {of} policies nearest to the question" if of > len(policies) else f"{of} policies"
    return f"We found no clause about {topic(asked, vocabulary)} in any of {which} ({names}); this is not a “no”."


def topic(asked: Asked, vocabulary: Vocabulary) -> str:
    """What a question is about, in words of the vocabulary."""
    actions = ["retain"] if asks_duration(asked.query.text) else [n for n in vocabulary.actions if n in asked.actions]
    data = [name for name in vocabulary.data if name in asked.data and name != "any"]
    doing = vocabulary.actions[actions[0]].phrase if actions else ""
    what = " or ".join(vocabulary.data[name].phrase for name in data) or ("your information" if doing else "this")
    return f"{doing} {what}".strip()


def name_of(policy: Policy) -> str:
    """Title and date of a policy, as a person would name it."""
    day = policy.date
    return f"“{policy.title}” ({day:%-d %B %Y})" if day else f"“{policy.title}” (date not stated)"


def _reserve(assertion: Assertion) -> str:
    """What makes an answer depend: the condition named, the modal verb, or, where neither is, what the clause says."""
    if assertion.conditions:
        return f"names a condition or an exception (“{assertion.conditions[-1]} …”)"
    if assertion.modal:  # the words are the negation, if any, then the modal verb
        return f"says “{assertion.words[int(assertion.negated)]}”"
    return "says on what"
