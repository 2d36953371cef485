"""Policies kept in one file are those that were written, each is read when it is asked for, and few of them are held."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Policy, Summary
from corpus.shelf import kept
from corpus.shelf.catalogue import Shelf, SomePolicies
from corpus.shelf.kept import KeptPolicies, PolicyWriter
from tests.bundled import SHELF


def written(folder: Path, policies: Mapping[str, Policy] = SHELF) -> KeptPolicies:
    writer = PolicyWriter(folder)
    for policy in policies.values():
        writer.add(policy)
    writer.finish()
    found = KeptPolicies.load(folder)
    assert found is not None
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places in the file that were read."""
    places: list[int] = []
    pread = os.pread

    def noted(file: int, length: int, start: int) -> bytes:
        places.append(start)
        return pread(file, length, start)

    monkeypatch.setattr(os, "pread", noted)
    return places


def test_what_was_written_is_read(tmp_path):
    policies = written(tmp_path)
    assert list(policies) == list(SHELF)
    assert dict(policies) == dict(SHELF)
    assert [each.sha256 for each in policies.values()] == [each.sha256 for each in SHELF.values()]
    assert policies.summaries == {id_: Summary.of(policy) for id_, policy in SHELF.items()}
    assert KeptPolicies.load(tmp_path / "elsewhere") is None


def test_a_policy_is_read_when_it_is_asked_for_and_then_held(tmp_path, reads):
    policies = written(tmp_path)
    shelf = Shelf(tmp_path, policies, (), policies.summaries)
    assert (len(shelf), "vps6" in shelf, list(shelf), shelf.current) == (4, True, list(SHELF), SHELF.current)
    newer = shelf.successor("rackspace-managed-hosting")
    assert newer is not None
    assert (newer.id, newer.supersedes) == ("rackspace", "rackspace-managed-hosting")
    assert reads == []
    assert shelf["vps6"] is shelf["vps6"]
    assert len(reads) == 1


def test_no_more_is_held_than_the_budget(tmp_path, reads, monkeypatch):
    many = {f"p{n}": replace(SHELF["vps6"], id=f"p{n}") for n in range(6)}
    length = len(kept._POLICY.dump_json(many["p0"]))
    monkeypatch.setattr(kept, "BUDGET", 3 * length + 2)
    policies = written(tmp_path, many)
    for id_ in (*many, "p5", "p4", "p3"):
        assert policies[id_] == many[id_]
    assert len(reads) == 6  # the last three were held
    assert policies["p0"] == many["p0"]
    assert len(reads) == 7
    monkeypatch.setattr(kept, "BUDGET", length - 1)
    small = written(tmp_path, many)
    assert [small["p1"], small["p1"]] == [many["p1"]] * 2
    assert len(reads) == 9  # too large to be held


def test_the_file_is_closed_when_nothing_refers_to_it(tmp_path, monkeypatch):
    opened: list[int] = []
    open_file = os.open

    def noted(*given: Any) -> int:
        opened.append(open_file(*given))
        return opened[-1]

    monkeypatch.setattr(os, "open", noted)
    policies = written(tmp_path)
    assert policies["vps6"].id == "vps6"  # and is held
    del policies
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[-1])


def test_an_unknown_id_is_none_of_them(tmp_path):
    policies = written(tmp_path)
    with pytest.raises(KeyError):
        policies["nobody"]
    assert "nobody" not in policies


def test_some_of_them_are_a_shelf_that_knows_no_others(tmp_path, reads):
    policies = written(tmp_path)
    shelf = Shelf(tmp_path, policies, (), policies.summaries).only(["vps6", "nobody"])
    assert (list(shelf), len(shelf), "rackspace" in shelf) == (["vps6"], 1, False)
    assert reads == []
    assert shelf["vps6"] == SHELF["vps6"]
    assert len(reads) == 1
    with pytest.raises(KeyError):
        SomePolicies(SHELF.policies, {"vps6"})["rackspace"]
