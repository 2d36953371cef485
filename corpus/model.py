"""The values of the corpus floor: spans of an immutable text, clauses, policies, citations."""

from __future__ import annotations

import datetime
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from corpus.errors import BadSpan

FORMAT = 6
"""To be raised by whoever changes what a policy's files are read as: its text, clauses, headings, links, cells, languages, dates. What
was kept of policies is then read anew (`tests/test_kept_formats.py` fails until it is raised)."""

_LONGEST_LEAD_IN = 400  # code points of the words that open a list and those around it
_FOLLOWED = ("http", "https", "mailto", "tel")


class Span(NamedTuple):
    """A half-open stretch `[start, end)` of one text, counted in Unicode code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Span) -> int:
        """How many code points both spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its place, its depth below the top (0 first) and the headings above it."""

    span: Span
    depth: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence or a list item of a policy.

    `path` holds the headings above it, outermost first. `lead_in`, for a list item, is the span of the sentence (or the
    heading) that opens its list: "we collect the following information:".
    """

    policy_id: str
    span: Span
    path: tuple[str, ...]
    lead_in: Span | None = None
    kind: Literal["sentence", "item"] = "sentence"


class Link(NamedTuple):
    """A link: the words that it stands on, and where it leads; an address without scheme is meant from the document's own."""

    span: Span
    address: str

    def completed(self, base: str | None) -> Link:
        """The link with an address that has a scheme, as far as `base`, the document's own address, is known."""
        try:
            return Link(self.span, urljoin(base, self.address) if base else self.address)
        except ValueError:  # a broken IPv6 address
            return self

    @property
    def leads_somewhere(self) -> bool:
        """Whether a reader can follow it: never a script, never a place that only the document's own page has."""
        try:
            parts = urlsplit(self.address)
        except ValueError:
            return False
        return bool(parts.netloc if parts.scheme in ("http", "https") else parts.path) and parts.scheme in _FOLLOWED


class Cell(NamedTuple):
    """A cell of a table: its words, the name of its column if it has one, and the cell that its row begins with, None for that itself."""

    span: Span
    column: Span | None
    row: Span | None


class InLanguage(NamedTuple):
    """A stretch of a text, whole clauses, in one language (ISO 639-1)."""

    span: Span
    language: str


class Run(NamedTuple):
    """A stretch of canonical text and the stretch of the source it came from (code points both)."""

    text_start: int
    text_length: int
    source_start: int
    source_length: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each character of a canonical text stood in its source file.

    Runs are ordered and disjoint. Where both lengths are equal its characters map one to one; where they differ (an
    entity, a repaired character) the run maps as a whole. Text between two runs is white space that the
    reader laid between lines.
    """

    runs: tuple[Run, ...]
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", tuple(run.text_start for run in self.runs))

    def to_text(self, start: int, end: int) -> Span | None:
        """The text that came from the runs which begin in a stretch of the source; None where none does."""
        first = bisect_left(self.runs, start, key=lambda run: run.source_start)
        within = self.runs[first : bisect_left(self.runs, end, key=lambda run: run.source_start)]
        return Span(within[0].text_start, within[-1].text_start + within[-1].text_length) if within else None

    def to_source(self, span: Span) -> Span:
        """The smallest stretch of the source that holds every character of `span`.

        Raises:
            BadSpan: no character of the span comes from the source.
        """
        first = max(bisect_right(self.starts, span.start) - 1, 0)
        touched = []
        for run in self.runs[first:]:
            if run.text_start >= span.end:
                break
            if run.text_start + run.text_length > span.start:
                touched.append(run)
        if not touched:
            raise BadSpan(f"span {span.start}-{span.end} holds no character of the source; use a clause's span")
        head, tail = touched[0], touched[-1]
        start, end = head.source_start, tail.source_start + tail.source_length
        if head.text_length == head.source_length:
            start += max(0, span.start - head.text_start)
        if tail.text_length == tail.source_length:
            end -= max(0, tail.text_start + tail.text_length - span.end)
        return Span(start, end)


class CitedLink(BaseModel):
    """A link in a quote: the stretch of the policy's canonical text it stands on, and where it leads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0, description="First code point of the linked words.")
    end: int = Field(description="One past the last code point of the linked words.")
    address: str = Field(description="Where it leads: an address of http, https, mailto or tel.")

    @property
    def span(self) -> Span:
        """The place of the linked words."""
        return Span(self.start, self.end)


