"""Damaged and made-up documents, a fixed number of them: `make fuzz` tries as many as fit into ten minutes."""

from __future__ import annotations

import random

import pytest

from benchmarks import fuzz
from corpus.errors import CorpusError
from corpus.formats.convert import convert

DOCUMENTS = 600


def test_whatever_a_document_holds_it_is_read_exactly_or_refused_in_one_line():
    assert list(fuzz.fuzz(iter(range(DOCUMENTS)), lambda: False)) == []


def test_many_of_them_are_read_and_many_are_refused():
    sources, read = fuzz._sources(), 0
    for seed in range(DOCUMENTS // 4):
        try:
            read += bool(convert(fuzz.document(random.Random(seed), sources), f"fuzz-{seed}").markdown)
        except CorpusError:
            continue
    assert DOCUMENTS // 16 < read < DOCUMENTS // 4


@pytest.mark.parametrize("wrong", ["crash", "span", "lines"])
def test_it_notices_what_goes_wrong(monkeypatch, wrong):
    def broken(data, name):
        if wrong == "crash":
            raise IndexError("list index out of range")
        raise CorpusError("two\nlines")

    if wrong == "span":
        segment = fuzz.segment  # type: ignore[attr-defined]
        monkeypatch.setattr(fuzz, "segment", lambda reading, name: (segment(reading, name)[0][::-1], ()))
    else:
        monkeypatch.setattr(fuzz, "convert", broken)
    assert list(fuzz.fuzz(iter(range(20)), lambda: False))
