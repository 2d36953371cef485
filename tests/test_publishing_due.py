"""Drafts with a time: each is published when it comes and not before, once among many processes; a server sees to it by itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from assistant.company.publishing.due import DueWatch
from assistant.company.publishing.publisher import Publisher
from assistant.company.publishing.times import BadTime
from assistant.company.publishing.versions import versions
from assistant.settings import ROOT
from benchmarks.servers.waiting import until
from corpus.shelf.writer import TendedByHand
from tests.publishing import HOUR, NOW, another, days_in_use, incoming, moments, published, text


@pytest.fixture
def at(monkeypatch):
    """`at(moment)`: what the publisher takes for now."""
    return moments(monkeypatch)


@pytest.fixture
def publisher(tmp_path, at):
    return another(tmp_path, [])


def test_a_draft_is_published_when_its_time_comes_and_not_before(publisher, at):
    published(publisher)
    draft = publisher.draft("acme", incoming("twenty"), "Ann")
    publisher.schedule(draft.id, (NOW + HOUR).astimezone(), "Ed")
    assert publisher.drafts.get(draft.id).due_at == NOW + HOUR
    at(NOW + HOUR - timedelta(seconds=1))
    assert publisher.publish_due("timer") == []
    assert days_in_use(publisher) == "ten"
    at(NOW + HOUR)
    [(due, outcome)] = publisher.publish_due("timer")
    assert (due.id, outcome.by, outcome.version) == (draft.id, "Ed", 2)
    assert days_in_use(publisher) == "twenty"
    assert publisher.publish_due("timer") == []


def test_a_time_that_is_past_cannot_be_set(publisher):
    draft = publisher.draft("acme", incoming(), "Ann")
    for moment in (NOW, NOW - HOUR):
        with pytest.raises(BadTime, match="is past"):
            publisher.schedule(draft.id, moment, "Ed")
    assert publisher.drafts.get(draft.id) == draft


def test_times_that_were_missed_are_made_good_in_their_order_and_told(publisher, at, caplog):
    for days, hours in (("thirty", 3), ("twenty", 2), ("forty", 9)):
        draft = publisher.draft("acme", incoming(days), "Ann")
        publisher.schedule(draft.id, NOW + hours * HOUR, "Ed")
    at(NOW + 5 * HOUR)
    assert [outcome.version for _, outcome in publisher.publish_due("timer")] == [1, 2]
    assert days_in_use(publisher) == "thirty"
    assert caplog.text.count("is published late, at 2027-01-02 08:04 UTC") == 2
    assert "was due 2027-01-02 05:04 UTC" in caplog.text


def test_what_is_on_time_is_not_told_as_late(publisher, at, caplog):
    publisher.schedule(publisher.draft("acme", incoming(), "Ann").id, NOW + HOUR, "Ed")
    at(NOW + HOUR + timedelta(seconds=20))
    assert len(publisher.publish_due("timer")) == 1
    assert "late" not in caplog.text


def test_one_that_fails_stops_none_of_the_others_and_is_tried_again(publisher, at):
    bad = publisher.draft("own", incoming("twenty"), "Ann")
    good = publisher.draft("acme", incoming(), "Ann")
    for draft, hours in ((bad, 1), (good, 2)):
        publisher.schedule(draft.id, NOW + hours * HOUR, "Ed")
    publisher.shelf.mkdir()
    (publisher.shelf / "own.md").write_text(text())
    at(NOW + 3 * HOUR)
    (failed, error), (done, _) = publisher.publish_due("timer")
    assert (failed.id, done.id) == (bad.id, good.id)
    assert isinstance(error, TendedByHand)
    assert publisher.drafts.get(bad.id).state == "scheduled"
    (publisher.shelf / "own.md").unlink()
    assert [due.id for due, _ in publisher.publish_due("timer")] == [bad.id]


def test_what_was_given_another_time_or_discarded_meanwhile_is_not_published(publisher, at, monkeypatch):
    moved, gone = (publisher.draft(id_, incoming(), "Ann") for id_ in ("acme", "globex"))
    for draft in (moved, gone):
        publisher.schedule(draft.id, NOW + HOUR, "Ed")
    turn = Publisher._turn

    def slow(self):
        self.drafts.schedule(moved.id, NOW + 9 * HOUR, "Ed")
        if gone in [draft.model_copy(update={"due_at": None, "scheduled_by": None}) for draft in self.drafts.all()]:
            self.drafts.discard(gone.id)
        return turn(self)

    monkeypatch.setattr(Publisher, "_turn", slow)
    at(NOW + 2 * HOUR)
    assert publisher.publish_due("timer") == []
    assert not publisher.shelf.exists()


PROCESS = """
import sys
from pathlib import Path
from corpus.versions.archive import FolderArchive
from assistant.company.publishing.publisher import Publisher

