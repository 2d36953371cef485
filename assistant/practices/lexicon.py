"""Words of the vocabulary, found in text: which action or kind of data is named outright, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import Stemmer

from assistant.practices.bank import Term
from corpus.model import Span

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Mention(NamedTuple):
    """A word or phrase of the vocabulary in a text."""

    name: str
    span: Span


class Lexicon:
    """Finds the words of one axis of the vocabulary by their stems, the longest phrase first. `terms`: the names of the
    axis, in order."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = tuple(terms)
        self._stemmer = Stemmer.Stemmer("english")
        self._phrases: dict[tuple[str, ...], list[str]] = {}
        for name, term in terms.items():
            for phrase in term.words:
                key = tuple(stem for stem, _ in self._tokens(phrase))
                self._phrases.setdefault(key, []).append(name)
        # By its first stem how long a phrase may be, the longest first: most words of a text begin none.
        self._lengths: dict[str, list[int]] = {}
        for first, length in sorted({(key[0], len(key)) for key in self._phrases}, key=lambda each: -each[1]):
            self._lengths.setdefault(first, []).append(length)

    def mentions(self, text: str) -> list[Mention]:
        """Every mention, in order; a phrase that belongs to several names gives one for each."""
        tokens = list(self._tokens(text))
        stems = [stem for stem, _ in tokens]
        mentions: list[Mention] = []
        at = 0
        while at < len(tokens):
            for length in self._lengths.get(stems[at], ()):
                key = tuple(stems[at : at + length])  # shorter at the end of the text
                names = self._phrases.get(key)
                if names:
                    span = Span(tokens[at][1].start, tokens[at + len(key) - 1][1].end)
                    mentions.extend(Mention(name, span) for name in names)
                    at += len(key)
                    break
            else:
                at += 1
        return mentions

    def names(self, text: str) -> frozenset[str]:
        """The names that a text mentions."""
        return frozenset(mention.name for mention in self.mentions(text))

    def _tokens(self, text: str) -> Iterator[tuple[str, Span]]:
        for token in _TOKEN.finditer(text):
            word = token.group().lower().replace("’", "'").removesuffix("'s")
            yield self._stemmer.stemWord(word), Span(token.start(), token.end())
