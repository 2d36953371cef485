"""The plain sentences that quote nothing: of silence, of messages that are no question about a policy, of several policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.languages import Language
from assistant.model import Answer, Outcome
from assistant.practices.bank import Vocabulary
from assistant.practices.lexicon import Lexicon
from assistant.questions.form import asks_duration
from corpus.model import Policy


class Topics:
    """What a question is about, in words: what is done, to which data."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._data, self._actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        self._vocabulary = vocabulary

    def of(self, question: str, language: Language) -> str:
        """The topic of a question, as a part of a sentence."""
        doing, what = self._actions.names(question), self._data.names(question)
        actions = (
            ["retain"] if asks_duration(question) else [name for name in self._vocabulary.actions if name in doing]
        )
        data = [name for name in self._vocabulary.data if name in what and name != "any"]
        named = language.say("answer.or").join(language.say(f"topic.data.{name}") for name in data)
        if not actions:
            return named or language.say("answer.this")
        return language.say(
            "answer.topic",
            doing=language.say(f"topic.actions.{actions[0]}"),
            what=named or language.say("answer.anything"),
        )


def silent(topic: str, policy: Policy, language: Language) -> str:
    """That one policy does not say."""
    return language.say("answer.silent", topic=topic, policy=name_of(policy, language))


def nowhere(topic: str, policies: Sequence[Policy], language: Language, *, of: int) -> str:
    """One sentence for silence in all of some policies, which may be the nearest `of` more."""
    if len(policies) == of == 1:
        return silent(topic, policies[0], language)
    return language.say(
        "answer.nowhere_near" if of > len(policies) else "answer.nowhere",
        topic=topic,
        policies=", ".join(name_of(policy, language) for policy in policies),
        count=len(policies),
        of=of,
    )


def each_says(answers: Mapping[str, Answer], policies: Mapping[str, Policy], language: Language) -> str:
    """Who says what: "Rackspace and QualiSpace: no. VPS6: it depends." Policies that say the same stand together, in the order
    of their outcomes."""
    by_outcome: dict[Outcome, list[str]] = {}
    for policy_id, answer in answers.items():
        by_outcome.setdefault(answer.outcome, []).append(policies[policy_id].provider or policies[policy_id].title)
    return " ".join(
        language.say("answer.who", names=_listed(names, language), says=language.say(f"answer.says.{outcome}"))
        for outcome in Outcome
        if (names := list(dict.fromkeys(by_outcome.get(outcome, ()))))
    )


def name_of(policy: Policy, language: Language) -> str:
    """Title and date of a policy, as a person would name it."""
    day = language.day(policy.date) if policy.date else language.say("date.unknown")
    return language.say("answer.policy", title=policy.title, day=day)


def _listed(names: Sequence[str], language: Language) -> str:
    if len(names) == 1:
        return names[0]
    return language.say("answer.and").join([", ".join(names[:-1]), names[-1]])
