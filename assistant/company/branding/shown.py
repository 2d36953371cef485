"""Which policies a company shows: an assistant over these alone, so that nothing that is asked of it reaches another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from assistant.ask import Assistant
from assistant.company.branding.loading import LatestBrand
from assistant.errors import BadBranding
from assistant.model import Outcome
from corpus.errors import PlainclauseError
from corpus.shelf.catalogue import Shelf, unknown

log = logging.getLogger(__name__)


def with_earlier(policy_ids: Iterable[str], shelf: Shelf) -> tuple[str, ...]:
    """Some policies and the earlier versions that they supersede: permalinks to those go on to lead somewhere.

    Raises:
        UnknownPolicy (corpus.errors).
    """
    found: dict[str, None] = {}
    for policy_id in policy_ids:
        if policy_id not in shelf:
            raise unknown(policy_id, shelf)
        each: str | None = policy_id
        while each is not None and each in shelf and each not in found:
            found[each] = None
            each = shelf.summaries[each].supersedes
    return tuple(found)


class Shown:
    """Gives the latest assistant, limited to the policies that the branding shows, where it names any.

    A new index that lacks one of them, or a branding that names one which is not there, changes nothing: it is told once, and
    what was shown goes on to be shown. Never are all policies shown instead.

    Raises:
        BadBranding: the branding names a policy that is not there, now, when there is nothing that was shown before.
    """

    def __init__(self, latest: Callable[[], Assistant], brand: LatestBrand) -> None:
        self._latest, self._brand = latest, brand
        self._alone = Lock()
        self._tried: tuple[Assistant, tuple[str, ...]] | None = None
        self._shown: Assistant | None = None
        if brand().branding.policy is not None:
            self()

    def __call__(self) -> Assistant:
        """The assistant to use."""
        assistant, named = self._latest(), self._brand().branding.policy
        if named is None:
            return assistant
        with self._alone:
            if self._shown is None or self._tried is None or self._tried[0] is not assistant or self._tried[1] != named:
                self._renew(assistant, named)
            if self._shown is None:
                raise BadBranding('"policy" names no policy that is here')
            return self._shown

    def _renew(self, assistant: Assistant, named: tuple[str, ...]) -> None:
        self._tried = assistant, named
        try:
            self._shown = limited(assistant, named)
        except BadBranding as error:
            if self._shown is None:
                raise
            log.warning("what is shown stays as it was: %s", error)


class LimitedTo:
    """Gives the assistant limited to some policies that it has; the same for the same ones, so that what is kept of it is."""

    MOST = 32  # of them kept at once

    def __init__(self) -> None:
        self._of: Assistant | None = None
        self._kept: dict[tuple[str, ...], Assistant] = {}
        self._alone = Lock()

    def __call__(self, assistant: Assistant, policy_ids: tuple[str, ...] | None) -> Assistant:
        """The assistant over these policies; None: over all. Those that are no more on its shelf are left out.

        Raises:
            UnknownPolicy (corpus.errors): none of them is there any more.
        """
        if policy_ids is None:
            return assistant
        with self._alone:
            if self._of is not assistant or len(self._kept) >= self.MOST:
                self._of, self._kept = assistant, {}
            if policy_ids not in self._kept:
                kept = [each for each in policy_ids if each in assistant.policies]
                if not kept:
                    raise unknown(policy_ids[0], ())
                self._kept[policy_ids] = assistant.limited_to(assistant.policies.only(kept))
            return self._kept[policy_ids]


def limited(assistant: Assistant, named: tuple[str, ...]) -> Assistant:
    """An assistant over some policies and their earlier versions.

    Raises:
        BadBranding: one of them is not there.
    """
    for policy_id in named:
        if policy_id not in assistant.policies:
            raise BadBranding(f'"policy": {unknown(policy_id, assistant.policies)}')
    return assistant.limited_to(assistant.policies.only(with_earlier(named, assistant.policies)))


def unanswered(assistant: Assistant, starters: Iterable[str]) -> Iterator[str]:
    """What is wrong with questions to begin with: each that no policy shown answers, and how it was answered."""
    for question in starters:
        found = without_answer(assistant, question)
        if isinstance(found, PlainclauseError):
            yield f'starter "{question}" cannot be asked: {found}'
        elif found is not None:
            yield f'starter "{question}" is not answered by the policy (outcome "{found}"); choose another'


def without_answer(assistant: Assistant, question: str) -> Outcome | PlainclauseError | None:
    """How a question fares that no policy shown answers, or why it cannot be asked; None where it is answered."""
    try:
        outcome = assistant.ask(question).outcome
    except PlainclauseError as error:
        return error
    return outcome if outcome in (Outcome.SILENT, Outcome.UNCLEAR, Outcome.OFF_TOPIC) else None
