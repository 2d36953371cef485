"""`plainclause add --on` but for the cluster, in whose place the same work is done here (with Ray: test_cluster.py): what is finished is
not done again, the shelf's rules hold, and the index is that of plain `add`."""

from __future__ import annotations

import builtins
import contextlib
import json
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.bootstrap.engines import choose_encoder
from assistant.errors import ClusterUnusable
from assistant.ingestion import cluster as clusters
from assistant.ingestion.carried import CarriedEncoder
from assistant.ingestion.reading import DocumentReader, Failed, Finished, Task, from_json, to_json
from corpus.shelf.catalogue import Metadata
from corpus.shelf.writer import Incoming
from index.build import current
from index.encoders.hashing import HashingEncoder
from tests.command_line import bad, runner

TEXT = "# {name} privacy policy\n\n{name} keeps your address for one year.\n\nWe share your phone number with {name} only.\n"
NAMES = ("acme", "bravo", "cedar", "delta", "elm", "fir")


class Stopped(BaseException):
    """The command is ended, as by a signal that nobody handles."""


class Here:
    """Reads in this process, counts what it read, and is ended after so many documents."""

    cores = 1

    def __init__(self) -> None:
        self.opened, self.read_names, self.ends_after = 0, list[str](), 1_000

    @contextlib.contextmanager
    def __call__(self, address):
        self.opened += 1
        yield self

    def read(self, tasks, encoder):
        reader = DocumentReader(CarriedEncoder.of(encoder).opened())
        for key, task in tasks:
            if len(self.read_names) == self.ends_after:
                raise Stopped
            self.read_names.append(task.name.rpartition("/")[2])
            yield key, reader.read(task)


@pytest.fixture
def here(monkeypatch):
    found = Here()
    monkeypatch.setattr(clusters, "cluster", found)
    return found


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.md").write_text(TEXT.format(name=name.title()))
    return folder


def index_of(folder):
    generation, card = current(folder / "data" / "index")
    named = {name: data.sha256 for name, data in card.files.items() if name != "sources.json"}
    return card.corpus_sha256, named, (generation / "texts.npy").read_bytes()


def left_in(folder):
    return [path.name for path in (folder / "data" / "ingestion").iterdir() if not path.name.startswith(".")]


def test_shelf_and_index_are_those_of_plain_add(tmp_path, documents, here):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = runner(tmp_path / "a")("add", "--yes", documents)
    on = runner(tmp_path / "b")("add", "--yes", "--on", "somewhere", documents)
    assert (plain.exit_code, on.exit_code) == (0, 0), on.output
    assert plain.stdout == on.stdout.replace(str(tmp_path / "b"), str(tmp_path / "a"))
    for name in NAMES:
        assert (tmp_path / "a/shelf" / f"{name}.json").read_bytes() == (
            tmp_path / "b/shelf" / f"{name}.json"
        ).read_bytes()
    assert index_of(tmp_path / "a") == index_of(tmp_path / "b")
    assert left_in(tmp_path / "b") == []


def test_the_build_encodes_nothing(tmp_path, documents, here, monkeypatch):
    runner(tmp_path)("add", "--yes", "--no-index", "--on", "somewhere", documents)
    assert left_in(tmp_path) == ["encoded"]  # for the build to come
    monkeypatch.setattr("index.encoders.hashing.HashingEncoder.encode", lambda *_: pytest.fail("encoded again"))
    built = runner(tmp_path)("index", "build")
    assert built.exit_code == 0, built.output
    assert not list((tmp_path / "data/ingestion/encoded").iterdir())


def test_a_command_that_was_ended_goes_on_where_it_was(tmp_path, documents, here):
    here.ends_after = 4
    with pytest.raises(Stopped):
        runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    here.ends_after = 1_000
    done = runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    assert done.exit_code == 0, done.output
    assert sorted(here.read_names) == [f"{name}.md" for name in NAMES]  # each once
    assert "read: 2 documents; 4 were finished before" in done.stderr
    assert [line for line in done.output.splitlines() if line.startswith("added")] == [f"added: {n}" for n in NAMES]


