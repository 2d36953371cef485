"""The compiled encoder against the one it was made from; serving without torch; encoders that cannot be compiled."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.bootstrap.factory import build_index, check_index, open_assistant
from assistant.settings import ROOT, Settings
from corpus.shelf.catalogue import open_shelf
from index.build import embedded_text
from index.encoders import compiled, compiling
from index.encoders.compiled import CLAUSES, QUESTIONS
from index.encoders.compiling import agreement, compile_encoder
from index.encoders.sentence_transformer import BASE, DEFAULT, SentenceTransformerEncoder
from index.errors import CannotCompile, EncoderUnavailable, MissingIndex

ASKED = ["Is my card number shared?", "why?", "", "Which cookies do you set, and what are they for, and how long?"]
HEAVY = "torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "sklearn", "scipy", "bm25s"


@pytest.fixture(scope="module")
def encoder(assistant, encoders):
    found = compiled.find(encoders, DEFAULT)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An encoder of one's own, as `--encoder FOLDER` takes it: one layer of random weights, compiled in a second or two."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("small")
    bundled = SentenceTransformerEncoder(BASE).model
    inner = folder / "inner"
    config = BertConfig(
        vocab_size=bundled.tokenizer.vocab_size,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(inner)
    bundled.tokenizer.save_pretrained(inner)
    transformer = Transformer(str(inner), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(folder / "model"))
    return str(folder / "model")


@pytest.fixture
def copied(small, small_compiled, tmp_path):
    """A folder of compiled encoders of one's own, to spoil."""
    return Path(shutil.copytree(small_compiled, tmp_path / "encoders"))


@pytest.fixture(scope="module")
def small_compiled(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    compile_encoder(SentenceTransformerEncoder(small), folder)
    return folder


@pytest.fixture
def exported(small_compiled, monkeypatch):
    """What was exported for `small_compiled` is taken over: the exporter takes seconds, and what is done with it is tested."""
    (made,) = (path for path in small_compiled.iterdir() if path.is_dir())

    def copied_export(original, folder):
        for path in made.iterdir():
            if path.suffix in (".onnx", ".weights"):
                shutil.copy(path, folder)

    monkeypatch.setattr(compiling, "_export", copied_export)


def test_the_compiled_encoder_agrees_with_its_original_on_clauses_and_questions(encoder):
    policy = next(iter(open_shelf(Settings().policies).values()))
    texts = [*ASKED, *(embedded_text(policy, clause) for clause in policy.clauses)]
    original = SentenceTransformerEncoder()
    found = agreement([original.encode([text])[0] for text in texts], encoder.encode(texts))
    assert found.texts == len(texts) > 20
    assert found.lowest_cosine > 0.99999
    assert found.lowest_token_cosine is not None
    assert found.lowest_token_cosine > 0.9999


def test_texts_come_back_in_their_order_whatever_their_length(encoder):
    texts = [" ".join(["data"] * length) for length in np.random.default_rng(0).integers(1, 90, 70)]
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0] for text in texts]
    assert agreement(alone, together).lowest_cosine > 0.99999
    assert [len(each.tokens) for each in together] == [len(each.tokens) for each in alone]


def test_a_question_reads_the_same_alone_and_among_many(encoder):
    together = encoder.encode_questions(ASKED * 3)
    for question, among in zip(ASKED, together[: len(ASKED)], strict=True):
        (alone,) = encoder.encode_questions([question])
        np.testing.assert_allclose(alone.vector, among.vector, atol=1e-5)


def test_questions_are_read_in_eight_bits_close_to_the_original(encoder):
    original = SentenceTransformerEncoder()
    found = agreement(original.encode_questions(ASKED), encoder.encode_questions(ASKED))
    assert compiling.LOWEST_COSINE_INT8 < found.lowest_cosine < 0.99999


def test_its_card_says_what_it_was_made_from(encoder, encoders):
    (path,) = [path for path in encoders.glob("*/card.json") if DEFAULT in path.read_text()]
    card = json.loads(path.read_text())
    original = SentenceTransformerEncoder()
    assert (card["name"], card["sha256"], card["questions"]) == (DEFAULT, original.sha256, "int8")
    assert path.parent.name.startswith(original.sha256[:16])
    assert card["agreement"]["clauses"]["lowest_cosine"] >= compiling.LOWEST_COSINE
    assert card["agreement"]["questions"]["lowest_cosine"] >= compiling.LOWEST_COSINE_INT8
    assert {str(source) for source in original.sources} == set(card["sources"])


def test_an_encoder_made_from_other_files_is_not_used(copied, small):
    path = next(copied.glob("*/card.json"))
    card = json.loads(path.read_text())
    source = next(name for name in card["sources"] if name.endswith(".safetensors"))
    card["sources"][source] |= {"changed_ns": 0, "sha256": "0" * 64}
    path.write_text(json.dumps(card))
    assert compiled.find(copied, small) is None


