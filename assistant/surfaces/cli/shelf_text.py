"""What the shelf's commands show, as lines for a terminal, in English. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.languages import language
from assistant.surfaces.render.names import called, dated, printable

_MOST_QUOTED = 3
_LONGEST_QUOTE = 200  # characters

if TYPE_CHECKING:
    from assistant.company.publishing.preview import Doubts
    from corpus.formats.html.left_out import LeftOut
    from corpus.model import Policy
    from corpus.shelf.catalogue import Entry, Metadata


def line(text: str) -> str:
    """Text on one line, with nothing in it that a terminal would obey."""
    return " ".join(printable(text).split())


def number_of(count: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 heading", "2 headings"; `more` is the plural of a noun that takes no "s"."""
    return f"{count} {one if count == 1 else more or f'{one}s'}"


def incoming_lines(name: str, policy: Policy, media: str, known: Metadata, doubts: Iterable[str]) -> Iterator[str]:
    """A document as read, before it is put onto the shelf: what it says of itself, its headings and their clauses."""
    headings = f" under {number_of(len(policy.headings), 'heading')}" if policy.headings else ""
    yield f"{line(name)}: {media}, {number_of(len(policy.clauses), 'clause')}{headings}"
    yield f"  id          {policy.id}"
    yield from facts_lines(known, hint=" (from when it holds is not said: give --effective-date if you know)")
    for path, count in Counter(clause.path for clause in policy.clauses).items():
        yield f"  {count:>4}  {'  ' * (len(path) - 1)}{line(path[-1]) if path else '(no heading)'}"
    yield from doubt_lines(doubts)


def doubts_said(doubts: Doubts) -> Iterator[str]:
    """What a person should know of a document, in sentences."""
    yield from doubts.warnings
    if doubts.doubles:
        yield f"the shelf has this text already, as {doubts.doubles[0]}"
    if doubts.to_machines:
        quoted = ", ".join(f'"{_shortened(text)}"' for text in doubts.to_machines[:_MOST_QUOTED])
        left = len(doubts.to_machines) - _MOST_QUOTED
        more = f" and {left} more" if left > 0 else ""
        yield f"speaks to machines, not to people (no answer is ever taken from it): {quoted}{more}"


def doubt_lines(doubts: Iterable[str]) -> Iterator[str]:
    """Doubts as lines."""
    for doubt in doubts:
        yield f"  ! {line(doubt)}"


def left_out_lines(media: str, left: Sequence[LeftOut]) -> Iterator[str]:
    """What of a web page was taken for furniture and left out, and why: for a person to check."""
    if media == "html":
        yield f"  left out    {sum(part.words for part in left):,} words, in {len(left):,} part{'s' * (len(left) != 1)}"
    for part in left:
        yield f"  {part.words:>4}  {line(part.why)}: {_shortened(part.text)}"


def _shortened(text: str) -> str:
    text = line(text)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."


def facts_lines(known: Metadata, hint: str = "") -> Iterator[str]:
    """What is known of a policy; what its document had better state is named where it does not.

    Args:
        hint: stands behind the day of the last change where that is the only day that is stated.
    """
    facts = {
        "provider": known.provider,
        "title": known.title,
        "effective": known.effective_date,
        "updated": f"{known.updated_date}{'' if known.effective_date else hint}" if known.updated_date else None,
        "captured": known.snapshot_date,
        "source": known.source_url,
        "language": known.language,
        "supersedes": known.supersedes,
        "licence": known.licence,
    }
    for name, value in facts.items():
        if value is not None or name in ("provider", "effective", "source"):
            yield f"  {name:<11} {'not stated' if value is None else line(str(value))}"


def clause_lines(policy: Policy) -> Iterator[str]:
    """Every clause of a policy, under its headings."""
    path: tuple[str, ...] | None = None
    for number, clause in enumerate(policy.clauses):
        if clause.path != path:
            path = clause.path
            yield f"\n{line(' > '.join(path)) or '(no heading)'}"
        yield f'  {number:>4}  "{line(clause.span.of(policy.text))}"'


def entry_line(entry: Entry) -> str:
    """A policy as the shelf lists it."""
    known, versions = entry.metadata, len(entry.metadata.versions)
    kind = f"{versions} version{'s' * (versions != 1)}" if versions else "tended by hand"
    name = called(known.provider, known.title or entry.id)
    return f"{entry.id}  {line(name)}  ({dated(known, language('en'))}; {kind})"


def entry_json(entry: Entry) -> dict[str, Any]:
    """A policy as the shelf lists it, JSON-ready."""
    known = entry.metadata.model_dump(mode="json", exclude={"text", "origin"})
    return {"id": entry.id, "tended_by_hand": entry.tended is not None, **known}
