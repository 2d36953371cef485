"""A backup is restored whole or not at all: what is damaged, made to harm or in the way is refused, and all stays as it was."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from assistant.company.backup import archive
from assistant.company.backup.gathering import back_up
from assistant.company.backup.restoring import restore
from assistant.company.database import FILE
from assistant.errors import BadBackup
from assistant.settings import Settings
from corpus.shelf.writer import Incoming, replace
from tests.backed_up import OLD, backup_of, company, feedback, new_machine, repacked, said, tree, with_manifest


@pytest.fixture
def settings(tmp_path):
    return company(tmp_path)


@pytest.fixture
def elsewhere(tmp_path):
    return new_machine(tmp_path)


@pytest.fixture
def backup(settings, tmp_path):
    return backup_of(settings, tmp_path)


def test_what_is_there_is_not_replaced_unasked_and_then_all_of_it(settings, elsewhere, backup):
    restore(elsewhere, backup)
    feedback(elsewhere).record(said())
    replace(elsewhere.policies, "acme", Incoming.read(OLD.replace("sell", "rent").encode(), "acme.md"))
    (elsewhere.policies / "more.md").write_text(OLD)
    before = tree(elsewhere.policies)
    with pytest.raises(BadBackup, match="is there already; give --replace"):
        restore(elsewhere, backup)
    assert tree(elsewhere.policies) == before
    restore(elsewhere, backup, replace=True)
    assert tree(elsewhere.policies) == tree(settings.policies)
    assert feedback(elsewhere).count() == 1
    assert [path for path in elsewhere.data.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("spoilt", ["cut", "byte", "content", "missing", "more", "twice", "no backup", "no gzip"])
def test_a_damaged_backup_changes_nothing(spoilt, settings, elsewhere, backup, tmp_path):
    bad = tmp_path / "bad.tar.gz"
    data = backup.read_bytes()
    if spoilt == "cut":
        bad.write_bytes(data[: len(data) * 2 // 3])
    elif spoilt == "byte":
        bad.write_bytes(data[:-1000] + bytes([data[-1000] ^ 16]) + data[-999:])
    elif spoilt == "content":
        repacked(backup, bad, lambda name, data: [(name, data.replace(b"sell", b"give"))])
    elif spoilt == "missing":
        repacked(backup, bad, lambda name, data: [] if name.startswith("policies/texts") else [(name, data)])
    elif spoilt == "more":
        repacked(backup, bad, lambda name, data: [(name, data), (f"{name}.more", data)])
    elif spoilt == "twice":
        repacked(backup, bad, lambda name, data: [(name, data)] * (1 if name == "manifest.json" else 2))
    elif spoilt == "no backup":
        repacked(backup, bad, lambda name, data: [] if name == "manifest.json" else [(name, data)])
    else:
        bad.write_bytes(gzip.decompress(data))
    with pytest.raises(BadBackup, match=r"name a file that plainclause backup wrote|take another backup"):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()
    before = tree(settings.data), tree(settings.policies)
    with pytest.raises(BadBackup):
        restore(settings, bad, replace=True)
    assert (tree(settings.data), tree(settings.policies)) == before


def test_a_backup_of_a_newer_program_is_refused(elsewhere, backup, tmp_path):
    newer = with_manifest(backup, tmp_path / "newer.tar.gz", format=archive.FORMAT + 1, program="9.9.0", unheard="of")
    with pytest.raises(BadBackup, match=r"has format 3 and was made by plainclause 9\.9\.0, .* knows format 2; update"):
        restore(elsewhere, newer)


@pytest.mark.parametrize(
    "name",
    ["../out", "data/../../out", "/tmp/out", "data//x", "./data/x", "data", "elsewhere/x", "data/..", "data\\x", "database.dump/x"],
)  # fmt: skip
def test_no_name_leads_out_of_its_folder(name, elsewhere, backup, tmp_path):
    assert not archive.is_within(name)
    content = b"out"
    named = {name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
    bad = tmp_path / "bad.tar.gz"
    repacked(
        with_manifest(backup, tmp_path / "named.tar.gz", files=named),
        bad,
        lambda each, data: [(each, data), (name, content)] if each == "manifest.json" else [],
    )
    with pytest.raises(BadBackup, match="would lie elsewhere"):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_no_link_and_nothing_else_that_is_no_file_is_unpacked(kind, elsewhere, backup, tmp_path):
    def linked(name, data):
        if name != "policies/acme.json":
            return [(name, data)]
        link = tarfile.TarInfo(name)
        link.type, link.linkname = kind, str(tmp_path / "out")
        return [(link, b"")]

    bad = repacked(backup, tmp_path / "bad.tar.gz", linked)
    with pytest.raises(BadBackup, match=r'holds "policies/acme.json"'):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()


def test_where_a_file_cannot_take_its_place_all_go_back(settings, backup, monkeypatch):
    feedback(settings).record(said())
    before = tree(settings.data), tree(settings.policies)
    moved, failed = list[str](), list[str]()
    real = shutil.move

    def fails_late(source, target):
        moved.append(str(target))
        if Path(target) == settings.policies / "acme.json" and not failed:
            failed.append(target)
            raise OSError(28, "No space left on device", str(target))
        return real(source, target)

    monkeypatch.setattr(shutil, "move", fails_late)
    with pytest.raises(OSError, match="No space left"):
        restore(settings, backup, replace=True)
    monkeypatch.undo()
    assert len(moved) > 5
    assert tree(settings.data) == before[0]
    assert tree(settings.policies) == before[1]
    left = {path.name for folder in (settings.data, settings.policies) for path in folder.iterdir()}
    assert {name for name in left if name.startswith(".")} == {".lock", ".shelf.lock"}


def test_a_database_that_is_not_sound_is_told(settings, tmp_path):
    path = settings.data / FILE
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadBackup, match=rf'database ".*{FILE}" (is damaged|cannot be copied)'):
        back_up(settings, tmp_path / "x.tar.gz")
    assert not (tmp_path / "x.tar.gz").exists()


@pytest.mark.parametrize("inside", ["policies", "data"])
def test_a_backup_does_not_lie_in_what_is_backed_up(inside, settings):
    with pytest.raises(BadBackup, match=r"lies in .* name a file outside of it"):
        back_up(settings, getattr(settings, inside) / "backup.tar.gz")


def test_where_there_is_nothing_that_is_said(tmp_path):
    with pytest.raises(BadBackup, match="nothing to back up"):
        back_up(Settings(data=tmp_path / "none"), tmp_path / "backup.tar.gz")


def test_a_branding_file_needs_its_place(elsewhere, backup):
    with pytest.raises(BadBackup, match=r'a branding file, "acme.toml"; set PLAINCLAUSE_BRANDING'):
        restore(elsewhere.model_copy(update={"branding": None}), backup)


def test_a_logo_that_is_there_is_not_replaced_unasked(elsewhere, backup):
    logo = elsewhere.branding.parent / "logo.png"
    logo.parent.mkdir()
    logo.write_bytes(b"another")
    with pytest.raises(BadBackup, match=r'branding file ".*logo.png" is there already'):
        restore(elsewhere, backup)
    assert logo.read_bytes() == b"another"


@pytest.mark.parametrize("name", [b"a\\b.md", b"\xe4.md"])
def test_a_file_with_whose_name_a_backup_could_not_be_restored_is_named_before(name, settings, tmp_path):
    (settings.policies / os.fsdecode(name)).write_text("text")
    with pytest.raises(BadBackup, match=r"cannot be in a backup by its name .*; rename it"):
        back_up(settings, tmp_path / "x.tar.gz")
    assert not (tmp_path / "x.tar.gz").exists()


@pytest.mark.parametrize("inside", ["policies", "data"])
def test_a_backup_is_not_restored_from_where_it_would_be_swept_away(inside, settings, backup):
    lying = getattr(settings, inside) / backup.name
    backup.rename(lying)
    before = tree(settings.data), tree(settings.policies)
    with pytest.raises(BadBackup, match="would go with what is there; move it elsewhere"):
        restore(settings, lying, replace=True)
    assert (tree(settings.data), tree(settings.policies)) == before
