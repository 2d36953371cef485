"""One tree of errors, drawn where it begins; each says what the command line ends with and what the API answers."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import assistant
import corpus
import index
from corpus import errors
from corpus.errors import PlainclauseError


def every() -> list[type[PlainclauseError]]:
    """All errors of the three floors."""
    for floor in (corpus, index, assistant):
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            if module.name != "assistant.__main__":
                importlib.import_module(module.name)
    found, left = [], [PlainclauseError]
    while left:
        each = left.pop()
        found.append(each)
        left += each.__subclasses__()
    return [each for each in found if not each.__module__.startswith("tests")]


def test_the_tree_is_drawn_as_it_is() -> None:
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").partition("\n\n")[2].splitlines():
        depth = len(line) - len(line.lstrip())
        names = re.findall(r"[A-Z]\w+", re.split(r"\s{4,}|  +\(", line.strip())[0])
        above = [pair for pair in above if pair[0] < depth]
        for name in names:
            drawn[name] = above[-1][1] if above else ""
        above += [(depth, names[0])] if names else []
    assert drawn == {
        each.__name__: each.__mro__[1].__name__ if each is not PlainclauseError else "" for each in every()
    }


@pytest.mark.parametrize("error", every(), ids=lambda error: error.__name__)
def test_each_error_is_explained_and_has_its_codes(error: type[PlainclauseError]) -> None:
    assert error.__doc__
    assert error.exit_code in (1, 2)
    assert (error.http_status is None) == (error.http_title is None)
    assert error.http_status in (None, 404, 422, 503)
