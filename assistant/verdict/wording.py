"""The plain sentences that quote nothing: of silence, of messages that are no question about a policy, of several policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from assistant.languages import Language
from assistant.model import Answer, Outcome
from assistant.practices.bank import Vocabulary
from assistant.practices.clause_tables import Tables
from assistant.practices.lexicon import Lexicon
from assistant.questions.form import asks_duration, asks_keeping
from corpus.model import Policy


class Topics:
    """What a question is about, in words: what is done, to which data."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._data, self._actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        self._vocabulary = vocabulary

    def of(self, question: str, language: Language, policies: Iterable[Tables] = ()) -> str:
        """The topic of a question, as a part of a sentence. That no clause is about a topic is said of what is named here: where a
        length of time other than that of keeping is asked for, nothing is named, for a clause may well speak of what is done (of
        telling about a breach) and not say how soon; nor where one of `policies` has a clause that names it all: that speaks of
        encryption, say, and not of the kind asked for."""
        if asks_keeping(question):
            actions = ["retain"]
        elif asks_duration(question):
            return language.say("answer.this")
        else:
            doing = self._actions.names(question)
            actions = [name for name in self._vocabulary.actions if name in doing]
        what = self._data.names(question)
        data = [name for name in self._vocabulary.data if name in what and name != "any"]
        if any(self._has(tables, actions[:1], data) for tables in policies):
            return language.say("answer.this")
        named = language.say("answer.or").join(language.say(f"topic.data.{name}") for name in data)
        if not actions:
            return named or language.say("answer.this")
        return language.say(
            "answer.topic",
            doing=language.say(f"topic.actions.{actions[0]}"),
            what=named or language.say("answer.anything"),
        )

    def _has(self, tables: Tables, actions: Sequence[str], data: Sequence[str]) -> bool:
        """Whether a clause of a policy names the action and one of the kinds of data, as far as these are named."""
        kinds, doings = tables
        named = np.ones(len(kinds), dtype=np.bool_)
        for flags, terms, wanted in ((doings, self._actions.terms, actions), (kinds, self._data.terms, data)):
            if wanted:
                named &= flags[:, [terms.index(name) for name in wanted]].any(axis=1)
        return bool(named.any())


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
    of their outcomes; those of one company that do not are named by what tells them apart, as far as need be."""
    ways = {
        each: ((policy := policies[each]).provider or policy.title, policy.title, name_of(policy, language), each)
        for each in answers
    }
    said = {(way, answer.outcome) for each, answer in answers.items() for way in enumerate(ways[each])}
    times = Counter(way for way, _ in said)
    by_outcome: dict[Outcome, list[str]] = {}
    for each, answer in answers.items():
        name = next(name for at, name in enumerate(ways[each]) if times[at, name] == 1)
        by_outcome.setdefault(answer.outcome, []).append(name)
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