@pytest.mark.usefixtures("word_reader", "exported")
@pytest.mark.parametrize("name", [CLAUSES, "clauses.weights", "tokenizer.json"])
def test_a_damaged_encoder_is_named_and_a_build_makes_it_anew(copied, small, tmp_path, name):
    settings = Settings(data=tmp_path / "data", encoders=copied, encoder=small)
    build_index(settings)
    path = next(copied.glob(f"*/{name}"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(EncoderUnavailable, match=rf'file "{name}" of .* has \d+ bytes, its card says \d+; remove'):
        open_assistant(settings)
    build_index(settings)
    assert check_index(settings).encoder_form.startswith("onnx, clauses float32, questions ")


def test_any_encoder_of_sentence_transformers_compiles_and_gives_no_tokens(small, small_compiled):
    found = compiled.find(small_compiled, small)
    assert found is not None
    assert found.dim == 32
    assert agreement(SentenceTransformerEncoder(small).encode(ASKED), found.encode(ASKED)).lowest_cosine > 0.99999
    assert found.encode(["x"])[0].tokens is None


def test_a_text_longer_than_the_model_reads_is_cut_as_the_original_cuts_it(small, small_compiled):
    found = compiled.find(small_compiled, small)
    assert found is not None
    long = ["word " * 63 + "end", "word " * 500]
    assert agreement(SentenceTransformerEncoder(small).encode(long), found.encode(long)).lowest_cosine > 0.99999


@pytest.mark.usefixtures("word_reader")
@pytest.mark.parametrize("broken", ["export", "prompts"])
def test_an_encoder_that_cannot_be_compiled_serves_all_the_same_and_says_so(
    broken, monkeypatch, small, tmp_path, caplog
):
    def fails(original, folder):
        raise RuntimeError("no such operator\nand more")

    reason = "cannot be exported (no such operator)"
    if broken == "export":
        monkeypatch.setattr(compiling, "_export", fails)
    else:
        copy = Path(shutil.copytree(small, tmp_path / "prompted"))
        config = copy / "config_sentence_transformers.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {"prompts": {"query": "query: "}}))
        small, reason = str(copy), "puts prompts before its texts"
    settings = Settings(data=tmp_path / "data", encoders=tmp_path / "encoders", encoder=small)
    assert build_index(settings).encoder_form == "torch"
    said = "the encoder runs slowly, through sentence-transformers: "
    assert said + f'encoder "{small}" {reason}' in caplog.text
    caplog.clear()
    assert open_assistant(settings).ask("is my card number shared?", "rackspace").searched.clauses > 0
    assert said + "not compiled" in caplog.text
    left = [path.name for path in (tmp_path / "encoders").iterdir() if path.name != "compiling.lock"]
    assert left == [], "a failed compilation leaves nothing"


@pytest.mark.usefixtures("word_reader")
def test_where_there_is_no_index_yet_nothing_is_said_of_an_encoder_that_is_not_compiled(small, tmp_path, caplog):
    settings = Settings(data=tmp_path / "data", encoders=tmp_path / "encoders", encoder=small)
    with pytest.raises(MissingIndex):
        open_assistant(settings)
    assert caplog.text == ""


def test_an_export_that_gives_other_vectors_is_refused(monkeypatch, small, exported, tmp_path):
    monkeypatch.setattr(compiling, "LOWEST_COSINE", 1.1)
    with pytest.raises(CannotCompile, match="gives other vectors when compiled"):
        compile_encoder(SentenceTransformerEncoder(small), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_where_eight_bits_are_too_far_off_questions_go_to_the_model_as_it_is(monkeypatch, small, exported, tmp_path):
    monkeypatch.setattr(compiling, "LOWEST_COSINE_INT8", 1.1)
    made = compile_encoder(SentenceTransformerEncoder(small), tmp_path)
    assert made.form == "onnx, clauses float32, questions float32"
    np.testing.assert_allclose(made.encode(ASKED)[0].vector, made.encode_questions(ASKED)[0].vector, atol=1e-6)
    assert QUESTIONS not in [path.name for path in tmp_path.rglob("*")]


SERVE = """
import sys
from starlette.testclient import TestClient
from assistant.bootstrap.factory import open_for_serving
from assistant.settings import Settings
from assistant.surfaces.web import app

with TestClient(app(open_for_serving(settings := Settings()), settings)) as client:
    assert client.get("/").status_code == 200
    assert client.post("/api/ask", json={"question": "is my card number shared?"}).json()["citations"]
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
ASK = """
import sys
from assistant.surfaces.cli.main import cli

cli(["ask", "is my card number shared?", "--json"], standalone_mode=False)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(("program", "unwanted"), [(ASK, (*HEAVY, "gradio", "fastapi")), (SERVE, HEAVY[:5])])
def test_serving_imports_no_torch(assistant, real, program, unwanted):
    given = {"PLAINCLAUSE_DATA": str(real.data), "PLAINCLAUSE_ENCODERS": str(real.encoders)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **given},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    modules = set(done.stdout.splitlines()[-1].split())
    assert {"onnxruntime", "tokenizers"} <= modules
    assert not modules & set(unwanted)
