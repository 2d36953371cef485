"""Shelf -> stored index and its card.

A data directory holds generations, `index/<name>/`, and `index/current`, a file with the name of the one in use. A build
writes a new generation beside the old, then replaces `current` in one step: killed at any moment it leaves the old index
whole.
"""

from __future__ import annotations

import contextlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple, TextIO
from uuid import uuid4

import numpy as np
from pydantic import ValidationError
from tqdm import tqdm

from corpus.atomic_files import locked, write_whole
from corpus.model import Clause, Policy, corpus_sha256
from index.embedding_cache import Encoded, save_texts
from index.encoders.base import Embedding, Encoder
from index.errors import (
    REBUILD,
    BuildRunning,
    DamagedIndex,
    ForeignIndex,
    IndexFloorError,
    MissingIndex,
    StaleIndex,
)
from index.late_interaction import TokenIndex
from index.lexical import LexicalIndex
from index.model import IndexCard
from index.stored_files import first_problem, stored_files
from index.stores.base import Vectors, VectorStore

CARD = "card.json"
LEXICAL = "lexical"
_CURRENT, _LOCK = "current", "build.lock"
_BATCH = 256  # texts between two steps of the progress bar; an encoder makes its own batches
_LIBRARIES = ("numpy", "faiss-cpu", "onnxruntime", "sentence-transformers", "torch", "bm25s")


InUse = tuple[Path, IndexCard]
"""The folder of an index and its card."""


class Attached(NamedTuple):
    """What else is kept in a generation. `write` is given its folder; `made_by` says from what it makes
    it: an index with another `made_by` is stale."""

    made_by: str
    write: Callable[[Path], None]


def embedded_text(policy: Policy, clause: Clause) -> str:
    """What is encoded for a clause: the headings above it (not the document's title), its lead-in, its words."""
    path = [heading for heading in clause.path if heading != policy.title]
    lead_in = clause.lead_in.of(policy.text) if clause.lead_in else ""
    if lead_in in path:
        lead_in = ""
    context = ": ".join(part.rstrip(" :") for part in (*path[-2:], lead_in) if part)
    quote = clause.span.of(policy.text)
    return f"{context}: {quote}" if context else quote


def build(
    policies: Iterable[Policy],
    encoder: Encoder,
    store: type[VectorStore],
    folder: Path,
    *,
    attached: Attached | None = None,
    before: InUse | None = None,
    wait: float = 600.0,
    progress: TextIO | None = None,
) -> IndexCard:
    """Build a generation in `folder` and make it the current one.

    Args:
        attached: what else is to be kept with the index.
        before: the index in use, as `in_use` gave it, so that it is not read through again; looked for where it is not given.
        wait: seconds to wait for another build of the same folder.
        progress: where to draw the progress bar; by default standard error if it is a terminal.

    Raises:
        BuildRunning: another build did not finish in time.
    """
    shelf = sorted(policies, key=lambda policy: policy.id)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK, f'another build of "{folder}"', wait, BuildRunning):
        _sweep(folder)
        generation = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
        generation.mkdir()
        if before is None or before[0].name != current_name(folder):  # another build was quicker
            before = in_use(folder)
        earlier = Encoded.kept(*before, encoder, store) if before is not None else Encoded.nothing()
        texts = [embedded_text(policy, clause) for policy in shelf for clause in policy.clauses]
        clauses = _encode(encoder, texts, "clauses", progress, earlier)
        save_texts(generation, texts)
        vectors = _vectors(clauses, encoder)
        store.build(vectors).save(generation)
        tokens = [embedding.tokens for embedding in clauses if embedding.tokens is not None]
        if tokens and len(tokens) == len(clauses):
            TokenIndex.build(tokens).save(generation)
        else:
            (generation / LEXICAL).mkdir()
            LexicalIndex.build(texts).save(generation / LEXICAL)
        if attached is not None:
            attached.write(generation)
        card = IndexCard(
            corpus_sha256=corpus_sha256(shelf),
            attached=attached.made_by if attached else "",
            encoder=encoder.name,
            encoder_sha256=encoder.sha256,
            encoder_form=encoder.form,
            dim=int(vectors.shape[1]),
            store=store.__name__,
            count=len(texts),
            built_with=_versions(),
            built_at=datetime.now(UTC),
            files=stored_files(generation),
        )
        write_whole(generation / CARD, card.model_dump_json(indent=1))
        write_whole(folder / _CURRENT, generation.name)
        _sweep(folder)
    return card