@pytest.mark.parametrize("named", ["folder", "files"])
def test_one_that_was_ended_while_it_added_adds_the_rest_and_builds(tmp_path, documents, here, monkeypatch, named):
    from corpus.shelf.writer import Adding

    whole, added = Adding.add, list[str]()

    def add(shelf, policy_id, *rest):
        if len(added) == 3:
            raise Stopped
        added.append(policy_id)
        return whole(shelf, policy_id, *rest)

    wanted = [documents] if named == "folder" else sorted(documents.iterdir())
    monkeypatch.setattr(Adding, "add", add)
    with pytest.raises(Stopped):
        runner(tmp_path)("add", "--yes", "--on", "somewhere", *wanted)
    monkeypatch.setattr(Adding, "add", whole)
    done = runner(tmp_path)("add", "--yes", "--on", "somewhere", *wanted)
    assert done.exit_code == 0, done.output
    assert done.output.count("is on the shelf already") == 3
    assert done.output.count("added: ") == 3
    assert "built: " in done.output
    assert len(here.read_names) == len(NAMES)


def test_one_that_was_ended_before_the_build_builds(tmp_path, documents, here, monkeypatch):
    with monkeypatch.context() as ended:
        ended.setattr("assistant.bootstrap.factory.build_index", lambda _: (_ for _ in ()).throw(Stopped()))
        with pytest.raises(Stopped):
            runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    done = runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    assert "built: " in done.output
    assert left_in(tmp_path) == []
    assert here.opened == 1


def test_what_the_shelf_has_is_read_by_nobody(tmp_path, documents, here):
    runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    again = runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    assert again.exit_code == 0
    assert again.output.count("is on the shelf already") == len(NAMES)
    assert here.opened == 1


