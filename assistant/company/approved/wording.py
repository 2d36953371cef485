"""A company's sentence for an answer: only for the question that it was approved for, or one all but alike, and only where the
policy's own verdict has the same outcome and cites the same clause of the same text."""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic

from assistant.company.approved.likeness import alike, near
from assistant.company.approved.store import ApprovedAnswer, ApprovedAnswers, State
from assistant.errors import DatabaseUnusable
from assistant.model import APPROVABLE, Answer, Approved
from assistant.own_words import Reads
from index.search import Searcher
from index.stores.base import Vectors

FRESH = 1.0  # seconds for which what was read is used; a withdrawn sentence is said no longer than that
_AWAY = 30.0  # seconds after which a database that could not be read is tried again
_MOST = 1_000  # vectors of approved questions that are kept

log = logging.getLogger(__name__)


class ApprovedWords:
    """The approved sentences, as answers use them. `fresh`: seconds between two readings."""

    def __init__(self, store: ApprovedAnswers, fresh: float = FRESH) -> None:
        self._store, self._fresh = store, fresh
        self._lock = Lock()
        self._until = float("-inf")
        self._known: tuple[ApprovedAnswer, ...] = ()
        self._vectors: dict[tuple[str, str], Vectors] = {}

    def said(self, question: str, answer: Answer, language: str, reads: Reads) -> tuple[str, Approved] | None:
        """The sentence for an answer of one policy to a stand-alone question, as it was read, and what marks it. None where there is
        none, none in this language, or the database cannot be read.

        The questions that sentences were approved for are kept as typed and read anew here: what a question is read as changes
        with the names and words of the policies on the shelf.
        """
        if answer.outcome not in APPROVABLE or not answer.citations:
            return None
        cited = answer.citations[0]
        place = (cited.policy_id, cited.policy_sha256, cited.start, cited.end, cited.quote, answer.outcome)
        here = [each for each in self._approved() if _place(each) == place]
        read = [(each, reads.as_read(each.question, each.policy)) for each in here]
        fitting = [(each, words) for each, words in read if alike(words, question)]
        if not fitting:
            return None
        vector = reads.searcher.encode(question)[0].vector
        for each, words in fitting:  # newest first
            text = each.german if language == "de" else each.english
            if text and near(self._vector(words, reads.searcher), vector):
                return text, Approved(number=each.number, on=each.at.date(), instead_of=answer.text)
        return None

    def _approved(self) -> tuple[ApprovedAnswer, ...]:
        with self._lock:
            if monotonic() < self._until:
                return self._known
            self._until = monotonic() + self._fresh
            try:
                self._known = tuple(self._store.all(State.APPROVED))
            except DatabaseUnusable as error:
                self._known, self._until = (), monotonic() + _AWAY
                log.error("approved answers are not used: %s", error)
            return self._known

    def _vector(self, question: str, searcher: Searcher) -> Vectors:
        key = (searcher.encoder.sha256, question)
        found = self._vectors.get(key)
        if found is None:
            if len(self._vectors) >= _MOST:
                self._vectors = {}
            found = self._vectors[key] = searcher.encode(question)[0].vector
        return found


def _place(each: ApprovedAnswer) -> tuple[object, ...]:
    clause = each.clause
    return (each.policy, clause.policy_sha256, clause.start, clause.end, clause.quote, each.outcome)
