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
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, TextIO
from uuid import uuid4

import numpy as np
from pydantic import ValidationError
from tqdm import tqdm

from corpus.atomic_files import locked, write_whole
from corpus.model import Clause, CorpusHash, Described, Policy, corpus_sha256
from index.embedding_cache import Digests, Encoded, TextDigests, digests_of
from index.encoded_ahead import EncodedAhead, encode_together
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
from index.growing_array import GrowingArray
from index.late_interaction import TokenWriter
from index.lexical import LexicalIndex
from index.library_versions import library_versions
from index.model import IndexCard
from index.stored_files import first_problem, stored_files
from index.stores.base import FileStore
from index.stores.mapped import open_vectors

CARD = "card.json"
LEXICAL = "lexical"
_CURRENT, _LOCK = "current", "build.lock"
_ENCODED = "encoded.npy"  # the vectors, until the store has them
_LIBRARIES = ("numpy", "faiss-cpu", "onnxruntime", "sentence-transformers", "torch", "bm25s")


InUse = tuple[Path, IndexCard]
"""The folder of an index and its card."""


class Attachment(Protocol):
    """Something that is written into a generation besides vectors, policy after policy."""

    def add(self, policy: Policy) -> None:
        """Take in the next policy."""
        ...

    def finish(self) -> None:
        """Complete what is written."""
        ...

    def close(self) -> None:
        """Let go what is open, complete or not."""
        ...


class Attached(NamedTuple):
    """What else is kept in a generation. `begin` is given its folder; `made_by` says from what it makes
    it: an index with another `made_by` is stale."""

    made_by: str
    begin: Callable[[Path], Sequence[Attachment]]


def embedded_text(policy: Policy, clause: Clause) -> str:
    """What is encoded for a clause: the headings above it (not the document's title), its lead-in, its words; in a table behind the names
    of their columns, after the cell that the row begins with."""
    path = [heading for heading in clause.path if heading != policy.title]
    lead_in = policy.lead_in_of(clause)
    if lead_in in path:
        lead_in = ""
    first, quote = policy.row_of(clause) or ("", clause.span.of(policy.text))
    context = ": ".join(part.rstrip(" :") for part in (*path[-2:], lead_in, first) if part)
    return f"{context}: {quote}" if context else quote


