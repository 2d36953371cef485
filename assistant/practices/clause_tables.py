"""What is known of the clauses of policies before any question: which data and actions each names. Computed when an index is
built, kept beside it, read from disk as it is used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.practices.bank import Vocabulary
from assistant.practices.lexicon import Lexicon
from corpus.model import Policy

FORMAT = 1
"""To be raised by whoever changes which data or actions the same clause names: indexes are then built anew."""

Flags = NDArray[np.bool_]
Tables = tuple[Flags, Flags]

_ANAPHOR = re.compile(
    r"\b(?:this|that|these|those|such|the|it|they|them|the same) ?(?:informational|information|data|details|statistics|records?|messages?)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PolicyTables:
    """What is known of one policy's clauses. data, actions: (clauses, kinds of data) and (clauses, actions): whether the clause
    names it."""

    policy: Policy
    data: Flags
    actions: Flags


def made_by(vocabulary: Vocabulary) -> str:
    """What the tables of `ClauseTables` are made from besides policies: one hash over the vocabulary and `FORMAT`."""
    return hashlib.sha256(f"{FORMAT}\0{vocabulary.model_dump_json()}".encode()).hexdigest()


class ClauseTables:
    """Which data and actions the clauses of several policies name, by row number; and the words that name them."""

    _FILES = ("known-data.npy", "known-actions.npy")

    def __init__(self, vocabulary: Vocabulary, tables: Tables) -> None:
        self.data, self.actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        self._tables = tables

    @classmethod
    def read(
        cls,
        policies: Sequence[Policy],
        vocabulary: Vocabulary,
        earlier: Mapping[str, tuple[Policy, Tables]] | None = None,
    ) -> Self:
        """Read the clauses of policies in their order.

        Args:
            earlier: by id, policies with their tables, made of the same vocabulary: those that are still the same need not
                be read again.
        """
        data, actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        readings = []
        for policy in policies:
            before, tables = (earlier or {}).get(policy.id, (None, None))
            if tables is None or before != policy:
                named, done = _data_named(policy, data), _actions_named(policy, actions)
                tables = _flags(named, data.terms), _flags(done, actions.terms)
            readings.append(tables)
        of_data, of_actions = zip(*readings, strict=True)
        return cls(vocabulary, (np.concatenate(of_data), np.concatenate(of_actions)))

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary) -> Self:
        """What `save` wrote."""
        data, actions = (np.load(folder / name, mmap_mode="r") for name in cls._FILES)
        return cls(vocabulary, (data, actions))

    def save(self, folder: Path) -> None:
        """Write it into a generation that is being built."""
        for name, table in zip(self._FILES, self._tables, strict=True):
            np.save(folder / name, table)

    def by_policy(self, policies: Sequence[Policy]) -> dict[str, tuple[Policy, Tables]]:
        """The tables of each policy, by id; `policies` in order of their rows."""
        data, actions = self._tables
        found, row = {}, 0
        for policy in policies:
            its = slice(row, row + len(policy.clauses))
            found[policy.id] = policy, (data[its], actions[its])
            row = its.stop
        return found

    def of(self, policy: Policy, rows: range) -> PolicyTables:
        """What is known of one policy, by its rows."""
        data, actions = self._tables
        its = slice(rows.start, rows.stop)
        return PolicyTables(policy, data[its], actions[its])


def _data_named(policy: Policy, data: Lexicon) -> list[set[str]]:
    """The data each clause speaks of; one that says "this information" inherits from its heading and the clause before."""
    data_of: list[set[str]] = []
    for number, clause in enumerate(policy.clauses):
        text = clause.span.of(policy.text)
        names = set(data.names(text))
        if not names - {"any"} or _ANAPHOR.search(text):
            names |= {name for heading in clause.path[-1:] for name in data.names(heading)}
            if number and policy.clauses[number - 1].path == clause.path:
                names |= data_of[-1]
        if clause.lead_in:
            names |= data.names(clause.lead_in.of(policy.text)) - {"any"}
        data_of.append(names)
    return data_of


def _actions_named(policy: Policy, actions: Lexicon) -> list[set[str]]:
    """The actions each clause names, itself or in the words that open its list."""
    spans = [[clause.span, *([clause.lead_in] if clause.lead_in else [])] for clause in policy.clauses]
    return [{name for span in each for name in actions.names(span.of(policy.text))} for each in spans]


def _flags(named: list[set[str]], terms: tuple[str, ...]) -> Flags:
    flags = np.zeros((len(named), len(terms)), dtype=np.bool_)
    for row, names in enumerate(named):
        flags[row, [terms.index(name) for name in names]] = True
    return flags
