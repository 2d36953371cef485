"""The policies of a shelf as they were read, in one file: each is read from it when it is asked for, those asked last are kept."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from corpus.held import Held
from corpus.model import Policy, Summary

_TEXTS, _LIST = "policies.jsonl", "policies.json"
_POLICY = TypeAdapter(Policy)

BUDGET = 32_000_000  # bytes of JSON, of the policies asked last: some four times as much in memory


class Place(BaseModel):
    """What is known of one policy without reading it, and where in the file it stands: `length` bytes from `start`."""

    model_config = ConfigDict(frozen=True)

    summary: Summary
    start: int
    length: int


_PLACES = TypeAdapter(tuple[Place, ...])


class PolicyWriter:
    """Writes the policies of a shelf into a folder, one after the other in order of id."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._places, self._end = folder, list[Place](), 0
        self._file: BinaryIO = (folder / _TEXTS).open("wb")

    def add(self, policy: Policy) -> None:
        """Write the next policy."""
        line = _POLICY.dump_json(policy)
        self._places.append(Place(summary=Summary.of(policy), start=self._end, length=len(line)))
        self._end += self._file.write(line + b"\n")

    def finish(self) -> None:
        """Complete the file, and write the list of what is there."""
        self._file.close()
        (self._folder / _LIST).write_bytes(_PLACES.dump_json(tuple(self._places)))

    def close(self) -> None:
        """Let the file go, complete or not."""
        self._file.close()


class KeptPolicies(Mapping[str, Policy]):
    """The policies that a `PolicyWriter` has written, by id, in their order."""

    def __init__(self, path: Path, places: tuple[Place, ...]) -> None:
        self._places = by_id = {place.summary.id: place for place in places}
        self.summaries = {id_: place.summary for id_, place in by_id.items()}
        file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, file)

        def read(
            policy_id: str,
        ) -> Policy:  # no method: what is held would keep this object, and with it the file, alive
            place = by_id[policy_id]
            return _POLICY.validate_json(os.pread(file, place.length, place.start))

        self._held = Held(read, lambda policy_id, _: by_id[policy_id].length, BUDGET)

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Those of a folder; None where none were written."""
        if not (folder / _LIST).is_file():
            return None
        return cls(folder / _TEXTS, _PLACES.validate_json((folder / _LIST).read_bytes()))

    def __getitem__(self, policy_id: str) -> Policy:
        return self._held(policy_id)

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
