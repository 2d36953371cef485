"""The practice bank as data: what policies do with which data, how people ask for it, how policies say it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import BadBank

FOLDER = Path(__file__).parent
_VOCABULARY, _OFF_TOPIC = "vocabulary.toml", "off_topic.toml"


class Term(BaseModel):
    """A word of one of the two axes, with what it is called elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dpv: str
    opp115: str = ""
    words: tuple[str, ...] = ()


class Vocabulary(BaseModel):
    """The two axes: what is done, and to which data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actions: dict[str, Term]
    data: dict[str, Term]


class Practice(BaseModel):
    """One entry: an action done to some data, as people ask about it and as policies speak of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    suggests: str = ""
    action: str
    data: tuple[str, ...] = Field(min_length=1)
    asks_whether: tuple[str, ...] = ()
    asks_openly: tuple[str, ...] = ()
    says_yes: tuple[str, ...] = ()
    says_no: tuple[str, ...] = ()
    says_depends: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """All its questions."""
        return self.asks_whether + self.asks_openly

    @property
    def clauses(self) -> tuple[str, ...]:
        """All its clauses."""
        return self.says_yes + self.says_no + self.says_depends


@dataclass(frozen=True, slots=True)
class Bank:
    """All practices, the vocabulary they use, and messages that are about none of them."""

    vocabulary: Vocabulary
    practices: tuple[Practice, ...]
    off_topic: tuple[str, ...]

    def texts(self) -> dict[str, list[str]]:
        """What the index encodes beside the clauses, by name; rows in order of the practices."""
        return {
            "practice-questions": [text for practice in self.practices for text in practice.questions],
            "practice-clauses": [text for practice in self.practices for text in practice.clauses],
            "off-topic": list(self.off_topic),
        }


def source_files(folder: Path = FOLDER) -> list[Path]:
    """The files that a bank is read from, in order of their names."""
    return sorted(folder.glob("*.toml"))


def load(folder: Path = FOLDER) -> Bank:
    """Read the bank from its TOML files, in order of their names.

    Raises:
        BadBank: a file does not follow the format; the message names the file and the entry.
    """
    try:
        vocabulary = Vocabulary.model_validate(_toml(folder / _VOCABULARY))
    except ValidationError as error:
        raise BadBank(f'"{folder / _VOCABULARY}": {_first(error)}; see FORMAT.md') from error
    practices: dict[str, Practice] = {}
    for path in source_files(folder):
        if path.name in (_VOCABULARY, _OFF_TOPIC):
            continue
        for practice in _practices(path):
            unknown = {practice.action} - vocabulary.actions.keys() | set(practice.data) - vocabulary.data.keys()
            if unknown:
                raise BadBank(
                    f'"{path.name}", practice "{practice.id}": unknown word "{min(unknown)}"; see {_VOCABULARY}'
                )
            if practice.id in practices:
                raise BadBank(f'"{path.name}": practice id "{practice.id}" is used twice; rename one')
            practices[practice.id] = practice
    return Bank(vocabulary, tuple(practices.values()), tuple(_toml(folder / _OFF_TOPIC)["questions"]))


def _practices(path: Path) -> Iterator[Practice]:
    for at, entry in enumerate(_toml(path).get("practice", []), start=1):
        try:
            yield Practice.model_validate(entry)
        except ValidationError as error:
            raise BadBank(
                f'"{path.name}", practice {at} ({entry.get("id")}): {_first(error)}; see FORMAT.md'
            ) from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadBank(f'practice bank file "{path}" cannot be read: {error}; see FORMAT.md') from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f'"{".".join(str(part) for part in first["loc"])}": {first["msg"]}'
