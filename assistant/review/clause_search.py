"""Search over all clauses as one types: first the clauses that hold the words, then those near in meaning."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from assistant.ask import MOST_POLICIES, Assistant
from assistant.errors import BadQuestion
from assistant.model import Route, checked
from assistant.practices.clause_tables import Flags
from corpus.model import Clause, Policy, Span
from index.lexical import STOP_WORDS
from index.search import clause_counts, rows_of

Version: TypeAlias = Literal["current", "earlier", "all"]

MOST_NEAR = 50  # clauses that are only near in meaning
NEAR = 0.3  # least similarity of these
_FEWEST_LETTERS = 3  # for a meaning
_SEARCHED = (Route.PRIVACY, Route.SEVERAL, Route.PERSON)  # "contact" is a word to search for, too
_FEWEST_ALIKE = 5  # letters of the shorter of two words that are taken for one: "phone", but not "form" in "platform"
EVERYWHERE = STOP_WORDS | frozenset("about any could no not shall us".split())
"""English words that tell nothing about where to look for a clause: nearly every one holds some of them."""
_WORD = re.compile(r"[^\W_]+")
# How a clause holds the words typed, best first; the last word may still be growing.
_PHRASE, _PHRASE_BEGUN, _SCATTERED, _SCATTERED_BEGUN, _ABOVE = range(5)


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A clause by its number in its policy. `matches` are the stretches of its quote that hold words typed, in order;
    `near` says that it does not hold them all and is only near in meaning."""

    policy: Policy
    number: int
    matches: tuple[Span, ...]
    near: bool

    @property
    def clause(self) -> Clause:
        """The clause itself."""
        return self.policy.clauses[self.number]

    @property
    def quote(self) -> str:
        """Its words."""
        return self.clause.span.of(self.policy.text)


@dataclass(frozen=True, slots=True)
class Result:
    """How many clauses were found in all, and those of them that were asked for, best first."""

    total: int
    clauses: tuple[FoundClause, ...]


