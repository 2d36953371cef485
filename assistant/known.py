"""What is known of the clauses of policies before any question: which data and actions each names, how it stands to the
practices of the bank. Computed when an index is built, kept beside it, read from disk as it is used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.practices import lexicon, reader
from assistant.practices.bank import Bank
from assistant.practices.lexicon import Lexicon
from assistant.practices.reader import Floats, PracticeReader
from corpus.model import Policy

Flags = NDArray[np.bool_]
Tables = tuple[Floats, Floats, Flags, Flags]

_ANAPHOR = re.compile(
    r"\b(?:this|that|these|those|such|the|it|they|them|the same) ?(?:informational|information|data|details|statistics|records?|messages?)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one policy's clauses.

    profile: float32, (clauses, practices): how each stands to the practices, as unit vectors around their mean.
    posterior: float32, (clauses, actions), each row a distribution.
    data, actions: (clauses, kinds of data) and (clauses, actions): whether the clause names it.
    states: float32, (clauses,): 0 for a clause that states nothing (a question, a bare lead-in), else 1.
    items: (clauses,): whether it is an item of a list.
    section: int64, (clauses,): the number of its section.
    follows: (clauses,): whether the clause before is of the same section.
    """

    policy: Policy
    profile: Floats
    posterior: Floats
    data: Flags
    actions: Flags
    states: Floats
    items: Flags
    section: NDArray[np.int64]
    follows: Flags


def made_by(bank: Bank) -> str:
    """What the tables of `KnownClauses` are made from besides policies and vectors: one hash over the vocabulary, how the
    practices part its sentences, and the code."""
    digest = hashlib.sha256(bank.vocabulary.model_dump_json().encode())
    for practice in bank.practices:
        digest.update(
            f"{practice.id}\0{practice.action}\0{len(practice.questions)}\0{len(practice.clauses)}\0".encode()
        )
    for module in (__file__, lexicon.__file__, reader.__file__):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()


class KnownClauses:
    """What needs reading to be known, of the clauses of several policies by row number."""

    _FILES = ("known-profile.npy", "known-posterior.npy", "known-data.npy", "known-actions.npy")

    def __init__(self, profile: Floats, posterior: Floats, data: Flags, actions: Flags) -> None:
        self._tables = profile, posterior, data, actions

    @classmethod
    def read(
        cls,
        policies: Sequence[Policy],
        vectors: Floats,
        practices: PracticeReader,
        data: Lexicon,
        actions: Lexicon,
        earlier: Mapping[str, tuple[Policy, Tables]] | None = None,
    ) -> Self:
        """Read the clauses of policies in their order; `vectors` has one for each, float32, (clauses, dim).

        Args:
            earlier: by id, policies with their tables, made of the same bank and the same encoder: those that are still
                the same need not be read again.
        """
        readings, row = [], 0
        for policy in policies:  # one after the other: all similarities to the bank at once would not fit
            its, row = vectors[row : row + len(policy.clauses)], row + len(policy.clauses)
            before, tables = (earlier or {}).get(policy.id, (None, None))
            if tables is None or before != policy:
                reading = practices.clauses(its)
                named, done = _data_named(policy, data), _actions_named(policy, actions)
                tables = reading.profile, reading.actions, _flags(named, data.terms), _flags(done, actions.terms)
            readings.append(tables)
        profile, posterior, of_data, of_actions = zip(*readings, strict=True)
        return cls(
            np.concatenate(profile), np.concatenate(posterior), np.concatenate(of_data), np.concatenate(of_actions)
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote."""
        return cls(*(np.load(folder / name, mmap_mode="r") for name in cls._FILES))

    def by_policy(self, policies: Iterable[Policy]) -> dict[str, tuple[Policy, Tables]]:
        """The tables of each of the policies that these are of, in their order."""
        found, row = {}, 0
        for policy in policies:
            its, row = slice(row, row + len(policy.clauses)), row + len(policy.clauses)
            profile, posterior, data, actions = self._tables
            found[policy.id] = policy, (profile[its], posterior[its], data[its], actions[its])
        return found

    def save(self, folder: Path) -> None:
        """Write the tables into an existing folder."""
        for name, table in zip(self._FILES, self._tables, strict=True):
            np.save(folder / name, table)

    def of(self, policy: Policy, rows: range) -> Known:
        """What is known of one policy, whose clauses are these rows."""
        profile, posterior, data, actions = self._tables
        its = slice(rows.start, rows.stop)
        opens = {clause.lead_in for clause in policy.clauses}
        states = [
            0.0
            if (text := clause.span.of(policy.text)).endswith("?") or (text.endswith(":") and clause.span not in opens)
            else 1.0
            for clause in policy.clauses
        ]
        paths = {clause.path: number for number, clause in enumerate(policy.clauses)}
        section = np.array([paths[clause.path] for clause in policy.clauses], dtype=np.int64)
        return Known(
            policy=policy,
            profile=profile[its],
            posterior=posterior[its],
            data=data[its],
            actions=actions[its],
            states=np.array(states, dtype=np.float32),
            items=np.array([clause.lead_in is not None for clause in policy.clauses], dtype=np.bool_),
            section=section,
            follows=np.concatenate([[False], section[1:] == section[:-1]]),
        )


def _data_named(policy: Policy, data: Lexicon) -> list[set[str]]:
    """The data each clause speaks of; one that says "this information" inherits from its heading and the clause before."""
    found: list[set[str]] = []
    for number, clause in enumerate(policy.clauses):
        text = clause.span.of(policy.text)
        names = set(data.names(text))
        if not names - {"any"} or _ANAPHOR.search(text):
            names |= {name for heading in clause.path[-1:] for name in data.names(heading)}
            if number and policy.clauses[number - 1].path == clause.path:
                names |= found[-1]
        if clause.lead_in:
            names |= data.names(clause.lead_in.of(policy.text)) - {"any"}
        found.append(names)
    return found


def _actions_named(policy: Policy, actions: Lexicon) -> list[set[str]]:
    """The actions each clause names, itself or in the words that open its list."""
    spans = [[clause.span, *([clause.lead_in] if clause.lead_in else [])] for clause in policy.clauses]
    return [{name for span in each for name in actions.names(span.of(policy.text))} for each in spans]


def _flags(named: list[set[str]], terms: tuple[str, ...]) -> Flags:
    flags = np.zeros((len(named), len(terms)), dtype=np.bool_)
    for row, names in enumerate(named):
        flags[row, [terms.index(name) for name in names]] = True
    return flags
