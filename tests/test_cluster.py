"""Documents read on real Ray nodes: bit by bit what one process makes, whatever is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from benchmarks.servers.waiting import until
from index.build import current
from tests import ray_nodes

pytestmark = [
    pytest.mark.skipif(not ray_nodes.INSTALLED, reason=ray_nodes.MISSING),
    pytest.mark.timeout(600),  # nodes take long to begin where other tests run beside them
]

ADD = (sys.executable, "-m", "assistant", "add", "--yes")
TEXT = "# {name} privacy policy\n\n" + "\n\n".join(
    f"{{name}} keeps item {number} of your address for {number} years, and shares it with nobody."
    for number in range(1, 9)
)


def documents(folder, count):
    (folder / "documents").mkdir()
    for number in range(count):
        name = f"company{number:03}"
        (folder / "documents" / f"{name}.md").write_text(TEXT.format(name=name))
    return str(folder / "documents")


def files_of(folder):
    """What is stored of each row: vectors, tokens, texts."""
    _, card = current(folder / "data" / "index")
    return card.corpus_sha256, {name: card.files[name].sha256 for name in card.files if name != "sources.json"}


def started(command, folder):
    return subprocess.Popen(
        command, cwd=ray_nodes.ROOT, env=ray_nodes.environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip


def ended(command, folder):
    process = started(command, folder)
    said, _ = process.communicate(timeout=500)
    assert process.returncode == 0, said
    return said


def finished(folder):
    return list((folder / "data/ingestion/documents").glob("*.json"))


def wait_for(process, folder, count):
    """Until so many documents are finished."""

    def seen():
        done = len(finished(folder)) >= count
        assert done or process.poll() is None, process.communicate()[0]
        return done

    until(seen, f"{count} finished documents", 300)


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """The same documents, added by one process: what is stored then."""

    def added(*arguments):
        folder = tmp_path / "alone"
        folder.mkdir()
        ended([*ADD, *arguments], folder)
        return files_of(folder)

    return added


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "on").mkdir()
    return tmp_path / "on"


@pytest.fixture
def short():
    """A folder for nodes: the path of a socket must be short."""
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name)


def test_a_cluster_of_this_machine_makes_what_one_process_makes_and_reports_nothing(tmp_path, folder, alone):
    given = documents(tmp_path, 6)
    process = started([*ADD, "--on", "local", given], folder)
    wait_for(process, folder, 1)
    nodes = {
        pid: line for pid, line in ray_nodes.below(process.pid).items() if "gcs_server" in line or "raylet" in line
    }
    kept = [Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") for pid in nodes]
    said, _ = process.communicate(timeout=500)
    assert process.returncode == 0, said
    assert len(kept) >= 2
    assert all(b"RAY_USAGE_STATS_ENABLED=0" in each for each in kept)
    assert "read: 6 documents" in said
    assert files_of(folder) == alone(given)


def test_a_killed_command_goes_on_and_a_killed_worker_changes_nothing(tmp_path, folder, alone, monkeypatch):
    monkeypatch.setenv("PLAINCLAUSE_ENCODER", "hashing")
    given = documents(tmp_path, 120)
    process = started([*ADD, "--on", "local", given], folder)
    wait_for(process, folder, 5)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = {path.name: path.stat().st_mtime_ns for path in finished(folder)}
    assert 5 <= len(before) < 120

    again = started([*ADD, "--on", "local", given], folder)
    wait_for(again, folder, len(before) + 3)
    ray_nodes.end(again.pid, "ray::MapWorker")
    untouched = {path.name: path.stat().st_mtime_ns for path in finished(folder) if path.name in before}
    said, _ = again.communicate(timeout=500)
    assert again.returncode == 0, said
    assert f"read: {120 - len(before)} documents; {len(before)} were finished before, 0 cannot be read" in said
    assert untouched == before
    assert files_of(folder) == alone(given)


@pytest.mark.skipif(ray_nodes.INSTALLED and not ray_nodes.can_unshare(), reason="no network of its own (unshare --net)")
def test_three_nodes_of_which_one_is_killed_make_what_one_process_makes(tmp_path, folder, short, alone, monkeypatch):
    monkeypatch.setenv("PLAINCLAUSE_ENCODER", "hashing")
    given = documents(tmp_path, 150)
    process = started(ray_nodes.on_three_nodes(short, *ADD, "--on", "ray://127.0.0.1:10001", given), folder)
    wait_for(process, folder, 5)
    raylets = sorted(pid for pid, line in ray_nodes.below(process.pid).items() if "/raylet/raylet" in line)
    assert len(raylets) == 3
    os.kill(raylets[-1], signal.SIGKILL)
    said, _ = process.communicate(timeout=500)
    assert process.returncode == 0, said
    assert "3 cores" in said
    assert "read: 150 documents; 0 were finished before, 0 cannot be read" in said
    assert files_of(folder) == alone(given)


@pytest.mark.skipif(ray_nodes.INSTALLED and not ray_nodes.can_unshare(), reason="no network of its own (unshare --net)")
def test_nodes_that_report_their_use_are_not_used(tmp_path, folder, short, monkeypatch):
    monkeypatch.setenv("PLAINCLAUSE_ENCODER", "hashing")
    given = documents(tmp_path, 2)
    process = started(ray_nodes.on_three_nodes(short, *ADD, "--on", "127.0.0.1:6379", given, reporting=True), folder)
    said, _ = process.communicate(timeout=500)
    assert process.returncode == 1
    assert "reports its use to the makers of Ray" in said
    assert not (folder / "shelf").exists()
