"""What is known of the clauses of policies before any question: which data and actions each names. Computed when an index is
built, kept beside it, read from disk as it is used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.practices.bank import Vocabulary
from assistant.practices.lexicon import Lexicon
from corpus.model import Policy
from index.growing_array import GrowingArray

FORMAT = 1
"""To be raised by whoever changes which data or actions the same clause names: indexes are then built anew."""

Flags = NDArray[np.bool_]
Tables = tuple[Flags, Flags]
Earlier = Callable[[Policy], Tables | None]
"""Gives the tables of a policy that were made of the same policy and vocabulary before, and need not be made again."""

_FILES = ("known-data.npy", "known-actions.npy")

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
    """Which data and actions the clauses of several policies name; and the words that name them."""

    def __init__(self, vocabulary: Vocabulary, tables: Callable[[str], Tables]) -> None:
        """Args:
        tables: gives those of a policy, by id.
        """
        self.data, self.actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        self.tables = tables

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, rows: Mapping[str, range]) -> Self:
        """What a `TablesWriter` wrote, of policies whose clauses have these rows."""
        data, actions = (np.load(folder / name, mmap_mode="r") for name in _FILES)

        def tables(policy_id: str) -> Tables:
            its = slice(rows[policy_id].start, rows[policy_id].stop)
            return data[its], actions[its]

        return cls(vocabulary, tables)

    @classmethod
    def packed(cls, vocabulary: Vocabulary, data: Callable[[str], bytes]) -> Self:
        """What `pack` made, by id."""
        width = len(vocabulary.data)

        def tables(policy_id: str) -> Tables:
            both = np.frombuffer(data(policy_id), dtype=np.bool_).reshape(-1, width + len(vocabulary.actions))
            return both[:, :width], both[:, width:]

        return cls(vocabulary, tables)

    def of(self, policy: Policy) -> PolicyTables:
        """What is known of one policy."""
        return PolicyTables(policy, *self.tables(policy.id))


class TablesReader:
    """Reads which data and actions the clauses of a policy name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._data, self._actions = Lexicon(vocabulary.data), Lexicon(vocabulary.actions)
        self.widths = len(self._data.terms), len(self._actions.terms)

    def __call__(self, policy: Policy) -> Tables:
        named, done = _data_named(policy, self._data), _actions_named(policy, self._actions)
        return _flags(named, self._data.terms), _flags(done, self._actions.terms)


def pack(tables: Tables) -> bytes:
    """The tables of a policy as bytes."""
    return np.concatenate(tables, axis=1).tobytes()


class TablesWriter:
    """Writes the tables of policies into a generation that is being built."""

    def __init__(self, generation: Path, vocabulary: Vocabulary, earlier: Earlier | None = None) -> None:
        self._read, self._earlier = TablesReader(vocabulary), earlier
        self._files = [
            GrowingArray(generation / name, np.bool_, (width,))
            for name, width in zip(_FILES, self._read.widths, strict=True)
        ]

    def add(self, policy: Policy) -> None:
        """Write those of the next policy."""
        tables = self._earlier(policy) if self._earlier is not None else None
        for file, table in zip(self._files, self._read(policy) if tables is None else tables, strict=True):
            file.append(table)

    def finish(self) -> None:
        """Complete the files."""
        for file in self._files:
            file.finish()

    def close(self) -> None:
        """Let the files go, complete or not."""
        for file in self._files:
            file.close()


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
