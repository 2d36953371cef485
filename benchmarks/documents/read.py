"""A text as the program reads it: what the measures hold against a source."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.model import Clause, Heading
from corpus.text.canonical import Reading, read_text
from corpus.text.segment import segment


@dataclass(frozen=True, slots=True)
class Read:
    """A text as clauses and headings."""

    reading: Reading
    clauses: tuple[Clause, ...]
    headings: tuple[Heading, ...]

    @classmethod
    def of(cls, markdown: str) -> Read:
        """Read Markdown as the shelf does."""
        reading = read_text(markdown)
        return cls(reading, *segment(reading, "measured"))

    @property
    def sentences(self) -> list[str]:
        """The words of each clause."""
        return [clause.span.of(self.reading.text) for clause in self.clauses]

    @property
    def titles(self) -> list[str]:
        """The words of each heading."""
        return [heading.span.of(self.reading.text) for heading in self.headings]

    @property
    def parts(self) -> list[str]:
        """The words of every clause and heading, in the order of the text."""
        spans = [clause.span for clause in self.clauses] + [heading.span for heading in self.headings]
        return [span.of(self.reading.text) for span in sorted(spans)]
