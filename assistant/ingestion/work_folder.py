"""What a cluster has finished, kept document by document until it is published: who begins again does none of it twice.

`<data>/ingestion/` lies on the machine that asked; no other needs to see it. `encoded/` is where a build looks for what was encoded
ahead; a file of `documents/` says that its document is finished, and is written after that.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import IngestionRunning
from assistant.ingestion.reading import Finished, from_json
from corpus.atomic_files import locked, put, sweep
from corpus.shelf.writer import Incoming
from index.encoded_ahead import EncodedAhead


class WorkFolder:
    """The finished documents of a data folder, by the key of their task."""

    def __init__(self, folder: Path, encoded: Path) -> None:
        """Args:
        encoded: where the embeddings go.
        """
        self._documents, self._encoded, self._lock = folder / "documents", encoded, folder / ".lock"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """The folder, for one run at a time.

        Raises:
            IngestionRunning.
        """
        self._documents.mkdir(parents=True, exist_ok=True)
        self._encoded.mkdir(parents=True, exist_ok=True)
        what = f'another "plainclause add --on" for "{self._documents.parent}"'
        with locked(self._lock, what, 0.0, IngestionRunning):
            sweep(self._documents, self._encoded)
            yield

    def keep(self, key: str, finished: Finished) -> None:
        """Write a finished document, whole or not at all."""
        EncodedAhead.keep(self._encoded, finished.encoded, finished.embeddings)
        put(self._path(key), finished.incoming.encode())

    def incoming(self, key: str) -> Incoming | None:
        """A finished document; None where it is not finished, or what was kept is not as it was written."""
        try:
            return from_json(self._path(key).read_bytes().decode())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def holds(self, key: str) -> bool:
        """Whether a document is finished."""
        return self._path(key).is_file()

    def forget(self, key: str) -> None:
        """Take a document for unfinished."""
        self._path(key).unlink(missing_ok=True)

    @property
    def waits(self) -> bool:
        """Whether something was encoded that no index holds yet."""
        return any(self._encoded.glob("*.npz"))

    def sweep(self, *, embeddings: bool) -> None:
        """Remove the documents: the shelf has them; and the embeddings, unless an index is still to be built of them."""
        shutil.rmtree(self._documents, ignore_errors=True)
        if embeddings:
            shutil.rmtree(self._encoded, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._documents / f"{key}.json"
