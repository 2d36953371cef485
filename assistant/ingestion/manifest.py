"""A list of documents, and what a person says of each, as a file: many at once, from wherever they lie.

Its name ends with `.list`, a path or an address a line, or with `.jsonl`, a JSON object a line:

    {"document": "2026/acme.html", "id": "acme", "provider": "Acme", "effective_date": "2026-01-01"}

Paths are meant from the folder of the list. Empty lines, and in a `.list` those that begin with "#", say nothing.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import BadManifest
from corpus.shelf.catalogue import Metadata
from corpus.shelf.writer import BadId, check_id

ENDINGS: Final = (".list", ".jsonl")
_MOST_NAMED = 5  # wrong lines


class Listed(BaseModel):
    """A document of a list: a path or an address, the id that its policy is to have, and what is known of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str = Field(min_length=1)
    id: str | None = None
    provider: str | None = None
    title: str | None = None
    source_url: str | None = None
    snapshot_date: date | None = None
    effective_date: date | None = None
    updated_date: date | None = None
    supersedes: str | None = None
    licence: str | None = None
    language: str | None = None

    @property
    def given(self) -> Metadata:
        """What the list says of the policy."""
        return Metadata(**self.model_dump(exclude={"document", "id"}))


def is_manifest(path: Path) -> bool:
    """Whether a file is a list of documents, by its name."""
    return path.suffix.lower() in ENDINGS and path.is_file()


def read_manifest(path: Path) -> list[Listed]:
    """The documents that a file lists.

    Raises:
        BadManifest: it cannot be read, lists nothing, or one id twice; the message names the first lines that are wrong.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # JSON may hold what else ends a line to Python, such as U+2028
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadManifest(
            f'list "{path}" cannot be read ({reason}); check that it is a file of lines of text'
        ) from error
    found, wrong, ids = list[Listed](), list[str](), dict[str, int]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            each = _listed(line, path)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            wrong.append(f"line {number}{f', {where}' if where else ''}: {first['msg']}")
            continue
        if each is None:
            continue
        if each.id is not None:
            try:
                check_id(each.id)
            except BadId as error:
                wrong.append(f"line {number}: {error}")
                continue
        if each.id is not None and ids.setdefault(each.id, number) != number:
            wrong.append(f'line {number}: id "{each.id}" is given already on line {ids[each.id]}')
        found.append(each)
    if wrong:
        more = f"; and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
        raise BadManifest(
            f'list "{path}" is wrong on {"; ".join(wrong[:_MOST_NAMED])}{more}; mend it, nothing was read'
        )
    if not found:
        raise BadManifest(f'list "{path}" names no document; write a path or an address on each line')
    return found


def _listed(line: str, path: Path) -> Listed | None:
    if path.suffix.lower() == ".jsonl":
        return Listed.model_validate_json(line)
    return None if line.lstrip().startswith("#") else Listed(document=line.strip())
