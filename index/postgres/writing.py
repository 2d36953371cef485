"""Policies -> a generation of the index in a server. Each policy is written once for what it was made from; a build that was ended goes on
where it was."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import numpy as np
import psycopg
from pgvector import Vector
from pydantic import TypeAdapter

from corpus.model import CorpusHash, Described, Policy, Summary
from index.build import built_with, embedded_text
from index.encoded_ahead import EncodedAhead, encode_together
from index.encoders.base import Embedding, Encoder
from index.errors import BuildRunning
from index.lexical import LexicalIndex
from index.model import IndexCard
from index.postgres.server import Connection, Server

_POLICY, _SUMMARY = TypeAdapter(Policy), TypeAdapter(Summary)
_BUILD_LOCK = 7_215_334_019_002
_KEPT = "10 minutes"  # for which a generation that was replaced is kept: questions that were asked of it are answered from it
STORE = "PostgreSQL"


@contextmanager
def turn(server: Server, wait: int = 600) -> Iterator[None]:
    """For whoever reads the sources and builds: who reads them before another's change must not end his build after the other's,
    or the older texts would be served.

    Args:
        wait: seconds to wait for another build.

    Raises:
        BuildRunning: it did not finish in time. StoreUnreachable.
    """
    with server.session() as guard:
        guard.execute("SET statement_timeout = 0")
        guard.execute("SELECT set_config('lock_timeout', %s, false)", (f"{max(1, 1000 * wait)}ms",))
        try:
            guard.execute("SELECT pg_advisory_lock(%s)", (_BUILD_LOCK,))
        except psycopg.errors.LockNotAvailable as error:
            raise BuildRunning(
                f"another build of the index in {server.named} did not finish in {wait} seconds",
                "wait for it to finish",
            ) from error
        yield  # the lock is the session's


def build(
    policies: Iterable[Described],
    encoder: Encoder,
    server: Server,
    attached: Callable[[Policy], bytes],
    made_by: str,
    close: Callable[[], bytes],
    ahead: EncodedAhead | None = None,
) -> IndexCard:
    """Build a generation and make it the one in use, in one step.

    Args:
        policies: in order of id; the summary alone of one that is as the generation in use has it.
        attached: what else is kept of a policy.
        made_by: from what it is made: what was made by something else is made anew.
        close: what else is kept with the whole, when all policies were read.
        ahead: what was encoded before, which is swept once the server holds it.

    Raises:
        StoreUnreachable: nothing has changed.
    """
    with server.session() as connection:
        connection.execute("SET statement_timeout = 0")  # the graph over a million vectors takes minutes
        return _build(policies, encoder, connection, attached, made_by, close, ahead)


def _build(
    policies: Iterable[Described],
    encoder: Encoder,
    connection: Connection,
    attached: Callable[[Policy], bytes],
    made_by: str,
    close: Callable[[], bytes],
    ahead: EncodedAhead | None,
) -> IndexCard:
    # A text whose vectors were swept is there, for links to it, and yet has to be encoded anew when it comes back.
    there = set(
        connection.execute(
            "SELECT policy_id, made FROM plainclause.policies p WHERE EXISTS "
            "(SELECT FROM plainclause.clauses c WHERE c.policy_id = p.policy_id AND c.made = p.made)"
        ).fetchall()
    )
    in_use: dict[str, str] = dict(
        connection.execute(
            "SELECT policy_id, made FROM plainclause.members JOIN plainclause.in_use USING (generation)"
        ).fetchall()
    )
    corpus, members, count = CorpusHash(), list[tuple[str, str]](), 0
    texts = list[str]()  # where words are searched in place of tokens
    has_no_tokens = cache(lambda: encoder.encode(["We keep nothing."])[0].tokens is None)
    base = f"{encoder.name}\0{encoder.sha256}\0{encoder.form}\0{made_by}\0".encode()
    for policy in policies:
        corpus.add(policy)
        if isinstance(policy, Summary):
            members.append((policy.id, in_use[policy.id]))
            count += policy.clauses
            continue
        data = _POLICY.dump_json(policy)
        made = hashlib.sha256(base + data).hexdigest()
        its = [embedded_text(policy, clause) for clause in policy.clauses]
        if (policy.id, made) not in there:
            embeddings = ahead.embeddings(its) if ahead is not None else None
            _insert(connection, policy, made, data, embeddings or encode_together(encoder, its), attached(policy))
        if has_no_tokens():
            texts += its
        members.append((policy.id, made))
        count += len(policy.clauses)
    card = IndexCard(
        corpus_sha256=str(corpus),
        attached=made_by,
        encoder=encoder.name,
        encoder_sha256=encoder.sha256,
        encoder_form=encoder.form,
        dim=encoder.dim,
        store=STORE,
        count=count,
        built_with=built_with(),
        built_at=datetime.now(UTC),
        files={},
    )
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with connection.transaction():
        _index(connection, encoder.dim)
        connection.execute(
            "INSERT INTO plainclause.generations (name, card, attached, words) VALUES (%s, %s, %s, %s)",
            (name, card.model_dump_json(), close(), _words(texts) if texts else None),
        )
        with connection.cursor().copy("COPY plainclause.members (policy_id, generation, made) FROM STDIN") as copy:
            for policy_id, made in members:
                copy.write_row((policy_id, name, made))
        connection.execute(
            "UPDATE plainclause.generations SET replaced_at = now() WHERE replaced_at IS NULL AND name <> %s", (name,)
        )
        connection.execute(
            "INSERT INTO plainclause.in_use (generation) VALUES (%s) ON CONFLICT (only_one) DO UPDATE SET generation = excluded.generation",
            (name,),
        )
        _sweep(connection)
    if ahead is not None:
        ahead.sweep()
    return card


def _insert(
    connection: Connection, policy: Policy, made: str, data: bytes, embeddings: list[Embedding], attached: bytes
) -> None:
    """Write a policy and its clauses, whole or not at all."""
    tokens = [each.tokens for each in embeddings if each.tokens is not None]
    starts = np.cumsum([0, *(len(each) for each in tokens)], dtype="<i8")
    halves = np.concatenate(tokens).astype("<f2").tobytes() if tokens else b""
    with connection.transaction():
        connection.execute(
            "INSERT INTO plainclause.policies VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (policy_id, made) DO UPDATE "
            "SET tokens = excluded.tokens, starts = excluded.starts, attached = excluded.attached",  # as of `_sweep`
            (
                policy.id,
                made,
                policy.sha256,
                _SUMMARY.dump_json(Summary.of(policy)).decode(),
                data,
                halves,
                starts.tobytes(),
                attached,
            ),
        )
        copying = "COPY plainclause.clauses (policy_id, made, number, vector) FROM STDIN WITH (FORMAT BINARY)"
        with connection.cursor().copy(copying) as copy:
            copy.set_types(["text", "text", "int4", "vector"])
            for number, each in enumerate(embeddings):
                copy.write_row((policy.id, made, number, Vector(each.vector)))


def _words(texts: list[str]) -> bytes:
    """The search of words, as one file."""
    packed = BytesIO()
    with TemporaryDirectory() as folder:
        LexicalIndex.build(texts).save(Path(folder))
        with zipfile.ZipFile(packed, "w") as archive:
            for path in Path(folder).iterdir():
                archive.write(path, path.name)
    return packed.getvalue()


def _index(connection: Connection, dim: int) -> None:
    """The graph by which the nearest of many clauses are found. Where it does not fit into the memory for it, it takes far longer."""
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS clauses_near_{dim} ON plainclause.clauses "  # a number of ours
        f"USING hnsw ((vector::vector({dim})) vector_ip_ops) WHERE vector_dims(vector) = {dim}"
    )


def _sweep(connection: Connection) -> None:
    """Remove generations that were replaced a while ago, and vectors that no generation holds; the texts stay, for links to them."""
    connection.execute(f"DELETE FROM plainclause.generations WHERE replaced_at < now() - interval '{_KEPT}'")
    connection.execute(
        "DELETE FROM plainclause.clauses c WHERE NOT EXISTS "
        "(SELECT FROM plainclause.members m WHERE m.policy_id = c.policy_id AND m.made = c.made)"
    )
    connection.execute(
        "UPDATE plainclause.policies p SET tokens = '', starts = '', attached = '' WHERE (tokens <> '' OR attached <> '') "
        "AND NOT EXISTS (SELECT FROM plainclause.members m WHERE m.policy_id = p.policy_id AND m.made = p.made)"
    )
