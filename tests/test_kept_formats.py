"""What is kept between runs is known to be old by a format number: it is raised when what is read has changed, and not forgotten."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from assistant.bootstrap import source_cache
from assistant.bootstrap.source_cache import ParsedSources
from assistant.practices import clause_tables as known
from assistant.practices.clause_tables import TablesWriter
from assistant.settings import ROOT
from corpus import model
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from corpus.text import heading_looks

KEPT = Path(__file__).parent / "golden" / "formats.json"
CASES = ROOT / "benchmarks" / "training" / "cases"


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    """Of each thing that is kept: its format number, and a hash over it for the bundled policies and those of the training."""
    sources = ParsedSources.read(ROOT / "corpus" / "policies")
    policies = [*sources.shelf.values(), *open_shelf(CASES).values()]
    folder = tmp_path_factory.mktemp("tables")
    writer = TablesWriter(folder, sources.bank.vocabulary)
    for policy in policies:
        writer.add(policy)
    writer.finish()
    tables = [np.load(path) for path in sorted(folder.iterdir(), reverse=True)]  # data, then actions
    return {
        "policies": (model.FORMAT, digest(TypeAdapter(list[Policy]).dump_json(policies))),
        "clause tables": (known.FORMAT, digest(*(table.tobytes() for table in tables))),
        "words": (source_cache.FORMAT, digest(json.dumps(sources.words, sort_keys=True).encode())),
    }


@pytest.mark.parametrize("what", ["policies", "clause tables", "words"])
def test_what_is_read_otherwise_has_another_format_number(now, what):
    before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    number, found = now[what]
    if os.environ.get("UPDATE_GOLDEN") and before.get(what, [0])[0] != number:
        KEPT.write_text(json.dumps(before | {what: [number, found]}, indent=1) + "\n", encoding="utf-8")
        return
    assert [number, found] == before[what], f"raise FORMAT of {what}, then UPDATE_GOLDEN=1"


def test_a_text_read_otherwise_is_noticed(now, monkeypatch):
    monkeypatch.setattr(heading_looks, "MOST_WORDS", 3)
    policies = [*open_shelf(ROOT / "corpus" / "policies").values(), *open_shelf(CASES).values()]
    assert digest(TypeAdapter(list[Policy]).dump_json(policies)) != now["policies"][1]