class Citation(BaseModel):
    """A quote with everything needed to check it: the policy, its version (by hash), the place, the words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy_id: str = Field(description="Id of the policy the quote is from.")
    quote: str = Field(description="The quoted words, exactly text[start:end] of the policy's canonical text.")
    start: int = Field(ge=0, description="First code point of the quote.")
    end: int = Field(description="One past the last code point of the quote.")
    path: tuple[str, ...] = Field(description="The headings above the clause, outermost first.")
    source_url: str | None = Field(description="Where the policy was published, if the document states it.")
    snapshot_date: datetime.date | None = Field(description="When the text was captured, if the document states it.")
    policy_sha256: str = Field(description="SHA-256 of the policy's canonical text, UTF-8 encoded.")
    links: tuple[CitedLink, ...] = Field(default=(), description="The links in the quoted words, in order.")

    @property
    def span(self) -> Span:
        """The place of the quote."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about one version of one company's policy.

    What the document does not state (a date, a source) is None; nothing is ever guessed.
    """

    id: str
    provider: str | None
    title: str
    source_url: str | None
    snapshot_date: datetime.date | None
    effective_date: datetime.date | None
    # When the document says that it was last changed. What was kept before this was known of a policy does not have it.
    updated_date: datetime.date | None = field(default=None, kw_only=True)
    supersedes: str | None
    licence: str | None

    @property
    def date(self) -> datetime.date | None:
        """The date that tells this version from others: from when it holds where stated, else when it was last changed, else the
        snapshot's."""
        return self.effective_date or self.updated_date or self.snapshot_date


@dataclass(frozen=True, slots=True)
class Policy(_Known):
    """One version of one company's policy: an immutable canonical text, its clauses, and what is known about it."""

    text: str
    clauses: tuple[Clause, ...]
    headings: tuple[Heading, ...]
    offsets: OffsetMap
    source: str
    language: str | None = None  # ISO 639-1; None: not known, taken for English
    parts: tuple[InLanguage, ...] = ()  # of a text in several languages, in order
    links: tuple[Link, ...] = ()  # in order; none overlaps another
    cells: tuple[Cell, ...] = ()  # of tables, in order
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256_of(self.text))

    def cite(self, span: Span) -> Citation:
        """The citation of `span`; the only code that makes one.

        Raises:
            BadSpan: the span is empty, outside the text, or begins in no clause.
        """
        if not 0 <= span.start < span.end <= len(self.text):
            raise BadSpan(f'span {span.start}-{span.end} is outside policy "{self.id}" (0-{len(self.text)})')
        touched = self.clauses_at(span)
        if not touched:
            raise BadSpan(f'span {span.start}-{span.end} of policy "{self.id}" touches no clause')
        return Citation(
            policy_id=self.id,
            quote=span.of(self.text),
            start=span.start,
            end=span.end,
            path=self.clauses[touched[0]].path,
            source_url=self.source_url,
            snapshot_date=self.snapshot_date,
            policy_sha256=self.sha256,
            links=self.links_in(span),
        )

    def clauses_at(self, span: Span) -> range:
        """The numbers of the clauses that a place touches, none where it lies between them."""
        first = bisect_right(self.clauses, span.start, key=lambda clause: clause.span.end)
        last = bisect_left(self.clauses, span.end, key=lambda clause: clause.span.start)
        return range(first, max(first, last))

    def cells_at(self, span: Span) -> tuple[Cell, ...]:
        """The cells of tables that a place touches."""
        first = bisect_right(self.cells, span.start, key=lambda cell: cell.span.end)
        return self.cells[first : bisect_left(self.cells, span.end, key=lambda cell: cell.span.start)]

    def row_of(self, clause: Clause) -> tuple[str, str] | None:
        """The words of a clause in a table, each cell's behind the name of its column ("Examples: name; Collected: NO"), and before them the
        cell that the row begins with, where that is none of the clause's; None outside of tables."""
        cells = self.cells_at(clause.span)
        if not cells:
            return None
        row = cells[0].row
        first = self._cell_words(self.cells_at(row)[0], row) if row is not None else ""
        return first, "; ".join(self._cell_words(cell, clause.span) for cell in cells)

    def column_of(self, cell: Cell) -> str:
        """The name of a cell's column, "" where it has none."""
        return cell.column.of(self.text).strip(" :*") if cell.column is not None else ""

    def _cell_words(self, cell: Cell, within: Span) -> str:
        words = self.text[max(cell.span.start, within.start) : min(cell.span.end, within.end)].strip().rstrip(";")
        name = self.column_of(cell)
        return f"{name}: {words}" if name else words

    def lead_in_of(self, clause: Clause) -> str:
        """The words that open the list that a clause is an item of, after those that open the list around it, and so on; none for
        what is no item: "We never share: contact data, such as:"."""
        opened: list[str] = []
        above: Clause | None = clause
        while above is not None and (lead_in := above.lead_in) is not None:
            opened.insert(0, lead_in.of(self.text))
            if sum(map(len, opened)) > _LONGEST_LEAD_IN:  # the words right above count most
                return " ".join(opened[len(opened) > 1 :])
            above = next((each for at in self.clauses_at(lead_in) if (each := self.clauses[at]).span == lead_in), None)
        return " ".join(opened)

    def language_at(self, span: Span) -> str | None:
        """The language of the words at a place, ISO 639-1: of the part they begin in, where the text has parts in several."""
        at = bisect_right(self.parts, span.start, key=lambda part: part.span.start) - 1
        return self.parts[max(at, 0)].language if self.parts else self.language

    def links_in(self, span: Span) -> tuple[CitedLink, ...]:
        """The links in a stretch of the text that a reader can follow: of each the words inside, and its whole address."""
        first = bisect_right(self.links, span.start, key=lambda link: link.span.end)
        last = bisect_left(self.links, span.end, key=lambda link: link.span.start)
        return tuple(
            CitedLink(start=max(link.span.start, span.start), end=min(link.span.end, span.end), address=link.address)
            for link in (each.completed(self.source_url) for each in self.links[first:last])
            if link.leads_somewhere
        )

    def supports(self, citation: Citation) -> bool:
        """Whether the citation is of this very text and quotes exactly what stands at its place."""
        return (
            citation.policy_id == self.id
            and citation.policy_sha256 == self.sha256
            and 0 <= citation.start < citation.end <= len(self.text)
            and citation.quote == citation.span.of(self.text)
        )