class Browser:
    """Finds clauses of one assistant's policies. What it needs of them is read at the first search, then kept."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.companies = tuple(
            sorted({each.provider for each in assistant.policies.summaries.values() if each.provider})
        )
        vocabulary = assistant.bank.vocabulary
        self.practices, self.data = tuple(vocabulary.actions), tuple(vocabulary.data)

    def find(
        self,
        words: str,
        *,
        company: str | None = None,
        policy: str | None = None,
        version: Version = "current",
        practice: str | None = None,
        data: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Result:
        """The clauses that hold all words, the last one perhaps not typed to its end; then those near in meaning.

        Case and accents make no difference. Words side by side count more than scattered ones, and those more than words
        that only a heading or the opening of a list holds; equal clauses stand in order of policy and place. Without
        words, all clauses do. What is typed is looked for letter by letter, so words of any language are taken, which
        `Assistant.ask` and `Assistant.search` refuse: they read them.

        Args:
            company: a provider, as the policies name it.
            policy: a policy's id.
            version: policies that no other on the shelf supersedes, those that one does, or both.
            practice: an action of the vocabulary that the clause names.
            data: a kind of data of the vocabulary that the clause speaks of.
            limit: how many clauses to give, after the first `offset` ones.

        Raises:
            BadQuestion (assistant.errors): words that cannot be read, or a filter with a value that is unknown.
            UnknownPolicy (corpus.errors).
        """
        if limit < 1 or offset < 0:
            raise BadQuestion(f"limit is {limit} and offset {offset}; give a limit from 1 and an offset from 0")
        wanted = self._filtered(company, policy, version, practice, data)
        typed = checked(words) if words.strip() else ""
        parts = tuple(_words(folded(typed)))
        literal = self._holding(parts, wanted) if typed else np.flatnonzero(wanted)
        near = self._near(typed, policy, wanted, set(literal.tolist()))
        rows = [*literal.tolist(), *near][offset : offset + limit]
        first_near = len(literal) - offset
        clauses = tuple(self._found(row, parts, near=at >= first_near) for at, row in enumerate(rows))
        return Result(len(literal) + len(near), clauses)

    def _filtered(
        self, company: str | None, policy: str | None, version: Version, practice: str | None, data: str | None
    ) -> Flags:
        """Which clauses the filters let through: (clauses,)."""
        _known("company", company, self.companies)
        _known("version", version, get_args(Version))
        policies = self.assistant.policies
        ids = [policies[policy].id] if policy is not None else list(policies)
        current = frozenset(self.assistant.current)
        wanted = np.zeros(len(self._places), dtype=np.bool_)
        for id_ in ids:
            by_company = company is None or policies.summaries[id_].provider == company
            by_version = version == "all" or (id_ in current) == (version == "current")
            wanted[self._rows[id_]] = by_company and by_version
        for name, term, terms, table in (
            ("practice", practice, self.practices, 0),
            ("data", data, self.data, 1),
        ):
            _known(name, term, terms)
            if term is not None:
                wanted &= self._named[table][:, terms.index(term)]
        return wanted

    def _holding(self, parts: Sequence[str], wanted: Flags) -> NDArray[np.int64]:
        """The rows that hold all of some folded words, best first; none hold no word at all ("?")."""
        if not parts:
            return np.empty(0, dtype=np.int64)
        *others, last = parts
        begun, whole = self._quotes.beginning(last), self._quotes.holding(last)
        held = begun | self._above.beginning(last)
        for word in others:
            said = self._quotes.holding(word)
            begun, whole, held = begun & said, whole & said, held & (said | self._above.holding(word))
        rank = np.select([whole, begun], [_SCATTERED, _SCATTERED_BEGUN], _ABOVE)
        phrase = f" {' '.join(parts)}"
        for row in np.flatnonzero(begun & wanted).tolist():
            if phrase in self._said[row]:
                rank[row] = _PHRASE if f"{phrase} " in self._said[row] else _PHRASE_BEGUN
        rows = np.flatnonzero(held & wanted)
        return rows[np.argsort(rank[rows], kind="stable")]

    def _near(self, typed: str, policy: str | None, wanted: Flags, but: set[int]) -> list[int]:
        """The rows, without some, whose clauses are near the words in meaning; best first."""
        if sum(map(str.isalnum, typed)) < _FEWEST_LETTERS:
            return []
        assistant = self.assistant
        asked = assistant.read(typed, policy)
        if asked.routed.route not in _SEARCHED:
            return []
        ids = [id_ for id_, rows in self._rows.items() if wanted[rows].any()]
        named = [
            id_ for id_ in ids if id_ == asked.query.scope or id_ in asked.query.among
        ]  # of companies that the words name
        ids = named or ids
        ranked = [
            (float(score), self._rows[id_].start + number)
            for id_ in assistant.searcher.nearest_policies(asked.embedding, ids, MOST_POLICIES)
            for number, score in enumerate(assistant.searcher.scores(asked.query.text, asked.embedding, id_))
        ]
        ranked.sort(key=lambda each: (-each[0], each[1]))
        near = [row for score, row in ranked if score >= NEAR and wanted[row] and row not in but]
        return near[:MOST_NEAR]

    def _found(self, row: int, parts: Sequence[str], *, near: bool) -> FoundClause:
        policy_id, number = self._places[row]
        policy = self.assistant.policies[policy_id]
        quote = policy.clauses[number].span.of(policy.text)
        return FoundClause(policy, number, matches(quote, parts), near)

    # --- what is read at the first search: a row a clause, in order of policy and place -------------------------------

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        return [(id_, at) for id_, rows in self._rows.items() for at in range(rows.stop - rows.start)]

    @cached_property
    def _rows(self) -> dict[str, slice]:
        rows = rows_of(clause_counts(self.assistant.policies.summaries))
        return {id_: slice(of.start, of.stop) for id_, of in rows.items()}

    @cached_property
    def _read(self) -> tuple[list[str], list[list[str]]]:
        """Of each clause, its folded words, a space before and behind each; and those of the headings above it and of the opening of
        its list. All policies are read once."""
        said, above = list[str](), list[list[str]]()
        for policy in (self.assistant.policies[id_] for id_ in self._rows):
            for clause in policy.clauses:
                said.append(f" {' '.join(_words(folded(clause.span.of(policy.text))))} ")
                above.append(list(_words(folded(" ".join(_over(policy, clause))))))
        return said, above

    @property
    def _said(self) -> list[str]:
        return self._read[0]

    @cached_property
    def _quotes(self) -> _WordRows:
        return _WordRows(said.split() for said in self._said)

    @cached_property
    def _above(self) -> _WordRows:
        """The words of the headings above each clause and of the opening of its list."""
        return _WordRows(self._read[1])

    @cached_property
    def _named(self) -> tuple[Flags, Flags]:
        """The actions and the data that each clause names: (clauses, actions), (clauses, kinds of data)."""
        data, actions = zip(*(self.assistant.named(id_) for id_ in self._rows), strict=True)
        return np.concatenate(actions), np.concatenate(data)


class _WordRows:
    """In which rows each word stands, and each beginning of a word."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        rows: dict[str, list[int]] = defaultdict(list)
        self._count = 0
        for row, words in enumerate(texts):
            self._count = row + 1
            for word in dict.fromkeys(words):
                rows[word].append(row)
        self._rows = {word: np.array(numbers, dtype=np.int64) for word, numbers in rows.items()}
        self._words = sorted(rows)

    def holding(self, word: str) -> Flags:
        """Whether each row holds the word: (rows,)."""
        return self._flags([word] if word in self._rows else [])

    def beginning(self, start: str) -> Flags:
        """Whether each row holds a word that begins so: (rows,)."""
        at = end = bisect_left(self._words, start)
        while end < len(self._words) and self._words[end].startswith(start):
            end += 1
        return self._flags(self._words[at:end])

    def _flags(self, words: Iterable[str]) -> Flags:
        flags = np.zeros(self._count, dtype=np.bool_)
        for word in words:
            flags[self._rows[word]] = True
        return flags


