"""Instructions to machines, hidden in a policy's text: recognised, so that no reader ever follows one.

A policy tells people what a company does; a sentence that tells a machine what to answer is no part of it, whoever put it
there. By what signs it is known stands in instruction_signs.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

_TAGS = range(0xE0020, 0xE007F)  # invisible characters that spell ASCII
# Cyrillic and Greek letters that look Latin, and the quotation marks and dashes of print.
_ALIKE = str.maketrans("аеорсухіјѕԁοανι“”„«»‘’–—", 'aeopcyxijsdoavi"""""\'\'--')
_PREFIX = re.compile(r"<(?:order|command|start)>")
_PART = re.compile(r"<(\w+)>")


class _Kind(NamedTuple):
    """Signs of one kind: `needs` finds what no sign of it goes without, `signs` says by when."""

    needs: re.Pattern[str]
    signs: Callable[[], re.Pattern[str]]


@lru_cache(maxsize=8192)  # the passages of a shelf are read again and again
def instructs_machine(text: str) -> bool:
    """Whether a text tells a machine that reads it what to do or to answer, in English or in the commonest way in German,
    French or Spanish; however it is cased, spaced or spelt with letters that look like others."""
    bare = _bare(text)
    if "\n" in bare:  # an order may begin a line, or run over its end
        return _instructs(bare) or _instructs(bare.replace("\n", " "))
    return _instructs(bare)


def _instructs(bare: str) -> bool:
    return any(kind.needs.search(bare) and kind.signs().search(bare) for kind in _kinds())


def _bare(text: str) -> str:
    """Lower case, without what hides words from a search and shows or spells them to a machine all the same."""
    if not text.isascii():
        spelt = "".join(chr(ord(letter) - 0xE0000) if ord(letter) in _TAGS else letter for letter in text)
        text = unicodedata.normalize("NFKD", spelt).casefold().translate(_ALIKE)
        text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Mn"))
    lines = (" ".join(line.split()) for line in text.lower().splitlines())
    return "\n".join(line for line in lines if line)


@cache
def _kinds() -> tuple[_Kind, ...]:
    table = read_signs()
    return tuple(_kind(table["parts"], kind) for kind in table["kinds"])


def read_signs() -> dict[str, Any]:
    """The table of signs as it stands in its file: its parts, and its kinds with `needs` and `signs`."""
    return tomllib.loads((files("corpus.text") / "instruction_signs.toml").read_text(encoding="utf-8"))


def _kind(parts: Mapping[str, str], kind: Mapping[str, Any]) -> _Kind:
    @cache  # compiled when a text first needs it: a short question and its clauses often need none
    def signs() -> re.Pattern[str]:
        return pattern_of(parts, [sign["pattern"] for sign in kind["signs"]])

    return _Kind(re.compile(kind["needs"]), signs)


def pattern_of(parts: Mapping[str, str], patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for several of the table. Those with the same beginning share it: what is looked for only once there is
    compiled and searched in a third of the time."""
    by_prefix: dict[str, list[str]] = {}
    for pattern in patterns:
        prefix = shared[0] if (shared := _PREFIX.match(pattern)) else ""
        by_prefix.setdefault(prefix, []).append(pattern[len(prefix) :])
    joined = "|".join(f"{prefix}(?:{'|'.join(f'(?:{rest})' for rest in rests)})" for prefix, rests in by_prefix.items())
    while (whole := _PART.sub(lambda part: parts.get(part[1], part[0]), joined)) != joined:
        joined = whole
    return re.compile(joined, re.MULTILINE)
