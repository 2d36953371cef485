"""Feedback as people read it, with the clause that the answer cited."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.company.feedback.store import Cited, Kept
from assistant.surfaces.render.csv import csv_table
from assistant.surfaces.render.names import clause_number, permalink
from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf
from corpus.versions.archive import Archive, DamagedVersion
from corpus.versions.verify import version_of

FIELDS = ("at", "policy", "outcome", "helpful", "question", "comment", "clauses", "permalinks", "surface", "language")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AboutClause:
    """A clause that an answer cited: its words and address, relative to the start page, or None where no such text is kept."""

    policy_id: str
    quote: str | None
    link: str | None


class Clauses:
    """Where the words of citations are found: the policies of today, and every text that was served before."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def of(self, cited: Cited, policies: Shelf) -> AboutClause:
        """The clause of a citation, which may be anybody's invention: feedback is sent by browsers."""
        policy = self._version(cited, policies)
        if policy is None or cited.end > len(policy.text):
            return AboutClause(cited.policy_id, None, None)
        span = Span(cited.start, cited.end)
        number = clause_number(policy, span)
        return AboutClause(cited.policy_id, span.of(policy.text), permalink(policy, number))

    def _version(self, cited: Cited, policies: Shelf) -> Policy | None:
        try:
            return version_of(cited.policy_id, cited.policy_sha256, policies, self._archive)
        except DamagedVersion as error:
            log.error("%s", error)
            return None


def feedback_csv(kept: Iterable[Kept], clauses: Clauses, policies: Shelf) -> str:
    """A row for each, without the final line break."""

    def row(each: Kept) -> Iterable[object]:
        about = [clauses.of(cited, policies) for cited in each.citations]
        yield from (each.at.isoformat(timespec="minutes"), each.policy, each.outcome.value)
        yield from ("yes" if each.helpful else "no", each.question, each.comment)
        yield " / ".join(clause.quote for clause in about if clause.quote)
        yield " ".join(clause.link for clause in about if clause.link)
        yield from (each.surface, each.language)

    return csv_table(FIELDS, (row(each) for each in kept))
