"""What benchmarks and training open: an assistant over other policies than the settings name, with an index of its own that goes with
it; and the reader alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.ask import Assistant
from assistant.bootstrap.factory import build_index, open_assistant
from assistant.reading import cross_encoder, weights
from assistant.reading.compiling import compile_reader
from assistant.reading.cross_encoder import CrossEncoder
from assistant.settings import Settings


@contextmanager
def opened(policies: Path, settings: Settings) -> Iterator[Assistant]:
    """The assistant over a folder of policies, all else as the settings say; the index lasts as long as the context."""
    with tempfile.TemporaryDirectory() as work:
        own = settings.model_copy(
            update={
                "policies": policies,
                "data": Path(work),
                "encoders": settings.encoders_folder,
            }
        )
        build_index(own)
        yield open_assistant(own)


def reader_served(settings: Settings) -> CrossEncoder:
    """The reader of the committed weights, as it serves; compiled where it has not been."""
    folder = settings.encoders_folder
    return cross_encoder.find(folder, weights.sha256()) or compile_reader(folder)