def current(folder: Path, *, thoroughly: bool = False) -> tuple[Path, IndexCard]:
    """The generation in use and its card, every file of it as it was written; `thoroughly` reads every byte again.

    Raises:
        MissingIndex, DamagedIndex, ForeignIndex.
    """
    generation = folder / current_name(folder)
    try:
        card = IndexCard.model_validate_json((generation / CARD).read_bytes())
    except FileNotFoundError:
        raise DamagedIndex(f'index "{generation}" has no card', REBUILD) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its beginning"
        if where == "format":
            reads = IndexCard.model_fields["format"].default
            raise ForeignIndex(
                f'index "{generation}" has format {first["input"]}, this program reads {reads}', REBUILD
            ) from error
        raise DamagedIndex(f'card of index "{generation}" is wrong at "{where}": {first["msg"]}', REBUILD) from error
    problem = first_problem(generation, card.files, thoroughly=thoroughly)
    if problem:
        raise DamagedIndex(f"{problem}", REBUILD)
    return generation, card


def in_use(folder: Path) -> InUse | None:
    """The index in use, every byte of it as it was written; None where a build can take nothing over."""
    with contextlib.suppress(IndexFloorError):
        return current(folder, thoroughly=True)
    return None


def current_name(folder: Path) -> str:
    """The name of the generation in use.

    Raises:
        MissingIndex: there is none.
    """
    try:
        return (folder / _CURRENT).read_text().strip()
    except FileNotFoundError:
        raise MissingIndex(f'no index in "{folder}"', REBUILD) from None


def check(
    card: IndexCard,
    policies: Iterable[Policy],
    made_by: str,
) -> None:
    """Whether the index is of these policies, and holds what is attached as it would be made now.

    Raises:
        StaleIndex: it is not; the message says what differs.
    """
    found = corpus_sha256(policies)
    if card.corpus_sha256 != found:
        raise StaleIndex(f"index was built from corpus {card.corpus_sha256[:8]}, found {found[:8]}", REBUILD)
    if card.attached != made_by:
        raise StaleIndex("index holds tables of another version of the program", REBUILD)


def check_engine(card: IndexCard, encoder: Encoder, store: type[VectorStore]) -> None:
    """Whether the index is of this encoder and this store.

    Raises:
        ForeignIndex: it is not; the message says what differs.
    """
    if (card.encoder, card.encoder_sha256) != (encoder.name, encoder.sha256):
        raise ForeignIndex(
            f"index was built with encoder {card.encoder} ({card.encoder_sha256[:8]}), "
            f"in use is {encoder.name} ({encoder.sha256[:8]})",
            REBUILD,
        )
    if card.store != store.__name__:
        raise ForeignIndex(f"index was built for store {card.store}, in use is {store.__name__}", REBUILD)


def _vectors(embeddings: Sequence[Embedding], encoder: Encoder) -> Vectors:
    """The vectors of some embeddings as one array: float32, (len(embeddings), dim)."""
    if not embeddings:
        return np.empty((0, encoder.dim), dtype=np.float32)
    return np.stack([embedding.vector for embedding in embeddings])


def _encode(
    encoder: Encoder, texts: Sequence[str], what: str, progress: TextIO | None, earlier: Encoded | None = None
) -> list[Embedding]:
    """Encode what is not known from earlier, in batches of like length (padding costs), with a progress bar where somebody
    looks."""
    out = progress or sys.stderr
    found: dict[int, Embedding] = {}
    if earlier is not None:
        known = ((row, earlier.embedding(text)) for row, text in enumerate(texts))
        found = {row: embedding for row, embedding in known if embedding is not None}
    order = sorted((row for row in range(len(texts)) if row not in found), key=lambda at: len(texts[at]))
    with tqdm(
        total=len(order), desc=f"encoding {what}", unit="text", file=out, disable=not out.isatty(), leave=False
    ) as bar:
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            found.update(zip(chosen, encoder.encode([texts[row] for row in chosen]), strict=True))
            bar.update(len(chosen))
    return [found[row] for row in range(len(texts))]


def _sweep(folder: Path) -> None:
    """Remove generations that are not in use: older ones, and what a killed build left. Only under the lock."""
    name = folder / _CURRENT
    used = name.read_text().strip() if name.exists() else ""
    for path in folder.iterdir():
        if path.is_dir() and path.name != used:
            shutil.rmtree(path, ignore_errors=True)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
