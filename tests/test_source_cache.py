"""What is kept with an index is what would be read, and is read again once a source has changed."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from assistant.bootstrap import source_cache
from assistant.bootstrap.factory import build_index, open_assistant
from assistant.bootstrap.source_cache import ParsedSources
from assistant.practices import bank
from assistant.practices import clause_tables as known
from assistant.practices.clause_tables import ClauseTables, TablesWriter
from assistant.settings import ROOT, Settings
from corpus.shelf import catalogue as shelf
from corpus.shelf.kept import KeptPolicies
from index.build import current
from index.errors import StaleIndex


@pytest.fixture
def settings(tmp_path):
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "corpus" / "policies", policies)
    found = Settings(policies=policies, data=tmp_path / "data", encoder="hashing")
    build_index(found)
    return found


def kept(settings):
    return ParsedSources.kept(current(settings.data / "index")[0], settings.policies)


def test_what_is_kept_is_what_was_read(settings):
    found, read = kept(settings), ParsedSources.read(settings.policies)
    assert found is not None
    assert dict(found.shelf) == dict(read.shelf)
    assert [policy.sha256 for policy in found.shelf.values()] == [policy.sha256 for policy in read.shelf.values()]
    assert (found.bank, found.words) == (read.bank, read.words)
    assert dict(found.shelf.summaries) == dict(read.shelf.summaries)


def test_a_start_parses_nothing_that_has_not_changed(settings, monkeypatch):
    def refused(*_):
        raise AssertionError("a source was read")

    monkeypatch.setattr(shelf, "_load", refused)
    monkeypatch.setattr(bank, "load", refused)
    assert open_assistant(settings).ask("do you use cookies?", "rackspace").searched.clauses == 36


def test_a_start_reads_no_policy_and_a_question_only_its_own(settings, monkeypatch):
    read = []
    get = KeptPolicies.__getitem__

    def noted(policies, policy_id):
        read.append(policy_id)
        return get(policies, policy_id)

    monkeypatch.setattr(KeptPolicies, "__getitem__", noted)
    assistant = open_assistant(settings)
    assert read == []
    assistant.ask("do you use cookies?", "rackspace")
    assert set(read) == {"rackspace"}


def change(settings):
    (settings.policies / "vps6.md").write_text("# Privacy\n\nWe never sell your data.\n")


def add(settings):
    (settings.policies / "new.md").write_text("# Privacy\n\nWe never sell your data.\n")


def remove(settings):
    (settings.policies / "vps6.md").unlink()


@pytest.mark.parametrize("harm", [change, add, remove])
def test_other_policies_are_noticed(settings, harm):
    harm(settings)
    assert kept(settings) is None
    with pytest.raises(StaleIndex, match="built from corpus"):
        open_assistant(settings)


def test_metadata_that_changed_is_read_again(settings):
    path = settings.policies / "vps6.json"
    path.write_text(path.read_text().replace('"VPS6.NET"', '"Somebody Else"'))
    assert kept(settings) is None
    assert open_assistant(settings).policies["vps6"].provider == "Somebody Else"


def test_a_source_touched_but_not_changed_is_still_the_same(settings):
    os.utime(settings.policies / "vps6.md", (0, 0))
    assert kept(settings) is not None


def test_another_version_of_a_parser_reads_again(settings, monkeypatch):
    monkeypatch.setattr(source_cache, "_versions", lambda: {"nupunkt": "99"})
    assert kept(settings) is None


def test_a_shelf_with_a_policy_that_cannot_be_read_is_not_kept(settings, caplog):
    (settings.policies / "bad.md").write_bytes(b"\xff\xfe\xfa")
    for _ in range(2):  # it is told at every start, not only at the one that builds
        caplog.clear()
        open_assistant(settings, mend=True)
        assert "left out: " in caplog.text
    assert kept(settings) is None


def test_the_tables_of_clauses_are_those_that_would_be_computed(assistant, real, tmp_path):
    generation, _ = current(real.data / "index")
    rows = assistant.searcher.rows
    stored = ClauseTables.load(generation, assistant.bank.vocabulary, rows)
    shelf_ = assistant.policies
    writer = TablesWriter(tmp_path, assistant.bank.vocabulary)
    for policy in shelf_.values():
        writer.add(policy)
    writer.finish()
    made = ClauseTables.load(tmp_path, assistant.bank.vocabulary, rows)
    for policy in shelf_.values():
        one, other = stored.of(policy), made.of(policy)
        assert len(one.data) == len(one.actions) == len(policy.clauses)
        for name in ("data", "actions"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    card = next(p for p in shelf_.values() if p.id == "rackspace")
    number = next(n for n, c in enumerate(card.clauses) if "transaction-by-transaction" in c.span.of(card.text))
    found = stored.of(card)
    assert "payment" in {stored.data.terms[at] for at in np.flatnonzero(found.data[number])}, "from its heading"
    assert "share" in {stored.actions.terms[at] for at in np.flatnonzero(found.actions[number])}, "from its words"


def test_what_is_known_of_policies_that_did_not_change_is_taken_over(settings, tmp_path, monkeypatch):
    read = []
    named = known._data_named

    def noted(policy, data):
        read.append(policy.id)
        return named(policy, data)

    monkeypatch.setattr(known, "_data_named", noted)
    (settings.policies / "acme.md").write_text("# Privacy\n\nWe keep logs. We sell nothing.\n")
    build_index(settings)
    assert read == ["acme"]  # the one that is new
    anew = settings.model_copy(update={"data": tmp_path / "anew"})
    build_index(anew)
    assert tables(settings) == tables(anew) != {}
    (settings.policies / "acme.md").write_text("# Privacy\n\nWe keep logs. We sell everything.\n")
    read.clear()
    build_index(settings)
    assert read == ["acme"]


def tables(settings):
    generation, _ = current(settings.data / "index")
    return {path.name: path.read_bytes() for path in generation.glob("known-*.npy")}


def test_a_build_reads_only_the_policies_whose_files_have_changed(settings, monkeypatch):
    read = []
    load = shelf._load

    def noted(entry, root):
        read.append(entry.id)
        return load(entry, root)

    monkeypatch.setattr(shelf, "_load", noted)
    (settings.policies / "acme.md").write_text("# Privacy\n\nWe keep logs.\n")
    build_index(settings)
    assert read == ["acme"]
    facts = settings.policies / "vps6.json"
    facts.write_text(facts.read_text().replace("VPS6.NET", "VPS7.NET"))
    read.clear()
    build_index(settings)
    assert read == ["vps6"]
    monkeypatch.setattr(source_cache, "_versions", lambda: {"pyromark": "another"})
    read.clear()
    build_index(settings)
    assert len(read) == 5
    found = kept(settings)
    assert found is not None
    assert dict(found.shelf) == dict(shelf.open_shelf(settings.policies))
