"""Whatever happens while the shelf is changed, killed, out of room, two at once: it is the old shelf or the new one.

Run as a program, this file does one change of a shelf and kills itself at each line of the writing modules in turn.
"""

from __future__ import annotations

import errno
import io
import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from corpus import atomic_files as durable
from corpus.shelf import writer as shelving
from corpus.shelf.writer import add, remove, replace
from tests.shelf_changes import incoming, new_shelf, state

ROOT = Path(__file__).resolve().parent.parent
KILLED = 9
WRITTEN = (shelving.__file__, durable.__file__)


@pytest.fixture
def folder(tmp_path):
    return new_shelf(tmp_path / "shelf")


NEXT = "We share what is left."
CHANGES = {
    "add": lambda folder: add(folder, "new", incoming("We share nothing.", title="New")),
    "replace": lambda folder: replace(folder, "acme", incoming("We sell it all.", title="Second")),
    "remove": lambda folder: remove(folder, "acme"),
    "first": lambda folder: add(folder / "fresh", "new", incoming("We share nothing.", title="New")),
}


def place(folder: Path, change: str) -> Path:
    return folder / "fresh" if change == "first" else folder


def check_old_or_new(copy: Path, change: str, old: dict, new: dict) -> bool:
    """Whether a shelf is the new one; it must be that or the old one, and take the next changes."""
    found = state(place(copy, change))
    assert found in (old, new)
    if found == old:
        CHANGES[change](copy)
    assert state(place(copy, change)) == new
    add(place(copy, change), "next", incoming(NEXT, title="Next"), wait=5)
    assert state(place(copy, change)) == {**new, "next": (f"Privacy\n\n{NEXT}", "Next", 1)}
    assert not list(place(copy, change).rglob("*.part"))
    return found == new


@pytest.fixture
def changed(folder, tmp_path):
    def outcome(change: str):
        old = state(place(folder, change))
        shutil.copytree(folder, tmp_path / "after")
        CHANGES[change](tmp_path / "after")
        new = state(place(tmp_path / "after", change))
        assert old != new
        return old, new

    return outcome


@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_line_a_change_leaves_the_old_shelf_or_the_new_one(folder, tmp_path, changed, change):
    old, new = changed(change)
    out = tmp_path / "killed"
    out.mkdir()
    done = subprocess.run(
        [sys.executable, __file__, change, str(folder), str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    copies = sorted(out.iterdir(), key=lambda path: int(path.name))
    assert len(copies) > 40
    ends = [check_old_or_new(copy, change, old, new) for copy in copies]
    assert ends == sorted(ends)  # first the old, then the new, never back
    assert {True, False} == set(ends)


def kill_at_each_line(change: str, folder: Path, out: Path) -> None:
    """Do a change on copies of a shelf, killed before the first line of the writing modules, the second, and so on."""
    for step in range(1, 10_000):
        copy = out / str(step)
        shutil.copytree(folder, copy)
        child = os.fork()
        if child == 0:
            left = step

            def lines(frame, event, argument):
                nonlocal left
                if event == "line":
                    left -= 1
                    if left == 0:
                        os._exit(KILLED)
                return lines

            sys.settrace(lambda frame, event, argument: lines if frame.f_code.co_filename in WRITTEN else None)
            CHANGES[change](copy)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            return
        assert code == KILLED
    raise AssertionError("the change never came to its end")


class Disk:
    """A disk whose nth call fails, and every later one if it stays full."""

    def __init__(self, monkeypatch, fails_at: int, *, stays: bool, half: bool) -> None:
        self.calls, self.fails_at, self.stays, self.failed = 0, fails_at, stays, False
        for module, name in ((os, "fsync"), (os, "replace"), (os, "mkdir"), (os, "unlink"), (io, "open")):
            monkeypatch.setattr(module, name, self._counted(getattr(module, name), half=half and name == "open"))

    def _counted(self, call, *, half: bool):
        def counted(*arguments, **options):
            if call is OPEN and not set("wxa+") & set(str(arguments[1:2])[1:-1]):
                return call(*arguments, **options)
            self.calls += 1
            if self.calls == self.fails_at or (self.stays and self.failed):
                self.failed = True
                if half:
                    return Full(*arguments[:2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return call(*arguments, **options)

        return counted


OPEN = io.open


class Full(io.FileIO):
    def write(self, data) -> int:
        super().write(bytes(data)[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_disk_that_is_full_at_any_step_leaves_the_old_shelf_or_the_new_one(
    folder, tmp_path, changed, monkeypatch, change, stays, half
):
    old, new = changed(change)
    failures = 0
    for step in range(1, 100):
        copy = tmp_path / str(step)
        shutil.copytree(folder, copy)
        said = ""
        with monkeypatch.context() as patch:
            disk = Disk(patch, step, stays=stays, half=half)
            try:
                CHANGES[change](copy)
            except shelving.NotWritten as error:
                said = str(error)
        found = state(place(copy, change))
        if said:
            failures += 1
            assert "No space left" in said
            assert ("which is as it was" in said) == (found == old), said
            assert ("does not say that it will last" in said) == (found == new), said
        check_old_or_new(copy, change, old, new)
        if not disk.failed:
            break
    assert failures >= (1 if change == "remove" else 4)


def _add_many(folder: str, who: int, count: int) -> None:
    for number in range(count):
        add(Path(folder), f"p{who}-{number}", incoming(f"We share item {number} of {who}."), wait=60)
        try:
            add(Path(folder), f"same-{number}", incoming(f"We keep item {number}, says {who}."), wait=60)
        except shelving.IdTaken:
            replace(Path(folder), f"same-{number}", incoming(f"We keep item {number}, says {who}."), wait=60)


def test_two_writers_at_once_lose_nothing_of_each_other(folder):
    processes = [
        multiprocessing.get_context("spawn").Process(target=_add_many, args=(str(folder), who, 8)) for who in range(2)
    ]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        state(folder)  # a reader meets a sound shelf all the while
    for process in processes:
        process.join()
        assert process.exitcode == 0
    found = state(folder)
    assert {id_ for id_ in found if id_[0] == "p"} == {f"p{who}-{number}" for who in range(2) for number in range(8)}
    assert all(found[f"same-{number}"][2] == 2 for number in range(8))


def test_a_writer_that_waits_says_so_and_gives_up_in_the_end(folder, caplog):
    caplog.set_level("INFO")
    with FileLock(folder / shelving.LOCK), pytest.raises(shelving.ShelfBusy, match="still under way"):
        add(folder, "other", incoming("We share nothing."), wait=0.05)
    assert "another change" in caplog.text
    add(folder, "other", incoming("We share nothing."), wait=0.05)


if __name__ == "__main__":
    kill_at_each_line(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
