"""The words of the surfaces and of the plain sentence, in several languages: one TOML file each, for translators.

What a policy says is never translated: quotes, titles and headings stay as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CODES = ("en", "de")  # the first is the one to fall back on
_ACCEPTED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True, slots=True)
class Language:
    """One language's texts by dotted key: `say("chat.ask")`, `say("answer.yes", place="...")`."""

    code: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The text of a key, its `{placeholders}` filled in. A key that no file has is a KeyError: a mistake of ours."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def count(self, key: str, number: int) -> str:
        """The text of `key` for a number of things: `key.one` or `key.many`, with the number as `{number}`."""
        return self.say(f"{key}.{'one' if number == 1 else 'many'}", number=number)

    def day(self, day: date) -> str:
        """A date in words."""
        return self.say("date.day", day=day.day, month=self.texts[f"date.months.{day.month}"], year=day.year)


@cache
def language(code: str) -> Language:
    """The texts of one language, read once.

    Raises:
        KeyError: the code is none of `CODES`.
    """
    if code not in CODES:
        raise KeyError(code)
    return Language(code, dict(_flat(tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8")))))


def preferred(wanted: str | None, accepted: str | None = None) -> Language:
    """The language that an address asks for, else the best of an `Accept-Language` header, else the first of `CODES`."""
    if wanted is not None and (code := wanted.split("-")[0].lower()) in CODES:
        return language(code)
    ranked = []
    for place, each in enumerate((accepted or "")[:1000].split(",")):
        entry = _ACCEPTED.fullmatch(each)
        if entry and entry[1].lower() in CODES and (quality := float(entry[2] or 1)) > 0:
            ranked.append((-quality, place, entry[1].lower()))
    return language(min(ranked)[2] if ranked else CODES[0])


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