@dataclass(frozen=True, slots=True)
class Summary(_Known):
    """What a list of policies needs of one: all but its text. `clauses` is how many it has, `made_of` one hash over all of it that
    an index is built from."""

    language: str | None
    sha256: str
    made_of: str
    clauses: int

    @classmethod
    def of(cls, policy: Policy) -> Summary:
        """That of a policy."""
        known = {each.name: getattr(policy, each.name) for each in fields(_Known)}
        return cls(
            **known,
            language=policy.language,
            sha256=policy.sha256,
            made_of=made_of(policy),
            clauses=len(policy.clauses),
        )


def sha256_of(text: str) -> str:
    """Hex SHA-256 of a text, UTF-8 encoded."""
    return hashlib.sha256(text.encode()).hexdigest()


Described = Policy | Summary
"""What says of a policy what it is called, of when it is, and where it comes from."""


def made_of(policy: Policy) -> str:
    """Hex SHA-256 of all of a policy that an index is built from: its id, text, clause spans, headings, lead-ins and tables' cells."""
    digest = hashlib.sha256(f"{policy.id}\0{policy.sha256}\0".encode())
    for clause in policy.clauses:
        places = tuple(clause.span), clause.path, clause.lead_in and tuple(clause.lead_in)
        digest.update(repr(places).encode())
    if policy.cells:
        digest.update(repr([tuple(cell) for cell in policy.cells]).encode())
    return digest.hexdigest()


class CorpusHash:
    """One hash over all that an index is built from, policy after policy, in order of id."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, policy: Described) -> None:
        """Take in the next policy."""
        self._digest.update((policy.made_of if isinstance(policy, Summary) else made_of(policy)).encode())

    def __str__(self) -> str:
        return self._digest.hexdigest()


def corpus_sha256(policies: Iterable[Described]) -> str:
    """That of some policies, in any order."""
    digest = CorpusHash()
    for policy in sorted(policies, key=lambda p: p.id):
        digest.add(policy)
    return str(digest)
