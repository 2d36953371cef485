"""The texts of policies that were ever served are kept, whole or not at all, and told from damaged ones."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from assistant.bootstrap.factory import build_index, open_for_serving
from assistant.settings import ROOT, Settings
from corpus.model import Clause, OffsetMap, Policy, Span
from corpus.versions import archive as module
from corpus.versions.archive import DamagedVersion, FolderArchive

TEXT = "We keep your card.\nWir löschen nichts. 🙂"


def made(policy_id="acme", text=TEXT):
    end = text.index("\n")
    clauses = (Clause(policy_id, Span(0, end), ("Cards",)), Clause(policy_id, Span(end + 1, len(text)), (), Span(0, 3)))
    return Policy(
        id=policy_id, provider=None, title="<b>", source_url=None, snapshot_date=None, effective_date=None,
        supersedes=None, licence=None, text=text, clauses=clauses, headings=(), offsets=OffsetMap(()), source=text,
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path):
    return FolderArchive(tmp_path)


def file_of(archive, policy):
    return archive.folder / policy.id / f"{policy.sha256}.json"


def test_a_kept_version_is_found_as_it_was_by_the_beginning_of_its_hash(archive):
    old, new = made(), made(text=TEXT + "!")
    archive.keep([old])
    archive.keep([new])
    for policy in (old, new):
        for digits in (12, 13, 63, 64):
            found = archive.find("acme", policy.sha256[:digits])
            assert found == policy
            assert found.sha256 == policy.sha256
            assert [clause.span.of(found.text) for clause in found.clauses][1] == policy.text.split("\n")[1]


def test_a_version_kept_before_the_day_of_its_last_change_was_is_found_without(archive):
    old = made()
    archive.keep([replace(old, updated_date=date(2026, 7, 1))])
    path = file_of(archive, old)
    stated = json.loads(path.read_text())
    assert stated.pop("updated_date") == "2026-07-01"
    path.write_text(json.dumps(stated))
    assert archive.find("acme", old.sha256) == old


def test_the_same_text_under_two_ids_is_kept_for_each(archive):
    archive.keep([made(), made("other")])
    assert archive.find("acme", made().sha256).clauses[0].policy_id == "acme"
    assert archive.find("other", made().sha256).clauses[0].policy_id == "other"


@pytest.mark.parametrize(
    "prefix", ["", made().sha256[:11], made().sha256.upper(), "0" * 12, "*" * 12, "../" + "0" * 12]
)
def test_no_version_is_found_by_what_is_no_beginning_of_its_hash(archive, prefix):
    assert archive.find("acme", made().sha256[:12]) is None, "nothing is kept yet"
    archive.keep([made()])
    assert archive.find("acme", prefix) is None


@pytest.mark.parametrize(
    "policy_id", ["", ".", "..", "../versions/acme", "acme/", "ACME", "*", "a\0", "\ud800", "x" * 999]
)
def test_an_id_that_is_not_kept_finds_nothing_wherever_it_points(archive, policy_id):
    archive.keep([made()])
    archive.folder.joinpath(f"{made().sha256}.json").write_bytes(file_of(archive, made()).read_bytes())
    archive.folder.parent.joinpath(f"{made().sha256}.json").write_bytes(file_of(archive, made()).read_bytes())
    assert archive.find(policy_id, made().sha256) is None


def test_what_is_there_is_not_written_again(archive, monkeypatch):
    archive.keep([made()])
    written = []
    monkeypatch.setattr(module, "write_whole", lambda path, _: written.append(path.stem))
    archive.keep([made(), made(text=TEXT + "!")])
    assert written == [made(text=TEXT + "!").sha256]


KILLED = """
import os, signal
from pathlib import Path
from test_archive import made
from corpus.versions.archive import FolderArchive
os.{call} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
FolderArchive(Path({data!r})).keep([made()])
"""


@pytest.mark.parametrize("call", ["fsync", "replace"])  # while the file is written; just before it gets its name
def test_a_write_that_is_killed_leaves_nothing_and_the_next_one_the_whole(archive, tmp_path, call):
    where = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    script = KILLED.format(call=call, data=str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", script], env=where, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert archive.find("acme", made().sha256) is None
    archive.keep([made()])
    assert archive.find("acme", made().sha256) == made()


def cut(content):
    return content[: len(content) // 2]


def emptied(content):
    return b""


def another_text(content):
    return content.replace("löschen".encode(), b"behalten")


def another_id(content):
    return content.replace(b'"id":"acme"', b'"id":"other"')


def no_policy(content):
    return b"[]"


@pytest.mark.parametrize("harm", [cut, emptied, another_text, another_id, no_policy])
def test_a_damaged_version_is_an_error_that_names_its_file_and_says_what_to_do(archive, harm):
    archive.keep([made(), made(text=TEXT + "!")])
    path = file_of(archive, made())
    content = path.read_bytes()
    assert harm(content) != content
    path.write_bytes(harm(content))
    with pytest.raises(DamagedVersion, match=f"{re.escape(str(path))}.*restore it from a backup, or remove it"):
        archive.find("acme", made().sha256[:12])
    assert archive.find("acme", made(text=TEXT + "!").sha256) is not None


@pytest.fixture
def settings(tmp_path, word_reader):
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "acme.md").write_text("# Privacy\n\nWe never sell your data.\n")
    return Settings(policies=policies, data=tmp_path / "data", encoder="hashing")


def kept(settings):
    return {path.stem for path in (settings.data / "versions").rglob("*.json")}


def test_each_version_that_is_built_or_served_is_kept(settings):
    build_index(settings)
    first = kept(settings)
    assert len(first) == 1
    (settings.policies / "acme.md").write_text("# Privacy\n\nWe always sell your data.\n")
    build_index(settings)
    assert len(kept(settings)) == 2
    assert first < kept(settings)
    for path in (settings.data / "versions").rglob("*.json"):
        path.unlink()  # as with an index that was built before versions were kept
    opened = open_for_serving(settings)
    opened.end()
    assert kept(settings) == {opened().policies["acme"].sha256}


def test_where_no_version_can_be_kept_questions_are_answered_all_the_same(settings, caplog):
    settings.data.mkdir()
    (settings.data / "versions").write_text("in the way")
    opened = open_for_serving(settings)
    opened.end()
    assert opened().ask("do you sell data?", "acme").searched.clauses == 1
    assert "not kept for links" in caplog.text
