"""Finding one's way on the desk."""

from typing import Any

from corpus.model import Policy
from tests.browser.screens import CLAUSE

REWORDED = CLAUSE.replace("not authorise the release", "never permit the release")


def number_of(policy: Policy, words: str) -> int:
    return next(at for at, clause in enumerate(policy.clauses) if words in clause.span.of(policy.text))


def focused(page: Any, place: str) -> None:
    """Wait until what has the focus is at a place."""
    page.wait_for_function("place => document.activeElement.matches(place)", arg=place)
