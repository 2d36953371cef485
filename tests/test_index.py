"""The stored index: its card, its checks, builds that are killed, builds at once. With the hashing encoder: no weights."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from assistant.settings import ROOT
from corpus.model import Policy
from corpus.shelf.catalogue import open_shelf
from index.build import Attached, build, check, current, embedded_text
from index.encoders.hashing import HashingEncoder
from index.errors import BuildRunning, DamagedIndex, ForeignIndex, MissingIndex, StaleIndex
from index.lexical import LexicalIndex, terms
from index.search import open_index
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore

SHELF = open_shelf(ROOT / "corpus" / "policies")
POLICIES = list(SHELF.values())


@pytest.fixture
def folder(tmp_path):
    build(POLICIES, HashingEncoder(), FaissStore, tmp_path)
    return tmp_path


def opened(folder: Path, encoder=None, store=FaissStore, policies=POLICIES, made_by=""):
    generation, card = current(folder)
    check(card, policies, made_by)
    counts = {policy.id: len(policy.clauses) for policy in policies}
    return open_index(generation, card, counts, encoder or HashingEncoder(), store)


def best(searcher, words: str, policy_id: str) -> list[int]:
    """The numbers of a policy's clauses, best first."""
    (embedding,) = searcher.encode(words)
    order = np.argsort(-searcher.scores(words, embedding, policy_id), kind="stable")
    return [int(number) for number in order]


def test_the_card_says_what_the_index_was_built_from(folder):
    _, card = current(folder)
    assert card.corpus_sha256 == SHELF.sha256
    assert card.count == sum(len(policy.clauses) for policy in POLICIES)
    assert (card.encoder, card.dim, card.metric, card.store) == ("hashing-64", 64, "inner_product", "FaissStore")
    assert {"python", "faiss-cpu", "numpy"} <= card.built_with.keys()
    check(card, POLICIES, "")


def test_a_clause_is_encoded_with_its_headings_and_the_sentence_that_opens_its_list():
    policy = SHELF["rackspace"]
    texts = [embedded_text(policy, clause) for clause in policy.clauses]
    assert any(
        text.startswith("What do we use this Information for?: Financial Information: We collect this")
        for text in texts
    )
    assert (
        "What do we Collect and Where?: From these forms, we collect the following visitor information: IP addresses"
        in texts
    )
    assert "We use Cookies to: Count the number of anonymous users of our sites." in texts


def test_search_finds_a_clause_by_its_own_words(folder):
    searcher = opened(folder)
    policy = SHELF["vps6"]
    wanted = next(n for n, c in enumerate(policy.clauses) if "thirty (30) days" in c.span.of(policy.text))
    found = best(searcher, "material changes notify thirty days home page", "vps6")
    assert found[0] == wanted
    assert sorted(found) == list(range(len(policy.clauses)))


def test_the_nearest_policies_are_those_of_the_nearest_clauses_in_the_order_given(folder):
    searcher = opened(folder)
    (embedding,) = searcher.encode("material changes notify thirty days home page")
    ids = ["vps6", "rackspace", "qualispace"]
    assert searcher.nearest_policies(embedding, ids, 3) == ids
    best = {id_: float((searcher.vectors(id_) @ embedding.vector).max()) for id_ in ids}
    for most in (1, 2):
        nearest = sorted(ids, key=lambda id_: -best[id_])[:most]
        assert searcher.nearest_policies(embedding, ids, most) == [id_ for id_ in ids if id_ in nearest]
    assert searcher.nearest_policies(embedding, ["rackspace", "qualispace"], 1)[0] != "vps6"


def test_both_stores_give_the_same_hits(tmp_path):
    found = []
    for store in (ExactStore, FaissStore):
        build(POLICIES, HashingEncoder(), store, tmp_path / store.__name__)
        searcher = opened(tmp_path / store.__name__, store=store)
        found.append([best(searcher, "is my card number shared?", policy_id) for policy_id in SHELF])
    assert found[0] == found[1]


def test_no_index(tmp_path):
    with pytest.raises(MissingIndex, match=r'no index in .*; run "plainclause index build"'):
        opened(tmp_path)


def test_an_index_of_other_policies_is_stale(folder):
    with pytest.raises(StaleIndex, match=r"built from corpus \w{8}, found \w{8}; run"):
        opened(folder, policies=POLICIES[1:])