def test_a_document_that_cannot_be_read_is_said_and_stops_no_other(tmp_path, documents, here):
    (documents / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    done = runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    assert done.exit_code == 2
    assert "bad.pdf" in done.stderr
    assert done.output.count("added: ") == len(NAMES)


def test_a_double_within_the_documents_is_refused_as_by_add(tmp_path, documents, here):
    (documents / "copy.txt").write_text(TEXT.format(name="Acme"))
    done = runner(tmp_path)("add", "--yes", "--on", "somewhere", documents)
    assert done.exit_code == 2
    assert 'has the text of policy "acme"' in done.stderr


def test_a_person_is_asked_of_each(tmp_path, documents, here):
    done = runner(tmp_path)("add", "--on", "somewhere", documents, answers="y\nn\ny\nn\nn\nn\n")
    assert [line for line in done.output.splitlines() if line.startswith("added")] == ["added: acme", "added: cedar"]
    assert left_in(tmp_path) == []


def test_a_document_comes_back_as_it_was_read(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(
        "<html><head><title>Acme</title></head><body><nav><a href=/>Home</a></nav><main><h1>Privacy</h1><p>Effective date: "
        "1 March 2026. We keep it for a year.</p><p>Acme Inc. shares nothing.</p></main></body></html>"
    )
    incoming = Incoming.load(page)
    assert from_json(to_json(incoming)) == incoming
    with pytest.raises((ValueError, KeyError)):
        from_json("{}")


def test_a_reader_that_fails_in_a_way_nobody_foresaw_says_so(monkeypatch, documents, here):
    monkeypatch.setattr("corpus.formats.convert.convert", lambda *_: 1 / 0)
    failed = DocumentReader(HashingEncoder()).read(Task("a.md", b"text", "a.md", Metadata()))
    assert isinstance(failed, Failed)
    assert "unexpected ZeroDivisionError" in failed.problem


def test_the_key_of_a_document_changes_with_all_that_decides_what_becomes_of_it():
    encoder = HashingEncoder()
    tasks = [
        Task("a.md", b"one", "a.md", Metadata()),
        Task("a.md", b"two", "a.md", Metadata()),
        Task("a.txt", b"one", "a.md", Metadata()),
        Task("a.md", b"one", "b.md", Metadata()),
        Task("a.md", b"one", "a.md", Metadata(title="One")),
        Task("a.md", b"one", "a.md", Metadata(), "https://acme.example"),
    ]
    keys = [*(task.key(encoder) for task in tasks), tasks[0].key(HashingEncoder(32))]
    assert len(set(keys)) == len(keys)


def test_without_ray_it_is_said_how_to_install_it(tmp_path, documents, monkeypatch):
    whole = builtins.__import__

    def no_ray(name, *rest, **named):
        if name == "ray":
            raise ModuleNotFoundError("No module named 'ray'", name="ray")
        return whole(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", no_ray)
    bad(runner(tmp_path)("add", "--yes", "--on", "local", documents), 'pip install "plainclause[scale]"')


def test_nodes_with_other_versions_are_named():
    here, there = json.dumps({"numpy": "1", "format": 1}), json.dumps({"numpy": "2", "format": 1})
    assert clusters._differences(here, there) == "numpy 1, here 2"


class Losing(clusters.Cluster):
    """A cluster whose waves go as they are told: the keys that each gives back, then an error or none."""

    def __init__(self, *waves) -> None:
        self._ray = SimpleNamespace(put=lambda value: value, exceptions=SimpleNamespace(RayError=KeyError))
        self.address, self._told, self.asked = "somewhere", list(waves), list[list[str]]()

    def _wave(self, tasks, carried):
        self.asked.append(sorted(tasks))
        given, error = self._told.pop(0)
        for key in given:
            yield key, Finished("", "", b"")
        if error is not None:
            raise error


def read_by(cluster):
    tasks = [(key, Task(f"{key}.md", b"text", key, Metadata())) for key in "abc"]
    return dict(cluster.read(tasks, HashingEncoder()))


def test_what_is_lost_is_read_again_and_nothing_else():
    cluster = Losing(("a", None), ("b", KeyError("the node is gone")), ("c", None))
    assert all(isinstance(done, Finished) for done in read_by(cluster).values())
    assert cluster.asked == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_a_document_that_no_worker_survives_is_given_up():
    done = read_by(Losing(("ab", None), ("", None), ("", None)))
    assert [key for key, each in done.items() if isinstance(each, Failed)] == ["c"]


def test_a_cluster_that_fails_again_and_again_is_given_up_and_what_is_finished_was_told():
    cluster, told = Losing(("a", KeyError("one")), ("", KeyError("two")), ("", KeyError("three"))), list[str]()
    tasks = [(key, Task(f"{key}.md", b"text", key, Metadata())) for key in "abc"]
    with pytest.raises(ClusterUnusable, match="what is finished is kept"):
        told.extend(key for key, _ in cluster.read(tasks, HashingEncoder()))
    assert (told, cluster.asked[-1]) == (["a"], ["b", "c"])


def test_no_more_is_held_in_memory_than_a_wave(monkeypatch):
    monkeypatch.setattr(clusters, "_WAVE_BYTES", 10)
    tasks = [(str(size), Task("a.md", b"x" * size, "a", Metadata())) for size in (4, 5, 6, 20, 1)]
    assert [[key for key, _ in wave] for wave in clusters._waves(tasks)] == [["4", "5", "6"], ["20"], ["1"]]


def test_an_encoder_that_is_another_on_a_node_is_refused():
    carried = CarriedEncoder(HashingEncoder().name, "f" * 64, "python", {})
    with pytest.raises(ClusterUnusable, match="install the same version"):
        carried.opened()


def test_the_compiled_encoder_that_was_sent_along_makes_the_same_bits(real):
    encoder = choose_encoder(real, to_build=True)
    carried = CarriedEncoder.of(encoder)
    assert carried.files
    texts = [
        "We keep your address for one year.",
        "We share it.",
        "Cookies: we set none without your consent, and list all.",
    ]
    for one, other in zip(encoder.encode(texts), carried.opened().encode(texts), strict=True):
        assert np.array_equal(one.vector, other.vector)
        assert one.tokens is not None
        assert other.tokens is not None
        assert np.array_equal(one.tokens, other.tokens)
