"""The heavy work on one document, wherever it is done: bytes -> Markdown -> clauses -> embeddings."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from corpus.errors import PlainclauseError
from corpus.formats.convert import Document
from corpus.model import FORMAT
from corpus.shelf.catalogue import Metadata, policy_of
from corpus.shelf.fetch import fetch
from corpus.shelf.writer import Incoming, described
from index.build import embedded_text
from index.encoded_ahead import encode_together, name_of, packed
from index.encoders.base import Encoder
from index.library_versions import library_versions

# What decides how a document is read and encoded: where one of these differs, so may a clause or the bits of a vector.
_LIBRARIES = (
    *("plainclause", "pyromark", "nupunkt", "ftfy", "selectolax", "pypdfium2", "python-docx", "charset-normalizer"),
    *("py3langid", "onnxruntime", "tokenizers", "numpy"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be read: its bytes, or the address to fetch it from; what it is called, the `origin` it is known by, and what a
    person says of it."""

    name: str
    data: bytes
    origin: str
    given: Metadata
    url: str | None = None

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def key(self, encoder: Encoder) -> str:
        """What the finished work is known by: it would be the same for all that has the same key, hexadecimal digits."""
        parts = [
            *(self.name, self.origin, self.url or "", self.sha256),
            *(self.given.model_dump_json(), encoder.name, encoder.sha256, encoder.form, made_with()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finished:
    """A document that was read: as JSON what goes onto the shelf; the name and bytes of its embeddings (index/encoded_ahead.py)."""

    incoming: str
    encoded: str
    embeddings: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that could not be read, and what is said of it."""

    problem: str


class DocumentReader:
    """Reads documents and encodes their clauses."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, task: Task) -> Finished | Failed:
        """Whatever goes wrong with a document is said of it, and stops no other."""
        try:
            incoming = self._incoming(task)
            known = described(incoming, task.given)
            policy = policy_of("document", incoming.text.decode(), known, task.name)
            texts = [embedded_text(policy, clause) for clause in policy.clauses]
            return Finished(
                to_json(incoming), name_of(self._encoder, texts), packed(encode_together(self._encoder, texts))
            )
        except PlainclauseError as error:
            return Failed(str(error))
        except Exception as error:  # noqa: BLE001  a document that no reader foresaw
            return Failed(f"unexpected {type(error).__name__}: {error}; please report it")

    def _incoming(self, task: Task) -> Incoming:
        if task.url is None:
            return Incoming.read(task.data, task.name, origin=task.origin)
        found = fetch(task.url)
        return Incoming.read(found.data, found.name, origin=found.url, captured=datetime.now(UTC).date())


@cache
def made_with() -> str:
    """The versions of all that decides what becomes of a document, as one line of JSON."""
    found: dict[str, Any] = {"format": FORMAT, "python": platform.python_version(), "machine": platform.machine()}
    return json.dumps(found | library_versions(_LIBRARIES))


_DOCUMENT = TypeAdapter(Document)


def to_json(incoming: Incoming) -> str:
    """A document on its way to the shelf, as JSON."""
    captured = incoming.captured.isoformat() if incoming.captured else None
    facts = {"origin": incoming.origin, "sha256": incoming.sha256, "captured": captured}
    return json.dumps({**facts, "document": _DOCUMENT.dump_python(incoming.document, mode="json")})


def from_json(text: str) -> Incoming:
    """The document that `to_json` wrote.

    Raises:
        ValueError: it wrote none of this.
    """
    found = json.loads(text)
    if not isinstance(found, Mapping) or not isinstance(found.get("captured"), str | None):
        raise ValueError("no document")
    captured = date.fromisoformat(found["captured"]) if found["captured"] else None
    document = _DOCUMENT.validate_python(found["document"])
    return Incoming(document, str(found["origin"]), str(found["sha256"]), captured)
