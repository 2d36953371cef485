"""When a policy has another text: a sentence whose clause says the same follows it, any other lapses. What will become of each can
be told before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.company.approved.store import ApprovedAnswer, ApprovedAnswers, Clause, State
from corpus.model import Citation, Policy, Span
from corpus.shelf.catalogue import Shelf
from corpus.versions.archive import Archive
from corpus.versions.verify import verify, version_of

BY = "publishing"  # in the log of changes: no person has done it
_LETTERS = re.compile(r"[^\W\d_]{2,}")  # of a heading; without "1.", "a)", "§ 2"


class Settled(NamedTuple):
    """What became of approved answers."""

    followed: tuple[ApprovedAnswer, ...]
    lapsed: tuple[ApprovedAnswer, ...]


class Fate(NamedTuple):
    """What becomes of an approved answer: its clause among the texts of today, or None where it lapses."""

    answer: ApprovedAnswer
    clause: Citation | None


def fates(
    answers: Iterable[ApprovedAnswer], policies: Shelf, archive: Archive, *, whole: bool = True
) -> Iterator[Fate]:
    """What becomes of each of some approved answers whose clause is of another text than its policy has among `policies`; arguments
    and errors as of `settle`."""
    for each in answers:
        if each.policy not in policies and not whole:
            continue
        if each.policy in policies and _is_here(each, policies):
            continue
        yield Fate(each, _now(each, policies, archive))


def settle(store: ApprovedAnswers, policies: Shelf, archive: Archive, *, whole: bool = True) -> Settled:
    """Follow the clause of each approved answer to the text of today. Until that is done it is not used: its clause is of another
    text. `whole`: all policies could be read; otherwise one that is not there may come back, and its answers wait for it.

    Raises:
        DatabaseUnusable (assistant.errors), DamagedVersion (corpus.versions.archive).
    """
    followed, lapsed = [], []
    for each, found in fates(store.all(State.APPROVED), policies, archive, whole=whole):
        if found is None:
            lapsed.append(store.lapse(each, by=BY))
        else:
            clause = Clause(found.policy_sha256, found.start, found.end, found.quote)
            followed.append(store.follow(each, found.policy_id, clause, by=BY))
    return Settled(tuple(followed), tuple(lapsed))


def _is_here(each: ApprovedAnswer, policies: Shelf) -> bool:
    is_superseded = policies.successor(each.policy) is not None
    return policies.summaries[each.policy].sha256 == each.clause.policy_sha256 and not is_superseded


def _now(each: ApprovedAnswer, policies: Shelf, archive: Archive) -> Citation | None:
    """Where the clause stands today, if it says the same there: its words, the sentence that opens its list, and the headings it stands
    under, which may say for whom it holds."""
    before = version_of(each.policy, each.clause.policy_sha256, policies, archive)
    if before is None:
        return None
    cited = Span(each.clause.start, each.clause.end)
    verified = verify(before.cite(cited), policies, archive)
    places = [where.citation for where in verified.now if where.kind in ("same", "moved") and where.citation]
    if not places or len(places) < len(verified.now) or verified.today is None:
        return None
    latest = policies[verified.today]
    first, last = before.clauses_at(cited)[0], places[-1]
    span = _same_part(before, cited, first, latest, Span(places[0].start, last.end))
    if span is None or _around(before, each.clause.start) != _around(latest, span.start):
        return None
    return latest.cite(span)


def _same_part(old: Policy, cited: Span, first: int, latest: Policy, place: Span) -> Span | None:
    """The cited words in the clauses of today, at the same distance from their beginning."""
    start = place.start + cited.start - old.clauses[first].span.start
    span = Span(start, start + cited.end - cited.start)
    return span if span.of(latest.text) == cited.of(old.text) else None


def _around(policy: Policy, at: int) -> tuple[str, list[str]]:
    """The words that open the list that a clause is of, and the headings above it: without the document's title, and in letters alone, so
    that a section that was numbered anew is the same."""
    clause = policy.clauses[policy.clauses_at(Span(at, at + 1))[0]]
    headings = [" ".join(_LETTERS.findall(each.casefold())) for each in clause.path if each != policy.title]
    return policy.lead_in_of(clause), headings