def test_what_is_attached_is_written_with_the_index_and_made_by_something_else_it_is_stale(tmp_path):
    class Ids:
        def __init__(self, generation: Path) -> None:
            self.file, self.ids = generation / "more.txt", list[str]()

        def add(self, policy: Policy) -> None:
            self.ids.append(policy.id)

        def finish(self) -> None:
            self.file.write_text(" ".join(self.ids))

        def close(self) -> None:
            self.ids.clear()

    build(
        POLICIES,
        HashingEncoder(),
        FaissStore,
        tmp_path,
        attached=Attached("first", lambda generation: [Ids(generation)]),
    )
    generation, card = current(tmp_path)
    assert (generation / "more.txt").read_text() == " ".join(SHELF)
    assert "more.txt" in card.files
    opened(tmp_path, made_by="first")
    with pytest.raises(StaleIndex, match="tables of another version of the program; run"):
        opened(tmp_path, made_by="second")


def test_bytes_changed_behind_the_back_of_the_clock_are_found_by_a_thorough_look(folder):
    path = current(folder)[0] / "texts.npy"
    was = path.stat()
    path.write_bytes(bytes(was.st_size))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    current(folder)
    with pytest.raises(DamagedIndex, match=r'"texts.npy" .* was changed'):
        current(folder, thoroughly=True)


def test_an_index_of_another_encoder_or_store_is_foreign(folder):
    with pytest.raises(ForeignIndex, match=r"built with encoder hashing-64 .* in use is hashing-32"):
        opened(folder, encoder=HashingEncoder(32))
    with pytest.raises(ForeignIndex, match="built for store FaissStore, in use is ExactStore"):
        opened(folder, store=ExactStore)


def test_an_index_of_another_format_is_foreign(folder):
    card = current(folder)[0] / "card.json"
    card.write_text(card.read_text().replace('"format": 4', '"format": 99'))
    with pytest.raises(ForeignIndex, match="format 99, this program reads 4"):
        opened(folder)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda g: (g / "vectors.faiss").unlink(), "is missing"),
        (lambda g: os.truncate(g / "vectors.faiss", 1000), "has 1000 bytes, its card says"),
        (lambda g: (g / "texts.npy").write_bytes(bytes((g / "texts.npy").stat().st_size)), "was changed"),
        (lambda g: (g / "card.json").unlink(), "has no card"),
        (lambda g: (g / "card.json").write_text((g / "card.json").read_text()[:100]), "card of index"),
    ],
)
def test_a_damaged_index_is_told_with_its_file_and_the_remedy_and_a_build_mends_it(folder, harm, message):
    harm(current(folder)[0])
    with pytest.raises(DamagedIndex, match=rf'{message}.*; run "plainclause index build"'):
        opened(folder)
    build(POLICIES, HashingEncoder(), FaissStore, folder)
    assert sum(map(len, opened(folder).rows.values())) == 117


STEPS = ["encode", "save", "lexical", "card", "current"]