shelf, data, log = map(Path, sys.argv[1:])
sys.stdin.readline()
publisher = Publisher(shelf, data, FolderArchive(data), lambda: log.open("a").write("built\\n"))
print(len(publisher.publish_due("timer")))
"""


def test_of_many_processes_one_publishes(publisher, tmp_path):
    """Each begins to look at the same moment; the build is long enough for all of them to meet."""
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    ids = [publisher.draft(id_, incoming(days), "Ann").id for id_, days in (("acme", "ten"), ("globex", "two"))]
    for id_ in ids:
        publisher.drafts.schedule(id_, soon, "Ed")
    arguments = [sys.executable, "-c", PROCESS, publisher.shelf, tmp_path / "data", tmp_path / "log"]
    processes = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(3)
    ]
    time.sleep(0.2)
    outputs = []

    def end(process):
        outputs.append(int(process.communicate("\n")[0]))

    said = [threading.Thread(target=end, args=(each,)) for each in processes]
    for each in said:
        each.start()
    for each in said:
        each.join()
    assert [each.returncode for each in processes] == [0, 0, 0]
    assert sum(outputs) == 2
    assert (tmp_path / "log").read_text() == "built\n" * 2
    assert [len(versions(publisher.shelf, id_)) for id_ in ("acme", "globex")] == [1, 1]


# --- a server's watch -------------------------------------------------------------------------------------------------


def test_a_server_publishes_what_is_due_by_itself(publisher, at):
    draft = publisher.draft("acme", incoming(), "Ann")
    publisher.schedule(draft.id, NOW + HOUR, "Ed")
    watch = DueWatch(publisher, interval=0.01)
    watch.start()
    try:
        time.sleep(0.1)
        assert publisher.drafts.get(draft.id).state == "scheduled"
        at(NOW + HOUR)
        until(lambda: publisher.drafts.get(draft.id).state == "published", "the publication")
    finally:
        watch.end()
    assert days_in_use(publisher) == "ten"


def test_a_server_tells_of_a_failure_once_and_goes_on(publisher, at, caplog, monkeypatch):
    draft = publisher.draft("own", incoming(), "Ann")
    publisher.schedule(draft.id, NOW + HOUR, "Ed")
    publisher.shelf.mkdir()
    (publisher.shelf / "own.md").write_text(text())
    at(NOW + 2 * HOUR)
    watch = DueWatch(publisher)
    for _ in range(3):
        watch.look()
    assert caplog.text.count("is due and not published: policy") == 1
    (publisher.shelf / "own.md").unlink()
    watch.look()
    assert publisher.drafts.get(draft.id).state == "published"


def test_a_watch_survives_what_nobody_foresaw(publisher, at, caplog, monkeypatch):
    looks = []

    def broken(by):
        looks.append(by)
        if len(looks) == 1:
            raise RuntimeError("unforeseen")
        return []

    monkeypatch.setattr(publisher, "publish_due", broken)
    watch = DueWatch(publisher, interval=0.01)
    watch.start()
    until(lambda: len(looks) > 2, "a third look")
    watch.end()
    count = len(looks)
    time.sleep(0.1)
    assert len(looks) == count
    assert caplog.text.count("unforeseen") >= 1