def matches(quote: str, parts: Sequence[str]) -> tuple[Span, ...]:
    """Where a quote holds some folded words, or begins a word with the last of them: disjoint stretches of it, in order.

    A word that ends in a long one of them is held, too ("phone": "telephone"), and so is one that a long one ends in. Words
    that stand in every text ("is", "my") are no find, unless nothing else was typed.
    A stretch is the fewest whole code points that hold the word, with the accents behind it that are code points of
    their own.
    """
    telling = [part for part in parts if part not in EVERYWHERE]
    growing = parts[-1] if parts and (not telling or parts[-1] == telling[-1]) else None
    parts = telling or parts
    if not parts:
        return ()
    pieces = [_letter(letter) for letter in quote]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    places.append(len(quote))
    stretches: list[Span] = []
    for word in _WORD.finditer("".join(pieces)):
        if word.group() in parts or _ends_alike(word.group(), parts):
            end = word.end()
        elif growing is not None and word.group().startswith(growing):
            end = word.start() + len(growing)
        else:
            continue
        span = Span(places[word.start()], max(places[end - 1] + 1, places[end]))
        if not stretches or span.start >= stretches[-1].end:  # else one code point is folded to two words
            stretches.append(span)
    return tuple(stretches)


def _ends_alike(word: str, parts: Sequence[str]) -> bool:
    return any(
        min(len(word), len(part)) >= _FEWEST_ALIKE and (word.endswith(part) or part.endswith(word)) for part in parts
    )


def folded(text: str) -> str:
    """A text without case, accents and invisible marks, letter by letter: "Café" and "CAFE" become "cafe"."""
    return text.lower() if text.isascii() else "".join(map(_letter, text))


@lru_cache(maxsize=10_000)
def _letter(letter: str) -> str:
    parted = unicodedata.normalize("NFD", unicodedata.normalize("NFD", letter).casefold())
    return "".join(c for c in parted if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


def _words(text: str) -> Iterator[str]:
    return (word.group() for word in _WORD.finditer(text))


def _over(policy: Policy, clause: Clause) -> Iterator[str]:
    yield from clause.path
    if clause.lead_in is not None:
        yield clause.lead_in.of(policy.text)


def _known(name: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        shown = ", ".join(known[:40]) + (", ..." if len(known) > 40 else "")
        raise BadQuestion(f'{name} "{value[:80]}" is unknown; known are {shown or "none"}')
