"""The real policies that the reader learns from: named by file and hash, their texts being others' and no part of this project."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf, open_shelf
from index.stored_files import file_sha256

FOLDER = Path(__file__).parent / "questions"
POLICIES = Path("policies")  # in the folder of training data


class BadTrainingData(Exception):
    """Training data that is missing, or other than what the questions were written about."""


class Source(BaseModel):
    """A policy's file, by its path under `policies/`; the SHA-256 of its bytes, and of the canonical text read from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Split:
    """Ids of policies that nothing is learned from: `held` to measure on, `left_out` since they are much like one of those."""

    held: frozenset[str]
    left_out: frozenset[str]


def sources(folder: Path = FOLDER) -> dict[str, Source]:
    """The policies by id, from `policies.json`."""
    named = json.loads((folder / "policies.json").read_text(encoding="utf-8"))
    return {policy_id: Source.model_validate(source) for policy_id, source in named.items()}


def split(folder: Path = FOLDER) -> Split:
    """The split, from `split.toml`; who is not named there is learned from."""
    named = tomllib.loads((folder / "split.toml").read_text(encoding="utf-8"))
    return Split(frozenset(named["held"]), frozenset(named["left_out"]))


@contextmanager
def copied(data: Path, listed: Mapping[str, Source]) -> Iterator[Path]:
    """A folder with some policies by their ids, copied from the folder of training data; it lasts as long as the context.

    Raises:
        BadTrainingData: a file is missing or another.
    """
    with tempfile.TemporaryDirectory() as work:
        for policy_id, source in listed.items():
            path = given(data / POLICIES / source.file, source.sha256)
            shutil.copy(path, Path(work) / f"{policy_id}.md")
        yield Path(work)


def given(path: Path, sha256: str | None = None) -> Path:
    """A file of the folder of training data.

    Raises:
        BadTrainingData: it is missing, or has another hash.
    """
    if not path.is_file():
        raise BadTrainingData(f'"{path}" is missing; give the folder that holds it with --data')
    if sha256 is not None and (found := file_sha256(path)) != sha256:
        raise BadTrainingData(f'"{path}" has sha256 {found[:12]}..., expected {sha256[:12]}...')
    return path


def shelf(data: Path, folder: Path = FOLDER) -> Shelf:
    """The policies, read from the folder of training data.

    Raises:
        BadTrainingData: a file is missing or another, or its text is read otherwise than when the questions were written.
    """
    listed = sources(folder)
    with copied(data, listed) as copies:
        opened = open_shelf(copies)
    for policy_id, source in listed.items():
        if (sha256 := opened[policy_id].sha256) != source.text_sha256:
            raise BadTrainingData(
                f'the text of "{policy_id}" is read otherwise than it was ({sha256[:12]}..., expected '
                f"{source.text_sha256[:12]}...): the places in its questions no longer hold; map them to the new text"
            )
    return opened


def clauses_at(policy: Policy, spans: Iterable[Span]) -> tuple[int, ...]:
    """The numbers of the clauses at some places, in order: for each place the clause that shares most of it, so that the places
    outlive a change in how texts are parted into clauses.

    Raises:
        BadTrainingData: a place touches no clause.
    """
    numbers = set()
    for span in spans:
        number = max(range(len(policy.clauses)), key=lambda at: policy.clauses[at].span.overlap(span))
        if not policy.clauses[number].span.overlap(span):
            raise BadTrainingData(f'no clause of "{policy.id}" stands at {span.start}-{span.end}')
        numbers.add(number)
    return tuple(sorted(numbers))