KILLED = """
import os, signal, sys
from pathlib import Path
import index.build as building
from tests.test_index import POLICIES
from index.encoders.hashing import HashingEncoder
from index.stores.faiss import FaissStore
from index.lexical import LexicalIndex

step, folder = sys.argv[1], Path(sys.argv[2])
def die(*args, **kwargs): os.kill(os.getpid(), signal.SIGKILL)
write = building.write_whole
if step == "encode": building._Rows._embeddings = die
if step == "save": FaissStore.save = die
if step == "lexical": LexicalIndex.save = die
if step == "card": building.write_whole = lambda path, text: die()
if step == "current": building.write_whole = lambda path, text: die() if path.name == "current" else write(path, text)
building.build(POLICIES[:2], HashingEncoder(), FaissStore, folder)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_build_killed_at_any_step_leaves_the_old_index_whole(folder, step):
    before = current(folder)
    process = subprocess.run(
        [sys.executable, "-c", KILLED, step, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert current(folder) == before
    assert sum(map(len, opened(folder).rows.values())) == 117
    build(POLICIES, HashingEncoder(), FaissStore, folder)
    assert sum(path.is_dir() for path in folder.iterdir()) == 1, "what the killed build left is swept"


def test_a_build_that_fails_leaves_the_old_index_whole(folder, monkeypatch):
    before = current(folder)

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        build(POLICIES[:1], HashingEncoder(), FaissStore, folder)
    assert current(folder) == before


def test_a_second_build_waits_and_says_so(tmp_path, caplog):
    caplog.set_level("INFO")
    lock = FileLock(tmp_path / "build.lock")
    with lock, pytest.raises(BuildRunning, match=r"still under way after 0 s; wait for it"):
        build(POLICIES, HashingEncoder(), FaissStore, tmp_path, wait=0.1)
    assert "another build of" in caplog.text


def _build_in(folder: str) -> None:
    build(POLICIES, HashingEncoder(), FaissStore, Path(folder))


def test_builds_at_once_leave_one_whole_index(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_build_in, args=(str(tmp_path),)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert sum(map(len, opened(tmp_path).rows.values())) == 117
    assert sum(path.is_dir() for path in tmp_path.iterdir()) == 1


def test_an_opened_index_goes_on_while_another_is_built(folder):
    searcher = opened(folder)
    before = best(searcher, "cookies", "vps6")
    build(POLICIES[:2], HashingEncoder(), FaissStore, folder)
    assert best(searcher, "cookies", "vps6") == before


def test_nothing_is_drawn_where_nobody_looks(tmp_path, capsys):
    build(POLICIES, HashingEncoder(), FaissStore, tmp_path)
    assert capsys.readouterr().err == ""


def test_the_card_is_json_for_people(folder):
    card = json.loads((current(folder)[0] / "card.json").read_text())
    assert card["built_at"].endswith("Z")
    assert all(len(stored["sha256"]) == 64 for stored in card["files"].values())


def test_hashing_vectors_are_unit_and_equal_for_equal_texts():
    vectors = [embedding.vector for embedding in HashingEncoder(16).encode(["a b c", "a b c", ""])]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_lexical_scores_reward_shared_rare_words_and_nothing_else():
    index = LexicalIndex.build(["we share your card", "we share your name", "cookies only"])
    scores = index.scores("Sharing of CARDS?")
    assert scores[0] > scores[1] > scores[2] == 0.0
    assert not index.scores("zebra the of").any()


def test_terms_are_stemmed_content_words():
    assert terms("Are my Cards being shared with the others?") == ["card", "share", "other"]


# --- what an earlier index has encoded ---------------------------------------------------------------------------------


class Counting(HashingEncoder):
    """Notes which texts it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[str] = []

    def encode(self, texts):
        self.encoded += texts
        return super().encode(texts)


@pytest.mark.parametrize("store", [FaissStore, ExactStore])
def test_a_build_encodes_what_is_new_and_nothing_else(tmp_path, store):
    first, second = Counting(), Counting()
    build(POLICIES[:1], first, store, tmp_path)
    assert len(first.encoded) == len(POLICIES[0].clauses)
    card = build(POLICIES, second, store, tmp_path)
    everything = [embedded_text(policy, clause) for policy in POLICIES[1:] for clause in policy.clauses]
    assert sorted(second.encoded) == sorted(text for text in everything if text not in first.encoded)
    anew = build(POLICIES, HashingEncoder(), store, tmp_path / "anew")
    by_name = {name: file.sha256 for name, file in card.files.items() if name.endswith(".npy")}
    assert by_name == {name: file.sha256 for name, file in anew.files.items() if name.endswith(".npy")}


def test_nothing_is_taken_over_from_an_index_that_is_damaged_or_of_another_encoder(tmp_path):
    build(POLICIES, HashingEncoder(), ExactStore, tmp_path)
    generation, _ = current(tmp_path)
    vectors = next(generation.glob("vectors*"))
    before = vectors.stat()
    data = bytearray(vectors.read_bytes())
    data[-1] ^= 1
    vectors.write_bytes(data)
    os.utime(vectors, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a disk would damage it: unnoticed
    encoder = Counting()
    build(POLICIES, encoder, ExactStore, tmp_path)
    everything = sum(len(policy.clauses) for policy in POLICIES)
    assert len(encoder.encoded) == everything
    other = Counting()
    other.sha256 = "0" * 64
    build(POLICIES, other, ExactStore, tmp_path)
    assert len(other.encoded) == everything