def build(
    policies: Iterable[Policy],
    encoder: Encoder,
    store: type[FileStore],
    folder: Path,
    *,
    attached: Attached | None = None,
    before: InUse | None = None,
    ahead: EncodedAhead | None = None,
    wait: float = 600.0,
    progress: TextIO | None = None,
) -> IndexCard:
    """Build a generation in `folder` and make it the current one. What is built is written policy by policy: memory does not
    grow with their number.

    Args:
        policies: in order of id.
        attached: what else is to be kept with the index.
        before: the index in use, as `in_use` gave it, so that it is not read through again; looked for where it is not given.
        ahead: what was encoded before, which is swept once the index holds it.
        wait: seconds to wait for another build of the same folder.
        progress: where to draw the progress bar; by default standard error if it is a terminal.

    Raises:
        BuildRunning: another build did not finish in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK, f'another build of "{folder}"', wait, BuildRunning):
        _sweep(folder)
        generation = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
        generation.mkdir()
        if before is None or before[0].name != current_name(folder):  # another build was quicker
            before = in_use(folder)
        earlier = Encoded.kept(*before, encoder, store) if before is not None else Encoded.nothing()
        corpus = CorpusHash()
        with contextlib.ExitStack() as open_files:
            rows = open_files.enter_context(contextlib.closing(_Rows(generation, encoder, earlier, ahead)))
            attachments = attached.begin(generation) if attached is not None else ()
            for each in attachments:
                open_files.enter_context(contextlib.closing(each))
            for policy in _watched(policies, progress):
                corpus.add(policy)
                rows.add(policy)
                for each in attachments:
                    each.add(policy)
            rows.finish(store)
            for each in attachments:
                each.finish()
        card = IndexCard(
            corpus_sha256=str(corpus),
            attached=attached.made_by if attached else "",
            encoder=encoder.name,
            encoder_sha256=encoder.sha256,
            encoder_form=encoder.form,
            dim=encoder.dim,
            store=store.__name__,
            count=rows.count,
            built_with=built_with(),
            built_at=datetime.now(UTC),
            files=stored_files(generation),
        )
        write_whole(generation / CARD, card.model_dump_json(indent=1))
        write_whole(folder / _CURRENT, generation.name)
        _sweep(folder)
    if ahead is not None:
        ahead.sweep()
    return card


def current(folder: Path, *, thoroughly: bool = False) -> tuple[Path, IndexCard]:
    """The generation in use and its card, every file of it as it was written; `thoroughly` reads every byte again.

    Raises:
        MissingIndex, DamagedIndex, ForeignIndex.
    """
    generation = folder / current_name(folder)
    try:
        card = card_of((generation / CARD).read_bytes(), str(generation))
    except FileNotFoundError:
        raise DamagedIndex(f'index "{generation}" has no card', REBUILD) from None
    problem = first_problem(generation, card.files, thoroughly=thoroughly)
    if problem:
        raise DamagedIndex(f"{problem}", REBUILD)
    return generation, card


def card_of(data: bytes | str, index: str) -> IndexCard:
    """The card of an index, which errors call `index`.

    Raises:
        DamagedIndex, ForeignIndex.
    """
    try:
        return IndexCard.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its beginning"
        if where == "format":
            reads = IndexCard.model_fields["format"].default
            raise ForeignIndex(
                f'index "{index}" has format {first["input"]}, this program reads {reads}', REBUILD
            ) from error
        raise DamagedIndex(f'card of index "{index}" is wrong at "{where}": {first["msg"]}', REBUILD) from error


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
    policies: Iterable[Described],
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


def check_engine(card: IndexCard, encoder: Encoder, store: str) -> None:
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
    if card.store != store:
        raise ForeignIndex(f"index was built for store {card.store}, in use is {store}", REBUILD)


class _Rows:
    """Writes what is encoded of each clause into a generation: a row a clause, in order of policy and place."""

    def __init__(self, generation: Path, encoder: Encoder, earlier: Encoded, ahead: EncodedAhead | None) -> None:
        self._generation, self._encoder, self._earlier, self._ahead = generation, encoder, earlier, ahead
        self._vectors = GrowingArray(generation / _ENCODED, np.float32, (encoder.dim,))
        self._digests = TextDigests(generation)
        self._tokens: TokenWriter | None = None
        self._texts: list[str] = []  # where words are searched in place of tokens
        self._last: str | None = None

    @property
    def count(self) -> int:
        """How many rows were written."""
        return self._vectors.count

    def add(self, policy: Policy) -> None:
        """Encode the clauses of the next policy, but for those that are known from earlier."""
        if self._last is not None and policy.id <= self._last:
            raise ValueError(f'policies are not in order of id: "{policy.id}" after "{self._last}"')
        self._last = policy.id
        texts = [embedded_text(policy, clause) for clause in policy.clauses]
        digests = digests_of(texts)
        embeddings = self._embeddings(texts, digests)
        self._digests.add(digests)
        self._vectors.append(np.stack([each.vector for each in embeddings]))
        tokens = [each.tokens for each in embeddings if each.tokens is not None]
        if len(tokens) < len(texts):
            self._texts += texts
            return
        if self._tokens is None:
            self._tokens = TokenWriter(self._generation, tokens[0].shape[1])
        self._tokens.add(tokens)

    def finish(self, store: type[FileStore]) -> None:
        """Complete the files; the vectors become the store's."""
        self._digests.finish()
        self._vectors.finish()
        encoded = self._generation / _ENCODED
        store.build(open_vectors(encoded)).save(self._generation)
        encoded.unlink()
        if self._tokens is not None:
            self._tokens.finish()
        else:
            (self._generation / LEXICAL).mkdir()
            LexicalIndex.build(self._texts).save(self._generation / LEXICAL)

    def close(self) -> None:
        """Let the files go, complete or not."""
        for file in (self._digests, self._vectors, self._tokens):
            if file is not None:
                file.close()

    def _embeddings(self, texts: Sequence[str], digests: Digests) -> list[Embedding]:
        """Encode what is known neither from an earlier generation nor from ahead."""
        found = self._earlier.embeddings(digests)
        known = {row: each for row, each in enumerate(found) if each is not None}
        missing = [row for row in range(len(texts)) if row not in known]
        ahead = self._ahead.embeddings(texts) if missing and self._ahead is not None else None
        if ahead is not None:
            known.update((row, ahead[row]) for row in missing)
        else:
            known.update(zip(missing, encode_together(self._encoder, [texts[row] for row in missing]), strict=True))
        return [known[row] for row in range(len(texts))]


def _watched(policies: Iterable[Policy], progress: TextIO | None) -> Iterator[Policy]:
    """The policies, with a progress bar where somebody looks."""
    out = progress or sys.stderr
    total = len(policies) if isinstance(policies, Sized) else None
    yield from tqdm(
        policies, desc="encoding", total=total, unit=" policies", file=out, disable=not out.isatty(), leave=False
    )


def _sweep(folder: Path) -> None:
    """Remove generations that are not in use: older ones, and what a killed build left. Only under the lock."""
    name = folder / _CURRENT
    used = name.read_text().strip() if name.exists() else ""
    for path in folder.iterdir():
        if path.is_dir() and path.name != used:
            shutil.rmtree(path, ignore_errors=True)


def built_with() -> dict[str, str]:
    """The versions of what an index is built with."""
    return {"python": platform.python_version(), **library_versions(_LIBRARIES)}
