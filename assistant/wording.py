"""The plain sentence of an answer: what was read, in words, and never more than the clause says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Asked, Verdict
from assistant.languages import Language
from assistant.modality import Assertion
from assistant.model import Outcome
from assistant.practices.bank import Vocabulary
from assistant.question import asks_duration
from corpus.model import Policy


def sentence(asked: Asked, verdict: Verdict, policy: Policy, vocabulary: Vocabulary, language: Language) -> str:
    """One sentence for a verdict on one policy."""
    say = language.say
    if verdict.outcome is Outcome.OFF_TOPIC:
        return say("answer.off_topic")
    if verdict.outcome is Outcome.SILENT:
        return say("answer.silent", topic=topic(asked, vocabulary, language), policy=name_of(policy, language))
    under = next((c.path[-1] for c in policy.clauses if c.span.overlap(verdict.spans[0]) and c.path), None)
    place = say("answer.under", heading=under) if under else ""
    place += say("answer.excepted") if verdict.excepted else ""
    if verdict.outcome is Outcome.STATED or verdict.assertion is None:
        return say("answer.stated", place=place)
    if verdict.outcome is Outcome.DEPENDS:
        return reserve(verdict.assertion, language, place)
    return say("answer.yes" if verdict.outcome is Outcome.YES else "answer.no", place=place)


def nowhere(asked: Asked, policies: Sequence[Policy], vocabulary: Vocabulary, language: Language, *, of: int) -> str:
    """One sentence for silence in all of several policies, which may be the nearest `of` more."""
    return language.say(
        "answer.nowhere_near" if of > len(policies) else "answer.nowhere",
        topic=topic(asked, vocabulary, language),
        policies=", ".join(name_of(policy, language) for policy in policies),
        count=len(policies),
        of=of,
    )


def topic(asked: Asked, vocabulary: Vocabulary, language: Language) -> str:
    """What a question is about, in words."""
    actions = ["retain"] if asks_duration(asked.query.text) else [n for n in vocabulary.actions if n in asked.actions]
    data = [name for name in vocabulary.data if name in asked.data and name != "any"]
    named = language.say("answer.or").join(language.say(f"topic.data.{name}") for name in data)
    if not actions:
        return named or language.say("answer.this")
    doing = language.say(f"topic.actions.{actions[0]}")
    return language.say("answer.topic", doing=doing, what=named or language.say("answer.anything"))


def name_of(policy: Policy, language: Language) -> str:
    """Title and date of a policy, as a person would name it."""
    day = language.day(policy.date) if policy.date else language.say("date.unknown")
    return language.say("answer.policy", title=policy.title, day=day)


def reserve(assertion: Assertion, language: Language, place: str = "") -> str:
    """What an answer depends on: the condition named, the modal verb, or, where neither is, what the clause says."""
    if assertion.conditions:
        return language.say("answer.depends_condition", words=assertion.conditions[-1], place=place)
    if assertion.modal:  # the words are the negation, if any, then the modal verb
        return language.say("answer.depends_modal", words=assertion.words[int(assertion.negated)], place=place)
    return language.say("answer.depends", place=place)
